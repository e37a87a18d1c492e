"""Polynomials as people write them: n * (n + 1) / 2, not n**2 / 2 + n / 2.

Terms that share a variable are put together and their common factor is taken out. The value never
changes: everything here is an identity of polynomials.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm

from symattn.core.expression import Expr, number, rebuild
from symattn.core.text import show
from symattn.derivation.counts.polynomial import (
    Monomial,
    Polynomial,
    chosen,
    collected,
    is_whole_sum,
    lifted,
    negative,
    plain,
    polynomial,
    quotient,
    variable,
)

SIZES_FIRST = ("n", "n_q", "n_k")
ROOTS = sorted(range(-50, 51), key=lambda root: (abs(root), root > 0))  # whole ones, near 0 first


def presented(found: Polynomial) -> Expr:
    """The polynomial in its most readable form.

    >>> from symattn.core.text import read
    >>> presented(polynomial(read("n**2 / 2 + n / 2")))
    Expr('n * (n + 1) / 2')
    >>> presented(polynomial(read("m * n - m**2 / 2 + m / 2")))
    Expr('m * n - m * (m - 1) / 2')
    """
    floored = with_floors(found)
    found = floored if len(floored.terms) < len(found.terms) else found
    found = _shifted(found)
    return rebuild(_grouped(found), _inner)


def _shifted(found: Polynomial) -> Polynomial:
    """max(i + 1, m) for max(i, m - 1) + 1, when fewer constants are left."""
    if len(found.terms) != 2 or not found.constant:
        return found
    ((monomial, factor),) = (term for term in found.terms if term[0])
    if factor != 1 or len(monomial) != 1 or monomial[0][1] != 1:
        return found
    choice = monomial[0][0]
    if choice.op not in ("min", "max"):
        return found
    options = [polynomial(part) for part in choice.parts]
    moved = [option + lifted(found.constant) for option in options]
    before = 1 + sum(bool(option.constant) for option in options)
    return chosen(choice.op, moved) if sum(bool(m.constant) for m in moved) < before else found


def _inner(node: Expr) -> Expr | None:
    """What stands inside a choice or a remainder, presented as well."""
    if node.op not in ("min", "max", "%", "//"):
        return None
    return Expr(node.op, tuple(presented(polynomial(part)) for part in node.parts))


def _grouped(found: Polynomial) -> Expr:
    """Terms that share a variable together, their common factor taken out."""
    if whole := _fully_factored(found) or _separately_factored(found):
        return _joined([whole])
    parts: list[tuple[bool, Expr]] = []
    rest = found
    while rest.variables:
        base = min(sorted(rest.variables, key=show), key=lambda b: _rank(b, rest))
        group = Polynomial(tuple(t for t in rest.terms if base in dict(t[0])))
        parts.append(_factored(group, base))
        rest = rest - group
    parts += [_signed(Polynomial((term,))) for term in rest.terms]
    return _joined(parts)


def _rank(base: Expr, rest: Polynomial) -> tuple[bool, int]:
    """Sizes come first, then the variable that stands in most terms."""
    return show(base) not in SIZES_FIRST, -sum(base in dict(m) for m, _ in rest.terms)


def is_product(found: Polynomial) -> bool:
    """Whether it is presented without a sum outside brackets."""
    return len(found.terms) < 2 or _fully_factored(found) is not None


def _fully_factored(found: Polynomial) -> tuple[bool, Expr] | None:
    """The product of linear factors, if a polynomial in one variable is one."""
    if len(found.variables) != 1 or len(found.terms) < 2:
        return None
    (base,) = found.variables
    powers = [p for m, _ in found.terms for _, p in m]
    if min(powers) < 0 or max(powers) < 2:
        return None
    monomial, factor = content(found)
    inner = found * Polynomial(((_inverse(monomial), 1 / factor),))
    split = _linear_factors(inner)
    linear = all(p == 1 for part in split for m, _ in part.terms for _, p in m)
    return _factored(found, base) if linear else None


def _separately_factored(found: Polynomial) -> tuple[bool, Expr] | None:
    """n (n + 1) (d + d_v) / 2: a product of sums in different variables, or c (x + y)."""
    if len(found.variables) < 2 or len(found.terms) < 2:
        return None
    monomial, factor = content(found)
    inner = found * Polynomial(((_inverse(monomial), 1 / factor),))
    short = all(abs(f) == 1 and sum(p for _, p in m) == 1 for m, f in inner.terms)
    outside = (short and factor != 1) or (bool(monomial) and len(inner.variables) == 1)
    if len(separated(inner)) < 2 and not outside:
        return None
    base = min(sorted(found.variables, key=show), key=lambda b: _rank(b, found))
    return _factored(found, base)


def separated(inner: Polynomial) -> list[Polynomial]:
    """Factors without common variables: f(x) * c, if the powers of some x all have one factor c."""
    for base in sorted(inner.variables, key=show) if len(inner.variables) > 1 else ():
        rows: dict[int, Polynomial] = {}
        for monomial, factor in inner.terms:
            rest = tuple(p for p in monomial if p[0] != base)
            power = dict(monomial).get(base, 0)
            rows[power] = rows.get(power, Polynomial()) + Polynomial(((rest, factor),))
        shared = rows[max(rows)]
        ratios = {power: _ratio(row, shared) for power, row in rows.items()}
        if len(rows) > 1 and None not in ratios.values():
            steps = ((((base, p),) if p else (), r) for p, r in ratios.items())
            own = collected((m, r) for m, r in steps if r is not None)
            return [own, *separated(shared)]
    return [inner]


def _ratio(row: Polynomial, shared: Polynomial) -> Fraction | None:
    """row / shared, if it is a number."""
    ratio = row.terms[0][1] / shared.terms[0][1]
    return ratio if row == shared * ratio else None


def _joined(parts: Sequence[tuple[bool, Expr]]) -> Expr:
    """The sum of signed expressions, a positive one first if there is one."""
    ordered = list(parts)
    if ordered and ordered[0][0] and not all(minus for minus, _ in ordered):
        ordered.sort(key=lambda part: part[0])
    total: Expr | None = None
    for minus, term in ordered:
        if total is None:
            total = negative(term) if minus else term
        else:
            total = total - term if minus else total + term
    return number(0) if total is None else total


def _signed(term: Polynomial) -> tuple[bool, Expr]:
    minus = term.terms[0][1] < 0
    return minus, plain(-term if minus else term)


def _factored(group: Polynomial, base: Expr) -> tuple[bool, Expr]:
    """Whether a minus stands before it, and content * the factors of the rest."""
    if len(group.terms) == 1:
        return _signed(group)
    monomial, factor = content(group)
    inner = group * Polynomial(((_inverse(monomial), 1 / factor),))
    linear = all(p == 1 for m, _ in inner.terms for _, p in m)
    leading = max(
        inner.terms,
        key=lambda t: (linear and _is_settled(t[0]), dict(t[0]).get(base, 0), t[1] > 0),
    )
    minus = leading[1] < 0
    inner, factor = (-inner if minus else inner), abs(factor)
    factors = [f for part in separated(inner) for f in _linear_factors(part)]
    above = [number(factor.numerator)] if factor.numerator != 1 else []
    below = [number(factor.denominator)] if factor.denominator != 1 else []
    for factor_base, power in monomial:
        side = above if power > 0 else below
        side.append(factor_base if abs(power) == 1 else factor_base ** abs(power))
    for part, times in Counter(sorted(factors, key=_nearest_to_zero)).items():
        above.append(_sum(part, base) if times == 1 else _sum(part, base) ** times)
    return minus, quotient(above, below)


def _is_settled(monomial: Monomial) -> bool:
    """Whether no remainder stands in a term: of c - n % c the first is what is large."""
    return all(base.op != "%" for base, _ in monomial)


def _nearest_to_zero(part: Polynomial) -> tuple[int, Fraction]:
    return len(part.variables), abs(part.constant)


def _inverse(monomial: Monomial) -> Monomial:
    return tuple((base, -power) for base, power in monomial)


def _sum(part: Polynomial, base: Expr) -> Expr:
    """A factor with the base (or the highest power) first."""
    ordered = sorted(
        part.terms, key=lambda t: (not t[0], -dict(t[0]).get(base, 0), [show(b) for b, _ in t[0]])
    )
    return _joined([_signed(Polynomial((term,))) for term in ordered])


def content(group: Polynomial) -> tuple[Monomial, Fraction]:
    """The largest monomial and number that divide every term."""
    bases = sorted(group.variables, key=show)
    powers = {b: min(dict(m).get(b, 0) for m, _ in group.terms) for b in bases}
    monomial = tuple((b, p) for b, p in powers.items() if p)
    numbers = [f for _, f in group.terms]
    above = gcd(*(f.numerator for f in numbers))
    return monomial, Fraction(above, lcm(*(f.denominator for f in numbers)))


def _linear_factors(inner: Polynomial) -> list[Polynomial]:
    """(n + 1)(n + 2) for n**2 + 3 n + 2: the factors base - root with small whole roots."""
    powers = [p for m, _ in inner.terms for _, p in m]
    if len(inner.variables) != 1 or min(powers) < 0 or max(powers) == 1:
        return [inner]
    (base,) = inner.variables
    row = [
        dict(inner.terms).get(((base, p),) if p else (), Fraction(0))
        for p in range(max(powers) + 1)
    ]
    factors = []
    for root in ROOTS:
        while len(row) > 1 and row[0] % (root or 1) == 0 and not (parts := _divided(row, root))[0]:
            row = parts[1:]
            factors.append(variable(base) - root)
    if row == [1]:
        return factors
    rest = collected((((base, p),) if p else (), f) for p, f in enumerate(row) if f)
    return [*factors, rest]


def _divided(row: Sequence[Fraction], root: int) -> list[Fraction]:
    """The remainder by (x - root), then the quotient: Horner's scheme on 1, x, x**2, ..."""
    carry, found = Fraction(0), []
    for factor in reversed(row):
        carry = factor + carry * root
        found.append(carry)
    return found[::-1]


def is_whole(found: Polynomial) -> bool:
    """Whether the polynomial is surely an integer at integers: no division but by floors.

    >>> from symattn.core.text import read
    >>> is_whole(polynomial(read("i // c + 1"))), is_whole(polynomial(read("i / 2")))
    (True, False)
    """
    return is_whole_sum(with_floors(found))


def with_floors(found: Polynomial) -> Polynomial:
    """The polynomial with (x % c) / c written as x / c - x // c."""
    total = Polynomial()
    for monomial, factor in found.terms:
        rest = next((b for b, p in monomial if b.op == "%" and p == 1), None)
        replaced = None if rest is None else _floored(rest, monomial, factor)
        total = total + (Polynomial(((monomial, factor),)) if replaced is None else replaced)
    return total


def _floored(rest: Expr, monomial: Monomial, factor: Fraction) -> Polynomial | None:
    top, below = map(polynomial, rest.parts)
    others = Polynomial(((tuple(p for p in monomial if p[0] != rest), factor),))
    if below.is_constant and factor.denominator % below.constant.numerator:
        return None
    if not below.is_constant and all(
        dict(m).get(b, 0) >= 0 for m, _ in others.terms for b in below.variables
    ):
        return None
    floor = variable(Expr("//", (plain(top), plain(below))))
    return others * (top - floor * below)
