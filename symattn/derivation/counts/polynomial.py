"""Polynomials over sizes, parameters and what cannot be expanded: exact algebra, and no more.

A variable is any Expr that is no sum or product: `n`, `visible`, `min(n, visible)`, `i % chunk`.
Powers may be negative (`1 / rate`). `x // c` is written (x - x % c) / c, so that c * (x // c) is
x - x % c, and two remainders are compared by structure. Names stand for whole numbers wherever
a floor or a remainder is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

from symattn.core.expression import Expr, free_names, make, number
from symattn.core.text import show

Monomial = tuple[tuple[Expr, int], ...]  # variables with their powers, in order of their texts
HIGHEST_POWER = 6


@dataclass(frozen=True, slots=True)
class Polynomial:
    """The sum of coefficient * monomial; equal polynomials are equal records.

    >>> from symattn.core.expression import symbol
    >>> polynomial(symbol("n") * (symbol("n") + 1)) == polynomial(symbol("n") ** 2 + "n")
    True
    """

    terms: tuple[tuple[Monomial, Fraction], ...] = ()

    def __add__(self, other: Polynomial | int) -> Polynomial:
        return collected((*self.terms, *lifted(other).terms))

    def __neg__(self) -> Polynomial:
        return Polynomial(tuple((m, -f) for m, f in self.terms))

    def __sub__(self, other: Polynomial | int) -> Polynomial:
        return self + -lifted(other)

    def __mul__(self, other: Polynomial | int | Fraction) -> Polynomial:
        return collected(
            (_product(m, k), f * g) for m, f in self.terms for k, g in lifted(other).terms
        )

    def __repr__(self) -> str:
        from symattn.derivation.counts.presentation import presented

        return f"Polynomial({show(presented(self))!r})"

    @property
    def constant(self) -> Fraction:
        return next((f for m, f in self.terms if not m), Fraction(0))

    @property
    def is_constant(self) -> bool:
        return all(not m for m, _ in self.terms)

    @property
    def variables(self) -> frozenset[Expr]:
        return frozenset(v for m, _ in self.terms for v, _ in m)

    @property
    def names(self) -> set[str]:
        """The names that stand in it, those inside its variables too."""
        return set().union(*(free_names(v) for v in self.variables))

    def coefficient(self, variable: Expr) -> Polynomial | None:
        """The factor of the variable, if it stands in no power but the first (0 if nowhere)."""
        found = []
        for monomial, factor in self.terms:
            powers = dict(monomial)
            if powers.get(variable, 0) not in (0, 1):
                return None
            if variable in powers:
                found.append((tuple(p for p in monomial if p[0] != variable), factor))
        return collected(found)


def collected(terms: Iterable[tuple[Monomial, Fraction]]) -> Polynomial:
    """The sum of the terms, like ones together, in one fixed order."""
    found: dict[Monomial, Fraction] = {}
    for monomial, factor in terms:
        found[monomial] = found.get(monomial, Fraction(0)) + factor
    kept = [(m, f) for m, f in found.items() if f]
    kept.sort(key=lambda term: [(show(v), p) for v, p in term[0]])
    return Polynomial(tuple(kept))


def _product(left: Monomial, right: Monomial) -> Monomial:
    powers = dict(left)
    for variable, power in right:
        powers[variable] = powers.get(variable, 0) + power
    return tuple(sorted(((v, p) for v, p in powers.items() if p), key=lambda vp: show(vp[0])))


def lifted(value: Polynomial | int | Fraction) -> Polynomial:
    if isinstance(value, Polynomial):
        return value
    return Polynomial((((), Fraction(value)),)) if value else Polynomial()


def variable(expr: Expr, power: int = 1) -> Polynomial:
    """A variable by itself."""
    return Polynomial(((((expr, power),), Fraction(1)),))


def polynomial(expr: Expr) -> Polynomial:
    """The expression multiplied out; what is no sum or product becomes a variable.

    >>> from symattn.core.expression import symbol
    >>> polynomial(symbol("c") * (symbol("i") // "c") + symbol("i") % "c")
    Polynomial('i')
    """
    op = expr.op
    if op == "number":
        return lifted(Fraction(expr.args[0]))  # type: ignore[arg-type]
    if op in ("+", "-", "*"):
        left, right = map(polynomial, expr.parts)
        return left + right if op == "+" else left - right if op == "-" else left * right
    if op == "neg":
        return -polynomial(expr.parts[0])
    if op in ("/", "//", "%"):
        return _divided(op, *map(polynomial, expr.parts))
    if op == "**":
        return _power(expr)
    if op in ("min", "max"):
        return chosen(op, [polynomial(part) for part in expr.parts])
    return variable(_canonical(expr))


def _power(expr: Expr) -> Polynomial:
    base, exponent = expr.parts
    power = exponent.args[0] if exponent.op == "number" else None
    if not isinstance(power, int) or not 0 <= power <= HIGHEST_POWER:
        return variable(_canonical(expr))
    found = lifted(1)
    for _ in range(power):
        found = found * polynomial(base)
    return found


def _canonical(expr: Expr) -> Expr:
    parts = (plain(polynomial(a)) if isinstance(a, Expr) else a for a in expr.args)
    return expr if not expr.parts or expr.op == "where" else Expr(expr.op, tuple(parts))


def _divided(op: str, top: Polynomial, below: Polynomial) -> Polynomial:
    inverse = inverted(below)
    if inverse is None:
        return variable(Expr(op, (plain(top), plain(below))))
    if op == "/":
        return top * inverse
    rest = remainder(top, below)
    return rest if op == "%" else (top - rest) * inverse


def inverted(below: Polynomial) -> Polynomial | None:
    """1 / below, for a number or a monomial."""
    if len(below.terms) != 1:
        return None
    (monomial, factor), *_ = below.terms
    return Polynomial(((tuple((v, -p) for v, p in monomial), 1 / factor),))


def remainder(top: Polynomial, by: Polynomial) -> Polynomial:
    """top % by; multiples of `by` inside the top fall away.

    >>> from symattn.core.expression import symbol
    >>> remainder(polynomial(symbol("i") + symbol("c")), polynomial(symbol("c")))
    Polynomial('i % c')
    """
    inverse = inverted(by)
    kept = top
    for monomial, factor in top.terms:
        term = Polynomial(((monomial, factor),))
        if inverse is not None and is_whole_sum(term * inverse):
            kept = kept - term
    if kept.is_constant and by.is_constant:
        return lifted(kept.constant % by.constant)
    if _is_negative(kept) and all(is_whole_sum(Polynomial((term,))) for term in kept.terms):
        return by - 1 - remainder(-kept - 1, by)  # (-1 - x) % c = c - 1 - x % c
    return variable(Expr("%", (plain(kept), plain(by)))) if kept.terms else Polynomial()


def _is_negative(top: Polynomial) -> bool:
    """Whether minus signs stand before everything that moves, or before a bare number."""
    factors = [f for m, f in top.terms if m] or [top.constant]
    return all(f < 0 for f in factors)


def is_whole_sum(term: Polynomial) -> bool:
    """Whether every term is an integer multiple of a product of integer variables."""
    return all(
        f.denominator == 1 and all(p > 0 and is_whole_variable(v) for v, p in m)
        for m, f in term.terms
    )


def is_whole_variable(expr: Expr) -> bool:
    """Whether a variable is a whole number when every name is one."""
    if expr.op == "number":
        return isinstance(expr.args[0], int)
    if expr.op in ("+", "-", "*", "neg", "min", "max", "abs", "%"):
        return all(map(is_whole_variable, expr.parts))
    return expr.op in ("symbol", "//")


def chosen(op: str, options: list[Polynomial]) -> Polynomial:
    """min or max of polynomials; a constant that all share is taken out.

    >>> from symattn.core.expression import symbol
    >>> chosen("min", [polynomial(symbol("n") - 1), polynomial(symbol("p") - 1)])
    Polynomial('min(p, n) - 1')
    """
    options = list(dict.fromkeys(options))
    if len(options) == 1:
        return options[0]
    if all(option.is_constant for option in options):
        pick = min if op == "min" else max
        return lifted(pick(option.constant for option in options))
    constants = {option.constant for option in options}
    shared = lifted(constants.pop() if len(constants) == 1 else 0)
    moved = [plain(option - shared) for option in options]
    moved.sort(key=_reading_order)
    return variable(Expr(op, tuple(moved))) + shared


def _reading_order(expr: Expr) -> tuple[bool, bool, str]:
    return expr.op == "number", expr.op == "symbol" and expr.name.startswith("n"), show(expr)


def plain(found: Polynomial) -> Expr:
    """The polynomial as an expression, term by term in its fixed order, without presentation."""
    total: Expr | None = None
    ordered = sorted(found.terms, key=lambda term: (not term[0], term[1] < 0))
    for monomial, factor in ordered:
        term = _term(monomial, abs(factor))
        if total is None:
            total = term if factor > 0 else negative(term)
        else:
            total = total + term if factor > 0 else total - term
    return number(0) if total is None else total


def negative(term: Expr) -> Expr:
    """-term, with the sign in front of its first factor, as texts say it."""
    if term.op in ("*", "/"):
        first, second = term.parts
        return make(term.op, negative(first), second)
    return make("neg", term)


def _term(monomial: Monomial, factor: Fraction) -> Expr:
    above = [number(factor.numerator)] if factor.numerator != 1 else []
    below = [number(factor.denominator)] if factor.denominator != 1 else []
    for base, power in monomial:
        side = above if power > 0 else below
        side.append(base if abs(power) == 1 else base ** abs(power))
    return quotient(above, below)


def quotient(above: list[Expr], below: list[Expr]) -> Expr:
    """The product of the factors above, over that of those below."""
    top, bottom = (reduce(lambda a, b: a * b, side) if side else None for side in (above, below))
    top = number(1) if top is None else top
    return top if bottom is None else make("/", top, bottom)


def put(found: Polynomial, values: Mapping[Expr, Polynomial]) -> Polynomial:
    """The polynomial with variables replaced by polynomials."""
    total = Polynomial()
    for monomial, factor in found.terms:
        term = lifted(factor)
        for base, power in monomial:
            for _ in range(abs(power)):
                step = values.get(base, variable(base))
                inverse = step if power > 0 else inverted(step)
                if inverse is None:
                    raise ValueError(f"division by the sum {show(plain(step))}")
                term = term * inverse
        total = total + term
    return total
