"""NumPy on whole arrays: against loops over `holds` and `evaluate`, and planted bugs."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from symattn.core.errors import NotConcrete
from symattn.core.form_text import form
from symattn.core.instance import Instance, instance
from symattn.core.interpret import holds
from symattn.core.meaning import environment
from symattn.core.numbers import numbers
from symattn.deciding import places, vectorised
from symattn.deciding.places import Grid, condition, lifted, positions
from symattn.deciding.sampling import filled
from symattn.deciding.vectorised import weights_and_output
from symattn.mechanisms.spec import mechanism
from tests.deciding.comparing import assert_evaluators_agree, assert_same

SUPPORTS = [
    "true", "false", "j <= i", "not j <= i", "i - j < 2 and j <= i", "j <= i or j < 1",
    "(i - j) % 2 == 0", "(i - j) % -3 != 1", "i // 2 == j // 2", "-j // 2 >= -1",
    "abs(i - j) <= 1", "max(i, j) < 3", "min(i, 2 * j, 3) > 1", "i / 2 < j", "floor(i / 2) == j",
    "2 ** i <= j + 1", "where(i < 2, j, 1 - j) == 0", "sum(t, 0, i, t) >= j",
    "sum(t, t < i, 1) == j", "floor_log(i + 1, 2, 3) > j", "j <= i + n_k - n_q", "h != j",
    "doc[i] == doc[j]", "keep[j]", "m[h, i, j]", "pos_k[j] <= pos_q[i]",
]  # fmt: skip


@pytest.mark.parametrize("text", SUPPORTS)
def test_conditions_hold_where_they_hold(text: str) -> None:
    """Exhaustive for all lengths up to 5."""
    where = "m[_, _, _]: boolean" if "m[" in text else "keep[_]: boolean" if "keep" in text else ""
    for n_q, n_k in product(range(1, 6), repeat=2):
        full = filled(instance(form(text, where=where), n_k, n_q=n_q, heads=2), "s")
        got = np.broadcast_to(
            condition(full.form.support, Grid(full, positions(full))), (2, n_q, n_k)
        )
        for h in range(2):
            env = environment(full, {}, h)
            for i, j in product(range(n_q), range(n_k)):
                assert got[h, i, j] == holds(full.form.support, env.at(i=i, j=j)), (
                    n_q,
                    n_k,
                    h,
                    i,
                    j,
                )


SCORES = [
    "dot(q[i], k[j])", "dot(-q[i] / 2, 3 * k[j]) - 1", "dot(q[i] - k[j], k[j] + q[i])",
    "dot(x[i] @ W, k[j]) + dot(k[j] @ W.T, x[i])", "dot(norm(q[i]), phi(k[j]))",
    "dot(rope(q[i], i / 3, base=7), rope(k[j], j, base=7, width=2, pairing=interleaved))",
    "min(a, dot(q[i], k[j]), 2) + max(a, i)", "where(j < 2, tanh(a * j), sqrt(1 + j))",
    "sum(t, 0, i, b[t] * j)", "sum(jj, jj <= i, dot(k[jj], k[j]))", "abs(i - j) ** r",
    "sigmoid(a) * exp(-a) + log(1 + j) * cos(a) - sin(j)", "f(a * j, i)", "b[j - i] * m[h]",
    "(i - j) // 2 + (i + j) % 3 - floor(j / 2)",
]  # fmt: skip


@pytest.mark.parametrize(
    "weights", ["softmax", "softmax1", "softmax(sink=z[h])", "sigmoid", "undivided"]
)
@pytest.mark.parametrize("score", SCORES)
def test_scores_and_normalisers_agree_with_balls(score: str, weights: str) -> None:
    where = "f: function" if "f(" in score else "r: real > 0" if "** r" in score else ""
    where += ", W: matrix d_x d, x[_]: vector d_x" if "@ W" in score else ""
    one = instance(
        form("j <= i + 1", score, weights=weights, where=where), 4, n_q=3, d=4, d_v=3, heads=3
    )  # fmt: skip
    assert_evaluators_agree(filled(one, "s"), exact=False)


@pytest.mark.parametrize("weights", ["softmax", "softmax1", "sigmoid", "linear", "undivided"])
@pytest.mark.parametrize("empty", ["zero", "nan", "uniform"])
def test_empty_rows(empty: str, weights: str) -> None:
    for text in ("j < i", "false", "j < i - 1 and doc[i] == doc[j]"):
        one = instance(form(text, "dot(q[i], k[j])", weights=weights, empty=empty), 4, heads=2)
        assert_evaluators_agree(filled(one, "s"), exact=True)


@pytest.mark.parametrize("offset", ["n_k - n_q", "2", "-1", "p"])
def test_offsets(offset: str) -> None:
    one = form("j <= i", "dot(q[i], k[j]) + PE[i, j] - b[i - j]", offset=offset)
    for n_q, n_k in ((2, 5), (5, 2), (3, 3)):
        full = filled(instance(one, n_k, n_q=n_q, d=3, heads=2), "s")
        assert_evaluators_agree(full, exact=True)


def test_large_scores_do_not_overflow() -> None:
    given = numbers({"Q": [[1000], [-1000]], "K": [[1], [0]], "V": [[1], [2]]})
    weights, output = weights_and_output(instance(form(), numbers=given))
    assert_same(weights, [[[1, 0], [0, 1]]])
    assert_same(output, [[[1], [2]]])


def test_an_undefined_visible_score_is_not_hidden() -> None:
    given = numbers({"Q": [[1], [1]], "K": [[1], [1]], "V": [[1], [2]], "b": {"0": 1, "1": 2}})
    relative = form("j <= i", "dot(q[i], k[j]) + b[i - j]")
    assert not np.isnan(weights_and_output(instance(relative, numbers=given))[0]).any()
    everywhere = form("true", "dot(q[i], k[j]) + b[i - j]")
    assert np.isnan(weights_and_output(instance(everywhere, numbers=given))[0]).any()


def test_names_without_numbers_are_refused() -> None:
    with pytest.raises((NotConcrete, KeyError)):
        weights_and_output(instance(mechanism("causal"), 2))
    with pytest.raises(NotConcrete):
        weights_and_output(instance(form(score="a * j"), 2))


def planted(
    monkeypatch: pytest.MonkeyPatch, full: Instance, table: str, op: str, rule: Any
) -> None:
    """A wrong rule in the vectorised evaluator must make the comparison raise."""
    assert_evaluators_agree(full, exact=False)
    room = places if hasattr(places, table) else vectorised
    monkeypatch.setitem(getattr(room, table), op, rule)
    with pytest.raises(AssertionError):
        assert_evaluators_agree(full, exact=False)


@pytest.mark.parametrize(
    ("spec", "table", "op", "rule"),
    [
        ("causal", "COMPARE", "<=", lambda a, b: a < b),
        ("dilated(rate=3)", "EXACT", "%", lifted(lambda a, b: (a + 1) % b, 2)),
        ("shaw(clip=2)", "EXACT", "-", lifted(lambda a, b: a - b + 1, 2)),
        ("chunked(chunk=3)", "EXACT", "//", lifted(lambda a, b: (a + 1) // b, 2)),
        ("causal", "NUMPY", "sqrt", lambda a: a),
        ("causal", "NUMPY", "/", lambda a, b: a * b),
        ("softcap+causal", "NUMPY", "tanh", np.sin),
        ("sigmoid", "FUNCTIONS", "sigmoid", lambda a: 1 / (1 + np.exp(a))),
        ("rope", "VECTORS", "rope", lambda e, g: vectorised.vector(e.parts[0], g)),
        ("qk_norm", "VECTORS", "norm", lambda e, g: 1.001 * vectorised.vector(e.parts[0], g)),
        ("kerple", "NUMPY", "log", lambda a: np.log(a + 1e-9)),
        ("sandwich(width=6)", "NUMPY", "cos", lambda a: np.cos(-a) * (1 + 1e-9)),
    ],
)  # fmt: skip
def test_planted_bugs_are_caught(
    monkeypatch: pytest.MonkeyPatch, spec: str, table: str, op: str, rule: Any
) -> None:
    one = instance(mechanism(spec), 4, n_q=3, d=4, d_v=3, heads=3)
    planted(monkeypatch, filled(one, "s"), table, op, rule)


@pytest.mark.parametrize(
    ("left", "right"),
    [([[1.0]], [[1.0 + 1e-9]]), ([[1.0]], [1.0]), ([[0.0]], [[float("nan")]]), ([1.0], [-1.0])],
)
def test_the_comparison_rejects_garbage(left: Any, right: Any) -> None:
    with pytest.raises(AssertionError):
        assert_same(left, right)
