"""Packed documents: the keys of the same document.

Krell et al. 2021 (Efficient sequence packing without cross-contamination).

    support: doc[i] == doc[j]
    weights: softmax over these j of q_i . k_j / sqrt(d)
"""

from __future__ import annotations

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, Table, attend, entry


def oracle(*, q: Array, k: Array, v: Array, doc: Table, offset: int = 0, **_: object) -> Oracle:
    """No query sees another document."""
    return attend(q, k, v, allowed=lambda i, j: bool(entry(doc, i) == entry(doc, j)), offset=offset)


MECHANISM = Mechanism(
    statements=(Statement(support="doc[i] == doc[j]", where="doc[_]: integer"),),
    oracle=oracle,
)
