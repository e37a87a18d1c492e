"""Linear attention: the softmax replaced by a feature map, elu + 1.

Katharopoulos et al. 2020, sections 3.2 and 3.2.1. The support stays as it is; their autoregressive
form is this one with causal.

    phi(x):  x + 1 if x > 0, else exp(x), for each channel
    weights: alpha(i, j) = phi(q_i) . phi(k_j) / sum over j' of phi(q_i) . phi(k_j')
"""

from __future__ import annotations

import math

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import (
    Array,
    Oracle,
    Row,
    Vector,
    attend,
    changed,
    dot,
    linear_row,
)


def phi(u: Vector, _position: int) -> Row:
    """elu(x) + 1 of every channel: positive, so that no denominator vanishes."""
    return [float(x) + 1 if x > 0 else math.exp(x) for x in u]


def oracle(*, q: Array, k: Array, v: Array, offset: int = 0, **_: object) -> Oracle:
    """Weights in proportion to products of features, no scale."""
    return attend(
        changed(q, phi),
        changed(k, phi),
        v,
        score=lambda pair: dot(pair.q, pair.k),
        normalise=linear_row,
        offset=offset,
    )


MECHANISM = Mechanism(
    statements=(
        Statement(content="dot(q[i], k[j])", query="phi(q[i])", key="phi(k[j])", weights="linear"),
    ),
    oracle=oracle,
)
