"""Who shows more keys: mechanisms in groups of equal supports, and the order of the groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symattn.core.expression import MIXED, VALUE, free_names
from symattn.core.form import FULL
from symattn.core.relations import Edge
from symattn.core.verdict import Decision
from symattn.relating.nodes import Station, complexity
from symattn.relating.questions import Questions, proved, undecided
from symattn.relating.settings import LETTER, OPEN, Setting, settings
from symattn.relating.sketch import support_sketch

Match = frozenset[tuple[str, str]]


def simplest_first(stations: Sequence[Station]) -> list[Station]:
    """Those that change nothing but the support first, then by how much they say."""

    def order(station: Station) -> tuple[bool, int, bool]:
        form = station.form
        plain = (form.rows, form.value, form.output) == (FULL.rows, VALUE, MIXED)
        plain = plain and form.heads is None
        return not plain, complexity(form), station.call != FULL.name

    return sorted(stations, key=order)


def same_supports(stations: Sequence[Station], questions: Questions) -> list[Edge]:
    """An edge from every mechanism to the simplest one with the same support."""
    leaders: list[Station] = []
    found = []
    for station in simplest_first(stations):
        edges = (_same(station, leader, questions) for leader in leaders)
        edge = next((edge for edge in edges if edge is not None), None)
        if edge is None:
            leaders.append(station)
        else:
            found.append(edge)
    return found


def _same(station: Station, leader: Station, questions: Questions) -> Edge | None:
    """The edge of equality, if the supports are equal when parameters get the leader's names."""
    theirs = _letters(leader)
    for setting in _renamings(station, leader):
        if setting.renames and len(setting.matched) == theirs and _agree(setting, leader):
            decision = questions.ask(support(setting.call), "==", support(leader.call))
            if proved(decision):
                return Edge("same support", station.call, leader.call, decision)
    return None


def _letters(station: Station) -> int:
    names = free_names(station.form.support)
    return sum(a.parameter.name in names for a in station.letters)


def _renamings(station: Station, other: Station) -> list[Setting]:
    """The settings of what the support depends on to parameters of another mechanism."""
    found = settings(station, other, free_names(station.form.support))
    return [s for s in found if all(c.kind in (OPEN, LETTER) for c in s.choices)]


def _agree(setting: Setting, other: Station) -> bool:
    """Whether the sketches are equal; one that cannot be drawn says nothing."""
    if setting.form is None:
        return False
    one, two = support_sketch(setting.form), support_sketch(other.form)
    return one is None or two is None or one == two


def support(call: str) -> str:
    """The support of a mechanism, in the words of a claim."""
    return f"support({call})"


@dataclass(frozen=True, slots=True)
class Ordered:
    """A subset edge, with the parameters of both sides that it takes for one number."""

    edge: Edge
    matched: Match


def subsets(leaders: Sequence[Station], questions: Questions) -> list[Edge]:
    """For every two supports whether one is inside the other, without what follows from others."""
    found = [_ordered(small, large, questions)
             for small in leaders for large in leaders if small is not large]  # fmt: skip
    return list(_reduced(found))


def _ordered(small: Station, large: Station, questions: Questions) -> Ordered:
    """Inside for all parameters; or where parameters of both are one number; or the refutation."""
    open_end: Decision | None = None
    asked = [s for s in _renamings(large, small) if s.form is not None]
    for setting in asked:
        if not _may_hold(small, setting):
            continue
        decision = questions.ask(support(small.call), "<=", support(setting.call))
        if proved(decision):
            return _as_ordered(small, large, decision, setting)
        if undecided(decision):
            open_end = open_end or decision
    plain = asked[0]
    refuted = open_end or questions.ask(support(small.call), "<=", support(plain.call))
    return _as_ordered(small, large, refuted, plain)


def _as_ordered(small: Station, large: Station, decision: Decision, setting: Setting) -> Ordered:
    matched = frozenset((theirs, own) for own, theirs in setting.matched)
    return Ordered(Edge("subset", small.call, large.call, decision), matched)


def _may_hold(small: Station, setting: Setting) -> bool:
    assert setting.form is not None
    inner, outer = support_sketch(small.form), support_sketch(setting.form)
    return inner is None or outer is None or inner <= outer


def _reduced(found: Sequence[Ordered]) -> Iterator[Edge]:
    """The edges, with a mark on those that follow from two others."""
    held = {(o.edge.left, o.edge.right): o.matched for o in found if o.edge.holds}
    for one in found:
        edge = one.edge
        yield Edge(
            edge.relation,
            edge.left,
            edge.right,
            edge.decision,
            edge.holds and _follows(edge.left, edge.right, one.matched, held),
        )


def _follows(left: str, right: str, matched: Match, held: dict[tuple[str, str], Match]) -> bool:
    """Whether two steps say as much: they take no more parameters for one number."""
    for (start, middle), first in held.items():
        second = held.get((middle, right))
        if start != left or second is None or (right, middle) in held or (middle, left) in held:
            continue
        if {(a, c) for a, b in first for b_too, c in second if b == b_too} <= matched:
            return True
    return False
