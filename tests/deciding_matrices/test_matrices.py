"""Equations between matrices: what holds is proved for all n, planted mistakes are refuted."""

from __future__ import annotations

import pytest

from tests.deciding_matrices.verdicts import proved, refuted, undecided

MECHANISMS = (
    "full", "causal", "window(visible=w)", "causal+alibi(m)", "causal+alibi", "prefix(p)",
    "causal+softmax1", "causal+learned_sink", "causal+bias(t[i, j])", "causal+temperature(2)",
)  # fmt: skip
OF_SOFTMAX = (
    "dS == P o (dP - rowsum(P o dP))",
    "dS == P o (dP - D)",
    "rowsum(dO o O) == rowsum(P o dP)",
    "dV == P.T @ dO",
    "P @ V == O",
)
TRUE = """
P == softmax(S) for causal
P == softmax(S) for causal+alibi
P == softmax(Q @ K.T / sqrt(d))
P == softmax(Q @ K.T / sqrt(d) + M) for causal
P == exp(S) / rowsum(exp(S)) for window(visible=w)
P(causal) == tril(exp(S)) / rowsum(tril(exp(S)))
rowsum(P) == 1 for causal
P <= 1
softmax(S + column(c)) == softmax(S)
dQ == dS @ K / sqrt(d)
dQ == dS @ K / sqrt(d) for causal
dQ == (P o (dP - D)) @ K / sqrt(d) for causal
dK == dS.T @ Q / sqrt(d)
dK == dS.T @ Q / sqrt(d) for causal+alibi
dK == dS.T @ Q / sqrt(d) for window(visible=w)
dQ == dS @ K / (2 * sqrt(d)) for causal+temperature(2)
dP == dO @ V.T
dS == P o (1 - P) o dP for sigmoid
dS == tril(dO @ V.T) for retention
dQ == tril(dP) @ K for retention(1)
dQ == (P o (dP - rowsum(P o dP))) @ K / sqrt(d)
dK == (P o (dP - D)).T @ Q / sqrt(d) for causal
(Q @ K.T) @ V == Q @ (K.T @ V)
(Q @ K.T) @ V == Q @ (V.T @ K).T
O == tril(Q @ K.T) @ V for retention(1)
K.T @ V == (V.T @ K).T
(A @ B) @ C == A @ (B @ C)
(A + B).T == A.T + B.T
A o (B + C) == A o B + A o C
Q @ W @ K.T == Q @ (K @ W.T).T
diag(rowsum(A)) @ Q == rowsum(A) o Q
rowsum(A.T) == colsum(A).T
D == rowsum(O o dO)
""".strip().splitlines()
FALSE = {  # claim -> the length at which it fails first
    "dS == P o dP": 1,
    "dS == P o dP for causal+softmax1": 1,
    "dS == P(full) o (dP - rowsum(P(full) o dP)) for causal": 2,
    "dS(causal) == dS(full)": 2,
    "dS == P o (dP - rowsum(dP))": 2,
    "dQ == dS @ K": 2,
    "dK == dS.T @ Q": 2,
    "dQ == dS @ K / d": 2,
    "P == softmax(Q @ K.T / d)": 2,
    "S == Q @ K.T / sqrt(d) for causal": 2,
    "rowsum(P) == 1 for causal+softmax1": 1,
    "dS == P o (dP - D) for sigmoid": 2,
    "dQ == (P o dP) @ K / sqrt(d) for causal": 1,
    "O == Q @ (K.T @ V)": 1,
    "A @ B == B @ A": 2,
    "A == A.T": 2,
    "colsum(P) == 1": 2,
    "dQ == dS @ K / sqrt(d) for causal+temperature(2)": 2,
    "P @ V == O(full) for causal": 2,
}


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("equation", OF_SOFTMAX)
def test_the_equations_of_every_softmax(equation: str, mechanism: str) -> None:
    found = proved(f"{equation} for {mechanism}")
    assert set(found.assumptions) <= {"as many queries as keys"}


@pytest.mark.parametrize("text", TRUE)
def test_what_holds_is_proved(text: str) -> None:
    proved(text)


@pytest.mark.parametrize("text", FALSE)
def test_what_fails_is_refuted_at_its_first_length(text: str) -> None:
    values = dict(refuted(text).values)
    assert values["n"] == FALSE[text], values


def test_a_row_that_may_be_empty_is_not_divided_by() -> None:
    assert "may be empty" in undecided("dV == P.T @ dO for causal+padding").reason


def test_empty_rows_are_counterexamples() -> None:
    refuted("rowsum(P) == 1 for padding")


def test_conditions_hold_for_the_sizes() -> None:
    proved("P(window(visible=w)) == P(causal) where w >= n")
    refuted("P(window(visible=w)) == P(causal) where w >= n - 1")
