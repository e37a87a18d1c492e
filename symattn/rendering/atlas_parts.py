"""The two halves of a map, as every writer shows them: supports in their order, and outputs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symattn.core.relations import Edge, RelationMap
from symattn.core.verdict import Proved, Refuted, Relabelled, Undecided

Group = tuple[str, ...]  # calls that are the same; the first one stands for the others


@dataclass(frozen=True, slots=True)
class Half:
    """Groups of mechanisms from the top to the bottom, and the edges between them."""

    title: str
    meaning: str
    groups: tuple[Group, ...]
    same: tuple[Edge, ...]  # inside the groups
    order: tuple[Edge, ...]  # from a lower group (left) to a higher one (right)
    across: tuple[Edge, ...]  # without a direction
    alone: tuple[str, ...]  # groups without any edge, by their first call

    @property
    def drawn(self) -> tuple[Edge, ...]:
        """The edges that are shown: what follows from others is left out."""
        return (*(edge for edge in self.order if edge.holds and not edge.implied), *self.across)


def halves(found: RelationMap) -> tuple[Half, ...]:
    """The halves of what was asked for."""
    parts = []
    if "subset" in found.relations:
        parts.append(
            _half(
                found, "supports", "what stands above shows every key that stands below it shows",
                "same support", "subset", (),
            )
        )  # fmt: skip
    if set(found.relations) - {"subset"}:
        parts.append(
            _half(
                found, "outputs", "what stands below is a special case of what stands above it",
                "equal", "special case", tuple(found.held("relabelled")),
            )
        )  # fmt: skip
    return tuple(parts)


def _half(
    found: RelationMap, title: str, meaning: str, same: str, order: str, across: tuple[Edge, ...]
) -> Half:
    groups = found.groups(same)
    edges = tuple(found.held(order))
    touched = {call for edge in (*edges, *across) for call in (edge.left, edge.right)}
    linked = [group for group in groups if group[0] in touched]
    alone = tuple(group[0] for group in groups if group[0] not in touched)
    levels = level_of([group[0] for group in linked], edges)
    ordered = sorted(linked, key=lambda group: -levels[group[0]])
    single = tuple(group for group in groups if group[0] in alone)
    meaning += "; a dashed line: the same after a permutation" if across else ""
    return Half(title, meaning, (*ordered, *single), tuple(found.held(same)), edges, across, alone)


def level_of(calls: Sequence[str], edges: Sequence[Edge]) -> dict[str, int]:
    """How long the longest way down from each call is; ways that meet themselves end there."""
    below: dict[str, list[str]] = {call: [] for call in calls}
    for edge in edges:
        if edge.left not in below[edge.right]:
            below[edge.right].append(edge.left)
    found: dict[str, int] = {}

    def level(call: str, above: tuple[str, ...]) -> int:
        if call not in found:
            under = [level(c, (*above, call)) + 1 for c in below[call] if c not in (*above, call)]
            found[call] = max(under, default=0)
        return found[call]

    for call in calls:
        level(call, ())
    return found


def counted(edges: Iterator[Edge]) -> str:
    """How many edges have which verdict, in words.

    >>> counted(iter(()))
    'none'
    """
    kinds: dict[str, int] = {}
    for edge in edges:
        word = WORDS[type(edge.decision.verdict)]
        kinds[word] = kinds.get(word, 0) + 1
    return ", ".join(f"{count} {word}" for word, count in kinds.items()) or "none"


WORDS = {
    Proved: "proved",
    Refuted: "refuted",
    Relabelled: "relabelled",
    Undecided: "undecided",
}
