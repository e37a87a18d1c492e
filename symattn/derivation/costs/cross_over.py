"""The length at which attention and a recurrent layer need equally many multiply-adds, exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from math import isqrt

from symattn.core.cost_table import CrossOver
from symattn.core.expression import Expr, make, number, symbol
from symattn.derivation.costs.facts import Facts
from symattn.derivation.counts.polynomial import Polynomial, lifted, put, variable
from symattn.derivation.counts.presentation import content, presented

N = symbol("n")
Quadratic = tuple[Polynomial, Polynomial, Polynomial]  # the factors of 1, n and n**2


def cross_over(
    mechanism: str,
    attention: Polynomial,
    recurrent: Polynomial,
    facts: Facts,
    numbers: Mapping[str, int],
    valid_from: int = 1,
) -> CrossOver:
    """The n > 0 that solves attention = recurrent, for costs that are polynomials in n.

    >>> from symattn.core.text import read
    >>> from symattn.derivation.counts.polynomial import polynomial
    >>> causal, layer = (polynomial(read(t)) for t in ("n * (n + 1) * d", "2 * n * d**2"))
    >>> cross_over("causal", causal, layer, Facts((polynomial(read("d - 1")),)), {"d": 4}).value
    Expr('7')
    """
    excess = quadratic(attention - recurrent, facts)
    if excess is None:
        note = "no cross-over is solved: the cost is no polynomial in n of degree 2"
        return CrossOver(mechanism, None, note=note)
    constant, _, square = excess
    cheaper = True if not constant.terms and _is_positive(square, facts) else None
    note = "" if constant.terms or square.terms else "their ratio is the same at every length"
    found = CrossOver(mechanism, _solution(excess), None, cheaper, None, valid_from, note)
    known = {symbol(k): lifted(v) for k, v in numbers.items() if k != "n"}
    a, b, c = (put(row, known) for row in excess)
    in_numbers = a.is_constant and b.is_constant and c.is_constant
    return _with_numbers(found, (a, b, c)) if in_numbers else found


def _with_numbers(found: CrossOver, excess: Quadratic) -> CrossOver:
    """The cross-over at these numbers, and who needs more beyond it."""
    rows = [row.constant for row in excess]
    valid = found.valid_from
    if not any(rows):
        both = "with these numbers both need as many multiply-adds at every length"
        return replace(found, length=None, cheaper_below=None, note=found.note or both)
    overtakes = _overtakes(rows, valid)
    value = _solution(excess)
    early = value is not None and value.op == "number" and _number(value) < valid
    if value is None or early or overtakes == valid:
        much = "more" if overtakes == valid else "fewer"
        note = f"with these numbers the two never meet: the mechanism needs {much} at every n"
        note += f" >= {valid}" if valid > 1 else ""
        return replace(found, length=None, cheaper_below=None, overtakes=overtakes, note=note)
    note = found.note
    if overtakes is None:
        note = "with these numbers the mechanism does not need more for long sequences"
    return replace(found, value=value, overtakes=overtakes, note=note)


def quadratic(difference: Polynomial, facts: Facts) -> Quadratic | None:
    """The factors of 1, n, n**2, without a positive factor that all terms share.

    None if n stands inside a choice or remainder, or in a higher power.
    """
    rows = [Polynomial(), Polynomial(), Polynomial()]
    for monomial, factor in _reduced(difference, facts).terms:
        power = dict(monomial).get(N, 0)
        rest = Polynomial(((tuple(p for p in monomial if p[0] != N), factor),))
        if not 0 <= power <= 2 or "n" in rest.names:
            return None
        rows[power] = rows[power] + rest
    return rows[0], rows[1], rows[2]


def _reduced(difference: Polynomial, facts: Facts) -> Polynomial:
    if not difference.terms:
        return difference
    monomial, factor = content(difference)
    kept = [(v, p) for v, p in monomial if v == N or facts.prove(variable(v) - 1)]
    inverse = tuple((v, -p) for v, p in kept if v != N)
    return difference * Polynomial(((inverse, 1 / factor),))


def _solution(excess: Quadratic) -> Expr | None:
    """The larger n != 0 at which the excess is 0; None if there is none."""
    constant, slope, square = excess
    if not square.terms:
        return _ratio(-constant, slope) if slope.terms and constant.terms else None
    if not constant.terms:
        return _ratio(-slope, square) if slope.terms else None
    root = _root(slope * slope - square * constant * 4)
    if root is None:
        return None
    if root.op == "number" and slope.is_constant and square.is_constant:
        return number((_number(root) - slope.constant) / (2 * square.constant))
    top = root if not slope.terms else presented(-slope) + root
    return make("/", top, presented(square * 2))


def _root(inside: Polynomial) -> Expr | None:
    """The square root, carried out where the number under it is a square."""
    if inside.is_constant:
        if inside.constant < 0:
            return None
        above, below = inside.constant.as_integer_ratio()
        if isqrt(above) ** 2 == above and isqrt(below) ** 2 == below:
            return number(Fraction(isqrt(above), isqrt(below)))
    return Expr("sqrt", (presented(inside),))


def _number(expr: Expr) -> Fraction:
    return Fraction(expr.args[0])  # type: ignore[arg-type]


def _is_positive(found: Polynomial, facts: Facts) -> bool:
    """Whether it is a sum of positive multiples of what is at least 1."""
    least = all(facts.prove(variable(v) - 1) for v in found.variables)
    return bool(found.terms) and least and all(f > 0 for _, f in found.terms)


def _ratio(above: Polynomial, below: Polynomial) -> Expr:
    """above / below, with the sign of a number above the line."""
    if below.is_constant and above.is_constant:
        return number(above.constant / below.constant)
    if all(f < 0 for _, f in below.terms):
        above, below = -above, -below
    return presented(above) if below == lifted(1) else make("/", presented(above), presented(below))


def _overtakes(rows: list[Fraction], valid_from: int) -> int | None:
    """The first n >= valid_from from which on the excess is positive; None if there is none."""
    constant, slope, square = rows

    def excess(n: int) -> Fraction:
        return constant + slope * n + square * n * n

    if square < 0 or (square == 0 and (slope < 0 or (slope == 0 and constant <= 0))):
        return None
    low = valid_from
    if square > 0:  # from its lowest point on it only grows
        low = max(low, int(-slope / (2 * square) // 1) + 1)
    high = low
    while excess(high) <= 0:
        high *= 2
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if excess(middle) > 0 else (middle + 1, high)
    if low > valid_from and excess(low - 1) > 0:  # positive on both sides of its lowest point
        return valid_from
    return low
