"""Dilated attention: every key at a multiple of the rate.

Beltagy et al. 2020 (Longformer), section 3.1, the dilation without the window.

    support: (i - j) % rate == 0
    weights: softmax over these j of q_i . k_j / sqrt(d)
"""

from __future__ import annotations

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, attend


def oracle(*, q: Array, k: Array, v: Array, rate: int, offset: int = 0, **_: object) -> Oracle:
    """A query sees the keys at a distance that the rate divides, on both sides."""
    return attend(q, k, v, allowed=lambda i, j: (i - j) % rate == 0, offset=offset)


MECHANISM = Mechanism(
    statements=(
        Statement(
            arguments={"rate": "rate"},
            support="(i - j) % rate == 0",
            where="rate >= 1",
        ),
    ),
    oracle=oracle,
    examples=({"rate": "3"},),
)
