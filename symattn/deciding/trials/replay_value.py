"""The third opinion on claims about numbers: both sides at a point, by loops over definitions.

This file knows neither engine A nor the trials, neither `core.interpret` nor `core.attend`. Whole
and broken numbers stay exact; all others are proven balls of python-flint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import isqrt
from typing import Any

from flint import arb, fmpq

from symattn.core.expression import COMPARISONS, Expr, kind
from symattn.core.form import Form, Row
from symattn.core.term_claim import TermClaim
from symattn.core.text import show
from symattn.deciding.answer import Number, Point
from symattn.deciding.replay import DoesNotReplay

NAN, INFINITY = float("nan"), float("inf")


def ball(x: Any) -> Any:
    """A number as a ball; `oo` and NaN stay floats."""
    return arb(fmpq(x.numerator, x.denominator)) if isinstance(x, (int, Fraction)) else x


def is_nan(x: Any) -> bool:
    return isinstance(x, float) and x != x


def settled(x: Any) -> Any:
    """A result that says something."""
    if isinstance(x, arb) and not x.is_finite():
        raise DoesNotReplay("a number beyond the precision")
    return x.numerator if isinstance(x, Fraction) and x.denominator == 1 else x


def order(a: Any, b: Any) -> int | None:
    """-1, 0 or 1 as a is below, equal to or above b; None if that is not sure."""
    if isinstance(a, (int, Fraction, float)) and isinstance(b, (int, Fraction, float)):
        return (a > b) - (a < b)
    if isinstance(a, float) or isinstance(b, float):
        return (1 if a > 0 else -1) if isinstance(a, float) else (-1 if b > 0 else 1)
    a, b = ball(a), ball(b)
    return 1 if a > b else -1 if a < b else 0 if a == b else None


def sure(a: Any, b: Any) -> int:
    found = order(a, b)
    if found is None:
        raise DoesNotReplay("two numbers that the precision does not tell apart")
    return found


def plus(a: Any, b: Any) -> Any:
    if isinstance(a, float) or isinstance(b, float):
        parts = [x for x in (a, b) if isinstance(x, float)]
        return sum(parts) if parts else NAN
    if isinstance(a, arb) or isinstance(b, arb):
        return settled(ball(a) + ball(b))
    return settled(a + b)


def negative(a: Any) -> Any:
    return -a


def times(a: Any, b: Any) -> Any:
    if isinstance(a, float) or isinstance(b, float):
        if is_nan(a) or is_nan(b):
            return NAN
        signs = sure(a, 0) * sure(b, 0)
        return NAN if not signs else signs * INFINITY
    if isinstance(a, arb) or isinstance(b, arb):
        return settled(ball(a) * ball(b))
    return settled(a * b)


def over(a: Any, b: Any) -> Any:
    if isinstance(b, float):
        return NAN if isinstance(a, float) or is_nan(b) else 0
    if sure(b, 0) == 0:
        return NAN
    if isinstance(a, float):
        return a * sure(b, 0)
    if isinstance(a, arb) or isinstance(b, arb):
        return settled(ball(a) / ball(b))
    return settled(Fraction(a) / Fraction(b))


def power(a: Any, b: Any) -> Any:
    if isinstance(a, float) or isinstance(b, float):
        raise DoesNotReplay("a power with an infinite part")
    if isinstance(b, int) and not isinstance(a, arb) and abs(b) < 5000:
        return NAN if a == 0 and b < 0 else settled(Fraction(a) ** b)
    if isinstance(b, Fraction) and b == Fraction(1, 2):
        return root(a)
    below = sure(a, 0)
    if below == 0:
        return {1: 0, 0: 1, -1: NAN}[sure(b, 0)]
    if below < 0 and not isinstance(b, int):
        raise DoesNotReplay("a broken power of a negative number")
    return settled(ball(a) ** ball(b))


def root(a: Any) -> Any:
    if isinstance(a, float):
        return a if a > 0 else NAN
    if sure(a, 0) < 0:
        raise DoesNotReplay("the root of a negative number")
    if isinstance(a, (int, Fraction)):
        top, bottom = isqrt(a.numerator), isqrt(a.denominator)
        if (top * top, bottom * bottom) == (a.numerator, a.denominator):
            return settled(Fraction(top, bottom))
    return settled(ball(a).sqrt())


def exp(a: Any) -> Any:
    if isinstance(a, float):
        return 0 if a < 0 else a
    return 1 if isinstance(a, int) and a == 0 else settled(ball(a).exp())


def log(a: Any) -> Any:
    if isinstance(a, float) and not a < 0:
        return a
    size = sure(a, 0)
    if size <= 0:
        if size < 0:
            raise DoesNotReplay("the logarithm of a negative number")
        return -INFINITY
    return 0 if isinstance(a, int) and a == 1 else settled(ball(a).log())


def tanh(a: Any) -> Any:
    if isinstance(a, float):
        return a if is_nan(a) else 1 if a > 0 else -1
    return 0 if isinstance(a, int) and a == 0 else settled(ball(a).tanh())


def sigmoid(a: Any) -> Any:
    return over(1, plus(1, exp(negative(a))))


def turning(at_zero: int, name: str) -> Callable[[Any], Any]:
    def run(a: Any) -> Any:
        if isinstance(a, float):
            return NAN
        return at_zero if isinstance(a, int) and a == 0 else settled(getattr(ball(a), name)())

    return run


def extreme(wanted: int) -> Callable[..., Any]:
    def run(first: Any, *rest: Any) -> Any:
        for x in rest:
            first = x if sure(x, first) == wanted else first
        return first

    return run


def whole(rule: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def run(a: Any, b: Any) -> Any:
        if isinstance(a, (arb, float)) or isinstance(b, (arb, float)) or b == 0:
            raise DoesNotReplay("a whole division of numbers that are not exact")
        return settled(Fraction(rule(a, b)))

    return run


SCALARS: Mapping[str, Callable[..., Any]] = {
    "+": plus, "-": lambda a, b: plus(a, negative(b)), "*": times, "/": over, "**": power,
    "neg": negative, "sqrt": root, "exp": exp, "log": log, "tanh": tanh, "sigmoid": sigmoid,
    "cos": turning(1, "cos"), "sin": turning(0, "sin"), "min": extreme(-1), "max": extreme(1),
    "abs": lambda a: a if sure(a, 0) >= 0 else negative(a),
    "//": whole(lambda a, b: a // b), "%": whole(lambda a, b: a % b),
    "floor": lambda a: whole(lambda x, y: x // y)(a, 1),
}  # fmt: skip
Vector = list[Any]


@dataclass(frozen=True)
class There:
    """A claim at a point: the values of names, and of quantities at positions."""

    claim: TermClaim
    point: Point
    form: Form | None = None  # the Form whose terms are read, or None in the claim itself
    mixed: Vector = field(default_factory=list)
    reads: dict[tuple[str, tuple[int, ...]], Number] = field(default_factory=dict)

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
        if not self.claim.has_heads or name[0] not in "qkv" or not (name[1:] or "0").isdigit():
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


def total(terms: Any) -> Any:
    found: Any = 0
    for term in terms:
        found = plus(found, term)
    return found


def dot(a: Vector, b: Vector) -> Any:
    return total(times(x, y) for x, y in zip(a, b, strict=True))


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


def floor_log(value: Any, base: Any, factor: Any) -> int:
    """The whole part of factor * log(value) / log(base)."""
    if isinstance(value, arb) or isinstance(base, arb) or value <= 0 or base <= 1:
        raise DoesNotReplay("a whole part of a logarithm that is not exact")
    powered, found = Fraction(value) ** int(factor), 0
    while Fraction(base) ** found > powered:
        found -= 1
    while Fraction(base) ** (found + 1) <= powered:
        found += 1
    return found


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


def related(relation: str, a: Any, b: Any) -> bool:
    """Whether two values are surely so related; what is not sure is refused."""
    if isinstance(a, list) or isinstance(b, list):
        equal = same_vectors(a, b)
        return equal if relation == "==" else not equal
    if is_nan(a) or is_nan(b):
        same = is_nan(a) and is_nan(b)
        return {"==": same, "!=": not same}.get(relation, False)
    found = sure(a, b)
    return {"<": found < 0, "<=": found <= 0, ">": found > 0, ">=": found >= 0,
            "==": found == 0, "!=": found != 0}[relation]  # fmt: skip


def same_vectors(a: Vector, b: Vector) -> bool:
    """Whether two vectors are equal: one channel that surely differs decides."""
    unsure = 0
    for x, y in zip(a, b, strict=True):
        if is_nan(x) != is_nan(y):
            return False
        if is_nan(x):
            continue
        found = order(x, y)
        if found:
            return False
        unsure += found is None
    if unsure:
        raise DoesNotReplay("two vectors that the precision does not tell apart")
    return True


def numerator(row: Row, score: Any) -> Any:
    rule = {"exp": exp, "sigmoid": sigmoid}.get(row.normaliser.numerator)
    return score if rule is None else rule(score)
