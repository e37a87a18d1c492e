"""Forward differentiation in any algebra: numbers that carry a slope along one direction.

It shares nothing with the reverse rules of `cotangents.py`, and so it can check them: one walk
through the Form with these numbers gives the derivative of the output along the direction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from symattn.core.errors import NotConcrete
from symattn.core.interpret import Algebra


@dataclass(frozen=True, slots=True)
class Moving:
    """A value and its slope; None is a slope of zero."""

    value: Any
    slope: Any = None


Rule = Callable[..., Moving]


def forward(algebra: Algebra) -> Algebra:
    """The algebra of numbers with slopes over another algebra.

    >>> from fractions import Fraction
    >>> rules = forward({"number": Fraction, "*": lambda a, b: a * b, "+": lambda a, b: a + b})
    >>> x = Moving(Fraction(3), Fraction(1))
    >>> rules["*"](x, x)
    Moving(value=Fraction(9, 1), slope=Fraction(6, 1))
    """
    found: dict[str, Rule] = {op: _unary(op, algebra) for op in SLOPES if op in algebra}
    found["number"] = lambda value: Moving(algebra["number"](value))
    found["nan"] = lambda: Moving(algebra["nan"]())
    found["+"] = lambda a, b: Moving(algebra["+"](a.value, b.value), _sum(a, b, algebra))
    found["neg"] = lambda a: found["*"](found["number"](-1), a)
    found["-"] = lambda a, b: found["+"](a, found["neg"](b))
    found["*"] = lambda a, b: _product(a, b, algebra)
    found["/"] = lambda a, b: _quotient(a, b, algebra)
    found["**"] = lambda a, b: _power(a, b, algebra)
    for op in ("min", "max"):
        found[op] = _chosen(op, algebra)
    return found


def _one(value: int, algebra: Algebra) -> Any:
    return algebra["number"](value)


def _times(slope: Any, factor: Any, algebra: Algebra) -> Any:
    return None if slope is None else algebra["*"](slope, factor)


def _sum(a: Moving, b: Moving, algebra: Algebra) -> Any:
    if a.slope is None or b.slope is None:
        return b.slope if a.slope is None else a.slope
    return algebra["+"](a.slope, b.slope)


def _product(a: Moving, b: Moving, algebra: Algebra) -> Moving:
    left = Moving(None, _times(a.slope, b.value, algebra))
    right = Moving(None, _times(b.slope, a.value, algebra))
    return Moving(algebra["*"](a.value, b.value), _sum(left, right, algebra))


def _quotient(a: Moving, b: Moving, algebra: Algebra) -> Moving:
    value = algebra["/"](a.value, b.value)
    falls = _times(b.slope, algebra["neg"](value), algebra)
    top = _sum(a, Moving(None, falls), algebra)
    return Moving(value, None if top is None else algebra["/"](top, b.value))


def _power(a: Moving, b: Moving, algebra: Algebra) -> Moving:
    """a**b; the slope by b is a**b log(a), which is 0 at a = 0 for b > 0."""
    value = algebra["**"](a.value, b.value)
    slopes = Moving(None)
    if a.slope is not None:
        lower = algebra["**"](a.value, algebra["+"](b.value, _one(-1, algebra)))
        slopes = Moving(None, _times(a.slope, algebra["*"](b.value, lower), algebra))
    if b.slope is not None and a.value != _one(0, algebra):
        grows = algebra["*"](value, algebra["log"](a.value))
        slopes = Moving(None, _sum(slopes, Moving(None, _times(b.slope, grows, algebra)), algebra))
    return Moving(value, slopes.slope)


def _chosen(op: str, algebra: Algebra) -> Rule:
    """The argument that is the least (or the greatest), with its slope."""

    def rule(*arguments: Moving) -> Moving:
        value = algebra[op](*(a.value for a in arguments))
        if all(a.slope is None for a in arguments):
            return Moving(value)
        choose = min if op == "min" else max
        winner = choose(arguments, key=lambda a: float(a.value))
        if sum(float(a.value) == float(winner.value) for a in arguments) != 1:
            raise NotConcrete(f"{op} has no derivative where two arguments are equal")
        return Moving(value, winner.slope)

    return rule


def _unary(op: str, algebra: Algebra) -> Rule:
    def rule(a: Moving) -> Moving:
        value = algebra[op](a.value)
        if a.slope is None:
            return Moving(value)
        return Moving(value, algebra["*"](a.slope, SLOPES[op](a.value, algebra)))

    return rule


def _over(top: Any, bottom: Any, a: Algebra) -> Any:
    return a["/"](top, bottom)


def _tanh(x: Any, a: Algebra) -> Any:
    """4 / (exp(x) + exp(-x))**2."""
    both = a["+"](a["exp"](x), a["exp"](a["neg"](x)))
    return _over(a["number"](4), a["*"](both, both), a)


def _sigmoid(x: Any, a: Algebra) -> Any:
    """exp(-x) / (1 + exp(-x))**2."""
    small = a["exp"](a["neg"](x))
    bottom = a["+"](a["number"](1), small)
    return _over(small, a["*"](bottom, bottom), a)


def _sign(x: Any, a: Algebra) -> Any:
    value = float(x)
    if value == 0:
        raise NotConcrete("abs has no derivative at 0")
    return a["number"](1 if value > 0 else -1)


SLOPES: dict[str, Callable[[Any, Algebra], Any]] = {
    "exp": lambda x, a: a["exp"](x),
    "log": lambda x, a: _over(a["number"](1), x, a),
    "sqrt": lambda x, a: _over(a["number"](1), a["*"](a["number"](2), a["sqrt"](x)), a),
    "tanh": _tanh,
    "sigmoid": _sigmoid,
    "cos": lambda x, a: a["neg"](a["sin"](x)),
    "sin": lambda x, a: a["cos"](x),
    "abs": _sign,
    "elu1": lambda x, a: a["number"](1) if float(x) > 0 else a["exp"](x),
}
