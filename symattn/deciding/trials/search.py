"""Cases in which a claim fails, with numbers that are as plain as possible.

A case counts when the premises surely hold and the relation surely fails, in exact rationals or in
balls. A side without a value where the other has one is a difference only if that is so at a point
with nothing special about it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from typing import Any

from symattn.core.errors import NotConcrete, Usage
from symattn.core.interpret import holds
from symattn.deciding.answer import Entry, Number, Point
from symattn.deciding.trials.draws import Pattern, broad, patterns, scaled, within
from symattn.deciding.trials.lattice import FAR, Sizes
from symattn.deciding.trials.plan import Plan
from symattn.deciding.trials.reals import ALGEBRA, BITS, NAN, Outside, Unclear, surely
from symattn.deciding.trials.world import Index, Place, World

MOST_PATTERNS = 14  # numbers that are tried at one place of a difference
MOST_ENTRIES = 64  # that are made simple one by one, and are all listed


@dataclass
class Numbers:
    """Numbers for all names: a pattern, and those that were set; what is read is remembered."""

    plan: Plan
    pattern: Pattern
    given: Mapping[Entry, Number] = field(default_factory=dict)
    seen: dict[Entry, Number] = field(default_factory=dict)

    def entry(self, name: str, index: Index) -> Number:
        key = (name, index)
        found = self.given.get(key)
        if found is None:
            found = self.seen.get(key)
        if found is None:
            found = self.pattern(self.plan.declared[name], index)
            found = found.numerator if found.denominator == 1 else found
        self.seen[key] = found
        return found


@dataclass(frozen=True, slots=True)
class Found:
    """A case in which the claim fails."""

    point: Point
    smallest: bool


@dataclass
class Search:
    """A claim, and what was met on the way."""

    plan: Plan
    refusal: str = ""
    cases: int = 0
    looked: int = 0  # places, those that are no case included

    def world(self, sizes: Sizes, numbers: Numbers) -> World:
        return World(self.plan, sizes, ALGEBRA, numbers.entry, some_function)

    def fails(self, sizes: Sizes, place: Place, numbers: Numbers, bare: bool) -> bool:
        """Whether the claim surely fails there; `bare`: one side may have no value."""
        from flint import ctx

        try:
            with ctx.workprec(BITS):
                world = self.world(sizes, numbers)
                if not self._case(world, place):
                    return False
                self.cases += 1
                left, right = world.sides(place)
                if not bare and undefined(left) != undefined(right):
                    return False
                return surely(self.plan.relation, left, right) is False
        except (NotConcrete, Usage) as reason:
            self.refusal = f"cannot evaluate: {reason}"
            return False

    def failures(self, sizes: Sizes, numbers: Numbers) -> Iterator[Place]:
        """The places at which the claim surely fails, where both sides have a value."""
        from flint import ctx

        found: list[Place] = []
        try:
            with ctx.workprec(BITS):
                world = self.world(sizes, numbers)
                for place in world.places():
                    self.looked += 1
                    try:
                        if world.premises(place) is not True:
                            continue
                        left, right = world.sides(place)
                    except (Outside, Unclear) as reason:
                        self.refusal = f"cannot evaluate: {reason}"
                        continue
                    self.cases += 1
                    if undefined(left) or undefined(right):
                        continue
                    if surely(self.plan.relation, left, right) is False:
                        found.append(place)
                        break
        except (NotConcrete, Usage) as reason:
            self.refusal = f"cannot evaluate: {reason}"
        yield from found

    def _case(self, world: World, place: Place) -> bool:
        """Whether it is a case of the claim: conditions and premises surely hold."""
        at = world.env.at(**dict(place))
        conditions = self.plan.where
        return all(holds(c, at) for c in conditions) and world.premises(place) is True

    def bare(self, sizes: Sizes, place: Place) -> bool:
        """Whether one side alone has no value at a point with nothing special about it."""
        from flint import ctx

        numbers = Numbers(self.plan, broad(f"{self.plan.claim.text}/bare"))
        try:
            with ctx.workprec(BITS):
                left, right = self.world(sizes, numbers).sides(place)
        except (NotConcrete, Usage):
            return False
        return undefined(left) != undefined(right)

    def generic(self, sizes: Sizes, place: Place) -> Numbers | None:
        """Numbers with nothing special about them at which the claim surely fails."""
        for pattern in self.everywhere():
            numbers = Numbers(self.plan, pattern)
            if self.fails(sizes, place, numbers, bare=True):
                return numbers
        return None

    def everywhere(self) -> Iterator[Pattern]:
        """Numbers with nothing special about them, of both signs, large and small."""
        first = broad(f"{self.plan.claim.text}/generic")
        yield first
        yield scaled(first, -1)
        yield scaled(broad(f"{self.plan.claim.text}/large"), 7)
        yield scaled(broad(f"{self.plan.claim.text}/small"), Fraction(-1, 9))

    def tried(self, sizes: Sizes) -> Iterator[bool]:
        """For each place that could be evaluated at a generic point: whether the claim fails."""
        from flint import ctx

        for pattern in self.everywhere():
            try:
                with ctx.workprec(BITS):
                    world = self.world(sizes, Numbers(self.plan, pattern))
                    found = [
                        surely(self.plan.relation, *world.sides(place)) is False
                        for place in world.places()
                    ]
            except (NotConcrete, Usage) as reason:
                self.refusal = f"cannot evaluate: {reason}"
                continue
            yield from found

    def numbers(self, sizes: Sizes, place: Place) -> Numbers | None:
        """Simple numbers at which the claim surely fails, the simplest pattern first."""
        for bare in (False, True):
            if bare and not self.bare(sizes, place):
                return None
            for pattern in self.plain(sizes):
                numbers = Numbers(self.plan, pattern)
                if self.fails(sizes, place, numbers, bare):
                    return self.simplified(sizes, place, numbers, bare)
        return None

    def plain(self, sizes: Sizes) -> Iterator[Pattern]:
        """Patterns of numbers, the plainest first; of a long sequence, very few."""
        longest = max((int(sizes[name]) for name in self.plan.lengths), default=1)
        yield from islice(patterns(self.plan.claim.text), MOST_PATTERNS if longest <= FAR else 2)
        if longest <= FAR:
            yield from self.everywhere()

    def simplified(self, sizes: Sizes, place: Place, numbers: Numbers, bare: bool) -> Numbers:
        """The same failure with as many numbers 0, 1 or -1 as a greedy walk finds."""
        best = numbers
        if len(numbers.seen) > MOST_ENTRIES:
            return best
        for key in _in_order(self.plan, numbers.seen):
            declared = self.plan.declared[key[0]]
            for value in (0, 1, -1, 2, -2, 3, -3):
                plain, now = within(declared, value), best.seen.get(key)
                if now is None or now == plain:
                    break
                if size(plain) >= size(now):
                    continue
                given = {**best.seen, key: plain}
                other = Numbers(self.plan, best.pattern, given)
                if self.fails(sizes, place, other, bare):
                    best = other
                    break
        return best

    def point(self, sizes: Sizes, place: Place, numbers: Numbers) -> Point:
        """The case as a record: sizes, parameters and positions, then the entries that are read."""
        values: dict[str, Number] = {n: sizes[n] for n in (*self.plan.lengths, *self.plan.sizes)}
        for p in self.plan.parameters:
            if p.name in sizes:
                values[p.name] = sizes[p.name]
            elif (p.name, ()) in numbers.seen:
                values[p.name] = numbers.seen[p.name, ()]
        entries = {key: n for key, n in sorted(numbers.seen.items()) if key[1] != ()}
        if len(entries) > MOST_ENTRIES:  # what is not listed is 0
            entries = {key: n for key, n in entries.items() if n}
        return Point({**values, **dict(place)}, entries)


def some_function(*arguments: Any) -> Any:
    """What stands for every open function in a case: x + x**2, or x + x**2 + 2 (y + y**2)."""
    total: Any = 0
    for times, x in enumerate(arguments, 1):
        square = ALGEBRA["+"](x, ALGEBRA["*"](x, x))
        total = ALGEBRA["+"](total, ALGEBRA["*"](times, square))
    return total


def undefined(side: Any) -> bool:
    return any(x is NAN for x in side) if isinstance(side, list) else side is NAN


def size(value: Number) -> tuple[int, int, bool]:
    """The order of small numbers: 0, 1, -1, 2, ..., then broken ones."""
    return value.denominator, abs(value.numerator), value < 0


def _in_order(plan: Plan, seen: Mapping[Entry, Number]) -> list[Entry]:
    """Parameters as written, then the entries."""
    singles = [(p.name, ()) for p in plan.parameters if (p.name, ()) in seen]
    return [*singles, *sorted(key for key in seen if key[1])]
