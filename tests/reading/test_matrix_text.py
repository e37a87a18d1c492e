"""The grammar of matrix equations: what it reads, and that every refusal says what does not fit."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symattn.core.errors import SymattnError, Usage
from symattn.core.term_claim import TermClaim
from symattn.core.text import Reader, show
from symattn.reading.claim_text import read_claim
from symattn.reading.matrix_shapes import shapes
from symattn.reading.matrix_text import OF_FORMS, MatrixReader, about_matrices
from tests.deciding_matrices.verdicts import unreadable


def entry(text: str) -> tuple[str, str]:
    """Both sides of a claim as text, where they read no mechanism."""
    claim = read_claim(text)
    assert isinstance(claim, TermClaim)
    return show(claim.left), show(claim.right)


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("Q @ K.T == A", ("dot(q[i], k[j])", "A[i, j]")),
        ("A @ B == C", ("sum(l1, true, A[i, l1] * B[l1, j])", "C[i, j]")),
        ("rowsum(A) == column(c)", ("sum(l1, true, A[i, l1])", "c[i]")),
        ("2 * A - B / c == A o B", ("2 * A[i, j] - B[i, j] / c", "A[i, j] * B[i, j]")),
        ("Q @ W == X", ("q[i] @ W", "X[i]")),
        ("K.T @ V == W", ("sum(l1, true, dot(u, k[l1]) * v[l1])", "u @ W")),
        ("tril(A) == A o A", ("where(j <= i, A[i, j], 0)", "A[i, j] * A[i, j]")),
        ("dO o O == dO o O", ("", "")),
    ],
)
def test_entries_are_written_from_the_definitions(text: str, sides: tuple[str, str]) -> None:
    if text.startswith("dO"):
        unreadable(text, "inside rowsum(...) only")
    else:
        assert entry(text) == sides


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("dV == P @ dO", ("'@'", "queries x keys and queries x d_v")),
        ("dQ == dS @ Q", ("'@'", "queries x keys and queries x d")),
        ("dK == dS @ K", ("'=='", "keys x d and queries x d")),
        ("P @ V == V", ("'=='", "queries x d_v and keys x d_v")),
        ("P o V == P", ("'o'", "queries x keys and keys x d_v")),
        ("Q + K == Q", ("'+'", "queries x d and keys x d")),
        ("P * P == P", ("'*' is between a number and a matrix",)),
        ("P / P == P", ("divided by a number or by a column",)),
        ("2 @ P == P", ("write '*'",)),
        ("P o P @ V == O", ("'@' and 'o' in one product",)),
        ("softmax(Q) == Q", ("not supported", "queries x d")),
        ("diag(P) == P", ("'diag'", "queries x keys")),
        ("P != O @ V.T", ("expected '=='",)),
        ("P[i, j] == S", ("indices",)),
        ("P == norm(S)", ("no function 'norm'",)),
        ("P == i * S", ("'i' is no number here",)),
        ("P == S for causal)", ("expected",)),
        ("P == ", ("expected a matrix",)),
        ("rowsum(Q) == 1", ("not supported yet",)),
        ("Q <= Q", ("not supported yet",)),
        ("dS == P for differential", ("not supported yet", "differential")),
        ("dQ == dS @ K for causal+rope", ("not supported yet", "rope")),
        ("dQ == dS @ K for causal+softcap(5)", ("not supported yet", "softcap")),
        ("dK == dS.T @ Q for gqa(groups=g)", ("not supported yet", "share")),
        ("dV == P.T @ dO for projected", ("not supported yet", "projects")),
    ],
)
def test_what_does_not_fit_is_said(text: str, words: tuple[str, ...]) -> None:
    unreadable(text, *words)


def test_an_unknown_mechanism_is_wrong_usage_as_everywhere() -> None:
    with pytest.raises(Usage, match="did you mean 'causal'"):
        read_claim("P == S for causl")


def test_a_mechanism_of_its_own_for_every_letter() -> None:
    claim = read_claim("P(full) o S(causal) == dS for window(visible=w) where w >= 2")
    assert isinstance(claim, TermClaim)
    assert [form.name for form in claim.forms] == ["full", "causal", "window(visible=w)"]
    assert [show(c) for c in claim.where] == ["w >= 2"]


def test_free_names_take_the_shape_of_their_place() -> None:
    stated = MatrixReader("(A @ V) o column(c) == O - X").stated()
    whole, free = shapes(stated)
    assert whole == ("queries", "d_v")
    assert free == {"A": ("queries", "keys"), "c": ("queries", "1"), "X": ("queries", "d_v")}


@pytest.mark.parametrize(
    "text",
    [
        "weights(causal+alibi(M)) == weights(causal+alibi(m))",
        "x @ W_q == v",
        "x @ W.T == v",
        "exp(a + c) == exp(a) * exp(c)",
        "support(causal) == support(full)",
        "score(causal, i, j) == s[i, j]",
    ],
)
def test_other_claims_are_not_read_as_matrices(text: str) -> None:
    assert not about_matrices(Reader(text))


@pytest.mark.parametrize(
    "text", ["P == A", "A @ B == C", "A.T == B", "(A + B).T == C", "A o B == C"]
)
def test_claims_about_matrices_are_seen(text: str) -> None:
    assert about_matrices(Reader(text))


WORDS = (*OF_FORMS, "A", "c", "2", "@", "o", "+", "-", "*", "/", "(", ")", ".T", "==", "rowsum(",
         "softmax(", "for", "causal", "where", "diag(", "column(", "full")  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=14))
def test_any_line_is_read_or_refused(words: list[str]) -> None:
    with contextlib.suppress(SymattnError):
        read_claim(" ".join(words))


def test_a_large_equation_is_refused_before_it_is_written_out() -> None:
    nested = "softmax(" * 12 + "S" + ")" * 12
    unreadable(f"P == {nested}", "too many operations")
    unreadable(" + ".join(["P"] * 190) + " == P", "too many operations")
