"""Attention sinks: the first keys stay visible to everybody.

Xiao et al. 2024 (StreamingLLM), section 3; there united with a window.

    support: j < tokens
    weights: softmax over these j of q_i . k_j / sqrt(d)
"""

from __future__ import annotations

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, attend


def oracle(*, q: Array, k: Array, v: Array, tokens: int, offset: int = 0, **_: object) -> Oracle:
    """Every query sees the first tokens only."""
    return attend(q, k, v, allowed=lambda _, j: j < tokens, offset=offset)


MECHANISM = Mechanism(
    statements=(
        Statement(
            arguments={"tokens": "tokens"},
            support="j < tokens",
            where="tokens >= 0",
        ),
    ),
    oracle=oracle,
    examples=({"tokens": "2"},),
)
