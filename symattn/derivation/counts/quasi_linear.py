"""Sequences that are linear per residue between critical blocks: exact sums at any length.

The size of row i of a lattice condition is such a sequence, and so is the number of new pairs when
a square grows by one. `docs/theory/counting.md` proves where the critical blocks are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor, lcm

from symattn.derivation.counts.affine import (
    Affine,
    Atom,
    Condition,
    NotCountable,
    Step,
    atoms,
    exchanged,
    primitives,
)
from symattn.derivation.counts.lattice_rows import period, row_of, slope
from symattn.derivation.counts.periodic_set import size

MOST_VALUES = 120_000  # values of a sequence that may be computed one by one
Blocks = tuple[tuple[int, int], ...]  # first and last block, both critical; increasing, apart


@dataclass(frozen=True)
class QuasiLinear:
    """value(period * a + r) is linear in a, for each r, on every stretch of uncritical blocks a."""

    value: Callable[[int], int]
    period: int
    critical: Blocks
    known: dict[int, int] = field(default_factory=dict, compare=False, repr=False)

    def at(self, m: int) -> int:
        found = self.known.get(m)
        if found is None:
            found = self.known[m] = self.value(m)
        return found

    @property
    def settled(self) -> int:
        """The first m from which on the sequence is linear per residue for good."""
        return self.period * (self.critical[-1][1] + 1) if self.critical else 0

    def stretches(self, stop: int) -> Iterator[tuple[int, int, bool]]:
        """The numbers 0 <= m < stop as (start, stop, linear): one by one, or linear per residue."""
        at = 0
        for first, last in self.critical:
            if at >= stop:
                return
            start = min(first * self.period, stop)
            if at < start:
                yield at, start, start - at > 3 * self.period
            at = min((last + 1) * self.period, stop)
            yield start, at, False
        if at < stop:
            yield at, stop, stop - at > 3 * self.period

    def work(self, stop: int) -> int:
        """How many values the sum below `stop` computes."""
        return sum(
            min(b - a, 2 * self.period) if linear else b - a
            for a, b, linear in self.stretches(stop)
        )

    def sum(self, stop: int) -> int:
        """The sum of the values at 0 <= m < stop.

        >>> QuasiLinear(lambda m: m // 3, 3, ()).sum(10**9)
        166666666166666667
        """
        if self.work(stop) > MOST_VALUES:
            raise NotCountable(f"the count repeats only after {self.period} rows")
        total = 0
        for start, end, linear in self.stretches(stop):
            total += (
                self._progressions(start, end) if linear else sum(map(self.at, range(start, end)))
            )
        return total

    def double_sum(self, stop: int) -> int:
        """The sum of the sums below 1, 2, ..., stop: the value at m counts stop - m times.

        >>> QuasiLinear(lambda m: 1, 1, ()).double_sum(10**9)
        500000000500000000
        """
        if self.work(stop) > MOST_VALUES:
            raise NotCountable(f"the count repeats only after {self.period} rows")
        total = 0
        for start, end, linear in self.stretches(stop):
            if linear:
                firsts = range(start, start + self.period)
                total += sum(self._weighted(m, end, stop) for m in firsts)
            else:
                total += sum((stop - m) * self.at(m) for m in range(start, end))
        return total

    def _weighted(self, first: int, end: int, stop: int) -> int:
        """The sum of (stop - m) * value(m) for m = first, first + period, ... below the end."""
        count = -(-(end - first) // self.period)
        value, weight = self.at(first), stop - first
        growth = self.at(first + self.period) - value
        ones, squares = count * (count - 1) // 2, count * (count - 1) * (2 * count - 1) // 6
        linear = weight * growth - value * self.period
        return count * weight * value + linear * ones - self.period * growth * squares

    def _progressions(self, start: int, end: int) -> int:
        total = 0
        for first in range(start, start + self.period):
            count = -(-(end - first) // self.period)
            growth = self.at(first + self.period) - self.at(first)
            total += count * self.at(first) + growth * (count * (count - 1) // 2)
        return total


def row_sizes(condition: Condition, n_k: int) -> QuasiLinear:
    """How many of n_k keys row i sees, for i >= 0."""
    row = row_of(condition)
    inside = (_less(Affine(Fraction(-1)), "j"), Affine(Fraction(1 - n_k), (("j", Fraction(1)),)))
    every = [*atoms(condition), *map(Atom, inside)]
    step = common_period(every)
    return QuasiLinear(lambda i: size(row(i, n_k)), step, critical_blocks(every, step))


def growth(condition: Condition) -> QuasiLinear:
    """How many pairs an m x m square gains when it becomes (m + 1) x (m + 1)."""
    row, column = row_of(condition), row_of(exchanged(condition))
    i, j = (Affine(Fraction(0), ((p, Fraction(1)),)) for p in ("i", "j"))
    edges = [Atom(_less(Affine(Fraction(-1)), "j")), Atom(j - i)]
    corner = [Atom(j - i + Affine(Fraction(1)))]
    rows, columns = list(atoms(condition)), list(atoms(exchanged(condition)))
    step = common_period(rows)
    critical = [
        *critical_blocks([*rows, *edges], step),
        *critical_blocks([*columns, *edges, *corner], step),
    ]
    return QuasiLinear(lambda m: size(row(m, m + 1)) + size(column(m, m)), step, merged(critical))


def _less(bound: Affine, position: str) -> Affine:
    """bound < position, as a term that is at most 0."""
    return bound + Affine(Fraction(1)) - Affine(Fraction(0), ((position, Fraction(1)),))  # type: ignore[arg-type]


def common_period(every: Iterable[Atom]) -> int:
    """A step of i and of j after which every term grows by an integer multiple of the step count.

    Its denominators are those of the slopes inside floors and remainders.
    """
    found = 1
    for atom in every:
        found = lcm(found, period(atom.term, "i"), period(atom.term, "j"))
    return found


def critical_blocks(every: Iterable[Atom], step: int) -> Blocks:
    """The blocks a of i = step * a + r outside which row sizes are linear in a.

    With j = step * b + s, an atom compares a, b or a - b with a bounded number. Row sizes can bend
    only where a passes such a number, or where a bound on b meets a bound on a - b.
    """
    on_a: list[tuple[int, int]] = []
    on_b: list[tuple[int, int]] = []
    on_difference: list[tuple[int, int]] = []
    for atom in every:
        by_i, by_j = (int(slope(atom.term, p) * step) for p in ("i", "j"))
        low, high = spread_of(atom.term, step)
        if not by_i and not by_j:
            continue
        if by_i and by_j and by_i != -by_j:
            raise NotCountable("a condition on i and j together that is not one on i - j")
        ends = sorted((Fraction(-low, by_i or by_j), Fraction(-high, by_i or by_j)))
        band = (floor(ends[0]) - 1, ceil(ends[1]) + 1)
        (on_difference if by_i and by_j else on_a if by_i else on_b).append(band)
    crossings = [(b + d, c + e) for b, c in on_b for d, e in on_difference]
    return merged([*on_a, *crossings])


def spread_of(term: Affine, step: int) -> tuple[int, int]:
    """Numbers between which the term lies for all 0 <= i, j < step."""
    low = high = term.constant
    for primitive, factor in term.terms:
        ends = _spread_of_primitive(primitive, step)
        low += min(factor * end for end in ends)
        high += max(factor * end for end in ends)
    return int(low), int(high)


def _spread_of_primitive(primitive: object, step: int) -> tuple[int, int]:
    if not isinstance(primitive, Step):
        return 0, step - 1
    low, high = spread_of(primitive.inner, step)
    if primitive.kind == "floor":
        return low // primitive.by, high // primitive.by
    if low // primitive.by == high // primitive.by:
        return low % primitive.by, high % primitive.by
    return 0, primitive.by - 1


def merged(bands: Iterable[tuple[int, int]]) -> Blocks:
    """The blocks a >= 0 of all bands, as few stretches.

    >>> merged([(-3, 0), (5, 6), (1, 2)])
    ((0, 2), (5, 6))
    """
    found: list[tuple[int, int]] = []
    for band in sorted(bands):
        first, last = max(band[0], 0), band[1]
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        elif first <= last:
            found.append((first, last))
    return tuple(found)


def mentions_length(condition: Condition) -> bool:
    """Whether the length n itself stands in the condition."""
    return any("n" in primitives(atom.term) for atom in atoms(condition))
