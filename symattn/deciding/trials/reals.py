"""Real numbers as they are: rational while they can be, proven balls (python-flint) after that.

`oo`, `-oo` and NaN are values with the rules of IEEE 754. What is outside of the domain of a
function, as the logarithm of a negative number, raises `Outside`: no claim is about such a place.
What the precision does not decide raises `Unclear`.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import isqrt
from typing import Any

from symattn.core.errors import NotConcrete
from symattn.core.interpret import Algebra

BITS = 192
MOST_EXACT = 2000  # bits of a rational number that is kept as one


class Outside(NotConcrete):
    """A place at which one of the sides has no meaning, which is no case of the claim."""


class Unclear(NotConcrete):
    """A sign that the precision does not tell."""


class Limit:
    """`oo`, `-oo` or NaN."""

    __slots__ = ("sign",)

    def __init__(self, sign: int) -> None:
        self.sign = sign

    def __repr__(self) -> str:
        return {1: "oo", -1: "-oo", 0: "nan"}[self.sign]


OO, MINUS_OO, NAN = Limit(1), Limit(-1), Limit(0)
LIMITS = {1: OO, -1: MINUS_OO, 0: NAN}


def exact(value: Any) -> bool:
    return isinstance(value, (int, Fraction))


def ball(value: Any) -> Any:
    """The ball of a finite value, at the present precision."""
    from flint import arb, fmpq

    if exact(value):
        return arb(fmpq(value.numerator, value.denominator))
    return value


def sign(value: Any) -> int:
    """The sign of a value, if it is sure."""
    if isinstance(value, Limit):
        return int(value.sign)
    if exact(value):
        return int(value > 0) - int(value < 0)
    if value > 0:
        return 1
    if value < 0:
        return -1
    if value.is_zero():
        return 0
    raise Unclear("a sign that the precision does not tell")


def kept(value: Any) -> Any:
    """A ball, unless it says nothing."""
    if not value.is_finite():
        raise Unclear("a number beyond the precision")
    return value


def _small(value: Any) -> Any:
    """A rational number that stays small enough to compute with."""
    if isinstance(value, Fraction):
        if value.denominator == 1:
            value = value.numerator
        elif value.denominator.bit_length() > MOST_EXACT:
            return ball(value)
    if isinstance(value, int) and value.bit_length() > MOST_EXACT:
        return ball(value)
    return value


def _plus(a: Any, b: Any) -> Any:
    if isinstance(a, Limit) or isinstance(b, Limit):
        if isinstance(a, Limit) and isinstance(b, Limit):
            return a if a.sign == b.sign else NAN
        return a if isinstance(a, Limit) else b
    if exact(a) and exact(b):
        return _small(a + b)
    return kept(ball(a) + ball(b))


def _neg(a: Any) -> Any:
    return LIMITS[-a.sign] if isinstance(a, Limit) else -a


def _times(a: Any, b: Any) -> Any:
    if isinstance(a, Limit) or isinstance(b, Limit):
        if a is NAN or b is NAN:
            return NAN
        return LIMITS[sign(a) * sign(b)]
    if exact(a) and exact(b):
        return _small(a * b)
    return kept(ball(a) * ball(b))


def _over(a: Any, b: Any) -> Any:
    if isinstance(b, Limit):
        return NAN if isinstance(a, Limit) or b is NAN else 0
    below = sign(b)
    if not below:
        return NAN  # 0/0, and x/0, whose sign nobody knows
    if isinstance(a, Limit):
        return LIMITS[a.sign * below]
    if exact(a) and exact(b):
        return _small(Fraction(a) / b)
    return kept(ball(a) / ball(b))


def _power(a: Any, b: Any) -> Any:
    if isinstance(a, Limit) or isinstance(b, Limit):
        raise NotConcrete("a power of an infinite value")
    if exact(b) and b == int(b) and exact(a):
        b = int(b)
        if not a and b < 0:
            return NAN
        if abs(b) * max(a.numerator.bit_length(), a.denominator.bit_length()) <= MOST_EXACT:
            return _small(Fraction(a) ** b)
    below = sign(a)
    if below == 0 and sign(b) >= 0:
        return 1 if sign(b) == 0 else 0
    if below == 0:
        return NAN
    if below < 0 and not (exact(b) and b == int(b)):
        raise Outside("a broken power of a negative number")
    if exact(b) and b == Fraction(1, 2):
        return _root(a)
    return kept(ball(a) ** ball(b))


def _root(a: Any) -> Any:
    if isinstance(a, Limit):
        return a if a.sign >= 0 else NAN
    if sign(a) < 0:
        raise Outside("the square root of a negative number")
    if exact(a):
        top, bottom = isqrt(a.numerator), isqrt(a.denominator)
        if top * top == a.numerator and bottom * bottom == a.denominator:
            return _small(Fraction(top, bottom))
    return kept(ball(a).sqrt())


def _exp(a: Any) -> Any:
    if isinstance(a, Limit):
        return 0 if a.sign < 0 else a
    if exact(a) and not a:
        return 1
    return kept(ball(a).exp())


def _log(a: Any) -> Any:
    if isinstance(a, Limit):
        if a.sign < 0:
            raise Outside("the logarithm of a negative number")
        return a
    size = sign(a)
    if size < 0:
        raise Outside("the logarithm of a negative number")
    if not size:
        return MINUS_OO
    return 0 if exact(a) and a == 1 else kept(ball(a).log())


def _bounded(low: int, at_zero: Any, rule: str) -> Callable[[Any], Any]:
    """tanh and sigmoid."""

    def run(a: Any) -> Any:
        if isinstance(a, Limit):
            return a if a is NAN else 1 if a.sign > 0 else low
        if exact(a) and not a:
            return at_zero
        a = ball(a)
        return kept(a.tanh() if rule == "tanh" else 1 / (1 + (-a).exp()))

    return run


def _turning(rule: str, at_zero: int) -> Callable[[Any], Any]:
    def run(a: Any) -> Any:
        if isinstance(a, Limit):
            return NAN
        if exact(a) and not a:
            return at_zero
        return kept(ball(a).cos() if rule == "cos" else ball(a).sin())

    return run


def compared(a: Any, b: Any) -> int:
    """The sign of a - b, if it is sure; both are no NaN."""
    if isinstance(a, Limit) or isinstance(b, Limit):
        left = 2 * a.sign if isinstance(a, Limit) else 0
        right = 2 * b.sign if isinstance(b, Limit) else 0
        return (left > right) - (left < right)
    if exact(a) and exact(b):
        return int(a > b) - int(a < b)
    return sign(ball(a) - ball(b))


def _chosen(better: int) -> Callable[..., Any]:
    """max (better = 1) and min (-1)."""

    def run(*several: Any) -> Any:
        if NAN in several:
            return NAN
        found = several[0]
        for value in several[1:]:
            try:
                if compared(value, found) == better:
                    found = value
            except Unclear:
                found = ball(found).max(ball(value)) if better > 0 else ball(found).min(ball(value))
        return found

    return run


def _elu1(a: Any) -> Any:
    if isinstance(a, Limit):
        return _plus(a, 1) if a.sign >= 0 else 0
    return _plus(a, 1) if sign(a) > 0 else _exp(a)


ALGEBRA: Algebra = {
    "number": lambda value: _small(value),
    "infinity": lambda: OO,
    "nan": lambda: NAN,
    "+": _plus,
    "-": lambda a, b: _plus(a, _neg(b)),
    "*": _times,
    "/": _over,
    "**": _power,
    "neg": _neg,
    "sqrt": _root,
    "exp": _exp,
    "log": _log,
    "tanh": _bounded(-1, 0, "tanh"),
    "sigmoid": _bounded(0, Fraction(1, 2), "sigmoid"),
    "cos": _turning("cos", 1),
    "sin": _turning("sin", 0),
    "abs": lambda a: a if sign(a) >= 0 else _neg(a),
    "min": _chosen(-1),
    "max": _chosen(1),
    "elu1": _elu1,
}


def surely(relation: str, a: Any, b: Any) -> bool | None:
    """Whether two numbers, or two vectors, are surely so related; None if that stays open.

    Equal balls are never sure. NaN equals NaN, differs from every number, and has no order.

    >>> surely("<", 1, ALGEBRA["exp"](1)), surely("==", NAN, NAN), surely("==", 0, NAN)
    (True, True, False)
    """
    if isinstance(a, list) or isinstance(b, list):
        return _all_surely(relation, a, b)
    if a is NAN or b is NAN:
        return {"==": a is b, "!=": a is not b}.get(relation)
    try:
        order = compared(a, b)
    except Unclear:
        return None
    return {
        "==": order == 0, "!=": order != 0, "<": order < 0, "<=": order <= 0,
        ">": order > 0, ">=": order >= 0,
    }[relation]  # fmt: skip


def _all_surely(relation: str, a: list[Any], b: list[Any]) -> bool | None:
    equal = [surely("==", x, y) for x, y in zip(a, b, strict=True)]
    same = False if False in equal else None if None in equal else True
    if relation == "==" or same is None:
        return same
    return not same
