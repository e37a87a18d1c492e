"""The output of stacked self-attention layers as one term in the tokens x[...].

Query, key and value of a position are the output of the layer below at that position (identity
projections, no residual, no feed-forward part), and x[...] below the first layer. Every query sees
its own position, so no row is empty.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product

from symattn.core.errors import NotConcrete, Usage
from symattn.core.expression import (
    MIXED,
    ONE,
    TRUE,
    VALUE,
    ZERO,
    Expr,
    I,
    J,
    equal,
    free_names,
    rebuild,
    substitute,
    symbol,
)
from symattn.core.form import Form
from symattn.core.interpret import Environment, holds
from symattn.core.weights import normalised, numerator

MOST_LAYERS = 2  # a third one is too much for the normal form
Tokens = Callable[[Expr], Expr]  # the vector at a position


def token(at: Expr) -> Expr:
    """x[at]."""
    return Expr("vector", ("x", at))


def exchanged(below: Tokens, a: Expr, b: Expr) -> Tokens:
    """The tokens at positions a and b exchanged.

    >>> exchanged(token, symbol("a"), symbol("b"))(symbol("t"))
    Expr('where(t == a, x[b], where(t == b, x[a], x[t]))')
    """

    def at(place: Expr) -> Expr:
        back = Expr("where", (equal(place, b), below(a), below(place)))
        return Expr("where", (equal(place, a), below(b), back))

    return at


def changed(below: Tokens, c: Expr, new: Expr) -> Tokens:
    """Another token at position c."""
    return lambda place: Expr("where", (equal(place, c), new, below(place)))


def stacked(form: Form, layers: int, below: Tokens, fresh: Callable[[], Expr]) -> Tokens:
    """The output of so many layers at a position.

    >>> from symattn.core.form_text import form
    >>> names = iter("lt")
    >>> stacked(form(score="b[j]"), 1, token, lambda: symbol(next(names)))(I)
    Expr('1 / sum(t, true, exp(b[t])) * sum(l, true, exp(b[l]) * x[l])')
    """
    _plain(form)
    found = below
    for _ in range(layers):
        found = _layer(form, found, fresh)
    return found


def _layer(form: Form, below: Tokens, fresh: Callable[[], Expr]) -> Tokens:
    (row,) = form.rows

    def top(at: Expr, key: Expr) -> Expr:
        return numerator(row, _placed(row.score, below, at, key))

    def output(at: Expr) -> Expr:
        key, other = fresh(), fresh()
        seen, among = (substitute(form.support, {I: at, J: name}) for name in (key, other))
        mixed = Expr("*", (top(at, key), below(key)))
        if seen != TRUE:
            mixed = Expr("where", (seen, mixed, Expr("*", (ZERO, below(key)))))
        total = Expr("sum", (key.name, TRUE, mixed))
        extra = row.normaliser.extra
        sink = extra if extra is None else substitute(extra, {I: at})
        whole = Expr("sum", (other.name, among, top(at, other)))
        scale = normalised(replace(row.normaliser, extra=sink), ONE, whole)
        return total if scale == ONE else Expr("*", (scale, total))

    return output


def _placed(score: Expr, below: Tokens, at: Expr, key: Expr) -> Expr:
    """The score of a pair, with the layer below for q and k."""

    def change(node: Expr) -> Expr | None:
        if node.op == "vector" and node.name in ("q", "k"):
            return below(substitute(node.parts[0], {I: at, J: key}))
        if node in (I, J):
            return at if node == I else key
        return None

    return rebuild(score, change)


def _plain(form: Form) -> None:
    """Refuse what has no meaning when layers are stacked."""
    name = form.name or "the form"
    if len(form.rows) != 1 or form.rows[0].coefficient != ONE or form.empty != "zero":
        raise Usage(f"layers of {name}, which mixes rows or has another rule for empty rows")
    if form.value != VALUE or form.output != MIXED or "x" in form.names:
        raise Usage(f"stacked layers of {name}, which has projections of its own")
    if form.has_heads or form.offset != ZERO:
        raise Usage(f"stacked layers of {name}, which has heads, or queries that start elsewhere")
    if not _sees_itself(form):
        raise Usage(f"stacked layers of {name}, in which a query need not see its own position")


def _sees_itself(form: Form) -> bool:
    """Whether every query sees its own position, at small positions and parameters."""
    own = substitute(form.support, {J: I})
    names = sorted(free_names(own) - {"i"})
    if len(names) > 3:
        return False
    try:
        return all(
            holds(own, Environment({"i": i, **dict(zip(names, values, strict=True))}))
            for values in product((1, 2, 3), repeat=len(names))
            for i in range(6)
        )
    except (NotConcrete, KeyError):  # tables, and what is no whole number
        return False


def layer_names(taken: set[str]) -> Callable[[], Expr]:
    """Names of bound keys that nothing else uses."""

    def fresh() -> Expr:
        at = next(n for n in range(1, 10**6) if f"l{n}" not in taken)
        taken.add(f"l{at}")
        return symbol(f"l{at}")

    return fresh
