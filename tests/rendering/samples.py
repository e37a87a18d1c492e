"""Sample figures, made without the rest of symattn: a drawing takes a record and nothing else."""

from __future__ import annotations

from collections.abc import Callable

from symattn.core.figure import Cell, Figure

HOSTILE = (
    "<script>alert(1)</script>",
    "a&b\"'",
    "]]>",
    "x\x00\x1b[31m\ny",
    "漢字 é",
    "\ud800",
    "-->",
)


def weights(n: int, visible: Callable[[int, int], bool], title: str) -> Figure:
    """Uniform weights over the keys that each query sees, with the textbook's closed forms."""

    def cell(i: int, j: int) -> Cell:
        keys = [key for key in range(n) if visible(i, key)]
        if j not in keys:
            return Cell(i, j, False, 0.0, "", "0", "0", "0")
        share = f"1/{len(keys)}" if len(keys) > 1 else "1"
        return Cell(i, j, True, 1 / len(keys), "", *softmax(i, j, keys), share)

    return Figure(
        title=title,
        assumption="Shades assume equal scores: each query spreads its weight evenly "
        "over the keys that it sees.",
        rows=tuple(map(str, range(n))),
        columns=tuple(map(str, range(n))),
        cells=tuple(cell(i, j) for i in range(n) for j in range(n)),
        lightest="0",
        darkest="1",
    )


def softmax(i: int, j: int, keys: list[int]) -> tuple[str, str]:
    """The weight of one cell as text and as LaTeX, its sum written out up to seven terms."""
    text, latex = "exp(q_{} k_{}^T / sqrt(d))", r"e^{{q_{{{}}} k_{{{}}}^{{\top}}/\sqrt{{d}}}}"
    if len(keys) <= 7:
        below = " + ".join(text.format(i, key) for key in keys)
        under = " + ".join(latex.format(i, key) for key in keys)
    else:
        below = f"sum over l of {text.format(i, 'l')}"
        under = rf"\sum_{{l={keys[0]}}}^{{{keys[-1]}}} " + latex.format(i, "l")
    return (
        f"{text.format(i, j)} / ({below})",
        rf"\alpha_{{{i},{j}}} = \frac{{{latex.format(i, j)}}}{{{under}}}",
    )


def products(n: int) -> Figure:
    """The 28 products of the textbook, when n is 7."""

    def cell(i: int, j: int) -> Cell:
        text, latex = f"q_{i} k_{j}^T", rf"q_{{{i}}} k_{{{j}}}^{{\top}}"
        return Cell(i, j, True, 0.12, text, text, latex) if j <= i else masked(i, j)

    def masked(i: int, j: int) -> Cell:
        return Cell(i, j, False, 0.0, "", "-oo", r"-\infty")

    return Figure(
        title=f"causal: query-key products, n = {n}",
        assumption="Shaded cells are computed, hatched cells are masked; "
        "the shade says nothing about size.",
        rows=tuple(map(str, range(n))),
        columns=tuple(map(str, range(n))),
        cells=tuple(cell(i, j) for i in range(n) for j in range(n)),
        quantity="product",
    )


def causal(n: int) -> Figure:
    return weights(n, lambda i, j: j <= i, f"causal: attention weights, n = {n}")


def window(n: int, visible: int) -> Figure:
    return weights(n, lambda i, j: 0 <= i - j < visible, f"window(visible={visible}), n = {n}")


def labelled(labels: tuple[str, ...]) -> Figure:
    """The causal weights with the labels of a user."""
    plain = causal(len(labels))
    return Figure(plain.title, plain.assumption, labels, labels, plain.cells, "weight", "0", "1")


def masked_beside_zero() -> Figure:
    """One row: a masked cell, then a visible cell of weight exactly 0, then one of weight 1."""
    cells = (
        Cell(0, 0, False, 0.0, "", "0", "0", "0"),
        Cell(0, 1, True, 0.0, "", "0", "0", "0"),
        Cell(0, 2, True, 1.0, "", "1", "1", "1"),
    )
    return Figure("masked and zero", "Given weights.", ("0",), ("0", "1", "2"), cells)


def empty_row() -> Figure:
    """A query that sees nothing at all, above one that sees one key."""
    return weights(2, lambda i, j: j < i, "strictly causal, n = 2")


SAMPLES = {
    "causal n=7": causal(7),
    "causal n=1": causal(1),
    "causal n=64": causal(64),
    "products n=7": products(7),
    "window n=12": window(12, 4),
    "hostile labels": labelled(HOSTILE),
    "words": labelled(("The", "quick", "brown", "fox", "jumps", "over", "thelazydogwithalongname")),
    "masked beside zero": masked_beside_zero(),
    "empty row": empty_row(),
}
