"""Heatmaps of a Form: closed forms from `derivation`, their LaTeX from `rendering`, one Figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from symattn.core.errors import NotConcrete, Usage, did_you_mean
from symattn.core.figure import Cell, Figure
from symattn.core.form import EMPTY_RULES, Form
from symattn.core.instance import Instance, instance
from symattn.core.numbers import Numbers
from symattn.core.steps import Entry
from symattn.core.text import show
from symattn.derivation import entries
from symattn.derivation.enumeration import enumeration, known_numbers
from symattn.derivation.shades import WHAT, Shades, from_numbers, uniform
from symattn.rendering.derivation import Writer
from symattn.rendering.notation import Notation
from symattn.rendering.symbols_text import words_for

LARGEST, LARGEST_WITH_FORMULAS = 512, 64


def figure(
    form: Form,
    n: int | None,
    n_q: int | None,
    what: str,
    numbers: Numbers,
    labels: tuple[str, ...],
    look: Notation,
    *,
    formulas: bool = True,
) -> Figure:
    """The picture of a Form's products, scores or weights at a size.

    >>> from symattn.core.form_text import form
    >>> from symattn.rendering.notation import notation
    >>> made = figure(form("j <= i"), 2, None, "products", Numbers(), (), notation("vaswani"))
    >>> [cell.text for cell in made.cells]
    ['q0 k0^T', '', 'q1 k0^T', 'q1 k1^T']
    """
    if what not in WHAT:
        raise Usage(
            f"show {', '.join(WHAT)}; got {what!r}; {did_you_mean(what, WHAT)}".rstrip("; ")
        )
    shades, base = _shades(form, n, n_q, what, numbers)
    n_q, n_k = len(shades.rows), base.sizes["n_k"]
    if max(n_q, n_k) > LARGEST or (formulas and max(n_q, n_k) > LARGEST_WITH_FORMULAS):
        limit = LARGEST_WITH_FORMULAS if formulas else LARGEST
        raise Usage(f"this picture goes up to n = {limit}; got {max(n_q, n_k)}")
    positions = max(n_k, 1 + max(i for i, _ in shades.rows))
    if labels and shades.rows[0][0] < 0:
        raise Usage("labels cannot name the positions before 0 that this offset gives")
    if labels and len(labels) != positions:
        raise Usage(f"{len(labels)} labels for {positions} positions")
    written = dict(_formulas(form, what, base, look)) if formulas or what == "products" else {}
    cells = []
    for row, (i, visible) in enumerate(shades.rows):
        for j in range(n_k):
            text, code, value = written.get((i, j), ("", "", ""))
            shade = visible.get(j, 0.0)
            inside = text if what == "products" and j in visible else ""
            cells.append(Cell(row, j, j in visible, shade, inside, text, code, value=value))
    return Figure(
        title=f"{what} of {form.name or 'the form'}, n = {n_k}",
        assumption=shades.assumption + _empty(form) + _one_head(base),
        rows=tuple(_label(i, labels, look) for i, _ in shades.rows),
        columns=tuple(_label(j, labels, look) for j in range(n_k)),
        cells=tuple(cells),
        quantity=what.removesuffix("s"),
        lightest=shades.lightest,
        darkest=shades.darkest,
    )


def _empty(form: Form) -> str:
    """What is said of queries that see no key, if it is not simply 0."""
    told = EMPTY_RULES[form.empty]
    drawn = "; its cells are drawn as masked" if form.empty == "nan" else ""
    return f" {told[0].upper()}{told[1:]}{drawn}." if told else ""


def _one_head(base: Instance) -> str:
    return f" This is head 0 of {base.sizes['H']}." if base.many_heads else ""


def _label(at: int, labels: tuple[str, ...], look: Notation) -> str:
    return labels[at] if labels else str(at + look.base)


def _shades(
    form: Form, n: int | None, n_q: int | None, what: str, numbers: Numbers
) -> tuple[Shades, Instance]:
    if not numbers.names:
        base = instance(form, n or 7, n_q=n_q)
        return uniform(form, base.sizes["n_q"], base.sizes["n_k"], base.known, what), base
    base = instance(form, n, n_q=n_q, numbers=numbers)
    try:
        return from_numbers(_values(base, what), what), base
    except NotConcrete:  # masks and parameters have numbers, queries and keys have none
        n_q, n_k = base.sizes["n_q"], base.sizes["n_k"]
        return uniform(form, n_q, n_k, known_numbers(form, n_k, n_q, numbers), what), base


def _values(base: Instance, what: str) -> Iterator[tuple[int, Mapping[int, float]]]:
    """The numbers behind the shades, of the first head."""
    from symattn.core.attend import attend
    from symattn.deciding.balls import algebra

    head = attend(base, algebra())
    for row, keys in enumerate(head.visible):
        found: Any = head.weights[row]
        if not keys and what == "weights" and base.form.empty == "uniform":
            keys = tuple(range(base.sizes["n_k"]))
        if what != "weights":
            if len(head.scores) > 1:
                raise Usage("a mixture of rows has no single score; show its weights")
            found = head.scores[0][row]
        yield row + base.offset, {j: float(found[j]) for j in keys}


def _formulas(
    form: Form, what: str, base: Instance, look: Notation
) -> Iterator[tuple[tuple[int, ...], tuple[str, str, str]]]:
    """For each place its closed form as text and as LaTeX, and nothing more."""
    n_q, n_k = base.sizes["n_q"], base.sizes["n_k"]
    if what == "products":
        plain, set_in_latex = words_for(look), words_for(look, latex=True)
        for i, j in enumeration(
            form, n_k, n_q, known_numbers(form, n_k, n_q, base.numbers)
        ).pairs():
            at = (i + look.base, j + look.base)
            yield (i, j), (plain.of(*at), set_in_latex.of(*at), "")
        return
    closed = entries.products(form, n_q, n_k, known_numbers(form, n_k, n_q, base.numbers))
    write = Writer(form, look)
    found = entries.weights(closed) if what == "weights" else entries.scores(closed)
    kept: list[Entry] = list(found)  # keeps shared nodes alive for the memo
    for entry in kept:
        yield entry.place, (show(entry.right), write(entry.right), "")
