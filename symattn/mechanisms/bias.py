"""Additive bias: any term PE(i, j).

Raffel et al. 2020 (T5), section 2.1, in general: a scalar added to the logit.

    weights: softmax over j of q_i . k_j / sqrt(d) + PE[i, j]
"""

from __future__ import annotations

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, Table, attend, content, entry


def oracle(*, q: Array, k: Array, v: Array, PE: Table, offset: int = 0, **_: object) -> Oracle:
    """Each score has its own number added."""
    return attend(
        q, k, v, score=lambda pair: content(pair) + float(entry(PE, pair.i, pair.j)), offset=offset
    )


MECHANISM = Mechanism(
    statements=(Statement(arguments={"b": "PE[i, j]"}, term="b"),),
    oracle=oracle,
)
