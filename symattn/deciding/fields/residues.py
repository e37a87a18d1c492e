"""Arithmetic modulo a prime below 2^62 on whole arrays, in 64-bit integers and floats only.

No long double and no 128-bit integers: they differ from machine to machine. Why every quotient that
is guessed with floats is off by at most one is said where it is guessed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from symattn.core.errors import NotConcrete

Ints: TypeAlias = NDArray[np.int64]
HALF = 31  # bits of the halves of a factor
LIMB = 21  # bits of the limbs of a matrix: three of them hold 62 bits
MOST_TERMS = 2048  # products of limbs that a float adds exactly: 2^42 * 2^11 = 2^53
WINDOW = 11  # bits of an exponent that are looked up at once
CHUNK = 1 << 14  # entries that are treated together, so that they stay in the cache


def reduced(a: Ints, s: int) -> Ints:
    """a modulo s, for -s <= a < 2 s; in place."""
    a += (a >> 63) & s
    a -= s
    a += (a >> 63) & s
    return a


def _times_small(a: Ints, as_float: NDArray[np.float64], c: Ints | int, s: int) -> Ints:
    """a * c modulo s for 0 <= a < s < 2^62 and 0 <= c < 2^31.

    The quotient a c / s is below 2^31. Floats compute it with a relative error of a few 2^-53, so
    that its floor is off by at most one, and a c - quotient * s lies between -s and 2 s: it fits 64
    bits although both products wrap around.
    """
    quotient = (as_float * (np.asarray(c, dtype=np.float64) * (1.0 / s))).astype(np.int64)
    quotient *= s
    found = a * c
    found -= quotient
    return reduced(found, s)


def times(a: Ints, b: Ints, s: int) -> Ints:
    """a * b modulo s, entry by entry.

    >>> times(np.array([2**61, 5]), np.array([2**61, 7]), 2**61 + 15).tolist() == [225, 35]
    True
    """
    shape = np.broadcast_shapes(a.shape, b.shape)
    left = np.broadcast_to(a, shape).reshape(-1)
    right = np.broadcast_to(b, shape).reshape(-1)
    found = np.empty(left.shape, dtype=np.int64)
    for start in range(0, left.size, CHUNK):
        part = slice(start, start + CHUNK)
        found[part] = _times(left[part], right[part], s)
    return found.reshape(shape)


def _times(a: Ints, b: Ints, s: int) -> Ints:
    as_float = a.astype(np.float64)
    high = _times_small(a, as_float, b >> HALF, s)
    found = _times_small(high, high.astype(np.float64), 1 << HALF, s)
    found += _times_small(a, as_float, b & ((1 << HALF) - 1), s)
    found -= s
    found += (found >> 63) & s
    return found


def plus(a: Ints, b: Ints, s: int) -> Ints:
    found = np.atleast_1d(a + b)
    found -= s
    found += (found >> 63) & s
    return found.reshape(np.broadcast_shapes(a.shape, b.shape))


def minus(a: Ints, b: Ints, s: int) -> Ints:
    found = np.atleast_1d(a - b)
    found += (found >> 63) & s
    return found.reshape(np.broadcast_shapes(a.shape, b.shape))


def total(a: Ints, axis: int | tuple[int, ...] | None, keepdims: bool, s: int) -> Ints:
    """The sum along axes: of upper and lower halves, each below 2^62 for up to 2^31 terms."""
    mask = (1 << HALF) - 1
    high = np.atleast_1d((a >> HALF).sum(axis=axis, keepdims=keepdims))
    low = np.atleast_1d((a & mask).sum(axis=axis, keepdims=keepdims))
    high, low = high % s, low % s
    shifted = _times_small(high, high.astype(np.float64), 1 << HALF, s)
    shape = np.sum(np.broadcast_to(np.int8(0), a.shape), axis=axis, keepdims=keepdims).shape
    return plus(shifted, low, s).reshape(shape)


def matmul(a: Ints, b: Ints, s: int) -> Ints:
    """a @ b modulo s: products of limbs of 21 bits are exact in floats, and BLAS adds them.

    >>> matmul(np.array([[2**61, 1]]), np.array([[2**61], [4]]), 2**61 + 15).tolist()
    [[229]]
    """
    found = None
    for start in range(0, a.shape[-1], MOST_TERMS):
        part = slice(start, start + MOST_TERMS)
        product = _matmul(a[..., part], b[..., part, :], s)
        found = product if found is None else plus(found, product, s)
    if found is None:
        return np.zeros((*a.shape[:-1], b.shape[-1]), dtype=np.int64)
    return found


def _matmul(a: Ints, b: Ints, s: int) -> Ints:
    """All nine products of limbs in one product of floats, then joined from the highest place."""
    m, n = a.shape[-2], b.shape[-1]
    floats = np.concatenate(_limbs(a), axis=-2) @ np.concatenate(_limbs(b), axis=-1)
    blocks = floats.astype(np.int64)  # each below 2^53
    found: Ints | None = None
    for place in range(4, -1, -1):
        terms = [
            blocks[..., i * m : i * m + m, k * n : k * n + n]
            for i, k in ((i, place - i) for i in range(3))
            if 0 <= k < 3
        ]
        sums = sum(terms[1:], terms[0]) % s
        if found is None:
            found = sums
            continue
        flat = found.reshape(-1)
        flat = _times_small(flat, flat.astype(np.float64), 1 << LIMB, s)
        found = plus(flat.reshape(sums.shape), sums, s)
    assert found is not None
    return found


def _limbs(a: Ints) -> list[NDArray[np.float64]]:
    mask = (1 << LIMB) - 1
    return [((a >> (LIMB * t)) & mask).astype(np.float64) for t in range(3)]


def inverse(a: Ints, s: int) -> Ints:
    """1 / a modulo s, entry by entry, by products in pairs; a 0 among them is refused."""
    flat = a.reshape(-1)
    if flat.size == 0:
        return a.copy()
    if not flat.all():
        raise NotConcrete("division by a residue 0: a real zero, or chance; try another point")
    return _inverse(flat, s).reshape(a.shape)


def _inverse(flat: Ints, s: int) -> Ints:
    if flat.size <= 8:
        return np.array([pow(int(x), -1, s) for x in flat], dtype=np.int64)
    half = flat.size // 2
    left, right = flat[:half], flat[half : 2 * half]
    both = _inverse(times(left, right, s), s)
    found = [times(both, right, s), times(both, left, s)]
    if flat.size % 2:
        found.append(np.array([pow(int(flat[-1]), -1, s)], dtype=np.int64))
    return np.concatenate(found)


def whole_power(a: Ints, exponent: int, s: int) -> Ints:
    """a ** exponent modulo s for exponent >= 0, by squaring."""
    found = np.ones_like(a)
    for bit in bin(exponent)[2:]:
        found = times(found, found, s)
        if bit == "1":
            found = times(found, a, s)
    return found


@lru_cache(maxsize=16)
def _powers(base: int, s: int) -> tuple[Ints, ...]:
    """base ** (digit * 2**(WINDOW t)) for every digit of WINDOW bits."""
    found = []
    for t in range(-(-62 // WINDOW)):
        row = np.ones(1, dtype=np.int64)
        step = pow(base, 1 << (WINDOW * t), s)
        for _ in range(WINDOW):
            row = np.concatenate([row, times(row, np.array([step]), s)])
            step = step * step % s
        found.append(row)
    return tuple(found)


def power_of(base: int, exponents: Ints, s: int) -> Ints:
    """base ** exponent modulo s for exponents of at most 62 bits."""
    found = np.ones_like(exponents)
    for t, row in enumerate(_powers(base, s)):
        found = times(found, row[(exponents >> (WINDOW * t)) & ((1 << WINDOW) - 1)], s)
    return found
