"""Weights and outputs at a point, from their definitions; see `replay_value`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from symattn.core.expression import MIXED
from symattn.deciding.replay import DoesNotReplay
from symattn.deciding.trials.replay_numbers import NAN, Vector, exp, over, plus, times, total
from symattn.deciding.trials.replay_value import There, numerator

Place = Mapping[str, Any]


def seen(there: There, place: Place, i: int) -> list[int]:
    """The keys that query i sees."""
    assert there.form is not None
    if i not in there.rows:
        raise DoesNotReplay(f"query {i} is outside of the sequence")
    support = there.form.support
    return [j for j in there.keys if there.value(support, {**place, "i": i, "j": j})]


def score(there: There, place: Place, i: int, j: int) -> Any:
    assert there.form is not None
    if i not in there.rows or j not in there.keys:
        raise DoesNotReplay(f"the pair {i}, {j} is outside of the sequence")
    return there.value(there.form.score, {**place, "i": i, "j": j})


def weights(there: There, place: Place, i: int, keys: Sequence[int]) -> dict[int, Any]:
    """The weights of the keys that are seen, of all keys in a row that is empty."""
    form = there.form
    assert form is not None
    if not keys:
        empty = {"zero": 0, "nan": NAN, "uniform": over(1, len(there.keys))}[form.empty]
        factor = total(there.value(row.coefficient, {**place, "i": i}) for row in form.rows)
        return {j: empty if form.empty == "nan" else times(factor, empty) for j in there.keys}
    found: dict[int, Any] = dict.fromkeys(keys, 0)
    for row in form.rows:
        tops = {j: numerator(row, there.value(row.score, {**place, "i": i, "j": j})) for j in keys}
        bottom: Any = 1
        if row.normaliser.divide:
            bottom = total(tops.values())
        if row.normaliser.divide and row.normaliser.extra is not None:
            bottom = plus(bottom, exp(there.value(row.normaliser.extra, {**place, "i": i})))
        factor = there.value(row.coefficient, {**place, "i": i})
        for j in keys:
            found[j] = plus(found[j], times(factor, over(tops[j], bottom)))
    return found


def weight(there: There, place: Place, i: int, j: int) -> Any:
    if j not in there.keys:
        raise DoesNotReplay(f"key {j} is outside of the sequence")
    return weights(there, place, i, seen(there, place, i)).get(j, 0)


def row_sum(there: There, place: Place, i: int) -> Any:
    return total(weights(there, place, i, seen(there, place, i)).values())


def output(there: There, place: Place, i: int) -> Vector:
    return mixed(there, place, i, seen(there, place, i))


def mixed(there: There, place: Place, i: int, keys: Sequence[int]) -> Vector:
    """The sum of weights times values over some keys, and what the output makes of it."""
    form = there.form
    assert form is not None
    row = weights(there, place, i, keys)
    terms = []
    for j in row:
        value = there.value(form.value, {**place, "i": i, "j": j})
        terms.append([times(row[j], x) for x in value])
    found = [total(column) for column in zip(*terms, strict=True)]
    if form.output == MIXED:
        return found
    answer: Vector = replace(there, mixed=found).value(form.output, {**place, "i": i})
    return answer


def online(there: There, place: Place, i: int, tile: int) -> Vector:
    """The mixture of the outputs of tiles: equal to the output for a softmax, whatever the tile."""
    if tile < 1:
        raise DoesNotReplay(f"a tile of {tile} keys")
    return output(there, place, i)


def decode(there: There, place: Place, t: int) -> Vector:
    """The output over the keys that came so far."""
    return mixed(there, place, t, [j for j in seen(there, place, t) if j <= t])


def recurrent(there: There, place: Place, i: int) -> Vector:
    """The state after key i holds the keys up to i, which are those that are seen."""
    keys = seen(there, place, i)
    if keys != [j for j in there.keys if j <= i]:
        raise DoesNotReplay("a recurrence over keys other than 0, ..., i")
    return mixed(there, place, i, keys)


QUANTITIES: Mapping[str, Callable[..., Any]] = {
    "score": score,
    "weight": weight,
    "row_sum": row_sum,
    "output": output,
    "online": online,
    "decode": decode,
    "recurrent": recurrent,
}
