"""Relative position representations: a clipped distance has a vector in the key and the value.

Shaw, Uszkoreit and Vaswani 2018, eq. 3 and 4, clipped as in section 3.2.

    r:       max(-clip, min(clip, j - i))
    weights: softmax over j of q_i . (k_j + a_k[r]) / sqrt(d)
    output:  sum over j of alpha(i, j) (v_j + a_v[r])
"""

from __future__ import annotations

import math

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, Pair, Table, Vector, attend, dot, entry, plus


def oracle(
    *,
    q: Array,
    k: Array,
    v: Array,
    a_k: Table,
    a_v: Table,
    clip: int,
    offset: int = 0,
    **_: object,
) -> Oracle:
    """Keys and values carry the vector of their clipped distance from the query."""

    def clipped(pair: Pair) -> int:
        return max(-clip, min(clip, pair.j - pair.i))

    def score(pair: Pair) -> float:
        return dot(pair.q, plus(pair.k, entry(a_k, clipped(pair)))) / math.sqrt(len(pair.q))

    def value(pair: Pair) -> Vector:
        return plus(pair.v, entry(a_v, clipped(pair)))

    return attend(q, k, v, score=score, value=value, offset=offset)


MECHANISM = Mechanism(
    statements=(
        Statement(
            arguments={"clip": "clip"},
            key="k[j] + a_k[max(-clip, min(clip, j - i))]",
            mixed="v[j] + a_v[max(-clip, min(clip, j - i))]",
            # as wide as what they are added to, which may be x
            where="clip >= 0, a_k[_]: vector, a_v[_]: vector",
        ),
    ),
    oracle=oracle,
    examples=({"clip": "2"},),
)
