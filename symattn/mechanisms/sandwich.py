"""Sandwich: the inner product of two sinusoidal position encodings, as a bias.

Chi et al. 2022 (Dissecting transformer length extrapolation), with the frequencies of Vaswani et
al. 2017, section 3.5. Left out: the constant -width/2, which softmax cannot see, and the ratio of
each head, by which released code divides the bias.

    weights: softmax over j of q_i . k_j / sqrt(d)
             + sum over t = 0 .. width/2 - 1 of cos((i - j) / 10000 ** (2 t / width))
"""

from __future__ import annotations

import math

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, attend, content


def oracle(*, q: Array, k: Array, v: Array, width: int, offset: int = 0, **_: object) -> Oracle:
    """The scores fall with the distance as the product of two position encodings does."""
    if width % 2:
        raise ValueError(f"an encoding has sines and cosines in pairs, got width {width}")

    def product(distance: int) -> float:
        return math.fsum(math.cos(distance / 10000 ** (2 * t / width)) for t in range(width // 2))

    return attend(
        q, k, v, score=lambda pair: content(pair) + product(pair.i - pair.j), offset=offset
    )


MECHANISM = Mechanism(
    statements=(
        Statement(
            arguments={"width": "width"},
            term="sum(t, 0, width / 2 - 1, cos((i - j) / 10000 ** (2 * t / width)))",
            where="width >= 2, width % 2 == 0",
        ),
    ),
    oracle=oracle,
    examples=({"width": "6"},),
)
