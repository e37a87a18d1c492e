"""Temperature: all scores divided by T.

Hinton, Vinyals and Dean 2015, section 2, in attention.

    weights: softmax over j of q_i . k_j / sqrt(d) / T
"""

from __future__ import annotations

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, attend, content


def oracle(*, q: Array, k: Array, v: Array, T: float, offset: int = 0, **_: object) -> Oracle:
    """The higher T, the flatter the weights."""
    return attend(q, k, v, score=lambda pair: content(pair) / float(T), offset=offset)


MECHANISM = Mechanism(
    statements=(
        Statement(
            arguments={"T": "T"},
            operator="score / T",
            where="T: real > 0",
        ),
    ),
    oracle=oracle,
)
