"""Sigmoid attention: each weight by itself, no sum over the keys.

Ramapuram et al. 2024 (Theory, analysis, and best practices for sigmoid self-attention).

    weights: alpha(i, j) = 1 / (1 + exp(-(q_i . k_j / sqrt(d) + b)))
"""

from __future__ import annotations

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, attend, content, sigmoid_row


def oracle(*, q: Array, k: Array, v: Array, b: float, offset: int = 0, **_: object) -> Oracle:
    """A key's weight does not depend on the other keys."""
    return attend(
        q,
        k,
        v,
        score=lambda pair: content(pair) + float(b),
        normalise=sigmoid_row,
        offset=offset,
    )


MECHANISM = Mechanism(
    statements=(Statement(arguments={"b": "b"}, term="b", weights="sigmoid", where="b: real"),),
    oracle=oracle,
)
