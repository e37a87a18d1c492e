"""Multi-head latent attention, the projections absorbed into query and output.

DeepSeek-AI 2024 (DeepSeek-V2), section 2.1.2: W_uk joins the query and W_uv the output, so that
decoding reads the latents alone.

    weights: softmax over j of ((q_i W_uk[h]^T) . c_j + R(qr_i, i) . R(kr_j, j)) / sqrt(d + d_r)
    output:  (sum over j of alpha(i, j) c_j) W_uv[h]
    R:       rotary embedding, neighbouring channels paired, base 10000
"""

from __future__ import annotations

import math

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, attend, dot, rotate, times


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
    """All heads read one head of latents; the scale is that of the expanded widths, not d_c."""
    import numpy as np

    queries = [
        [
            [*times(q_t, W_uk[h].T), *rotate(qr_t, t + offset, base=10000, pairing="interleaved")]
            for t, (q_t, qr_t) in enumerate(zip(q[h], q_r[h], strict=True))
        ]
        for h in range(len(q))
    ]
    keys = [
        [*c_j, *rotate(kr_j, j, base=10000, pairing="interleaved")]
        for j, (c_j, kr_j) in enumerate(zip(c, k_r, strict=True))
    ]
    width = q.shape[2] + q_r.shape[2]
    latent = attend(
        queries,
        [keys],
        [c],
        key_head=lambda _: 0,
        score=lambda pair: dot(pair.q, pair.k) / math.sqrt(width),
        offset=offset,
    )
    output = [[times(o, W_uv[h]) for o in rows] for h, rows in enumerate(latent.output)]
    return Oracle(latent.weights, np.array(output))


MECHANISM = Mechanism(
    statements=(
        Statement(
            content="(dot(q[i] @ W_uk[h].T, c[j])"
            " + dot(rope(q_r[h, i], i, pairing=interleaved, width=d_r),"
            " rope(k_r[j], j, pairing=interleaved, width=d_r))) / sqrt(d + d_r)",
            value="c[j]",
            output="o[i] @ W_uv[h]",
            where="c[_]: vector d_c, q_r[_, _]: vector d_r, k_r[_]: vector d_r,"
            " W_uk[_]: matrix d_c d, W_uv[_]: matrix d_c d_v",
        ),
    ),
    oracle=oracle,
)
