"""A condition on keys as a disjoint union of stretches `low <= j <= high`: guesses with reasons.

Nothing here is trusted: the kernel asks a solver whether the stretches hold exactly the keys seen,
in their range, and no key twice. What has another shape (`j % c == 0`, `t[j]`) is Unsupported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from symattn.core.expression import (
    COMPARISONS,
    ONE,
    TRUE,
    ZERO,
    Expr,
    J,
    free_names,
    number,
    tidy,
    walk,
)
from symattn.core.text import show
from symattn.deciding.answer import Unsupported

MOST = 8  # stretches of one condition
FLIPPED = {"<=": ">=", ">=": "<=", "<": ">", ">": "<", "==": "==", "!=": "!="}
NEGATED = {"<=": ">", ">=": "<", "<": ">=", ">": "<=", "==": "!=", "!=": "=="}


@dataclass(frozen=True, slots=True)
class Bounds:
    """The keys from the largest of `lows` to the smallest of `highs`, where `guard` holds."""

    lows: tuple[Expr, ...] = ()
    highs: tuple[Expr, ...] = ()
    guard: Expr = TRUE


Stretch = tuple[Expr, Expr]


def stretches(seen: Expr, last: Expr, empty: Callable[[Expr, Expr], bool]) -> tuple[Stretch, ...]:
    """Disjoint stretches of the keys 0 <= j <= last for which the condition holds.

    `empty` says whether a stretch surely has no key.
    """
    for node in walk(seen):
        fraction = node.op == "number" and not isinstance(node.args[0], int)
        if fraction or node.op in ("/", "floor", "table"):
            raise Unsupported(f"counting the keys with {show(seen)}")
    found: list[Stretch] = []
    for bounds in _alternatives(seen, True):
        pieces = [_stretch(bounds, last)]
        for low, high in found:
            pieces = [part for piece in pieces for part in _without(piece, low, high)]
            pieces = [piece for piece in pieces if not empty(*piece)]
        found += [piece for piece in pieces if not empty(*piece)]
        if len(found) > MOST:
            raise Unsupported(f"{show(seen)}: more than {MOST} stretches of keys")
    return tuple(found)


def _stretch(bounds: Bounds, last: Expr) -> Stretch:
    low, high = _extreme("max", (ZERO, *bounds.lows)), _extreme("min", (last, *bounds.highs))
    if bounds.guard != TRUE:
        high = Expr("where", (bounds.guard, high, number(-1)))
    return tidy(low), tidy(high)


def _extreme(op: str, options: tuple[Expr, ...]) -> Expr:
    different = tuple(dict.fromkeys(map(tidy, options)))
    if len(different) > MOST:
        raise Unsupported(f"more than {MOST} bounds of one stretch")
    return Expr(op, different) if len(different) > 1 else different[0]


def _without(piece: Stretch, low: Expr, high: Expr) -> Iterator[Stretch]:
    """The part before and the part from the end of another stretch, which may be empty."""
    first, last = piece
    end = _extreme("max", (low, high + ONE))
    yield first, _extreme("min", (last, low - ONE))
    yield _extreme("max", (first, end)), last


def _alternatives(condition: Expr, wanted: bool) -> list[Bounds]:
    """The condition (or its negation) as alternatives of bounds."""
    op, parts = condition.op, condition.parts
    if op == "not":
        return _alternatives(parts[0], not wanted)
    if op in ("and", "or"):
        left, right = (_alternatives(part, wanted) for part in parts)
        if (op == "or") == wanted:
            return [*left, *right]
        if len(left) * len(right) > 2 * MOST:
            raise Unsupported(f"{show(condition)}: more than {2 * MOST} alternatives")
        return [_both(a, b) for a in left for b in right]
    if op in ("true", "false"):
        return [Bounds()] if (op == "true") == wanted else []
    if op not in COMPARISONS:
        raise Unsupported(f"counting the keys with {show(condition)}")
    if "j" not in free_names(condition):
        return [Bounds(guard=condition if wanted else Expr("not", (condition,)))]
    return list(_compared(op if wanted else NEGATED[op], *parts))


def _both(a: Bounds, b: Bounds) -> Bounds:
    guards = [g for g in (a.guard, b.guard) if g != TRUE]
    guard = TRUE if not guards else guards[0] if len(guards) == 1 else Expr("and", tuple(guards))
    return Bounds((*a.lows, *b.lows), (*a.highs, *b.highs), guard)


def _compared(op: str, left: Expr, right: Expr) -> Iterator[Bounds]:
    """One comparison as alternatives of bounds on j."""
    if op == "!=":
        yield from _compared("<", left, right)
        yield from _compared(">", left, right)
        return
    if op == "==":
        for a in _compared("<=", left, right):
            yield from (_both(a, b) for b in _compared(">=", left, right))
        return
    if op in ("<", ">"):  # of whole numbers
        op, right = op + "=", tidy(right - ONE if op == "<" else right + ONE)
    if "j" in free_names(right):
        if "j" not in free_names(left):
            left, right, op = right, left, FLIPPED[op]
        else:
            left, right = left - right, ZERO
    yield from _at_most(left, right) if op == "<=" else _at_least(left, right)


def _at_most(x: Expr, e: Expr) -> Iterator[Bounds]:
    """The keys with x <= e, for x that depends on j and e that does not."""
    if x.op == "abs":
        inner = x.parts[0]
        for a in _at_most(inner, e):
            yield from (_both(a, b) for b in _at_least(inner, -e))
    elif x.op in ("max", "min"):
        yield from _each(x, [list(_compared("<=", part, e)) for part in x.parts], x.op == "max")
    elif x.op == "//" and "j" not in free_names(x.parts[1]):
        top, c = _rounded(x)
        yield from _at_most(top, tidy(c * e + c - ONE))
    else:
        factor, rest = _linear(x)
        bound = tidy(e - rest)
        if factor > 0:
            yield Bounds(highs=(_floor(bound, factor),))
        else:
            yield Bounds(lows=(_ceiling(-bound, -factor),))


def _at_least(x: Expr, e: Expr) -> Iterator[Bounds]:
    """The keys with x >= e, for x that depends on j and e that does not."""
    if x.op == "abs":
        inner = x.parts[0]
        yield from _at_least(inner, e)
        yield from _at_most(inner, tidy(-e))
    elif x.op in ("max", "min"):
        yield from _each(x, [list(_compared(">=", part, e)) for part in x.parts], x.op == "min")
    elif x.op == "//" and "j" not in free_names(x.parts[1]):
        top, c = _rounded(x)
        yield from _at_least(top, tidy(c * e))
    else:
        factor, rest = _linear(x)
        bound = tidy(e - rest)
        if factor > 0:
            yield Bounds(lows=(_ceiling(bound, factor),))
        else:
            yield Bounds(highs=(_floor(-bound, -factor),))


def _rounded(x: Expr) -> tuple[Expr, Expr]:
    """Numerator and denominator of a floor division: `x // -2` is `-x // 2`."""
    top, bottom = x.parts
    value = bottom.args[0] if bottom.op == "number" else 1
    assert isinstance(value, int)
    return (Expr("neg", (top,)), number(-value)) if value < 0 else (top, bottom)


def _each(x: Expr, options: list[list[Bounds]], every: bool) -> Iterator[Bounds]:
    """All conditions on the parts of a minimum or maximum, or any of them."""
    if not every:
        for option in options:
            yield from option
        return
    found = [Bounds()]
    for option in options:
        found = [_both(a, b) for a in found for b in option]
        if len(found) > MOST:
            raise Unsupported(f"{show(x)}: more than {MOST} alternatives")
    yield from found


def _floor(bound: Expr, factor: int) -> Expr:
    return bound if factor == 1 else Expr("//", (bound, number(factor)))


def _ceiling(bound: Expr, factor: int) -> Expr:
    return bound if factor == 1 else Expr("neg", (Expr("//", (tidy(-bound), number(factor))),))


def _linear(x: Expr) -> tuple[int, Expr]:
    """The factor of j in an expression that is linear in j, and what is left.

    >>> from symattn.core.text import read
    >>> _linear(read("i - 2 * j + w"))
    (-2, Expr('i + w'))
    """
    factor, rest = _parts(x)
    if factor == 0:
        raise Unsupported(f"{show(x)}, which does not depend on j after all")
    return factor, tidy(rest)


def _parts(x: Expr) -> tuple[int, Expr]:
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
            value = factor.args[0] if factor.op == "number" else None
            if isinstance(value, int):
                a, left = _parts(other)
                return value * a, tidy(number(value) * left)
    raise Unsupported(f"bounds on j from {show(x)}")


def bounds_of(seen: Expr) -> tuple[Expr, ...]:
    """Ends of stretches, as far as they can be read off: keys that a row may see first or last."""
    try:
        found = _alternatives(seen, True)
    except Unsupported:
        return ()
    ends = [end for b in (replace(b, guard=TRUE) for b in found) for end in (*b.lows, *b.highs)]
    return tuple(dict.fromkeys(map(tidy, ends)))
