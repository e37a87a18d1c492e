"""A heatmap in a terminal: blocks, or an aligned grid when the cells have text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from textwrap import wrap

from symattn.core.figure import Cell, Figure
from symattn.rendering.label import ascii_only, columns, plain, shorten

WIDEST_LABEL, TALLEST_LABEL = 14, 10


@dataclass(frozen=True, slots=True)
class Signs:
    """The characters that a terminal can show; `ramp` goes from little to much."""

    masked: str
    ramp: str
    mark: str  # stands where a label was cut


BLOCKS, ASCII = Signs("·", "░▒▓█", "…"), Signs(".", "-=+*#@", "~")
ZERO = "0"  # visible, with a shade of exactly 0


@dataclass(frozen=True, slots=True)
class Grid:
    """The lines between title and legend."""

    lines: tuple[str, ...]
    notes: tuple[str, ...] = ()
    signed: bool = True  # cells carry signs, not only text


def draw(figure: Figure, *, ascii: bool = False, width: int = 80) -> str:
    """The figure as lines of at most `width` columns, unless the row labels alone take them.

    >>> cells = (Cell(0, 0, True, 1.0, "", "1", "1"), Cell(0, 1, False, 0.0, "", "0", "0"))
    >>> print(draw(Figure("causal", "Equal scores.", ("0",), ("0", "1"), cells)))
    causal
    <BLANKLINE>
           key
             0 1
    query 0 ██ ·
    <BLANKLINE>
    · masked   █ visible
    Equal scores.
    """
    signs = ASCII if ascii else BLOCKS
    grid = _text_grid(figure, signs, width) or _block_grid(figure, signs, width)
    notes = (*grid.notes, _legend(figure, signs, grid.signed), figure.assumption)
    head, foot = _folded((figure.title,), signs, width), _folded(notes, signs, width)
    lines = [*head, "", *grid.lines, "", *foot]
    return "\n".join(line.rstrip() for line in lines)


def _shown(text: str, signs: Signs) -> str:
    """The text ready to print; in ASCII its escapes count as they are written."""
    return ascii_only(plain(text)) if signs is ASCII else plain(text)


def _folded(texts: Iterable[str], signs: Signs, width: int) -> list[str]:
    return [line for text in texts for line in wrap(_shown(text, signs), max(width, 20))]


def _sign(cell: Cell, signs: Signs) -> str:
    if not cell.visible:
        return signs.masked
    if cell.shade == 0:
        return ZERO
    return signs.ramp[min(ceil(cell.shade * len(signs.ramp)), len(signs.ramp)) - 1]


def _names(labels: tuple[str, ...], signs: Signs, limit: int = WIDEST_LABEL) -> list[str]:
    return [shorten(_shown(label, signs), limit, signs.mark) for label in labels]


def _left(text: str, width: int) -> str:
    return text + " " * (width - columns(text))


def _right(text: str, width: int) -> str:
    return " " * (width - columns(text)) + text


def _body(figure: Figure, signs: Signs) -> tuple[list[str], list[list[Cell]]]:
    """What stands left of every row ("query" once, then labels), and the cells row by row."""
    names = _names(figure.rows, signs)
    widest = max(map(columns, names))
    titles = ["query", *[" " * 5] * (len(names) - 1)]
    margin = [f"{title} {_right(name, widest)} " for title, name in zip(titles, names, strict=True)]
    across = len(figure.columns)
    rows = [list(figure.cells[at : at + across]) for at in range(0, len(figure.cells), across)]
    return margin, rows


def _text_grid(figure: Figure, signs: Signs, width: int) -> Grid | None:
    """Cells with their text in aligned columns; nothing if no cell has text or it does not fit."""
    if not any(cell.text for cell in figure.cells):
        return None
    margin, rows = _body(figure, signs)
    table = [[_filled(cell, signs, _shaded(figure)) for cell in row] for row in rows]
    table.insert(0, _names(figure.columns, signs))
    widths = [max(map(columns, column)) for column in zip(*table, strict=True)]
    start = columns(margin[0])
    gap = min((width - start - sum(widths)) // max(len(widths) - 1, 1), 2)
    if gap < 1:
        return None
    lines = [(" " * gap).join(map(_left, row, widths)) for row in table]
    head = [" " * (start - 1) + "key", " " * start + lines[0]]
    return Grid((*head, *map("".join, zip(margin, lines[1:], strict=True))), signed=_shaded(figure))


def _filled(cell: Cell, signs: Signs, shaded: bool) -> str:
    """The text of a cell, after its shade when shades differ."""
    text = _shown(cell.text, signs)
    if not cell.visible:
        return signs.masked
    return f"{_sign(cell, signs)} {text}".rstrip() if shaded else text


def _block_grid(figure: Figure, signs: Signs, width: int) -> Grid:
    """Cells as blocks, two columns wide or one; keys that do not fit are left out aloud."""
    margin, rows = _body(figure, signs)
    start, across = columns(margin[0]), len(figure.columns)
    room = max(width - start, 2)
    wide = 2 if 2 * across <= room else 1
    shown = min(across, room // wide)
    head = [" " * (start - 1) + "key", *_heads(figure.columns[:shown], signs, start, wide)]
    lines = [
        edge + "".join(_block(cell, signs, wide) for cell in row[:shown])
        for edge, row in zip(margin, rows, strict=True)
    ]
    notes = []
    if shown < across:
        notes.append(f"Only the first {shown} of {across} keys fit in {width} columns.")
    if any(cell.text for cell in figure.cells):
        notes.append(f"The text of the cells does not fit in {width} columns.")
    return Grid((*head, *lines), tuple(notes))


def _block(cell: Cell, signs: Signs, wide: int) -> str:
    sign = _sign(cell, signs)
    return sign * wide if sign in signs.ramp else _right(sign, wide)


def _heads(labels: tuple[str, ...], signs: Signs, start: int, wide: int) -> list[str]:
    """The key labels in one line where they fit above their cells, else written downwards."""
    names = _names(labels, signs, TALLEST_LABEL)
    if max(map(columns, names)) <= wide - (wide > 1 and max(map(columns, names)) > 1):
        return [" " * start + "".join(_right(name, wide) for name in names)]
    tallest = max(map(len, names))
    padded = [name.rjust(tallest) if name.isdigit() else name.ljust(tallest) for name in names]
    lines = (
        "".join(_right(letter, wide) for letter in level) for level in zip(*padded, strict=True)
    )
    return [" " * start + line for line in lines]


def _shaded(figure: Figure) -> bool:
    return len({cell.shade for cell in figure.cells if cell.visible}) > 1


def _legend(figure: Figure, signs: Signs, signed: bool) -> str:
    """What the signs say; a sign that does not occur is not explained."""
    masked = any(not cell.visible for cell in figure.cells)
    zero = signed and any(cell.visible and cell.shade == 0 for cell in figure.cells)
    parts = [f"{signs.masked} masked"] * masked + [f"{ZERO} zero"] * zero
    if signed and _shaded(figure):
        low, high = figure.lightest, figure.darkest
        parts.append(f"{signs.ramp} " + (f"from {low} to {high}" if low and high else "more"))
    elif signed and not zero:
        parts += [f"{_sign(cell, signs)} visible" for cell in figure.cells if cell.visible][:1]
    return "   ".join(parts)
