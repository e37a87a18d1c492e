"""Attention as programs compute it: over tiles, over steps with a cache, over keys with a state.

Each loop is written from the algorithm; what it must equal is written elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import reduce
from typing import Any

from symattn.core.errors import NotConcrete
from symattn.core.expression import ONE, Expr, I, J, free_names
from symattn.core.form import Row
from symattn.core.interpret import Environment, evaluate
from symattn.deciding.trials.rows import Rows

Vector = list[Any]


def online(rows: Rows, i: int, tile: int) -> Vector:
    """Query i by an online softmax: one pass over the keys, `tile` of them at a time."""
    if tile < 1:
        raise NotConcrete(f"a tile of {tile} keys")
    if any(r.normaliser.numerator != "exp" or not r.normaliser.divide for r in rows.form.rows):
        raise NotConcrete("an online softmax of weights that are no softmax")
    if not rows.keys(i):
        return empty_row(rows, i)
    a = rows.algebra
    found: Vector | None = None
    for number, row in enumerate(rows.form.rows):
        part = _one_pass(rows, i, number, tile)
        if row.coefficient != ONE:
            factor = evaluate(row.coefficient, a, rows.at(i))
            part = [a["*"](factor, x) for x in part]
        found = part if found is None else [a["+"](x, y) for x, y in zip(found, part, strict=True)]
    assert found is not None
    return rows.after(i, found)


def _one_pass(rows: Rows, i: int, number: int, tile: int) -> Vector:
    """(m, l, o): the largest score so far, the sum of exponentials below it, the mixed values."""
    a, extra = rows.algebra, rows.form.rows[number].normaliser.extra
    seen = set(rows.keys(i))
    m: Any = None if extra is None else evaluate(extra, a, rows.at(i))
    l, o = a["number"](0 if extra is None else 1), None
    for start in range(0, rows.n_k, tile):
        keys = [j for j in range(start, min(start + tile, rows.n_k)) if j in seen]
        if not keys:
            continue
        scores = list(rows.scores(i, number, keys).values())
        tops = scores if m is None else [m, *scores]
        top = a["max"](*tops) if len(tops) > 1 else tops[0]
        shrunk = a["number"](0) if m is None else a["exp"](a["-"](m, top))
        powers = [a["exp"](a["-"](score, top)) for score in scores]
        l = reduce(a["+"], powers, a["*"](l, shrunk))
        values = [rows.value(i, j) for j in keys]
        o = [a["number"](0)] * len(values[0]) if o is None else o
        o = [
            reduce(a["+"], (a["*"](p, v[t]) for p, v in zip(powers, values, strict=True)),
                   a["*"](x, shrunk))
            for t, x in enumerate(o)
        ]  # fmt: skip
        m = top
    assert o is not None
    return [a["/"](x, l) for x in o]


def empty_row(rows: Rows, i: int) -> Vector:
    """What a query that sees no key yields, which no loop over keys can say."""
    return rows.output(i)


def decoded(rows: Rows, t: int) -> Vector:
    """Query t by decoding: a step for each query, its key and value appended to a cache."""
    cache: set[int] = set(range(min(rows.first, rows.n_k)))
    last = rows.first + rows.n_q - 1
    needed = {i: set(rows.keys(i)) for i in range(rows.first, last + 1)}
    for i in range(rows.first, t + 1):
        if i < rows.n_k:
            cache.add(i)
        if i == t:
            return _from_cache(rows, t, cache)
        cache = {j for j in cache if any(j in needed[later] for later in range(i + 1, last + 1))}
    raise NotConcrete(f"step {t} is before the first query")


def _from_cache(rows: Rows, i: int, cache: set[int]) -> Vector:
    """Attention of query i over the keys of a cache: no other key or value can be read."""
    seen = sorted(cache & set(rows.keys(i)))
    if not seen and rows.form.empty == "uniform":
        raise NotConcrete("a uniform row over a cache")
    inside = replace(
        rows,
        env=_limited(rows.env, cache),
        keys_of=lambda _: tuple(range(j, j + 1) for j in seen),
        weighted={},
        mixed={},
        scored={},
    )
    return inside.output(i)


def _limited(env: Environment, cache: set[int]) -> Environment:
    """The environment in which keys and values outside of the cache do not exist."""

    def of(read: Callable[..., Vector], name: str) -> Callable[..., Vector]:
        def limited(*index: int) -> Vector:
            if index and index[-1] not in cache:
                raise NotConcrete(f"{name} of key {index[-1]}, which is not in the cache")
            return read(*index)

        return limited

    keyed = {name: of(read, name) for name, read in env.vectors.items() if name[0] in "kv"}
    return replace(env, vectors={**env.vectors, **keyed})


def recurrent(rows: Rows, i: int) -> Vector:
    """Query i by a state that takes in one key after the other, up to key i."""
    row = _linear(rows)
    a = rows.algebra
    if rows.keys(i) != list(range(min(i + 1, rows.n_k))):
        raise NotConcrete("a recurrence over keys other than 0, ..., i")
    parts = split(row.score)
    state: list[Vector] | None = None
    total: Vector = []
    for j in range(min(i + 1, rows.n_k)):
        at = rows.env.at(i=i, j=j)
        key = [_multiplied(rows, x, parts.of_key, at) for x in evaluate(parts.key, a, at)]
        value = rows.value(i, j)
        if state is None:
            state = [[a["*"](x, y) for y in value] for x in key]
            total = key
            continue
        if parts.decay is not None:
            g = evaluate(parts.decay, a, at)
            state = [[a["*"](g, y) for y in line] for line in state]
            total = [a["*"](g, x) for x in total]
        state = [
            [a["+"](old, a["*"](x, y)) for old, y in zip(line, value, strict=True)]
            for line, x in zip(state, key, strict=True)
        ]
        total = [a["+"](old, x) for old, x in zip(total, key, strict=True)]
    if state is None:
        return empty_row(rows, i)
    late = rows.at(i)
    if parts.decay is not None and i >= rows.n_k:
        raise NotConcrete("a decaying state after the last key")
    query = [_multiplied(rows, x, parts.of_query, late) for x in evaluate(parts.query, a, late)]
    mixed = [_dot(rows, query, list(column)) for column in zip(*state, strict=True)]
    if row.normaliser.divide:
        bottom = _dot(rows, query, total)
        mixed = [a["/"](x, bottom) for x in mixed]
    return rows.after(i, mixed)


def _linear(rows: Rows) -> Row:
    """The one row of a Form whose weights are scores themselves."""
    found = rows.form.rows
    normaliser = found[0].normaliser
    if len(found) > 1 or normaliser.numerator != "identity" or normaliser.extra is not None:
        raise NotConcrete("a recurrence of weights that are no plain products")
    if found[0].coefficient != ONE:
        raise NotConcrete("a recurrence of weights with a coefficient")
    return found[0]


class Split:
    """A score as product of query . key, factors of the query, of the key, and decay ** (i - j)."""

    def __init__(self, query: Expr, key: Expr) -> None:
        self.query, self.key = query, key
        self.of_query: list[tuple[str, Expr]] = []
        self.of_key: list[tuple[str, Expr]] = []
        self.decay: Expr | None = None


def split(score: Expr) -> Split:
    """The factors of a score that a state can take in.

    >>> from symattn.core.expression import lift
    >>> split(lift("dot(q[i], k[j]) * g ** (i - j)")).decay
    Expr('g')
    """
    factors = list(_factors(score, "*"))
    dots = [e for op, e in factors if e.op == "dot" and op == "*"]
    if len(dots) != 1:
        raise NotConcrete("a recurrence of a score that is no product of a query and a key")
    left, right = dots[0].parts
    found = Split(left, right) if "j" not in free_names(left) else Split(right, left)
    if "j" in free_names(found.query) or "i" in free_names(found.key):
        raise NotConcrete("a recurrence of a query and a key that know each other")
    for op, factor in factors:
        names = free_names(factor)
        if factor is dots[0]:
            continue
        if "j" not in names:
            found.of_query.append((op, factor))
        elif "i" not in names:
            found.of_key.append((op, factor))
        elif op == "*" and factor.op == "**" and factor.parts[1] == I - J and _still(factor):
            if found.decay is not None:
                raise NotConcrete("a recurrence with two decays")
            found.decay = factor.parts[0]
        else:
            raise NotConcrete("a recurrence of a score that knows both positions")
    return found


def _still(power: Expr) -> bool:
    return free_names(power.parts[0]).isdisjoint(("i", "j"))


def _factors(expr: Expr, op: str) -> Iterator[tuple[str, Expr]]:
    if expr.op in ("*", "/"):
        left, right = expr.parts
        yield from _factors(left, op)
        turned = op if expr.op == "*" else {"*": "/", "/": "*"}[op]
        yield from _factors(right, turned)
    else:
        yield op, expr


def _multiplied(rows: Rows, x: Any, factors: list[tuple[str, Expr]], at: Environment) -> Any:
    for op, factor in factors:
        x = rows.algebra[op](x, evaluate(factor, rows.algebra, at))
    return x


def _dot(rows: Rows, left: Vector, right: Vector) -> Any:
    a = rows.algebra
    return reduce(a["+"], (a["*"](x, y) for x, y in zip(left, right, strict=True)))
