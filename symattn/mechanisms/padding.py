"""Padding mask: only the keys that are kept.

Vaswani et al. 2017 in its released code; batches of sentences of different lengths.

    support: keep[j]
    weights: softmax over these j of q_i . k_j / sqrt(d)
"""

from __future__ import annotations

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, Table, attend, entry


def oracle(*, q: Array, k: Array, v: Array, keep: Table, offset: int = 0, **_: object) -> Oracle:
    """No query sees a key that is padding; with no key kept the output is zero."""
    return attend(q, k, v, allowed=lambda _, j: bool(entry(keep, j)), offset=offset)


MECHANISM = Mechanism(
    statements=(Statement(support="keep[j]", where="keep[_]: boolean"),),
    oracle=oracle,
)
