"""Whether a difference in normal form is zero, or has a sign. Part of the kernel."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symattn.deciding.terms.polynomials import (
    NOTHING,
    Mono,
    Poly,
    content,
    not_negative,
    plus,
    positive,
    scaled,
)

Known = Sequence[tuple[str, Poly]]  # relation and difference of the premises
SIGNS = {">": 1, ">=": 1, "<": -1, "<=": -1}


def follows(relation: str, difference: Poly, known: Known) -> bool:
    """Whether `difference relation 0` holds for all values of the atoms.

    >>> from symattn.deciding.terms.polynomials import atom
    >>> follows(">", atom("exp", frozenset()), ())
    True
    """
    if relation == "==":
        return not difference
    if relation not in SIGNS:
        return False
    if not difference:
        return relation in (">=", "<=")
    up = scaled(difference, SIGNS[relation])
    return (relation in (">=", "<=") and not_negative(up)) or above_zero(up, known)


def above_zero(poly: Poly, known: Known) -> bool:
    """Whether a sum is positive: by its terms, or since exp is monotone."""
    if positive(poly):
        return True
    unit, rest = content(poly, every=False)
    if not positive(unit) or len(rest) != 2:
        return False
    (up, c), (down, f) = sorted(rest.items(), key=lambda term: -term[1])
    if c != -f or c <= 0:
        return False
    exponent = plus(_exponent(up) or NOTHING, _exponent(down) or NOTHING, -1)
    if _exponent(up) is None or _exponent(down) is None:
        return False
    return positive(exponent) or any(_same_sign(exponent, premise) for premise in known)


def _exponent(mono: Mono) -> Poly | None:
    """E, if the monomial is exp(E)."""
    total: Poly = NOTHING
    for part, power in mono:
        if part[0] != "exp":
            return None
        total = plus(total, {part[1]: Fraction(1)}, power)
    return total


def _same_sign(poly: Poly, premise: tuple[str, Poly]) -> bool:
    """Whether a premise says that the sum, up to a positive factor, is positive."""
    relation, known = premise
    if relation not in (">", "<"):
        return False
    known = scaled(known, SIGNS[relation])
    units, rests = zip(*(_monic(side) for side in (poly, known)), strict=True)
    return all(map(positive, units)) and bool(rests[0] == rests[1])


def _monic(poly: Poly) -> tuple[Poly, Poly]:
    """The factors that are never negative, and the rest."""
    if not poly:
        return NOTHING, NOTHING
    unit, rest = content(poly, every=False)
    return unit, rest
