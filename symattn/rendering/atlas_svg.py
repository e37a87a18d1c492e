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
from symattn.rendering.layered import LAYER_GAP, Placed, Size, placed
from symattn.rendering.verdict import headline

NAME, MEMBER, HEAD = 14, 11.5, 17  # sizes of letters
LINE, PADDING, MARGIN = 16, 9, 24
NARROW, MANY_WIDE, MANY = 250, 520, 8  # widths of member lists, and when they become wide
WIDEST = 1000
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
    upward = [edge for edge in half.drawn if edge not in half.across]
    where = _with_pairs(half, boxes, _layers(boxes, upward))
    y = top + 2 * LINE + MARGIN
    lines = [
        _words(MARGIN, top + HEAD, HEAD, half.title, LETTERS),
        _words(MARGIN, top + HEAD + LINE + 4, MEMBER, half.meaning, QUIET),
    ]
    for (low, high), line in where.lines.items():
        every = [edge for edge in half.drawn if (edge.left, edge.right) == (low, high)]
        lines += _edge(every, _moved(line, y), link, dashed=every[0] in half.across)
    for name, (x, own) in where.corners.items():
        lines += _drawn_box(boxes[name], MARGIN + x, y + own)
    bottom = y + where.height
    rest = [name for name in half.alone if name not in boxes]
    told = fold("not related to others: " + ", ".join(rest), MEMBER, WIDEST) if rest else []
    for at, words in enumerate(told, 2):
        lines.append(_words(MARGIN, bottom + at * LINE, MEMBER, words, QUIET))
    below = (len(told) + 1) * LINE if told else 0
    width = max([where.width, *(round(ems(line) * MEMBER) for line in (*told, half.meaning))])
    return lines, Size(width, bottom + below - top)


def _layers(boxes: Mapping[str, Box], upward: list[Edge]) -> Placed:
    """The boxes that edges lead up or down from, and those that stand alone."""
    edges = list(dict.fromkeys((edge.left, edge.right) for edge in upward))
    touched = {name for edge in edges for name in edge}
    return placed({n: b.size for n, b in boxes.items() if n in touched}, edges, WIDEST)


def _with_pairs(half: Half, boxes: Mapping[str, Box], where: Placed) -> Placed:
    """The rest of the boxes in rows below the layers, and lines without a direction."""
    corners, lines = dict(where.corners), dict(where.lines)
    width, x, y = where.width, 0, where.height + (LAYER_GAP if where.corners else 0)
    paired = [name for edge in half.across for name in (edge.left, edge.right)]
    tallest = 0
    for name in dict.fromkeys([*paired, *boxes]):
        if name not in corners:
            size = boxes[name].size
            if x and x + size.width > WIDEST:
                x, y, tallest = 0, y + tallest + MARGIN, 0
            corners[name] = (x, y)
            tallest, width = max(tallest, size.height), max(width, x + size.width)
            x += size.width + 2 * MARGIN
    for edge in half.across:
        lines[edge.left, edge.right] = tuple(_middle(boxes, corners, name)
                                             for name in (edge.left, edge.right))  # fmt: skip
    height = y + tallest if len(corners) > len(where.corners) else where.height
    return Placed(width, height, corners, lines)


def _middle(
    boxes: Mapping[str, Box], corners: Mapping[str, tuple[int, int]], name: str
) -> tuple[int, int]:
    (x, y), size = corners[name], boxes[name].size
    return x + size.width // 2, y + size.height // 2


def _moved(line: tuple[tuple[int, int], ...], down: int) -> tuple[tuple[int, int], ...]:
    return tuple((x + MARGIN, y + down) for x, y in line)


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
