"""True claims about gradients, as explicit sums; `MATRICES` is for claims between matrices.

P are the weights of a row, `g[i, l]` is the gradient that comes in at weight (i, l), and
dS = P (g - sum P g) is the gradient of the scores.
"""

# ruff: noqa: E501  (a claim stands on one line)
from __future__ import annotations

from random import Random

from tests.campaign.case import family
from tests.campaign.rewrites.mechanisms import BIASES, plus

MATRICES: list[tuple[str, str]] = []  # claims such as dS == P o (dP - rowsum(P o dP)), with names


def _seen(spec: str) -> tuple[str, str]:
    return {"causal": ("l <= i", "t <= i"), "full": ("true", "true"),
            "window(visible=3)": ("l <= i and i - l < 3", "t <= i and i - t < 3")}[spec]  # fmt: skip


@family("gradients")
def _scores(rng: Random) -> tuple[str, str]:
    """Rows of dS sum to 0, do not see shifts of g, and have other spellings."""
    mask = rng.choice(["causal", "full", "window(visible=3)"])
    spec = plus(mask, rng.choice([bias for bias in BIASES if "shaw" not in bias]))  # its own values
    keys, others = _seen(mask)
    p, r = f"weight({spec}, i, l)", f"weight({spec}, i, t)"
    inner = f"sum(t, {others}, {r} * g[i, t])"
    at = f"weight({spec}, i, j)"
    return rng.choice([
        (f"sum(l, {keys}, {p} * (g[i, l] - {inner})) == 0", "rows of dS sum to 0"),
        (f"{at} * (g[i, j] - {inner}) == {at} * (g[i, j] + c - sum(t, {others}, {r} * (g[i, t] + c)))", "shift of g"),
        (f"{at} * (g[i, j] - {inner}) == {at} * g[i, j] - {at} * {inner}", "spelled out"),
        (f"{at} * (g[i, j] - {inner}) == sum(t, {others}, {r} * (where(t == j, 1, 0) - {at}) * g[i, t])", "Jacobian"),
        (f"sum(t, {others}, {r} * (where(t == j, 1, 0) - {at}) * g[i, t]) == sum(t, {others}, (where(t == j, {r}, 0) - {at} * {r}) * g[i, t])", "Jacobian"),
        (f"sum(l, {keys}, {p} * (g[i, l] - {inner}) * s[l]) == sum(l, {keys}, {p} * g[i, l] * s[l]) - sum(l, {keys}, {p} * s[l]) * {inner}", "covariance"),
        (f"sum(l, {keys}, {p} * dot(v[i], v[l])) == dot(v[i], output({spec}, i))", "dP by outputs"),
    ])  # fmt: skip
