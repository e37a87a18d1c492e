"""A heatmap as one HTML file: a grid for mouse, keyboard and screen reader, and the closed form
of the chosen cell, typeset and ready to copy. A table lists all of them, also without JavaScript.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from math import ceil

from symattn.core.figure import Cell, Figure
from symattn.rendering.drawing import width_of
from symattn.rendering.heatmap_layout import LONGEST_LABEL, step_of
from symattn.rendering.ink import letters_on, tone
from symattn.rendering.inline_math import Run, label_runs, runs
from symattn.rendering.label import plain, shorten
from symattn.rendering.page import page, web

PANEL = """<section class="panel" aria-label="closed form of the chosen cell" data-quantity="{}"
 hidden>
<h2 id="where"></h2>
<p class="state" id="state"></p>
<div class="formula" id="formula" tabindex="0" role="region" aria-label="closed form"></div>
<div class="bar"><label for="source">LaTeX of this cell</label>
<button type="button" data-copies="source">Copy LaTeX</button></div>
<textarea id="source" readonly spellcheck="false" rows="3"></textarea>
<p class="keys">Point at a cell, or move with the arrow keys; Home and End go to the ends of a row,
with Ctrl to the corners.</p>
</section>"""


def draw(figure: Figure) -> str:
    """The figure as an HTML page that works from a file and asks for nothing from outside.

    >>> one = Figure("causal", "Equal.", ("0",), ("0",), (Cell(0, 0, True, 1.0, "", "1", "1"),))
    >>> 'aria-label="query 0, key 0, visible, weight formula 1"' in draw(one)
    True
    """
    tall = " tall" if len(figure.rows) > 32 else ""
    picture = [
        f'<div class="heatmap{tall}" style="{_sizes(figure)}">',
        '<div class="picture">',
        '<div class="scroll">',
        *_grid(figure),
        "</div>",
        *_legend(figure),
        f'<p class="assumption" id="assumption">{escape(plain(figure.assumption))}</p>',
        "</div>",
        PANEL.format(escape(plain(figure.quantity))),
        "</div>",
        *_forms(figure),
    ]
    body = "\n".join(picture)
    return page(plain(figure.title), body, script=web("heatmap.js"), style=web("heatmap.css"))


def _sizes(figure: Figure) -> str:
    """How wide the parts may become, for the style sheet to choose from."""
    labels = max(width_of(_label(name), 0.85) for name in figure.rows) + 0.7
    across, least = len(figure.columns), _least(figure)
    whole = f"max(18rem, {across} * max(3.4rem, {least}px) + {labels + 5:.2f}rem)"
    return f"--across:{across};--least:{least}px;--labels:{labels:.2f}rem;--whole:{whole}"


def _least(figure: Figure) -> int:
    """The width in pixels under which a cell never falls; the picture scrolls instead."""
    text = max(width_of(runs(plain(cell.text)), 11) for cell in figure.cells)
    across = len(figure.columns)
    return ceil(text) + 8 if text else 22 if across <= 24 else 12 if across <= 48 else 10


def _label(label: str) -> tuple[Run, ...]:
    return label_runs(shorten(plain(label), LONGEST_LABEL))


def _html(found: Iterable[Run]) -> str:
    tags = {0: "{}", 1: "<sup>{}</sup>", -1: "<sub>{}</sub>"}
    letters = (f"<i>{escape(r.text)}</i>" if r.italic else escape(r.text) for r in found)
    return "".join(tags[r.level].format(text) for r, text in zip(found, letters, strict=True))


def _grid(figure: Figure) -> Iterator[str]:
    """The table that is the picture; the script moves the one `tabindex="0"` through it."""
    across, down = len(figure.columns), len(figure.rows)
    longest = max(width_of(_label(name), 0.85) for name in figure.columns)
    numbers = all(name.isdigit() for name in figure.columns)
    turned = not numbers and (longest > 3.2 or longest * across > 40)
    kind = ("turned " if turned else "") + ("small" if across > 40 else "")
    yield (
        f'<table role="grid" class="{kind.strip()}" aria-label="{escape(plain(figure.title))}" '
        f'aria-describedby="assumption" aria-rowcount="{down + 1}" aria-colcount="{across + 1}">'
    )
    every = step_of(8 * longest / 0.85 + 3, _least(figure)) if numbers else 1
    heads = "".join(_head("column", name, at % every > 0) for at, name in enumerate(figure.columns))
    empty = '<td colspan="2" aria-hidden="true"></td>'
    key = f'<th class="axis key" colspan="{across}" aria-hidden="true">key</th>'
    yield f'<thead><tr role="presentation">{empty}{key}</tr>'
    yield f'<tr role="row">{empty}{heads}</tr></thead>\n<tbody>'
    query = f'<th class="axis query" rowspan="{down}" aria-hidden="true"><span>query</span></th>'
    for i, name in enumerate(figure.rows):
        head = _head("row", name, i % every > 0)
        cells = figure.cells[i * across : (i + 1) * across]
        row = head + "".join(_cell(figure, cell) for cell in cells)
        yield f'<tr role="row">{"" if i else query}{row}</tr>'
    yield "</tbody></table>"


def _head(role: str, label: str, thin: bool) -> str:
    """The label of a query or key; a thin one shows only while its row or column is chosen."""
    kind = ' class="thin"' if thin else ""
    scope = "row" if role == "row" else "col"
    text = f"<span>{_html(_label(label))}</span>"
    return f'<th role="{role}header" scope="{scope}"{kind}>{text}</th>'


def _cell(figure: Figure, cell: Cell) -> str:
    first = cell.row == cell.column == 0
    kind = "visible" if cell.visible else "masked"
    colour = tone(cell.shade)
    style = f' style="--tone:{colour};--letters:{letters_on(colour)}"' if cell.visible else ""
    return (
        f'<td role="gridcell" tabindex="{0 if first else -1}" class="{kind}"{style} '
        f'aria-label="{escape(in_words(figure, cell))}">{_html(runs(plain(cell.text)))}</td>'
    )


def in_words(figure: Figure, cell: Cell) -> str:
    """What a screen reader says of a cell.

    >>> cell = Cell(0, 0, True, 1.0, "", "1", "1", "1")
    >>> in_words(Figure("causal", "Equal.", ("fox",), ("the",), (cell,)), cell)
    'query fox, key the, visible, weight 1, weight formula 1'
    """
    quantity = plain(figure.quantity)
    words = [f"query {plain(figure.rows[cell.row])}", f"key {plain(figure.columns[cell.column])}"]
    words += ["visible" if cell.visible else "masked"]
    words += [f"{quantity} {plain(cell.value)}"] if cell.value else []
    words += [f"{quantity} formula {plain(cell.formula)}"] if cell.formula else []
    return ", ".join(words)


def _legend(figure: Figure) -> Iterator[str]:
    """What hatching and shades mean; absent signs are left out."""
    shades = sorted({cell.shade for cell in figure.cells if cell.visible})
    yield '<ul class="legend" aria-label="legend">'
    if not all(cell.visible for cell in figure.cells):
        yield '<li><span class="swatch masked"></span>masked</li>'
    if len(shades) == 1 and not figure.darkest:
        yield f'<li><span class="swatch" style="--tone:{tone(shades[0])}"></span>visible</li>'
    elif shades:
        stops = ",".join(f"{tone(at / 11)} {at / 12:.2%} {(at + 1) / 12:.2%}" for at in range(12))
        ramp = f'<span class="swatch ramp" style="--ramp:linear-gradient(90deg,{stops})"></span>'
        low, high = _label(figure.lightest or "less"), _label(figure.darkest or "more")
        yield f"<li><span>{_html(low)}</span>{ramp}<span>{_html(high)}</span></li>"
    yield "</ul>"


def _forms(figure: Figure) -> Iterator[str]:
    """Every closed form as LaTeX: the script reads its formulas here, and people can too."""
    yield '<details class="forms"><summary>All closed forms as LaTeX</summary><div class="scroll">'
    yield '<table><thead><tr><th scope="col">query</th><th scope="col">key</th>'
    yield '<th scope="col">state</th><th scope="col">value</th><th scope="col">LaTeX</th></tr>'
    yield "</thead><tbody>"
    for cell in figure.cells:
        texts = (
            figure.rows[cell.row],
            figure.columns[cell.column],
            "visible" if cell.visible else "masked",
            cell.value,
        )
        columns = "".join(f"<td>{escape(plain(text))}</td>" for text in texts)
        yield f"<tr>{columns}<td><code>{escape(plain(cell.latex))}</code></td></tr>"
    yield "</tbody></table></div></details>"
