r"""`[-(i-1), \ldots, -1, 0]`: a row of numbers that rise (or fall) by one step."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from symattn.core.expression import ZERO, Expr, number, symbol, tidy
from symattn.reading.latex.dims import Dim, ShapeError, single
from symattn.reading.latex.meaning import Meaning, NotSupported
from symattn.reading.latex.tree import Node
from symattn.reading.latex.values import Index, Value

Linear = dict[str, Fraction]  # names with their factors; "" is the number


def progression(self: Meaning, node: Node) -> Value:
    """The row of numbers that a list with dots stands for."""
    parts = [None if part.op == "dots" else self.number(part).number for part in node.parts]
    if parts.count(None) != 1 or parts[0] is None or parts[-1] is None:
        raise NotSupported("a list goes from a first number over dots to a last one", node.at)
    gap = parts.index(None)
    first, final = linear(parts[0], node.at), linear(parts[-1], node.at)
    before = [linear(p, node.at) for p in parts[:gap] if p is not None]
    after = [linear(p, node.at) for p in parts[gap + 1 :] if p is not None]
    neighbours = [*pairwise(before), *pairwise(after)]
    steps = {frozenset(minus(b, a).items()) for a, b in neighbours} or {
        frozenset({("", Fraction(1))})
    }
    step = dict(next(iter(steps)))
    if len(steps) != 1 or set(step) != {""} or abs(step[""]) != 1:
        raise NotSupported("a list whose numbers do not rise or fall by 1", node.at)
    way = int(step[""])
    count = minus(final, first) if way > 0 else minus(first, final)
    size = written({**count, "": count.get("", Fraction(0)) + 1})
    if size.op == "number" and not (isinstance(size.args[0], int) and size.args[0] >= 1):
        raise ShapeError("a list that ends before it begins", node.at)
    literal = size.args[0] if size.op == "number" else None
    columns = Dim(size=size) if literal is None else Dim(literal=int(str(literal)))
    start = parts[0]

    def entry(_: Index, c: Index) -> Expr:
        if not isinstance(c, Expr):
            raise NotSupported("an entry of blocks", node.at)
        moved = tidy(c - self.sizes.first(columns))
        return tidy(start + moved if way > 0 else start - moved)

    return Value(single(), columns, entry)


def linear(expr: Expr, at: int) -> Linear:
    """A sum of names and numbers by its factors."""
    if expr.op == "number":
        value = Fraction(str(expr.args[0]))
        return {"": value} if value else {}
    if expr.op == "symbol":
        return {expr.name: Fraction(1)}
    if expr.op == "neg":
        return minus({}, linear(expr.parts[0], at))
    if expr.op == "+":
        left, right = (linear(part, at) for part in expr.parts)
        return minus(left, minus({}, right))
    if expr.op == "-":
        left, right = (linear(part, at) for part in expr.parts)
        return minus(left, right)
    raise NotSupported("a list of numbers that are no sums of names", at)


def minus(left: Linear, right: Linear) -> Linear:
    """left - right, without zeros."""
    found = {name: left.get(name, Fraction(0)) - right.get(name, Fraction(0))
             for name in (*left, *right)}  # fmt: skip
    return {name: factor for name, factor in found.items() if factor}


def written(found: Linear) -> Expr:
    """The sum as an expression, names first."""
    total = ZERO
    for name in sorted(name for name in found if name):
        term = symbol(name) if found[name] == 1 else number(found[name]) * symbol(name)
        total = term if total == ZERO else total + term
    constant = found.get("", Fraction(0))
    if total == ZERO:
        return number(constant)
    if constant < 0:
        return total - number(-constant)
    return total + number(constant) if constant else total
