"""Softmax with a learned sink logit for every head: weight may go nowhere.

OpenAI 2025 (gpt-oss model card), section 2, the learned bias in the denominator.

    weights: alpha(i, j) = exp(s(i, j)) / (exp(sink[h]) + sum over j' of exp(s(i, j')))
"""

from __future__ import annotations

from functools import partial

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, Table, attend, entry, side_by_side, sink_row


def oracle(*, q: Array, k: Array, v: Array, sink: Table, offset: int = 0, **_: object) -> Oracle:
    """Each row sums to less than 1: its head's sink keeps the rest."""
    if len(q) != len(k):
        raise ValueError(f"{len(q)} query heads and {len(k)} key heads")
    return side_by_side(
        [
            attend(
                q[h : h + 1],
                k[h : h + 1],
                v[h : h + 1],
                normalise=partial(sink_row, sink=float(entry(sink, h))),
                offset=offset,
            )
            for h in range(len(q))
        ]
    )


MECHANISM = Mechanism(
    statements=(Statement(weights="softmax(sink=sink[h])", where="sink[_]: real"),),
    oracle=oracle,
)
