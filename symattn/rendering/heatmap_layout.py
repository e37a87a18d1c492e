"""Where everything stands in a heatmap: from the record of a figure to a list of marks.

Cells are large while there are few and small when there are many; labels that would run into
each other are turned or thinned out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from math import ceil

from symattn.core.figure import Cell, Figure
from symattn.rendering.drawing import Box, Drawing, Strokes, Words, fold, width_of
from symattn.rendering.ink import HATCH, LETTERS, PAPER, QUIET, RULE, letters_on, tone
from symattn.rendering.inline_math import Run, label_runs, runs
from symattn.rendering.label import plain, shorten

Mark = Box | Strokes | Words
MARGIN, NARROWEST, LONGEST_LABEL = 20, 320, 24
TITLE, AXIS, SMALL = 17, 14, 12.5  # sizes of text
STEPS = (1, 2, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100, 128, 200, 256, 500, 512, 1000)
TEXT_LEFT_OUT = "The text of the cells is left out at this size."


@dataclass(frozen=True, slots=True)
class Sizes:
    """What follows from the number of cells and the length of texts, before any place is known."""

    width: int  # of a cell
    height: int
    gap: int  # between cells; small cells touch
    text: float  # size of the text in cells; 0: none is drawn
    label: float  # size of the labels
    turned: bool  # the key labels stand upright
    every: tuple[int, int]  # which query and key labels are drawn: every one, every second, ...
    longest: tuple[float, float]  # width of the widest query label and key label


def plan(figure: Figure, *, cell_text: bool | None = None) -> Drawing:
    """All marks of the figure; `cell_text` None draws the text of cells where it can be read."""
    sizes = measure(figure, cell_text)
    title = plain(figure.title)
    across, down = sizes.width * len(figure.columns), sizes.height * len(figure.rows)
    left = MARGIN + 22 + ceil(sizes.longest[0]) + 8
    legend = sum(_width(item) for item in _legend(figure, 0, 0))
    width = max(left + across + MARGIN, NARROWEST, ceil(legend) + 2 * MARGIN)
    head = fold(title, TITLE, width - 2 * MARGIN)
    label_height = sizes.longest[1] if sizes.turned else sizes.label
    top = MARGIN + 24 * len(head) + 22 + ceil(label_height) + 8
    under = top + down + 20
    said = [plain(figure.assumption)]
    said += [TEXT_LEFT_OUT] if not sizes.text and any(c.text for c in figure.cells) else []
    foot = [line for text in said for line in fold(text, SMALL, width - 2 * MARGIN)]
    height = under + 16 + 14 + 18 * len(foot) + MARGIN - 6
    marks: list[Mark] = [Box("paper", 0, 0, width, height, PAPER)]
    marks += _lines("title", head, MARGIN, MARGIN + 14, TITLE, 24, LETTERS)
    marks += _axes(figure, sizes, left, top)
    marks += _grid(figure, sizes, left, top)
    marks += [mark for item in _legend(figure, MARGIN, under) for mark in item]
    marks += _lines("assumption", foot, MARGIN, under + 16 + 22, SMALL, 18, LETTERS)
    return Drawing(width, height, title, describe(figure), tuple(marks))


def describe(figure: Figure) -> str:
    """The figure in words, for those who do not see it."""
    visible = sum(cell.visible for cell in figure.cells)
    return (
        f"Heatmap with {len(figure.rows)} queries down the side and {len(figure.columns)} keys "
        f"along the top; {visible} cells are visible, {len(figure.cells) - visible} are masked. "
        + plain(figure.assumption)
    )


def measure(figure: Figure, cell_text: bool | None) -> Sizes:
    """The sizes for this number of cells and these texts."""
    rows, columns = _label_runs(figure.rows), _label_runs(figure.columns)
    side = round(min(max(640 / max(len(rows), len(columns)), 4), 52))
    width, text = _text_size(figure, side, cell_text)
    label = min(max(side * 0.34, 8), 14)
    longest = tuple(max(width_of(name, label) for name in names) for names in (rows, columns))
    numbers = all(name.isdigit() for name in figure.columns)
    turned = longest[1] > width - 3 and not numbers
    every = (step_of(label + 1, side), step_of(label + 1 if turned else longest[1] + 4, width))
    return Sizes(
        width=width,
        height=side,
        gap=1 if side >= 12 else 0,
        text=text,
        label=label,
        turned=turned,
        every=(max(every), max(every)) if numbers else every,
        longest=(longest[0], longest[1]),
    )


def _label_runs(labels: tuple[str, ...]) -> list[tuple[Run, ...]]:
    return [label_runs(shorten(plain(label), LONGEST_LABEL)) for label in labels]


def _text_size(figure: Figure, side: int, wanted: bool | None) -> tuple[int, float]:
    """The width of a cell and the size of its text: smaller letters first, wider cells then."""
    widest = max(width_of(runs(plain(cell.text)), 1) for cell in figure.cells)
    size = min(max((side - 10) / max(widest, 0.1), 9), side * 0.4, 15)
    needed = max(side, ceil(widest * size) + 10)
    readable = size >= 8 and needed <= 3 * side
    if not widest or wanted is False or (wanted is None and not readable):
        return side, 0.0
    return needed, size


def step_of(needed: float, room: float) -> int:
    """Label every how many cells, when a label needs so much and a cell has so much room."""
    return next((step for step in STEPS if step * room >= needed), STEPS[-1])


def _lines(
    name: str, texts: list[str], x: float, y: float, size: float, leading: float, colour: str
) -> Iterator[Words]:
    for at, text in enumerate(texts):
        yield Words(name, x, y + at * leading, size, (Run(text),), "start", colour)


def _axes(figure: Figure, sizes: Sizes, left: int, top: int) -> Iterator[Words]:
    """The titles of the axes and the labels of queries and keys."""
    wide, high, size = sizes.width, sizes.height, sizes.label
    key_title = top - 16 - ceil(sizes.longest[1] if sizes.turned else size)
    middle = (left + wide * len(figure.columns) / 2, top + high * len(figure.rows) / 2)
    query, key = (Run("query", italic=True),), (Run("key", italic=True),)
    yield Words("axis", middle[0], key_title, AXIS, key, "middle", QUIET)
    yield Words("axis", MARGIN + 12, middle[1], AXIS, query, "middle", QUIET, turned=True)
    for at, name in enumerate(_label_runs(figure.rows)):
        if at % sizes.every[0] == 0:
            y = top + high * (at + 0.5) + size * 0.34
            yield Words("label", left - 8, y, size, name, "end", LETTERS)
    for at, name in enumerate(_label_runs(figure.columns)):
        if at % sizes.every[1] == 0:
            x = left + wide * (at + 0.5)
            if sizes.turned:
                place = (x + size * 0.34, top - 8, size, name, "start")
            else:
                place = (x, top - 8, size, name, "middle")
            yield Words("label", *place, LETTERS, sizes.turned)


def _grid(figure: Figure, sizes: Sizes, left: int, top: int) -> Iterator[Mark]:
    """The cells; neighbours of one colour are one box where cells touch."""
    wide, high, gap = sizes.width, sizes.height, sizes.gap
    across, down = wide * len(figure.columns), high * len(figure.rows)
    edge = 1 - gap
    yield Box("rule", left - edge, top - edge, across + 1 + edge, down + 1 + edge, RULE)
    boxes: dict[str, list[Box]] = {"masked": [], "cell": []}
    for run in _runs_of_cells(figure.cells, gap):
        x, y = left + wide * run[0].column + gap, top + high * run[0].row + gap
        name = "cell" if run[0].visible else "masked"
        size = (wide * len(run) - gap, high - gap)
        boxes[name].append(Box(name, x, y, *size, tone(run[0].shade)))
    step = 8 if high >= 24 else max(high // 2, 4) if high >= 12 else high
    yield from boxes["masked"]
    yield Strokes("hatch", tuple(_hatch(boxes["masked"], step, left + top)), HATCH)
    yield from boxes["cell"]  # after the lines, whose ends may reach a little over
    for cell in figure.cells if sizes.text else ():
        if cell.text:
            middle, baseline = wide * (cell.column + 0.5), high * (cell.row + 0.5)
            colour = letters_on(tone(cell.shade)) if cell.visible else QUIET
            place = (left + middle, top + baseline + sizes.text * 0.32, sizes.text)
            yield Words("text", *place, runs(plain(cell.text)), "middle", colour)


def _runs_of_cells(cells: tuple[Cell, ...], gap: int) -> Iterator[tuple[Cell, ...]]:
    if gap:
        yield from ((cell,) for cell in cells)
    else:
        for _, run in groupby(cells, key=lambda cell: (cell.row, cell.visible, cell.shade)):
            yield tuple(run)


def _hatch(boxes: Iterable[Box], step: int, phase: int) -> Iterator[tuple[int, int, int, int]]:
    """Rising lines through the boxes, `step` apart; lines of neighbours meet."""
    for box in boxes:
        right, bottom = box.x + box.width, box.y + box.height
        first = box.x + box.y + 1
        start = first + (phase - first) % step
        for total in range(start, right + bottom, step):
            begin, end = max(box.x, total - bottom), min(right, total - box.y)
            if end > begin:
                yield (begin, total - begin, end, total - end)


def _legend(figure: Figure, x: int, y: int) -> list[list[Mark]]:
    """What hatching and shades mean, as items from left to right; absent signs are left out."""
    items: list[list[Mark]] = []
    shades = sorted({cell.shade for cell in figure.cells if cell.visible})
    if not all(cell.visible for cell in figure.cells):
        items.append(_swatch(x, y, "masked", tone(0)))
        x += ceil(_width(items[-1]))
    if len(shades) == 1 and not figure.darkest:
        items.append(_swatch(x, y, "visible", tone(shades[0])))
    elif shades:
        low, high = plain(figure.lightest) or "less", plain(figure.darkest) or "more"
        items.append(_scale(x, y, low, high))
    return items


def _swatch(x: int, y: int, name: str, fill: str) -> list[Mark]:
    """A sample cell and what it stands for."""
    box = Box("sample", x + 1, y + 1, 20, 14, fill)
    marks: list[Mark] = [Box("rule", x, y, 22, 16, RULE), box]
    if name == "masked":
        marks.append(Strokes("hatch", tuple(_hatch([box], 7, x + y)), HATCH))
    return [*marks, Words("legend", x + 28, y + 12, SMALL, (Run(name),), "start", LETTERS)]


def _scale(x: int, y: int, low: str, high: str) -> list[Mark]:
    """The shades from paper to ink, between what the two ends stand for."""
    before, after = label_runs(low), label_runs(high)
    start = x + ceil(width_of(before, SMALL)) + 6
    steps = [Box("scale", start + 1 + 10 * at, y + 1, 10, 14, tone(at / 11)) for at in range(12)]
    return [
        Words("legend", x, y + 12, SMALL, before, "start", LETTERS),
        Box("rule", start, y, 122, 16, RULE),
        *steps,
        Words("legend", start + 128, y + 12, SMALL, after, "start", LETTERS),
    ]


def _width(item: list[Mark]) -> float:
    """How much room an item of the legend takes, with the space after it."""
    starts = [mark.x for mark in item if not isinstance(mark, Strokes)]
    ends = [mark.x + width_of(mark.runs, mark.size) for mark in item if isinstance(mark, Words)]
    return max(ends) - min(starts) + 24
