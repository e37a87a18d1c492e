"""The third opinion on claims about numbers: both sides at a point, by loops over definitions.

This file knows neither engine A nor the trials, neither `core.interpret` nor `core.attend`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from symattn.core.expression import COMPARISONS, Expr, kind
from symattn.core.form import Form, Row
from symattn.core.term_claim import TermClaim
from symattn.core.text import show
from symattn.deciding.answer import Number, Point
from symattn.deciding.replay import DoesNotReplay
from symattn.deciding.trials.replay_numbers import (
    INFINITY,
    SCALARS,
    Vector,
    dot,
    exp,
    floor_log,
    negative,
    over,
    plus,
    power,
    related,
    root,
    sigmoid,
    sure,
    times,
    total,
)


@dataclass(frozen=True)
class There:
    """A claim at a point: the values of names, and of quantities at positions."""

    claim: TermClaim
    point: Point
    form: Form | None = None  # the Form whose terms are read, or None in the claim itself
    mixed: Vector = field(default_factory=list)
    reads: dict[tuple[str, tuple[int, ...]], Number] = field(default_factory=dict)

    heads: bool | None = None  # whether the claim has heads; found out when it is not said

    def __post_init__(self) -> None:
        if self.heads is None:
            object.__setattr__(self, "heads", self.claim.has_heads)

    def length(self, name: str) -> int:
        values = self.point.values
        return int(values[name] if name in values else values["n"])

    @property
    def keys(self) -> range:
        return range(self.length("n_k"))

    @property
    def rows(self) -> range:
        forms = self.claim.forms
        first = int(There(self.claim, self.point).value(forms[0].offset, {})) if forms else 0
        return range(first, first + self.length("n_q"))

    def value(self, expr: Expr, place: Mapping[str, Any]) -> Any:
        """The value of a number, vector or condition."""

        def of(part: Expr) -> Any:
            return self.value(part, place)

        op = expr.op
        if op in RULES:
            return RULES[op](self, expr, place)
        if op in COMPARISONS:
            return related(op, of(expr.parts[0]), of(expr.parts[1]))
        if op in LOGIC:
            return LOGIC[op](expr.parts, of)
        if op in SCALARS:
            values = [of(part) for part in expr.parts]
            lists = [x for x in values if isinstance(x, list)]
            if not lists:
                return SCALARS[op](*values)
            columns = [x if isinstance(x, list) else [x] * len(lists[0]) for x in values]
            return [SCALARS[op](*entries) for entries in zip(*columns, strict=True)]
        raise DoesNotReplay(f"{show(expr)} cannot be replayed")

    def symbol(self, expr: Expr, place: Mapping[str, Any]) -> Any:
        name, values = expr.name, self.point.values
        if name in place:
            return place[name]
        if name in values:
            return values[name]
        if name in ("n_q", "n_k", "n") and "n" in values:
            return values["n"]
        if name == "n" and values.get("n_q") == values.get("n_k", -1):
            return values["n_k"]
        raise DoesNotReplay(f"{name} has no number")

    def index(self, expr: Expr, place: Mapping[str, Any]) -> tuple[int, ...]:
        return tuple(int(self.value(part, place)) for part in expr.parts)

    def entry(self, name: str, index: tuple[int, ...]) -> Number:
        """An entry; what a point does not list is 0."""
        found = self.reads[name, index] = self.point.entries.get((name, index), 0)
        return found

    def own(self, name: str, place: Mapping[str, Any]) -> tuple[int, ...]:
        """The head that comes first among the indices of q, k and v."""
        if not self.heads or name[0] not in "qkv" or not (name[1:] or "0").isdigit():
            return ()
        if name[0] == "q" or self.form is None or self.form.heads is None:
            return (int(place.get("h", self.point.values.get("h", 0))),)
        return (int(self.value(self.form.heads, place)),)

    def vector(self, expr: Expr, place: Mapping[str, Any]) -> Vector:
        if expr.name == "o" and self.form is not None:
            return self.mixed
        index = (*self.own(expr.name, place), *self.index(expr, place))
        shape = {"q": ["d"], "k": ["d"], "v": ["d_v"]}.get(expr.name)
        if shape is None:
            width = self.value(self.declared(expr.name).shape[0], {})
        else:
            width = self.point.values[shape[0]]
        return [self.entry(expr.name, (*index, t)) for t in range(int(width))]

    def declared(self, name: str) -> Any:
        return next(p for p in self.claim.parameters if p.name == name)

    def matrix(self, expr: Expr, place: Mapping[str, Any]) -> list[Vector]:
        if expr.op == "transpose":
            return [list(column) for column in zip(*self.matrix(expr.parts[0], place), strict=True)]
        index = self.index(expr, place)
        rows, columns = (int(self.value(e, {})) for e in self.declared(expr.name).shape)
        return [
            [self.entry(expr.name, (*index, r, c)) for c in range(columns)] for r in range(rows)
        ]

    def bound(self, expr: Expr, place: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The places of the terms of a sum."""
        name = expr.name
        if len(expr.parts) == 3:
            low, high = (self.value(part, place) for part in expr.parts[:2])
            domain = range(-int(-low // 1), int(high // 1) + 1)
        elif name[0] == "i":
            domain = self.rows
        else:
            domain = range(self.length("H")) if name[0] == "h" else self.keys
        places = [{**place, name: at} for at in domain]
        if len(expr.parts) == 3:
            return places
        return [at for at in places if self.value(expr.parts[0], at)]

    def sum(self, expr: Expr, place: Mapping[str, Any]) -> Any:
        terms = [self.value(expr.parts[-1], at) for at in self.bound(expr, place)]
        if kind(expr) == "vector" or (terms and isinstance(terms[0], list)):
            return [total(column) for column in zip(*terms, strict=True)]
        return total(terms)


def rope(there: There, expr: Expr, place: Mapping[str, Any]) -> Vector:
    """Channel pairs as complex numbers, each multiplied by a unit one."""
    vector, position, base = (there.value(part, place) for part in expr.parts[:3])
    width = int(there.value(expr.parts[4], place))
    if width % 2 or width > len(vector):
        raise DoesNotReplay("a rotation of an odd number of channels")
    found = list(vector)
    for t in range(width // 2):
        angle = times(position, power(base, Fraction(-2 * t, width)))
        cos, sin = SCALARS["cos"](angle), SCALARS["sin"](angle)
        a, b = (t, t + width // 2) if expr.parts[3].name == "half" else (2 * t, 2 * t + 1)
        found[a] = plus(times(vector[a], cos), negative(times(vector[b], sin)))
        found[b] = plus(times(vector[b], cos), times(vector[a], sin))
    return found


def norm(there: There, expr: Expr, place: Mapping[str, Any]) -> Vector:
    vector = there.value(expr.parts[0], place)
    size = root(over(dot(vector, vector), len(vector)))
    return [over(x, size) for x in vector]


def matmul(there: There, expr: Expr, place: Mapping[str, Any]) -> Vector:
    left = there.value(expr.parts[0], place)
    columns = zip(*there.matrix(expr.parts[1], place), strict=True)
    return [dot(left, list(column)) for column in columns]


def phi(there: There, expr: Expr, place: Mapping[str, Any]) -> Vector:
    vector = there.value(expr.parts[0], place)
    return [plus(x, 1) if sure(x, 0) > 0 else exp(x) for x in vector]


def quantity(there: There, expr: Expr, place: Mapping[str, Any]) -> Any:
    from symattn.deciding.trials.replay_rows import QUANTITIES

    number = expr.args[1]
    assert isinstance(number, int)
    asked = replace(there, form=there.claim.forms[number])
    return QUANTITIES[expr.name](asked, place, *there.index(expr, place))


def call(there: There, expr: Expr, place: Mapping[str, Any]) -> Any:
    """Every open function is x + x**2, or x + x**2 + 2 (y + y**2), and so on."""
    values = [there.value(part, place) for part in expr.parts]
    return total(times(at, plus(x, times(x, x))) for at, x in enumerate(values, 1))


Rule = Callable[[There, Expr, Mapping[str, Any]], Any]
RULES: Mapping[str, Rule] = {
    "number": lambda _there, expr, _place: expr.args[0],
    "symbol": There.symbol,
    "infinity": lambda *_: INFINITY,
    "table": lambda there, expr, place: there.entry(expr.name, there.index(expr, place)),
    "vector": There.vector,
    "matmul": matmul,
    "dot": lambda there, expr, place: dot(*(there.value(part, place) for part in expr.parts)),
    "rope": rope,
    "norm": norm,
    "phi": phi,
    "sum": There.sum,
    "of": quantity,
    "call": call,
    "floor_log": lambda there, expr, place: floor_log(*(there.value(e, place) for e in expr.parts)),
}
LOGIC: Mapping[str, Callable[[tuple[Expr, ...], Callable[[Expr], Any]], Any]] = {
    "where": lambda parts, of: of(parts[1]) if of(parts[0]) else of(parts[2]),
    "and": lambda parts, of: all(of(part) for part in parts),
    "or": lambda parts, of: any(of(part) for part in parts),
    "not": lambda parts, of: not of(parts[0]),
    "true": lambda *_: True,
    "false": lambda *_: False,
    "holds": lambda parts, of: of(parts[0]) != 0,
}


def numerator(row: Row, score: Any) -> Any:
    rule = {"exp": exp, "sigmoid": sigmoid}.get(row.normaliser.numerator)
    return score if rule is None else rule(score)
