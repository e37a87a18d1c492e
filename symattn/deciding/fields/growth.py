"""How large an expression grows: its degrees, the size of its coefficients, its exponents.

What comes out of a sum or a product is no number, but what theorem 2 of docs/theory/fields.md needs
to know of it. Functions, and the bound itself, stand in `bounds.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import lcm
from typing import Any

from symattn.core.errors import NotConcrete
from symattn.deciding.fields import polynomials as poly
from symattn.deciding.fields.infinite import NAN
from symattn.deciding.fields.polynomials import Polynomial


@dataclass(frozen=True, slots=True)
class Size:
    """Bounds of a polynomial in quantities and exponentials."""

    degree: int = 0
    factors: int = 0  # exponentials in one term
    norm: int = 1  # the sum of the absolute values of its coefficients
    turns: int = 0  # points of the circle in one term

    def __mul__(self, other: Size) -> Size:
        return Size(
            self.degree + other.degree,
            self.factors + other.factors,
            self.norm * other.norm,
            self.turns + other.turns,
        )

    def __add__(self, other: Size) -> Size:
        return Size(
            max(self.degree, other.degree),
            max(self.factors, other.factors),
            self.norm + other.norm,
            max(self.turns, other.turns),
        )


Divisors = dict[Any, tuple[int, Size]]  # what is divided by: how often, and its size
Roots = frozenset[tuple[int, int]]  # a prime and the denominator of its power


@dataclass(frozen=True, slots=True, eq=False)
class Growth:
    """A fraction: the size of its numerator, its divisors, and what its exponentials hold."""

    top: Size = Size()
    bottom: Divisors = field(default_factory=dict)
    exponents: frozenset[frozenset[tuple[poly.Monomial, Fraction]]] = frozenset()
    roots: Roots = frozenset()
    polynomial: Polynomial | None = None  # the number itself, if it may enter an exponent
    refused: str = ""  # why there is no bound
    angles: frozenset[frozenset[tuple[poly.Monomial, Fraction]]] = frozenset()

    @property
    def exact(self) -> Fraction | None:
        found = self.polynomial
        if found is None or any(m for m in found):
            return None
        return found.get((), Fraction(0))

    @property
    def sign(self) -> int | None:
        return None if self.exact is None else (self.exact > 0) - (self.exact < 0)

    def __add__(self, other: Any) -> Any:
        return _sum(self, other, 1)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return _sum(self, other, -1)

    def __rsub__(self, other: Any) -> Any:
        return _of(other) - self

    def __neg__(self) -> Any:
        return number(0) - self

    def __mul__(self, other: Any) -> Any:
        return _product(self, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        return _quotient(self, other)


def number(value: int | Fraction) -> Growth:
    """A rational number."""
    return of_polynomial(poly.constant(value))


def free(name: str, index: tuple[int, ...] = (), positive: bool = False) -> Growth:
    """A free quantity; a positive one is the square of another."""
    return of_polynomial(poly.letter(("positive" if positive else "free", name, index)))


def _of(value: Any) -> Any:
    return number(value) if isinstance(value, int | Fraction) else value


def of_polynomial(given: Polynomial) -> Growth:
    """A polynomial over the least common denominator of its coefficients."""
    bottom = lcm(*(c.denominator for c in given.values()))
    norm = sum(abs(c) * bottom * _root_size(m) for m, c in given.items())
    degree = max((poly.degree(m) for m in given), default=0)
    roots = frozenset(
        (name[1], power.denominator) for m in given for name, power in m if name[0] == "root"
    )
    divisors = {("number", bottom): (1, Size(norm=bottom))} if bottom > 1 else {}
    return Growth(Size(degree, 0, int(norm)), divisors, frozenset(), roots, given)


def _root_size(monomial: poly.Monomial) -> int:
    found = 1
    for name, _ in monomial:
        found *= name[1] if name[0] == "root" else 1
    return found


def _merged(a: Growth, b: Growth) -> Growth:
    """What both hold, without sizes."""
    roots, refused = a.roots | b.roots, a.refused or b.refused
    angles = a.angles | b.angles
    return Growth(exponents=a.exponents | b.exponents, roots=roots, refused=refused, angles=angles)


def _power(size: Size, times: int) -> Size:
    turns = size.turns * times
    return Size(size.degree * times, size.factors * times, size.norm**times, turns)


def _lifted(a: Growth, to: Divisors) -> Size:
    """The numerator over a larger set of divisors."""
    found = a.top
    for key, (times, size) in to.items():
        found = found * _power(size, times - a.bottom.get(key, (0, size))[0])
    return found


def _sum(a: Growth, b: Any, factor: int) -> Any:
    b = _of(b)
    if not isinstance(b, Growth):
        return NotImplemented
    if a.polynomial is not None and b.polynomial is not None:
        found = poly.plus(a.polynomial, b.polynomial, factor)
        if len(found) <= poly.MOST_TERMS:
            return of_polynomial(found)
    if b.exact == 0:
        return a
    bottom = dict(a.bottom)
    for key, (times, size) in b.bottom.items():
        bottom[key] = (max(times, bottom.get(key, (0, size))[0]), size)
    return replace(_merged(a, b), top=_lifted(a, bottom) + _lifted(b, bottom), bottom=bottom)


def _product(a: Growth, b: Any) -> Any:
    b = _of(b)
    if not isinstance(b, Growth):
        return NotImplemented
    if a.polynomial is not None and b.polynomial is not None:
        if len(a.polynomial) * len(b.polynomial) <= poly.MOST_TERMS:
            return of_polynomial(poly.times(a.polynomial, b.polynomial))
    elif a.exact == 0 or b.exact == 0:
        return number(0)
    bottom = dict(a.bottom)
    for key, (times, size) in b.bottom.items():
        bottom[key] = (times + bottom.get(key, (0, size))[0], size)
    return replace(_merged(a, b), top=a.top * b.top, bottom=bottom)


def _quotient(a: Growth, b: Any) -> Any:
    b = _of(b)
    if not isinstance(b, Growth):
        return NotImplemented
    if b.exact == 0:
        if a.exact == 0:
            return NAN
        raise NotConcrete("division by zero")
    inverse = None if b.polynomial is None else _inverse_of_term(b.polynomial)
    if inverse is not None:
        return a * of_polynomial(inverse)
    top, bottom = a.top, dict(a.bottom)
    for key, (times, size) in b.bottom.items():
        shared = min(times, bottom.get(key, (0, size))[0])
        bottom[key] = (bottom.get(key, (0, size))[0] - shared, size)
        top = top * _power(size, times - shared)
    key = _key(b)
    bottom[key] = (1 + bottom.get(key, (0, b.top))[0], b.top)
    return replace(_merged(a, b), top=top, bottom=bottom)


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """A divisor, known by being the same object."""

    what: Growth


def _key(divisor: Growth) -> Any:
    if divisor.polynomial is not None:
        return ("polynomial", frozenset(divisor.polynomial.items()))
    return ("object", id(divisor), _Same(divisor).what)  # kept alive, so that its id stays its own


def _inverse_of_term(given: Polynomial) -> Polynomial | None:
    """1 over a rational number times roots."""
    if len(given) != 1:
        return None
    ((monomial, c),) = given.items()
    if poly.free_part(monomial):
        return None
    found = poly.constant(1 / c)
    for name, power in monomial:
        found = poly.times(found, poly.root_of(name[1], -power))
    return found
