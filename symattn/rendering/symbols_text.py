"""How one query-key product is written, in plain words and in LaTeX.

A product is the query's half and the key's half, so that a whole row is one join over ready keys.
"""

from __future__ import annotations

from collections.abc import Sequence

from symattn.rendering.enumeration import Product
from symattn.rendering.label import plain
from symattn.rendering.notation import Notation

TEXT = {  # (vectors, product) -> the halves; the text face of ^\top and the like is ^T
    ("rows", "transpose"): ("q{} ", "k{}^T"),
    ("columns", "transpose"): ("q{}^T ", "k{}"),
    ("rows", "dot"): ("q{} . ", "k{}"),
    ("columns", "dot"): ("q{} . ", "k{}"),
    ("rows", "angle"): ("<q{}, ", "k{}>"),
    ("columns", "angle"): ("<q{}, ", "k{}>"),
}


def words_for(notation: Notation, *, latex: bool = False) -> Product:
    r"""The product as two templates, to be filled with the positions that the reader sees.

    >>> from symattn.rendering.notation import PRESETS
    >>> words_for(PRESETS["columns"]).of(2, 1), words_for(PRESETS["vaswani"], latex=True).of(2, 1)
    ('q2^T k1', 'q_{2} k_{1}^\\top')
    """
    if not latex:
        return Product(*TEXT[notation.vectors, notation.product])
    q, k = (r"\mathbf{q}", r"\mathbf{k}") if notation.bold else ("q", "k")
    halves = {
        ("rows", "transpose"): (f"{q}_{{@}} ", f"{k}_{{@}}{notation.transpose}"),
        ("columns", "transpose"): (f"{q}_{{@}}{notation.transpose} ", f"{k}_{{@}}"),
        ("rows", "dot"): (rf"{q}_{{@}} \cdot ", f"{k}_{{@}}"),
        ("columns", "dot"): (rf"{q}_{{@}} \cdot ", f"{k}_{{@}}"),
        ("rows", "angle"): (rf"\langle {q}_{{@}}, ", rf"{k}_{{@}} \rangle"),
        ("columns", "angle"): (rf"\langle {q}_{{@}}, ", rf"{k}_{{@}} \rangle"),
    }
    query, key = halves[notation.vectors, notation.product]
    return Product(_template(query), _template(key))


def _template(half: str) -> str:
    """The half with its braces doubled for `format`, and one hole where the position stands."""
    return half.replace("{", "{{").replace("}", "}}").replace("@", "{}")


def product(
    i: int,
    j: int,
    notation: Notation,
    labels: Sequence[str] | None = None,
    *,
    latex: bool = False,
) -> str:
    r"""The product of query i and key j (counted from 0), shown in the notation's base.

    >>> from symattn.rendering.notation import PRESETS
    >>> product(3, 0, PRESETS["foundations"]), product(1, 0, PRESETS["dot"], ("The", "fox"))
    ('q3 k0^T', 'q_fox . k_The')
    """
    words = words_for(notation, latex=latex)
    if labels is None:
        return words.query.format(i + notation.base) + words.key.format(j + notation.base)
    query, key = (_labelled(labels, at, notation.base, latex) for at in (i, j))
    return words.query.format(query) + words.key.format(key)


def _labelled(labels: Sequence[str], at: int, base: int, latex: bool) -> str:
    """The label in place of the number; a label that stands twice keeps its number."""
    label, twice = plain(labels[at]), labels.count(labels[at]) > 1
    if latex:
        from symattn.rendering.escaping import escape

        number = f", {at + base}" if twice else ""
        return rf"\text{{{escape(label)}}}{number}"
    shown = label if label.isalnum() else f"[{label}]"
    return f"_{shown}" + (f"_{at + base}" if twice else "")
