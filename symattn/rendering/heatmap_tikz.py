"""A heatmap as a TikZ picture that needs nothing but tikz, written to be read and changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from textwrap import fill

from symattn.core.figure import Cell, Figure
from symattn.rendering.drawing import width_of
from symattn.rendering.heatmap_layout import LONGEST_LABEL, TEXT_LEFT_OUT, step_of
from symattn.rendering.ink import letters_on, tone
from symattn.rendering.inline_math import Run, label_runs, runs
from symattn.rendering.label import plain, shorten

PREAMBLE = r"\usepackage{tikz}"
DOCUMENT = r"""\documentclass{{article}}
{preamble}
\pagestyle{{empty}}
\begin{{document}}
\noindent
{picture}\end{{document}}
"""
SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", "-": "{-}",
    "`": "{`}", "'": "{'}", '"': r"\char34{}", "…": r"\ldots{}",
}  # fmt: skip
SIZES = ((r"\small", 9.0), (r"\footnotesize", 8.0), (r"\scriptsize", 7.0), (r"\tiny", 5.0))
MILLIMETRES = 0.352  # in a point of TeX
HATCHES = {  # rising lines in the cell at (k, q): many in a large cell, one in a small one
    True: r"(\k,\q+0.33) -- (\k+0.33,\q) (\k,\q+0.67) -- (\k+0.67,\q) (\k,\q+1) -- (\k+1,\q) "
    r"(\k+0.33,\q+1) -- (\k+1,\q+0.33) (\k+0.67,\q+1) -- (\k+1,\q+0.67)",
    False: r"(\k,\q+1) -- (\k+1,\q)",
}


@dataclass(frozen=True, slots=True)
class Scale:
    """How large cells and letters are, in millimetres and as TeX's size commands."""

    width: float
    height: float
    text: str  # empty: the text of the cells is left out
    label: str
    turned: bool
    every: tuple[int, int]


def draw(figure: Figure, *, cell_text: bool | None = None, document: bool = False) -> str:
    r"""The figure as a `tikzpicture`, or as a document that compiles by itself.

    >>> one = Figure("causal", "Equal.", ("0",), ("0",), (Cell(0, 0, True, 1.0, "", "1", "1"),))
    >>> print(draw(one).splitlines()[2])
    \begin{tikzpicture}[x=9mm, y=-9mm]
    """
    scale = _measure(figure, cell_text)
    lines = [*_cells(figure, scale), *_labels(figure, scale), *_legend(figure, scale)]
    picture = "\n".join(
        [
            f"% {plain(figure.title)}",
            f"% needs {PREAMBLE}; the corner of a cell stands at (key, query)",
            rf"\begin{{tikzpicture}}[x={_mm(scale.width)}, y=-{_mm(scale.height)}]",
            *(f"  {line}" for line in lines),
            "\\end{tikzpicture}\n",
        ]
    )
    return DOCUMENT.format(preamble=PREAMBLE, picture=picture) if document else picture


def literal(text: str) -> str:
    r"""The text for TeX, so that it prints as it is; no character of it is a command.

    >>> print(literal("50% of a_b"))
    50\% of a\_b
    """
    return "".join(SPECIAL.get(char, char) for char in plain(text))


def formula(found: Iterable[Run]) -> str:
    """Runs as TeX: mathematics if a letter is raised, lowered or italic, else literal text.

    >>> formula(runs("q_3 k_1^T")), formula(runs("0.25"))
    ('$q_{3} k_{1}^{T}$', '0.25')
    """
    found = tuple(found)
    if not any(run.level or run.italic for run in found):
        return "".join(literal(run.text) for run in found)
    marks = {0: "{}", 1: "^{{{}}}", -1: "_{{{}}}"}
    return "$" + "".join(marks[run.level].format(_letters(run)) for run in found) + "$"


def _letters(run: Run) -> str:
    upright = run.level == 0 and not run.italic and run.text.isalpha()
    return rf"\mathrm{{{run.text}}}" if upright else literal(run.text).replace("{-}", "-")


def _mm(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") + "mm"


def _measure(figure: Figure, wanted: bool | None) -> Scale:
    side = min(max(110 / max(len(figure.rows), len(figure.columns)), 1.2), 9.0)
    widest = max(width_of(runs(plain(cell.text)), MILLIMETRES) for cell in figure.cells)
    text, points = next(
        (size for size in SIZES[1:] if size[1] * widest + 1 <= side), (r"\tiny", 5.0)
    )
    needed = max(side, points * widest + 1)
    shown = widest > 0 and wanted is not False and (wanted or (side >= 4 and needed <= 3 * side))
    width = needed if shown else side
    label, points = next((s for s in SIZES if s[1] * MILLIMETRES * 1.6 <= side), SIZES[-1])
    line = points * MILLIMETRES * 1.2
    names = (label_runs(shorten(plain(name), LONGEST_LABEL)) for name in figure.columns)
    longest = max(width_of(name, points * MILLIMETRES) for name in names) + 1
    numbers = all(name.isdigit() for name in figure.columns)
    turned = longest > width and not numbers
    every = (step_of(line, side), step_of(line if turned else longest, width))
    every = (max(every), max(every)) if numbers else every
    return Scale(width, side, text if shown else "", label, turned, every)


def _cells(figure: Figure, scale: Scale) -> Iterator[str]:
    """Colours, filled cells, hatching of masked cells, the lines between, and the text."""
    tones = sorted({tone(cell.shade) for cell in figure.cells if cell.visible}, reverse=True)
    names = {colour: f"shade{at}" for at, colour in enumerate(tones)}
    for colour, name in names.items():
        yield rf"\definecolor{{{name}}}{{HTML}}{{{colour[1:].upper()}}}"
    for cell in figure.cells:
        if cell.visible:
            place = f"({cell.column},{cell.row}) rectangle +(1,1)"
            yield rf"\fill[{names[tone(cell.shade)]}] {place};"
    masked = ", ".join(f"{cell.column}/{cell.row}" for cell in figure.cells if not cell.visible)
    if masked:
        listed = fill(masked, 90, initial_indent="    ", subsequent_indent="    ")
        yield "\\foreach \\k/\\q in {% masked\n" + listed + "}"
        yield rf"  \draw[black!25, line width=0.3pt] {HATCHES[scale.height >= 4]};"
    down, across = len(figure.rows), len(figure.columns)
    thickness = 0.4 if scale.height >= 3 else 0.15
    line = rf"\draw[black!18, line width={thickness}pt, line cap=rect]"
    yield rf"\foreach \k in {{0,...,{across}}} {line} (\k,0) -- (\k,{down});"
    yield rf"\foreach \q in {{0,...,{down}}} {line} (0,\q) -- ({across},\q);"
    for cell in figure.cells if scale.text else ():
        if cell.text:
            yield _text(cell, scale)


def _text(cell: Cell, scale: Scale) -> str:
    """The text of a cell; where it is the formula itself, its own LaTeX sets it."""
    said = f"${cell.latex}$" if cell.text == cell.formula else formula(runs(plain(cell.text)))
    white = cell.visible and letters_on(tone(cell.shade)) == "#ffffff"
    style = rf"font={scale.text}, inner sep=0pt" + (", text=white" if white else "")
    return rf"\node[{style}] at ({cell.column + 0.5},{cell.row + 0.5}) {{{said}}};"


def _labels(figure: Figure, scale: Scale) -> Iterator[str]:
    font = f"font={scale.label}, inner sep=1mm"
    for at, label in enumerate(figure.rows):
        if at % scale.every[0] == 0:
            yield rf"\node[{font}, anchor=east] at (0,{at + 0.5}) {{{_label(label)}}};"
    turn = "rotate=90, anchor=west" if scale.turned else "anchor=base, yshift=1.2mm"
    for at, label in enumerate(figure.columns):
        if at % scale.every[1] == 0:
            yield rf"\node[{font}, {turn}] at ({at + 0.5},0) {{{_label(label)}}};"
    middle = f"{len(figure.columns) / 2:g},0", f"0,{len(figure.rows) / 2:g}"
    box = "current bounding box"
    yield rf"\node[font=\itshape, anchor=south] at ({middle[0]} |- {box}.north) {{key}};"
    place = f"({box}.west |- {middle[1]})"
    yield rf"\node[font=\itshape, anchor=south, rotate=90] at {place} {{query}};"
    title = rf"\node[anchor=south west, inner xsep=0pt] at ({box}.north west)"
    yield rf"{title} {{{literal(figure.title)}}};"


def _label(label: str) -> str:
    return formula(label_runs(shorten(plain(label), LONGEST_LABEL)))


def _legend(figure: Figure, scale: Scale) -> Iterator[str]:
    """What hatching and shades mean, and what the shades assume, under the picture."""
    start = r"\begin{scope}[shift={(current bounding box.south west)}, x=1mm, y=1mm,"
    yield start + r" font=\footnotesize, inner sep=0pt, anchor=base west]"
    x = 0
    if not all(cell.visible for cell in figure.cells):
        yield r"  \draw[black!25, line width=0.3pt] (0,-5.5) rectangle (4.5,-2.5)"
        yield r"    (0,-4) -- (1.5,-2.5) (0,-5.5) -- (3,-2.5) (1.5,-5.5) -- (4.5,-2.5);"
        yield r"  \node at (6,-5) {masked};"
        x = 24
    shades = sorted({cell.shade for cell in figure.cells if cell.visible})
    if len(shades) == 1 and not figure.darkest:
        yield from _scale_box("shade0", x, 4.5)
        yield rf"  \node at ({x + 6},-5) {{visible}};"
    elif shades:
        yield from _ramp(figure, x)
    width = max(scale.width * len(figure.columns) + 8, 70)
    said = literal(figure.assumption)
    if not scale.text and any(cell.text for cell in figure.cells):
        said += " " + TEXT_LEFT_OUT
    style = rf"anchor=north west, text width={_mm(width)}, align=left"
    yield rf"  \node[{style}] at (0,-8) {{{said}}};"
    yield r"\end{scope}"


def _ramp(figure: Figure, x: float) -> Iterator[str]:
    """The shades from paper to ink, between what the two ends stand for."""
    low, high = figure.lightest or "less", figure.darkest or "more"
    yield rf"  \node at ({x},-5) {{{_label(low)}}};"
    x += round(width_of(label_runs(plain(low)), 8 * MILLIMETRES) + 2)
    for at in range(9):
        name = f"legend{at}"
        yield rf"  \definecolor{{{name}}}{{HTML}}{{{tone(at / 8)[1:].upper()}}}"
        yield rf"  \fill[{name}] ({x + 3 * at},-5.5) rectangle +(3,3);"
    yield rf"  \draw[black!18] ({x},-5.5) rectangle +(27,3);"
    yield rf"  \node at ({x + 28.5},-5) {{{_label(high)}}};"


def _scale_box(name: str, x: float, width: float) -> Iterator[str]:
    yield rf"  \fill[{name}] ({x},-5.5) rectangle +({width},3);"
    yield rf"  \draw[black!18] ({x},-5.5) rectangle +({width},3);"
