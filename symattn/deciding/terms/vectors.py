"""Normal forms of vectors: combinations of words, their dot products and their sums over keys.

Part of the kernel: nothing searches here. Theorems: `docs/theory/terms.md`, section 3.4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from symattn.core.expression import ONE, Expr
from symattn.deciding.terms.polynomials import (
    NOTHING,
    OO,
    Atom,
    Poly,
    Unsupported,
    atom,
    constant,
    mentions,
    order,
    plus,
    power,
    renamed,
    scaled,
    times,
)
from symattn.deciding.terms.words import (
    Combination,
    Word,
    combined,
    extended,
    nesting,
    reversed_word,
    shortened,
    width_name,
)

if TYPE_CHECKING:
    from symattn.deciding.terms.normal_form import Normal
    from symattn.deciding.terms.splits import Context


def letter(normal: Normal, expr: Expr, given: Context) -> Combination:
    index = (normal.place(expr.name, at, part, given) for at, part in enumerate(expr.parts))
    return {(("vector", expr.name, *index),): constant(1)}


def linear(normal: Normal, expr: Expr, given: Context) -> Combination:
    if expr.op in ("*", "/"):
        scalar, rest = expr.parts if expr.op == "*" else reversed(expr.parts)
        factor = normal.number(scalar if expr.op == "*" else ONE / scalar, given)
        return {w: times(factor, c) for w, c in normal.vector(rest, given).items() if factor}
    parts = [normal.vector(part, given) for part in expr.parts]
    if expr.op == "neg":
        return {w: scaled(c, -1) for w, c in parts[0].items()}
    return combined(parts[0], parts[1], -1 if expr.op == "-" else 1)


def multiplied(normal: Normal, expr: Expr, given: Context) -> Combination:
    matrix = expr.parts[1]
    flipped = matrix.op == "transpose"
    named = matrix.parts[0] if flipped else matrix
    index = [normal.place(named.name, at, p, given) for at, p in enumerate(named.parts)]
    return _applied(normal, expr.parts[0], ("matrix", flipped, named.name, *index), given)


def turned(normal: Normal, expr: Expr, given: Context) -> Combination:
    """A rotation by a position; rotations of one kind add up."""
    what, position, base, pairing, width = expr.parts
    at = frozenset(normal.number(position, given).items())
    bases = frozenset(normal.number(base, given).items())
    return _applied(normal, what, ("rope", pairing.name, width, bases, at), given)


def _applied(normal: Normal, what: Expr, step: Atom, given: Context) -> Combination:
    total: Combination = {}
    for word, c in normal.vector(what, given).items():
        total = combined(total, {extended(word, step): c})
    return total


def feature(normal: Normal, expr: Expr, given: Context) -> Combination:
    """phi(x), entry by entry, is a vector of its own."""
    inside = normal.vector(expr.parts[0], given)
    key = frozenset((word, frozenset(c.items())) for word, c in inside.items())
    return {(("phi", key),): constant(1)}


def unit_size(normal: Normal, expr: Expr, given: Context) -> Combination:
    """norm(x) = x / sqrt(dot(x, x) / width)."""
    what = normal.vector(expr.parts[0], given)
    width = atom("positive", width_name(what, normal.declared))
    size = times(product(normal, what, what), power(width, Fraction(-1)))
    factor = power(size, Fraction(-1, 2))
    return {word: times(factor, c) for word, c in what.items()}


def product(normal: Normal, left: Combination, right: Combination) -> Poly:
    """The dot product of two combinations."""
    total: Poly = NOTHING
    for u, c in left.items():
        for w, f in right.items():
            total = plus(total, times(times(c, f), _dot(normal, u, w)))
    return total


def _dot(normal: Normal, u: Word, w: Word) -> Poly:
    for this, other in ((u, w), (w, u)):
        if this[0][0] == "sum":
            _, name, domain, mono, word = this[0]
            fresh = f"_{normal.depth + 1}"
            normal.depth += 1
            inner = renamed((mono, word, domain), name, fresh)
            whole = times({inner[0]: Fraction(1)}, _dot(normal, inner[1], other))
            normal.depth -= 1
            return normal.gathered(fresh, inner[2], whole, ())
    way, back = shortened((*u, *reversed_word(w))), shortened((*w, *reversed_word(u)))
    whole_word = min(way, back, key=order)
    found = ("square" if u == w else "dot", whole_word)
    return normal.known[found] if found in normal.known else atom(*found)


def gathered_words(name: str, domain: Expr, inner: Combination) -> Combination:
    total: Combination = {}
    for word, c in inner.items():
        for mono, f in c.items():
            if mono == OO:
                raise Unsupported("a sum with infinity in it")
            bound = frozenset(part for part in mono if mentions(part, name))
            own = f"#{1 + max(nesting(bound), nesting(word))}"
            base = ("sum", own, *(renamed(x, name, own) for x in (domain, bound, word)))
            total = combined(total, {(base,): {mono - bound: f}})
    return total


VECTORS: Mapping[str, Callable[[Normal, Expr, Context], Combination]] = {
    "vector": letter,
    **dict.fromkeys(("+", "-", "*", "/", "neg"), linear),
    "matmul": multiplied,
    "rope": turned,
    "norm": unit_size,
    "phi": feature,
    "sum": lambda normal, e, given: normal.total(e, given),
    "where": lambda normal, e, given: normal.vector(normal.chosen(e, given), given),
}
