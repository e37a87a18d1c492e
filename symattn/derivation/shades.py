"""What a heatmap shades: how much each visible cell weighs, and what that assumes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import exp

from symattn.core import region
from symattn.core.errors import Usage
from symattn.core.expression import ZERO
from symattn.core.form import Form, Normaliser
from symattn.core.interpret import Environment

WHAT = ("products", "scores", "weights")


@dataclass(frozen=True, slots=True)
class Shades:
    """For every query the visible keys with their shade (0 to 1), and the assumption behind it."""

    rows: tuple[tuple[int, Mapping[int, float]], ...]
    assumption: str


def uniform(form: Form, n_q: int, n_k: int, env: Environment, what: str) -> Shades:
    """Shades when all scores are equal (to zero).

    >>> from symattn.core.form_text import form
    >>> uniform(form(support="j <= i"), 2, 2, Environment(), "weights").rows[1]
    (1, {0: 0.5, 1: 0.5})
    """
    rows = []
    for i, ranges in region.rows(form, n_q, n_k, env):
        shade = 1.0 if what != "weights" else abs(_equal_share(form, region.size(ranges)))
        rows.append((i, {j: shade for r in ranges for j in r}))
    if what == "weights":
        return Shades(tuple(rows), "The shades assume that all scores are equal (to zero).")
    return Shades(tuple(rows), f"All visible {what} are shaded alike; no numbers were given.")


def _equal_share(form: Form, count: int) -> float:
    """The weight of each of `count` keys when every score is zero."""
    if not count:
        return 0.0
    if any(row.coefficient.op not in ("number",) for row in form.rows):
        raise Usage("the shades depend on the coefficients of the rows; give numbers (--values)")
    return sum(float(r.coefficient.args[0]) * _share(r.normaliser, count) for r in form.rows)  # type: ignore[arg-type]


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
    """Shades from numbers: weights as they are, scores and products between least and largest."""
    rows = tuple((i, dict(row)) for i, row in values)
    flat = [value for _, row in rows for value in row.values()]
    if what == "weights":
        low, high = min(0.0, *flat, 0.0), max(1.0, *flat, 1.0)
        said = "The shades are the weights for the given numbers"
        assumption = f"{said}: 0 is white, 1 is black."
        if low < 0 or high > 1:
            assumption = f"{said}: {low:.4g} is white, {high:.4g} is black."
    else:
        low, high = (min(flat), max(flat)) if flat else (0.0, 1.0)
        assumption = (
            f"The shades are the {what} for the given numbers: "
            f"{low:.4g} is lightest, {high:.4g} is darkest."
        )
    span = (high - low) or 1.0
    floor = 0.0 if what == "weights" else 0.1  # the least visible score is not paper white
    shaded = tuple(
        (i, {j: floor + (1 - floor) * (value - low) / span for j, value in row.items()})
        for i, row in rows
    )
    return Shades(shaded, assumption)
