"""Window with global tokens: the first tokens see all and are seen by all.

Beltagy et al. 2020 (Longformer), section 3.1 (there with projections of their own for the global
tokens, which this mechanism leaves out).

    support: |i - j| <= lookback or i < tokens or j < tokens
    weights: softmax over these j of q_i . k_j / sqrt(d)
"""

from __future__ import annotations

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, attend


def oracle(
    *,
    q: Array,
    k: Array,
    v: Array,
    lookback: int,
    tokens: int,
    offset: int = 0,
    **_: object,
) -> Oracle:
    """A query sees the keys near it on both sides and the global ones."""

    def allowed(i: int, j: int) -> bool:
        return abs(i - j) <= lookback or i < tokens or j < tokens

    return attend(q, k, v, allowed=allowed, offset=offset)


MECHANISM = Mechanism(
    statements=(
        Statement(
            arguments={"lookback": "lookback", "tokens": "tokens"},
            support="abs(i - j) <= lookback or i < tokens or j < tokens",
            where="lookback >= 0, tokens >= 0",
        ),
    ),
    oracle=oracle,
    examples=({"lookback": "1", "tokens": "1"},),
)
