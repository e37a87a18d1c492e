"""+oo, -oo and NaN follow IEEE 754: every operation against floats, on every pair of values."""

from __future__ import annotations

import operator
from itertools import product
from math import copysign, inf, isnan, nan

import numpy as np
import pytest

from symattn.core.errors import NotConcrete
from symattn.deciding.fields.algebra import ONE_ARGUMENT, algebra
from symattn.deciding.fields.element import Element, compare, free, lifted, number
from symattn.deciding.fields.field import field
from symattn.deciding.fields.functions import exp
from symattn.deciding.fields.infinite import NAN, OO
from symattn.deciding.fields.primes import pairs

PAIRS = pairs("infinite")
HERE = field(PAIRS, "point")
RULES = algebra(PAIRS, "point")
VALUES = [inf, -inf, nan, 0.0, 1.0, -2.0, 0.5]
BINARY = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}


def as_float(value) -> float:
    if isinstance(value, Element | int):
        return float(value)
    return {1: inf, -1: -inf, 0: nan}[value.sign]


def ieee(rule, *values: float) -> float:
    with np.errstate(all="ignore"):
        return float(rule(*(np.float64(v) for v in values)))


def same_float(a: float, b: float) -> None:
    if not (a == b or (isnan(a) and isnan(b))):
        raise AssertionError(f"{a} against {b}")


@pytest.mark.parametrize("op", BINARY)
def test_arithmetic(op):
    for a, b in product(VALUES, repeat=2):
        expected = ieee(BINARY[op], a, b)
        x, y = lifted(HERE, a), lifted(HERE, b)
        if op == "/" and b == 0 and not isnan(expected):
            with pytest.raises(NotConcrete):  # the sign of zero is not known
                BINARY[op](x, y)
            continue
        same_float(as_float(BINARY[op](x, y)), expected)
        same_float(as_float(RULES[op](x, y)), expected)


@pytest.mark.parametrize("op", ["min", "max"])
def test_extremes(op):
    rule = {"min": np.minimum, "max": np.maximum}[op]
    for a, b in product(VALUES, repeat=2):
        same_float(as_float(RULES[op](lifted(HERE, a), lifted(HERE, b))), ieee(rule, a, b))


def test_comparisons():
    for a, b in product(VALUES, repeat=2):
        x, y = lifted(HERE, a), lifted(HERE, b)
        for rule in (operator.lt, operator.le, operator.gt, operator.ge):
            assert rule(x, y) == rule(a, b), (rule, a, b)


FUNCTIONS = {
    "exp": np.exp,
    "sqrt": np.sqrt,
    "log": np.log,
    "tanh": np.tanh,
    "cos": np.cos,
    "sin": np.sin,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "elu1": lambda x: x + 1 if x > 0 else np.exp(x),
    "erf": lambda x: x if isnan(x) else copysign(1, x),
}


def test_functions():
    assert set(FUNCTIONS) == set(ONE_ARGUMENT)
    for name, rule in FUNCTIONS.items():
        for a in (inf, -inf, nan):
            same_float(as_float(RULES[name](lifted(HERE, a))), ieee(rule, a))
    assert RULES["log"](number(HERE, 0)) == -OO


def test_powers():
    for a, k in product([inf, -inf, nan], range(-3, 4)):
        if k % 2 and k < 0:
            continue  # minus zero
        same_float(as_float(lifted(HERE, a) ** k), ieee(np.power, a, k))


def test_signs_are_known_or_refused():
    x, y = free(HERE, "x"), free(HERE, "y")
    g = free(HERE, "g", (), True)
    assert OO * exp(x) == OO
    assert OO * -(exp(x) + exp(y) * g) == -OO
    assert OO + x == OO
    assert x - OO == -OO
    assert -OO / RULES["sqrt"](number(HERE, 3)) == -OO
    assert compare(x / OO, number(HERE, 0)) == "equal"
    assert compare(0 * exp(x), number(HERE, 0)) == "equal"
    for refused in (lambda: OO * x, lambda: OO * (x - x), lambda: OO / (exp(x) - exp(y))):
        with pytest.raises(NotConcrete, match="sign"):
            refused()
    assert compare(NAN, NAN) == "equal"
    assert compare(NAN, x) == compare(OO, -OO) == "different"


def test_a_masked_softmax_has_exact_zeros_and_an_empty_one_is_nan():
    x = free(HERE, "x")
    row = [exp(x), RULES["exp"](-OO), RULES["exp"](x - OO)]
    total = row[0] + row[1] + row[2]
    assert [compare(a / total, number(HERE, b)) for a, b in zip(row, (1, 0, 0), strict=True)] == [
        "equal"
    ] * 3
    assert RULES["exp"](-OO) / (RULES["exp"](-OO) + RULES["exp"](-OO)) == NAN
    assert RULES["exp"](-OO - -OO) == NAN
