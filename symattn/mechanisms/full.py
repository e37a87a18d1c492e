"""Full attention: every query sees every key.

Vaswani et al. 2017, eq. 1.

    weights: softmax over all j of q_i . k_j / sqrt(d)
    output:  sum over j of alpha(i, j) v_j
"""

from __future__ import annotations

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, attend


def oracle(*, q: Array, k: Array, v: Array, offset: int = 0, **_: object) -> Oracle:
    """Scaled dot-product attention."""
    return attend(q, k, v, offset=offset)


MECHANISM = Mechanism(
    statements=(Statement(),),
    oracle=oracle,
)
