"""Sparse polynomials in free quantities, with roots of primes as coefficients, and their bases.

For exponents only: they say whether exponentials behave as independent quantities (conditions 2 and
3 of docs/theory/fields.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor, lcm
from typing import Any

Letter = tuple[Any, ...]  # ("free", name, index), ("positive", ...), ("max", ...), ("root", prime)
Monomial = tuple[tuple[Letter, Fraction], ...]  # letters with their powers, in order
Polynomial = Mapping[Monomial, Fraction]
MOST_TERMS = 256
ONE: Monomial = ()


def constant(value: Fraction | int) -> Polynomial:
    return {ONE: Fraction(value)} if value else {}


def letter(name: Letter) -> Polynomial:
    return {((name, Fraction(1)),): Fraction(1)}


def plus(a: Polynomial, b: Polynomial, factor: int = 1) -> Polynomial:
    found = dict(a)
    for monomial, c in b.items():
        found[monomial] = found.get(monomial, Fraction(0)) + factor * c
    return {monomial: c for monomial, c in found.items() if c}


def times(a: Polynomial, b: Polynomial) -> Polynomial:
    """The product; roots of primes are carried over into whole powers.

    >>> two = root_of(2, Fraction(1, 2))
    >>> times(two, two) == constant(2)
    True
    """
    found: dict[Monomial, Fraction] = {}
    for left, c in a.items():
        for right, d in b.items():
            monomial, carried = _joined(left, right)
            found[monomial] = found.get(monomial, Fraction(0)) + c * d * carried
    return {monomial: c for monomial, c in found.items() if c}


def _joined(left: Monomial, right: Monomial) -> tuple[Monomial, Fraction]:
    if not left or not right:
        return left or right, Fraction(1)
    powers, carried = dict(left), Fraction(1)
    for name, power in right:
        powers[name] = powers.get(name, Fraction(0)) + power
        if name[0] == "root":
            whole = floor(powers[name])
            powers[name] -= whole
            carried *= Fraction(name[1]) ** whole
    kept = sorted((item for item in powers.items() if item[1]), key=repr)
    return tuple(kept), carried


def root_of(prime: int, power: Fraction) -> Polynomial:
    """prime ** power."""
    whole = floor(power)
    rest = power - whole
    monomial: Monomial = ((("root", prime), rest),) if rest else ONE
    return {monomial: Fraction(prime) ** whole}


def free_part(monomial: Monomial) -> Monomial:
    return tuple(item for item in monomial if item[0][0] != "root")


def degree(monomial: Monomial) -> int:
    """The degree in uniform residues: a positive quantity is the square of one."""
    return sum(
        (2 if name[0] == "positive" else 1) * int(power) for name, power in free_part(monomial)
    )


@dataclass(frozen=True, slots=True)
class Basis:
    """What is needed to know of independent exponents, of which all others are whole multiples."""

    multiple: int  # the most that one exponent is, in steps of the basis
    divisors: int  # the sum of the degrees of what must not vanish
    alone: bool  # one of them has no private quantity: another point says nothing new of it


def basis(exponents: Iterable[Polynomial], least_prime: int) -> Basis | None:
    """A basis whose exponentials are independent (condition 3), if elimination finds one.

    >>> x, y = letter(("free", "x", ())), letter(("free", "y", ()))
    >>> basis([x, plus(x, y, -1), y], 10**18)
    Basis(multiple=2, divisors=0, alone=False)
    >>> basis([times(x, x), times(x, times(x, x))], 10**18) is None
    True
    """
    given = [dict(e) for e in exponents if e]
    rows = _eliminated(given)
    coefficients = [[e.get(pivot, Fraction(0)) for pivot, _ in rows] for e in given]
    scale = lcm(*(c.denominator for line in coefficients for c in line))
    multiple = max(
        (sum(abs(c) for c in line) * scale for line in coefficients), default=Fraction(0)
    )
    divisors, left = _divisors([row for _, row in rows], least_prime)
    if scale >= least_prime or len(left) > 1:
        return None
    for row in left:
        if not any(_one_term(row, free_part(m), least_prime) for m in row):
            return None
        divisors += max(degree(m) for m in row)
    return Basis(int(multiple), divisors, bool(left))


def _divisors(rows: list[Polynomial], least_prime: int) -> tuple[int, list[Polynomial]]:
    """Rows are taken away that have a private quantity among those left; and what is left."""
    total, left = 0, list(rows)
    while left:
        found = [_divisor_degree(at, left, least_prime) for at in range(len(left))]
        at = next((at for at, part in enumerate(found) if part is not None), None)
        if at is None:
            break
        total += found[at] or 0
        del left[at]
    return total, left


def _eliminated(given: Sequence[Polynomial]) -> list[tuple[Monomial, Polynomial]]:
    """Rows in reduced echelon form: each with a monomial of its own, whose coefficient is 1."""
    rows: list[tuple[Monomial, Polynomial]] = []
    for polynomial in given:
        rest: Polynomial = polynomial
        for pivot, row in rows:
            rest = plus(rest, _scaled(row, -rest.get(pivot, Fraction(0))))
        if not rest:
            continue
        pivot = max(rest, key=lambda m: (len(free_part(m)), repr(m)))
        rest = _scaled(rest, 1 / rest[pivot])
        rows = [(p, plus(r, _scaled(rest, -r.get(pivot, Fraction(0))))) for p, r in rows]
        rows.append((pivot, rest))
    return rows


def _scaled(a: Polynomial, factor: Fraction) -> Polynomial:
    return {m: c * factor for m, c in a.items()} if factor else {}


def _divisor_degree(at: int, rows: list[Polynomial], least_prime: int) -> int | None:
    """The degree of the factor of a quantity that no other row holds; None if there is none."""
    row = rows[at]
    elsewhere = {name for k, r in enumerate(rows) if k != at for m in r for name, _ in m}
    names = {name for m in row for name, _ in free_part(m)}
    for name in sorted(names - elsewhere, key=repr):
        mine = {m: c for m, c in row.items() if any(n == name for n, _ in m)}
        linear = all(power == 1 for m in mine for n, power in m if n == name)
        if name[0] == "positive" or not linear:
            continue
        factor = {tuple(item for item in m if item[0] != name): c for m, c in mine.items()}
        if any(_one_term(factor, free_part(m), least_prime) for m in factor):
            return max(degree(m) for m in factor)
    return None


def _one_term(factor: Polynomial, part: Monomial, least_prime: int) -> bool:
    """Whether the coefficient of a product of quantities is one term, and not 0 modulo any q."""
    terms = [c for m, c in factor.items() if free_part(m) == part]
    return len(terms) == 1 and all(abs(n) < least_prime for n in terms[0].as_integer_ratio())
