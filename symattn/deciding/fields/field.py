"""One point of all pairs of fields: residues of numbers, of free quantities and of exponentials.

All pairs are held in one number: values modulo the product P of the p, exponents modulo the product
M of all q r. So an operation on an element is one operation on integers, however many pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from hashlib import shake_256
from math import gcd, prod
from typing import Any

from symattn.deciding.fields.primes import Pair, Turn, turned

WINDOW = 5  # bits of an angle that are looked up at once


@dataclass(frozen=True, slots=True)
class Modulus:
    """A product of primes, and for each the residue that is 1 modulo it and 0 modulo the others."""

    whole: int
    primes: tuple[int, ...]
    parts: tuple[int, ...]

    def joined(self, residues: list[int]) -> int:
        """The number with these residues."""
        return sum(a * part for a, part in zip(residues, self.parts, strict=True)) % self.whole

    def root(self, value: int, top: int, bottom: int) -> int | None:
        """value ** (top / bottom), the root that is a square in each field, if all exist."""
        found = []
        for s in self.primes:
            order = (s - 1) // 2
            if gcd(bottom, order) != 1 or pow(value, order, s) != 1:
                return None
            found.append(pow(value, top * pow(bottom, -1, order) % order, s))
        return self.joined(found)


def modulus(primes: tuple[int, ...]) -> Modulus:
    """The product of distinct primes.

    >>> modulus((3, 5)).joined([2, 4])
    14
    """
    whole = prod(primes)
    parts = tuple((whole // s) * pow(whole // s, -1, s) for s in primes)
    return Modulus(whole, primes, parts)


class Field:
    """The residues of one point, named by its seed; what was computed once is kept.

    >>> from symattn.deciding.fields.primes import pairs
    >>> field = Field(pairs("a claim"), "point 1")
    >>> field.exponential(3) * field.exponential(4) % field.values.whole == field.exponential(7)
    True
    """

    def __init__(self, pairs: tuple[Pair, ...], seed: str) -> None:
        self.pairs, self.seed, self.name = pairs, seed, (pairs, seed)
        self.values = modulus(tuple(pair.p for pair in pairs))
        self.exponents = modulus(tuple(s for pair in pairs for s in (pair.q, pair.r)))
        self.P, self.M = self.values.whole, self.exponents.whole
        self.met: set[str] = set()  # the opaque functions and unknowns that occurred
        self.members: dict[int, frozenset[int]] = {}  # of a maximum -> of its arguments: values
        self.squares: dict[int, Any] = {}  # value of an opaque square root -> its radicand
        self.numbers: dict[Any, Any] = {}  # rational number -> its element
        self.exponential = lru_cache(maxsize=1 << 12)(self._exponential)
        self.turn = lru_cache(maxsize=1 << 10)(self._turn)
        self.is_rooted = lru_cache(maxsize=1 << 10)(self._is_rooted)

    def _exponential(self, exponent: int) -> int:
        """w ** exponent."""
        return self.values.joined([pow(a.w, exponent % a.q, a.p) for a in self.pairs])

    def _turn(self, angle: int) -> tuple[tuple[int, int], tuple[int, int]]:
        """cos and sin, each as value and exponent: z ** angle and y ** angle.

        The exponent has no meaning mod r: there it is 1, so that one can divide by it.
        """
        found = []
        for at in (0, 1):
            values, exponents = [], []
            for pair in self.pairs:
                values.append(_turned_by(pair.z, pair.p, pair.r, angle)[at])
                exponents += [_turned_by(pair.y, pair.q, pair.r, angle)[at], 1]
            found.append((self.values.joined(values), self.exponents.joined(exponents)))
        return found[0], found[1]

    def _is_rooted(self, number: Fraction) -> bool:
        """Whether every prime of a positive number is a square modulo every p, q and r."""
        primes = [factors(n) for n in number.as_integer_ratio()] if number > 0 else [None]
        return all(f is not None and all(self._is_square(l) for l, _ in f) for f in primes)

    def _is_square(self, prime: int) -> bool:
        moduli = (*self.values.primes, *self.exponents.primes)
        return all(pow(prime, (s - 1) // 2, s) == 1 for s in moduli)

    def drawn(self, what: str) -> tuple[int, int]:
        """A value and an exponent from a hash: uniform up to 2^-128 while there are few pairs."""
        sizes = [self.P.bit_length() // 8 + 17, self.M.bit_length() // 8 + 17]
        data = shake_256(f"{self.seed}/{what}".encode()).digest(sum(sizes))
        value, exponent = data[: sizes[0]], data[sizes[0] :]
        return int.from_bytes(value, "big") % self.P, int.from_bytes(exponent, "big") % self.M


@lru_cache(maxsize=128)
def _turns(base: Turn, modulus: int, order: int) -> tuple[tuple[Turn, ...], ...]:
    """base ** (digit * 2**(WINDOW t)) for every digit of WINDOW bits."""
    found = []
    for _ in range(-(-order.bit_length() // WINDOW)):
        row = [(1, 0)]
        for _ in range((1 << WINDOW) - 1):
            row.append(turned(row[-1], base, modulus))
        found.append(tuple(row))
        base = turned(row[-1], base, modulus)
    return tuple(found)


def _turned_by(base: Turn, modulus: int, order: int, angle: int) -> Turn:
    """base ** angle."""
    angle, point = angle % order, (1, 0)
    for row in _turns(base, modulus, order):
        digit, angle = angle & ((1 << WINDOW) - 1), angle >> WINDOW
        if digit:
            point = turned(point, row[digit], modulus)
    return point


@lru_cache(maxsize=64)
def field(pairs: tuple[Pair, ...], seed: str) -> Field:
    """The point of these pairs with this seed; kept, since much of it is computed only once."""
    return Field(pairs, seed)


SMALLEST = 1000


@lru_cache(maxsize=4096)
def factors(n: int) -> tuple[tuple[int, int], ...] | None:
    """The primes of n with their powers, if all but one are below 1000 and that one below 10^6.

    >>> factors(360), factors(10007), factors((10**9 + 7) * 2)
    (((2, 3), (3, 2), (5, 1)), ((10007, 1),), None)
    """
    found, l = [], 2
    while l < SMALLEST and l * l <= n:
        power = 0
        while n % l == 0:
            n, power = n // l, power + 1
        if power:
            found.append((l, power))
        l += 1 if l == 2 else 2
    if n >= SMALLEST**2:
        return None
    return (*found, (n, 1)) if n > 1 else tuple(found)
