"""A map of mechanisms as one HTML file: the picture, and below it every claim with its verdict.

An edge leads to its row. A script shows the verdict beside the picture when an edge is pointed at;
without it the tables say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from symattn.core.relations import RELATIONS, Edge, RelationMap
from symattn.core.verdict import Proved, Refuted, Undecided
from symattn.rendering.atlas_parts import WORDS, counted
from symattn.rendering.atlas_svg import draw as picture
from symattn.rendering.page import page, web
from symattn.rendering.verdict import headline, reading

TITLE = "How attention mechanisms are related"


def draw(found: RelationMap) -> str:
    """The map as an HTML page that works from a file and asks for nothing from outside.

    >>> from symattn.core.relations import Node
    >>> TITLE in draw(RelationMap((Node("full"),), ("subset",), ()))
    True
    """
    rows = {id(edge): at for at, edge in enumerate(found.edges)}

    def link(edge: Edge) -> str:
        return f"#edge-{rows[id(edge)]}"

    body = [
        '<p class="how">Every line is a claim that was decided: point at one, or follow it to its '
        "row. What follows from other lines is left out of the picture.</p>",
        f'<div class="map">{picture(found, link)}</div>',
        '<section class="verdict" id="verdict" aria-live="polite" hidden></section>',
    ]
    for relation, meaning in RELATIONS.items():
        body += _table(relation, meaning, list(found.held(relation)), rows)
    apart = [edge for relation in RELATIONS for edge in found.open(relation)]
    if apart:
        body.append(f"<details><summary>Not related: {counted(iter(apart))}</summary>")
        body += [*_rows(apart, rows), "</details>"]
    return page(TITLE, "\n".join(body), katex=False, script=web("atlas.js"), style=web("atlas.css"))


def _table(relation: str, meaning: str, edges: list[Edge], rows: dict[int, int]) -> Iterator[str]:
    if edges:
        yield f"<h2>{escape(relation.capitalize())}: {escape(meaning)}</h2>"
        yield from _rows(edges, rows)


def _rows(edges: Iterable[Edge], rows: dict[int, int]) -> Iterator[str]:
    yield '<div class="scroll"><table><thead><tr><th scope="col">A</th><th scope="col">B</th>'
    yield '<th scope="col">claim</th><th scope="col">verdict</th></tr></thead><tbody>'
    for edge in edges:
        word = WORDS[type(edge.decision.verdict)]
        told = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in _told(edge))
        implied = ' class="implied"' if edge.implied else ""
        yield (
            f'<tr id="edge-{rows[id(edge)]}"{implied}><td>{escape(edge.left)}</td>'
            f"<td>{escape(edge.right)}</td>"
            f"<td><code>{escape(edge.decision.claim.text)}</code></td>"
            f'<td><details class="{word}"><summary>{escape(headline(edge.decision))}</summary>'
            f"<dl>{told}</dl></details></td></tr>"
        )
    yield "</tbody></table></div>"


def _told(edge: Edge) -> Iterator[tuple[str, str]]:
    """Everything that stands behind an edge, with a word for each."""
    verdict = edge.decision.verdict
    yield "read as", reading(edge.decision.claim)
    if isinstance(verdict, Proved) and verdict.assumptions:
        yield "assuming", "; ".join(verdict.assumptions)
    if isinstance(verdict, Refuted):
        yield "replay", verdict.counterexample.replay
    if isinstance(verdict, Undecided) and verdict.known:
        yield "known", verdict.known
    yield "engines", "; ".join(edge.decision.engines)
    if edge.implied:
        yield "in the picture", "left out: it follows from two other lines"
    quoted = edge.decision.claim.text.replace('"', "'")
    yield "again", f'symattn prove "{quoted}"'
