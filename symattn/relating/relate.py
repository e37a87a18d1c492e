"""The whole map: supports in their order, outputs that are equal, and special cases."""

from __future__ import annotations

from collections.abc import Sequence

from symattn.core.errors import Usage, did_you_mean
from symattn.core.relations import Edge, Node, RelationMap
from symattn.relating.nodes import Station, stations
from symattn.relating.outputs import compared, equal_outputs, special_cases
from symattn.relating.questions import Questions
from symattn.relating.supports import same_supports, simplest_first, subsets

QUESTIONS = ("subset", "equal", "special case", "relabelled")
MOST = 200  # mechanisms and compositions


def related(only: Sequence[str] = (), relations: Sequence[str] = QUESTIONS) -> RelationMap:
    """How the registered mechanisms, or those that are named, are related.

    >>> found = related(("causal", "window", "full"), ("subset",))
    >>> [edge.decision.claim.text for edge in found.held("subset") if not edge.implied][0]
    'support(causal) <= support(full)'
    """
    for relation in relations:
        if relation not in QUESTIONS:
            hint = did_you_mean(relation, QUESTIONS)
            known = ", ".join(QUESTIONS)
            raise Usage(f"relations are {known}; got {relation!r}; {hint}".removesuffix("; "))
    chosen = stations(only)
    if len(chosen) > MOST:
        raise Usage(f"a map has at most {MOST} mechanisms, got {len(chosen)}")
    questions = Questions()
    edges: list[Edge] = []
    if "subset" in relations:
        edges += _by_support(chosen, questions)
    if set(relations) - {"subset"}:
        edges += _by_output(chosen, relations, questions)
    nodes = tuple(Node(s.call, s.title) for s in simplest_first(chosen))
    return RelationMap(nodes, tuple(r for r in QUESTIONS if r in relations), tuple(edges))


def _by_support(chosen: Sequence[Station], questions: Questions) -> list[Edge]:
    same = same_supports(chosen, questions)
    return [*same, *subsets(_leaders(chosen, same), questions)]


def _by_output(
    chosen: Sequence[Station], relations: Sequence[str], questions: Questions
) -> list[Edge]:
    """Equal outputs first: only one of each group is compared with the others."""
    equal = equal_outputs(chosen, questions)
    rest = list(compared(_leaders(chosen, equal), questions)) if _compares(relations) else []
    late = [_joining(edge) for edge in rest if edge.relation == "equal" and edge.holds]
    leaders = _leaders(chosen, [*equal, *late])
    kept = {station.call for station in leaders}
    rest = [edge for edge in rest if {edge.left, edge.right} <= kept]
    special = special_cases(leaders, questions) if "special case" in relations else []
    if "equal" not in relations:
        rest = [edge for edge in rest if edge.relation == "relabelled"]
    return [*equal, *late, *special, *rest]


def _joining(edge: Edge) -> Edge:
    """An equality that no sketch had shown, from the second mechanism to the simpler first."""
    return Edge(edge.relation, edge.right, edge.left, edge.decision)


def _compares(relations: Sequence[str]) -> bool:
    return "equal" in relations or "relabelled" in relations


def _leaders(chosen: Sequence[Station], same: Sequence[Edge]) -> list[Station]:
    followers = {edge.left for edge in same}
    return [s for s in simplest_first(chosen) if s.call not in followers]
