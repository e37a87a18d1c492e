"""Claims with premises or an order, at rational points: a case that fails, if one is met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import islice

from symattn.core.errors import NotConcrete, Usage
from symattn.core.interpret import evaluate
from symattn.deciding.answer import Entry, Number
from symattn.deciding.trials.draws import bits, first_value, patterns, within
from symattn.deciding.trials.lattice import Sizes, ascending, choices, cost, spread
from symattn.deciding.trials.reals import exact
from symattn.deciding.trials.search import Found, Numbers, Search
from symattn.deciding.trials.smallest import places
from symattn.deciding.trials.world import Place

STEPS, MORE = 18_000, 30_000  # to find a case, and then to find a smaller one
PER_LENGTH = 2  # choices of the other sizes
LONGEST, SHORT = 6, 3  # of all patterns, only the first two are tried at long lengths
PLAIN = 5  # patterns before any equation is solved
TURNS, AGAIN = 60, 24  # patterns of numbers for every choice of sizes


def first_case(search: Search) -> Found | None:
    """A case in which the claim fails, made small."""
    found = _sweep(search, _sizes(search), STEPS)
    if found is None:
        return None
    smaller = _smaller(search, found[0])
    sizes, place, numbers = smaller or found
    numbers = search.simplified(sizes, place, numbers, bare=False)
    return Found(search.point(sizes, place, numbers), smallest=False)


def _sizes(search: Search) -> list[Sizes]:
    """A few choices of sizes for every short length, in order."""
    found: list[Sizes] = []
    for length in spread(search.plan):
        if max(length, default=1) > LONGEST and found:
            break
        fitting = list(islice(choices(search.plan, length, small=True), 60))
        wanted = PER_LENGTH if search.plan.sized else 6 * PER_LENGTH
        step = max(len(fitting) // wanted, 1)
        found += fitting[::step][:wanted]
    return found


Case = tuple[Sizes, Place, Numbers]


def _smaller(search: Search, sizes: Sizes) -> Case | None:
    """A case at smaller sizes."""
    left = MORE
    for other in ascending(search.plan, {}):
        if other == sizes or left < 0:
            return None
        price = min(cost(search.plan, other) + 20, MORE // AGAIN)
        left -= AGAIN * price
        found = _sweep(search, [other], AGAIN * price)
        if found is not None:
            return found
    return None


def _sweep(search: Search, tried: list[Sizes], budget: int) -> Case | None:
    """The first failure: all sizes with one pattern of numbers, then with the next."""
    values = any(name[0] == "v" for name in search.plan.names)
    for turn, pattern in enumerate(islice(patterns(search.plan.claim.text), TURNS)):
        if pattern is first_value and not values:
            continue
        for sizes in tried:
            price = cost(search.plan, sizes) + 20
            if price > STEPS:
                continue
            longest = max((int(sizes[name]) for name in search.plan.lengths), default=1)
            if longest > SHORT and (turn > 2 or price > STEPS // 6) and len(tried) > 1:
                continue
            if budget < 0:
                return None
            numbers = Numbers(search.plan, pattern)
            cases, looked = search.cases, search.looked
            found = _first(search, sizes, numbers)
            share = (search.cases - cases) / max(search.looked - looked, 1)  # met the premises
            each = 8 + 15 * len(search.plan.premises)
            budget -= 40 + each * (search.looked - looked) + int(share * price)
            if found is None and turn >= PLAIN:
                found = _by_equations(search, sizes, numbers, turn)
            if found is not None:
                return found
    return None


def _first(search: Search, sizes: Sizes, numbers: Numbers) -> Case | None:
    """The first place at which the claim fails with these numbers."""
    for place in search.failures(sizes, numbers):
        own = Numbers(search.plan, numbers.pattern, numbers.given)
        if search.fails(sizes, place, own, bare=False):
            return sizes, place, own
    return None


def _by_equations(search: Search, sizes: Sizes, numbers: Numbers, turn: int) -> Case | None:
    """The same after a premise that is an equation was solved at one place."""
    if not any(premise.op == "==" for premise in search.plan.premises):
        return None
    try:
        spots = list(islice(places(search, sizes, {}), 64))
    except (NotConcrete, Usage) as reason:
        search.refusal = f"cannot evaluate: {reason}"
        return None
    if not spots:
        return None
    place = spots[bits("turn", turn) % len(spots)]
    for candidate in _solved(search, sizes, place, numbers, turn):
        if search.fails(sizes, place, candidate, bare=False):
            return sizes, place, candidate
    return None


def _solved(
    search: Search, sizes: Sizes, place: Place, numbers: Numbers, turn: int
) -> Iterator[Numbers]:
    """The same numbers with one of them changed so that an equation among the premises holds."""
    equations = [p for p in search.plan.premises if p.op == "=="]
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
