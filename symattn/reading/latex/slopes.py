"""The derivative of a number by an entry of a table, term by term."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from symattn.core.expression import ONE, ZERO, Expr, free_names, make, number

Slope = Callable[[Expr, Expr], Expr]


def slope(expr: Expr, by: Expr) -> Expr:
    """The derivative of an expression by an entry of a table or by a name.

    >>> from symattn.core.text import read
    >>> slope(read("exp(2 * s[a]) + u"), read("s[b]"))
    Expr('exp(2 * s[a]) * (2 * where(a == b, 1, 0))')
    """
    if by.name not in free_names(expr):
        return ZERO
    rule = RULES.get(expr.op)
    if rule is None:
        raise ValueError(f"not supported yet: the derivative of {expr.op}")
    return rule(expr, by)


def _entry(expr: Expr, by: Expr) -> Expr:
    if expr.name != by.name or len(expr.parts) != len(by.parts):
        raise ValueError(f"the derivative by an index of {expr.name}")
    found = ONE
    for one, two in zip(expr.parts, by.parts, strict=True):
        if one != two:
            found = Expr("where", (Expr("==", (one, two)), found, ZERO))
    return found


def _times(left: Expr, right: Expr) -> Expr:
    if ZERO in (left, right):
        return ZERO
    if ONE in (left, right):
        return right if left == ONE else left
    return left * right


def _plus(left: Expr, right: Expr, sign: str = "+") -> Expr:
    if right == ZERO:
        return left
    if left == ZERO:
        return right if sign == "+" else make("neg", right)
    return Expr(sign, (left, right))


def _sum(expr: Expr, by: Expr) -> Expr:
    left, right = (slope(part, by) for part in expr.parts)
    return _plus(left, right, expr.op)


def _product(expr: Expr, by: Expr) -> Expr:
    left, right = expr.parts
    return _plus(_times(slope(left, by), right), _times(left, slope(right, by)))


def _quotient(expr: Expr, by: Expr) -> Expr:
    top, bottom = expr.parts
    above = _plus(_times(slope(top, by), bottom), _times(top, slope(bottom, by)), "-")
    return make("/", above, bottom * bottom) if above != ZERO else ZERO


def _total(expr: Expr, by: Expr) -> Expr:
    *limits, body = expr.parts
    if any(by.name in free_names(limit) for limit in limits):
        raise ValueError("the derivative by a limit of a sum")
    if expr.name in free_names(by):
        raise ValueError("a bound name that is also differentiated by")
    inside = slope(body, by)
    return ZERO if inside == ZERO else Expr("sum", (expr.name, *limits, inside))


def _where(expr: Expr, by: Expr) -> Expr:
    condition, yes, no = expr.parts
    return Expr("where", (condition, slope(yes, by), slope(no, by)))


def _power(expr: Expr, by: Expr) -> Expr:
    base, exponent = expr.parts
    if by.name in free_names(exponent):
        raise ValueError("not supported yet: the derivative by an exponent")
    lowered = Expr("**", (base, exponent - 1))
    return _times(_times(exponent, lowered), slope(base, by))


def _chain(outer: Callable[[Expr, Expr], Expr]) -> Slope:
    return lambda expr, by: _times(outer(expr, expr.parts[0]), slope(expr.parts[0], by))


RULES: Mapping[str, Slope] = {
    "symbol": lambda _expr, _by: ONE, "table": _entry, "+": _sum, "-": _sum, "*": _product,
    "/": _quotient, "sum": _total, "where": _where, "**": _power,
    "neg": lambda expr, by: make("neg", slope(expr.parts[0], by)),
    "exp": _chain(lambda expr, _: expr),
    "log": _chain(lambda _, x: make("/", ONE, x)),
    "sqrt": _chain(lambda expr, _: make("/", ONE, number(2) * expr)),
    "tanh": _chain(lambda expr, _: ONE - expr * expr),
    "sigmoid": _chain(lambda expr, _: expr * (ONE - expr)),
    "sin": _chain(lambda _, x: Expr("cos", (x,))),
    "cos": _chain(lambda _, x: make("neg", Expr("sin", (x,)))),
}  # fmt: skip
