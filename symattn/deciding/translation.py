"""Positions and conditions as z3 terms: linear integer arithmetic with tables as unknown functions.

`x // c` and `x % c` become a quotient a and a rest r with x = c a + r and 0 <= r < c; that c > 0 is
a demand of its own, collected in `denominators`. See `docs/theory/supports.md`, section 2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from typing import Any

import z3

from symattn.core.claim import Problem
from symattn.core.errors import NotConcrete
from symattn.core.expression import COMPARISONS, Expr, number
from symattn.core.text import show
from symattn.deciding.answer import Unsupported
from symattn.deciding.solver import context

MOST_FACTORS = 8


@dataclass(slots=True)
class Translation:
    """The z3 terms of one problem; equal expressions share their term."""

    symbols: dict[str, Any]
    tables: dict[str, Any]
    boolean: frozenset[str] = frozenset()
    definitions: list[Any] = field(default_factory=list)
    denominators: list[tuple[Expr, Any]] = field(default_factory=list)
    entries: dict[Expr, Any] = field(default_factory=dict)  # table entries that are read
    known: dict[Expr, Any] = field(default_factory=dict)
    divided: dict[tuple[Expr, Expr], tuple[Any, Any]] = field(default_factory=dict)

    def term(self, expr: Expr) -> Any:
        """The z3 number of an expression."""
        if expr not in self.known:
            rule = TERMS.get(expr.op)
            if rule is None:
                raise Unsupported(f"{show(expr)} in a condition on positions")
            self.known[expr] = rule(self, expr)
        return self.known[expr]

    def condition(self, expr: Expr) -> Any:
        """The z3 truth value of a condition."""
        if expr not in self.known:
            self.known[expr] = self._condition(expr)
        return self.known[expr]

    def _condition(self, expr: Expr) -> Any:
        ctx = context()
        if expr.op in COMPARISONS:
            return COMPARE[expr.op](*map(self.term, expr.parts))
        if expr.op == "and":
            return z3.And(*map(self.condition, expr.parts))
        if expr.op == "or":
            return z3.Or(*map(self.condition, expr.parts))
        if expr.op == "not":
            return z3.Not(self.condition(expr.parts[0]), ctx)
        if expr.op == "holds":
            return self.term(expr.parts[0]) != 0
        if expr.op in ("true", "false"):
            return z3.BoolVal(expr.op == "true", ctx)
        raise Unsupported(f"{show(expr)} as a condition")


def translation(problem: Problem) -> Translation:
    """The names of a problem as z3 constants and functions."""
    ctx = context()
    makers = {"integer": z3.Int, "real": z3.Real}
    tables = {}
    for table in problem.tables:
        if table.kind not in ("integer", "boolean", "real"):
            raise Unsupported(f"{table.name!r}, a {table.kind}, in a condition on positions")
        result = z3.RealSort(ctx) if table.kind == "real" else z3.IntSort(ctx)
        places = [z3.IntSort(ctx)] * table.indices
        tables[table.name] = z3.Function(table.name, *places, result)
    return Translation(
        {u.name: makers[u.kind](u.name, ctx) for u in problem.unknowns},
        tables,
        frozenset(t.name for t in problem.tables if t.kind == "boolean"),
    )


COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "<=": lambda a, b: a <= b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def _number(_: Translation, expr: Expr) -> Any:
    value = expr.args[0]
    if isinstance(value, Fraction):
        return z3.Q(value.numerator, value.denominator, context())
    return z3.IntVal(value, context())


def _symbol(names: Translation, expr: Expr) -> Any:
    if expr.name not in names.symbols:
        raise Unsupported(f"the name {expr.name!r} in a condition on positions")
    return names.symbols[expr.name]


def _table(names: Translation, expr: Expr) -> Any:
    index = [names.term(part) for part in expr.parts]
    if expr.name not in names.tables or any(not z3.is_int(at) for at in index):
        raise Unsupported(f"the index of {show(expr)}, which is not a whole number")
    entry = names.tables[expr.name](*index)
    if expr.name in names.boolean:
        names.definitions.append(z3.And(entry >= 0, entry <= 1))
    names.entries[expr] = entry
    return entry


def _power(names: Translation, expr: Expr) -> Any:
    base, exponent = expr.parts
    times = exponent.args[0] if exponent.op == "number" else None
    if not isinstance(times, int) or not 0 <= times <= MOST_FACTORS:
        raise Unsupported(f"the power {show(expr)}")
    factors = [names.term(base)] * times
    return reduce(lambda a, b: a * b, factors) if factors else z3.IntVal(1, context())


def _division(names: Translation, top: Expr, bottom: Expr) -> tuple[Any, Any]:
    """Quotient and rest of a floor division; the same for the same two expressions."""
    if (top, bottom) not in names.divided:
        x, c = names.term(top), _positive(names, bottom)
        ctx, at = context(), len(names.divided)  # after the terms, which may divide, too
        whole = z3.is_int(x) and z3.is_int(c)
        a = z3.Int(f"quotient!{at}", ctx)
        r = (z3.Int if whole else z3.Real)(f"rest!{at}", ctx)
        shape = z3.And(x == c * a + r, r >= 0, r < c)
        names.definitions.append(shape if _literal(bottom) else z3.Or(c <= 0, shape))
        names.divided[top, bottom] = (a, r)
    return names.divided[top, bottom]


def _literal(expr: Expr) -> bool:
    return expr.op == "number"


def _positive(names: Translation, bottom: Expr) -> Any:
    if not _literal(bottom):
        names.denominators.append((bottom, names.term(bottom)))
    return names.term(bottom)


def _sides(expr: Expr) -> tuple[Expr, Expr, int]:
    """Top, bottom and sign: `x // -c` is `-x // c`, and `x % -c` is `-(-x % c)`."""
    top, bottom = expr.parts
    value = bottom.args[0] if _literal(bottom) else 1
    assert isinstance(value, (int, Fraction))
    if value == 0:
        raise NotConcrete(f"division by zero in {show(expr)}")
    return (-top, number(-value), -1) if value < 0 else (top, bottom, 1)


def _quotient(names: Translation, expr: Expr) -> Any:
    top, bottom, _ = _sides(expr)
    return _division(names, top, bottom)[0]


def _rest(names: Translation, expr: Expr) -> Any:
    top, bottom, sign = _sides(expr)
    return sign * _division(names, top, bottom)[1]


def _over(names: Translation, expr: Expr) -> Any:
    top, bottom, _ = _sides(expr)
    if not _literal(bottom):
        raise Unsupported(f"the quotient {show(expr)} by an expression")
    x, value = names.term(top), Fraction(bottom.args[0])  # type: ignore[arg-type]
    return (z3.ToReal(x) if z3.is_int(x) else x) * z3.Q(
        value.denominator, value.numerator, context()
    )


def _floor(names: Translation, expr: Expr) -> Any:
    return _division(names, expr.parts[0], number(1))[0]


def _chosen(first: Callable[[Any, Any], Any]) -> Callable[[Translation, Expr], Any]:
    def rule(names: Translation, expr: Expr) -> Any:
        return reduce(lambda a, b: z3.If(first(a, b), a, b), map(names.term, expr.parts))

    return rule


def _abs(names: Translation, expr: Expr) -> Any:
    x = names.term(expr.parts[0])
    return z3.If(x >= 0, x, -x)


def _where(names: Translation, expr: Expr) -> Any:
    condition, yes, no = expr.parts
    return z3.If(names.condition(condition), names.term(yes), names.term(no))


def _plain(operation: Callable[..., Any]) -> Callable[[Translation, Expr], Any]:
    return lambda names, expr: operation(*map(names.term, expr.parts))


TERMS: Mapping[str, Callable[[Translation, Expr], Any]] = {
    "number": _number,
    "symbol": _symbol,
    "table": _table,
    "+": _plain(lambda a, b: a + b),
    "-": _plain(lambda a, b: a - b),
    "*": _plain(lambda a, b: a * b),
    "neg": _plain(lambda a: -a),
    "**": _power,
    "/": _over,
    "//": _quotient,
    "%": _rest,
    "floor": _floor,
    "abs": _abs,
    "min": _chosen(lambda a, b: a <= b),
    "max": _chosen(lambda a, b: a >= b),
    "where": _where,
}
