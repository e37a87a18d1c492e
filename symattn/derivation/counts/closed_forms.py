"""Quasi-polynomials in the words that people use: one polynomial, a floor, or a remainder.

Each form is kept only if it agrees with every residue's polynomial exactly.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import lcm

from symattn.core.expression import Expr, number, symbol
from symattn.derivation.counts.polynomial import Polynomial, collected, lifted, polynomial, variable
from symattn.derivation.counts.presentation import is_product, presented
from symattn.derivation.counts.quasi_polynomial import QuasiPolynomial, times

N = symbol("n")
MOST_RESIDUES = 12  # formulas that a reader may be shown side by side
MOST_CANDIDATES = 200


def readable(found: QuasiPolynomial) -> Expr | None:
    """One formula for all residues, if a simple one exists.

    >>> from symattn.derivation.counts.quasi_polynomial import fitted
    >>> readable(fitted([(n + 1) ** 2 // 4 for n in range(8)], 0, 2, 2))
    Expr('(n + 1) ** 2 // 4')
    """
    rows = [found.in_n(residue) for residue in range(found.period)]
    if found.period == 1:
        return presented(_in_n(rows[0]))
    floored = _floored(rows)
    return _with_remainder(rows) if floored is None else floored


def by_residue(found: QuasiPolynomial) -> tuple[Expr, ...]:
    """The formula for each n % period, if there are few."""
    if found.period > MOST_RESIDUES:
        return ()
    return tuple(presented(_in_n(found.in_n(residue))) for residue in range(found.period))


def _in_n(coefficients: tuple[Fraction, ...]) -> Polynomial:
    powers = ((((N, power),) if power else (), f) for power, f in enumerate(coefficients))
    return collected((monomial, factor) for monomial, factor in powers if factor)


def _floored(rows: list[tuple[Fraction, ...]]) -> Expr | None:
    """(p(n) + k) // D, when the residues differ only in a constant, and by less than 1."""
    if len({row[1:] for row in rows}) != 1:
        return None
    below = lcm(*(f.denominator for f in rows[0][1:]))
    wanted = [row[0] * below for row in rows]  # whole, since the counts are
    candidates = range(int(max(wanted)), int(min(wanted)) + below)[:MOST_CANDIDATES]
    if not candidates:
        return None
    tops = [_in_n((Fraction(k), *(f * below for f in rows[0][1:]))) for k in candidates]
    best = min(tops, key=lambda top: (not is_product(top), bool(top.constant)))
    return Expr("//", (presented(best), number(below)))


def _with_remainder(rows: list[tuple[Fraction, ...]]) -> Expr | None:
    """A polynomial in n and t = n % period of degree at most 2, when there is one."""
    degree = len(rows[0]) - 1
    period = len(rows)
    t = polynomial(Expr("%", (N, number(period))))
    total = Polynomial()
    for power in range(degree + 1):
        column = [row[power] for row in rows]
        fitting = _interpolated(column, degree - power)
        if fitting is None:
            return None
        factor = lifted(1)
        for part in fitting:
            total = total + factor * (variable(N, power) if power else lifted(1)) * part
            factor = factor * t
    return presented(total)


def _interpolated(column: list[Fraction], degree: int) -> list[Fraction] | None:
    """The coefficients of 1, t, t**2, ... that give the column at t = 0, 1, 2, ..., if any do."""
    differences, row = [], column[: degree + 1]
    while row:
        differences.append(row[0])
        row = [b - a for a, b in pairwise(row)]
    found = [Fraction(0)] * (degree + 1)
    binomial = [Fraction(1)]
    for m, difference in enumerate(differences):
        for power, factor in enumerate(binomial):
            found[power] += difference * factor
        binomial = times(binomial, (Fraction(-m, m + 1), Fraction(1, m + 1)))
    for t, value in enumerate(column):
        if sum(f * t**power for power, f in enumerate(found)) != value:
            return None
    return found
