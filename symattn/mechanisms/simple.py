"""The simplest self-attention: no projections, no scale.

The textbook form: Vaswani et al. 2017, eq. 1, without W and without 1/sqrt(d).

    support: j <= i
    weights: softmax over j of x_i . x_j
    output:  sum over j of alpha(i, j) x_j
"""

from __future__ import annotations

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, attend, dot, past


def oracle(*, x: Array, offset: int = 0, **_: object) -> Oracle:
    """Each vector mixes itself and its predecessors, weighted by their products with it."""
    if offset:
        raise ValueError("one sequence is its own queries and keys: it has no offset")
    return attend([x], [x], [x], allowed=past, score=lambda pair: dot(pair.q, pair.k))


MECHANISM = Mechanism(
    statements=(
        Statement(
            support="j <= i",
            content="dot(q[i], k[j])",
            sources={"q": "x", "k": "x", "v": "x"},
            where="x[_]: vector d",
        ),
    ),
    oracle=oracle,
)
