"""A map of mechanisms as SVG: groups as boxes in layers, an edge for each relation that was proved.

Only edges that do not follow from others are drawn; each carries its claim and its verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape

from symattn.core.relations import Edge, RelationMap
from symattn.rendering.atlas_parts import Group, Half, halves
from symattn.rendering.drawing import ems, fold
from symattn.rendering.heatmap_svg import FACE
from symattn.rendering.ink import LETTERS, PAPER, QUIET
from symattn.rendering.layered import Placed, Size, placed
from symattn.rendering.verdict import headline

NAME, MEMBER, HEAD = 14, 11.5, 17  # sizes of letters
LINE, PADDING, MARGIN = 16, 9, 24
NARROW, MANY_WIDE, MANY = 250, 520, 8  # widths of member lists, and when they become wide
WIDEST = 1180
INK = "#1f4f94"
Link = Callable[[Edge], str] | None


@dataclass(frozen=True, slots=True)
class Box:
    """A group with the lines of text inside it."""

    name: str
    members: tuple[str, ...]
    size: Size


def draw(found: RelationMap, link: Link = None) -> str:
    """The map as an SVG document that paints its own paper and asks for nothing from outside.

    `link` gives the place that an edge leads to when it is clicked.

    >>> from symattn.core.relations import Node
    >>> "<svg" in draw(RelationMap((Node("full"),), ("subset",), ()))
    True
    """
    body, y, width = [], MARGIN, 0
    for half in halves(found):
        marks, size = _half(half, y, link)
        body += marks
        y += size.height + 2 * MARGIN
        width = max(width, size.width)
    width, height = width + 2 * MARGIN, y
    names = ", ".join(node.call for node in found.nodes)
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" font-family="{FACE}">',
        "<title>How attention mechanisms are related</title>",
        f"<desc>{escape(names)}</desc>",
        f'<rect width="{width}" height="{height}" fill="{PAPER}"/>',
    ]
    return "\n".join([*head, *body, "</svg>", ""])


def _half(half: Half, top: int, link: Link) -> tuple[list[str], Size]:
    """A heading, the boxes and lines, and the names of what stands alone."""
    boxes = {group[0]: _box(group) for group in half.groups if group[0] not in half.alone}
    boxes |= {g[0]: _box(g) for g in half.groups if g[0] in half.alone and len(g) > 1}
    across = [e for e in half.drawn if e in half.across]
    upward = [e for e in half.drawn if e not in half.across]
    where = placed(
        {name: box.size for name, box in boxes.items()},
        [(edge.left, edge.right) for edge in upward], WIDEST,
    )  # fmt: skip
    y = top + 2 * LINE + MARGIN
    lines = [
        _words(MARGIN, top + HEAD, HEAD, half.title, LETTERS),
        _words(MARGIN, top + HEAD + LINE + 4, MEMBER, half.meaning, QUIET),
    ]
    seen: dict[tuple[str, str], int] = {}
    for edge in upward:
        at = seen[edge.left, edge.right] = seen.get((edge.left, edge.right), -1) + 1
        if at == 0 and (edge.left, edge.right) in where.lines:
            every = [e for e in upward if (e.left, e.right) == (edge.left, edge.right)]
            lines += _edge(every, _moved(where.lines[edge.left, edge.right], y), link)
    for edge in across:
        lines += _edge([edge], _beside(edge, where, boxes, y), link, dashed=True)
    for name, (x, own) in where.corners.items():
        lines += _drawn_box(boxes[name], MARGIN + x, y + own)
    bottom = y + where.height
    rest = [name for name in half.alone if name not in boxes]
    told = fold("not related to others: " + ", ".join(rest), MEMBER, WIDEST) if rest else []
    for at, line in enumerate(told):
        lines.append(_words(MARGIN, bottom + 2 * LINE + at * LINE, MEMBER, line, QUIET))
    below = (len(told) + 1) * LINE if told else 0
    width = max([where.width, *(round(ems(line) * MEMBER) for line in (*told, half.meaning))])
    return lines, Size(width, bottom + below - top)


def _moved(line: tuple[tuple[int, int], ...], down: int) -> tuple[tuple[int, int], ...]:
    return tuple((x + MARGIN, y + down) for x, y in line)


def _beside(
    edge: Edge, where: Placed, boxes: Mapping[str, Box], down: int
) -> tuple[tuple[int, int], ...]:
    """A line between the middles of two boxes."""
    return _moved(tuple(
        (where.corners[name][0] + boxes[name].size.width // 2,
         where.corners[name][1] + boxes[name].size.height // 2)
        for name in (edge.left, edge.right)
    ), down)  # fmt: skip


def _box(group: Group) -> Box:
    """The box of a group: the first name large, the others below it."""
    others = "= " + ", ".join(group[1:]) if group[1:] else ""
    wide = MANY_WIDE if len(group) > MANY else NARROW
    members = tuple(fold(others, MEMBER, wide)) if others else ()
    width = max([ems(group[0]) * NAME, *(ems(line) * MEMBER for line in members)])
    height = PADDING + NAME + 2 + LINE * len(members) + PADDING
    return Box(group[0], members, Size(2 * (round(width / 2) + PADDING), height))


def _drawn_box(box: Box, x: int, y: int) -> Iterator[str]:
    size = f'width="{box.size.width}" height="{box.size.height}"'
    yield f'<g class="group" data-name="{escape(box.name)}">'
    yield f'<rect x="{x}" y="{y}" {size} rx="5" fill="{PAPER}" stroke="{QUIET}"/>'
    middle = x + box.size.width // 2
    yield _words(middle, y + PADDING + NAME - 2, NAME, box.name, LETTERS, "middle")
    for at, line in enumerate(box.members, 1):
        baseline = y + PADDING + NAME + at * LINE - 1
        yield _words(middle, baseline, MEMBER, line, QUIET, "middle")
    yield "</g>"


def _edge(
    edges: list[Edge], line: tuple[tuple[int, int], ...], link: Link, *, dashed: bool = False
) -> Iterator[str]:
    """A line that says its claims and verdicts when it is pointed at."""
    path = "M" + "L".join(f"{x} {y}" for x, y in line)
    told = "\n".join(f"{e.decision.claim.text}\n{headline(e.decision)}" for e in edges)
    dash = ' stroke-dasharray="5 4"' if dashed else ""
    first = edges[0]
    if link is not None:
        yield f'<a href="{escape(link(first))}" aria-label="{escape(first.decision.claim.text)}">'
    yield (
        f'<g class="edge" data-left="{escape(first.left)}" data-right="{escape(first.right)}" '
        f'data-relation="{first.relation}">'
    )
    yield f"<title>{escape(told)}</title>"
    yield f'<path d="{path}" stroke="{PAPER}" stroke-opacity="0" stroke-width="12" fill="none"/>'
    yield f'<path class="line" d="{path}" stroke="{INK}" stroke-width="1.3" fill="none"{dash}/>'
    yield "</g>" if link is None else "</g></a>"


def _words(x: int, y: int, size: float, text: str, colour: str, anchor: str = "start") -> str:
    place = f'x="{x}" y="{y}" font-size="{size:g}" fill="{colour}" text-anchor="{anchor}"'
    return f"<text {place}>{escape(text)}</text>"
