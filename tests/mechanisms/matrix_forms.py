"""Every mechanism once more, as whole matrices: broadcasting, einsum, complex rotations.

Written without the loops, from the same papers, so that a slip in one of the two shows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Pair = tuple[np.ndarray, np.ndarray]


def assert_close(got: Any, expected: Any) -> None:
    """Raise unless both have the same shape and agree to 12 digits; NaN never agrees."""
    got, expected = np.asarray(got), np.asarray(expected)
    assert got.shape == expected.shape, f"shapes {got.shape} and {expected.shape}"
    np.testing.assert_allclose(got, expected, rtol=1e-11, atol=1e-12, equal_nan=False)


def positions(q: np.ndarray, k: np.ndarray, offset: int) -> Pair:
    return np.arange(q.shape[1])[:, None] + offset, np.arange(k.shape[1])[None, :]


def scaled(q: np.ndarray, k: np.ndarray) -> np.ndarray:
    return np.einsum("hic,hjc->hij", q, k) / np.sqrt(q.shape[-1])


def softmax(scores: np.ndarray, mask: Any = True, extra: Any = None) -> np.ndarray:
    """exp(scores) over its row sum (plus exp(extra) for each head), 0 where masked."""
    powers = np.where(mask, np.exp(scores), 0.0)
    total = powers.sum(-1, keepdims=True)
    if extra is not None:
        total = total + np.exp(np.asarray(extra, dtype=float))[:, None, None]
    return np.divide(powers, total, out=np.zeros_like(powers), where=total > 0)


def mix(weights: np.ndarray, v: np.ndarray) -> Pair:
    return weights, weights @ v


def masked(mask: Callable[..., Any]) -> Callable[..., Pair]:
    """The matrix form of a mechanism that is a support and nothing else."""

    def form(q: Any, k: Any, v: Any, offset: int = 0, **parameters: Any) -> Pair:
        i, j = positions(q, k, offset)
        return mix(softmax(scaled(q, k), mask(i, j, **parameters)), v)

    return form


def biased(term: Callable[..., Any]) -> Callable[..., Pair]:
    """The matrix form of a mechanism that adds term(i, j) to the score and nothing else."""

    def form(q: Any, k: Any, v: Any, offset: int = 0, **parameters: Any) -> Pair:
        i, j = positions(q, k, offset)
        return mix(softmax(scaled(q, k) + term(i, j, **parameters)), v)

    return form


def rescored(change: Callable[..., Any]) -> Callable[..., Pair]:
    """The matrix form of a mechanism that acts on the whole matrix of scores."""

    def form(q: Any, k: Any, v: Any, offset: int, **parameters: Any) -> Pair:
        del offset  # nothing here depends on the position
        return mix(softmax(change(scaled(q, k), **parameters)), v)

    return form


def looked_up(table: Any, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """table[i, j] of a dict, on the grid of i and j."""
    return np.array([[table[a, b] for b in j[0].tolist()] for a in i[:, 0].tolist()])


def window(i: Any, j: Any, visible=None, lookback=None, left=None, right=None) -> Any:
    if visible is not None:
        left, right = visible - 1, 0
    if lookback is not None:
        left, right = lookback, 0
    return (j >= i - left) & (j <= i + right)


# Where each bucket begins, for 32 buckets and distance 128: T5's rule as its authors ship it.
PAST = [*range(16), 16, 19, 21, 24, 27, 31, 35, 40, 46, 52, 59, 67, 77, 87, 99, 113]
SIDE = [*range(8), 8, 12, 16, 23, 32, 46, 64, 91]


def published_bucket(delta: np.ndarray, two_sided: bool) -> np.ndarray:
    """The bucket of delta = j - i for 32 buckets and distance 128, from the table of beginnings."""
    if two_sided:
        return 16 * (delta > 0) + np.searchsorted(SIDE, np.abs(delta), side="right") - 1
    return np.searchsorted(PAST, np.maximum(-delta, 0), side="right") - 1


def t5(i: Any, j: Any, b: Any, direction: str = "past") -> np.ndarray:
    return np.moveaxis(b[published_bucket(j - i, direction == "both")], -1, 0)


def encoding(position: np.ndarray, width: int) -> np.ndarray:
    """Sines and cosines of a position (Vaswani et al. 2017, section 3.5)."""
    angle = np.multiply.outer(position, 10000.0 ** (-np.arange(0, width, 2) / width))
    return np.concatenate([np.sin(angle), np.cos(angle)], axis=-1)


def sandwich(i: Any, j: Any, width: int) -> np.ndarray:
    return encoding(i[:, 0], width) @ encoding(j[0], width).T


def fire(i: Any, j: Any, f: Any, c: float, L: float) -> np.ndarray:
    return f(np.log1p(c * abs(i - j)) / np.log1p(c * np.maximum(L, i)))


def kerple(i: Any, j: Any, r1: float, r2: float, variant: str = "log") -> np.ndarray:
    distance = abs(i - j).astype(float)
    return -r1 * (np.log1p(r2 * distance) if variant == "log" else distance**r2)


def shaw(q: Any, k: Any, v: Any, a_k: Any, a_v: Any, clip: int, offset: int = 0) -> Pair:
    i, j = positions(q, k, offset)
    relative = np.clip(j - i, -clip, clip)
    key, val = (np.array([[a[r] for r in row] for row in relative.tolist()]) for a in (a_k, a_v))
    keyed = np.einsum("hic,ijc->hij", q, key) / np.sqrt(q.shape[-1])
    weights = softmax(scaled(q, k) + keyed)
    return weights, weights @ v + np.einsum("hij,ijc->hic", weights, val)


def transformer_xl(q, k, v, r, W_r, u, w, offset: int = 0) -> Pair:
    i, j = positions(q, k, offset)
    place = np.array([[r[x] for x in row] for row in (i - j).tolist()]) @ W_r
    by_place = np.einsum("hic,ijc->hij", q + w, place) / np.sqrt(q.shape[-1])
    return mix(softmax(scaled(q + u, k) + by_place), v)


def turned(u, position, base=10000, pairing="half", width=None, scale=1) -> np.ndarray:
    """Pairs of channels as complex numbers, times exp(i angle)."""
    width = u.shape[-1] if width is None else width
    a = np.arange(width // 2) if pairing == "half" else np.arange(0, width, 2)
    b = a + (width // 2 if pairing == "half" else 1)
    angle = np.multiply.outer(position / scale, float(base) ** (-np.arange(0, width, 2) / width))
    z = (u[..., a] + 1j * u[..., b]) * np.exp(1j * angle)
    out = u.copy()
    out[..., a], out[..., b] = z.real, z.imag
    return out


def rope(q: Any, k: Any, v: Any, offset: int = 0, **options: Any) -> Pair:
    i, j = np.arange(q.shape[1]) + offset, np.arange(k.shape[1])
    return mix(softmax(scaled(turned(q, i, **options), turned(k, j, **options))), v)


def qk_norm(q: Any, k: Any, v: Any, **_: Any) -> Pair:
    q, k = (u / np.sqrt((u**2).mean(-1, keepdims=True)) for u in (q, k))
    return mix(softmax(scaled(q, k)), v)


def repeated(q: Any, k: Any, v: Any, groups: int = 1, **_: Any) -> Pair:
    k, v = (np.repeat(u, len(q) // groups, axis=0) for u in (k, v))
    return mix(softmax(scaled(q, k)), v)


def mla(q, q_r, c, k_r, W_uk, W_uv, offset: int = 0) -> Pair:
    i, j = np.arange(q.shape[1]) + offset, np.arange(len(c))
    content = np.einsum("hid,jc,hcd->hij", q, c, W_uk)
    q_r, k_r = turned(q_r, i, pairing="interleaved"), turned(k_r, j, pairing="interleaved")
    rotary = np.einsum("hir,jr->hij", q_r, k_r)
    weights = softmax((content + rotary) / np.sqrt(q.shape[-1] + q_r.shape[-1]))
    return weights, np.einsum("hij,jc,hcv->hiv", weights, c, W_uv)


def linear(q: Any, k: Any, v: Any, **_: Any) -> Pair:
    q, k = (np.where(u > 0, u + 1, np.exp(u)) for u in (q, k))
    products = q @ np.swapaxes(k, 1, 2)
    return mix(products / products.sum(-1, keepdims=True), v)


def retention(q: Any, k: Any, v: Any, g: float, offset: int = 0) -> Pair:
    i, j = positions(q, k, offset)
    return mix((q @ np.swapaxes(k, 1, 2)) * np.where(j <= i, g ** (i - j).astype(float), 0.0), v)


def differential(q1, k1, q2, k2, v, lam: float, **_: Any) -> Pair:
    return mix(softmax(scaled(q1, k1)) - lam * softmax(scaled(q2, k2)), v)


def projected(x, W_q, W_k, W_v, scale: float = 1) -> Pair:
    q, k, v = (x @ W for W in (W_q, W_k, W_v))
    return mix(softmax((q @ k.T * scale)[None], np.tri(len(x), dtype=bool)), v[None])


def simple(x: Any, **_: Any) -> Pair:
    return mix(softmax((x @ x.T)[None], np.tri(len(x), dtype=bool)), x[None])


FORMS: dict[str, Callable[..., Pair]] = {
    "simple": simple,
    "projected": projected,
    "full": masked(lambda *_: True),
    "cross": masked(lambda *_: True),
    "causal": masked(lambda i, j: j <= i),
    "padding": masked(lambda _, j, keep: np.array([bool(keep[b]) for b in j[0].tolist()])),
    "window": masked(window),
    "dilated": masked(lambda i, j, rate: np.mod(i - j, rate) == 0),
    "strided": masked(
        lambda i, j, stride: (abs(i - j) <= stride) | (np.mod(i, stride) == j % stride)
    ),
    "prefix": masked(lambda i, j, p: (j <= i) | (j < p)),
    "chunked": masked(lambda i, j, chunk: np.floor(i / chunk) == np.floor(j / chunk)),
    "block_local": masked(lambda i, j, block: abs(np.floor(i / block) - np.floor(j / block)) <= 1),
    "global_window": masked(
        lambda i, j, lookback, tokens: (abs(j - i) <= lookback) | (np.minimum(i, j) < tokens)
    ),
    "packed": masked(
        lambda i, j, doc: np.equal.outer([doc[a] for a in i[:, 0]], [doc[b] for b in j[0]])
    ),
    "sink_tokens": masked(lambda i, j, tokens: (j < tokens) & (i == i)),
    "bias": biased(lambda i, j, PE: looked_up(PE, i, j)),
    "alibi": biased(lambda i, j, m: np.multiply.outer(m, j - i)),
    "t5": biased(t5),
    "kerple": biased(kerple),
    "sandwich": biased(sandwich),
    "fire": biased(fire),
    "shaw": shaw,
    "transformer_xl": transformer_xl,
    "rope": rope,
    "softcap": rescored(lambda s, c: c * np.tanh(s / c)),
    "qk_norm": qk_norm,
    "temperature": rescored(lambda s, T: s / T),
    "log_n": rescored(lambda scores, s: s * np.log(scores.shape[-1]) * scores),
    "learned_sink": lambda q, k, v, sink, **_: mix(softmax(scaled(q, k), True, sink), v),
    "softmax1": lambda q, k, v, **_: mix(softmax(scaled(q, k), True, np.zeros(len(q))), v),
    "multihead": lambda q, k, v, **_: repeated(q, k, v, groups=len(q)),
    "mqa": repeated,
    "gqa": repeated,
    "mla_expanded": mla,
    "mla_absorbed": mla,
    "linear": linear,
    "retention": retention,
    "sigmoid": lambda q, k, v, b, **_: mix(1 / (1 + np.exp(-b - scaled(q, k))), v),
    "differential": differential,
}
