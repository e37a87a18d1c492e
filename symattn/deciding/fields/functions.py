"""Functions of elements: exponentials, powers and roots, angles, logarithms, opaque functions."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import floor
from typing import Any

from symattn.core.errors import NotConcrete
from symattn.deciding.fields.arithmetic import (
    ANGLE,
    MOST_POWER,
    NESTED,
    OPAQUE,
    ROOT,
    is_rooted,
)
from symattn.deciding.fields.element import Element, number
from symattn.deciding.fields.field import Field, factors
from symattn.deciding.fields.infinite import NAN, OO, Infinite

MOST_EXACT_BITS = 20_000  # of a whole power of a rational number


def exp(x: Any) -> Any:
    """w ** x; of a number that has no exponent, an opaque function.

    >>> from symattn.deciding.fields.element import free
    >>> from symattn.deciding.fields.field import field
    >>> from symattn.deciding.fields.primes import pairs
    >>> here = field(pairs("a claim"), "point 1")
    >>> x, y = free(here, "x"), free(here, "y")
    >>> exp(x + y) == exp(x) * exp(y), exp(x - log(y)) == exp(x) / y
    (True, True)
    """
    if isinstance(x, Infinite):
        return {1: OO, 0: NAN}.get(x.sign, 0)
    if x.sign == 0:
        return number(x.field, 1)
    field = x.field
    if x.factor:
        e, f, taint = x.factor
        found = Element(field, field.exponential(e) * f % field.P, None, taint, 1)
    elif x.exponent is not None:
        found = Element(field, field.exponential(x.exponent), None, x.taint, 1)
    else:
        found = opaque("exp", x)
        found.exponent, found.sign = None, 1
    if found.taint & ANGLE:
        found.taint |= NESTED
    found.power = x
    return found


def opaque(name: str, *arguments: Any, parity: str = "", free: bool = False) -> Any:
    """A function of which nothing is known but that equal arguments give equal results.

    `parity` is "odd" or "even" where the function is; a `free` one stands for every function, so
    that it does not touch its result.
    """
    field: Field = next(a.field for a in arguments if isinstance(a, Element))
    flip = False
    words = []
    for a in arguments:
        value = a.value if isinstance(a, Element) else a
        if parity and field.P - value < value:
            value, flip = field.P - value, True
        words.append(str(value))
    whose = "any" if free else "the"  # somebody may call a function of theirs "exp"
    value, exponent = field.drawn(f"{whose} {name}({','.join(words)})")
    taint = 0
    for a in arguments:
        taint |= getattr(a, "taint", 0)
    if not free:
        field.met.add(name)
        taint |= OPAQUE
    found = Element(field, value, exponent, taint)
    return -found if flip and parity == "odd" else found


def power(x: Any, y: Any) -> Any:
    """x ** y."""
    if isinstance(x, Infinite) or isinstance(y, Infinite):
        return x**y if isinstance(x, Infinite) else y.__rpow__(x)
    if y.exact is not None and y.exact.denominator == 1:
        return _whole_power(x, int(y.exact))
    if x.power is not None:
        return exp(x.power * y)
    if y.exact is not None:
        return _rational_power(x, y.exact)
    if x.sign is not None and x.sign <= 0:
        raise NotConcrete("a number that is not positive to a power that is not rational")
    return exp(y * log(x))


def _whole_power(x: Element, times: int) -> Any:
    field = x.field
    if abs(times) > MOST_POWER:
        raise NotConcrete("a power with a large exponent")
    if x.exact is not None:
        size = max(n.bit_length() for n in x.exact.as_integer_ratio()) * abs(times)
        if x.exact == 0 and times < 0:
            raise NotConcrete("zero to a negative power")
        if size <= MOST_EXACT_BITS:
            return number(field, x.exact**times)
    if times < 0:
        return number(field, 1) / _whole_power(x, -times)
    if times == 0:
        return number(field, 1)
    if x.taint & ROOT and x.value in field.squares and times > 1:
        rest = _whole_power(x, times % 2) if times % 2 else number(field, 1)
        return _whole_power(field.squares[x.value], times // 2) * rest
    exponent = None if x.exponent is None else pow(x.exponent, times, field.M)
    sign = x.sign**times if x.sign is not None else None
    found = Element(field, pow(x.value, times, field.P), exponent, x.taint, sign)
    found.rooted = x.rooted
    if x.power is not None:
        found.power = x.power * number(field, times)
    return found


def _rational_power(x: Element, exponent: Fraction) -> Element:
    if x.sign == 0 and exponent > 0:
        return x
    if x.sign is not None and x.sign <= 0:
        raise NotConcrete("a fractional power of a number that is not positive")
    if x.exact is not None:
        return _power_of_rational(x.field, x.exact, exponent)
    found = _root(x, exponent) if is_rooted(x) else None
    if found is not None:
        return found
    whole = floor(exponent)
    if whole and exponent.denominator == 2:  # x ** (3/2) = x * sqrt(x)
        return power(x, number(x.field, whole)) * _rational_power(x, exponent - whole)  # type: ignore[no-any-return]
    return _opaque_power(x, exponent)


def _opaque_power(x: Element, exponent: Fraction) -> Element:
    """Opaque, but that the square of a square root is known."""
    found = opaque(f"** {exponent}", x)
    found.sign = x.sign
    if exponent == Fraction(1, 2):
        x.field.squares[found.value] = x
        found.taint |= ROOT
    return found  # type: ignore[no-any-return]


def _root(x: Element, exponent: Fraction) -> Element | None:
    """The power that is a square in every field, where it exists."""
    field = x.field
    top, bottom = exponent.as_integer_ratio()
    value = field.values.root(x.value, top, bottom)
    if value is None:
        return None
    power = None if x.exponent is None else field.exponents.root(x.exponent, top, bottom)
    found = Element(field, value, power, x.taint, 1)
    found.rooted = power is not None
    return found


def _power_of_rational(field: Field, base: Fraction, exponent: Fraction) -> Element:
    """A rational power of a positive rational number; computed once."""
    found = field.numbers.get((base, exponent))
    if found is None:
        found = field.numbers[base, exponent] = _by_primes(field, base, exponent)
    return found


def _by_primes(field: Field, base: Fraction, exponent: Fraction) -> Element:
    """Prime by prime: whole powers are rational, the rest is a root or opaque."""
    found, rest = Fraction(1), number(field, 1)
    for direction, n in zip((1, -1), base.as_integer_ratio(), strict=True):
        primes = factors(n)
        if primes is None:
            return _opaque_power(number(field, base), exponent)
        for l, times in primes:
            whole = floor(direction * times * exponent)
            if abs(whole) > MOST_POWER // 100:
                raise NotConcrete("a power with a large exponent")
            found *= Fraction(l) ** whole
            left = direction * times * exponent - whole
            if left:
                prime = number(field, l)
                root = _root(prime, left)
                rest = rest * (_opaque_power(prime, left) if root is None else root)
    return number(field, found) * rest  # type: ignore[no-any-return]


def sqrt(x: Any) -> Any:
    """The square root.

    >>> from symattn.deciding.fields.field import field
    >>> from symattn.deciding.fields.primes import pairs
    >>> here = field(pairs("a claim"), "point 1")
    >>> sqrt(number(here, 2)) * sqrt(number(here, 3)) == sqrt(number(here, 6))
    True
    """
    if isinstance(x, Infinite):
        return x if x.sign > 0 else NAN
    return power(x, number(x.field, Fraction(1, 2)))


def log(x: Any) -> Any:
    """The inverse of exp; else opaque, except that its exponential is known."""
    if isinstance(x, Infinite):
        return x if x.sign > 0 else NAN
    if x.power is not None:
        return x.power
    if x.sign is not None and x.sign <= 0:
        if x.sign == 0:
            return -OO
        raise NotConcrete("log of a number that is not positive")
    if x.exact is None:
        return _opaque_log(x)
    found: Any = number(x.field, 0)
    for direction, n in zip((1, -1), x.exact.as_integer_ratio(), strict=True):
        primes = factors(n)
        if primes is None:
            return _opaque_log(x)
        for l, times in primes:
            found = found + number(x.field, direction * times) * _opaque_log(number(x.field, l))
    return found


def _opaque_log(x: Element) -> Element:
    found = opaque("log", x)
    found.factor = (0, x.value, x.taint)
    return found  # type: ignore[no-any-return]


def _circular(name: str, at: int) -> Callable[[Any], Any]:
    """cos or sin."""

    def rule(x: Any) -> Any:
        if isinstance(x, Infinite):
            return NAN
        if x.sign == 0:
            return number(x.field, 1 - at)
        if x.exponent is None or x.taint & ANGLE:
            return opaque(name, x, parity="odd" if at else "even")
        value, exponent = x.field.turn(x.exponent)[at]
        return Element(x.field, value, exponent, x.taint | ANGLE)

    return rule


cos, sin = _circular("cos", 0), _circular("sin", 1)


def sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)), as a function of exp(x)."""
    if isinstance(x, Infinite):
        return {1: 1, -1: 0}.get(x.sign, NAN)
    e = exp(x)
    return e / (e + 1)


def tanh(x: Any) -> Any:
    """(exp(2 x) - 1) / (exp(2 x) + 1)."""
    if isinstance(x, Infinite):
        return x.sign if x.sign else NAN
    if x.exponent is None and not x.factor:
        return opaque("tanh", x, parity="odd")
    e = exp(x + x)
    return (e - 1) / (e + 1)


def elu1(x: Any) -> Any:
    """elu(x) + 1: a branch on the sign; opaque where that is not known."""
    if isinstance(x, Infinite):
        return exp(x) if x.sign < 0 else x
    if x.sign is not None:
        return x + 1 if x.sign > 0 else exp(x)
    return opaque("elu1", x)


def erf(x: Any) -> Any:
    """Opaque and odd."""
    if isinstance(x, Infinite):
        return x.sign if x.sign else NAN
    return x if x.sign == 0 else opaque("erf", x, parity="odd")
