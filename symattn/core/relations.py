"""How mechanisms are related: nodes, and edges that carry the verdict behind them.

Nothing is decided or drawn here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symattn.core.verdict import Decision, Proved, Relabelled

RELATIONS: Mapping[str, str] = {  # relation -> what an edge from A to B says
    "same support": "A and B show every query the same keys",
    "subset": "every key that A shows, B shows too",
    "equal": "A and B have the same output",
    "relabelled": "A and B have the same output after a permutation",
    "special case": "A is what B becomes in a special case",
}
BOTH_WAYS = ("same support", "equal", "relabelled")


@dataclass(frozen=True, slots=True)
class Node:
    """A mechanism as it is called; its parameters are open."""

    call: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """A question about two nodes and its verdict; the relation holds if that is a proof."""

    relation: str  # a key of RELATIONS
    left: str  # the call of a node: A
    right: str  # that of B
    decision: Decision
    implied: bool = False  # follows from other edges; pictures leave it out

    @property
    def holds(self) -> bool:
        """Whether the verdict says that A and B are related."""
        return isinstance(self.decision.verdict, (Proved, Relabelled))


@dataclass(frozen=True, slots=True)
class RelationMap:
    """Mechanisms, every relation between them that was proved, and every one that was not."""

    nodes: tuple[Node, ...]
    relations: tuple[str, ...]  # which ones were asked for
    edges: tuple[Edge, ...]

    def held(self, *relations: str) -> Iterator[Edge]:
        """The edges of these relations that hold."""
        return (e for e in self.edges if e.relation in relations and e.holds)

    def open(self, *relations: str) -> Iterator[Edge]:
        """The edges of these relations that were refuted or stay undecided."""
        return (e for e in self.edges if e.relation in relations and not e.holds)

    def groups(self, same: str) -> tuple[tuple[str, ...], ...]:
        """The calls in groups that `same` joins; the first of each group stands for it.

        >>> RelationMap((Node("full"), Node("causal")), ("equal",), ()).groups("equal")
        (('full',), ('causal',))
        """
        joined = {edge.left: edge.right for edge in self.held(same)}
        found: dict[str, list[str]] = {n.call: [n.call] for n in self.nodes if n.call not in joined}
        for call in (node.call for node in self.nodes if node.call in joined):
            leader = joined[call]
            while leader in joined:
                leader = joined[leader]
            found[leader].append(call)
        return tuple(map(tuple, found.values()))
