"""Balls: enclosures that hold, bounds that are proven, closed forms walked node by node."""

from __future__ import annotations

from fractions import Fraction
from math import inf, isclose, nan, nextafter, ulp
from typing import Any

import numpy as np
import pytest
import sympy
from flint import arb, ctx
from hypothesis import given
from hypothesis import strategies as st

from symattn.core.errors import NotConcrete
from symattn.core.interpret import floor_log
from symattn.core.symbolic import algebra as sympy_algebra
from symattn.deciding.balls import algebra, ball, error_in_ulps, of_sympy
from symattn.deciding.exponentials import ALGEBRA as EXACT

UNARY = ("neg", "sqrt", "exp", "log", "tanh", "sigmoid", "cos", "sin", "abs", "elu1")
BINARY = ("+", "-", "*", "/", "**", "min", "max")


@pytest.mark.parametrize("bits", [60, 128, 500])
@pytest.mark.parametrize("op", UNARY + BINARY)
def test_every_rule_encloses_what_sympy_says(op: str, bits: int) -> None:
    for a in (Fraction(1, 3), Fraction(2), Fraction(7, 5)):
        arguments = [a] if op in UNARY else [a, Fraction(3, 4)]
        with ctx.workprec(bits):
            got = algebra()[op](*map(ball, arguments))
        exact = sympy_algebra()[op](
            *(sympy.Rational(x.numerator, x.denominator) for x in arguments)
        )
        with ctx.workprec(600):
            near = arb(str(sympy.N(exact, 170)))
            assert got.rad() < 2.0 ** (6 - bits)
            assert abs(near - got.mid()) <= got.rad() + arb(10) ** -160


def test_elu_is_enclosed_where_the_ball_straddles_zero() -> None:
    around = arb(0, 0.5)
    got = algebra()["elu1"](around)
    for value in (Fraction(-1, 2), Fraction(-1, 7), Fraction(0), Fraction(1, 3), Fraction(1, 2)):
        assert got.contains(algebra()["elu1"](ball(value)))
    assert algebra()["elu1"](ball(0)) == 1


def test_powers_of_zero() -> None:
    power = algebra()["**"]
    assert power(ball(0), ball(0)) == 1
    assert power(ball(0), ball(Fraction(1, 2))) == 0
    assert power(ball(-2), ball(3)) == -8
    for exponent in (ball(-1), arb(0, 1)):
        with pytest.raises(NotConcrete):
            power(ball(0), exponent)


def test_a_bound_in_ulps_is_exact_where_it_can_be() -> None:
    for value in (1.0, 0.75, -3.5, 1e-300, 5e-324):
        for steps in range(4):
            off = value
            for _ in range(steps):
                off = nextafter(off, inf if value > 0 else -inf)
            exact = abs(Fraction(off) - Fraction(value)) / Fraction(ulp(off))
            assert error_in_ulps(off, ball(Fraction(value))) == exact


@given(st.fractions(min_value=-100, max_value=100, max_denominator=1000))
def test_a_rounded_rational_is_within_half_an_ulp(value: Fraction) -> None:
    with ctx.workprec(200):
        enclosure = ball(value)
    assert error_in_ulps(float(value), enclosure) <= 0.5 + 1e-9
    assert error_in_ulps(nextafter(float(value), inf), enclosure) >= 0.5 - 1e-9


def test_no_bound_is_claimed_without_a_finite_ball() -> None:
    assert error_in_ulps(nan, ball(1)) == inf
    assert error_in_ulps(inf, ball(1)) == inf
    assert error_in_ulps(1.0, arb.nan()) == inf
    assert error_in_ulps(1.0, arb(1) / arb(0)) == inf


def test_a_wide_ball_makes_a_large_bound() -> None:
    assert error_in_ulps(1.0, arb(1, 2.0**-50)) >= 4


x, y = sympy.symbols("x y", real=True)
f = sympy.Function("f")
FUNCTIONS: dict[str, Any] = {"f": lambda a, u: a["*"](u, u)}


@pytest.mark.parametrize(
    "expr",
    [
        x + y / 3 - 2, x * y**2 / (x + y), sympy.sqrt(x) + x**y, sympy.exp(x) / (1 + sympy.exp(-y)),
        sympy.log(x) * sympy.tanh(y), sympy.cos(x) + sympy.sin(y), sympy.Abs(x - y),
        sympy.Min(x, y) - sympy.Max(x, y, 3), f(x + y) - f(x), sympy.E * x, sympy.Integer(3),
        sympy.Piecewise((x + 1, x > 0), (sympy.exp(x), True)),
        sympy.Piecewise((x + 1, x > 5), (sympy.exp(x), True)),
    ],
)  # fmt: skip
def test_closed_forms_are_walked_like_sympy_evaluates_them(expr: Any) -> None:
    numbers = {x: Fraction(5, 7), y: Fraction(9, 4)}
    got = of_sympy(expr, {s: ball(v) for s, v in numbers.items()}, FUNCTIONS)
    put = expr.replace(f, lambda u: u * u)
    exact = put.subs({s: sympy.Rational(v.numerator, v.denominator) for s, v in numbers.items()})
    assert isclose(float(got.mid()), float(exact), rel_tol=1e-13)


@pytest.mark.parametrize(
    "expr", [sympy.gamma(x), sympy.pi, sympy.I * x, sympy.Float(0.5), y, sympy.oo]
)
def test_a_node_without_a_rule_is_refused(expr: Any) -> None:
    with pytest.raises(NotConcrete):
        of_sympy(expr, {x: ball(1)}, FUNCTIONS)


def test_a_branch_that_is_not_decided_is_refused() -> None:
    branch = sympy.Piecewise((x + 1, x > 0), (sympy.exp(x), True))
    with pytest.raises(NotConcrete, match="not decided"):
        of_sympy(branch, {x: arb(0, 1)}, {})


def test_an_opaque_function_may_be_called_like_a_sympy_class() -> None:
    add = sympy.Function("Add")
    got = of_sympy(add(x) + x, {x: ball(3)}, {"Add": lambda a, u: a["*"](u, u)})
    assert got == 12


def test_exact_arithmetic_lies_inside_the_balls() -> None:
    for op in ("exp", "tanh", "sigmoid", "elu1"):
        for value in (Fraction(n, 4) for n in range(-8, 9)):
            enclosed, exact = algebra()[op](ball(value)), EXACT[op](EXACT["number"](value))
            assert isclose(float(enclosed.mid()), float(exact), rel_tol=1e-14, abs_tol=1e-15)


def test_floor_log_of_the_two_evaluators() -> None:
    """Whole powers are where floats fail; the vectorised rule is written apart from `interpret`."""
    from symattn.deciding.places import _floor_log

    for base in (2, 3, 10, Fraction(5, 2)):
        for value in (Fraction(n, 4) for n in range(1, 400, 3)):
            for times in (1, 3, 16):
                expected = floor_log(value, base, times)
                assert _floor_log(value, Fraction(base), Fraction(times)) == expected
    assert np.isfinite(float(floor_log(8, 2, 5)))
