"""What arithmetic and the usual functions do to normal forms. Part of the kernel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from symattn.deciding.terms.polynomials import (
    OO,
    Poly,
    Unsupported,
    constant,
    exponential,
    logarithm,
    order,
    plus,
    power,
    scaled,
    times,
)


def _sigmoid(x: Poly) -> Poly:
    """1 / (1 + exp(-x))."""
    return power(plus(constant(1), exponential(scaled(x, -1))), Fraction(-1))


def _tanh(x: Poly) -> Poly:
    """1 - 2 / (exp(2 x) + 1), and -tanh(-x) if the first coefficient is negative."""
    if OO in x:
        return constant(1 if x[OO] > 0 else -1)
    if x and x[min(x, key=order)] < 0:
        return scaled(_tanh(scaled(x, -1)), -1)
    bottom = plus(exponential(scaled(x, 2)), constant(1))
    return plus(constant(1), power(bottom, Fraction(-1)), -2)


def _sum(left: Poly, right: Poly, factor: int = 1) -> Poly:
    if OO in left and OO in right and left[OO] * right[OO] * factor < 0:
        raise Unsupported("infinity minus infinity")
    return plus(left, right, factor)


ARITHMETIC: Mapping[str, Callable[..., Poly]] = {
    "+": _sum,
    "-": lambda a, b: _sum(a, b, -1),
    "*": times,
    "neg": lambda a: scaled(a, -1),
    "sqrt": lambda a: power(a, Fraction(1, 2)),
    "exp": exponential,
    "log": logarithm,
    "abs": lambda a: power(times(a, a), Fraction(1, 2)),
    "tanh": _tanh,
    "sigmoid": _sigmoid,
}
