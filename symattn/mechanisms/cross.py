"""Cross attention: queries from one sequence, keys and values from another.

Vaswani et al. 2017, section 3.2.3 (encoder-decoder attention).

    weights: softmax over all j < n_k of q_i . k_j / sqrt(d), for i < n_q
    output:  sum over j of alpha(i, j) v_j
"""

from __future__ import annotations

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, attend


def oracle(*, q: Array, k: Array, v: Array, offset: int = 0, **_: object) -> Oracle:
    """Every query of one sequence sees every key of the other; the lengths may differ."""
    return attend(q, k, v, offset=offset)


MECHANISM = Mechanism(
    statements=(Statement(),),
    oracle=oracle,
)
