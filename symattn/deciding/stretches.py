"""A condition on keys as a disjoint union of stretches `low <= j <= high`: guesses with reasons.

A stretch may have a step: its keys are low, low + step and so on. Nothing here is trusted: the
kernel asks a solver whether the stretches hold exactly the keys seen, in their range, and no key
twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from symattn.core.expression import (
    ONE,
    TRUE,
    ZERO,
    Expr,
    J,
    equal,
    number,
    rebuild,
    tidy,
    walk,
)
from symattn.core.text import show
from symattn.deciding.answer import Unsupported
from symattn.deciding.bounds import Bounds, alternatives
from symattn.deciding.residue_classes import classes, progression

MOST = 8  # stretches of one condition, or of one residue class of keys
MOST_TOGETHER = 24  # of all classes
Empty = Callable[[Expr, Expr], bool]  # whether a stretch surely has no key


@dataclass(frozen=True, slots=True)
class Stretch:
    """The keys low, low + step, ... up to high; none if high is before low."""

    low: Expr
    high: Expr
    step: Expr = ONE

    @property
    def hint(self) -> str:
        """The stretch as the kernel reads it."""
        ends = f"{show(self.low)} to {show(self.high)}"
        return ends if self.step == ONE else f"{ends} by {show(self.step)}"

    @property
    def holds(self) -> Expr:
        """The condition that j is one of its keys."""
        between = Expr("<=", (self.low, J)) & Expr("<=", (J, self.high))
        return between & equal((J - self.low) % self.step, ZERO)

    @property
    def size(self) -> Expr:
        """How many keys it has."""
        length = self.high - self.low
        steps = length if self.step == ONE else length // self.step
        return Expr("max", (ZERO, steps + ONE))


def stretches(seen: Expr, last: Expr, empty: Empty) -> tuple[Stretch, ...]:
    """Disjoint stretches of the keys 0 <= j <= last for which the condition holds."""
    seen = whole(seen)
    for node in walk(seen):
        fraction = node.op == "number" and not isinstance(node.args[0], int)
        if fraction or node.op in ("/", "floor", "table"):
            raise Unsupported(f"counting the keys with {show(seen)}")
    try:
        ends = _disjoint(seen, last, empty)
        return tuple(Stretch(plain(low), plain(high)) for low, high in ends)
    except Unsupported:
        return _with_steps(seen, last, empty)


def _with_steps(seen: Expr, last: Expr, empty: Empty) -> tuple[Stretch, ...]:
    """One progression if the condition names one, or else the stretches of each residue class."""
    named = progression(seen)
    if named is not None:
        rest, key, step = named
        ends = _disjoint(rest, last, empty)
        return tuple(
            Stretch(plain(low + (key - low) % step), plain(high), step) for low, high in ends
        )
    found: list[Stretch] = []
    modulus, each = classes(seen)
    size = number(modulus)
    for first, condition in zip(map(number, range(modulus)), each, strict=True):
        for low, high in _disjoint(condition, tidy((last - first) // size), empty):
            found.append(Stretch(plain(size * low + first), plain(size * high + first), size))
        if len(found) > MOST_TOGETHER:
            raise Unsupported(f"{show(seen)}: more than {MOST_TOGETHER} stretches of keys")
    return tuple(found)


def _disjoint(seen: Expr, last: Expr, empty: Empty) -> list[tuple[Expr, Expr]]:
    """The ends of disjoint stretches with step 1."""
    found: list[tuple[Expr, Expr]] = []
    for bounds in alternatives(seen):
        pieces = [_ends(bounds, last)]
        if empty(*map(plain, pieces[0])):
            continue
        for low, high in found:
            pieces = [part for piece in pieces for part in _without(piece, low, high)]
            pieces = [piece for piece in pieces if not empty(*map(plain, piece))]
        found += pieces
        if len(found) > MOST:
            raise Unsupported(f"{show(seen)}: more than {MOST} stretches of keys")
    return found


def _ends(bounds: Bounds, last: Expr) -> tuple[Expr, Expr]:
    low, high = _extreme("max", (ZERO, *bounds.lows)), _extreme("min", (last, *bounds.highs))
    if bounds.guard != TRUE:
        high = Expr("where", (bounds.guard, high, number(-1)))
    return tidy(low), tidy(high)


def _extreme(op: str, options: tuple[Expr, ...]) -> Expr:
    different = tuple(dict.fromkeys(map(tidy, options)))
    if len(different) > MOST:
        raise Unsupported(f"more than {MOST} bounds of one stretch")
    return Expr(op, different) if len(different) > 1 else different[0]


def _without(piece: tuple[Expr, Expr], low: Expr, high: Expr) -> Iterator[tuple[Expr, Expr]]:
    """The part before and the part from the end of another stretch, which may be empty."""
    first, last = piece
    end = _extreme("max", (low, high + ONE))
    yield first, _extreme("min", (last, low - ONE))
    yield _extreme("max", (first, end)), last


def whole(condition: Expr) -> Expr:
    """The condition with `floor(x / c)` written as `x // c`.

    >>> from symattn.core.text import read
    >>> whole(read("floor((i - j) / 2) <= 1"))
    Expr('(i - j) // 2 <= 1')
    """

    def change(node: Expr) -> Expr | None:
        if node.op != "floor":
            return None
        inner = node.parts[0]
        if inner.op == "/" and inner.parts[1].op == "number":
            top, bottom = (rebuild(part, change) for part in inner.parts)
            return top // bottom
        inner = rebuild(inner, change)
        return inner if all(n.op != "/" for n in walk(inner)) else Expr("floor", (inner,))

    return rebuild(condition, change)


def plain(end: Expr) -> Expr:
    """The end of a stretch in the few words that the kernel knows: `abs(x)` is `max(x, -x)`."""

    def change(node: Expr) -> Expr | None:
        if node.op != "abs":
            return None
        inner = rebuild(node.parts[0], change)
        return Expr("max", (inner, -inner))

    return tidy(rebuild(end, change))


def bounds_of(seen: Expr) -> tuple[Expr, ...]:
    """Ends of stretches, as far as they can be read off: keys that a row may see first or last."""
    seen = whole(seen)
    try:
        found = alternatives(seen)
    except Unsupported:
        return _of_classes(seen)
    ends = [end for bounds in found for end in (*bounds.lows, *bounds.highs)]
    return tuple(dict.fromkeys(plain(end) for end in ends))


def _of_classes(seen: Expr) -> tuple[Expr, ...]:
    """The ends in each residue class of keys."""
    try:
        step, each = classes(seen)
        found = [
            (first, b) for first, condition in enumerate(each) for b in alternatives(condition)
        ]
    except Unsupported:
        return ()
    ends = [
        tidy(number(step) * end + number(first))
        for first, bounds in found
        for end in (*(bounds.lows or (ZERO,)), *bounds.highs)
    ]
    return tuple(dict.fromkeys(map(plain, ends)))
