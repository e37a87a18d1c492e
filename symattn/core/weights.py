"""What a row of scores becomes: numerators, the normaliser, and combinations of rows, as terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from symattn.core.expression import INFINITY, ONE, ZERO, Expr, make, tidy
from symattn.core.form import Normaliser, Row

NUMERATORS: Mapping[
    str, tuple[Callable[[Expr], Expr], Expr]
] = {  # f(score), and what a masked score is so that f gives 0
    "exp": (lambda s: Expr("exp", (s,)), -INFINITY),
    "sigmoid": (lambda s: Expr("sigmoid", (s,)), -INFINITY),
    "identity": (lambda s: s, ZERO),
}


def numerator(row: Row, score: Expr) -> Expr:
    """f(score) of a row."""
    return NUMERATORS[row.normaliser.numerator][0](score)


def normalised(normaliser: Normaliser, top: Expr, row_sum: Expr) -> Expr:
    """f(s) / Z for a numerator and the sum of the numerators of the row."""
    if not normaliser.divide:
        return top
    if normaliser.extra is None:
        return make("/", top, row_sum)
    extra = ONE if normaliser.extra == ZERO else Expr("exp", (normaliser.extra,))
    return make("/", top, extra + row_sum)


def mixture(rows: Sequence[Row], parts: Sequence[Expr]) -> Expr:
    """The weights of several rows, with their coefficients."""
    mixed: Expr | None = None
    for row, part in zip(rows, parts, strict=True):
        negative = row.coefficient.op == "neg"
        factor = row.coefficient.parts[0] if negative else row.coefficient
        term = tidy(factor * part)
        if mixed is None:
            mixed = -term if negative else term
        else:
            mixed = mixed - term if negative else mixed + term
    assert mixed is not None
    return mixed
