"""Soft cap on the scores: none leaves the open interval from -c to c.

Gemma team 2024 (Gemma 2), section 2, logit soft-capping.

    weights: softmax over j of c * tanh(q_i . k_j / sqrt(d) / c)
"""

from __future__ import annotations

import math

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, attend, content


def oracle(*, q: Array, k: Array, v: Array, c: float, offset: int = 0, **_: object) -> Oracle:
    """Each score is squeezed below the cap before the softmax."""
    return attend(
        q,
        k,
        v,
        score=lambda pair: float(c) * math.tanh(content(pair) / float(c)),
        offset=offset,
    )


MECHANISM = Mechanism(
    statements=(
        Statement(
            arguments={"c": "c"},
            operator="c * tanh(score / c)",
            where="c: real > 0",
        ),
    ),
    oracle=oracle,
)
