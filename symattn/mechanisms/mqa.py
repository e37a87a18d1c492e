"""Multi-query attention: one key head for all query heads.

Shazeer 2019 (Fast transformer decoding), section 3.

    weights: alpha(h, i, j) = softmax over j of q[h, i] . k[0, j] / sqrt(d)
    output:  sum over j of alpha(h, i, j) v[0, j]
"""

from __future__ import annotations

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, attend


def oracle(*, q: Array, k: Array, v: Array, offset: int = 0, **_: object) -> Oracle:
    """All query heads read the one head of keys and values."""
    return attend(q, k, v, key_head=lambda _: 0, offset=offset)


MECHANISM = Mechanism(
    statements=(Statement(heads="0"),),
    oracle=oracle,
)
