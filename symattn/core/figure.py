"""What a heatmap shows, before anybody draws it: cells with shades, labels, and what the shades assume."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """One query-key pair of a picture; `row` and `column` count from 0 at the top left."""

    row: int
    column: int
    visible: bool
    shade: float  # 0 is the paper, 1 the darkest ink; a masked cell has 0
    text: str  # what stands inside the cell; may be empty
    formula: str  # the closed form of this cell, as text
    latex: str  # the same, as LaTeX without delimiters


@dataclass(frozen=True, slots=True)
class Figure:
    """A heatmap: queries down the side, keys along the top, darker means more."""

    title: str
    assumption: str  # one sentence: what the shades assume
    rows: tuple[str, ...]  # a label for every query
    columns: tuple[str, ...]  # a label for every key
    cells: tuple[Cell, ...]  # row by row, len(rows) * len(columns) of them
