"""Conditions on keys solved for j: alternatives of lower and upper bounds, where a guard holds.

Nothing here is trusted: the kernel asks a solver whether the stretches that follow hold exactly the
keys seen. What has another shape (`j % c == 0`, `t[j]`) is Unsupported.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symattn.core.expression import (
    COMPARISONS,
    ONE,
    TRUE,
    ZERO,
    Expr,
    J,
    free_names,
    number,
    rebuild,
    tidy,
)
from symattn.core.text import show
from symattn.deciding.answer import Unsupported

MOST = 16  # alternatives of one condition
FLIPPED = {"<=": ">=", ">=": "<=", "<": ">", ">": "<", "==": "==", "!=": "!="}
NEGATED = {"<=": ">", ">=": "<", "<": ">=", ">": "<=", "==": "!=", "!=": "=="}


@dataclass(frozen=True, slots=True)
class Bounds:
    """The keys from the largest of `lows` to the smallest of `highs`, where `guard` holds."""

    lows: tuple[Expr, ...] = ()
    highs: tuple[Expr, ...] = ()
    guard: Expr = TRUE


def alternatives(condition: Expr, wanted: bool = True) -> list[Bounds]:
    """The condition (or its negation) as alternatives of bounds on j.

    >>> from symattn.core.text import read
    >>> alternatives(read("abs(i - j) <= 2"))[0].lows
    (Expr('i - 2'),)
    """
    op, parts = condition.op, condition.parts
    if op == "not":
        return alternatives(parts[0], not wanted)
    if op in ("and", "or"):
        left, right = (alternatives(part, wanted) for part in parts)
        if (op == "or") == wanted:
            return few([*left, *right])
        return few([_both(a, b) for a in left for b in right])
    if op in ("true", "false"):
        return [Bounds()] if (op == "true") == wanted else []
    if op not in COMPARISONS:
        raise Unsupported(f"counting the keys with {show(condition)}")
    if "j" not in free_names(condition):
        return [Bounds(guard=condition if wanted else ~condition)]
    return few(list(_compared(op if wanted else NEGATED[op], *parts)))


def few(found: list[Bounds]) -> list[Bounds]:
    """The different ones of the alternatives, if they are not too many."""
    different = list(dict.fromkeys(found))
    if len(different) > MOST:
        raise Unsupported(f"counting the keys of more than {MOST} alternatives")
    return different


def _both(a: Bounds, b: Bounds) -> Bounds:
    guards = a.guard & b.guard
    lows, highs = (*a.lows, *b.lows), (*a.highs, *b.highs)
    return Bounds(tuple(dict.fromkeys(lows)), tuple(dict.fromkeys(highs)), guards)


def _compared(op: str, left: Expr, right: Expr) -> Iterator[Bounds]:
    """One comparison of whole numbers as alternatives of bounds on j."""
    if op == "!=":
        yield from _compared("<", left, right)
        yield from _compared(">", left, right)
        return
    if op == "==":
        for a in _compared("<=", left, right):
            yield from (_both(a, b) for b in _compared(">=", left, right))
        return
    if op in ("<", ">"):
        op, right = op + "=", tidy(right - ONE if op == "<" else right + ONE)
    if "j" in free_names(right):
        if "j" not in free_names(left):
            left, right, op = right, left, FLIPPED[op]
        else:
            left, right = left - right, ZERO
    yield from _at_most(left, right) if op == "<=" else _at_least(left, right)


def _at_most(x: Expr, e: Expr) -> Iterator[Bounds]:
    """The keys with x <= e, for x that depends on j and e that does not."""
    solved = _moved("<=", x, e)
    if solved is not None:
        yield from solved
    elif x.op == "abs":
        inner = x.parts[0]
        for a in _at_most(inner, e):
            yield from (_both(a, b) for b in _at_least(inner, tidy(-e)))
    elif x.op == "max":
        yield from _every([list(_compared("<=", part, e)) for part in x.parts])
    elif x.op == "//" and "j" not in free_names(x.parts[1]):
        top, c = _rounded(x)
        yield from _at_most(top, tidy(c * e + c - ONE))
    else:
        yield from _by_cases("<=", x, e)


def _at_least(x: Expr, e: Expr) -> Iterator[Bounds]:
    """The keys with x >= e, for x that depends on j and e that does not."""
    solved = _moved(">=", x, e)
    if solved is not None:
        yield from solved
    elif x.op == "abs":
        yield from _at_least(x.parts[0], e)
        yield from _at_most(x.parts[0], tidy(-e))
    elif x.op == "min":
        yield from _every([list(_compared(">=", part, e)) for part in x.parts])
    elif x.op == "//" and "j" not in free_names(x.parts[1]):
        top, c = _rounded(x)
        yield from _at_least(top, tidy(c * e))
    else:
        yield from _by_cases(">=", x, e)


def _moved(op: str, x: Expr, e: Expr) -> Iterator[Bounds] | None:
    """The comparison with a part of x that is free of j brought to the other side, if it can be."""
    if x == J:
        return iter([Bounds(highs=(e,)) if op == "<=" else Bounds(lows=(e,))])
    if x.op == "neg":
        return _compared(FLIPPED[op], x.parts[0], tidy(-e))
    if x.op not in ("+", "-", "*"):
        return None
    a, b = x.parts
    if x.op == "*":
        return _divided(op, x, e)
    if "j" not in free_names(b):
        return _compared(op, a, tidy(e - b if x.op == "+" else e + b))
    if "j" not in free_names(a):
        return (
            _compared(op, b, tidy(e - a)) if x.op == "+" else _compared(FLIPPED[op], b, tidy(a - e))
        )
    return None


def _divided(op: str, x: Expr, e: Expr) -> Iterator[Bounds] | None:
    """c y <= e as y <= e // c, for whole numbers c that are written out."""
    for factor, other in (x.parts, x.parts[::-1]):
        c = literal(factor)
        if c is None:
            continue
        if c == 0:
            return iter([Bounds(guard=Expr(op, (ZERO, e)))])
        if c < 0:
            return _compared(FLIPPED[op], number(-c) * other, tidy(-e))
        if c == 1:
            return _compared(op, other, e)
        bound = e // number(c) if op == "<=" else -(tidy(-e) // number(c))
        return _compared(op, other, tidy(bound))
    return None


def literal(x: Expr) -> int | None:
    """The value of a whole number without names."""
    value = tidy(x).args[0] if tidy(x).op == "number" else None
    return value if isinstance(value, int) else None


def _rounded(x: Expr) -> tuple[Expr, Expr]:
    """Numerator and denominator of a floor division: `x // -2` is `-x // 2`."""
    top, bottom = x.parts
    value = literal(bottom)
    if value == 0:
        raise Unsupported(f"{show(x)}, a division by zero")
    return (-top, number(-value)) if value is not None and value < 0 else (top, bottom)


def _every(options: list[list[Bounds]]) -> list[Bounds]:
    """All of several conditions."""
    found = [Bounds()]
    for option in options:
        found = few([_both(a, b) for a in found for b in option])
    return found


def _by_cases(op: str, x: Expr, e: Expr) -> Iterator[Bounds]:
    """A sum of terms in j: by the sign of an absolute value in it, until it is linear."""
    for condition, value in _cases(x):
        if "j" in free_names(value):
            found = few(list(_compared(op, value, e)))
        else:
            found = [Bounds(guard=Expr(op, (tidy(value), e)))]
        if condition == TRUE:
            yield from found
            continue
        yield from (_both(a, b) for a in alternatives(condition) for b in found)


def _cases(x: Expr) -> Iterator[tuple[Expr, Expr]]:
    """The number as cases without the first choice in it; a linear one as factor times j."""
    node = _first_choice(x)
    if node is None:
        factor, rest = _parts(x)
        yield TRUE, tidy(number(factor) * J + rest) if factor else rest
        return
    if node.op == "where":
        condition, *sides = node.parts
    elif node.op == "abs":
        condition, sides = node.parts[0] >= ZERO, [node.parts[0], -node.parts[0]]
    else:
        a, *more = node.parts
        b = more[0] if len(more) == 1 else Expr(node.op, tuple(more))
        condition, sides = (a <= b if node.op == "min" else a >= b), [a, b]
    for case, side in ((condition, sides[0]), (~condition, sides[1])):
        yield case, _instead(x, node, side)


def _first_choice(x: Expr) -> Expr | None:
    """The first choice in a number that depends on j, outermost first, outside of divisions."""
    if "j" not in free_names(x):
        return None
    if x.op in ("where", "abs", "min", "max"):
        return x
    found = (_first_choice(part) for part in x.parts)
    return next((node for node in found if node is not None), None)


def _instead(x: Expr, node: Expr, new: Expr) -> Expr:
    return rebuild(x, lambda part: new if part == node else None)


def _parts(x: Expr) -> tuple[int, Expr]:
    """The factor of j in an expression that is linear in j, and what is left.

    >>> from symattn.core.text import read
    >>> _parts(read("i - 2 * j + w"))
    (-2, Expr('i + w'))
    """
    if x == J:
        return 1, ZERO
    if "j" not in free_names(x):
        return 0, x
    if x.op in ("+", "-"):
        (a, left), (b, right) = map(_parts, x.parts)
        sign = 1 if x.op == "+" else -1
        return a + sign * b, tidy(Expr(x.op, (left, right)))
    if x.op == "neg":
        a, left = _parts(x.parts[0])
        return -a, tidy(-left)
    if x.op == "*":
        for factor, other in (x.parts, x.parts[::-1]):
            value = literal(factor)
            if value is not None:
                a, left = _parts(other)
                return value * a, tidy(number(value) * left)
    raise Unsupported(f"bounds on j from {show(x)}")
