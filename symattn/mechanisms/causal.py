"""Causal attention: a query sees itself and what came before.

Vaswani et al. 2017, section 3.2.3.

    support: j <= i
    weights: softmax over these j of q_i . k_j / sqrt(d)
"""

from __future__ import annotations

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, attend, past


def oracle(*, q: Array, k: Array, v: Array, offset: int = 0, **_: object) -> Oracle:
    """No query sees a later key."""
    return attend(q, k, v, allowed=past, offset=offset)


MECHANISM = Mechanism(
    statements=(Statement(support="j <= i"),),
    oracle=oracle,
)
