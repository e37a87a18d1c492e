"""Results with numbers put in: exactly by SymPy, and in decimals whose digits are certain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symattn.core.errors import NotConcrete
from symattn.core.instance import Instance
from symattn.core.interpret import Environment, evaluate
from symattn.deciding import balls
from symattn.derivation.entries import numbers_put_in

DIGITS, BITS = 12, 200


Results = Mapping[tuple[int, ...], tuple[str, str, str]]


def results(base: Instance, what: str, head: int = 0) -> Results:
    """For every place the exact value as text and as LaTeX, and its decimals.

    Where numbers are missing the exact value keeps its letters and there are no decimals.
    """
    from symattn.core.symbolic import matrices

    exact = matrices(base, head if base.many_heads else None)
    shown: Any = {"scores": exact.masked, "weights": exact.weights, "output": exact.output}[what]
    decimals = _decimals(base, what, head)
    masked = "-oo" if what == "scores" else ""
    found: dict[tuple[int, ...], tuple[str, str, str]] = {}
    for row in range(shown.rows):
        for column in range(shown.cols):
            place = (row + base.offset, column)
            found[place] = (
                *_written(shown[row, column]),
                decimals.get(place, masked),
            )
    return found


def _written(value: Any) -> tuple[str, str]:
    from sympy import latex

    return str(value), str(latex(value))


def _decimals(base: Instance, what: str, head: int) -> Mapping[tuple[int, ...], str]:
    """The value of every entry whose letters all have numbers."""
    from flint import ctx

    found: dict[tuple[int, ...], str] = {}
    with ctx.workprec(BITS):
        for entry in numbers_put_in(base, what, head):
            if entry.masked and what == "scores":
                continue
            try:
                value = evaluate(entry.right, balls.algebra(), Environment())
            except NotConcrete:
                continue
            found[entry.place] = decimal(value)
    return found


def decimal(value: Any) -> str:
    """The value to twelve digits, rounded correctly; fewer where the ball is wider.

    >>> from fractions import Fraction
    >>> decimal(balls.ball(Fraction(1, 3))), decimal(balls.ball(2))
    ('0.333333333333', '2')
    """
    text: str = value.str(DIGITS, radius=False)
    if "." in text and "e" not in text:
        text = text.rstrip("0").rstrip(".")
    return text
