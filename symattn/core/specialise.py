"""An expression at one place: i, j and sizes put in, arithmetic on positions carried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from symattn.core.errors import NotConcrete
from symattn.core.expression import Expr, make, number, tidy
from symattn.core.interpret import Environment, exact, holds


def specialise(expr: Expr, env: Environment) -> Expr:
    """The expression with everything exact computed; free names stay.

    >>> from symattn.core.text import read
    >>> specialise(read("dot(q[i], k[j]) - m[h] * (i - j)"), Environment({"i": 3, "j": 1}))
    Expr('dot(q[3], k[1]) - m[h] * 2')
    """
    return tidy(_specialise(expr, env))


def _specialise(expr: Expr, env: Environment) -> Expr:
    if expr.op == "number" or not expr.args:
        return expr
    if expr.op == "where":
        condition, yes, no = expr.parts
        try:
            return _specialise(yes if holds(condition, env) else no, env)
        except NotConcrete:
            return expr
    if expr.op == "rope":
        what, position, *rest = expr.parts
        return Expr("rope", (_specialise(what, env), _specialise(position, env), *rest))
    if expr.op in ("sum", "true", "false"):
        return expr if expr.op != "sum" else _sum(expr, env)
    try:
        return number(exact(expr, env))
    except NotConcrete:
        parts = (_specialise(a, env) if isinstance(a, Expr) else a for a in expr.args)
        return make(expr.op, *parts)


def _sum(expr: Expr, env: Environment) -> Expr:
    """The sum with its free names put in; the bound name hides an outer one."""
    scalars: Mapping[str, object] = {k: v for k, v in env.scalars.items() if k != expr.name}
    inner = replace(env, scalars=scalars)
    return Expr("sum", (expr.name, *(_specialise(part, inner) for part in expr.parts)))
