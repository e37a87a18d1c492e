"""Sums of row counts over all rows, and of totals over all lengths, as exact closed forms.

Every rule is an identity for whole numbers, proved in `docs/theory/counting.md`; what no rule fits
raises NotCountable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial

from symattn.core.expression import ZERO, Expr, I, free_names, substitute, symbol, walk
from symattn.core.text import show
from symattn.derivation.costs.facts import Facts
from symattn.derivation.counts.affine import NotCountable
from symattn.derivation.counts.polynomial import (
    Polynomial,
    chosen,
    collected,
    inverted,
    lifted,
    polynomial,
    put,
    remainder,
    variable,
)

HALF = Fraction(1, 2)
POWERS = {  # the sums of i**power over 0 <= i < N
    0: "N",
    1: "N * (N - 1) / 2",
    2: "N * (N - 1) * (2 * N - 1) / 6",
}


def total(count: Polynomial, rows: Polynomial, facts: Facts) -> Polynomial:
    """The sum of a row count over the rows 0 <= i < `rows`.

    >>> from symattn.core.text import read
    >>> n, w = polynomial(read("n")), polynomial(read("w"))
    >>> total(polynomial(read("min(i + 1, w)")), n, Facts((n - 1, w - 1)))
    Polynomial('min(w, n) * n - min(w, n) * (min(w, n) - 1) / 2')
    """
    found = Polynomial()
    for monomial, factor in count.terms:
        moving = [(v, p) for v, p in monomial if "i" in free_names(v)]
        rest = tuple((v, p) for v, p in monomial if "i" not in free_names(v))
        still = Polynomial(((rest, factor),))
        if len(moving) > 1:
            raise NotCountable("a product of two things that change with the row")
        found = found + still * (_summed(*moving[0], rows, facts) if moving else rows)
    return found


def _summed(base: Expr, power: int, rows: Polynomial, facts: Facts) -> Polynomial:
    if base == I and power in POWERS:
        return powers(power, rows)
    if base.op == "%" and _runs_once(base.parts[0], rows) and power in POWERS:
        return rounds(partial(powers, power), polynomial(base.parts[1]), rows)
    if power == 1 and base.op in ("min", "max") and len(base.parts) == 2:
        within = _within_a_round(base)
        if within is None:
            return _summed_choice(base, rows, facts)
        inside, by = within
        return rounds(lambda stop: _summed(inside, 1, stop, facts), by, rows)
    if base.op == "where":
        raise NotCountable("some rows see every key")
    raise NotCountable(f"no rule sums {show(base)[:80]}")


def rounds(
    first: Callable[[Polynomial], Polynomial], by: Polynomial, rows: Polynomial
) -> Polynomial:
    """The sum of f(i % by) over the rows, where first(x) is the sum of f(i) over 0 <= i < x.

    Whole rounds of `by` rows, and rows % by of one more.
    """
    inverse = inverted(by)
    if inverse is None:
        raise NotCountable("a remainder by a sum")
    rest = remainder(rows, by)
    return (rows - rest) * inverse * first(by) + first(rest)


def _within_a_round(base: Expr) -> tuple[Expr, Polynomial] | None:
    """The expression with i for i % c, and c, if it depends on the row through that alone."""
    found = {node for node in walk(base) if node.op == "%" and node.parts[0] == I}
    if len(found) != 1:
        return None
    (node,) = found
    alone = "i" not in free_names(substitute(base, {node: ZERO}))
    return (substitute(base, {node: I}), polynomial(node.parts[1])) if alone else None


def _runs_once(steps: Expr, rows: Polynomial) -> bool:
    """Whether it takes the values 0, 1, ..., rows - 1, upwards or downwards."""
    return polynomial(steps) in (variable(I), rows - 1 - variable(I))


def powers(power: int, rows: Polynomial) -> Polynomial:
    """The sum of i**power over 0 <= i < rows."""
    from symattn.core.text import read

    return put(polynomial(read(POWERS[power])), {symbol("N"): rows})


def _summed_choice(base: Expr, rows: Polynomial, facts: Facts) -> Polynomial:
    """min(a, b) = a - positive(a - b) = b - positive(b - a), whichever sums more simply."""
    a, b = map(polynomial, base.parts)
    sign = -1 if base.op == "min" else 1
    found = []
    for x, y in ((a, b), (b, a)):
        excess = x - y if base.op == "min" else y - x
        try:
            found.append(total(x, rows, facts) + positive(excess, rows, facts) * sign)
        except NotCountable as reason:
            refusal = reason
    if not found:
        raise refusal
    return min(found, key=lambda p: (len(p.variables), len(p.terms)))


def positive(excess: Polynomial, rows: Polynomial, facts: Facts) -> Polynomial:
    """The sum of max(0, excess) over the rows, for an excess that moves by 0, 1 or -1 a row."""
    by_row = excess.coefficient(I)
    rest = None if by_row is None else excess - by_row * variable(I)
    if by_row is None or rest is None:
        raise NotCountable("a bound that is not affine in the row")
    moving = [v for v in rest.variables if "i" in free_names(v)]
    if any(v.op != "%" for v in moving):
        raise NotCountable("a bound that bends twice")
    if moving:
        return _positive_blocks(excess, rows, facts)
    if by_row == Polynomial():
        return rows * _positive_part(rest, rows, facts)
    if by_row == lifted(1):
        return triangle(rest + rows - 1, rows, facts) - triangle(rest - 1, rows, facts)
    if by_row == lifted(-1):
        return triangle(rest, rows, facts) - triangle(rest - rows, rows, facts)
    raise NotCountable("a bound that moves by more than one key a row")


def triangle(side: Polynomial, rows: Polynomial, facts: Facts) -> Polynomial:
    """1 + 2 + ... + side, which is 0 for a side below 1."""
    if facts.prove(-side):
        return Polynomial()
    if not facts.prove(side + 1):
        side = _positive_part(side, rows, facts)
    return side * (side + 1) * HALF


def _positive_part(side: Polynomial, rows: Polynomial, facts: Facts) -> Polynomial:
    """max(0, side), written as rows - min(rows - side, rows) where the side counts rows."""
    if facts.prove(side):
        return side
    if facts.prove(-side):
        return Polynomial()
    if side.coefficient(_single(rows)) == lifted(1):
        return rows - chosen("min", [rows - side, rows])
    return chosen("max", [side, lifted(0)])


def _single(rows: Polynomial) -> Expr:
    return next(iter(rows.variables)) if len(rows.terms) == 1 and rows.variables else ZERO


def _positive_blocks(excess: Polynomial, rows: Polynomial, facts: Facts) -> Polynomial:
    """The two sums over block starts u = i - i % c: of max(0, u - k c) and max(0, u + k c - rows).

    With q whole blocks and t rows in the last: block b starts at b c and has c rows.
    """
    for by in _block_lengths(excess):
        start = variable(I) - remainder(variable(I), by)
        inverse = inverted(by)
        rest = excess - start
        if inverse is None or "i" in rest.names:
            continue
        t = remainder(rows, by)
        q = (rows - t) * inverse
        back, ahead = -(rest * inverse), (rest + rows) * inverse
        if back.is_constant and _is_natural(back.constant):
            full = _positive_part(q - back, rows, facts)  # blocks k, k + 1, ... before the last
            return by * by * full * (full - 1) * HALF + full * by * t
        if ahead.is_constant and _is_natural(ahead.constant - 1):
            k = lifted(ahead.constant)
            whole = chosen("min", [k - 1, q]) if k != lifted(1) else Polynomial()
            inside = whole * (k - 1) * by - whole * (whole - 1) * HALF * by - whole * t
            return by * inside + t * (k * by - t)
    raise NotCountable("a bound that moves with blocks and is no whole block away")


def _is_natural(value: Fraction) -> bool:
    return value >= 0 and value.denominator == 1


def _block_lengths(excess: Polynomial) -> Iterator[Polynomial]:
    for base in excess.variables:
        if base.op == "%" and base.parts[0] == I:
            yield polynomial(base.parts[1])


def over_lengths(count: Polynomial, n: Expr, facts: Facts) -> Polynomial:
    """The sum of a total over all lengths 1..n.

    Remainders of n by themselves are summed round by round; what is left is a polynomial in n and
    at most one min(w, n).
    """
    through = [t for t in count.terms if any(_is_remainder(v, n) for v, _ in t[0])]
    found = Polynomial()
    for monomial, factor in through:
        moving = [(v, p) for v, p in monomial if n.name in free_names(v)]
        rest = tuple((v, p) for v, p in monomial if n.name not in free_names(v))
        if len(moving) != 1 or moving[0][1] not in POWERS:
            raise NotCountable("no rule sums this total over all lengths")
        base, power = moving[0]
        rows = variable(n) + 1  # the length 0 adds nothing
        summed = rounds(partial(powers, power), polynomial(base.parts[1]), rows)
        found = found + Polynomial(((rest, factor),)) * summed
    return found + _over_choices(count - Polynomial(tuple(through)), n, facts)


def _is_remainder(base: Expr, n: Expr) -> bool:
    return base.op == "%" and base.parts[0] == n


def _over_choices(count: Polynomial, n: Expr, facts: Facts) -> Polynomial:
    """The same for totals in n and at most one min(w, n).

    Up to w the choice is n, beyond it is w; with m = min(w, n) the second part is empty unless
    m is w, so m may stand for w throughout.
    """
    inner = [v for v in count.variables if v != n and n.name in free_names(v)]
    if any(v.op != "min" or len(inner) > 1 or n not in v.parts for v in inner):
        raise NotCountable("no rule sums this total over all lengths")
    below = put(count, {v: variable(n) for v in inner})
    if not inner:
        return _up_to(below, n, variable(n))
    choice = variable(inner[0])
    others = [polynomial(part) for part in inner[0].parts if part != n]
    if len(others) != 1 or n.name in others[0].names or not facts.prove(others[0]):
        raise NotCountable("no rule sums this total over all lengths")
    hold = symbol("_w")
    beyond = put(count, {inner[0]: variable(hold)})
    second = _up_to(beyond, n, variable(n)) - _up_to(beyond, n, choice)
    return _up_to(below, n, choice) + put(second, {hold: choice})


def _up_to(count: Polynomial, n: Expr, last: Polynomial) -> Polynomial:
    """The sum over n = 1..last of a polynomial in n."""
    found = Polynomial()
    for monomial, factor in count.terms:
        power = dict(monomial).get(n, 0)
        if power not in POWERS:
            raise NotCountable(f"no rule sums the power {power} of a length")
        rest = collected([(tuple(p for p in monomial if p[0] != n), factor)])
        found = found + rest * (powers(power, last + 1) - int(power == 0))
    return found
