"""The smallest case in which two sides differ: n, n_q, n_k, d, H, parameters, i, j, numbers.

Lengths, head counts and parameters are tried in order, with the widths of a difference that was
met; then the widths are made small.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, product

from symattn.core.errors import NotConcrete, Usage
from symattn.deciding.answer import Point
from symattn.deciding.trials.draws import broad
from symattn.deciding.trials.lattice import FAR, Sizes, allowed, ascending, choices, cost, lengths
from symattn.deciding.trials.residues import likenesses
from symattn.deciding.trials.search import Found, Numbers, Search
from symattn.deciding.trials.world import Place

MOST_PLACES = 12  # places of one size at which no numbers were found
MOST_CHOICES = 40  # of head counts and parameters at one length
DRAWS = 4  # contents of tables that decide something
ROW_STEPS = 60  # of one key of a long row
MOST_STEPS = 400_000


def smallest(search: Search, start: Sizes) -> Found | None:
    """The first failure at lengths up to those at which a difference was met, or beyond them."""
    plan = search.plan
    complete = not (plan.whole or plan.deciding)
    end = tuple(start[name] for name in plan.lengths)
    for length in lengths(plan):
        if length > end:
            break
        fixed = {name: int(start[name]) for name in ("d", "d_v") if name in start}
        for sizes in islice(choices(plan, length, True, fixed), MOST_CHOICES):
            if _differs(search, sizes):
                found = _at(search, _narrow(search, sizes), {})
                if found is not None:
                    return Found(found, complete)
    return _first(search, {}, {})


def _narrow(search: Search, sizes: Sizes) -> Sizes:
    """The sizes with the smallest widths at which the sides still differ."""
    for width in ("d", "d_v"):
        for less in range(1, int(sizes.get(width, 1))):
            if _differs(search, {**sizes, width: less}):
                sizes = {**sizes, width: less}
                break
    return sizes


def hinted(search: Search, hints: Mapping[str, int]) -> Found | None:
    """The first failure at sizes that somebody named."""
    plan = search.plan
    named = {*plan.lengths, *plan.sizes, *(p.name for p in plan.whole)}
    positions = {"h", *(name for name, _ in plan.claim.positions)}
    places_ = {n: v for n, v in hints.items() if n in positions}
    return _first(search, {n: v for n, v in hints.items() if n in named}, places_)


def _differs(search: Search, sizes: Sizes) -> bool:
    try:
        if cost(search.plan, sizes) > MOST_STEPS:
            return False
        found = next(suspects(search, sizes, {}), None) if allowed(search.plan, sizes) else None
        return found is not None
    except (NotConcrete, Usage):
        return False


def _first(search: Search, fixed: Mapping[str, int], hints: Mapping[str, int]) -> Found | None:
    plan, steps = search.plan, 0
    complete = not (plan.whole or plan.deciding or hints)
    for sizes in ascending(plan, fixed):
        longest = max((int(sizes[name]) for name in plan.lengths), default=1)
        price = cost(plan, sizes) if longest <= FAR else longest * ROW_STEPS
        if price > MOST_STEPS:
            continue
        steps += min(price, MOST_STEPS // 4)
        if steps > MOST_STEPS:
            return None
        try:
            found = _at(search, sizes, hints)
        except (NotConcrete, Usage) as reason:
            search.refusal = f"cannot evaluate: {reason}"
            continue
        if found is not None:
            return Found(found, complete)
    return None


def _at(search: Search, sizes: Sizes, hints: Mapping[str, int]) -> Point | None:
    """The first failure at these sizes."""
    for place in islice(suspects(search, sizes, hints), MOST_PLACES):
        numbers = search.numbers(sizes, place)
        if numbers is not None:
            return search.point(sizes, place, numbers)
    return None


def suspects(search: Search, sizes: Sizes, hints: Mapping[str, int]) -> Iterator[Place]:
    """The places at which the sides may differ: all of them where fields have no words."""
    longest = max((int(sizes[name]) for name in search.plan.lengths), default=1)
    equation = search.plan.relation == "==" and not search.plan.premises
    if longest <= FAR and equation:
        try:
            for draw in range(DRAWS if search.plan.draws else 1):
                for place, likeness in likenesses(search.plan, sizes, 0, draw):
                    if likeness != "equal" and _agrees(place, hints):
                        yield place
            return
        except (NotConcrete, Usage):
            pass
    for place in places(search, sizes, hints):
        if longest > FAR or not equation or search.generic(sizes, place):
            yield place


def _agrees(place: Place, hints: Mapping[str, int]) -> bool:
    return all(hints.get(name, at) == at for name, at in place)


def places(search: Search, sizes: Sizes, hints: Mapping[str, int]) -> Iterator[Place]:
    """The places at these sizes, in order; of a long sequence, the ends."""
    numbers = Numbers(search.plan, broad("places"))
    world = search.world(sizes, numbers)
    longest = max((int(sizes[name]) for name in search.plan.lengths), default=1)
    if longest <= FAR:
        for place in world.places():
            if _agrees(place, hints):
                yield place
        return
    ends = (longest - 1, 0, longest // 2)
    own = [name for name, _ in search.plan.claim.positions]
    options = [(hints[name],) if name in hints else ends for name in own]
    heads = [("h", hints.get("h", 0))] if search.plan.many else []
    for numbers_ in product(*options):
        yield (*heads, *zip(own, numbers_, strict=True))
