"""Chunked attention: the keys of the same chunk.

Qiu et al. 2020 (Blockwise self-attention) with blocks on the diagonal; Llama 4 adds causal.

    support: i // chunk == j // chunk
    weights: softmax over these j of q_i . k_j / sqrt(d)
"""

from __future__ import annotations

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, attend


def oracle(*, q: Array, k: Array, v: Array, chunk: int, offset: int = 0, **_: object) -> Oracle:
    """No query sees outside its chunk."""
    return attend(q, k, v, allowed=lambda i, j: i // chunk == j // chunk, offset=offset)


MECHANISM = Mechanism(
    statements=(
        Statement(
            arguments={"chunk": "chunk"},
            support="i // chunk == j // chunk",
            where="chunk >= 1",
        ),
    ),
    oracle=oracle,
    examples=({"chunk": "3"},),
)
