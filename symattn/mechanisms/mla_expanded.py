"""Multi-head latent attention, keys and values expanded from a shared latent.

DeepSeek-AI 2024 (DeepSeek-V2), sections 2.1.2 (compression) and 2.1.3 (decoupled rotary part).

    weights: softmax over j of (q_i . (c_j W_uk[h]) + R(qr_i, i) . R(kr_j, j)) / sqrt(d + d_r)
    output:  sum over j of alpha(i, j) c_j W_uv[h]
    R:       rotary embedding, neighbouring channels paired, base 10000
"""

from __future__ import annotations

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, attend, rotate, times


def oracle(
    *,
    q: Array,
    q_r: Array,
    c: Array,
    k_r: Array,
    W_uk: Array,
    W_uv: Array,
    offset: int = 0,
    **_: object,
) -> Oracle:
    """Each head expands the latents to its own keys, joined with rotary keys that all share."""
    heads = range(len(q))
    queries = [
        [
            [*q_t, *rotate(qr_t, t + offset, base=10000, pairing="interleaved")]
            for t, (q_t, qr_t) in enumerate(zip(q[h], q_r[h], strict=True))
        ]
        for h in heads
    ]
    keys = [
        [
            [*times(c_j, W_uk[h]), *rotate(kr_j, j, base=10000, pairing="interleaved")]
            for j, (c_j, kr_j) in enumerate(zip(c, k_r, strict=True))
        ]
        for h in heads
    ]
    values = [[times(c_j, W_uv[h]) for c_j in c] for h in heads]
    return attend(queries, keys, values, offset=offset)


MECHANISM = Mechanism(
    statements=(
        Statement(
            content="(dot(q[i], c[j] @ W_uk[h])"
            " + dot(rope(q_r[h, i], i, pairing=interleaved, width=d_r),"
            " rope(k_r[j], j, pairing=interleaved, width=d_r))) / sqrt(d + d_r)",
            value="c[j] @ W_uv[h]",
            where="c[_]: vector d_c, q_r[_, _]: vector d_r, k_r[_]: vector d_r,"
            " W_uk[_]: matrix d_c d, W_uv[_]: matrix d_c d_v",
        ),
    ),
    oracle=oracle,
)
