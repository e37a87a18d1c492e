"""What a heatmap shows before anybody draws it: cells, labels, and what the shades assume."""

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
    value: str = ""  # the number behind the shade, such as "1/4"; may be empty

    def __post_init__(self) -> None:
        if not 0 <= self.shade <= (1 if self.visible else 0):  # also catches NaN
            kind = "visible" if self.visible else "masked"
            place = f"row {self.row}, column {self.column}"
            raise ValueError(f"shade {self.shade} of the {kind} cell in {place}")


@dataclass(frozen=True, slots=True)
class Figure:
    """A heatmap: queries down the side, keys along the top, darker means more."""

    title: str
    assumption: str  # one sentence: what the shades assume
    rows: tuple[str, ...]  # a label for every query
    columns: tuple[str, ...]  # a label for every key
    cells: tuple[Cell, ...]  # row by row, len(rows) * len(columns) of them
    quantity: str = "weight"  # what a formula gives: "weight", "score" or "product"
    lightest: str = ""  # what shade 0 stands for, such as "0"; empty: the legend does not say
    darkest: str = ""  # what shade 1 stands for, such as "1"

    def __post_init__(self) -> None:
        if not self.rows or not self.columns:
            raise ValueError("a figure has at least one row and one column")
        places = [(cell.row, cell.column) for cell in self.cells]
        expected = [(i, j) for i in range(len(self.rows)) for j in range(len(self.columns))]
        if places != expected:
            raise ValueError(f"{len(places)} cells are not {len(self.rows)} full rows in order")
