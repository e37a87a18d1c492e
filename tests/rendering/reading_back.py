"""Pictures read back into cells, so that a test compares what is drawn with what was asked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree

from symattn.core.figure import Figure
from symattn.rendering.ink import tone

SVG = "{http://www.w3.org/2000/svg}"
Cells = dict[tuple[int, int], str]  # (row, column) -> colour, or "masked"


def wanted(figure: Figure) -> Cells:
    """What every cell of the figure must look like."""
    return {
        (cell.row, cell.column): tone(cell.shade) if cell.visible else "masked"
        for cell in figure.cells
    }


def must_match(figure: Figure, drawn: Cells) -> None:
    """Raises at the first cell that is not drawn as the figure says."""
    for place, look in wanted(figure).items():
        if drawn.get(place) != look:
            raise AssertionError(f"cell {place}: wanted {look}, drawn {drawn.get(place)}")
    if extra := set(drawn) - set(wanted(figure)):
        raise AssertionError(f"cells from nowhere: {sorted(extra)[:5]}")


def svg_cells(figure: Figure, svg: str) -> Cells:
    """The cells of an SVG: boxes are cut into cells by the size of the grid."""
    root = ElementTree.fromstring(svg)
    boxes = [box for box in root.iter(f"{SVG}rect") if box.get("class") in ("cell", "masked")]
    left, top = (min(_measure(box, side) for box in boxes) for side in "xy")
    right = max(_measure(box, "x") + _measure(box, "width") for box in boxes)
    bottom = max(_measure(box, "y") + _measure(box, "height") for box in boxes)
    wide = (right - left) / len(figure.columns)
    high = (bottom - top) / len(figure.rows)
    drawn: Cells = {}
    for box in boxes:
        row = round((_measure(box, "y") - top) / high)
        first = round((_measure(box, "x") - left) / wide)
        for column in range(first, first + max(round(_measure(box, "width") / wide), 1)):
            assert (row, column) not in drawn, f"cell {row, column} is drawn twice"
            look = box.get("fill") if box.get("class") == "cell" else "masked"
            drawn[row, column] = str(look)
    return drawn


def _measure(box: ElementTree.Element, name: str) -> float:
    return float(box.attrib[name])


def svg_texts(svg: str, kind: str) -> list[str]:
    """The texts of one class, in the order in which they are drawn."""
    root = ElementTree.fromstring(svg)
    found = (text for text in root.iter(f"{SVG}text") if text.get("class") == kind)
    return ["".join(text.itertext()) for text in found]


def tikz_cells(picture: str) -> Cells:
    """The cells of a TikZ picture."""
    colours = dict(re.findall(r"\\definecolor\{(shade\d+)\}\{HTML\}\{(\w+)\}", picture))
    drawn: Cells = {}
    fills = re.findall(r"\\fill\[(shade\d+)\] \((\d+),(\d+)\) rectangle \+\(1,1\);", picture)
    for name, column, row in fills:
        drawn[int(row), int(column)] = "#" + colours[name].lower()
    if masked := re.search(r"\{% masked\n(.*?)\}", picture, re.DOTALL):
        for pair in masked[1].split(","):
            column, row = pair.strip().split("/")
            assert (int(row), int(column)) not in drawn
            drawn[int(row), int(column)] = "masked"
    return drawn


def html_cells(tags: Iterable[tuple[str, dict[str, str | None]]], across: int) -> Cells:
    """The cells of an HTML grid, from its start tags."""
    drawn: Cells = {}
    cells = [attributes for _, attributes in tags if attributes.get("role") == "gridcell"]
    for at, attributes in enumerate(cells):
        style = dict(
            part.split(":", 1) for part in (attributes.get("style") or "").split(";") if part
        )
        look = "masked" if attributes["class"] == "masked" else style["--tone"]
        drawn[divmod(at, across)] = look
    return drawn
