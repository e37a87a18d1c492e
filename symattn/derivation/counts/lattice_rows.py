"""Rows of a lattice condition: for one i, the set of all j, without trying keys one by one.

An atom with one moving term is solved for j; one with several is tabulated over its own period.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import reduce
from math import lcm

from symattn.derivation.counts.affine import Affine, Atom, Condition, Step, primitives
from symattn.derivation.counts.periodic_set import (
    Pieces,
    checked,
    complement,
    intersect,
    interval,
    run,
    stairs,
    union,
)

Row = Callable[[int, int], Pieces]  # of i and the bound: which 0 <= j < bound
Value = Callable[[int, int], int]  # of i and j
Range = tuple[int | None, int | None]  # both ends belong to it; None is no end
Solver = Callable[[int, Range, int], Pieces]  # of i: where a term lies in a range


def row_of(condition: Condition) -> Row:
    """The rows of a condition as a function.

    >>> from symattn.core.interpret import Environment
    >>> from symattn.core.text import read
    >>> from symattn.derivation.counts.lattice import lattice_condition
    >>> row_of(lattice_condition(read("(i - j) % 3 == 0 and j <= i"), Environment()))(7, 20)
    ((0, 8, 3, 2),)
    """
    if isinstance(condition, Atom):
        return _atom_row(condition)
    rows = [row_of(part) for part in condition.parts]
    if condition.kind == "not":
        return lambda i, bound: complement(rows[0](i, bound), bound)
    if condition.kind == "all":
        return lambda i, bound: _all(rows, i, bound)
    return lambda i, bound: _any(rows, i, bound)


def _all(rows: Sequence[Row], i: int, bound: int) -> Pieces:
    found = interval(0, bound)
    for row in rows:
        if not found:
            break
        found = intersect(found, row(i, bound))
    return found


def _any(rows: Sequence[Row], i: int, bound: int) -> Pieces:
    found: Pieces = ()
    for row in rows:
        more = row(i, bound)
        found = union(found, more, bound) if found and more else found or more
    return found


def _atom_row(atom: Atom) -> Row:
    if "j" not in primitives(atom.term):
        value = value_of(atom.term)
        if atom.equality:
            return lambda i, bound: interval(0, bound) if value(i, 0) == 0 else ()
        return lambda i, bound: interval(0, bound) if value(i, 0) <= 0 else ()
    solver = _solver(atom.term)
    if solver is None:
        return _tabulated(atom)
    wanted: Range = (0 if atom.equality else None, 0)
    return lambda i, bound: solver(i, wanted, bound)


def value_of(term: Affine) -> Value:
    """The value of a term with whole numbers, as a function of i and j."""
    constant = int(term.constant)
    slopes = {p: int(f) for p, f in term.terms if not isinstance(p, Step)}
    by_i, by_j = slopes.get("i", 0), slopes.get("j", 0)
    steps = [
        (int(f), p.kind, value_of(p.inner), p.by) for p, f in term.terms if isinstance(p, Step)
    ]
    if not steps:
        return lambda i, j: constant + by_i * i + by_j * j

    def value(i: int, j: int) -> int:
        total = constant + by_i * i + by_j * j
        for factor, kind, inner, by in steps:
            found = inner(i, j)
            total += factor * (found // by if kind == "floor" else found % by)
        return total

    return value


def _solver(term: Affine) -> Solver | None:
    """Where the term lies in a range, if only one of its primitives moves with j."""
    moving = [(p, int(f)) for p, f in term.terms if _moves(p)]
    if len(moving) != 1:
        return None
    primitive, factor = moving[0]
    rest = value_of(term - Affine(Fraction(0), ((primitive, Fraction(factor)),)))
    inner = _primitive_solver(primitive)
    if inner is None:
        return None

    def solve(i: int, wanted: Range, bound: int) -> Pieces:
        at = rest(i, 0)
        low, high = (None if end is None else end - at for end in wanted)
        if factor < 0:
            low, high = (None if end is None else -end for end in (high, low))
        size = abs(factor)
        low = None if low is None else -(-low // size)
        high = None if high is None else high // size
        return inner(i, (low, high), bound)

    return solve


def _moves(primitive: object) -> bool:
    if isinstance(primitive, Step):
        return "j" in primitives(primitive.inner)
    return primitive == "j"


def _primitive_solver(primitive: object) -> Solver | None:
    if not isinstance(primitive, Step):
        return _positions
    by = primitive.by
    if primitive.kind == "rest":
        return _rest_solver(primitive.inner, by)
    inner = _solver(primitive.inner)
    if inner is None:
        return None

    def floor(i: int, wanted: Range, bound: int) -> Pieces:
        low, high = wanted
        steps = (None if low is None else low * by, None if high is None else high * by + by - 1)
        return inner(i, steps, bound)

    return floor


def _positions(_: int, wanted: Range, bound: int) -> Pieces:
    low, high = wanted
    start = 0 if low is None else max(low, 0)
    return interval(start, bound if high is None else min(high + 1, bound))


def _rest_solver(inner: Affine, by: int) -> Solver | None:
    """Where (+-j + something of i) % by lies in a range: a run of residues of j."""
    moving = [(p, f) for p, f in inner.terms if _moves(p)]
    if len(moving) != 1 or moving[0][0] != "j" or abs(moving[0][1]) != 1:
        return None
    checked(by)
    sign = int(moving[0][1])
    rest = value_of(inner - Affine(Fraction(0), (("j", Fraction(sign)),)))

    def solve(i: int, wanted: Range, bound: int) -> Pieces:
        low = 0 if wanted[0] is None else max(wanted[0], 0)
        high = by - 1 if wanted[1] is None else min(wanted[1], by - 1)
        if low > high or not bound:
            return ()
        at = rest(i, 0)
        first = low - at if sign > 0 else at - high
        return ((0, bound, by, run(first, high - low + 1, by)),)

    return solve


def slope(term: Affine, position: str) -> Fraction:
    """How much the term grows with a position, in the long run.

    A remainder does not grow; a floor grows as its inner term, divided.
    """
    total = Fraction(0)
    for primitive, factor in term.terms:
        if isinstance(primitive, Step):
            if primitive.kind == "floor":
                total += factor * slope(primitive.inner, position) / primitive.by
        elif primitive == position:
            total += factor
    return total


def period(term: Affine, position: str) -> int:
    """A step of the position after which the term grows by exactly step * slope, everywhere."""
    steps = [p for p in primitives(term) if isinstance(p, Step)]
    return lcm(*((slope(p.inner, position) / p.by).denominator for p in steps))


def _tabulated(atom: Atom) -> Row:
    """The row of any atom, from the values of its term in one period of j."""
    value, step = value_of(atom.term), checked(period(atom.term, "j"))
    growth = int(slope(atom.term, "j") * step)

    def at_most(i: int, limit: int, bound: int) -> Pieces:
        starts = [value(i, s) - limit for s in range(step)]  # + growth * block <= 0
        if not growth:
            mask = reduce(lambda m, s: m | (starts[s] <= 0) << s, range(step), 0)
            return ((0, bound, step, mask),) if mask and bound else ()
        if growth > 0:
            return stairs([-start // growth + 1 for start in starts], True, bound)
        return stairs([-(-start // -growth) for start in starts], False, bound)

    if not atom.equality:
        return lambda i, bound: at_most(i, 0, bound)
    return lambda i, bound: intersect(
        at_most(i, 0, bound), complement(at_most(i, -1, bound), bound)
    )
