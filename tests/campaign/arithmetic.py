"""Numbers of the oracle: rational numbers as long as it goes, proven enclosures (balls) after that.

Written for the campaign alone; it shares nothing with the engines or their replay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq

BITS = 400
LARGEST_POWER = 200


class Unclear(Exception):
    """The oracle has no certain value: it says nothing about this place."""


def ball(value: Any) -> Any:
    """The number as a ball."""
    if isinstance(value, (int, Fraction)):
        exact = Fraction(value)
        return arb(fmpq(exact.numerator, exact.denominator))
    return value


def exact(value: Any) -> bool:
    return isinstance(value, (int, Fraction))


def finite(value: Any) -> Any:
    """The number, or Unclear if it is infinite, undefined or barely known."""
    if not exact(value) and not (
        value.is_finite() and value.rad() < arb(2) ** -200 * (1 + abs(value))
    ):
        raise Unclear("a number that is not known well enough")
    return value


def _both(rule: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def operation(a: Any, b: Any) -> Any:
        return rule(a, b) if exact(a) and exact(b) else finite(rule(ball(a), ball(b)))

    return operation


def _over(a: Any, b: Any) -> Any:
    if exact(b) and b == 0:
        raise Unclear("a division by zero")
    if not exact(b) and b.contains(0):
        raise Unclear("a division by what may be zero")
    return Fraction(a) / b if exact(a) and exact(b) else finite(ball(a) / ball(b))


def _power(a: Any, b: Any) -> Any:
    if exact(a) and exact(b) and Fraction(b).denominator == 1 and abs(b) <= LARGEST_POWER:
        if a == 0 and b < 0:
            raise Unclear("zero to a negative power")
        return Fraction(a) ** int(b)
    if exact(a) and a <= 0:
        raise Unclear("a power of a number that is not positive")
    return finite(ball(a) ** ball(b))


def _function(rule: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda a: finite(rule(ball(a)))


def _exp(a: Any) -> Any:
    return Fraction(1) if exact(a) and a == 0 else finite(ball(a).exp())


def _sqrt(a: Any) -> Any:
    if exact(a) and a >= 0:
        root = fmpq(Fraction(a).numerator, Fraction(a).denominator)
        top, bottom = int(root.p).__pow__(1), int(root.q)
        from math import isqrt

        if isqrt(top) ** 2 == top and isqrt(bottom) ** 2 == bottom:
            return Fraction(isqrt(top), isqrt(bottom))
    return finite(ball(a).sqrt())


def _extreme(largest: bool) -> Callable[..., Any]:
    def chosen(*values: Any) -> Any:
        if all(map(exact, values)):
            return max(values) if largest else min(values)
        found = ball(values[0])
        for value in map(ball, values[1:]):
            found = arb.max(found, value) if largest else arb.min(found, value)
        return finite(found)

    return chosen


def _floor(a: Any) -> Any:
    if exact(a):
        return Fraction(a.__floor__())
    raise Unclear("the floor of a number that is no fraction")


def _whole(rule: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def operation(a: Any, b: Any) -> Any:
        if not (exact(a) and exact(b)) or b == 0:
            raise Unclear("a quotient that is not known")
        return rule(Fraction(a), Fraction(b))

    return operation


OPERATIONS: Mapping[str, Callable[..., Any]] = {
    "+": _both(lambda a, b: a + b),
    "-": _both(lambda a, b: a - b),
    "*": _both(lambda a, b: a * b),
    "/": _over,
    "//": _whole(lambda a, b: Fraction(a // b)),
    "%": _whole(lambda a, b: a % b),
    "**": _power,
    "neg": lambda a: -a,
    "abs": lambda a: abs(a),
    "min": _extreme(False),
    "max": _extreme(True),
    "floor": _floor,
    "exp": _exp,
    "log": lambda a: Fraction(0) if exact(a) and a == 1 else _function(lambda x: x.log())(a),
    "sqrt": _sqrt,
    "tanh": _function(lambda a: a.tanh()),
    "sigmoid": _function(lambda a: 1 / (1 + (-a).exp())),
    "cos": _function(lambda a: a.cos()),
    "sin": _function(lambda a: a.sin()),
}


def different(a: Any, b: Any) -> bool:
    """Whether two numbers are different for certain.

    >>> different(Fraction(1, 3), Fraction(1, 3) + Fraction(1, 10**30))
    True
    """
    if exact(a) and exact(b):
        return bool(a != b)
    return not (ball(a) - ball(b)).contains(0)


def sign(a: Any) -> int | None:
    """1, 0 or -1, or None if a ball does not say."""
    if exact(a):
        return (a > 0) - (a < 0)
    return 1 if a > 0 else -1 if a < 0 else None


__all__ = ["BITS", "OPERATIONS", "Unclear", "ball", "ctx", "different", "exact", "sign"]
