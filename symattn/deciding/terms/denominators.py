"""Denominators that vanish where a sum has no key, as in an empty row, or at a position as `i / i`.

Such a quotient has no value there, so two sides are compared only if both divide by the same sums
and whole numbers. What vanishes for some real numbers, of which nothing is said, is an assumption.
Part of the kernel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import reduce
from operator import add, mul
from typing import TypeAlias

from symattn.core.expression import Expr, number, substitute, symbol, table
from symattn.deciding.terms.polynomials import Atom, Mono, Poly, content, order

Domains: TypeAlias = frozenset[tuple[str, Expr]]  # of the sums in one term: a name, a condition
Hollow: TypeAlias = frozenset[Domains]  # of all terms: the denominator vanishes with them


def hollow(bottom: Poly, seen: Callable[[Expr], bool]) -> Hollow:
    """The domains with which a denominator vanishes; nothing if one of its terms needs no key.

    `seen` says that a condition holds for some key, where the condition names it `_0`.
    """
    found = set()
    for mono in bottom:
        own = frozenset(d for part, e in mono if e > 0 for d in _domains(part, seen))
        if not own:
            return frozenset()
        found.add(own)
    return frozenset(found)


def _domains(part: Atom, seen: Callable[[Expr], bool]) -> set[tuple[str, Expr]]:
    if part[0] == "sum":
        name, domain = part[1:3]
        key = substitute(domain, {symbol(name): symbol("_0")})
        return set() if seen(key) else {(name, domain)}
    if part[0] == "nested":
        return {(part[1][0], part[2])}
    if part[0] == "base":
        return {d for own in hollow(dict(part[1]), seen) for d in own}
    return set()


def decided_factors(bottom: Poly, exact: Callable[[Expr], bool]) -> Iterator[Expr]:
    """The factors of a denominator that are made of numbers alone of which `exact` holds."""
    unit, rest = content(bottom, every=True)
    for part, e in next(iter(unit)):
        if part[0] == "base":
            yield from decided_factors(dict(part[1]), exact)
        elif e > 0 and part[0] != "positive":
            named = _written(part)
            if named is not None and exact(named):
                yield named
    told = sorted(rest, key=order)  # a - b and b - a have the same rest
    terms = [_product(mono, exact) for mono in told]
    if len(terms) > 1 and None not in terms:
        found = zip(terms, told, strict=True)
        yield reduce(add, (number(rest[mono]) * term for term, mono in found if term is not None))


def _product(mono: Mono, exact: Callable[[Expr], bool]) -> Expr | None:
    """A monomial of such numbers as a term."""
    factors = []
    for part, e in sorted(mono, key=order):
        named = _written(part)
        if named is None or not exact(named) or e < 0 or e.denominator != 1:
            return None
        factors += [named] * int(e)
    return reduce(mul, factors, number(1))


def _written(part: Atom) -> Expr | None:
    if part[0] not in ("symbol", "positive"):
        return None
    return table(part[1], *part[2:]) if part[2:] else symbol(part[1])
