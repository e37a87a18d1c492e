"""Rewrites of sums: bound names, parts, shifts, and the order of the keys."""

from __future__ import annotations

from random import Random

from symattn.core.expression import TRUE, Expr, free_names, kind, number, substitute, symbol, walk
from tests.campaign.rewrites.rewriting import Rule, table

SUMS: list[Rule] = []
_number = table("number", SUMS)


def _fresh(e: Expr) -> Expr:
    taken = {n.name for n in walk(e) if n.op == "sum"} | free_names(e)
    return symbol(next(name for name in ("l", "t", "u", "r", "z", "y", "o1") if name not in taken))


@_number("renamed", "a bound name may be any other")
def _renamed(e: Expr, _: Random) -> Expr | None:
    if e.op != "sum":
        return None
    new, old = _fresh(e), symbol(e.name)
    *limits, body = e.parts
    if len(limits) == 1:
        limits = [substitute(limits[0], {old: new})]
    return Expr("sum", (new.name, *limits, substitute(body, {old: new})))


@_number("sum of sums", "sum (a + b) = sum a + sum b; sum c a = c sum a")
def _additive(e: Expr, _: Random) -> Expr | None:
    if e.op != "sum":
        return None
    *limits, body = e.parts
    name = e.args[0]
    if body.op in ("+", "-"):
        return Expr(body.op, tuple(Expr("sum", (name, *limits, part)) for part in body.parts))
    for a, b in (body.parts, body.parts[::-1]) if body.op == "*" else ():
        if name not in free_names(a):
            return a * Expr("sum", (name, *limits, b))
    if body.op == "/" and name not in free_names(body.parts[1]):
        return Expr("sum", (name, *limits, body.parts[0])) / body.parts[1]
    return None


@_number("sum in two parts", "the terms with a condition, and those without it")
def _parts(e: Expr, rng: Random) -> Expr | None:
    if e.op != "sum" or len(e.parts) != 2:
        return None
    condition, body = e.parts
    bound = symbol(e.name)
    half = rng.choice([bound < 2, bound % 2 <= 0, Expr("==", (bound, number(1)))])
    halves = [half, Expr("not", (half,))]
    parts = [h if condition == TRUE else Expr("and", (condition, h)) for h in halves]
    return Expr("sum", (e.name, parts[0], body)) + Expr("sum", (e.name, parts[1], body))


@_number("last term", "sum over l <= i = sum over l < i, and the term of i")
def _last(e: Expr, _: Random) -> Expr | None:
    if e.op != "sum" or len(e.parts) != 2:
        return None
    condition, body = e.parts
    bound = symbol(e.name)
    if condition != (bound <= symbol("i")) or any(n.op == "sum" for n in walk(body)):
        return None
    return Expr("sum", (e.name, bound < symbol("i"), body)) + substitute(body, {bound: symbol("i")})


@_number("moved sum", "sum of f(t) from a to b = sum of f(t - c) from a + c to b + c, or backwards")
def _moved(e: Expr, rng: Random) -> Expr | None:
    if e.op != "sum" or len(e.parts) != 3:
        return None
    low, high, body = e.parts
    bound = symbol(e.name)
    if any(node.op == "sum" for node in walk(body)):
        return None
    if rng.random() < 0.5:
        return Expr("sum", (e.name, low, high, substitute(body, {bound: low + high - bound})))
    return Expr("sum", (e.name, low + 2, high + 2, substitute(body, {bound: bound - 2})))


@_number("the keys backwards", "the sum over all keys is the sum over n - 1 - l")
def _backwards(e: Expr, _: Random) -> Expr | None:
    if e.op != "sum" or len(e.parts) != 2 or any(n.op == "sum" for n in walk(e.parts[1])):
        return None
    bound, back = symbol(e.name), symbol("n") - 1 - symbol(e.name)
    return Expr("sum", (e.name, *(substitute(part, {bound: back}) for part in e.parts)))


@_number("sum as where", "sum over l with p of a = sum over all l of where(p, a, 0)")
def _as_where(e: Expr, _: Random) -> Expr | None:
    if e.op != "sum" or len(e.parts) != 2 or e.parts[0] == TRUE or kind(e.parts[1]) != "number":
        return None
    return Expr("sum", (e.name, TRUE, Expr("where", (*e.parts, number(0)))))
