"""Laws that the arithmetic of the fields must keep; each raises where it does not hold."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product

from symattn.deciding.fields import unknowns
from symattn.deciding.fields.element import compare, free, number
from symattn.deciding.fields.functions import cos, elu1, erf, exp, log, sigmoid, sin, sqrt, tanh

Law = Callable[[object], None]
SMOOTH = [2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 15, 16, 18, 20, 21, 24, 25, 27, 28, 30, 32, 35, 36]


def equal(left, right) -> None:
    if compare(left, right) != "equal":
        raise AssertionError(f"{left} and {right} are {compare(left, right)}")


def differ(left, right, how: str = "different") -> None:
    if compare(left, right) != how:
        raise AssertionError(f"{left} and {right} are {compare(left, right)}, expected {how}")


def quantities(here, count: int = 3):
    return [free(here, "x", (t,)) for t in range(count)]


def arithmetic(here) -> None:
    """Sums, products, quotients of all small rationals are right, and no two are confused."""
    small = sorted({Fraction(a, b) for a, b in product(range(-3, 4), range(1, 4))})
    for a, b in product(small, repeat=2):
        x, y = number(here, a), number(here, b)
        for left, right in ((x + y, a + b), (x - y, a - b), (x * y, a * b)):
            equal(left, number(here, right))
        (equal if a == b else differ)(x, y)
        if b:
            equal(x / y, number(here, a / b))
        equal(-x, number(here, -a))
        if (-x).exact != -a or (x + y).exact != a + b or (x - y).exact != a - b:
            raise AssertionError("a rational number is forgotten")


def ring(here) -> None:
    x, y, z = quantities(here)
    equal((x + y) * z, x * z + y * z)
    equal((x - y) * (x + y), x**2 - y**2)
    equal(x / y + z, (x + y * z) / y)
    equal(1 / (1 / x), x)
    equal(0 - (-x), x)
    equal(2 - x, -(x - 2))
    equal(x**-2 * x**3, x)
    differ(x + y, x + z)
    differ(x, y)
    differ(x, -x)


def exponents(here) -> None:
    """What may enter an exponent keeps its residues there through every operation."""
    x, y, z = quantities(here)
    equal(exp((x + y) * z), exp(x * z) * exp(y * z))
    equal(exp((x - y) / z), exp(x / z) / exp(y / z))
    equal(exp(x / 3) ** 3, exp(x))
    equal(exp((x + 1) ** 2), exp(x * x) * exp(x) ** 2 * exp(number(here, 1)))
    equal(exp(-x) * exp(x), number(here, 1))
    equal(exp(number(here, 0)), number(here, 1))
    differ(exp(x), exp(y))
    differ(exp(x) + 1, exp(x + 1))
    differ(exp(x * 2), exp(x) * 2)
    differ(exp(x), x)


def softmax(here) -> None:
    x, y, z = quantities(here)
    total = exp(x) + exp(y)
    equal(exp(x) / total, exp(x - z) / (exp(x - z) + exp(y - z)))
    equal(exp(x) / total, sigmoid(x - y))
    equal(tanh(x), 2 * sigmoid(2 * x) - 1)
    equal(tanh(-x), -tanh(x))
    differ(exp(x) / total, exp(x) / (total + 1))
    differ(sigmoid(x), tanh(x))


def roots(here) -> None:
    """Roots of numbers made of 2, 3, 5, 7 are those of the reals."""
    for a, b in product(SMOOTH, repeat=2):
        x, y = number(here, a), number(here, b)
        equal(sqrt(x) * sqrt(y), sqrt(x * y))
        equal(sqrt(x / y), sqrt(x) / sqrt(y))
    for a in SMOOTH:
        x = number(here, a)
        equal(sqrt(x) ** 2, x)
        equal(sqrt(x * x), x)
        equal(sqrt(sqrt(x)) ** 2, sqrt(x))
        equal(x ** Fraction(-1, 4) * x ** Fraction(-1, 4), x ** Fraction(-1, 2))
        equal((x ** Fraction(1, 3)) ** 3, x)
        equal((x ** Fraction(1, 3)) ** Fraction(1, 2), x ** Fraction(1, 6))
        equal(exp(sqrt(x) / 2) ** 2, exp(sqrt(x)))
        equal(exp(sqrt(x) * sqrt(x)), exp(x))
        differ(sqrt(x), -sqrt(x))
    equal(sqrt(sqrt(number(here, 16))), number(here, 2))
    equal(number(here, 8) ** Fraction(2, 3), number(here, 4))
    equal(number(here, 10000) ** Fraction(-1, 2), number(here, Fraction(1, 100)))
    differ(sqrt(number(here, 2)) + sqrt(number(here, 3)), sqrt(number(here, 5)))


def positive_quantities(here) -> None:
    g = free(here, "g", (), True)
    h = free(here, "h", (), True)
    equal(sqrt(g) * sqrt(h), sqrt(g * h))
    equal(sqrt(g * g), g)
    equal(g ** Fraction(3, 4), g / g ** Fraction(1, 4))
    equal(sqrt(4 * g), 2 * sqrt(g))
    differ(sqrt(g), g)


def angles(here) -> None:
    x, y, _ = quantities(here)
    equal(cos(x + y), cos(x) * cos(y) - sin(x) * sin(y))
    equal(sin(x - y), sin(x) * cos(y) - cos(x) * sin(y))
    equal(cos(x) ** 2 + sin(x) ** 2, number(here, 1))
    equal(cos(-x), cos(x))
    equal(sin(-x), -sin(x))
    equal(exp(cos(x) ** 2) * exp(sin(x) ** 2), exp(number(here, 1)))
    equal(exp(x * cos(2 * y)), exp(x * cos(y) ** 2) / exp(x * sin(y) ** 2))
    before, at = number(here, 1), cos(x)
    for times in range(2, 13):  # Chebyshev
        before, at = at, 2 * cos(x) * at - before
        equal(at, cos(times * x))
    differ(cos(x), sin(x))
    differ(cos(x) * cos(y), cos(x * y))
    differ(cos(number(here, 1)), number(here, 1))


def logarithms(here) -> None:
    x, y, z = quantities(here)
    equal(exp(log(x)), x)
    equal(log(exp(x)), x)
    equal(exp(y - log(x + z)), exp(y) / (x + z))
    equal(exp(2 * log(x) - log(y)), x * x / y)
    equal(log(exp(x) * exp(y)), x + y)
    equal(log(1 / exp(x)), -x)
    equal(log(number(here, 8)), 3 * log(number(here, 2)))
    equal(log(number(here, Fraction(3, 2))), log(number(here, 3)) - log(number(here, 2)))
    equal(exp(log(number(here, 6)) / 1 + x), 6 * exp(x))
    lse = log(exp(x) + exp(y))
    equal(exp(x - lse) + exp(y - lse), number(here, 1))
    differ(log(x), log(y), "open")


def maxima(here) -> None:
    x, y, z = quantities(here)
    top = unknowns.maximum
    equal(top(x, y), top(y, x))
    equal(top(x, top(y, z)), top(top(x, z), y))
    equal(top(x, x), x)
    equal(top(top(x, y), x), top(x, y))
    equal(exp(x - top(x, y)) / exp(y - top(x, y)), exp(x - y))
    equal(unknowns.minimum(x, y), -top(-x, -y))
    differ(top(x, y), x, "open")
    differ(top(x, y), top(x, z), "open")
    equal(top(number(here, 2), number(here, 3)), number(here, 3))
    equal(top(exp(x), number(here, -1)), exp(x))


def touched(here) -> None:
    """What an unknown, an opaque function or an angle in an exponent touched is never different."""
    x, y, z = quantities(here)
    for odd in (
        unknowns.maximum(x, y),
        erf(x),
        log(x),
        sqrt(x),
        exp(exp(x)),
        exp(cos(x)),
        sin(cos(x)),
        elu1(x),
        erf(number(here, 1)),
    ):
        results = [odd + z, z - odd, odd * z, z / odd, odd / z, odd**3, 1 / odd, 3 - odd, -odd]
        results += [sqrt(odd), cos(odd), elu1(odd), odd**z, z**odd, exp(z * odd)]
        results += [] if odd.factor else [exp(odd), tanh(odd), sigmoid(odd)]
        for found in results:
            differ(found, y, "open")
            differ(y, found * z, "open")


LAWS = [
    arithmetic,
    ring,
    exponents,
    softmax,
    roots,
    positive_quantities,
    angles,
    logarithms,
    maxima,
    touched,
]
