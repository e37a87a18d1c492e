"""Exact arithmetic of rationals with exponentials as free symbols.

An element is a fraction of sums c_1 E(r_1) + c_2 E(r_2) + ... with rational c and r, where E(r)
stands for exp(r) and E(a) E(b) = E(a + b). Exponentials of distinct rationals are linearly
independent over the rationals (Lindemann and Weierstrass), so two elements are equal as numbers
exactly if they are equal here: no tolerance, no rounding. What leaves this field is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import exp, isqrt
from typing import Any

from symattn.core.attend import attend
from symattn.core.errors import NotConcrete
from symattn.core.instance import Instance
from symattn.core.interpret import Algebra

Sum = Mapping[Fraction, Fraction]  # r -> c, none of them 0: the sum of c E(r)
ZERO = Fraction(0)
UNIT: Sum = {ZERO: Fraction(1)}


@dataclass(frozen=True, slots=True, eq=False)
class Element:
    """A quotient of two sums of exponentials; `==` is equality of the numbers, exactly.

    >>> e = rational(1).exp()
    >>> (e * e - rational(1)) / (e - rational(1)) == e + rational(1)
    True
    """

    top: Sum
    bottom: Sum

    def __add__(self, other: Element) -> Element:
        if self.bottom == other.bottom:
            return Element(_plus(self.top, other.top), self.bottom)
        top = _plus(_times(self.top, other.bottom), _times(other.top, self.bottom))
        return Element(top, _times(self.bottom, other.bottom))

    def __neg__(self) -> Element:
        return Element({r: -c for r, c in self.top.items()}, self.bottom)

    def __sub__(self, other: Element) -> Element:
        return self + -other

    def __mul__(self, other: Element) -> Element:
        return Element(_times(self.top, other.top), _times(self.bottom, other.bottom))

    def __truediv__(self, other: Element) -> Element:
        if not other.top:
            raise NotConcrete("division by zero")
        if self.bottom == other.bottom:
            return Element(self.top, other.top)
        return Element(_times(self.top, other.bottom), _times(self.bottom, other.top))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Element):
            return NotImplemented
        return _times(self.top, other.bottom) == _times(other.top, self.bottom)

    def __hash__(self) -> int:
        raise TypeError("equal elements may be written in many ways; they have no hash")

    def exp(self) -> Element:
        """E(r) of an element that is the rational r."""
        return Element({self.rational("exp"): Fraction(1)}, UNIT)

    def rational(self, what: str = "this") -> Fraction:
        """The element as a rational number, if it is one."""
        if not self.top:
            return ZERO
        r, c = next(iter(self.bottom.items()))
        ratio = self.top.get(r, ZERO) / c
        if _times({ZERO: ratio} if ratio else {}, self.bottom) != dict(self.top):
            raise NotConcrete(f"{what} of a number that is not rational")
        return ratio

    def __float__(self) -> float:
        """A float near it, for people; nothing is decided by it."""
        shift = max(self.bottom)
        bottom = sum(float(c) * exp(float(r - shift)) for r, c in self.bottom.items())
        return sum(float(c) * exp(float(r - shift)) for r, c in self.top.items()) / bottom

    def __repr__(self) -> str:
        top, bottom = _show(self.top), _show(self.bottom)
        return top if bottom == "1" else f"({top}) / ({bottom})"


class NotANumber:
    """What an empty row yields when it says so: equal to itself, so that both sides may say it."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NotANumber)

    def __hash__(self) -> int:
        return 0

    def __float__(self) -> float:
        return float("nan")

    def __repr__(self) -> str:
        return "NaN"


def _plus(left: Sum, right: Sum) -> Sum:
    found = dict(left)
    for r, c in right.items():
        found[r] = found.get(r, ZERO) + c
    return {r: c for r, c in found.items() if c}


def _times(left: Sum, right: Sum) -> Sum:
    if right is UNIT or right == UNIT:
        return left
    if left == UNIT:
        return right
    found: dict[Fraction, Fraction] = {}
    for r, c in left.items():
        for s, d in right.items():
            found[r + s] = found.get(r + s, ZERO) + c * d
    return {r: c for r, c in found.items() if c}


def _show(terms: Sum) -> str:
    words = [f"{c}" if not r else f"E({r})" if c == 1 else f"{c} E({r})"
             for r, c in sorted(terms.items())]  # fmt: skip
    return " + ".join(words) or "0"


def rational(value: int | Fraction) -> Element:
    """A rational number as an element.

    >>> rational(Fraction(2, 3))
    2/3
    """
    return Element({ZERO: Fraction(value)} if value else {}, UNIT)


def _power(base: Element, exponent: Element) -> Element:
    power = exponent.rational("a power")
    if power.denominator != 1:
        return rational(root(base.rational("a fractional power"), power))
    if abs(power) > 1000:
        raise NotConcrete("a power with a large exponent")
    one = result = rational(1)
    for _ in range(abs(int(power))):
        result = result * base
    return result if power >= 0 else one / result


def root(value: Fraction, power: Fraction) -> Fraction:
    """value ** power, if that is rational.

    >>> root(Fraction(8, 27), Fraction(2, 3))
    Fraction(4, 9)
    """
    if value < 0 or (value == 0 and power < 0):
        raise NotConcrete(f"{value} ** ({power})")
    if abs(power.numerator) > 1000 or power.denominator > 1000:
        raise NotConcrete("a power with a large exponent")
    top, bottom = (_whole_root(n, power.denominator) for n in value.as_integer_ratio())
    return Fraction(top, bottom) ** power.numerator


def _whole_root(value: int, degree: int) -> int:
    low, high = 0, 1 << (value.bit_length() // degree + 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**degree <= value else (low, middle - 1)
    if low**degree != value:
        raise NotConcrete(f"the root of {value} of degree {degree} is not rational")
    return low


def _square_root(element: Element) -> Element:
    value = element.rational("the square root")
    if value < 0 or any(isqrt(n) ** 2 != n for n in value.as_integer_ratio()):
        raise NotConcrete(f"the square root of {value} is not rational")
    return rational(Fraction(*map(isqrt, value.as_integer_ratio())))


def _log(element: Element) -> Element:
    """log(E(r)) = r; no other logarithm is in the field."""
    terms = (*element.top.items(), *element.bottom.items())
    if len(element.top) != 1 or len(element.bottom) != 1 or terms[0][1] != terms[1][1]:
        raise NotConcrete("log of a number that is not one exponential")
    return rational(terms[0][0] - terms[1][0])


def _elu1(element: Element) -> Element:
    value = element.rational("elu")
    return rational(value + 1) if value > 0 else element.exp()


def _sigmoid(element: Element) -> Element:
    power = element.exp()
    return power / (rational(1) + power)


def _tanh(element: Element) -> Element:
    square = (element + element).exp()
    return (square - rational(1)) / (square + rational(1))


def _at_zero(name: str, value: int) -> Callable[[Element], Element]:
    """cos and sin, which leave the field everywhere else."""

    def rule(angle: Element) -> Element:
        if angle.top:
            raise NotConcrete(f"{name} is not rational in exponentials")
        return rational(value)

    return rule


ALGEBRA: Algebra = {
    "number": rational,
    "nan": NotANumber,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": _power,
    "neg": lambda a: -a,
    "sqrt": _square_root,
    "exp": lambda a: a.exp(),
    "log": _log,
    "tanh": _tanh,
    "sigmoid": _sigmoid,
    "cos": _at_zero("cos", 1),
    "sin": _at_zero("sin", 0),
    "abs": lambda a: rational(abs(a.rational("abs"))),
    "min": lambda *several: rational(min(a.rational("min") for a in several)),
    "max": lambda *several: rational(max(a.rational("max") for a in several)),
    "elu1": _elu1,
}
Matrix = tuple[tuple[Any, ...], ...]


def entries(base: Instance) -> tuple[tuple[Matrix, ...], tuple[Matrix, ...]]:
    """Weights [h][i][j] and outputs [h][i][t], exactly; NotConcrete where that is impossible.

    >>> from symattn.core.form_text import form
    >>> from symattn.core.instance import instance
    >>> from symattn.core.numbers import numbers
    >>> given = numbers({"Q": [[1], [1]], "K": [[0], [1]], "V": [[3], [4]]})
    >>> entries(instance(form("j <= i"), numbers=given))[0][0]
    ((1, 0), ((1) / (1 + E(1)), (E(1)) / (1 + E(1))))
    """
    heads = [attend(base, ALGEBRA, head) for head in range(base.sizes["H"])]
    return tuple(head.weights for head in heads), tuple(head.output for head in heads)
