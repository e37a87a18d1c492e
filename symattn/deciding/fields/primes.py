"""Pairs of finite fields, drawn from a text: where values and exponents are computed.

What the primes fulfil, and why roots of 2, 3, 5, 7 exist in every pair: docs/theory/fields.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import shake_256
from itertools import count as counting
from math import gcd

from symattn.core.errors import NotConcrete

Turn = tuple[int, int]  # cos and sin
ALWAYS_SQUARES = (2, 3, 5, 7)
STEP = 840  # 8 * 3 * 5 * 7: s = -1 modulo this makes the four squares modulo s
MOST_ROOTS = 4  # further primes that a draw makes squares; each costs four times the trials
SMALL = 11 * 13 * 17 * 19 * 23 * 29 * 31 * 37 * 41 * 43 * 47
WITNESSES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)  # enough below 2^64 (Sorenson, Webster)


@dataclass(frozen=True, slots=True)
class Pair:
    """Primes p = 2 q + 1 and r, a divisor of q + 1; w of order q mod p, z of order r on the circle.

    Values are taken mod p, exponents mod q, angles mod r: exp(x) = w**x, cos(x) + i sin(x) = z**x.
    Where an angle stands in an exponent, `y`, of order r on the circle mod q, takes the place of z.
    """

    p: int
    q: int
    r: int
    w: int
    z: Turn
    y: Turn


def pairs(seed: str, count: int = 2, roots: tuple[int, ...] = ()) -> tuple[Pair, ...]:
    """Independent pairs for a seed, always the same; the primes in `roots` are squares in all.

    >>> one, two = pairs("a claim")
    >>> one.p == 2 * one.q + 1, pow(one.w, one.q, one.p), one == two, pairs("a claim") == (one, two)
    (True, 1, False, True)
    """
    further = tuple(sorted(set(roots) - set(ALWAYS_SQUARES)))
    wrong = [l for l in further if not is_prime(l)]
    if wrong or len(further) > MOST_ROOTS:
        raise NotConcrete(f"roots of {wrong or further}: expected at most {MOST_ROOTS} primes")
    return _pairs(seed, count, further)


@lru_cache(maxsize=256)
def _pairs(seed: str, count: int, further: tuple[int, ...]) -> tuple[Pair, ...]:
    found: list[Pair] = []
    for at in counting():
        if len(found) == count:
            return tuple(found)
        pair = _pair(draws(f"{seed}/pair {at}"), further)
        if all(pair.p != other.p for other in found):
            found.append(pair)
    raise AssertionError


def draws(text: str) -> Iterator[int]:
    """Numbers of 192 bits, uniform and independent as far as the hash is.

    >>> next(draws("a")) == next(draws("a")), next(draws("a")) == next(draws("b"))
    (True, False)
    """
    for block in counting():
        data = shake_256(f"{text}/{block}".encode()).digest(24 * 8)
        for at in range(8):
            yield int.from_bytes(data[24 * at : 24 * at + 24], "big")


def _pair(numbers: Iterator[int], further: tuple[int, ...]) -> Pair:
    while True:
        r = _small_prime(numbers, further)
        low, high = 2**60 // (STEP * r) + 1, 2**61 // (STEP * r)
        first = next(numbers) % (high - low)
        for c in range(high - low):
            q = STEP * r * (low + (first + c) % (high - low)) - 1
            p = 2 * q + 1
            if _fits(q, further) and _fits(p, further) and _both_prime(q, p):
                w, z, y = _generator(numbers, p), _circle(numbers, p, r), _circle(numbers, q, r)
                return Pair(p, q, r, w, z, y)


def _both_prime(q: int, p: int) -> bool:
    """Whether q and p = 2 q + 1 are prime.

    Pocklington: if q is prime and 2**(p - 1) = 1 modulo p, every prime factor of p is 1 modulo q or
    divides 2**2 - 1; one that is 1 modulo q is larger than the root of p.
    """
    return pow(2, q - 1, q) == 1 and p % 3 != 0 and pow(2, p - 1, p) == 1 and is_prime(q)


def _small_prime(numbers: Iterator[int], further: tuple[int, ...]) -> int:
    """A prime r of about 40 bits, with room for the search of q."""
    least = (1 << (40 - 2 * len(further))) // STEP
    while True:
        r = STEP * (least + next(numbers) % least) - 1
        if _fits(r, further) and is_prime(r):
            return r


def _fits(s: int, further: tuple[int, ...]) -> bool:
    """No divisor below 50, and every l in `further` is a square mod s, should s be prime."""
    if gcd(s, SMALL) != 1:
        return False
    return all(l != s and _squares_agree(s, l) for l in further)


def _squares_agree(s: int, l: int) -> bool:
    """Whether l is a square mod s, by reciprocity: s = 3 (mod 4), so (l/s) is (s/l) or -(s/l)."""
    is_square: bool = pow(s, (l - 1) // 2, l) == 1
    return is_square if l % 4 == 1 else not is_square


def is_prime(n: int) -> bool:
    """Whether n < 2^64 is prime, for certain.

    >>> [n for n in range(30) if is_prime(n)], is_prime(3215031751), is_prime(2**61 - 1)
    ([2, 3, 5, 7, 11, 13, 17, 19, 23, 29], False, True)
    """
    assert n < 2**64, n
    if n < 2 or n in WITNESSES or any(n % l == 0 for l in WITNESSES):
        return n in WITNESSES
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    return all(_witness_fails(a, n, odd, twos) for a in WITNESSES)


def _witness_fails(a: int, n: int, odd: int, twos: int) -> bool:
    x = pow(a, odd, n)
    if x in (1, n - 1):
        return True
    for _ in range(twos - 1):
        x = x * x % n
        if x == n - 1:
            return True
    return False


def _generator(numbers: Iterator[int], p: int) -> int:
    """A uniform element of order q: a square that is not 1."""
    while True:
        w = pow(next(numbers) % p, 2, p)
        if w > 1:
            return w


def _circle(numbers: Iterator[int], p: int, r: int) -> Turn:
    """A uniform point of order r: a uniform point of the circle to the power (p + 1) / r."""
    while True:
        t = next(numbers) % (p + 1)
        point = (p - 1, 0) if t == p else _rational_point(t, p)
        turned = turn_power(point, (p + 1) // r, p)
        if turned != (1, 0):
            return turned


def _rational_point(t: int, p: int) -> Turn:
    """((1 - t^2) / (1 + t^2), 2 t / (1 + t^2)): every point but (-1, 0), once each."""
    bottom = pow(1 + t * t, -1, p)  # never 0, as -1 is no square
    return (1 - t * t) * bottom % p, 2 * t * bottom % p


def turned(a: Turn, b: Turn, p: int) -> Turn:
    """The product in F_p(i): angles add."""
    return (a[0] * b[0] - a[1] * b[1]) % p, (a[0] * b[1] + a[1] * b[0]) % p


def turn_power(point: Turn, times: int, p: int) -> Turn:
    """The point whose angle is `times` the angle of this one.

    >>> turn_power((3, 4), 2, 10**9 + 7) == ((9 - 16) % (10**9 + 7), 24)
    True
    """
    found = (1, 0)
    for bit in bin(times)[2:]:
        found = turned(found, found, p)
        if bit == "1":
            found = turned(found, point, p)
    return found
