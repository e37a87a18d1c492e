"""FIRE: a function of the distance relative to the query's position.

Li et al. 2024 (FIRE), section 3: progressive interpolation with psi(x) = log(c x + 1) and the
threshold L. The paper is causal; |i - j| is i - j there, and defined for later keys as well.

    weights: softmax over j of q_i . k_j / sqrt(d) + f(psi(|i - j|) / psi(max(L, i)))
"""

from __future__ import annotations

import math
from collections.abc import Callable

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, Pair, attend, content


def oracle(
    *,
    q: Array,
    k: Array,
    v: Array,
    f: Callable[[float], float],
    c: float,
    L: float,
    offset: int = 0,
    **_: object,
) -> Oracle:
    """Each score has f of the interpolated distance added."""

    def psi(x: float) -> float:
        return math.log(float(c) * x + 1)

    def score(pair: Pair) -> float:
        interpolated = psi(abs(pair.i - pair.j)) / psi(max(float(L), pair.i))
        return content(pair) + float(f(interpolated))

    return attend(q, k, v, score=score, offset=offset)


MECHANISM = Mechanism(
    statements=(
        Statement(
            arguments={"c": "c", "L": "L"},
            term="f(log(c * abs(i - j) + 1) / log(c * max(L, i) + 1))",
            where="c: real > 0, L >= 1, f: function",
        ),
    ),
    oracle=oracle,
)
