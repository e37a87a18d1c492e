"""Normalised queries and keys: each divided by its root mean square, no gain, no epsilon.

Henry et al. 2020 (Query-key normalization) with the norm of Zhang and Sennrich 2019 (RMSNorm).

    norm(u): u / sqrt(mean of u_c ** 2)
    weights: softmax over j of norm(q_i) . norm(k_j) / sqrt(d)
"""

from __future__ import annotations

import math

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, Row, Vector, attend, changed, dot


def norm(u: Vector, _position: int) -> Row:
    """u with mean square 1; a zero vector has no norm and raises."""
    root = math.sqrt(dot(u, u) / len(u))
    return [float(a) / root for a in u]


def oracle(*, q: Array, k: Array, v: Array, offset: int = 0, **_: object) -> Oracle:
    """The length of a query or key has no say, only its direction."""
    return attend(changed(q, norm), changed(k, norm), v, offset=offset)


MECHANISM = Mechanism(
    statements=(Statement(query="norm(q[i])", key="norm(k[j])"),),
    oracle=oracle,
)
