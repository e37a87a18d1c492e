"""Scores, weights, outputs and recurrences of a Form in the oracle's numbers: plain loops.

An empty row mixes to zero unless the Form says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from symattn.core.expression import MIXED
from symattn.core.form import Form, Row
from tests.campaign.arithmetic import OPERATIONS, Unclear
from tests.campaign.evaluation import holds, total, value
from tests.campaign.world import World

ADD, MULTIPLY, DIVIDE = OPERATIONS["+"], OPERATIONS["*"], OPERATIONS["/"]


def seen(w: World, form: Form, i: int) -> list[int]:
    """The keys that query i sees."""
    return [j for j in range(w.names["n_k"]) if holds(form.support, w.at(i=i, j=j))]


def score(w: World, form: Form, i: int, j: int) -> Any:
    if len(form.rows) != 1:
        raise Unclear("two rows of scores")
    return value(form.rows[0].score, w.at(i=i, j=j))


def _top(row: Row, s: Any) -> Any:
    name = row.normaliser.numerator
    return s if name == "identity" else OPERATIONS[name](s)


def _row(w: World, row: Row, i: int, keys: list[int]) -> dict[int, Any]:
    tops = {j: _top(row, value(row.score, w.at(i=i, j=j))) for j in keys}
    if row.normaliser.divide and keys:
        extra = row.normaliser.extra
        sink = [] if extra is None else [OPERATIONS["exp"](value(extra, w.at(i=i)))]
        bottom = total([*sink, *tops.values()])
        tops = {j: DIVIDE(top, bottom) for j, top in tops.items()}
    factor = value(row.coefficient, w.at(i=i))
    return {j: MULTIPLY(factor, top) for j, top in tops.items()}


def weights(w: World, form: Form, i: int, keys: list[int] | None = None) -> dict[int, Any]:
    """The weights of the keys that are seen."""
    keys = seen(w, form, i) if keys is None else keys
    if not keys and form.empty != "zero":
        raise Unclear(f"an empty row that yields {form.empty}")
    rows = [_row(w, row, i, keys) for row in form.rows]
    return {j: total([row[j] for row in rows]) for j in keys}


def weight(w: World, form: Form, i: int, j: int) -> Any:
    return weights(w, form, i).get(j, Fraction(0))


def row_sum(w: World, form: Form, i: int) -> Any:
    return total(list(weights(w, form, i).values()))


def _mixed(w: World, form: Form, i: int, found: Mapping[int, Any]) -> list[Any]:
    values = {j: value(form.value, w.at(i=i, j=j)) for j in found}
    size = len(value(form.value, w.at(i=i, j=0)))
    mixed = [total([MULTIPLY(found[j], values[j][t]) for j in found]) for t in range(size)]
    return _output(w, form, i, mixed)


def _output(w: World, form: Form, i: int, mixed: list[Any]) -> list[Any]:
    if form.output == MIXED:
        return mixed
    found: list[Any] = value(form.output, replace(w.at(i=i), mixed=mixed))
    return found


def output(w: World, form: Form, i: int) -> list[Any]:
    return _mixed(w, form, i, weights(w, form, i))


def decode(w: World, form: Form, t: int) -> list[Any]:
    """Query t with the keys and values 0..t in its cache."""
    return _mixed(w, form, t, weights(w, form, t, [j for j in seen(w, form, t) if j <= t]))


def online(w: World, form: Form, i: int, tile: int) -> list[Any]:
    """Tiles of keys one after the other, with the running maximum taken out of all exponents."""
    if len(form.rows) != 1 or form.rows[0].normaliser.numerator != "exp" or tile < 1:
        raise Unclear("an online softmax of something else")
    row, keys = form.rows[0], seen(w, form, i)
    if not keys:
        return output(w, form, i)
    scores = {j: value(row.score, w.at(i=i, j=j)) for j in keys}
    size = len(value(form.value, w.at(i=i, j=0)))
    top: Any = None
    below: Any = Fraction(0)
    mixed: list[Any] = [Fraction(0)] * size
    if row.normaliser.extra is not None:
        top, below = value(row.normaliser.extra, w.at(i=i)), Fraction(1)
    for first in range(0, w.names["n_k"], tile):
        for j in (j for j in keys if first <= j < first + tile):
            new = scores[j] if top is None else OPERATIONS["max"](top, scores[j])
            fade = Fraction(0) if top is None else OPERATIONS["exp"](OPERATIONS["-"](top, new))
            part = OPERATIONS["exp"](OPERATIONS["-"](scores[j], new))
            v = value(form.value, w.at(i=i, j=j))
            below = ADD(MULTIPLY(below, fade), part)
            mixed = [
                ADD(MULTIPLY(m, fade), MULTIPLY(part, x)) for m, x in zip(mixed, v, strict=True)
            ]
            top = new
    return _output(w, form, i, [DIVIDE(m, below) for m in mixed])


def recurrent(w: World, form: Form, i: int) -> list[Any]:
    """Keys 0..i one at a time into a state, divided at the end where the Form divides."""
    if len(form.rows) != 1 or form.rows[0].normaliser.numerator != "identity":
        raise Unclear("a recurrence of something else")
    size = len(value(form.value, w.at(i=i, j=0)))
    mixed: list[Any] = [Fraction(0)] * size
    below: Any = Fraction(0)
    keys = [j for j in seen(w, form, i) if j <= i]
    for j in keys:
        s = score(w, form, i, j)
        v = value(form.value, w.at(i=i, j=j))
        mixed = [ADD(m, MULTIPLY(s, x)) for m, x in zip(mixed, v, strict=True)]
        below = ADD(below, s)
    if form.rows[0].normaliser.divide and keys:
        mixed = [DIVIDE(m, below) for m in mixed]
    return _output(w, form, i, mixed)


QUANTITIES: Mapping[str, Callable[..., Any]] = {
    "score": score,
    "weight": weight,
    "row_sum": row_sum,
    "output": output,
    "online": online,
    "decode": decode,
    "recurrent": recurrent,
}
