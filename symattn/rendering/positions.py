"""Formulas for readers who count from 1: the same values, in letters that are one higher.

Inside, positions, heads and coordinates count from 0. A reader's i is our i + 1, so `j < p` becomes
`j <= p`, `i // c` becomes `(i - 1) // c`, `q[0]` becomes `q[1]`, and `j <= i` stays as it is.
`rebased` gives the expression whose value at the reader's positions is the value of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from symattn.core.errors import Usage
from symattn.core.expression import COMPARISONS, Expr, number, symbol, walk
from symattn.core.text import show
from symattn.rendering.names import COUNTED, INDEXED, NOTHING, Names, integral, shown_positions

Number = int | Fraction
Drift = tuple[Expr, Number]  # (e, w): the value is e - w in the reader's letters


@dataclass(slots=True)
class Rebase:
    """The names that count from 1 here, and what is already rewritten (by identity)."""

    names: Names
    counted: frozenset[str] = COUNTED
    integers: frozenset[str] = frozenset()  # bound names
    done: dict[int, tuple[Expr, Drift]] = field(default_factory=dict)

    def drift(self, expr: Expr) -> Drift:
        found = self.done.get(id(expr))
        if found is None:
            found = (expr, RULES.get(expr.op, _settled)(expr, self))
            self.done[id(expr)] = found
        return found[1]

    def whole(self, expr: Expr) -> bool:
        return integral(expr, self.names, self.integers)

    def plain(self, expr: Expr, add: int = 0) -> Expr:
        """The expression in the reader's letters, plus a number."""
        shown, excess = self.drift(expr)
        return plus(shown, add - excess) if add or excess else shown


def rebased(expr: Expr, names: Names | None = None, memo: Rebase | None = None) -> Expr:
    """The expression for a reader whose first position is number 1.

    >>> from symattn.core.text import read
    >>> rebased(read("dot(rope(q[i], i), k[0]) - i // c"))
    Expr('dot(rope(q[i], i - 1), k[1]) - (i - 1) // c')
    """
    return (memo or rebase_for(names or NOTHING, expr)).plain(expr)


def rebase_for(names: Names, expr: Expr, letters: frozenset[str] = frozenset()) -> Rebase:
    """A rewriter that knows the names of a Form, or else what the expression itself shows."""
    if not names.complete:
        shown = {**shown_positions([expr]), **names.positions}
        names = replace(names, positions=shown)
    return Rebase(names, COUNTED | letters)


def plus(expr: Expr, add: Number) -> Expr:
    """The expression plus a number, folded into the number that it ends with.

    >>> from symattn.core.text import read
    >>> plus(read("n - 1"), 1), plus(read("i"), -1)
    (Expr('n'), Expr('i - 1'))
    """
    if add == 0:
        return expr
    if expr.op == "number":
        return number(_value(expr) + add)
    if expr.op in ("+", "-") and expr.parts[1].op == "number":
        last = _value(expr.parts[1])
        return plus(expr.parts[0], add + (last if expr.op == "+" else -last))
    return expr + number(add) if add > 0 else expr - number(-add)


def _value(expr: Expr) -> Number:
    value = expr.args[0]
    assert isinstance(value, (int, Fraction))
    return value


def _same(expr: Expr, parts: list[Expr]) -> Expr:
    """The node with new parts; itself if nothing changed, so that shared nodes stay shared."""
    if all(new is old for new, old in zip(parts, expr.parts, strict=True)):
        return expr
    names = [a for a in expr.args if not isinstance(a, Expr)]
    return Expr(expr.op, (*names, *parts))


def _settled(expr: Expr, at: Rebase) -> Drift:
    """Any operation: its arguments in the reader's letters."""
    return _same(expr, [at.plain(part) for part in expr.parts]), 0


def _leaf(expr: Expr, at: Rebase) -> Drift:
    return expr, int(expr.op == "symbol" and expr.args[0] in at.counted)


def _sum(expr: Expr, at: Rebase) -> Drift:
    """A chain of + and -, from its innermost sum outwards: it may have thousands of terms."""
    chain = [expr]
    while (left := chain[-1].parts[0]).op in ("+", "-") and id(left) not in at.done:
        chain.append(left)
    shown, total = at.drift(chain[-1].parts[0])
    for node in reversed(chain):
        right, excess = at.drift(node.parts[1])
        shown = _same(node, [shown, right])
        total = total + excess if node.op == "+" else total - excess
        at.done[id(node)] = (node, (shown, total))
    return shown, total


def _neg(expr: Expr, at: Rebase) -> Drift:
    shown, excess = at.drift(expr.parts[0])
    return _same(expr, [shown]), -excess


def _product(expr: Expr, at: Rebase) -> Drift:
    """A multiple of a position drifts by that multiple."""
    drifts = [at.drift(part) for part in expr.parts]
    for (factor, still), (_, excess) in (drifts, drifts[::-1]):
        if excess and factor.op == "number" and still == 0:
            return _same(expr, [shown for shown, _ in drifts]), _value(factor) * excess
    return _settled(expr, at)


def _extreme(expr: Expr, at: Rebase) -> Drift:
    drifts = [at.drift(part) for part in expr.parts]
    if len({excess for _, excess in drifts}) == 1:
        return _same(expr, [shown for shown, _ in drifts]), drifts[0][1]
    return _settled(expr, at)


# For whole numbers a - 1 < b is a <= b, a + 1 <= b is a < b, and so on.
SIGNS: Mapping[tuple[Number, str], str] = {
    (1, "<"): "<=", (1, ">="): ">", (-1, "<="): "<", (-1, ">"): ">=",
}  # fmt: skip


def _comparison(expr: Expr, at: Rebase) -> Drift:
    """Both sides drift alike, or the gap of one goes into the sign, or into a side."""
    (left, first), (right, second) = (at.drift(part) for part in expr.parts)
    gap = first - second  # the condition is: left - gap (sign) right
    if gap == 0:
        return _same(expr, [left, right]), 0
    sign = SIGNS.get((gap, expr.op))
    if _takes(right) or _takes(left):
        pair = (left, plus(right, gap)) if _takes(right) else (plus(left, -gap), right)
        return Expr(expr.op, pair), 0
    if sign and at.whole(left) and at.whole(right):
        return Expr(sign, (left, right)), 0
    pair = (left, plus(right, gap)) if gap < 0 else (plus(left, -gap), right)
    return Expr(expr.op, pair), 0


def _takes(expr: Expr) -> bool:
    """Whether a number can be added without one term more."""
    return expr.op == "number" or (expr.op in ("+", "-") and expr.parts[1].op == "number")


def _indexed(expr: Expr, at: Rebase) -> Drift:
    """A name whose indices are positions keeps its letters; other indices are plain numbers."""
    counts = at.names.counts(expr.name, len(expr.parts))
    parts = []
    for index, counted in zip(expr.parts, counts, strict=True):
        if index.op == "number" and counted:
            parts.append(number(_value(index) + 1))
            continue
        if counted is None and not any(s.op == "symbol" for s in walk(index)):
            raise Usage(
                f"counting from 1 needs to know whether the index of {show(expr)} is a position; "
                "write the formula with the names of its Form"
            )
        parts.append(at.plain(index, add=1 if counted else 0))
    return _same(expr, parts), 0


def _total(expr: Expr, at: Rebase) -> Drift:
    """A sum whose bound name runs over positions runs from 1; any other bound name stays."""
    *limits, body = expr.parts
    positional = len(limits) == 1 or _counts(expr.name, body, at.names)
    counted = at.counted | {expr.name} if positional else at.counted - {expr.name}
    inside = Rebase(at.names, counted, at.integers | {expr.name})
    if len(limits) == 2:
        limits = [at.plain(limit, add=1 if positional else 0) for limit in limits]
    else:
        limits = [inside.plain(limits[0])]
    return _same(expr, [*limits, inside.plain(body)]), 0


def _counts(bound: str, body: Expr, names: Names) -> bool:
    """Whether the bound name stands in an index that counts positions."""
    return any(
        counted and symbol(bound) in walk(index)
        for node in walk(body)
        if node.op in INDEXED
        for index, counted in zip(node.parts, names.counts(node.name, len(node.parts)), strict=True)
    )


def _rope(expr: Expr, at: Rebase) -> Drift:
    what, position, *options = expr.parts
    return _same(expr, [at.plain(what), at.plain(position), *options]), 0


RULES: Mapping[str, Callable[[Expr, Rebase], Drift]] = {
    **dict.fromkeys(("symbol", "number"), _leaf),
    **dict.fromkeys(("+", "-"), _sum),
    **dict.fromkeys(COMPARISONS, _comparison),
    **dict.fromkeys(INDEXED, _indexed),
    **dict.fromkeys(("min", "max"), _extreme),
    "neg": _neg,
    "*": _product,
    "sum": _total,
    "rope": _rope,
}
