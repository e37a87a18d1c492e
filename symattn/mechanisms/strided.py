"""Strided sparse attention: a local band and every stride-th key.

Child et al. 2019 (Sparse Transformers), section 4.3, the patterns of both heads in one. The paper's
band has i - j <= stride, which is the same: distance stride is in the other pattern. It is causal.

    support: |i - j| < stride or (i - j) % stride == 0
    weights: softmax over these j of q_i . k_j / sqrt(d)
"""

from __future__ import annotations

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, attend


def oracle(*, q: Array, k: Array, v: Array, stride: int, offset: int = 0, **_: object) -> Oracle:
    """A query sees its neighbours, and far keys in its own column of rows of length stride."""

    def allowed(i: int, j: int) -> bool:
        return abs(i - j) < stride or (i - j) % stride == 0

    return attend(q, k, v, allowed=allowed, offset=offset)


MECHANISM = Mechanism(
    statements=(
        Statement(
            arguments={"stride": "stride"},
            support="abs(i - j) < stride or (i - j) % stride == 0",
            where="stride >= 1",
        ),
    ),
    oracle=oracle,
    examples=({"stride": "3"},),
)
