"""Transformer-XL: content and position in four terms.

Dai et al. 2019, section 3.3: content by content, content by position, and a bias for each key and
each distance that all queries share (u, and v in the paper, here w).

    weights: softmax over j of ((q_i + u) . k_j + (q_i + w) . (r[i - j] W_r)) / sqrt(d)
"""

from __future__ import annotations

import math

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import (
    Array,
    Oracle,
    Pair,
    Table,
    Vector,
    attend,
    dot,
    entry,
    times,
)


def oracle(
    *,
    q: Array,
    k: Array,
    v: Array,
    r: Table,
    W_r: Array,
    u: Vector,
    w: Vector,
    offset: int = 0,
    **_: object,
) -> Oracle:
    """Each score has the four terms (a) to (d) of the paper."""

    def score(pair: Pair) -> float:
        place = times(entry(r, pair.i - pair.j), W_r)
        a, b = dot(pair.q, pair.k), dot(pair.q, place)
        c, d = dot(u, pair.k), dot(w, place)
        return math.fsum((a, b, c, d)) / math.sqrt(len(pair.q))

    return attend(q, k, v, score=score, offset=offset)


MECHANISM = Mechanism(
    statements=(
        Statement(
            content="(dot(q[i], k[j]) + dot(q[i], r[i - j] @ W_r) + dot(u, k[j])"
            " + dot(w, r[i - j] @ W_r)) / sqrt(d)",
            where="r[_]: vector d_r, W_r: matrix d_r d, u: vector d, w: vector d",
        ),
    ),
    oracle=oracle,
)
