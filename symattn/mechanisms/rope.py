"""Rotary position embedding: queries and keys are turned by angles in proportion to position.

Su et al. 2021 (RoFormer), section 3.2.2; `scale` is the position interpolation of Chen et al. 2023;
`width` turns the first channels only, as GPT-J and GPT-NeoX do.

    R(u, p): pair t of the first `width` channels turned by (p / scale) * base ** (-2 t / width)
    weights: softmax over j of R(q_i, i) . R(k_j, j) / sqrt(d)
"""

from __future__ import annotations

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, Row, Vector, attend, changed, rotate


def oracle(
    *,
    q: Array,
    k: Array,
    v: Array,
    base: float = 10000,
    pairing: str = "half",
    width: int | None = None,
    scale: float = 1,
    offset: int = 0,
    **_: object,
) -> Oracle:
    """Each query and key is turned at its own position, so that scores see only the difference."""

    def turned(u: Vector, position: int) -> Row:
        return rotate(u, position / float(scale), base=base, pairing=pairing, width=width)

    return attend(changed(q, turned, offset), changed(k, turned), v, offset=offset)


MECHANISM = Mechanism(
    statements=(
        Statement(
            arguments={"base": "10000", "pairing": "half", "width": "whole()", "scale": "1"},
            query="rope(q[i], i / scale, base=base, pairing=pairing, width=width)",
            key="rope(k[j], j / scale, base=base, pairing=pairing, width=width)",
            where="scale: real > 0, base: real > 0",
        ),
    ),
    oracle=oracle,
    examples=({}, {"pairing": "interleaved"}, {"width": "2", "scale": "4"}),
)
