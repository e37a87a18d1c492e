"""What a Form computes: multiply-adds for each pair, query, key or distance, and what is cached.

Read off the expressions alone. A term that depends on the key only is computed once for each key,
one that depends on the distance only once for each distance, one that no head changes once for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from symattn.core.declare import width
from symattn.core.errors import Usage
from symattn.core.expression import (
    COMPARISONS,
    H_INDEX,
    MIXED,
    ONE,
    Expr,
    I,
    J,
    free_names,
    kind,
    number,
    rebuild,
    substitute,
    symbol,
    walk,
)
from symattn.core.form import Form
from symattn.core.layout import layouts
from symattn.derivation.counts.polynomial import Polynomial, polynomial, variable

NAMED = ("vector", "matrix", "table")
EXPONENTIALS = ("exp", "tanh", "sigmoid")
UNCOUNTED = {  # operation -> what a note says is not counted
    "rope": "rotations", "norm": "norms", "phi": "the feature map", "log": "logarithms",
    "cos": "cosines", "call": "unknown functions",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Work:
    """`amount` operations for each `per`, in each of `heads` heads."""

    kind: str  # "score", "mix", "combination", "projection" or "exponential"
    per: str  # "pair", "query", "key", "distance" or "once"
    amount: Polynomial
    heads: Polynomial


@dataclass(frozen=True, slots=True)
class Setting:
    """A Form, with heads counted or not."""

    form: Form
    many_heads: bool

    def width(self, expr: Expr) -> Polynomial:
        """How many numbers a vector has."""
        found = width(expr, {p.name: p for p in self.form.parameters})
        if found is None:
            raise AssertionError(f"a Form whose vector {expr!r} has no width")
        return polynomial(found)

    @property
    def heads(self) -> Polynomial:
        return variable(symbol("H")) if self.many_heads else polynomial(ONE)

    @property
    def key_heads(self) -> Polynomial:
        return polynomial(key_heads(self.form)) if self.many_heads else polynomial(ONE)

    def heads_of(self, *exprs: Expr) -> Polynomial:
        """How many different values an expression has over the heads."""
        if not self.many_heads:
            return polynomial(ONE)
        roles = {role for expr in exprs for role in self._roles(expr)}
        if "head" in roles:
            return self.heads
        return self.key_heads if "key head" in roles else polynomial(ONE)

    def _roles(self, expr: Expr) -> Iterator[str]:
        """What the value depends on: its query head, or only the key head that this one reads."""
        if expr in (H_INDEX, MIXED):  # every head mixes values of its own
            yield "head"
        elif expr == self.form.key_head:
            yield "key head"
        else:
            if expr.op in NAMED:
                layout = layouts(self.form, True)[expr.name]
                yield from (axis.role for axis in layout.axes[:1] if layout.own_head)
            for part in expr.parts:
                yield from self._roles(part)


def key_heads(form: Form) -> Expr:
    """How many key heads are read: H, 1, g for h // (H / g), or the letter H_k.

    >>> from symattn.core.form_text import form
    >>> key_heads(form(heads="h // (H / g)", where="g >= 1, H % g == 0"))
    Expr('g')
    """
    found = form.key_head
    if found == H_INDEX:
        return symbol("H")
    if found.op == "number":
        return ONE
    if found.op == "//" and found.parts[0] == H_INDEX:
        size = found.parts[1]
        if size.op == "/" and size.parts[0] == symbol("H"):
            divides = Expr("==", (Expr("%", (symbol("H"), size.parts[1])), number(0)))
            if divides in form.conditions:
                return size.parts[1]
    return symbol("H_k")


def per_what(expr: Expr) -> str:
    """How often an expression has to be computed anew.

    >>> from symattn.core.text import read
    >>> [per_what(read(text)) for text in ("i - j", "i + j", "j", "2")]
    ['distance', 'pair', 'key', 'once']
    """
    names = free_names(expr) & {"i", "j"}
    if names != {"i", "j"}:
        return {"i": "query", "j": "key"}[names.pop()] if names else "once"
    moved = substitute(expr, {I: I + 1, J: J + 1})
    return "distance" if _same_indices(expr, moved) else "pair"


def _same_indices(left: Expr, right: Expr) -> bool:
    """Whether two expressions of one shape agree wherever positions stand."""
    if not free_names(left) & {"i", "j"}:
        return left == right
    if left.op in COMPARISONS:
        (a, b), (c, e) = left.parts, right.parts
        return polynomial(a - b) == polynomial(c - e)
    if kind(left) == "number" and left.op not in ("dot", *NAMED, "call", "sum"):
        if polynomial(left) == polynomial(right):
            return True
        if left in (I, J):
            return False
    pairs = zip(left.parts, right.parts, strict=True)
    return bool(left.parts) and all(_same_indices(a, b) for a, b in pairs)


def work_of(setting: Setting) -> tuple[Work, ...]:
    """Every multiply-add and exponential of a Form; what is the same is computed once."""
    form = setting.form
    for expr in (*(row.score for row in form.rows), form.value, form.output):
        _check_plain(expr, form)
    nodes = dict.fromkeys(node for row in form.rows for node in walk(row.score))
    found = [work for node in nodes for work in _score_work(node, setting)]
    found.append(Work("mix", "pair", setting.width(form.value), setting.heads))
    if len(form.rows) > 1:
        extra = polynomial(number(len(form.rows) - 1))
        found.append(Work("combination", "pair", extra, setting.heads))
    found += _projections(setting)
    for row in form.rows:
        normaliser = row.normaliser
        if normaliser.numerator in EXPONENTIALS:
            found.append(Work("exponential", "pair", polynomial(ONE), setting.heads))
        if normaliser.extra is not None and normaliser.extra.op != "number":
            found.append(Work("exponential", "query", polynomial(ONE), setting.heads))
    return tuple(found)


def _check_plain(expr: Expr, form: Form) -> None:
    """Refuse products whose number depends on a branch or on the limits of a sum."""
    for node in walk(expr):
        inside = {part.op for part in walk(node)} & {"dot", "matmul", *EXPONENTIALS}
        if node.op in ("sum", "where") and inside:
            raise Usage(
                f"cost does not count {inside.pop()} inside {node.op}(...), as in "
                f"{form.name or 'this form'}"
            )


def _score_work(node: Expr, setting: Setting) -> Iterator[Work]:
    if node.op == "dot":
        heads = setting.heads_of(node)
        yield Work("score", per_what(node), setting.width(node.parts[0]), heads)
    elif node.op in EXPONENTIALS:
        yield Work("exponential", per_what(node), polynomial(ONE), setting.heads_of(node))


def product_rows(form: Form) -> int:
    """Rows of weights whose scores multiply something of the query with something of the key."""
    return sum(
        any(node.op == "dot" and per_what(node) == "pair" for node in walk(row.score))
        for row in form.rows
    )


def _projections(setting: Setting) -> Iterator[Work]:
    form = setting.form
    everywhere = [*(row.score for row in form.rows), form.value, form.output]
    nodes = dict.fromkeys(n for expr in everywhere for n in walk(expr) if n.op == "matmul")
    for node in nodes:
        matrix = node.parts[1].parts[0] if node.parts[1].op == "transpose" else node.parts[1]
        rows, columns = map(polynomial, form.parameter(matrix.name).shape)
        amount = rows * columns
        yield Work("projection", per_what(node), amount, setting.heads_of(node))


def uncounted(form: Form) -> tuple[str, ...]:
    """Names of the work that is no multiply-add of a product and no exponential."""
    everywhere = [*(row.score for row in form.rows), form.value, form.output]
    met = {node.op for expr in everywhere for node in walk(expr)}
    vectors = any(
        n.op in ("+", "-") and kind(n) == "vector" for expr in everywhere for n in walk(expr)
    )
    named = [words for op, words in UNCOUNTED.items() if op in met]
    return (*named, *(["sums of vectors"] if vectors else []))


@dataclass(frozen=True, slots=True)
class Cache:
    """How many numbers of a token stay in memory so that later queries can use it."""

    kept: Polynomial  # keys and values as they enter the products
    sources: Polynomial  # what keys and values can be made from again


def cache_of(setting: Setting) -> Cache:
    """The vectors of one key position: those that enter products, and those behind them."""
    form = setting.form
    read = [*(row.score for row in form.rows), form.value]
    kept = dict.fromkeys(_in_place(v) for expr in read for v in _key_vectors(expr))
    sources = dict.fromkeys(n for v in kept for n in walk(v) if n.op == "vector")
    return Cache(_numbers(kept, setting), _numbers(sources, setting))


def _key_vectors(expr: Expr) -> Iterator[Expr]:
    """The largest vectors that depend on the key and not on the query."""
    names = free_names(expr)
    if "j" not in names:
        return
    if "i" not in names and kind(expr) == "vector":
        yield expr
        return
    for part in expr.parts:
        yield from _key_vectors(part)


def _in_place(vector: Expr) -> Expr:
    """The vector of a key some places away as that of the key itself: it is kept anyway."""

    def change(node: Expr) -> Expr | None:
        if node.op != "vector":
            return None
        parts = node.args[1:]
        moved = [
            J if isinstance(e, Expr) and "j" not in (polynomial(e) - polynomial(J)).names else e
            for e in parts
        ]
        return Expr("vector", (node.name, *moved))

    return rebuild(vector, change)


def _numbers(vectors: Iterable[Expr], setting: Setting) -> Polynomial:
    total = Polynomial()
    for found in vectors:
        total = total + setting.width(found) * setting.heads_of(found)
    return total
