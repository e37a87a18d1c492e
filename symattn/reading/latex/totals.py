"""Sums over what is named and over whole sizes, and the largest of several numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from symattn.core.expression import ZERO, Expr, free_names, number, substitute, symbol, table, tidy
from symattn.reading.latex.dims import Dim, unify
from symattn.reading.latex.meaning import Meaning, NotSupported
from symattn.reading.latex.tree import Node
from symattn.reading.latex.values import Index, Value, scalar


def total(self: Meaning, dim: Dim, body: Callable[[Index], Expr]) -> Expr:
    """The sum of `body` over all places of a size."""
    root = dim.root
    if root.one:
        return body(None)
    if root.blocks is not None:
        low, high, inner = root.blocks
        block = self.fresh("b")
        inside = total(self, inner, lambda c: body((block, _single(c))))
        return Expr("sum", (block.name, low, high, inside))
    first = self.sizes.first(root)
    if root.literal is not None:
        found = ZERO
        for at in range(first, first + root.literal):
            term = body(number(at))
            found = term if found == ZERO else found if term == ZERO else found + term
        return found
    name = self.fresh("c")
    return Expr("sum", (name.name, number(first), last(self, root), body(name)))


def _single(index: Index) -> Expr:
    assert isinstance(index, Expr)
    return index


def last(self: Meaning, dim: Dim) -> Expr:
    """The number of the last place."""
    return tidy(self.sizes.size(dim) - number(1 - self.sizes.first(dim)))


def _limits(self: Meaning, node: Node) -> tuple[Expr, Dim, Value | None, Value | None]:
    """The name that is bound, what it runs over, and its limits as numbers."""
    low, high = (
        None if part.op == "absent" else self.number(part, "a number as a limit")
        for part in node.parts[:2]
    )
    dim = Dim(places=True)
    if high is not None and high.index is not None and high.index[0]:
        name = high.index[0]
        if name in self.env:
            unify(dim, self.env[name][1], node.at)
        elif name in self.free:
            unify(dim, self.free[name], node.at)
    plain = self.place_name(node.name)
    taken = {self.expr_name(n) for n in self.facts.counts} | {e[0].name for e in self.env.values()}
    if plain in taken and ((plain in self.facts.counts and node.name not in self.facts.integers)
                           or any(plain == e[0].name for e in self.env.values())
                           or node.name in self.free):  # fmt: skip
        return self.fresh(plain), dim, low, high
    self.taken.add(plain)
    return symbol(plain), dim, low, high


Limits = tuple[Value | None, Value | None]


def _bound(self: Meaning, node: Node) -> tuple[Value, Value | None, Expr, Dim, Limits]:
    """The body and condition of a sum, with its name bound in them."""
    name, dim, low, high = _limits(self, node)
    first = low.index[1] if low is not None and low.index and not low.index[0] else None
    above = high.number if high is not None else None
    before = self.env.get(node.name)
    self.env[node.name] = (name, dim, first, above)
    condition = None if node.parts[2].op == "absent" else self.of(node.parts[2])
    body = self.of(node.parts[3])
    if first in (0, 1) and not dim.root.lows:
        dim.root.lows.add(first)
    if before is None:
        del self.env[node.name]
    else:
        self.env[node.name] = before
    return body, condition, name, dim, (low, high)


def _sum(self: Meaning, node: Node) -> Value:
    """A sum with limits, with a condition, or over all places."""
    body, condition, name, dim, (low, high) = _bound(self, node)

    def entry(r: Index, c: Index) -> Expr:
        inside = body.entry(r, c)
        bottom = low.number if low is not None else number(self.sizes.first(dim))
        top = high.number if high is not None else last(self, dim)
        if condition is not None:
            test = condition.number
            upper = _upper(self, test, name) if high is None else None
            if upper is not None:
                top = upper
            else:
                inside = Expr("where", (test, inside, ZERO))
        return Expr("sum", (name.name, bottom, top, inside))

    return Value(body.rows, body.columns, entry)


def _upper(self: Meaning, test: Expr, name: Expr) -> Expr | None:
    """`l <= i` as an upper limit, where i is a place itself: nothing is cut off at the end."""
    if test.parts[1:] and not free_names(test.parts[1]) <= self.index_names():
        return None
    if test.op in ("<=", "<") and test.parts[0] == name and test.parts[1].op == "symbol":
        bound = test.parts[1]
        return bound if test.op == "<=" else bound - 1
    return None


def _product(_: Meaning, node: Node) -> Value:
    raise NotSupported("a product over an index is not supported yet", node.at)


def _extreme(op: str) -> Callable[[Meaning, Node], Value]:
    def rule(self: Meaning, node: Node) -> Value:
        if node.name:
            body, condition, name, dim, (low, high) = _bound(self, node)
            if condition is not None and high is None:
                limit = condition

                def cut() -> Expr:
                    upper = _upper(self, limit.number, name)
                    if upper is None:
                        raise NotSupported(f"a {op} under this condition", node.at)
                    return upper

                top: Callable[[], Expr] = cut
            elif condition is not None:
                raise NotSupported(f"a {op} with limits and a condition", node.at)
            else:
                top = (lambda: high.number) if high is not None else lambda: last(self, dim)
            return Value(body.rows, body.columns, lambda r, c: extreme(
                self, op, name,
                low.number if low is not None else number(self.sizes.first(dim)),
                top(), body.entry(r, c)))  # fmt: skip
        parts = [self.of(part) for part in node.parts]
        if len(parts) == 1 and not parts[0].is_number:
            return of_entries(self, op, parts[0])
        for part in parts[1:]:
            unify(parts[0].rows, part.rows, node.at)
            unify(parts[0].columns, part.columns, node.at)
        if len(parts) == 1:
            return parts[0]
        return Value(parts[0].rows, parts[0].columns,
                     lambda r, c: Expr(op, tuple(part.entry(r, c) for part in parts)))  # fmt: skip

    return rule


def of_entries(self: Meaning, op: str, value: Value) -> Value:
    """The largest entry of a vector or matrix."""
    if not value.is_vector:
        raise NotSupported(f"the {op} of all entries of a matrix", 0)
    return scalar(lambda: over_all(self, op, value.length, value.at))


def over_all(self: Meaning, op: str, dim: Dim, body: Callable[[Index], Expr]) -> Expr:
    """The largest of `body` over all places of a size."""
    name = self.fresh("c")
    return extreme(self, op, name, number(self.sizes.first(dim)), last(self, dim), body(name))


def extreme(self: Meaning, op: str, name: Expr, low: Expr, high: Expr, body: Expr) -> Expr:
    """A number of its own for each largest of a row: a claim must hold whatever it is."""
    fixed: dict[Expr, Expr] = {symbol(n): number(k) for n, k in self.sizes.fixed.items()}
    first, final = tidy(substitute(low, fixed)), tidy(substitute(high, fixed))
    if fixed and first.op == final.op == "number":
        places = range(int(str(first.args[0])), int(str(final.args[0])) + 1)
        found = [substitute(body, {name: number(at)}) for at in places]
        return found[0] if len(found) == 1 else Expr(op, tuple(found))
    self.extreme_sizes |= free_names(high)
    own = Expr(op, (symbol("_"), low, high, substitute(body, {name: symbol("_")})))
    deps = sorted(free_names(body) & self.index_names() - {name.name}
                    | (free_names(low) | free_names(high)) & self.index_names())  # fmt: skip
    renamed = {symbol(p): symbol(f"_{k}") for k, p in enumerate(deps)}
    key = substitute(own, renamed)
    if key not in self.opaque:
        fresh = self.fresh(f"{op}_{len(self.opaque) + 1}")
        self.opaque[key] = (fresh.name, key)
    own_name = self.opaque[key][0]
    return table(own_name, *map(symbol, deps)) if deps else symbol(own_name)


TOTAL_RULES: Mapping[str, Callable[[Meaning, Node], Value]] = {
    "sum": _sum, "prod": _product, "max": _extreme("max"), "min": _extreme("min"),
}  # fmt: skip
