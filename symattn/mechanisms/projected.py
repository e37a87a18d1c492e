"""Self-attention with projections of one sequence.

Vaswani et al. 2017, sections 3.2.1 and 3.2.2 (one head, the scale left open).

    support: j <= i
    weights: softmax over j of (x_i W_q) . (x_j W_k) * scale
    output:  sum over j of alpha(i, j) x_j W_v
"""

from __future__ import annotations

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, attend, dot, past, times


def oracle(
    *,
    x: Array,
    W_q: Array,
    W_k: Array,
    W_v: Array,
    scale: float = 1,
    offset: int = 0,
    **_: object,
) -> Oracle:
    """Queries, keys and values are three projections of one sequence."""
    if offset:
        raise ValueError("one sequence is its own queries and keys: it has no offset")
    q, k, v = ([times(x_i, W) for x_i in x] for W in (W_q, W_k, W_v))
    return attend(
        [q], [k], [v], allowed=past, score=lambda pair: dot(pair.q, pair.k) * float(scale)
    )


MECHANISM = Mechanism(
    statements=(
        Statement(
            arguments={"scale": "1"},
            support="j <= i",
            content="dot(q[i], k[j]) * scale",
            query="q[i] @ W_q",
            key="k[j] @ W_k",
            mixed="v[j] @ W_v",
            sources={"q": "x", "k": "x", "v": "x"},
            where="x[_]: vector d_x, W_q: matrix d_x d, W_k: matrix d_x d,"
            " W_v: matrix d_x d_v, scale: real",
        ),
    ),
    oracle=oracle,
    examples=({}, {"scale": "1 / sqrt(d)"}),
)
