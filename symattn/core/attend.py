"""Attention of an Instance in any algebra: scores, weights and outputs of one head, row by row.

The only place that says what a normaliser, an empty row and a sum of rows mean entry by entry;
`deciding/vectorised.py` and the oracles say it again in their own way, and are compared with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

from symattn.core import region
from symattn.core.declare import width
from symattn.core.errors import NotConcrete
from symattn.core.expression import MIXED, ONE, Expr
from symattn.core.form import Form, Row
from symattn.core.instance import Instance
from symattn.core.interpret import Algebra, Environment, evaluate, exact
from symattn.core.meaning import REFUSED, Free, environment
from symattn.core.text import show


@dataclass(frozen=True, slots=True)
class Head:
    """One head in an algebra; every tuple has an entry for each query."""

    visible: tuple[tuple[int, ...], ...]  # the keys that a query sees
    scores: tuple[tuple[Mapping[int, Any], ...], ...]  # for each row of weights, by visible key
    weights: tuple[tuple[Any, ...], ...]  # an entry for every key
    output: tuple[tuple[Any, ...], ...]


def attend(base: Instance, algebra: Algebra, head: int = 0, free: Free = REFUSED) -> Head:
    """What the Form says for one head of the Instance, in the algebra.

    `algebra` has the rules of `evaluate`, and "nan" if an empty row may yield it.
    """
    form = base.form
    env = environment(base, algebra, head, free)
    visible, scores, weights, output = [], [], [], []
    for i, ranges in region.rows(form, base.sizes["n_q"], base.sizes["n_k"], env):
        at = env.at(i=i)
        keys = tuple(j for stretch in ranges for j in stretch)
        found = [{j: evaluate(row.score, algebra, at.at(j=j)) for j in keys} for row in form.rows]
        visible.append(keys)
        scores.append(tuple(found))
        row = weights_of(form, found, algebra, at)
        weights.append(tuple(row))
        output.append(tuple(output_of(form, row, keys, algebra, at)))
    by_row = tuple(zip(*scores, strict=True))
    return Head(tuple(visible), by_row, tuple(weights), tuple(output))


def weights_of(
    form: Form, scores: list[dict[int, Any]], algebra: Algebra, at: Environment
) -> list[Any]:
    """The weight of every key in one query's row; 0 where masked."""
    n_k = at.scalars["n_k"]
    if not scores[0] and form.empty == "nan":
        return [algebra["nan"]() for _ in range(n_k)]
    zero = algebra["number"](0)
    total = [zero] * n_k
    for at_row, (row, found) in enumerate(zip(form.rows, scores, strict=True)):
        if not found and form.empty == "uniform":
            found = dict.fromkeys(range(n_k), algebra["number"](Fraction(1, n_k)))
        elif found:
            found = _normalised(row, found, algebra, at)
        if row.coefficient != ONE:
            factor = evaluate(row.coefficient, algebra, at)
            found = {j: algebra["*"](factor, weight) for j, weight in found.items()}
        for j, weight in found.items():
            total[j] = weight if at_row == 0 else algebra["+"](total[j], weight)
    return total


def _normalised(
    row: Row, scores: Mapping[int, Any], algebra: Algebra, at: Environment
) -> dict[int, Any]:
    """f(s) for every score s, over their sum if the normaliser divides."""
    normaliser = row.normaliser
    tops = dict(scores)
    if normaliser.numerator != "identity":
        f = algebra["exp" if normaliser.numerator == "exp" else "sigmoid"]
        tops = {j: f(score) for j, score in scores.items()}
    if not normaliser.divide:
        return tops
    parts = list(tops.values())
    if normaliser.extra is not None:
        parts.insert(0, algebra["exp"](evaluate(normaliser.extra, algebra, at)))
    bottom = _sum(parts, algebra)
    return {j: algebra["/"](top, bottom) for j, top in tops.items()}


def _sum(terms: Sequence[Any], algebra: Algebra) -> Any:
    return reduce(algebra["+"], terms)


def _dot(left: Sequence[Any], right: Sequence[Any], algebra: Algebra) -> Any:
    return _sum([algebra["*"](a, b) for a, b in zip(left, right, strict=True)], algebra)


def _width(form: Form, vector: Expr, at: Environment) -> int:
    """The width of a value or an output, known without one."""
    if vector == MIXED:
        vector = form.value
    size = width(vector, {p.name: p for p in form.parameters})
    if size is None:
        raise NotConcrete(f"the width of {show(vector)} is not known")
    return int(exact(size, at))


def output_of(
    form: Form, weights: list[Any], keys: tuple[int, ...], algebra: Algebra, at: Environment
) -> list[Any]:
    """The mixed values of one query, and what the output expression makes of them."""
    if not keys and form.empty == "nan":
        return [weights[0]] * _width(form, form.output, at)
    if not keys and form.empty == "uniform":
        keys = tuple(range(len(weights)))
    if not keys:
        mixed = [weights[0]] * _width(form, form.value, at)  # all 0
    else:
        values = [evaluate(form.value, algebra, at.at(j=j)) for j in keys]
        columns = zip(*values, strict=True)
        mixed = [_dot([weights[j] for j in keys], column, algebra) for column in columns]
    if form.output == MIXED:
        return mixed
    outputs: list[Any] = evaluate(form.output, algebra, _with_mixed(at, mixed))
    return outputs


def _with_mixed(at: Environment, mixed: list[Any]) -> Environment:
    vectors = {**at.vectors, "o": lambda _i: mixed}
    return Environment(at.scalars, at.tables, vectors, at.matrices, at.functions)
