"""Differential attention: the difference of two softmax rows.

Ye et al. 2024 (Differential Transformer), eq. 1; the norm over the heads that follows is left out.

    weights: softmax over j of q1_i . k1_j / sqrt(d) - lam * softmax over j of q2_i . k2_j / sqrt(d)
    output:  sum over j of alpha(i, j) v_j
"""

from __future__ import annotations

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, attend


def oracle(
    *,
    q1: Array,
    k1: Array,
    q2: Array,
    k2: Array,
    v: Array,
    lam: float,
    offset: int = 0,
    **_: object,
) -> Oracle:
    """Each row sums to 1 - lam; what both maps attend to cancels."""
    one = attend(q1, k1, v, offset=offset)
    two = attend(q2, k2, v, offset=offset)
    return Oracle(one.weights - float(lam) * two.weights, one.output - float(lam) * two.output)


MECHANISM = Mechanism(
    statements=(
        Statement(
            arguments={"lam": "lam"},
            content={
                "1": "dot(q1[i], k1[j]) / sqrt(d)",
                "-lam": "dot(q2[i], k2[j]) / sqrt(d)",
            },
            roles={"q1": "q", "q2": "q", "k1": "k", "k2": "k"},
            where="lam: real, q1[_]: vector d, q2[_]: vector d, k1[_]: vector d, k2[_]: vector d",
        ),
    ),
    oracle=oracle,
)
