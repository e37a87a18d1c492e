"""Block-local attention: the keys of the same and of the neighbouring blocks.

Zaheer et al. 2020 (BigBird), the window part, which is made of blocks.

    support: |i // block - j // block| <= 1
    weights: softmax over these j of q_i . k_j / sqrt(d)
"""

from __future__ import annotations

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, attend


def oracle(*, q: Array, k: Array, v: Array, block: int, offset: int = 0, **_: object) -> Oracle:
    """A query sees its own block, the one before and the one after."""
    return attend(q, k, v, allowed=lambda i, j: abs(i // block - j // block) <= 1, offset=offset)


MECHANISM = Mechanism(
    statements=(
        Statement(
            arguments={"block": "block"},
            support="abs(i // block - j // block) <= 1",
            where="block >= 1",
        ),
    ),
    oracle=oracle,
    examples=({"block": "2"},),
)
