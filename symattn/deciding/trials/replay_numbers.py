"""Numbers of the replay: whole and broken ones exact, all others proven balls of python-flint.

`oo` and NaN are floats. What the precision does not decide is refused with `DoesNotReplay`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import isqrt
from typing import Any

from flint import arb, fmpq

from symattn.deciding.replay import DoesNotReplay

Vector = list[Any]
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


def total(terms: Any) -> Any:
    found: Any = 0
    for term in terms:
        found = plus(found, term)
    return found


def dot(a: Vector, b: Vector) -> Any:
    return total(times(x, y) for x, y in zip(a, b, strict=True))


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
