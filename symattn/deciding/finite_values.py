"""Verdicts about numbers: exactly where rationals with exponentials suffice, and by balls.

Two computations that share no arithmetic: fractions of exponentials of distinct rationals, which
are equal as numbers exactly if they are equal there, and balls that enclose the exact value. A
tolerance is checked by balls alone: surely within, surely outside, or undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from symattn.core.errors import NotConcrete
from symattn.core.interpret import Algebra
from symattn.core.report import Finding
from symattn.core.verdict import Proved, Refuted, Undecided, Verdict
from symattn.deciding.finite import OUR_BUG, Question, case

MASKED = "-oo"  # the score of a key that nobody sees
PRECISIONS = (128, 512, 2048)
Entry = Any  # a number of an algebra, or MASKED
Compute = Callable[[Algebra], Sequence[Entry]]
ROOTS = "not supported yet: exact equality of numbers with roots"
YES, NO, OPEN = "yes", "no", "open"


@dataclass(frozen=True, slots=True)
class Sides:
    """The true entries and the claimed ones, as functions of the arithmetic."""

    right: Compute
    claimed: Compute
    places: tuple[tuple[tuple[str, int], ...], ...]  # of the entries, such as (("i", 1), ("j", 0))
    tolerance: Fraction | None = None


def settled_values(asked: Question, sides: Sides) -> Finding:
    """The finding about claimed entries; the first that is wrong is the counterexample."""
    exact = _exactly(sides) if sides.tolerance is None else None
    balls, shown = _by_balls(sides)
    said = tuple(
        f"{name}: {_told(answers)}" for name, answers in (("exact", exact), ("balls", balls))
    )
    found = _verdict(asked, sides, exact, balls, shown)
    return Finding(asked.claim, asked.reading, found, said)


def _told(answers: list[str] | None) -> str:
    if answers is None:
        return "not asked, or no exact value"
    return ", ".join(f"{answers.count(a)} {a}" for a in (YES, NO, OPEN) if a in answers)


def _verdict(
    asked: Question, sides: Sides, exact: list[str] | None, balls: list[str], shown: list[Any]
) -> Verdict:
    both = list(zip(exact or balls, balls, strict=True))
    if any({a, b} == {YES, NO} for a, b in both):
        return Undecided(OUR_BUG, "exact arithmetic and balls contradict each other")
    answers = [b if a == OPEN else a for a, b in both]
    if NO in answers:
        at = answers.index(NO)
        values = (*asked.values, *sides.places[at])
        left, right = shown[at]
        return Refuted(case(replace(asked, values=values), left, right))
    if OPEN in answers:
        at = answers.index(OPEN)
        place = ", ".join(f"{name} = {value}" for name, value in sides.places[at])
        known = f"equal to {shown[at][0]} as far as balls can tell" + (f" at {place}" * bool(place))
        return Undecided(ROOTS, known)
    how = "bounds are rigorous" if sides.tolerance is not None else "exact arithmetic"
    return Proved(asked.scope, None, (how,))


def _exactly(sides: Sides) -> list[str] | None:
    """Entry by entry whether both are equal as numbers; None where there is no exact value."""
    from symattn.deciding.exponentials import ALGEBRA

    try:
        right, claimed = sides.right(ALGEBRA), sides.claimed(ALGEBRA)
        return [_same(a, b) for a, b in zip(right, claimed, strict=True)]
    except NotConcrete:
        return None


def _same(a: Entry, b: Entry) -> str:
    if isinstance(a, str) or isinstance(b, str):
        return YES if isinstance(a, str) and isinstance(b, str) and a == b else NO
    return YES if bool(a == b) else NO


def _by_balls(sides: Sides) -> tuple[list[str], list[tuple[str, str]]]:
    """What balls can say about every entry, at the first precision that is enough."""
    from flint import ctx

    from symattn.deciding.balls import algebra

    answers: list[str] = []
    shown: list[tuple[str, str]] = []
    for bits in PRECISIONS:
        with ctx.workprec(bits):
            pairs = list(zip(sides.right(algebra()), sides.claimed(algebra()), strict=True))
            answers = [_within(a, b, sides.tolerance) for a, b in pairs]
            shown = [(_digits(a), _digits(b)) for a, b in pairs]
        if OPEN not in answers or sides.tolerance is None:
            break  # equal numbers overlap at every precision
    return answers, shown


def _within(a: Entry, b: Entry, tolerance: Fraction | None) -> str:
    from symattn.deciding.balls import ball

    if isinstance(a, str) or isinstance(b, str):
        return _same(a, b)
    if a.is_nan() or b.is_nan():
        return OPEN
    distance = abs(a - b)
    if tolerance is None:
        return NO if distance > 0 else YES if distance.is_zero() else OPEN
    bound = ball(tolerance)
    return YES if distance <= bound else NO if distance > bound else OPEN


def _digits(value: Entry) -> str:
    """A number to 15 digits, or exactly if it is a short one."""
    if isinstance(value, str):
        return value
    if value.is_exact() and value.is_integer():
        return str(int(value.unique_fmpz())) if abs(value) < 10**18 else str(value.str(15))
    return str(value.str(15, radius=False))


def entries_of(matrix: Sequence[Sequence[Any]]) -> Iterator[Any]:
    """The entries of a matrix, row by row."""
    for row in matrix:
        yield from row
