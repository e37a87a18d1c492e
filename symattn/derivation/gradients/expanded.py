"""Formulas at one place with their sums written out, each once for all the places that share it."""

from __future__ import annotations

from functools import cache, reduce
from typing import Any

from symattn.core.expression import ONE, ZERO, Expr, free_names, make
from symattn.core.interpret import Environment, bound_range, holds
from symattn.core.specialise import specialise
from symattn.derivation.gradients.products import factors, minus, plus

BILINEAR = frozenset(("*", "dot", "matmul", "product", "hadamard", "transpose", "neg", "rope"))
PRODUCTS = frozenset(("*", "/", "neg"))
Written = dict[tuple[Any, ...], Expr]  # sums that were written out before


def expanded(expr: Expr, at: Environment, written: Written | None = None) -> Expr:
    """The expression with its sums written out and the positions put in; a zero term is left out.

    >>> from symattn.core.text import read
    >>> at = Environment({"i": 2, "n_k": 3})
    >>> expanded(read("sum(j, j <= i, m[j] * (i - j)) / sum(t, 1, 2, a[t])"), at)
    Expr('(m[0] * 2 + m[1]) / (a[1] + a[2])')
    """
    written = {} if written is None else written
    if expr.op == "sum":
        place = tuple((name, at.scalars.get(name)) for name in _names(expr))
        key = (id(expr), *place)
        if key not in written:
            inside = (at.at(**{expr.name: value}) for value in bound_range(expr, at))
            terms = (expanded(expr.parts[-1], each, written) for each in inside)
            written[key] = reduce(plus, terms, ZERO)
        return written[key]
    if expr.op == "where":
        condition, yes, no = expr.parts
        return expanded(yes if holds(condition, at) else no, at, written)
    if not _has_cases(expr):
        found = specialise(expr, at)
        return ZERO if found.op in PRODUCTS and not factors(found).coefficient else found
    return _joined(expr, [expanded(part, at, written) for part in expr.parts])


def _joined(expr: Expr, parts: list[Expr]) -> Expr:
    """The operation on parts that are written out already; neutral parts are left out."""
    if expr.op in ("+", "-"):
        return plus(parts[0], parts[1] if expr.op == "+" else minus(parts[1]))
    if (expr.op in BILINEAR and ZERO in parts) or (expr.op == "/" and parts[0] == ZERO):
        return ZERO
    if expr.op in ("*", "/") and parts[1] == ONE:
        return parts[0]
    if expr.op == "*" and parts[0] == ONE:
        return parts[1]
    named = expr.args[:1] if expr.op == "call" else ()
    return make(expr.op, *named, *parts)


@cache
def _names(expr: Expr) -> tuple[str, ...]:
    return tuple(sorted(free_names(expr)))


@cache
def _has_cases(expr: Expr) -> bool:
    """Whether sums or choices stand in the expression, outside of indices."""
    if expr.op in ("table", "vector", "matrix", "symbol"):
        return False
    return expr.op in ("sum", "where") or any(map(_has_cases, expr.parts))
