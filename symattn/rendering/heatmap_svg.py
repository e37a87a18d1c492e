"""A heatmap as SVG: our own small writer, so that the same figure is the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from symattn.core.figure import Figure
from symattn.rendering.drawing import LOWERED, RAISED, SCRIPT, Box, Drawing, Strokes, Words
from symattn.rendering.heatmap_layout import plan
from symattn.rendering.inline_math import Run

FACE = "'Latin Modern Roman','CMU Serif','STIX Two Text',Georgia,'Times New Roman',serif"


def draw(figure: Figure, *, cell_text: bool | None = None) -> str:
    """The figure as an SVG document that paints its own paper and asks for nothing from outside.

    >>> from symattn.core.figure import Cell
    >>> one = Figure("causal", "Equal.", ("0",), ("0",), (Cell(0, 0, True, 1.0, "", "1", "1"),))
    >>> draw(one) == draw(one), "<title>causal</title>" in draw(one)
    (True, True)
    """
    return write(plan(figure, cell_text=cell_text))


def write(drawing: Drawing) -> str:
    """The marks as SVG, one element in a line."""
    size = f'width="{drawing.width}" height="{drawing.height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} '
        f'viewBox="0 0 {drawing.width} {drawing.height}" role="img" font-family="{FACE}">',
        f"<title>{escape(drawing.title)}</title>",
        f"<desc>{escape(drawing.description)}</desc>",
    ]
    for mark in drawing.marks:
        lines += _elements(mark)
    return "\n".join([*lines, "</svg>", ""])


def _elements(mark: Box | Strokes | Words) -> Iterator[str]:
    if isinstance(mark, Box):
        place = f'x="{mark.x}" y="{mark.y}" width="{mark.width}" height="{mark.height}"'
        yield f'<rect class="{mark.name}" {place} fill="{mark.fill}"/>'
    elif isinstance(mark, Words):
        yield _text(mark)
    elif mark.lines:
        path = "".join(f"M{x} {y}L{to_x} {to_y}" for x, y, to_x, to_y in mark.lines)
        yield f'<path class="{mark.name}" d="{path}" stroke="{mark.colour}" fill="none"/>'


def _text(words: Words) -> str:
    x, y = _number(words.x), _number(words.y)
    turn = f' transform="rotate(-90 {x} {y})"' if words.turned else ""
    anchor = f' text-anchor="{words.anchor}"' if words.anchor != "start" else ""
    return (
        f'<text class="{words.name}" x="{x}" y="{y}" '
        f'font-size="{_number(words.size)}" fill="{words.colour}"{anchor}{turn} '
        f'xml:space="preserve">{"".join(_spans(words))}</text>'
    )


def _spans(words: Words) -> Iterator[str]:
    """The runs; each says how far it stands from the run before, since `dy` adds up."""
    height = 0.0
    for run in words.runs:
        level = words.size * {1: RAISED, 0: 0.0, -1: -LOWERED}[run.level]
        style = _style(run, words.size, height - level)
        height = level
        yield f"<tspan{style}>{escape(run.text)}</tspan>" if style else escape(run.text)


def _style(run: Run, size: float, down: float) -> str:
    italic = ' font-style="italic"' if run.italic else ""
    small = f' font-size="{_number(size * SCRIPT)}"' if run.level else ""
    shift = f' dy="{_number(down)}"' if down else ""
    return italic + small + shift


def _number(value: float) -> str:
    """The shortest decimal within a hundredth."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
