"""Reverse mode over the language: what reaches each leaf when a cotangent meets an expression.

`pull(expr, g, known)` reads: the loss changes by g for each unit of `expr`; by how much for each
unit of every vector, table, number and matrix that stands in it? The rules stand in
`cotangents.py`, one for each operation; sums, whose bound names are the scope of a share, and the
choices of max and min stand here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

from symattn.core.expression import (
    ONE,
    ZERO,
    Expr,
    free_names,
    number,
    substitute,
    symbol,
    tidy,
    walk,
)
from symattn.core.text import show
from symattn.derivation.gradients.cotangents import FLAT, RULES, Known, Place

LEAVES = frozenset(("vector", "table", "symbol", "matrix"))


@dataclass(frozen=True, slots=True)
class Binder:
    """One bound name of a sum, from `low` to `high`, both included."""

    name: str
    low: Expr
    high: Expr
    whole: bool = False  # these are all the queries, heads or keys, as the name's letter says


@dataclass(frozen=True, slots=True)
class Share:
    """What one occurrence of a leaf gets, for every value of the bound names around it."""

    leaf: Expr
    cotangent: Expr
    scope: tuple[Binder, ...] = ()
    conditions: tuple[Expr, ...] = ()
    source: str = ""  # "value", "score", "coefficient", "sink" or "output"


def range_of(name: str, known: Known) -> Binder:
    """All that a bound name runs over, by its letter: queries, heads, or keys."""
    if name[0] == "i":
        return Binder(name, known.offset, tidy(known.offset + symbol("n_q") - ONE), True)
    return Binder(name, ZERO, symbol("H" if name[0] == "h" else "n_k") - ONE, True)


def pull(expr: Expr, g: Expr, known: Known) -> Iterator[Share]:
    """The shares of every leaf of `expr` that can move.

    >>> from symattn.core.form import FULL
    >>> for share in pull(FULL.score, number(1), Known.of(FULL)): print(share.leaf, share.cotangent)
    Expr('q[i]') Expr('k[j] / sqrt(d)')
    Expr('k[j]') Expr('q[i] / sqrt(d)')
    """
    if g == ZERO or not known.moves(expr):
        return
    if expr.op in LEAVES:
        yield Share(expr, g)
    elif expr.op == "sum":
        *limits, body = expr.parts
        whole = len(limits) == 1
        binder = range_of(expr.name, known) if whole else Binder(expr.name, limits[0], limits[1])
        conditions = limits if whole else ()
        for share in pull(body, g, known):
            scope = (binder, *share.scope)
            yield replace(share, scope=scope, conditions=(*conditions, *share.conditions))
    elif expr.op in ("max", "min"):
        yield from pull(smooth(expr), g, known)
    elif expr.op in FLAT:
        yield from (Share(leaf, ZERO) for leaf in walk(expr) if _is_moving_leaf(leaf, known))
    else:
        for at, part in enumerate(expr.parts):
            if known.moves(part):
                yield from pull(part, RULES[expr.op](Place(expr, at, g, known)), known)


def _is_moving_leaf(expr: Expr, known: Known) -> bool:
    return expr.op in LEAVES and known.moves(expr)


def smooth(expr: Expr) -> Expr:
    """max and min without a case: max(a, b) = (a + b + |a - b|) / 2, exact everywhere.

    >>> from symattn.core.text import read
    >>> smooth(read("max(a, b)"))
    Expr('(a + b + abs(a - b)) / 2')
    """
    first, *rest = expr.parts
    other = rest[0] if len(rest) == 1 else smooth(Expr(expr.op, tuple(rest)))
    gap = Expr("abs", (first - other,))
    both = first + other
    return Expr("/", (both + gap if expr.op == "max" else both - gap, number(2)))


KINKS = {  # operation -> where it has no derivative
    "abs": "{0} != 0",
    "max": "the arguments of {node} differ",
    "min": "the arguments of {node} differ",
    "norm": "{0} is not the zero vector",
    "sqrt": "{0} > 0",
    **dict.fromkeys(FLAT, "{node} is not at a jump"),
    "%": "{node} is not at a jump",
}


def assumptions(expr: Expr, known: Known) -> Iterator[str]:
    """Where the expression must be smooth, in words.

    >>> from symattn.mechanisms.spec import mechanism
    >>> list(assumptions(mechanism("qk_norm").score, Known.of(mechanism("qk_norm"))))
    ['q[i] is not the zero vector', 'k[j] is not the zero vector']
    """
    for node in walk(expr):
        moving = any(known.moves(part) for part in node.parts)
        if node.op in KINKS and moving:
            yield KINKS[node.op].format(*map(show, node.parts), node=show(node))
        if node.op == "**" and known.moves(node.parts[1]):
            base = node.parts[0]
            yield f"{show(base)} {'>' if known.moves(base) else '>='} 0"


def functions(expr: Expr, known: Known) -> Iterator[tuple[str, str]]:
    """The opaque derivatives that the expression calls, with their meaning."""
    for node in walk(expr):
        if node.op != "call" or node.name in known.names:
            continue
        if node.name.startswith("rope_by_"):
            _, _, by, pairing = node.name.split("_")
            says = f"the derivative of rope(x, position, base, {pairing}, width) by its {by}"
            yield node.name, says
        else:
            of, _, place = node.name.rpartition("_prime")
            nth = f" by argument {place.strip('_')}" if place.strip("_") else ""
            yield node.name, f"the derivative of {of}{nth}"


def bound_apart(expr: Expr, taken: frozenset[str]) -> Expr:
    """The expression with fresh bound names in its sums; the letter, which says the range, stays.

    >>> from symattn.core.text import read
    >>> bound_apart(read("sum(j, j < 3, a[j]) * j"), frozenset("ij"))
    Expr('sum(j1, j1 < 3, a[j1]) * j')
    """
    if expr.op != "sum":
        return Expr(
            expr.op,
            tuple(bound_apart(a, taken) if isinstance(a, Expr) else a for a in expr.args),
        )
    *limits, body = expr.parts
    used = taken | set().union(*map(free_names, expr.parts))
    name = expr.name
    if name in taken:
        name = next(f"{expr.name}{n}" for n in count(1) if f"{expr.name}{n}" not in used)
    changed = {symbol(expr.name): symbol(name)}
    if len(limits) == 1:
        limits = [substitute(limits[0], changed)]
    inner = bound_apart(substitute(body, changed), taken | {name})
    return Expr("sum", (name, *(bound_apart(limit, taken) for limit in limits), inner))
