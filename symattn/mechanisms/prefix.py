"""Prefix attention: everybody sees the first p keys, causal after them.

Raffel et al. 2020 (T5), section 3.2.1, causal with prefix.

    support: j <= i or j < p
    weights: softmax over these j of q_i . k_j / sqrt(d)
"""

from __future__ import annotations

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, attend


def oracle(*, q: Array, k: Array, v: Array, p: int, offset: int = 0, **_: object) -> Oracle:
    """The prefix sees itself in full, the rest sees what came before."""
    return attend(q, k, v, allowed=lambda i, j: j <= i or j < p, offset=offset)


MECHANISM = Mechanism(
    statements=(
        Statement(
            arguments={"p": "p"},
            support="j <= i or j < p",
            where="p >= 0",
        ),
    ),
    oracle=oracle,
    examples=({"p": "3"},),
)
