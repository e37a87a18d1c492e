"""The gradients of the matrix grammar against finite differences, and against the derived ones."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from symattn.core.expression import Expr, rebuild
from symattn.core.interpret import Environment, evaluate
from symattn.core.term_claim import TermClaim
from symattn.derivation.checking import ball_field
from symattn.derivation.gradients.backward import gradient
from symattn.derivation.gradients.gradient_trial import numbers_at, trial
from symattn.mechanisms.spec import mechanism
from symattn.reading.claim_text import read_claim

N, D, D_V = 4, 3, 2
LETTERS = ("dS", "dQ", "dK", "dV")
SINK = 0.7
FLOATS: dict[str, Callable[..., Any]] = {
    "number": float, "+": operator.add, "-": operator.sub, "*": operator.mul,
    "/": operator.truediv, "**": operator.pow, "neg": operator.neg, "exp": math.exp,
    "sqrt": math.sqrt,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
}  # fmt: skip


def causal(i: int, j: int) -> bool:
    return j <= i


def softmax(s: np.ndarray, seen: np.ndarray, extra: float = 0.0) -> np.ndarray:
    top = np.where(seen, np.exp(s), 0)
    return top / (top.sum(axis=1, keepdims=True) + extra)


def everywhere(_i: int, _j: int) -> bool:
    return True


def nothing(_i: int, _j: int) -> float:
    return 0.0


def gates(s: np.ndarray, seen: np.ndarray) -> np.ndarray:
    return np.where(seen, 1 / (1 + np.exp(-s)), 0)


PLAIN = {  # mechanism -> (which keys are seen, what is added to a score, weights)
    "full": (everywhere, nothing, softmax),
    "causal": (causal, nothing, softmax),
    "window(visible=2)": (lambda i, j: j <= i < j + 2, nothing, softmax),
    "causal+alibi(1/3)": (causal, lambda i, j: -(i - j) / 3, softmax),
    "causal+softmax1": (causal, nothing, lambda s, seen: softmax(s, seen, 1.0)),
    "causal+learned_sink": (causal, nothing, lambda s, seen: softmax(s, seen, math.exp(SINK))),
    "sigmoid(1/2)+causal": (causal, lambda _i, _j: 0.5, gates),
}


def arrays(seed: int) -> dict[str, np.ndarray]:
    draw = np.random.default_rng(seed)
    return {name: draw.normal(size=(N, D_V if name in ("v", "dO") else D))
            for name in ("q", "k", "v", "dO")}  # fmt: skip


def scores(name: str, a: dict[str, np.ndarray]) -> np.ndarray:
    more = np.array([[PLAIN[name][1](i, j) for j in range(N)] for i in range(N)])
    return a["q"] @ a["k"].T / math.sqrt(D) + more


def weights(name: str, s: np.ndarray) -> np.ndarray:
    seen = np.array([[PLAIN[name][0](i, j) for j in range(N)] for i in range(N)])
    return PLAIN[name][2](s, seen)


def differences(name: str, letter: str, a: dict[str, np.ndarray]) -> np.ndarray:
    """The gradient of sum(dO o O) by central differences, from plain NumPy."""
    own = scores(name, a) if letter == "dS" else a[letter[1].lower()]

    def loss(moved: np.ndarray) -> float:
        if letter == "dS":
            s, v = moved, a["v"]
        else:
            inputs = {**a, letter[1].lower(): moved}
            s, v = scores(name, inputs), inputs["v"]
        return float((a["dO"] * (weights(name, s) @ v)).sum())

    found = np.zeros_like(own)
    for place in np.ndindex(*own.shape):
        step = np.zeros_like(own)
        step[place] = 1e-5
        found[place] = (loss(own + step) - loss(own - step)) / 2e-5
    return found


def with_tables(expr: Expr) -> Expr:
    """Weights of the mechanism as entries of a table."""

    def change(node: Expr) -> Expr | None:
        return Expr("table", ("weight", *node.parts)) if node.op == "of" else None

    return rebuild(expr, change)


def ours(name: str, letter: str, a: dict[str, np.ndarray]) -> np.ndarray:
    """The same gradient, as the grammar writes it."""
    claim = read_claim(f"{letter} == {letter} for {name}")
    assert isinstance(claim, TermClaim)
    p = weights(name, scores(name, a))
    tables = {"weight": lambda i, j: float(p[i, j]), "sink": lambda _: SINK}
    vectors = {n: lambda at, n=n: list(map(float, a[n][at])) for n in a}
    env = Environment({"n_q": N, "n_k": N, "n": N, "d": D, "h": 0}, tables, vectors)
    left = with_tables(claim.left)
    rows = [evaluate(left, FLOATS, env.at(i=t, j=t)) for t in range(N)]
    if letter != "dS":
        return np.array(rows)
    return np.array(
        [[evaluate(left, FLOATS, env.at(i=i, j=j)) for j in range(N)] for i in range(N)]
    )


def close(one: np.ndarray, other: np.ndarray) -> None:
    """Raise unless two gradients agree up to the error of central differences."""
    np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("name", PLAIN)
def test_gradients_are_those_of_finite_differences(name: str, letter: str) -> None:
    for seed in (1, 2):
        a = arrays(seed)
        close(ours(name, letter, a), differences(name, letter, a))


@pytest.mark.parametrize("letter", LETTERS)
def test_a_gradient_of_another_mechanism_would_be_seen(letter: str) -> None:
    a = arrays(3)
    with pytest.raises(AssertionError):
        close(ours("causal", letter, a), differences("causal+softmax1", letter, a))


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("name", ["full", "causal", "causal+alibi(m)", "linear+causal", "sigmoid"])
def test_gradients_are_the_derived_ones(name: str, letter: str) -> None:
    found = gradient(mechanism(name))
    names = {formula.name for formula in found.formulas}
    if letter not in names or (letter != "dS" and name.startswith("linear") and letter != "dV"):
        pytest.skip("not one formula")
    claim = read_claim(f"{letter} == {letter} for {name}")
    assert isinstance(claim, TermClaim)
    field = ball_field()
    from flint import ctx

    with ctx.workprec(200):
        tried = trial(found, numbers_at(found, 3, 3, 0))
        tables = {**tried.env.tables, "weight": lambda i, j: tried.value("alpha", i, j)}
        env = Environment(tried.env.scalars, tables, tried.env.vectors)
        for place in np.ndindex(3, 3) if letter == "dS" else np.ndindex(3):
            at = dict(zip("ij", place, strict=True)) if letter == "dS" else {"i": place[0]}
            at.setdefault("j", place[0])
            left = evaluate(with_tables(claim.left), tried.algebra, env.at(**at))
            same(field, left, theirs(tried, letter, place))


def theirs(tried: Any, letter: str, place: tuple[int, ...]) -> Any:
    """The derived entry; where a key is not seen, its score has the gradient 0."""
    if letter == "dS" and tried.value("alpha", *place) == 0:
        return tried.algebra["number"](0)
    return tried.value(letter, *place)


def same(field: Any, one: Any, other: Any) -> None:
    """Raise unless two balls, or all entries of two vectors, agree."""
    if isinstance(one, list):
        for a, b in zip(one, other, strict=True):
            same(field, a, b)
        return
    assert field.same(one, other), (one, other)
