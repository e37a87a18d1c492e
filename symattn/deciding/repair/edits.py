"""`edits`: every small edit of a side, the smaller and more usual ones first.

An edit is one change, or the same change at all places that are alike (a slope with the wrong sign
above and below the fraction bar is one mistake), or two changes that bring the side nearer to the
reference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice

from symattn.core.expression import Expr
from symattn.core.verdict import Fault
from symattn.deciding.repair import indices, masks, moves, operands, orders, scales, signs
from symattn.deciding.repair.change import (
    Change,
    Path,
    Site,
    Vocabulary,
    nodes,
    put,
    sites,
)

Rule = Callable[[Site], Iterator[Change]]
RULES: tuple[Rule, ...] = (
    *masks.RULES,
    *scales.RULES,
    *signs.RULES,
    *indices.RULES,
    *orders.RULES,
    *operands.RULES,
    *moves.RULES,
)
LARGEST = 400  # nodes of a side that is edited
EXACT = 0.5  # the cost of an edit that makes the reference itself
NEAREST = 8  # single edits that are followed by a second one
BUILT = frozenset(("row", "case", "absent", "dots"))  # parts of a layout, nothing by themselves


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
        return tuple(group[0] for group in self._groups)

    def fault(self, write: Callable[[Expr], str], fix: str) -> Fault:
        """The record of the fault that this edit undoes."""
        said: dict[str, None] = {}
        for group in self._groups:
            sentence = group[0].sentence.format(*map(write, group[0].about))
            said[f"{sentence} ({len(group)} places)" if len(group) > 1 else sentence] = None
        code = "+".join(dict.fromkeys(change.code for change in self.named))
        return Fault(self.named[0].family, code, "; ".join(said), fix)

    @property
    def _groups(self) -> list[list[Change]]:
        found: dict[tuple[str, str], list[Change]] = {}
        for one in self.placed:
            alike = one.change.alike or str(one.path)
            found.setdefault((one.change.code, alike), []).append(one.change)
        return sorted(found.values(), key=lambda group: group[0].cost)


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
        if site.node.op not in BUILT
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
    for one in sorted(placed, key=lambda p: -len(p.path)):
        if not any(o.path[: len(one.path)] == one.path for o in found):
            found.append(one)
    return sorted(found, key=lambda p: p.path)


def _applied(side: Expr, placed: list[Placed]) -> Expr:
    for one in placed:
        side = put(side, one.path, one.change.new)
    return side


def double(side: Expr, words: Vocabulary, found: list[Edit]) -> Iterator[Edit]:
    """Two edits, one after the other, each of which brings the side nearer to the reference."""
    wanted = _bag(words.roots)
    here = _distance(side, wanted)
    near = sorted(
        ((_distance(edit.side, wanted), edit.cost, at) for at, edit in enumerate(found)),
    )
    pairs: dict[Expr, tuple[int, float, Edit]] = {}
    for distance, cost, at in near[:NEAREST]:
        if distance >= here:
            break
        first = found[at]
        for second in edits(first.side, words):
            left = _distance(second.side, wanted)
            if left < distance and second.side not in pairs:
                both = Edit((*first.placed, *second.placed), second.side, cost + second.cost)
                pairs[second.side] = (left, both.cost, both)
    yield from (edit for _, _, edit in sorted(pairs.values(), key=lambda p: (p[0], p[1])))


def every(side: Expr, words: Vocabulary, most: int = 1500) -> Iterator[Edit]:
    """Single edits, then pairs, `most` of both, then what is simply something else there."""
    found = edits(side, words)
    yield from islice(chain(found, double(side, words, found)), most)
    other = [Placed(path, change) for path, change in moves.substituted(side, words)]
    if other:
        yield Edit(tuple(other), _applied(side, other), 12.0 * len(other))


def _bag(roots: tuple[Expr, ...]) -> Counter[object]:
    return Counter(_word(node) for root in roots for node in nodes(root))


def _word(node: Expr) -> object:
    """A node with what stands directly in it."""
    leaves = tuple(a for a in node.args if not isinstance(a, Expr))
    return (node.op, leaves, *((part.op, part.args[:1]) for part in node.parts if not part.parts))


def _distance(side: Expr, wanted: Counter[object]) -> int:
    own = _bag((side,))
    return (own - wanted).total() + (wanted - own).total()
