"""True claims about sums over keys: softmax written out, shifted, split, renamed and reversed."""

# ruff: noqa: E501  (a claim stands on one line)
from __future__ import annotations

from random import Random

from symattn.core.text import read, show
from tests.campaign.case import family
from tests.campaign.rewrites.real import REAL
from tests.campaign.rewrites.real_sums import SUMS
from tests.campaign.rewrites.rewriting import rewritten

STARTS = [
    "sum(l, l <= i, exp(s[i, l]))", "sum(l, true, exp(s[i, l] - c) * b[l])", "sum(t, 0, 5, c ** 2 * t)",
    "exp(s[i, j]) / sum(l, l <= i, exp(s[i, l]))", "sum(l, l <= i, s[i, l] * (b[l] + c))",
    "sum(l, l < i, sigmoid(s[i, l]) / (1 + exp(c)))", "sum(t, 1, n, t * c + b[t])",
    "sum(l, l <= i, sum(t, t <= i, s[l, t] * b[t]))", "exp(s[i, j] / 2) / sum(l, true, exp(s[i, l] / 2))",
    "sum(l, i - l < 3, exp(s[i, l])) * exp(c)", "log(sum(l, l <= i, exp(s[i, l] + c)))",
    "sum(l, l <= i, exp(s[i, l]) * dot(v[l], v[i]))", "sum(l, l % 2 == 0, b[l] - c)",
]  # fmt: skip


@family("sums")
def _sum(rng: Random) -> tuple[str, str]:
    """A sum against its rewriting."""
    start = read(rng.choice(STARTS))
    left, first = rewritten(start, [*REAL, *SUMS], rng, rng.randint(0, 1))
    right, names = rewritten(start, [*REAL, *SUMS], rng, rng.randint(1, 4))
    return f"{show(left)} == {show(right)}", " + ".join([*first, *names]) or "same"


@family("sums")
def _softmax(rng: Random) -> tuple[str, str]:
    """Softmax over a row: what cancels in it, and how it can be written."""
    shift = rng.choice(
        ["c", "b[i]", "s[i, 0]", "s[i, i] * 2", "exp(c)", "-7", "max(c, b[i])", "10 ** 9"]
    )
    seen = rng.choice(["l <= i", "true", "i - l < 3", "l <= i or l < 2", "l != i or i == 0"])
    mask = seen.replace("l", "j")
    head = f"exp(s[i, j]) / sum(l, {seen}, exp(s[i, l]))"
    return rng.choice([
        (f"softmax(j, s[i, j]) == softmax(j, s[i, j] + {shift})", "row shift"),
        (f"softmax(j, s[i, j] - {shift}) == exp(s[i, j]) / sum(l, true, exp(s[i, l]))", "row shift"),
        (f"softmax(j, where({mask}, s[i, j], -oo)) == {head} where {mask}", "mask"),
        (f"{head} == exp(s[i, j] - {shift}) / sum(l, {seen}, exp(s[i, l] - {shift})) where {mask}", "row shift"),
        (f"log({head}) == s[i, j] - log(sum(t, {seen.replace('l', 't')}, exp(s[i, t]))) where {mask}", "logarithm"),
        ("lse(j, s[i, j] + c) == c + lse(j, s[i, j])", "row shift"),
        (f"sum(l, {seen}, exp(s[i, l]) / sum(t, {seen.replace('l', 't')}, exp(s[i, t]))) == 1 where {mask}", "total"),
        (f"1 / sum(l, {seen}, exp(s[i, l] - s[i, j])) == {head} where {mask}", "one over"),
        (f"sum(l, {seen}, exp(s[i, l])) == sum(l, ({seen}) and l != j, exp(s[i, l])) + exp(s[i, j]) where {mask}", "one term"),
        ("sum(l, l <= i, 1) == i + 1", "number of keys"), ("sum(l, true, l) == n * (n - 1) / 2", "number of keys"),
        ("sum(l, l <= i, l * c) == c * i * (i + 1) / 2", "number of keys"),
        (f"sum(l, {seen}, s[i, l]) == sum(l, {seen.replace('l', '(n - 1 - l)')}, s[i, n - 1 - l])", "backwards"),
        ("sum(l, l <= i, s[i, l]) == sum(t, 0, i, s[i, i - t])", "backwards"),
        ("sum(l, l <= i, s[i, l]) == sum(t, 0, i, s[i, t])", "range"),
        ("softmax(j, 0 * s[i, j]) == 1 / n", "constant row"),
    ])  # fmt: skip
