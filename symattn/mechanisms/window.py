"""Sliding window, counted in one of three ways.

Beltagy et al. 2020 (Longformer), section 3.1; Jiang et al. 2023 (Mistral 7B), section 2.

    support: 0 <= i - j < visible     (visible keys, the query's own among them)
         or  0 <= i - j <= lookback   (distance back)
         or  -right <= i - j <= left  (both sides, inclusive)
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
    visible: int | None = None,
    lookback: int | None = None,
    left: int | None = None,
    right: int | None = None,
    offset: int = 0,
    **_: object,
) -> Oracle:
    """A query sees the keys near it, and no others."""
    given = [w is not None for w in (visible, lookback, left, right)]
    if given not in (
        [True, False, False, False],
        [False, True, False, False],
        [False, False, True, True],
    ):
        raise ValueError("expected visible, or lookback, or left and right")

    def allowed(i: int, j: int) -> bool:
        if visible is not None:
            return 0 <= i - j < visible
        if lookback is not None:
            return 0 <= i - j <= lookback
        return left is not None and right is not None and -right <= i - j <= left

    return attend(q, k, v, allowed=allowed, offset=offset)


MECHANISM = Mechanism(
    statements=(
        Statement(
            arguments={"visible": "visible"},
            support="j <= i and i - j < visible",
            where="visible >= 1",
        ),
        Statement(
            arguments={"lookback": "lookback"},
            support="j <= i and i - j <= lookback",
            where="lookback >= 0",
        ),
        Statement(
            arguments={"left": "left", "right": "right"},
            support="i - j <= left and j - i <= right",
            where="left >= 0, right >= 0",
        ),
    ),
    oracle=oracle,
    examples=({"visible": "3"}, {"lookback": "2"}, {"left": "1", "right": "2"}),
)
