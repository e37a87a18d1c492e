"""What a heatmap shades: how much each visible cell weighs, and what that assumes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import exp

from symattn.core import region
from symattn.core.errors import Usage
from symattn.core.expression import ZERO
from symattn.core.form import Form, Normaliser
from symattn.core.interpret import Environment

PALE = 0.16  # a visible cell that has no number
WHAT = ("products", "scores", "weights")


@dataclass(frozen=True, slots=True)
class Shades:
    """For every query the visible keys with their shade (0 to 1), and the assumption behind it."""

    rows: tuple[tuple[int, Mapping[int, float]], ...]
    assumption: str
    lightest: str = ""  # what shade 0 stands for, and shade 1
    darkest: str = ""


def uniform(form: Form, n_q: int, n_k: int, env: Environment, what: str) -> Shades:
    """Shades when all scores are equal (to zero).

    >>> from symattn.core.form_text import form
    >>> uniform(form(support="j <= i"), 2, 2, Environment(), "weights").rows[1]
    (1, {0: 0.5, 1: 0.5})
    """
    rows = []
    for i, ranges in region.rows(form, n_q, n_k, env):
        if not ranges and what == "weights" and form.empty == "uniform":
            ranges = (range(n_k),)
        shade = PALE if what != "weights" else _equal_share(form, region.size(ranges))
        rows.append((i, {j: shade for r in ranges for j in r}))
    if what != "weights":
        return Shades(tuple(rows), f"All visible {what} are shaded alike; no numbers were given.")
    said = "The shades assume that all scores are equal (to zero)."
    if any(not 0 <= shade <= 1 for _, row in rows for shade in row.values()):
        return from_numbers(iter(rows), what)
    return Shades(tuple(rows), said, "0", "1")


def _equal_share(form: Form, count: int) -> float:
    """The weight of each of `count` keys when every score is zero."""
    if not count:
        return 0.0
    total = 0.0
    for row in form.rows:
        factor = row.coefficient.args[0]
        if not isinstance(factor, (int, Fraction)):
            raise Usage(
                "the shades depend on the coefficients of the rows; give numbers (--values)"
            )
        total += float(factor) * _share(row.normaliser, count)
    return total


def _share(normaliser: Normaliser, count: int) -> float:
    if normaliser.numerator == "identity":
        raise Usage(
            "with scores of zero this normaliser has no weights to show; give numbers (--values)"
        )
    top = 1.0 if normaliser.numerator == "exp" else 1 / (1 + exp(0))
    if not normaliser.divide:
        return top
    if normaliser.extra is not None and normaliser.extra != ZERO:
        raise Usage("the shades depend on the sink logit; give numbers (--values)")
    return top / (count + (1 if normaliser.extra == ZERO else 0))


def from_numbers(values: Iterator[tuple[int, Mapping[int, float]]], what: str) -> Shades:
    """Shades from numbers: weights from 0 to 1, the others from the least to the largest."""
    rows = tuple((i, dict(row)) for i, row in values)
    flat = [value for _, row in rows for value in row.values()]
    low, high = (min(flat), max(flat)) if flat else (0.0, 1.0)
    if what == "weights":
        low, high = min(0.0, low), max(1.0, high)
    span = (high - low) or 1.0
    floor = 0.0 if what == "weights" else PALE  # the least visible score is not bare paper
    shaded = tuple(
        (i, {j: floor + (1 - floor) * (value - low) / span for j, value in row.items()})
        for i, row in rows
    )
    said = f"The shades are the {what} for the given numbers."
    return Shades(shaded, said, f"{low:.4g}", f"{high:.4g}")
