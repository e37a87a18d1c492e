"""How many keys a row sees, as a polynomial in the row and in choices such as min(i + 1, visible).

Inclusion and exclusion over the stretches of the row; bounds that others imply are dropped first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import NamedTuple

from symattn.derivation.costs.facts import Facts
from symattn.derivation.counts.affine import NotCountable
from symattn.derivation.counts.polynomial import Polynomial, chosen, inverted, lifted, remainder
from symattn.derivation.counts.row_bounds import Stretch, Stretches, common


class Length(NamedTuple):
    """min(highs) - max(lows), a number of keys; a pair below 0 is an empty row."""

    highs: tuple[Polynomial, ...]
    lows: tuple[Polynomial, ...]


def row_count(found: Stretches, n_k: Polynomial, facts: Facts) -> Polynomial:
    """How many keys 0 <= j < n_k lie in some stretch, for the row whose facts these are."""
    kept = _united([_trimmed(s, n_k, facts) for s in found], facts)
    if len(kept) == 2:
        together = _prefix_and_suffix(kept[0], kept[1], facts)
        if together is not None:
            return together
    total = Polynomial()
    for size in range(1, len(kept) + 1):
        for some in combinations(kept, size):
            shared = some[0]
            for other in some[1:]:
                shared = common(shared, other)
            counted = _counted(_trimmed(shared, n_k, facts), facts)
            total = total + counted * (-1) ** (size + 1)
    return total


def _trimmed(stretch: Stretch, n_k: Polynomial, facts: Facts) -> Stretch:
    """The stretch within 0 <= j < n_k, without bounds that follow from others."""
    lower = _strongest((*stretch.lower, Polynomial()), lambda a, b: facts.prove(a - b))
    upper = _strongest((*stretch.upper, n_k - 1), lambda a, b: facts.prove(b - a))
    bounds = _folded(lower, "max"), _folded(upper, "min")
    return Stretch(*bounds, stretch.every)


def _folded(bounds: tuple[Polynomial, ...], op: str) -> tuple[Polynomial, ...]:
    """Bounds that are the same for every row as one."""
    moving = [b for b in bounds if "i" in b.names]
    still = [b for b in bounds if "i" not in b.names]
    return (*moving, chosen(op, still)) if still else tuple(moving)


def _strongest(
    bounds: Sequence[Polynomial], implies: Callable[[Polynomial, Polynomial], bool]
) -> tuple[Polynomial, ...]:
    """The bounds that do not follow from another one that is kept."""
    kept: list[Polynomial] = []
    for at, bound in enumerate(bounds):
        others = [*kept, *bounds[at + 1 :]]
        if not any(implies(other, bound) for other in others):
            kept.append(bound)
    return tuple(kept)


def _united(found: list[Stretch], facts: Facts) -> list[Stretch]:
    """The same keys in fewer stretches: contained ones dropped, neighbours joined."""
    kept: list[Stretch] = []
    for at, stretch in enumerate(found):
        if not any(_contains(other, stretch, facts) for other in (*kept, *found[at + 1 :])):
            kept.append(stretch)
    for a, b in combinations(kept, 2):
        joined = _joined(a, b)
        if joined is not None:
            rest = [s for s in kept if s not in (a, b)]
            return _united([*rest, joined], facts)
    return kept


def _contains(outer: Stretch, inner: Stretch, facts: Facts) -> bool:
    return (
        outer.every in (None, inner.every)
        and all(any(facts.prove(b - a) for b in inner.lower) for a in outer.lower)
        and all(any(facts.prove(a - b) for b in inner.upper) for a in outer.upper)
    )


def _joined(a: Stretch, b: Stretch) -> Stretch | None:
    """[l, u] and [l, w] are [l, max(u, w)], whether one of them is empty or not."""
    if a.every or b.every:
        return None
    if a.lower == b.lower and len(a.upper) == len(b.upper) == 1:
        return Stretch(a.lower, (chosen("max", [*a.upper, *b.upper]),))
    if a.upper == b.upper and len(a.lower) == len(b.lower) == 1:
        return Stretch((chosen("min", [*a.lower, *b.lower]),), a.upper)
    return None


def _prefix_and_suffix(a: Stretch, b: Stretch, facts: Facts) -> Polynomial | None:
    """min(whole, prefix + suffix) for [l, min(h, y)] and [max(l, x), h] with y >= l and x <= h."""
    for prefix, suffix in ((a, b), (b, a)):
        if prefix.every or suffix.every:
            return None
        shared = [u for u in prefix.upper if u in suffix.upper]
        if len(prefix.lower) != 1 or prefix.lower[0] not in suffix.lower:
            continue
        if len(suffix.upper) != 1 or not shared or len(prefix.upper) != 2:
            continue
        if len(suffix.lower) != 2:
            continue
        low, high = prefix.lower[0], suffix.upper[0]
        (y,) = (u for u in prefix.upper if u != high)
        (x,) = (b for b in suffix.lower if b != low)
        sizes = (high - low + 1, y - low + 1, high - x + 1)
        if all(map(facts.prove, sizes)):
            whole, first, last = sizes
            return chosen("min", [whole, first + last])
    return None


def _counted(stretch: Stretch, facts: Facts) -> Polynomial:
    """How many keys one stretch has."""
    highs, lows = _length(stretch)
    highs = _strongest(highs, lambda a, b: facts.prove(b - a))
    lows = _strongest(lows, lambda a, b: facts.prove(a - b))
    lengths = [h - low for h in highs for low in lows]
    if len(highs) == 1 or len(lows) == 1:
        still = [x for x in lengths if "i" not in x.names]
        moving = [x for x in lengths if "i" in x.names]
        total = chosen("min", [*moving, chosen("min", still)] if still else moving)
    else:
        total = chosen("min", list(highs)) - chosen("max", list(lows))
    if all(map(facts.prove, lengths)):
        return total
    return chosen("max", [total, lifted(0)])


def _length(stretch: Stretch) -> Length:
    """Keys up to an upper bound, minus keys before a lower bound; floors for every c-th key."""
    if stretch.every is None:
        return Length(tuple(u + 1 for u in stretch.upper), stretch.lower)
    by, residue = stretch.every
    inverse = inverted(by)
    if inverse is None:
        raise NotCountable("a remainder by a sum")

    def laps(last: Polynomial) -> Polynomial:
        """floor((last - residue) / by): it grows with `last`, so it passes through min and max."""
        steps = last - residue
        return (steps - remainder(steps, by)) * inverse

    return Length(tuple(map(laps, stretch.upper)), tuple(laps(low - 1) for low in stretch.lower))
