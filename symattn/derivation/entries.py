"""Closed forms entry by entry, for concrete n: as products q_i k_j^T, or in coordinates.

Every score is built once and every denominator once for its row, so that n^2 entries share them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, partial
from math import isqrt
from typing import Any

from symattn.core import region
from symattn.core.attend import output_of, weights_of
from symattn.core.expression import (
    H_INDEX,
    MIXED,
    ONE,
    ZERO,
    Expr,
    lift,
    make,
    number,
    symbol,
    table,
    tidy,
    vector,
)
from symattn.core.form import Form, Normaliser, Row
from symattn.core.instance import Instance
from symattn.core.interpret import Algebra, Environment, evaluate
from symattn.core.meaning import Free, environment
from symattn.core.specialise import specialise
from symattn.core.steps import Entry
from symattn.core.weights import NUMERATORS, mixture
from symattn.derivation.general import names_for


@dataclass(frozen=True, slots=True)
class Closed:
    """The entries of one quantity of a Form at concrete lengths."""

    form: Form
    n_q: int
    n_k: int
    env: Environment

    def rows(self) -> Iterator[tuple[int, region.Ranges]]:
        return region.rows(self.form, self.n_q, self.n_k, self.env)

    def at(self, i: int, j: int) -> Environment:
        return self.env.at(i=i, j=j)


def products(form: Form, n_q: int, n_k: int, env: Environment) -> Closed:
    """Entries written with dot(q[3], k[1])."""
    return Closed(form, n_q, n_k, region.sized(env, n_q, n_k))


def scores(closed: Closed) -> Iterator[Entry]:
    """The score of every pair; masked pairs say so.

    >>> from symattn.core.form_text import form
    >>> causal = products(form(support="j <= i"), 2, 2, Environment())
    >>> [e.right for e in scores(causal) if not e.masked][2]
    Expr('dot(q[1], k[1]) / sqrt(d)')
    """
    name = names_for(closed.form).score
    several = len(closed.form.rows) > 1
    for i, ranges in closed.rows():
        seen = {j for r in ranges for j in r}
        for at, row in enumerate(closed.form.rows, 1):
            for j in range(closed.n_k):
                left = table(f"{name}{at}" if several else name, number(i), number(j))
                if j in seen:
                    yield Entry((i, j), left, specialise(row.score, closed.at(i, j)))
                else:
                    yield Entry((i, j), left, NUMERATORS[row.normaliser.numerator][1], masked=True)


def weights(closed: Closed) -> Iterator[Entry]:
    """The weight of every pair as a closed form; 0 where masked."""
    name = names_for(closed.form).weight
    for i, ranges in closed.rows():
        keys = [j for r in ranges for j in r]
        found = dict(zip(keys, _row_of_weights(closed, i, keys), strict=True))
        for j in range(closed.n_k):
            left = table(name, number(i), number(j))
            right = found[j] if j in found else _nothing(closed, i, keys)
            yield Entry((i, j), left, right, masked=j not in found)


def _nothing(closed: Closed, i: int, keys: list[int]) -> Expr:
    """What a masked weight is: 0, except in an empty row that says something else."""
    form = closed.form
    if keys or form.empty == "zero":
        return ZERO
    if form.empty == "nan":
        return symbol("nan")
    share = number(Fraction(1, closed.n_k))
    factors = tuple(_with_coefficient(row, closed, i) for row in form.rows)
    return mixture(factors, [share] * len(factors))


def _row_of_weights(closed: Closed, i: int, keys: list[int]) -> list[Expr]:
    columns = []
    for row in closed.form.rows:
        f, _ = NUMERATORS[row.normaliser.numerator]
        tops = [f(specialise(row.score, closed.at(i, j))) for j in keys]
        bottom = _bottom(closed, row.normaliser, tops, i)
        columns.append([_over(top, bottom, row.normaliser) for top in tops])
    factors = tuple(_with_coefficient(row, closed, i) for row in closed.form.rows)
    if len(columns) == 1 and factors[0].coefficient == ONE:
        return columns[0]
    return [mixture(factors, list(parts)) for parts in zip(*columns, strict=True)]


def _with_coefficient(row: Row, closed: Closed, i: int) -> Row:
    return Row(row.score, row.normaliser, specialise(row.coefficient, closed.at(i, 0)))


def _bottom(closed: Closed, normaliser: Normaliser, tops: list[Expr], i: int) -> Expr:
    """The shared denominator of a row, one object for all its entries."""
    total: Expr | None = None
    if normaliser.extra is not None:
        extra = specialise(normaliser.extra, closed.at(i, 0))
        total = ONE if extra == ZERO else Expr("exp", (extra,))
    for top in tops:
        total = top if total is None else Expr("+", (total, top))
    return ZERO if total is None else total


def _over(top: Expr, bottom: Expr, normaliser: Normaliser) -> Expr:
    return make("/", top, bottom) if normaliser.divide else top


def outputs(closed: Closed) -> Iterator[Entry]:
    """The output of every query: mixed values, and what the Form's projection makes of them."""
    form = closed.form
    for i, ranges in closed.rows():
        keys = [j for r in ranges for j in r]
        mixed = _mixed(closed, i, keys)
        yield Entry((i,), vector("o", number(i)), mixed, masked=not keys)
        if form.output != MIXED:
            right = specialise(form.output, closed.at(i, 0))
            yield Entry((i,), vector("y", number(i)), right, masked=not keys)


def _mixed(closed: Closed, i: int, keys: list[int]) -> Expr:
    """Weighted values, over one denominator if there is one."""
    form = closed.form
    if not keys and form.empty != "uniform":
        return _nothing(closed, i, keys)
    found = _row_of_weights(closed, i, keys)
    if not keys:
        keys = list(range(closed.n_k))
        found = [_nothing(closed, i, [])] * closed.n_k
    values = [specialise(form.value, closed.at(i, j)) for j in keys]
    single = len(form.rows) == 1 and form.rows[0].normaliser.divide and found[0].op == "/"
    tops = [weight.parts[0] if single else weight for weight in found]
    mixed: Expr | None = None
    for top, value in zip(tops, values, strict=True):
        term = Expr("*", (top, value))
        mixed = term if mixed is None else Expr("+", (mixed, term))
    assert mixed is not None
    return make("/", mixed, found[0].parts[1]) if single else mixed


def in_coordinates(base: Instance, what: str, head: int = 0) -> Iterator[Entry]:
    """The entries written with coordinates; what has a number in the Instance shows as one.

    >>> from symattn.core.form_text import form
    >>> from symattn.core.instance import instance
    >>> list(in_coordinates(instance(form(support="j <= i"), n=1, d=2), "scores"))[0].right
    Expr('(q[0, 0] * k[0, 0] + q[0, 1] * k[0, 1]) / sqrt(2)')
    """
    yield from _laid_out(base, what, SHORT, head)


def numbers_put_in(base: Instance, what: str, head: int = 0) -> Iterator[Entry]:
    """The same with nothing carried out, so that every number stands where its letter stood."""
    yield from _laid_out(base, what, PLAIN, head)


def _laid_out(base: Instance, what: str, algebra: Algebra, head: int = 0) -> Iterator[Entry]:
    form, n_k, name = base.form, base.sizes["n_k"], names_for(base.form).weight
    env = environment(base, algebra, _head_of(base, head), AS_SYMBOLS)
    cached = {name: cache(row) for name, row in env.vectors.items()}
    env = Environment(env.scalars, env.tables, cached, env.matrices, env.functions)
    for i, ranges in region.rows(form, base.sizes["n_q"], n_k, env):
        at, keys = env.at(i=i), tuple(j for r in ranges for j in r)
        scores = [{j: evaluate(row.score, algebra, at.at(j=j)) for j in keys} for row in form.rows]
        if what == "scores":
            yield from _score_entries(form, i, n_k, scores)
            continue
        row = weights_of(form, scores, algebra, at)
        if what == "weights":
            name = names_for(form).weight
            yield from (
                Entry((i, j), _at(name, i, j), row[j], j not in scores[0]) for j in range(n_k)
            )
        else:
            mixed = output_of(form, row, keys, algebra, at)
            yield from (
                Entry((i, t), _at("o" if form.output == MIXED else "y", i, t), x, not keys)
                for t, x in enumerate(mixed)
            )


def _score_entries(form: Form, i: int, n_k: int, scores: list[dict[int, Any]]) -> Iterator[Entry]:
    for label, row, found in zip(_labels(form), form.rows, scores, strict=True):
        nothing = NUMERATORS[row.normaliser.numerator][1]
        for j in range(n_k):
            yield Entry((i, j), _at(label, i, j), found.get(j, nothing), j not in found)


def _labels(form: Form) -> list[str]:
    name = names_for(form).score
    several = len(form.rows) > 1
    return [f"{name}{at}" if several else name for at in range(1, len(form.rows) + 1)]


def _head_of(base: Instance, head: int) -> Any:
    """The one head, which keeps its letter unless heads are counted or tables have numbers."""
    return head if base.many_heads or base.arrays else H_INDEX


def _at(name: str, *index: Any) -> Expr:
    return table(name, *map(lift, index))


def _free_entry(name: str, index: tuple[Any, ...]) -> Expr:
    return _at(name, *index) if index else symbol(name)


AS_SYMBOLS = Free(_free_entry, lambda name: lambda *args: Expr("call", (name, *args)))


def _root(value: Expr) -> Expr:
    """sqrt, carried out when the number is a square."""
    if value.op == "number":
        exact_value = Fraction(value.args[0])  # type: ignore[arg-type]
        top, bottom = isqrt(max(exact_value.numerator, 0)), isqrt(exact_value.denominator)
        if exact_value >= 0 and Fraction(top * top, bottom * bottom) == exact_value:
            return number(Fraction(top, bottom))
    return Expr("sqrt", (value,))


def _node(op: str, *parts: Expr) -> Expr:
    return Expr(op, parts)


def _folding(op: str) -> Callable[[Expr, Expr], Expr]:
    """An operation that carries out neutral arithmetic, so that closed forms stay short."""

    def combine(a: Expr, b: Expr) -> Expr:
        if a.op != "number" and b.op != "number":
            return Expr(op, (a, b))
        return tidy(make(op, a, b)) if a in UNITS or b in UNITS else make(op, a, b)

    return combine


def _power(base: Expr, exponent: Expr) -> Expr:
    """Powers of numbers, carried out when they are exact; the rest stays."""
    if base.op == exponent.op == "number":
        times = Fraction(exponent.args[0])  # type: ignore[arg-type]
        root = _root(base) if times.denominator == 2 else base if times.denominator == 1 else None
        if root is not None and root.op == "number" and abs(times.numerator) <= 64:
            value = Fraction(root.args[0])  # type: ignore[arg-type]
            if value or times > 0:
                return number(value**times.numerator)
    return tidy(make("**", base, exponent))


UNITS = (ZERO, ONE)
PLAIN: Algebra = {
    "number": number,
    "nan": lambda: symbol("nan"),
    **{op: partial(_node, op) for op in ("+", "-", "*", "/", "**", "neg", "sqrt", "exp", "log")},
    **{op: partial(_node, op) for op in ("tanh", "sigmoid", "cos", "sin", "abs", "min", "max")},
    "elu1": partial(_node, "elu1"),
}
SHORT: Algebra = {
    **PLAIN,
    **{op: _folding(op) for op in ("+", "-", "*", "/")},
    "neg": partial(make, "neg"),
    "**": _power,
    "sqrt": _root,
    "cos": lambda x: ONE if x == ZERO else Expr("cos", (x,)),
    "sin": lambda x: ZERO if x == ZERO else Expr("sin", (x,)),
}
