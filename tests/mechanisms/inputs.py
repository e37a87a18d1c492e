"""Inputs for every oracle: uneven sizes, several heads, offsets, empty rows; nothing is square.

H = 6 and d = 4, d_v = 3: sizes at which scales, heads and widths cannot be taken for each other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Inputs = dict[str, Any]
H, D, D_V, N_Q, N_K = 6, 4, 3, 5, 7
SHAPES = ((N_Q, N_K, 0), (N_Q, N_K, N_K - N_Q), (6, 6, 0), (6, 4, 0), (1, 5, 4))
EMPTY_ROWS = (6, 4, -2)  # bottom-right alignment of more queries than keys


def qkv(rng: np.random.Generator, n_q: int, n_k: int, offset: int, key_heads: int = H) -> Inputs:
    return {
        "q": rng.normal(size=(H, n_q, D)),
        "k": rng.normal(size=(key_heads, n_k, D)),
        "v": rng.normal(size=(key_heads, n_k, D_V)),
        "offset": offset,
    }


def vectors(rng: np.random.Generator, indices: range, width: int) -> dict[int, Any]:
    return {index: rng.normal(size=width) for index in indices}


def latent(rng: np.random.Generator, n_q: int, n_k: int, offset: int) -> Inputs:
    d_c, d_r = 5, 4  # two rotary pairs: with one, base and pairing would not show
    return {
        "q": rng.normal(size=(H, n_q, D)),
        "q_r": rng.normal(size=(H, n_q, d_r)),
        "c": rng.normal(size=(n_k, d_c)),
        "k_r": rng.normal(size=(n_k, d_r)),
        "W_uk": rng.normal(size=(H, d_c, D)),
        "W_uv": rng.normal(size=(H, d_c, D_V)),
        "offset": offset,
    }


def two_maps(rng: np.random.Generator, n_q: int, n_k: int, offset: int) -> Inputs:
    one, two = qkv(rng, n_q, n_k, offset), qkv(rng, n_q, n_k, offset)
    return {
        "q1": one["q"], "k1": one["k"], "q2": two["q"], "k2": two["k"], "v": one["v"],
        "lam": 0.3, "offset": offset,
    }  # fmt: skip


def one_sequence(rng: np.random.Generator, n: int) -> Inputs:
    d_x = 5
    return {
        "x": rng.normal(size=(n, d_x)),
        "W_q": rng.normal(size=(d_x, D)),
        "W_k": rng.normal(size=(d_x, D)),
        "W_v": rng.normal(size=(d_x, D_V)),
    }


FAR = range(-12, 13)
# What a mechanism takes besides q, k and v: fixed parameters, or tables drawn anew.
Extra = Inputs | Callable[[np.random.Generator], Inputs]
EXTRAS: dict[str, list[Extra]] = {
    "full": [{}],
    "cross": [{}],
    "causal": [{}],
    "padding": [
        {"keep": np.array([1, 0, 1, 1, 0, 1, 0], dtype=bool)}, {"keep": {j: 0 for j in FAR}},
    ],
    "window": [
        {"visible": 3}, {"visible": 1}, {"lookback": 2}, {"lookback": 0}, {"left": 1, "right": 2},
    ],
    "dilated": [{"rate": 3}, {"rate": 1}],
    "strided": [{"stride": 3}, {"stride": 1}],
    "prefix": [{"p": 3}, {"p": 0}],
    "chunked": [{"chunk": 3}, {"chunk": 1}],
    "block_local": [{"block": 2}, {"block": 1}],
    "global_window": [{"lookback": 1, "tokens": 1}, {"lookback": 0, "tokens": 0}],
    "packed": [{"doc": {i: i // 3 + 7 * (i % 5 == 0) for i in FAR}}],
    "sink_tokens": [{"tokens": 2}, {"tokens": 0}],
    "bias": [lambda rng: {"PE": {(i, j): rng.normal() for i in FAR for j in FAR}}],
    "alibi": [lambda rng: {"m": rng.uniform(0.1, 2, size=H)}],
    "t5": [
        lambda rng: {"b": rng.normal(size=(32, H))},
        lambda rng: {"b": rng.normal(size=(32, H)), "direction": "both"},
    ],
    "kerple": [{"r1": 0.7, "r2": 1.3}, {"r1": 0.7, "r2": 1.3, "variant": "power"}],
    "sandwich": [{"width": 6}],
    "fire": [{"f": lambda x: np.sin(3 * x) - x, "c": 0.4, "L": 3}],
    "shaw": [
        lambda rng: {"clip": 2, "a_k": vectors(rng, FAR, D), "a_v": vectors(rng, FAR, D_V)}
    ],
    "transformer_xl": [
        lambda rng: {
            "r": vectors(rng, FAR, 3), "W_r": rng.normal(size=(3, D)),
            "u": rng.normal(size=D), "w": rng.normal(size=D),
        }
    ],
    "rope": [
        {}, {"pairing": "interleaved"}, {"width": 2}, {"base": 10, "scale": 4},
        {"pairing": "interleaved", "width": 2, "base": 7},
    ],
    "softcap": [{"c": 0.8}],
    "qk_norm": [{}],
    "temperature": [{"T": 0.6}],
    "log_n": [{"s": 0.43}],
    "learned_sink": [lambda rng: {"sink": rng.normal(size=H)}],
    "softmax1": [{}],
    "multihead": [{}],
    "linear": [{}],
    "retention": [{"g": 0.9}],
    "sigmoid": [{"b": -1.5}],
    "mqa": [{}],
    "gqa": [{"groups": 2}, {"groups": 3}],
}  # fmt: skip


def cases() -> dict[str, list[Inputs]]:
    """For every mechanism the keyword arguments of several calls, the same on every run."""
    rng = np.random.default_rng(20240607)
    shapes = (*SHAPES, EMPTY_ROWS)
    found: dict[str, list[Inputs]] = {
        "simple": [one_sequence(rng, n) for n in (1, 2, 6)],
        "projected": [one_sequence(rng, n) | {"scale": s} for n in (1, 6) for s in (1, 0.5)],
        "mla_expanded": [latent(rng, *shape) for shape in shapes],
        "mla_absorbed": [latent(rng, *shape) for shape in shapes],
        "differential": [two_maps(rng, *shape) for shape in shapes],
    }
    for name, extras in EXTRAS.items():
        found[name] = []
        for extra in extras:
            for shape in shapes:
                given = extra(rng) if callable(extra) else extra
                key_heads = given.get("groups", 1 if name == "mqa" else H)
                found[name].append(qkv(rng, *shape, key_heads) | given)
    return found


CASES = cases()
