"""Denominators that vanish where a sum has no key, as in the softmax of an empty row.

Such a quotient has no value there, so two sides are compared only if both divide by sums that are
empty at the same places. Part of the kernel.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from symattn.core.expression import Expr, substitute, symbol
from symattn.deciding.terms.polynomials import Atom, Poly

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
    if part[0] == "base":
        return {d for own in hollow(dict(part[1]), seen) for d in own}
    return set()
