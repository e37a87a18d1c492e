"""Evaluation of expressions over any arithmetic: one walk, one rule table for each arithmetic.

Indices, conditions and positions are exact integers; the rest is computed in the algebra. Vectors
are lists of scalars. What the names mean stands in an `Environment`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import reduce
from typing import Any

from symattn.core.errors import NotConcrete
from symattn.core.expression import COMPARISONS, CONDITIONS, Expr, kind
from symattn.core.text import show

Number = int | Fraction
MOST_TERMS = 10**6  # of all sums around a term together
MOST_BITS = 13_000  # of an exact power; Python prints no more digits than these
Algebra = Mapping[str, Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class Environment:
    """What names mean: numbers or scalars of the algebra, tables and vectors by their indices."""

    scalars: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    vectors: Mapping[str, Callable[..., list[Any]]] = field(default_factory=dict)
    matrices: Mapping[str, Callable[..., list[list[Any]]]] = field(default_factory=dict)
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    terms: int = 1  # how often the sums around this place make it to be evaluated

    def at(self, **positions: int) -> Environment:
        """The same, with positions such as i and j set."""
        scalars = {**self.scalars, **positions}
        return Environment(
            scalars, self.tables, self.vectors, self.matrices, self.functions, self.terms
        )


def exact(expr: Expr, env: Environment) -> Number:
    """The exact value of a position or parameter expression.

    >>> from symattn.core.text import read
    >>> exact(read("max(-2, min(2, j - i)) // 2"), Environment({"i": 5, "j": 1}))
    -1
    """
    value = _exact(expr, env)
    whole = isinstance(value, Fraction) and value.denominator == 1
    return int(value) if whole else value


def _exact(expr: Expr, env: Environment) -> Number:
    op = expr.op
    if op == "number":
        return expr.args[0]  # type: ignore[return-value]
    if op == "symbol":
        return _known(env.scalars.get(expr.name), f"{expr.name!r} needs a number here")
    if op == "table":
        value = env.tables[expr.name](*_index(expr, env)) if expr.name in env.tables else None
        return _known(value, f"the table {expr.name!r} needs numbers here")
    if op == "where":
        condition, yes, no = expr.parts
        return _exact(yes if holds(condition, env) else no, env)
    if op == "sum":
        return sum(_exact(expr.parts[-1], at) for at in summands(expr, env))
    rule = EXACT.get(op)
    if rule is None:
        raise NotConcrete(f"{show(expr)} has no exact value")
    values = [_exact(part, env) for part in expr.parts]
    if op in ("/", "//", "%") and values[1] == 0:
        raise NotConcrete(f"division by zero in {show(expr)}")
    return rule(*values)


def _known(value: Any, complaint: str) -> Number:
    if isinstance(value, (int, Fraction)):
        return value
    raise NotConcrete(f"{complaint}; give it one" if "table" not in complaint else complaint)


def bound_range(expr: Expr, env: Environment) -> Sequence[int]:
    """The values of the bound name of a sum.

    In `sum(t, condition, body)` a name that starts with i runs over the positions of queries, one
    that starts with h over the heads, every other over the keys.
    """
    if len(expr.parts) == 2:
        domain = _domain(expr.name, env)
        inner = _repeated(expr, env, len(domain))
        return [b for b in domain if holds(expr.parts[0], inner.at(**{expr.name: b}))]
    low, high = (exact(part, env) for part in expr.parts[:2])
    if high - low > MOST_TERMS:
        raise NotConcrete(f"{show(expr)} has more than a million terms")
    return range(-int(-low // 1), int(high // 1) + 1)


def summands(expr: Expr, env: Environment) -> Iterator[Environment]:
    """The environments of the terms of a sum, with a budget that nested sums share."""
    values = bound_range(expr, env)
    inner = _repeated(expr, env, len(values))
    return (inner.at(**{expr.name: value}) for value in values)


def _repeated(expr: Expr, env: Environment, times: int) -> Environment:
    terms = env.terms * max(times, 1)
    if terms > MOST_TERMS:
        raise NotConcrete(f"{show(expr)}, with the sums around it, has more than a million terms")
    return replace(env, terms=terms)


def _domain(name: str, env: Environment) -> range:
    size = {"i": "n_q", "h": "H"}.get(name[0], "n_k")
    if size not in env.scalars:
        raise NotConcrete(f"a sum over {name} needs {size}")
    first = int(env.scalars.get("offset", 0)) if size == "n_q" else 0
    return range(first, first + int(env.scalars[size]))


def _power(base: Number, exponent: Number) -> Number:
    power = Fraction(exponent)
    if power.denominator != 1 or abs(power.numerator) > 10_000:
        raise NotConcrete("a power with a large or fractional exponent has no exact value here")
    if base == 0 and power < 0:
        raise NotConcrete("zero to a negative power")
    base = Fraction(base)
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if (bits - 1) * abs(power.numerator) > MOST_BITS:  # said before it is computed
        raise NotConcrete(f"a power of over {MOST_BITS} bits has no exact value here")
    return base**power.numerator


def floor_log(value: Number, base: Number, times: Number) -> int:
    """floor(times * log(value) / log(base)), exactly: floats are wrong where it is whole.

    >>> floor_log(8, 2, 5), floor_log(1000, 10, 1), floor_log(Fraction(1, 2), 2, 1)
    (15, 3, -1)
    """
    value, base = Fraction(value), Fraction(base)
    if value <= 0 or base <= 1 or times <= 0 or times != int(times):
        raise NotConcrete("floor_log(x, b, c) needs x > 0, b > 1 and a whole c > 0")
    powered, found = value ** int(times), 0
    while base ** (found + 1) <= powered:
        found += 1
    while base**found > powered:
        found -= 1
    return found


EXACT: Mapping[str, Callable[..., Number]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: Fraction(a) / b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    "**": _power,
    "neg": lambda a: -a,
    "abs": abs,
    "min": min,
    "max": max,
    "floor": lambda a: a // 1,
    "floor_log": floor_log,
}
COMPARE: Mapping[str, Callable[[Number, Number], bool]] = {
    "<=": lambda a, b: a <= b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def holds(condition: Expr, env: Environment) -> bool:
    """Whether a condition on positions holds.

    >>> from symattn.core.text import read
    >>> holds(read("j <= i and i - j < 2"), Environment({"i": 3, "j": 2}))
    True
    """
    op = condition.op
    if op in COMPARISONS:
        left, right = condition.parts
        return COMPARE[op](_exact(left, env), _exact(right, env))
    if op == "and":
        return all(holds(part, env) for part in condition.parts)
    if op == "or":
        return any(holds(part, env) for part in condition.parts)
    if op == "not":
        return not holds(condition.parts[0], env)
    if op == "holds":
        return _exact(condition.parts[0], env) != 0
    assert op in CONDITIONS, op
    return op == "true"


def evaluate(expr: Expr, algebra: Algebra, env: Environment) -> Any:
    """The value of a number or vector expression in the algebra.

    `algebra` needs "number" and the functions that the expression uses: + - * / ** neg, sqrt exp
    log tanh sigmoid cos sin abs min max, and elu1 for the feature map elu(x) + 1.
    """
    rule = WALK.get(expr.op)
    if rule is not None:
        return rule(expr, algebra, env)
    if not expr.parts or expr.op in ("//", "%", "floor", "floor_log"):
        return algebra["number"](exact(expr, env))
    return algebra[expr.op](*(evaluate(part, algebra, env) for part in expr.parts))


def _symbol(expr: Expr, algebra: Algebra, env: Environment) -> Any:
    if expr.name not in env.scalars:
        raise NotConcrete(f"{expr.name!r} has no value")
    return _scalar(env.scalars[expr.name], algebra)


def _scalar(value: Any, algebra: Algebra) -> Any:
    return algebra["number"](value) if isinstance(value, (int, Fraction)) else value


def _index(expr: Expr, env: Environment) -> list[Any]:
    """The indices as whole numbers; a name that stands for itself (a free head) is passed on."""
    found: list[Any] = []
    for part in expr.parts:
        free = env.scalars.get(part.name) if part.op == "symbol" else None
        value = free if isinstance(free, Expr) else exact(part, env)
        if isinstance(value, Fraction):
            raise NotConcrete(f"the index of {show(expr)} is not a whole number")
        found.append(value)
    return found


def _table(expr: Expr, algebra: Algebra, env: Environment) -> Any:
    if expr.name not in env.tables:
        raise NotConcrete(f"the table {expr.name!r} has no values")
    return _scalar(env.tables[expr.name](*_index(expr, env)), algebra)


def _vector(expr: Expr, algebra: Algebra, env: Environment) -> list[Any]:
    if expr.name not in env.vectors:
        raise NotConcrete(f"the vectors {expr.name!r} have no values")
    return [_scalar(value, algebra) for value in env.vectors[expr.name](*_index(expr, env))]


def _matmul(expr: Expr, algebra: Algebra, env: Environment) -> list[Any]:
    left, right = expr.parts
    named = right.parts[0] if right.op == "transpose" else right
    rows = env.matrices[named.name](*_index(named, env))
    rows = [list(column) for column in zip(*rows, strict=True)] if right.op == "transpose" else rows
    values = evaluate(left, algebra, env)
    rows = [[_scalar(value, algebra) for value in row] for row in rows]
    return [_dot(values, list(column), algebra) for column in zip(*rows, strict=True)]


def _dot(left: list[Any], right: list[Any], algebra: Algebra) -> Any:
    total = algebra["number"](0)
    for n, (a, b) in enumerate(zip(left, right, strict=True)):
        product = algebra["*"](a, b)
        total = product if n == 0 else algebra["+"](total, product)
    return total


def _linear(expr: Expr, algebra: Algebra, env: Environment) -> Any:
    """+ - * / neg on scalars, and entry by entry on vectors."""
    values = [evaluate(part, algebra, env) for part in expr.parts]
    rule = algebra[expr.op]
    lists = [value for value in values if isinstance(value, list)]
    if not lists:
        return rule(*values)
    size = len(lists[0])
    columns = [value if isinstance(value, list) else [value] * size for value in values]
    return [rule(*entries) for entries in zip(*columns, strict=True)]


def _rope(expr: Expr, algebra: Algebra, env: Environment) -> list[Any]:
    """Pairs of entries turned by position * base**(-2t/width); entries beyond width stay."""
    what, position, base, pairing, width = expr.parts
    turned = list(evaluate(what, algebra, env))
    size = int(exact(width, env))
    if size % 2 or not 0 <= size <= len(turned):
        raise NotConcrete(
            f"rope turns pairs: its width {size} must be even and at most {len(turned)}"
        )
    half = size // 2
    place = evaluate(position, algebra, env)
    for t in range(half):
        a, b = (t, t + half) if pairing.name == "half" else (2 * t, 2 * t + 1)
        exponent = algebra["number"](Fraction(-2 * t, size))
        slow = algebra["**"](evaluate(base, algebra, env), exponent)
        angle = algebra["*"](place, slow)
        cos, sin = algebra["cos"](angle), algebra["sin"](angle)
        x, y = turned[a], turned[b]
        turned[a] = algebra["-"](algebra["*"](x, cos), algebra["*"](y, sin))
        turned[b] = algebra["+"](algebra["*"](x, sin), algebra["*"](y, cos))
    return turned


def _norm(expr: Expr, algebra: Algebra, env: Environment) -> list[Any]:
    values = evaluate(expr.parts[0], algebra, env)
    mean = algebra["/"](_dot(values, values, algebra), algebra["number"](len(values)))
    size = algebra["sqrt"](mean)
    return [algebra["/"](value, size) for value in values]


def _where(expr: Expr, algebra: Algebra, env: Environment) -> Any:
    condition, yes, no = expr.parts
    return evaluate(yes if holds(condition, env) else no, algebra, env)


def _sum(expr: Expr, algebra: Algebra, env: Environment) -> Any:
    body = expr.parts[-1]
    terms = [evaluate(body, algebra, at) for at in summands(expr, env)]
    if terms and isinstance(terms[0], list):
        return [reduce(algebra["+"], entries) for entries in zip(*terms, strict=True)]
    if not terms and kind(body) == "vector":
        raise NotConcrete(f"{show(expr)} is an empty sum of vectors")
    return reduce(algebra["+"], terms) if terms else algebra["number"](0)


def _call(expr: Expr, algebra: Algebra, env: Environment) -> Any:
    if expr.name not in env.functions:
        raise NotConcrete(f"the function {expr.name!r} has no meaning here")
    return env.functions[expr.name](*(evaluate(part, algebra, env) for part in expr.parts))


WALK: Mapping[str, Callable[[Expr, Algebra, Environment], Any]] = {
    "symbol": _symbol,
    "infinity": lambda _, algebra, __: algebra["infinity"](),
    "table": _table,
    "vector": _vector,
    "matmul": _matmul,
    "dot": lambda e, a, env: _dot(evaluate(e.parts[0], a, env), evaluate(e.parts[1], a, env), a),
    **dict.fromkeys(("+", "-", "*", "/", "neg"), _linear),
    "rope": _rope,
    "norm": _norm,
    "phi": lambda e, a, env: [a["elu1"](x) for x in evaluate(e.parts[0], a, env)],
    "where": _where,
    "sum": _sum,
    "call": _call,
}
