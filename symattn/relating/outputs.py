"""Which mechanisms have the same output, and which one is a special case of which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from symattn.core.errors import Usage
from symattn.core.form import Form
from symattn.core.relations import Edge
from symattn.core.text import show
from symattn.core.verdict import Decision, Relabelled
from symattn.relating.nodes import Station
from symattn.relating.questions import Questions, proved, undecided
from symattn.relating.settings import OPEN, Setting, settings
from symattn.relating.sketch import look_equal
from symattn.relating.supports import simplest_first

Values = Mapping[str, frozenset[str]]  # argument -> the values for which a claim was proved


def output(call: str) -> str:
    """The output of a mechanism, in the words of a claim."""
    return f"output({call})"


def equal_outputs(stations: Sequence[Station], questions: Questions) -> list[Edge]:
    """An edge from every mechanism to the simplest one that has the same output."""
    leaders: list[Station] = []
    found = []
    for station in simplest_first(stations):
        edges = (_equal(station, leader, questions) for leader in leaders)
        edge = next((edge for edge in edges if edge is not None), None)
        if edge is None:
            leaders.append(station)
        else:
            found.append(edge)
    return found


def _equal(station: Station, leader: Station, questions: Questions) -> Edge | None:
    """The edge of equality, if the outputs are equal when parameters get the leader's names."""
    for setting in settings(station, leader, station.form.names):
        if (
            setting.renames
            and len(setting.matched) == len(leader.letters)
            and _alike(setting, leader)
        ):
            decision = questions.ask(output(setting.call), "==", output(leader.call))
            if proved(decision):
                return Edge("equal", station.call, leader.call, decision)
    return None


def _alike(setting: Setting, other: Station) -> bool:
    return setting.form is not None and look_equal(setting.form, other.form)


def special_cases(leaders: Sequence[Station], questions: Questions) -> list[Edge]:
    """An edge from B to A for every least setting of A's arguments that makes A the same as B."""
    found = [edge for a in leaders for b in leaders if a is not b
             for edge in _special(a, b, questions)]  # fmt: skip
    held = {(edge.left, edge.right) for edge in found if edge.holds}
    middles = {call for edge in found for call in (edge.left, edge.right)}
    return [
        Edge(e.relation, e.left, e.right, e.decision, any(
            (e.left, middle) in held and (middle, e.right) in held for middle in middles
        ))
        for e in found
    ]  # fmt: skip


def _special(a: Station, b: Station, questions: Questions) -> Iterator[Edge]:
    known: list[Values] = []
    for setting in settings(a, b, a.form.names):
        if setting.size == 0 or any(_within(setting, values) for values in known):
            continue
        if not _alike(setting, b):
            continue
        decision, values = _widest(setting, b, questions)
        if proved(decision) or undecided(decision):
            known += [values] if proved(decision) else []
            yield Edge("special case", b.call, a.call, decision)


def _widest(setting: Setting, b: Station, questions: Questions) -> tuple[Decision, Values]:
    """The verdict about the widest claim that holds, or about the one that sets every value."""
    for call, where in setting.wide():
        decision = questions.ask(output(call), "==", output(b.call), where)
        if proved(decision):
            break
    return decision, _covered(setting, where)


def _covered(setting: Setting, where: tuple[str, ...]) -> Values:
    """The values of each argument for which a claim with these conditions speaks."""
    low = {condition.split()[0] for condition in where if condition.endswith("<= 1")}
    return {
        c.argument.name: frozenset((c.text, "1") if c.argument.name in low else (c.text,))
        for c in setting.choices
        if c.is_set
    }


def _within(setting: Setting, values: Values) -> bool:
    """Whether a claim that was proved says this already."""
    texts = {c.argument.name: c.text for c in setting.choices if c.kind != OPEN}
    return all(texts.get(name) in known for name, known in values.items())


def compared(leaders: Sequence[Station], questions: Questions) -> Iterator[Edge]:
    """For every two mechanisms what is said about their equality as they stand."""
    for a, b in combinations(leaders, 2):
        decision = _plain(a, b, questions)
        relabelled = isinstance(decision.verdict, Relabelled)
        yield Edge("relabelled" if relabelled else "equal", a.call, b.call, decision)


def _plain(a: Station, b: Station, questions: Questions) -> Decision:
    """Whether both are equal as they stand; where a name means two things, one gets another."""
    where = tuple(_same_widths(a.form, b.form))
    try:
        return questions.doubt(output(a.call), "==", output(b.call), where)
    except Usage:
        if b.letters:
            a, b = b, a
        renamed = a.called({letter.name: f"{letter.text}2" for letter in a.letters})
        try:
            return questions.doubt(output(renamed), "==", output(b.call), where)
        except Usage as error:
            raise Usage(f"{a.call} and {b.call} cannot be compared: {error}") from None


def _same_widths(a: Form, b: Form) -> Iterator[str]:
    """Conditions under which a vector or matrix that both read has one shape."""
    shapes = {p.name: p.shape for p in b.parameters}
    for p in a.parameters:
        for one, other in zip(p.shape, shapes.get(p.name, ()), strict=False):
            if one != other:
                yield f"{show(one)} == {show(other)}"
