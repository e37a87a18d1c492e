"""`edits`: every small edit of a side, the smaller and more usual ones first.

An edit is one change, or the same change at all places that are alike (a slope with the wrong sign
above and below the fraction bar is one mistake), or two changes that bring the side nearer to the
reference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations, islice

from symattn.core.expression import Expr
from symattn.deciding.repair import indices, masks, operands, orders, scales, signs
from symattn.deciding.repair.change import (
    Change,
    Path,
    Site,
    Vocabulary,
    nodes,
    put,
    sites,
    skeleton,
)

Rule = Callable[[Site], Iterator[Change]]
RULES: tuple[Rule, ...] = (
    *masks.RULES,
    *scales.RULES,
    *signs.RULES,
    *indices.RULES,
    *orders.RULES,
    *operands.RULES,
)
LARGEST = 400  # nodes of a side that is edited
EXACT = 0.5  # the cost of an edit that makes the reference itself
NEAREST = 24  # single changes that are tried in pairs


@dataclass(frozen=True, slots=True)
class Placed:
    """A change with its place."""

    path: Path
    change: Change


@dataclass(frozen=True, slots=True)
class Edit:
    """One or more changes, and the side that they make."""

    placed: tuple[Placed, ...]
    side: Expr
    cost: float

    @property
    def named(self) -> tuple[Change, ...]:
        """One change for each fault that is named."""
        found: dict[tuple[str, str], Change] = {}
        for one in self.placed:
            found.setdefault((one.change.code, one.change.alike or str(one.path)), one.change)
        return tuple(found.values())


def edits(side: Expr, words: Vocabulary) -> list[Edit]:
    """Single edits and those of all places that are alike, in order of cost.

    >>> from symattn.core.expression import lift
    >>> found = edits(lift("exp(a)"), Vocabulary((lift("exp(-a)"),)))
    >>> found[0].named[0].code, lift("exp(-a)") in [edit.side for edit in found]
    ('sign', True)
    """
    if sum(1 for _ in nodes(side)) > LARGEST:
        return []
    placed = [
        Placed(site.path, change)
        for site in sites(side, words)
        for rule in RULES
        for change in rule(site)
        if change.new != site.node
    ]
    single = [Edit((p,), put(side, p.path, p.change.new), p.change.cost) for p in placed]
    exact = frozenset(words.roots)
    found = [
        replace(edit, cost=min(edit.cost, EXACT + edit.cost / 100)) if edit.side in exact else edit
        for edit in (*single, *_together(side, placed))
    ]
    seen: dict[Expr, Edit] = {}
    for edit in sorted(found, key=lambda e: e.cost):
        if edit.side != side:
            seen.setdefault(edit.side, edit)
    return list(seen.values())


def _together(side: Expr, placed: list[Placed]) -> Iterator[Edit]:
    """The same change at all places that are alike."""
    groups: dict[tuple[str, str], dict[Path, Placed]] = {}
    for one in placed:
        if one.change.alike:
            group = groups.setdefault((one.change.code, one.change.alike), {})
            known = group.get(one.path)
            if known is None or one.change.cost < known.change.cost:
                group[one.path] = one
    for group in groups.values():
        chosen = _apart(list(group.values()))
        if len(chosen) > 1:
            cost = min(p.change.cost for p in chosen) + 0.5
            yield Edit(tuple(chosen), _applied(side, chosen), cost)


def _apart(placed: list[Placed]) -> list[Placed]:
    """Those of which none stands inside of another one."""
    found: list[Placed] = []
    for one in placed:
        if not any(one.path[: len(o.path)] == o.path for o in found):
            found.append(one)
    return found


def _applied(side: Expr, placed: list[Placed]) -> Expr:
    for one in placed:
        side = put(side, one.path, one.change.new)
    return side


def double(side: Expr, words: Vocabulary, found: list[Edit]) -> Iterator[Edit]:
    """Two edits at different places, each of which brings the side nearer to the reference."""
    wanted = _bag(words.roots)
    here = _distance(side, wanted)
    near = [(e, _distance(e.side, wanted)) for e in found]
    better = sorted(((d, e.cost, at) for at, (e, d) in enumerate(near) if d < here))
    chosen = [found[at] for _, _, at in islice(better, NEAREST)]
    pairs = []
    for one, other in combinations(chosen, 2):
        placed = [*one.placed, *other.placed]
        if len(_apart(sorted(placed, key=lambda p: p.path))) == len(placed):
            made = _applied(side, placed)
            cost = one.cost + other.cost
            pairs.append((_distance(made, wanted), cost, Edit(tuple(placed), made, cost)))
    pairs.sort(key=lambda p: (p[0], p[1]))
    yield from (edit for _, _, edit in pairs)


def _bag(roots: tuple[Expr, ...]) -> Counter[str]:
    return Counter(_word(node) for root in roots for node in nodes(root))


def _word(node: Expr) -> str:
    return str(node.args) if not node.parts else f"{node.op} {skeleton(node)}"


def _distance(side: Expr, wanted: Counter[str]) -> int:
    own = _bag((side,))
    return (own - wanted).total() + (wanted - own).total()
