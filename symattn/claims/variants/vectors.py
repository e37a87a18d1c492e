"""Variants with small vectors: scores, outputs and weights in exact numbers."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from symattn.claims.variants.drawing import Record, several

Vector = list[int]


def _product(a: Vector, b: Vector) -> int:
    return sum(x * y for x, y in zip(a, b, strict=True))


def _vector(draw: Random, d: int, largest: int = 3) -> Vector:
    return [draw.randint(-largest, largest) for _ in range(d)]


def _said(vector: Vector) -> str:
    return f"({', '.join(map(str, vector))})"


def score(draw: Random) -> Record:
    """The score before the softmax: product, scale and a term for the place."""
    root = draw.choice((1, 2, 2, 3))
    d = root * root
    q, k = _vector(draw, d, 4), _vector(draw, d, 4)
    bias = Fraction(draw.randint(-6, 6), draw.choice((1, 2, 4)))
    product = _product(q, k)
    right = Fraction(product, root) + bias
    wrong = [product + bias, Fraction(product, d) + bias, Fraction(product, root) - bias,
             Fraction(product, root), right + 1, right - 1, 2 * right + 1]  # fmt: skip
    return several(
        draw, "value", str(right), [*map(str, wrong), "-oo"],
        statement="The score before the softmax is q k^T / sqrt(d) + PE. The key comes before the"
        f" query, q = {_said(q)}, k = {_said(k)}, d = {d} and PE = {bias}. What is the score?",
        claim="dot(q, k) / sqrt(d) + b", given={"q": q, "k": k, "d": d, "b": str(bias)},
    )  # fmt: skip


def output(draw: Random) -> Record:
    """The output of the simplest self-attention, as quotients of exponentials."""
    n = draw.choice((2, 2, 3))
    x = [_vector(draw, 2, 2) for _ in range(n)]
    while len({_product(x[-1], v) for v in x}) < 2 or len({tuple(v) for v in x}) < n:
        x = [_vector(draw, 2, 2) for _ in range(n)]
    i = n - 1
    scores = [_product(x[i], v) for v in x]

    def mixed(scores: list[int], over: str = "") -> list[str]:
        total = over or " + ".join(f"exp({s})" for s in scores)
        return [
            f"({' + '.join(f'{v[t]}*exp({s})' for v, s in zip(x, scores, strict=True))})/({total})"
            for t in range(2)
        ]

    wrong = [
        mixed(scores[::-1]),
        mixed([0] * n),
        mixed(scores, "1"),
        [str(entry) for entry in x[i]],
        mixed([s + at for at, s in enumerate(scores)]),
        mixed([2 * s for s in scores]),
    ]
    return several(
        draw, "value", mixed(scores), wrong,
        statement="The simplest self-attention has the scores x_i . x_j, is causal, and counts"
        f" from 0. What is y_{i} for "
        + ", ".join(f"x_{at} = {_said(v)}" for at, v in enumerate(x)) + "?",
        reference={"mechanism": "simple", "output": "output"}, given={"x": x, "i": i},
    )  # fmt: skip


def orthogonal(draw: Random) -> Record:
    """The weight of a vector that is orthogonal to the one that asks."""
    a, b = draw.randint(1, 4), draw.randint(-4, 4)
    last = draw.choice(([], [draw.randint(1, 3)]))
    t = draw.choice((-3, -2, -1, 1, 2, 3))
    x_1, x_0 = [a, b, *last], [-t * b, t * a, *(0 for _ in last)]
    own = _product(x_1, x_1)
    wrong = ["0", "1/2", f"exp({own})/(1 + exp({own}))", "1", f"1/(1 + exp({own + 1}))"]
    return several(
        draw, "value", f"1/(1 + exp({own}))", wrong,
        statement=f"In the simplest self-attention, x_0 = {_said(x_0)} is orthogonal to"
        f" x_1 = {_said(x_1)}. Which weight has x_0 in y_1 (causal, counting from 0)?",
        reference={"mechanism": "simple", "output": "weight"},
        given={"x": [x_0, x_1], "i": 1, "j": 0},
    )  # fmt: skip


def identity(draw: Random) -> Record:
    """A score of the projected form, whose matrices are the identity or exchange two entries."""
    x = [_vector(draw, 2, 4) for _ in range(2)]
    turn = draw.choice(([[1, 0], [0, 1]], [[0, 1], [1, 0]]))
    asked = [_product(x[1], [row[t] for row in turn]) for t in range(2)]
    right = _product(asked, x[0])
    near = [_product(x[1], x[0]), _product(x[1], x[1]), _product(x[0], x[0]), -right]
    wrong = [str(number) for number in (*near, right + 1, right - 2, 2 * right + 3)]
    word = "the identity" if turn[0][0] else "the matrix that exchanges both entries"
    one = [[1, 0], [0, 1]]
    return several(
        draw, "value", str(right), wrong,
        statement=f"In projected self-attention W_q is {word} and W_k = W_v is the identity."
        f" What is the score of query 1 and key 0, for x_0 = {_said(x[0])} and"
        f" x_1 = {_said(x[1])} (no scale, counting from 0)?",
        reference={"mechanism": "projected", "output": "score"},
        given={"x": x, "W_q": turn, "W_k": one, "W_v": one, "i": 1, "j": 0},
    )  # fmt: skip
