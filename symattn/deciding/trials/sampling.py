"""Claims with premises or an order, at rational points: a case that fails, if one is met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import islice

from symattn.core.errors import NotConcrete, Usage
from symattn.core.interpret import evaluate
from symattn.deciding.answer import Entry, Number
from symattn.deciding.trials.draws import bits, patterns, within
from symattn.deciding.trials.lattice import Sizes, choices, lengths
from symattn.deciding.trials.reals import exact
from symattn.deciding.trials.search import Found, Numbers, Search, places
from symattn.deciding.trials.world import Place

MOST_TRIALS = 260  # places and numbers at which a claim is evaluated
PER_LENGTH = 2  # choices of the other sizes
LONGEST = 4
MORE = 1500  # trials for something smaller than what was found


def first_case(search: Search, hints: Mapping[str, int]) -> Found | None:
    """A case in which the claim fails, made small."""
    tried = _sizes(search, hints)
    found = _sweep(search, tried, hints, MOST_TRIALS)
    if found is None:
        return None
    sizes, place, numbers = found
    before = tried[: tried.index(sizes)]
    smaller = _sweep(search, _every(search, sizes, before, hints), hints, MORE)
    sizes, place, numbers = smaller or found
    numbers = search.simplified(sizes, place, numbers, bare=False)
    return Found(search.point(sizes, place, numbers), smallest=False)


def _sizes(search: Search, hints: Mapping[str, int]) -> list[Sizes]:
    """A few choices of sizes for every short length, in order."""
    found: list[Sizes] = []
    for length in lengths(search.plan):
        if max(length, default=1) > LONGEST and found:
            break
        options = choices(search.plan, length, small=True)
        fitting = [o for o in options if all(o.get(n, v) == v for n, v in hints.items())]
        step = max(len(fitting) // PER_LENGTH, 1)
        found += fitting[::step][:PER_LENGTH]
    return found


def _every(
    search: Search, sizes: Sizes, before: list[Sizes], hints: Mapping[str, int]
) -> list[Sizes]:
    """All sizes up to those at which a case was found."""
    found: list[Sizes] = []
    for length in lengths(search.plan):
        options = choices(search.plan, length, small=True)
        for option in options:
            if option == sizes:
                return found[:40]
            if all(option.get(n, v) == v for n, v in hints.items()):
                found.append(option)
    return before


Case = tuple[Sizes, Place, Numbers]


def _sweep(search: Search, tried: list[Sizes], hints: Mapping[str, int], most: int) -> Case | None:
    """The first failure: all sizes with one pattern of numbers, then with the next."""
    trials = 0
    if not tried:
        return None
    spots = [(sizes, place) for sizes in tried for place in _places(search, sizes, hints)]
    for turn, pattern in enumerate(patterns(search.plan.claim.text)):
        if trials >= most or not spots:
            return None
        # Plain numbers are tried everywhere, the others at places that change from turn to turn.
        some = spots if turn < 3 and len(spots) <= most // 4 else _some(spots, turn)
        for sizes, place in some:
            trials += 1
            numbers = Numbers(search.plan, pattern)
            for candidate in (numbers, *_solved(search, sizes, place, numbers, turn)):
                if search.fails(sizes, place, candidate, bare=False):
                    return sizes, place, candidate
    return None


def _some(spots: list[tuple[Sizes, Place]], turn: int) -> list[tuple[Sizes, Place]]:
    """About a dozen of the places, others each time, in order."""
    step = max(len(spots) // 12, 1)
    return spots[bits("turn", turn) % step :: step]


def _places(search: Search, sizes: Sizes, hints: Mapping[str, int]) -> Iterator[Place]:
    try:
        yield from islice(places(search, sizes, hints), 64)
    except (NotConcrete, Usage) as reason:
        search.refusal = f"cannot evaluate: {reason}"


def _solved(
    search: Search, sizes: Sizes, place: Place, numbers: Numbers, turn: int
) -> Iterator[Numbers]:
    """The same numbers with one of them changed so that an equation among the premises holds."""
    equations = [p for p in search.plan.premises if p.op == "=="]
    if not equations or turn < 3:
        return
    equation = equations[turn % len(equations)]

    def gap(given: Mapping[Entry, Number]) -> tuple[Fraction | None, dict[Entry, Number]]:
        there = Numbers(search.plan, numbers.pattern, given)
        world = search.world(sizes, there)
        at = world.env.at(**dict(place))
        left, right = (evaluate(part, world.algebra, at) for part in equation.parts)
        rational = exact(left) and exact(right)
        return (Fraction(left) - Fraction(right) if rational else None), there.seen

    try:
        _, seen = gap({})
        entries = sorted(key for key in seen if key[1])
        if not entries:
            return
        key = entries[bits(turn, place) % len(entries)]
        zero, one, two = (gap({**seen, key: value})[0] for value in (0, 1, 2))
    except (NotConcrete, Usage):
        return
    if zero is None or one is None or two is None or one == zero or two - one != one - zero:
        return
    root = -zero / (one - zero)
    value: Number = root.numerator if root.denominator == 1 else root
    if within(search.plan.declared[key[0]], value) == value:
        yield Numbers(search.plan, numbers.pattern, {**seen, key: value})
