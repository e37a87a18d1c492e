"""The ring in which terms have their normal form: sums of monomials in atoms, exactly.

A monomial is a set of atoms with rational powers; exp(c1 m1 + c2 m2) is the monomial that has the
atom exp(m1) to the power c1 and exp(m2) to the power c2, so exp(a + b) = exp(a) exp(b) needs no
rule. A power of a sum is an atom of its own ("base"). Part of the kernel: nothing searches here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import reduce
from math import floor
from typing import Any, TypeAlias

from symattn.core.errors import SymattnError
from symattn.core.expression import Expr, free_names, substitute, symbol

Atom: TypeAlias = tuple[Any, ...]  # ("symbol", name), ("exp", monomial), ("base", frozen sum), ...
Mono: TypeAlias = frozenset[tuple[Atom, Fraction]]
Poly: TypeAlias = Mapping[Mono, Fraction]
UNIT: Mono = frozenset()
NOTHING: Poly = {}
OO: Mono = frozenset({(("infinity",), Fraction(1))})
LARGEST, LARGEST_POWER, LARGEST_PRIME = 4000, 12, 10_000
MOST_PRODUCTS = 40_000  # of terms, in one multiplication
MOST_BITS = 10_000  # of a number


class Unsupported(SymattnError):
    """The normal form has no words for something."""


def constant(value: Fraction | int) -> Poly:
    return {UNIT: Fraction(value)} if value else NOTHING


def atom(*parts: Any, power: Fraction | int = 1) -> Poly:
    return {frozenset({(parts, Fraction(power))}): Fraction(1)}


def plus(left: Poly, right: Poly, factor: Fraction | int = 1) -> Poly:
    """left + factor * right."""
    total = dict(left)
    for mono, c in right.items():
        total[mono] = total.get(mono, Fraction(0)) + factor * c
        if not total[mono]:
            del total[mono]
    if len(total) > LARGEST:
        raise Unsupported(f"a normal form of over {LARGEST} terms")
    return total


def scaled(poly: Poly, factor: Fraction | int) -> Poly:
    return {mono: factor * c for mono, c in poly.items()} if factor else NOTHING


def joined(left: Mono, right: Mono) -> Mono:
    """The product of two monomials: powers of the same atom are added."""
    powers = dict(left)
    for part, e in right:
        powers[part] = powers.get(part, Fraction(0)) + e
    return frozenset((part, e) for part, e in powers.items() if e)


def times(left: Poly, right: Poly) -> Poly:
    if OO in left or OO in right:
        return _infinite(left, right)
    if len(left) * len(right) > MOST_PRODUCTS:
        raise Unsupported(f"a product of over {MOST_PRODUCTS} terms")
    total: dict[Mono, Fraction] = {}
    for a, c in left.items():
        for b, f in right.items():
            for mono, g in settled(joined(a, b)).items():
                total[mono] = total.get(mono, Fraction(0)) + c * f * g
    found = {mono: c for mono, c in total.items() if c}
    if len(found) > LARGEST:
        raise Unsupported(f"a normal form of over {LARGEST} terms")
    return found


def _infinite(left: Poly, right: Poly) -> Poly:
    """Infinity times a number whose sign is known."""
    for this, other in ((left, right), (right, left)):
        if set(this) == {OO} and OO not in other:
            if not other:
                raise Unsupported("zero times infinity")
            for sign in (1, -1):
                if positive(scaled(other, sign)):
                    return {OO: this[OO] * sign}
    raise Unsupported("a product with infinity whose sign is not known")


def settled(mono: Mono) -> Poly:
    """The monomial, with whole powers of primes and of sums carried out."""
    for part, e in mono:
        whole = floor(e)
        if part[0] == "prime" and whole:
            _small(Fraction(part[1]), whole)
            rest = frozenset({(part, e - whole)}) if e != whole else UNIT
            value = Fraction(part[1]) ** whole
            return scaled(settled(joined(mono - {(part, e)}, rest)), value)
        if part[0] == "base" and e >= 1:
            rest = frozenset({(part, e - whole)}) if e != whole else UNIT
            inner = settled(joined(mono - {(part, e)}, rest))
            return times(inner, repeated(dict(part[1]), whole))
    return {mono: Fraction(1)}


def _small(base: Fraction, times_: int) -> None:
    """Refuse a power of a number that has too many digits."""
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if base not in (0, 1, -1) and abs(times_) * bits > MOST_BITS:
        raise Unsupported("a large power of a number")


def repeated(poly: Poly, whole: int) -> Poly:
    if whole > LARGEST_POWER and len(poly) > 1:
        raise Unsupported(f"a power {whole} of a sum")
    return reduce(times, [poly] * whole, constant(1))


def power(poly: Poly, e: Fraction) -> Poly:
    """poly ** e for a rational e, where that is defined.

    >>> power(constant(8), Fraction(1, 2)) == times(constant(2), power(constant(2), Fraction(1, 2)))
    True
    """
    if OO in poly:
        raise Unsupported("a power of infinity")
    if not poly or e == 0:
        if e < 0:
            raise Unsupported("a division by zero")
        return NOTHING if e else constant(1)
    if len(poly) == 1:
        ((mono, c),) = poly.items()
        if e.denominator == 1:
            _small(c, int(e))
            return scaled(settled(frozenset((part, p * e) for part, p in mono)), c ** int(e))
        if c > 0 and all(never_negative(part) for part, _ in mono):
            root = settled(frozenset((part, p * e) for part, p in mono))
            return times(root, _number_power(c, e))
    if e.denominator == 1 and e > 0:
        return repeated(poly, int(e))
    if set(poly) == {UNIT}:
        raise Unsupported("a root of a negative number")
    unit, primitive = content(poly, every=e.denominator == 1)
    return times(power(unit, e) if unit != constant(1) else unit, _base(primitive, e))


def _base(poly: Poly, e: Fraction) -> Poly:
    return settled(frozenset({(("base", frozenset(poly.items())), e)}))


def content(poly: Poly, every: bool) -> tuple[Poly, Poly]:
    """(unit, rest) with poly = unit * rest; without `every`, no factor of the unit is negative."""
    parts = {part for mono in poly for part, _ in mono if every or never_negative(part)}
    least = {part: min(dict(mono).get(part, Fraction(0)) for mono in poly) for part in parts}
    shared = frozenset((part, e) for part, e in least.items() if e)
    inverse = frozenset((part, -e) for part, e in shared)
    rest = times(poly, {inverse: Fraction(1)})
    first = rest[min(rest, key=order)]
    factor = first if every else abs(first)
    return {shared: factor}, scaled(rest, 1 / factor)


def order(thing: Any) -> str:
    """A text that orders monomials, the same in every run."""
    if isinstance(thing, frozenset):
        return "{" + ",".join(sorted(map(order, thing))) + "}"
    if isinstance(thing, tuple):
        return "(" + ",".join(map(order, thing)) + ")"
    return repr(thing)


def primes(value: int) -> Iterator[tuple[int, int]]:
    """The prime factors of a whole number, with their powers."""
    p = 2
    while p * p <= value and p < LARGEST_PRIME:
        times_ = 0
        while value % p == 0:
            value, times_ = value // p, times_ + 1
        if times_:
            yield p, times_
        p += 1
    if p * p <= value:
        raise Unsupported("a root of a number with large prime factors")
    if value > 1:
        yield value, 1


def _number_power(c: Fraction, e: Fraction) -> Poly:
    found = [(p, k) for p, k in primes(c.numerator)] + [(p, -k) for p, k in primes(c.denominator)]
    return settled(frozenset((("prime", p), k * e) for p, k in found))


def exponential(poly: Poly) -> Poly:
    """exp(poly): one monomial, except that exp(c log(x)) is x ** c."""
    if OO in poly:
        if poly[OO] > 0:
            raise Unsupported("the exponential of infinity")
        return NOTHING
    total = constant(1)
    for mono, c in poly.items():
        ((part, e), *more) = mono or [(("unit",), Fraction(1))]
        if part[0] == "log" and e == 1 and not more:
            total = times(total, power(dict(part[1]), c))
        else:
            total = times(total, atom("exp", mono, power=c))
    return total


def logarithm(poly: Poly) -> Poly:
    """log(poly), with products of positive factors taken apart."""
    if not poly or OO in poly:
        raise Unsupported("the logarithm of zero or of infinity")
    unit, rest = content(poly, every=False)
    if rest != constant(1) and len(rest) == 1:
        raise Unsupported("the logarithm of a number that may be negative")
    ((mono, c),) = unit.items()
    total = NOTHING if rest == constant(1) else atom("log", frozenset(rest.items()))
    for p, k in [*primes(c.numerator), *((p, -k) for p, k in primes(c.denominator))]:
        total = plus(total, _log_of(("prime", p)), k)
    for part, e in mono:
        inner = {part[1]: Fraction(1)} if part[0] == "exp" else _log_of(part)
        total = plus(total, inner, e)
    return total


def _log_of(part: Atom) -> Poly:
    return atom("log", frozenset(atom(*part).items()))


def positive_atom(part: Atom) -> bool:
    """Whether an atom stands for a positive number; "full" is a sum over a set that has a key."""
    if part[0] in ("exp", "prime", "positive"):
        return True
    if part[0] in ("full", "full nested"):
        return all(positive_atom(inner) for inner, _ in part[3])
    return part[0] == "base" and positive(dict(part[1]))


def never_negative(part: Atom) -> bool:
    """Whether an atom stands for a number >= 0."""
    if part[0] in ("sum", "nested"):
        return all(never_negative(inner) for inner, _ in part[3])
    if part[0] == "base":
        return all(c > 0 and all(never_negative(p) for p, _ in mono) for mono, c in part[1])
    return part[0] == "square" or positive_atom(part)


def not_negative(poly: Poly) -> bool:
    """Whether no term is negative."""
    return all(c > 0 and all(never_negative(p) for p, _ in mono) for mono, c in poly.items())


def positive(poly: Poly) -> bool:
    """Whether no term is negative, and one is positive."""
    return not_negative(poly) and any(all(positive_atom(part) for part, _ in mono) for mono in poly)


def cleared(polys: Iterable[Poly], every: bool = True) -> list[Poly]:
    """The sums, all multiplied by the same non-zero factors, so that no sum is divided by.

    Without `every` only by positive factors, which keep the sign.
    """
    found = list(polys)
    for _ in range(40):
        low: dict[Atom, Fraction] = {}
        for mono in (mono for poly in found for mono in poly):
            for part, e in mono:
                if part[0] == "base" and e < 0 and (every or positive_atom(part)):
                    low[part] = min(low.get(part, Fraction(0)), e)
        if not low:
            return found
        part = min(low, key=order)
        factor = {frozenset({(part, -low[part])}): Fraction(1)}
        found = [times(poly, factor) for poly in found]
    raise Unsupported("denominators within denominators")


def renamed(thing: Any, old: str, new: str) -> Any:
    """A monomial, atom or term with a bound name changed."""
    if isinstance(thing, Expr):
        return substitute(thing, {symbol(old): symbol(new)}) if old in free_names(thing) else thing
    if isinstance(thing, tuple):
        return tuple(renamed(part, old, new) for part in thing)
    if isinstance(thing, frozenset):
        return frozenset(renamed(part, old, new) for part in thing)
    return new if thing == old else thing


def mentions(thing: Any, name: str) -> bool:
    """Whether a bound name stands in a monomial, an atom or a term."""
    if isinstance(thing, Expr):
        return name in free_names(thing)
    if isinstance(thing, (tuple, frozenset)):
        return any(mentions(part, name) for part in thing)
    return bool(thing == name)
