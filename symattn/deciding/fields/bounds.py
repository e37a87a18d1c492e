"""The bound on the probability of a wrong "equal": theorem 2 of docs/theory/fields.md.

A claim is evaluated a second time, in the algebra of growth instead of elements; then `bound` of
its two sides says what equal residues are worth.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache, partial
from math import lcm, log2
from typing import Any

from symattn.core.interpret import Algebra
from symattn.core.meaning import Free
from symattn.deciding.fields import polynomials as poly
from symattn.deciding.fields.field import factors
from symattn.deciding.fields.growth import Growth, Roots, Size, free, number, of_polynomial
from symattn.deciding.fields.infinite import NAN, OO, Infinite
from symattn.deciding.fields.primes import Pair

BITS_OF_P = 61
Least = tuple[int, int]  # a number that no q is below, and one for r


def exp(a: Any) -> Any:
    """An exponential of a polynomial."""
    if isinstance(a, Infinite):
        return {1: OO, 0: NAN}.get(a.sign, number(0))
    if a.polynomial is None:
        return replace(a, refused=a.refused or "an exponent that is not a polynomial")
    if not a.polynomial:
        return number(1)
    held = frozenset({frozenset(a.polynomial.items())})
    return Growth(Size(0, 1, 1), exponents=held)


def power(a: Any, b: Any) -> Any:
    """Whole powers, and rational powers of rational numbers."""
    if isinstance(a, Infinite) or b.exact is None:
        return _refused("a power", a if isinstance(a, Growth) else number(0), b)
    times = b.exact
    if times.denominator == 1 and abs(times) <= 1000:
        found: Any = number(1)
        for _ in range(abs(int(times))):
            found = found * a
        return found if times >= 0 else number(1) / found
    if a.exact is None or a.exact <= 0:
        return _refused("a root", a)
    value = poly.constant(1)
    for direction, n in zip((1, -1), a.exact.as_integer_ratio(), strict=True):
        primes = factors(n)
        if primes is None:
            return _refused("a root", a)
        for l, many in primes:
            value = poly.times(value, poly.root_of(l, direction * many * times))
    return of_polynomial(value)


def _refused(what: str, *several: Any) -> Growth:
    """No bound from here on."""
    known = [a.refused for a in several if isinstance(a, Growth) and a.refused]
    return Growth(refused=known[0] if known else what)


def _tanh(a: Any) -> Any:
    if isinstance(a, Infinite):
        return number(a.sign) if a.sign else NAN
    e = exp(a + a)
    return (e - 1) / (e + 1)


def _sigmoid(a: Any) -> Any:
    if isinstance(a, Infinite):
        return {1: number(1), -1: number(0)}.get(a.sign, NAN)
    e = exp(a)
    return e / (e + 1)


def _circular(at_zero: int) -> Callable[[Any], Any]:
    """cos or sin: half of a point of the circle and its inverse, added or subtracted."""

    def rule(a: Any) -> Any:
        if isinstance(a, Infinite):
            return NAN
        if a.polynomial is None:
            return replace(a, refused=a.refused or "an angle that is not a polynomial")
        if not a.polynomial:
            return number(at_zero)
        held = frozenset({frozenset(a.polynomial.items())})
        return Growth(Size(0, 0, 2, 1), {("number", 2): (1, Size(norm=2))}, angles=held)

    return rule


def _rational(rule: Callable[..., Any], name: str) -> Callable[..., Any]:
    """A rule on rational numbers; of others there is no bound."""

    def found(*several: Any) -> Any:
        exact = [getattr(a, "exact", None) for a in several]
        known = [value for value in exact if value is not None]
        return number(rule(*known)) if len(known) == len(exact) else _refused(name, *several)

    return found


def algebra() -> Algebra:
    """The rules of growth, for `core.interpret.evaluate`."""
    opaque = ("log", "elu1", "erf")
    return {
        "number": number,
        "nan": lambda: NAN,
        "infinity": lambda: OO,
        "+": operator.add,
        "-": operator.sub,
        "*": operator.mul,
        "/": operator.truediv,
        "neg": operator.neg,
        "**": power,
        "sqrt": lambda a: power(a, number(Fraction(1, 2))),
        "exp": exp,
        "tanh": _tanh,
        "sigmoid": _sigmoid,
        "cos": _circular(1),
        "sin": _circular(0),
        "abs": _rational(abs, "abs"),
        "max": _rational(max, "a maximum"),
        "min": _rational(min, "a minimum"),
        **{name: partial(_refused, name) for name in opaque},
    }


def free_names(positive: Callable[[str], bool] = lambda _: False) -> Free:
    """What stands for names without numbers; functions have no bound."""
    return Free(
        lambda name, index: free(name, index, positive(name)),
        lambda name: partial(_refused, f"the function {name!r}"),
    )


def bound(left: Any, right: Any, pairs: tuple[Pair, ...], points: int = 1) -> Fraction | None:
    """The most that the probability of a wrong "equal" is, by theorem 2; None if not proved.

    >>> from symattn.deciding.fields.primes import pairs
    >>> x, y = free("x"), free("y")
    >>> shown(bound(exp(x + y), exp(x) * exp(y), pairs("a claim")))
    '2^-115'
    """
    if isinstance(left, Infinite) or isinstance(right, Infinite):
        return Fraction(0)  # compared exactly
    least = min(pair.q for pair in pairs), min(pair.r for pair in pairs)
    found = strength(left, right, least)
    return None if found is None else found.error(len(pairs), least, points)


@dataclass(frozen=True, slots=True)
class Strength:
    """What theorem 2 needs to know of an equation."""

    size: int  # the numerator of its base; 0 where no chance is left
    lost: int  # the number of pairs in which a coefficient may vanish
    alone: bool  # points that share w are worth one
    turns: int = 0  # the same as `size`, of angles

    def error(self, pairs: int, least: Least, points: int = 1) -> Fraction | None:
        """The bound for a number of pairs whose q and r are at least these; None without one."""
        once = Fraction(self.size, least[0] - 1) + Fraction(self.turns, least[1] - 1)
        good = pairs - self.lost
        return once ** (good * (1 if self.alone else points)) if once < 1 <= good else None


def strength(left: Growth, right: Growth, least: Least) -> Strength | None:
    """How much equal residues are worth, where q and r are at least these; None if nothing."""
    if left.refused or right.refused:
        return None
    gap = left - right
    if gap.polynomial is not None and not gap.polynomial:
        return Strength(0, 0, False)  # equal as polynomials
    basis, turned = _basis(gap.exponents, least[0]), _basis(gap.angles, least[1])
    if basis is None or turned is None:
        return None
    size = gap.top.degree + 2 * gap.top.factors * basis.multiple + basis.divisors
    lost = gap.top.norm.bit_length() * _field_degree(gap.roots) // BITS_OF_P
    turns = 2 * gap.top.turns * turned.multiple + turned.divisors
    return Strength(size, lost, basis.alone or turned.alone, turns)


@lru_cache(maxsize=256)
def _basis(exponents: frozenset[Any], least: int) -> poly.Basis | None:
    ordered = sorted(exponents, key=lambda e: sorted(map(repr, e)))  # the same in every run
    return poly.basis([dict(e) for e in ordered], least)


def _field_degree(roots: Roots) -> int:
    found = 1
    for prime in {prime for prime, _ in roots}:
        found *= lcm(*(n for l, n in roots if l == prime))
    return found


def shown(error: Fraction | None) -> str:
    """A bound as a power of two, rounded up; "no bound proved" without one.

    >>> shown(Fraction(3, 2**100)), shown(Fraction(0)), shown(None)
    ('2^-98', '0', 'no bound proved')
    """
    if error is None:
        return "no bound proved"
    if not error:
        return "0"
    place = -int(log2(error.denominator) - log2(error.numerator))
    while Fraction(2) ** place < error:
        place += 1
    return f"2^{place}"
