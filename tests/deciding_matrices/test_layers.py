"""Stacked layers: what a second layer sees of the order of tokens, and how far back it reaches."""

from __future__ import annotations

import math

import numpy as np
import pytest

from symattn.core.expression import Expr, I
from symattn.core.interpret import Environment, evaluate
from symattn.core.stacked_layers import layer_names, stacked, token
from symattn.mechanisms.spec import mechanism
from tests.deciding_matrices.test_gradients import FLOATS
from tests.deciding_matrices.verdicts import proved, refuted, unreadable

BEFORE = "where a < i and b < i"


def plain_layers(x: np.ndarray, layers: int, back: int) -> np.ndarray:
    """Layers of causal windows without projections, in loops."""
    for _ in range(layers):
        rows = []
        for i in range(len(x)):
            keys = range(max(0, i - back + 1), i + 1)
            tops = [math.exp(float(x[i] @ x[j]) / math.sqrt(x.shape[1])) for j in keys]
            rows.append(sum(t * x[j] for t, j in zip(tops, keys, strict=True)) / sum(tops))
        x = np.array(rows)
    return x


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize(("name", "back"), [("causal", 9), ("window(visible=2)", 2)])
def test_the_term_is_what_loops_compute(name: str, back: int, layers: int) -> None:
    n, d = 4, 3
    x = np.random.default_rng(layers).normal(size=(n, d))
    found = stacked(mechanism(name), layers, token, layer_names(set()))(I)
    vectors = {"x": lambda at: list(map(float, x[at]))}
    env = Environment({"n_q": n, "n_k": n, "n": n, "d": d}, {}, vectors)
    ours = [evaluate(found, FLOATS, env.at(i=i)) for i in range(n)]
    np.testing.assert_allclose(ours, plain_layers(x, layers, back), rtol=1e-9)


@pytest.mark.parametrize(
    "text",
    [
        f"layers(causal, 1) == layers(swap(causal, a, b), 1) {BEFORE}",
        "independent(layers(causal, 1), i, x[j]) where j > i",
        "independent(layers(causal, 2), i, x[j]) where j > i",
        "independent(layers(window(visible=2), 2), i, x[j]) where j < i - 2",
        "independent(layers(window(visible=w), 1), i, x[j]) where j <= i - w",
        "layers(causal, 2) == layers(window(visible=w), 2) where w >= n",
    ],
)
def test_what_holds_is_proved(text: str) -> None:
    proved(text)


@pytest.mark.parametrize(
    "text",
    [
        "layers(causal, 1) == layers(causal, 2)",
        "independent(layers(causal, 2), i, x[j]) where j < i",
        "layers(causal, 1) == layers(full, 1)",
        "independent(layers(causal, 1), i, x[j]) where j < i",
        "independent(layers(window(visible=2), 1), i, x[j]) where j < i",
    ],
)
def test_what_fails_is_refuted(text: str) -> None:
    refuted(text)


def test_a_second_layer_sees_the_order_of_earlier_tokens() -> None:
    case = refuted(f"layers(causal, 2) == layers(swap(causal, a, b), 2) {BEFORE}")
    assert dict(case.values) == {"n": 3, "d": 1, "a": 0, "b": 1, "i": 2}


def test_what_has_no_meaning_is_unreadable() -> None:
    unreadable("layers(causal, 3) == layers(causal, 2)", "from 1 to 2")
    unreadable("layers(causal, L) == layers(causal, 2)", "from 1 to 2")
    unreadable("layers(projected, 2) == layers(causal, 2)", "not supported yet", "projected")
    unreadable("layers(padding, 2) == layers(causal, 2)", "not supported yet", "padding")
    unreadable("layers(gqa, 2) == layers(causal, 2)", "not supported yet", "gqa")
    unreadable("independent(layers(causal, 2), i, k[j])", "such as x[c]")


def test_the_layer_below_is_query_key_and_value() -> None:
    names = layer_names({"l1"})
    one = stacked(mechanism("full"), 1, token, names)(I)
    assert {node.name for node in _vectors(one)} == {"x"}


def _vectors(expr: Expr) -> list[Expr]:
    found = [expr] if expr.op == "vector" else []
    return found + [node for part in expr.parts for node in _vectors(part)]
