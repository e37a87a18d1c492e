"""A map of mechanisms as text, Markdown and JSON: every edge with its claim and its verdict."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from symattn.core.relations import RELATIONS, Edge, RelationMap
from symattn.core.verdict import Proved, Refuted, Relabelled, Undecided
from symattn.rendering.atlas_parts import WORDS, Half, counted, halves
from symattn.rendering.drawing import fold
from symattn.rendering.verdict import headline, place, reading

SCHEMA = "symattn/atlas@1"
WIDTH, EM = 100, 0.5  # of a line of names; a letter counts for about this in `fold`
OPEN = {"supports": ("subset",), "outputs": ("special case", "equal", "relabelled")}
MOST = 12  # refutations that are printed without being asked for


def text(found: RelationMap, *, everything: bool = False) -> str:
    """The map for a terminal: groups from the top to the bottom, with the edges below each."""
    lines: list[str] = []
    for half in halves(found):
        lines += [f"{half.title}: {half.meaning}", ""]
        lines += _groups(half)
        apart = list(_not_related(found, half, everything))
        lines += ["", *apart, *([""] if apart else [])]
    return "\n".join(lines).rstrip("\n") + "\n"


def _groups(half: Half) -> Iterator[str]:
    shown = [*half.same, *half.drawn]
    width = max((len(edge.decision.claim.text) for edge in shown), default=0)
    width = min(width, WIDTH)
    for group in half.groups:
        below = [edge for edge in shown if edge.right == group[0]]
        if below:
            yield group[0]
            yield from _lines(below, width)
    if names := _single(half):
        yield from _folded("not related to others: " + ", ".join(names))


def _lines(edges: Iterable[Edge], width: int) -> Iterator[str]:
    for edge in edges:
        yield f"  {edge.decision.claim.text.ljust(width)}  {headline(edge.decision)}"


def _folded(words: str) -> Iterator[str]:
    yield from fold(words, 1, WIDTH * EM)


def _not_related(found: RelationMap, half: Half, everything: bool) -> Iterator[str]:
    """What was asked and does not hold: in full when it is short or asked for, else its number."""
    apart = [edge for edge in found.open(*OPEN[half.title])]
    if not apart:
        return
    full = everything or len(apart) <= MOST
    doubtful = [e for e in apart if e.relation == "special case"]
    yield f"not related: {counted(iter(apart))}" + ("" if full else " (--all shows each)")
    shown = apart if full else doubtful
    width = max((len(edge.decision.claim.text) for edge in shown), default=0)
    yield from _lines(shown, min(width, WIDTH))


def markdown(found: RelationMap) -> str:
    """The map as Markdown: a table for each half, and what is not related below it."""
    lines: list[str] = []
    for half in halves(found):
        lines += [f"**{half.title.capitalize()}**: {half.meaning}.", ""]
        lines += ["| | claim | verdict |", "|---|---|---|"]
        for group in half.groups:
            below = [edge for edge in (*half.same, *half.drawn) if edge.right == group[0]]
            for at, edge in enumerate(below):
                name = "" if at else f"`{_cell(group[0])}`"
                claim, said = _cell(edge.decision.claim.text), _cell(headline(edge.decision))
                lines.append(f"| {name} | `{claim}` | {said} |")
        names = ", ".join(f"`{_cell(call)}`" for call in _single(half))
        lines += ["", *([f"Not related to others: {names}.", ""] if names else [])]
        apart = [edge for edge in found.open(*OPEN[half.title])]
        lines += [f"Not related: {counted(iter(apart))}.", ""] if apart else []
    return "\n".join(lines).rstrip("\n") + "\n"


def _cell(words: str) -> str:
    return words.replace("|", "\\|")


def _single(half: Half) -> list[str]:
    """The mechanisms that no edge joins to another one."""
    return [call for call in half.alone if (call,) in half.groups]


def json_text(found: RelationMap) -> str:
    """`symattn/atlas@1`: every edge that was asked about, those that do not hold too."""
    record = {
        "schema": SCHEMA,
        "relations": {name: RELATIONS[name] for name in RELATIONS},
        "asked": list(found.relations),
        "nodes": [{"call": node.call, "title": node.title} for node in found.nodes],
        "groups": {half.title: [list(group) for group in half.groups] for half in halves(found)},
        "edges": [edge_record(edge) for edge in found.edges],
        "versions": dict(next((e.decision.versions for e in found.edges), ())),
    }
    return json.dumps(record, indent=1) + "\n"


def edge_record(edge: Edge) -> dict[str, Any]:
    """One edge with its claim and what is said about it."""
    verdict = edge.decision.verdict
    record: dict[str, Any] = {
        "relation": edge.relation,
        "left": edge.left,
        "right": edge.right,
        "holds": edge.holds,
        "implied": edge.implied,
        "claim": edge.decision.claim.text,
        "reading": reading(edge.decision.claim),
        "verdict": WORDS[type(verdict)],
        "says": headline(edge.decision),
        "engines": list(edge.decision.engines),
    }
    if isinstance(verdict, Proved):
        record |= {"scope": verdict.scope, "assumptions": list(verdict.assumptions)}
    elif isinstance(verdict, Refuted):
        case = verdict.counterexample
        record |= {"counterexample": place(case), "replay": case.replay}
    elif isinstance(verdict, Relabelled):
        record["permutation"] = verdict.permutation
    elif isinstance(verdict, Undecided):
        record |= {"reason": verdict.reason, "known": verdict.known}
    return record
