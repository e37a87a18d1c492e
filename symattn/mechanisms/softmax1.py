"""Softmax with one added to the denominator: a query may attend to nothing.

Miller 2023 (Attention is off by one).

    weights: alpha(i, j) = exp(s(i, j)) / (1 + sum over j' of exp(s(i, j')))
"""

from __future__ import annotations

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, attend, softmax1_row


def oracle(*, q: Array, k: Array, v: Array, offset: int = 0, **_: object) -> Oracle:
    """Each row sums to less than 1, and to almost 0 if all its scores are low."""
    return attend(q, k, v, normalise=softmax1_row, offset=offset)


MECHANISM = Mechanism(
    statements=(Statement(weights="softmax1"),),
    oracle=oracle,
)
