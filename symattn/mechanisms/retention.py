"""Retention: products that decay with the distance, without a softmax.

Sun et al. 2023 (RetNet), section 2.1, the parallel form; its rotation is the mechanism rope, and
its group norm over the heads is left out.

    support: j <= i
    weights: (q_i . k_j) * g ** (i - j), not normalised
"""

from __future__ import annotations

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, attend, dot, past, undivided_row


def oracle(*, q: Array, k: Array, v: Array, g: float, offset: int = 0, **_: object) -> Oracle:
    """Weights may be negative and have no sum to keep."""
    return attend(
        q,
        k,
        v,
        allowed=past,
        score=lambda pair: dot(pair.q, pair.k) * float(g) ** (pair.i - pair.j),
        normalise=undivided_row,
        offset=offset,
    )


MECHANISM = Mechanism(
    statements=(
        Statement(
            arguments={"g": "g"},
            support="j <= i",
            content="dot(q[i], k[j]) * g ** (i - j)",
            weights="undivided",
            where="g: real > 0",
        ),
    ),
    oracle=oracle,
)
