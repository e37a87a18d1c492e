"""Scalable softmax: scores grow with the logarithm of the number of keys.

Nakanishi 2025 (Scalable-Softmax); Chiang and Cholak 2022. Here n_k counts all keys; code that
counts the keys that a causal query sees has log(i + 1) in its place, which is another mechanism.

    weights: softmax over j of s * log(n_k) * q_i . k_j / sqrt(d)
"""

from __future__ import annotations

import math

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, attend, content


def oracle(*, q: Array, k: Array, v: Array, s: float, offset: int = 0, **_: object) -> Oracle:
    """The more keys, the sharper the weights; with one key all scores are 0."""
    n_k = k.shape[1]
    return attend(
        q, k, v, score=lambda pair: float(s) * math.log(n_k) * content(pair), offset=offset
    )


MECHANISM = Mechanism(
    statements=(
        Statement(
            arguments={"s": "s"},
            operator="s * log(n_k) * score",
            where="s: real",
        ),
    ),
    oracle=oracle,
)
