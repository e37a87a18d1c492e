"""KERPLE: a kernel of the distance, logarithmic or a power.

Chi et al. 2022 (KERPLE), the two variants of the experiments; r1, r2 > 0, and r2 <= 2 in "power".

    weights: softmax over j of q_i . k_j / sqrt(d) - r1 * log(1 + r2 * |i - j|)   variant "log"
         or  softmax over j of q_i . k_j / sqrt(d) - r1 * |i - j| ** r2           variant "power"
"""

from __future__ import annotations

import math

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, attend, content


def oracle(
    *,
    q: Array,
    k: Array,
    v: Array,
    r1: float,
    r2: float,
    variant: str = "log",
    offset: int = 0,
    **_: object,
) -> Oracle:
    """The scores fall with the distance, slower and slower or as a power."""
    if variant not in ("log", "power"):
        raise ValueError(f"variant is 'log' or 'power', got {variant!r}")

    def penalty(distance: int) -> float:
        if variant == "log":
            return float(r1) * math.log(1 + float(r2) * distance)
        return float(r1) * math.pow(distance, r2)

    return attend(
        q,
        k,
        v,
        score=lambda pair: content(pair) - penalty(abs(pair.i - pair.j)),
        offset=offset,
    )


MECHANISM = Mechanism(
    statements=(
        Statement(
            arguments={"r1": "r1", "r2": "r2"},
            choice={"variant": "log"},
            term="-r1 * log(1 + r2 * abs(i - j))",
            where="r1: real > 0, r2: real > 0",
        ),
        Statement(
            arguments={"r1": "r1", "r2": "r2"},
            choice={"variant": "power"},
            term="-r1 * abs(i - j) ** r2",
            where="r1: real > 0, r2: real > 0",
        ),
    ),
    oracle=oracle,
    examples=({}, {"variant": "power"}),
)
