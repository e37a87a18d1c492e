"""Grouped-query attention: g key heads, each read by H/g neighbouring query heads.

Ainslie et al. 2023, section 2.2.

    g(h):    h // (H / groups)
    weights: alpha(h, i, j) = softmax over j of q[h, i] . k[g(h), j] / sqrt(d)
    output:  sum over j of alpha(h, i, j) v[g(h), j]
"""

from __future__ import annotations

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, attend


def oracle(*, q: Array, k: Array, v: Array, groups: int, offset: int = 0, **_: object) -> Oracle:
    """Neighbouring query heads share a head of keys and values."""
    if len(q) % groups:
        raise ValueError(f"{groups} groups do not divide {len(q)} query heads")
    size = len(q) // groups
    return attend(q, k, v, key_head=lambda h: h // size, offset=offset)


MECHANISM = Mechanism(
    statements=(
        Statement(
            arguments={"groups": "groups"},
            heads="h // (H / groups)",
            where="groups >= 1, H % groups == 0",
        ),
    ),
    oracle=oracle,
    examples=({"groups": "2"},),
)
