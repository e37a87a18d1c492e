"""True claims about numbers and scores: laws of exponentials, roots, products and rotations."""

# ruff: noqa: E501  (a claim stands on one line)
from __future__ import annotations

from fractions import Fraction
from random import Random

from symattn.core.expression import Expr, number, symbol
from symattn.core.text import read, show
from tests.campaign.case import family
from tests.campaign.rewrites.real import REAL, fn
from tests.campaign.rewrites.real_sums import SUMS
from tests.campaign.rewrites.rewriting import Rule, rewritten

A, B, C = map(symbol, "abc")
BRANCHES = ("extremes", "where")
NUMBERS: list[Rule] = [r for r in (*REAL, *SUMS) if r.name != "the keys backwards"]


def real(rng: Random, depth: int) -> Expr:
    """A number in a, b, c that has a value everywhere."""
    if depth == 0:
        return rng.choice(
            [A, B, C, number(rng.randint(1, 9)), number(Fraction(1, rng.randint(2, 9)))]
        )
    x, y = real(rng, depth - 1), real(rng, depth - 1)
    return rng.choice([
        x + y, x - y, x * y, x / (1 + fn("exp", y)), x / number(rng.randint(2, 5)), fn("tanh", x),
        fn("sigmoid", x), fn("exp", x), fn("max", x, y), fn("min", x, y), fn("abs", x),
        fn("log", 1 + fn("exp", x)), fn("sqrt", 1 + fn("exp", x)), x ** 2,
    ])  # fmt: skip


def _rings(rng: Random, depth: int) -> Expr:
    """The same without branches and nested exponentials."""
    if depth == 0:
        return real(rng, 0)
    x, y = _rings(rng, depth - 1), _rings(rng, depth - 1)
    exponent = _linear(rng)
    return rng.choice([
        x + y, x - y, x * y, x / (1 + fn("exp", exponent)), fn("exp", exponent), x * fn("exp", exponent),
        fn("sigmoid", exponent), fn("tanh", exponent), x ** 2, x / fn("sqrt", number(rng.randint(2, 9))),
    ])  # fmt: skip


def _linear(rng: Random) -> Expr:
    return rng.choice([A, B, A + B, A - B, 2 * A, A / 3 - B, A * B, number(rng.randint(1, 6)) - A])


def _equal(rng: Random, start: Expr, times: int, rules: list[Rule]) -> tuple[str, str]:
    left, first = rewritten(start, rules, rng, rng.randint(0, 1))
    right, names = rewritten(start, rules, rng, rng.randint(1, times))
    return f"{show(left)} == {show(right)}", " + ".join([*first, *names]) or "same"


@family("numbers")
def _ring_terms(rng: Random) -> tuple[str, str]:
    return _equal(rng, _rings(rng, rng.randint(1, 2)), 4, NUMBERS)


@family("numbers")
def _any_terms(rng: Random) -> tuple[str, str]:
    return _equal(rng, real(rng, rng.randint(1, 2)), 3, NUMBERS)


CONTENTS = [
    "dot(q[i], k[j]) / sqrt(d)", "dot(rope(q[i], i), rope(k[j], j))", "dot(q[i] @ W, k[j])",
    "dot(norm(q[i]), norm(k[j])) / sqrt(d)", "dot(q[i] + u, k[j]) / 2 - c * (i - j)",
    "dot(norm(rope(q[i], i)), norm(rope(k[j], j)))", "c * tanh(dot(q[i], k[j]) / 3)",
    "dot(q[i] + a[j - i], k[j])", "dot(2 * q[i], k[j] @ W.T)", "exp(dot(q[i], k[j]) / sqrt(d) - c)",
    "dot(rope(q[i] + u, i), rope(k[j], j)) / sqrt(d)", "dot((q[i] + u) @ W, k[j] + w) + b[i, j]",
    "dot(q[i], k[j]) ** 2 / d", "sigmoid(dot(q[i], k[j]) / sqrt(d) + c)",
    "where(j <= i, dot(q[i], k[j]), c) - max(c, b[i, j])", "dot(phi(q[i]), phi(k[j])) / (1 + exp(c))",
]  # fmt: skip


@family("scores")
def _content(rng: Random) -> tuple[str, str]:
    """A score against its rewriting."""
    return _equal(rng, read(rng.choice(CONTENTS)), 4, NUMBERS)


SPECS = [  # a composition and its score
    ("causal", "dot(q[i], k[j]) / sqrt(d)"), ("causal + alibi(c)", "dot(q[i], k[j]) / sqrt(d) - c * (i - j)"),
    ("bias(c * j) + window(visible=3)", "dot(q[i], k[j]) / sqrt(d) + c * j"),
    ("softcap(5) + causal", "5 * tanh(dot(q[i], k[j]) / sqrt(d) / 5)"),
    ("temperature(T) + full", "dot(q[i], k[j]) / sqrt(d) / T"),
    ("rope + causal", "dot(rope(q[i], i), rope(k[j], j)) / sqrt(d)"),
    ("qk_norm + rope", "dot(rope(norm(q[i]), i), rope(norm(k[j]), j)) / sqrt(d)"),
    ("bias(c) + temperature(2)", "(dot(q[i], k[j]) / sqrt(d) + c) / 2"),
    ("linear + causal", "dot(phi(q[i]), phi(k[j]))"), ("sigmoid(b)", "dot(q[i], k[j]) / sqrt(d) + b"),
    ("retention(g=1/2)", "dot(q[i], k[j]) * (1 / 2) ** (i - j)"),
    ("kerple + causal", "dot(q[i], k[j]) / sqrt(d) - r1 * log(1 + r2 * abs(i - j))"),
    ("log_n(s) + full", "s * log(n) * (dot(q[i], k[j]) / sqrt(d))"),
    ("shaw(clip=2) + causal", "dot(q[i], k[j] + a_k[max(-2, min(2, j - i))]) / sqrt(d)"),
    ("transformer_xl", "(dot(q[i] + u, k[j]) + dot(q[i] + w, r[i - j] @ W_r)) / sqrt(d)"),
]  # fmt: skip


@family("scores")
def _of_mechanism(rng: Random) -> tuple[str, str]:
    """The score of a mechanism, spelled out and rewritten."""
    spec, text = rng.choice(SPECS)
    right, names = rewritten(
        read(text), [r for r in NUMBERS if "where" not in r.name], rng, rng.randint(0, 3)
    )
    seen = " where j <= i" if "causal" in spec or "retention" in spec else ""
    seen = " where j <= i and i - j < 3" if "window" in spec else seen
    return f"score({spec}, i, j) == {show(right)}{seen}", " + ".join(["score", *names])
