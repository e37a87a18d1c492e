"""Multi-head attention: query head h reads key head h.

Vaswani et al. 2017, section 3.2.2.

    weights: alpha(h, i, j) = softmax over j of q[h, i] . k[h, j] / sqrt(d)
    output:  sum over j of alpha(h, i, j) v[h, j]
"""

from __future__ import annotations

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, attend


def oracle(*, q: Array, k: Array, v: Array, offset: int = 0, **_: object) -> Oracle:
    """Heads do not see each other; H query heads need H key heads."""
    return attend(q, k, v, key_head=lambda h: h, offset=offset)


MECHANISM = Mechanism(
    statements=(Statement(heads="h"),),
    oracle=oracle,
)
