"""Multi-head latent attention, keys and values expanded from a shared latent.

DeepSeek-AI 2024 (DeepSeek-V2), sections 2.1.2 (compression) and 2.1.3 (decoupled rotary part).

    weights: softmax over j of (q_i . (c_j W_uk[h]) + R(qr_i, i) . R(kr_j, j)) / sqrt(d + d_r)
    output:  sum over j of alpha(i, j) c_j W_uv[h]
    R:       rotary embedding, neighbouring channels paired, base 10000
"""

from __future__ import annotations

from symattn.mechanisms.loops import Array, Oracle, attend, rotate, times


def oracle(
    *,
    q: Array,
    qr: Array,
    c: Array,
    kr: Array,
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
            for t, (q_t, qr_t) in enumerate(zip(q[h], qr[h], strict=True))
        ]
        for h in heads
    ]
    keys = [
        [
            [*times(c_j, W_uk[h]), *rotate(kr_j, j, base=10000, pairing="interleaved")]
            for j, (c_j, kr_j) in enumerate(zip(c, kr, strict=True))
        ]
        for h in heads
    ]
    values = [[times(c_j, W_uv[h]) for c_j in c] for h in heads]
    return attend(queries, keys, values, offset=offset)
