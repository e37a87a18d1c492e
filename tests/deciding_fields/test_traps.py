"""Traps that floats, sampling and a careless field fall into."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from symattn.core.errors import NotConcrete
from symattn.deciding.fields.algebra import algebra, random_element
from symattn.deciding.fields.element import compare, free, lifted, literal, number
from symattn.deciding.fields.field import field
from symattn.deciding.fields.functions import exp, log, sqrt
from symattn.deciding.fields.primes import pairs
from symattn.deciding.fields.unknowns import maximum, minimum

PAIRS = pairs("traps")
HERE = field(PAIRS, "point")
X, Y = free(HERE, "x"), free(HERE, "y")


def one(value):
    return number(HERE, value)


def test_a_clamp_is_not_the_number():
    """Following a float sample proved min(s, 50) equal to s."""
    assert compare(minimum(X, one(50)), X) == "open"
    assert compare(exp(minimum(X, one(50))), exp(X)) == "open"


def test_exponentials_of_whole_numbers_are_not_whole_numbers():
    powers = [exp(one(k)) for k in range(-40, 41)]
    whole = [one(2) ** k for k in range(-80, 81)] + [one(k) for k in range(-100, 101)]
    values = {a.value for a in whole}
    assert len({a.value for a in powers}) == 81
    assert {a.value for a in powers} & values == {1}
    assert compare(exp(one(10**6)), exp(one(10**6 + 1))) == "different"
    assert compare(exp(one(10**6)) * exp(one(1)), exp(one(10**6 + 1))) == "equal"


@pytest.mark.parametrize("tiny", [Fraction(1, 10**30), Fraction(1, 2**60), Fraction(1, 10**9)])
def test_tiny_differences_are_seen(tiny):
    small = literal(HERE, tiny)
    assert compare(X + small, X) == "different"
    assert compare(exp(X) / (exp(X) + exp(Y) + small), exp(X) / (exp(X) + exp(Y))) == "different"
    assert compare(X + small - small, X) == "equal"


def test_floats_near_each_other_are_not_equal():
    assert compare(lifted(HERE, 0.1) + lifted(HERE, 0.2), lifted(HERE, 0.3)) == "different"
    assert compare(lifted(HERE, 0.1), literal(HERE, Fraction(1, 10))) == "different"
    assert compare(lifted(HERE, 8**-0.5), sqrt(one(Fraction(1, 8)))) == "different"
    assert compare(exp(lifted(HERE, -1e9)), one(0)) == "different"


@pytest.mark.parametrize("bits", [58, 60, 61, 62, 64, 80, 200])
def test_literals_near_the_primes_are_refused(bits):
    for value in (2**bits - 1, 2**bits + 1, Fraction(2**bits + 1, 2)):
        with pytest.raises(NotConcrete, match="too large"):
            literal(HERE, value)
        with pytest.raises(NotConcrete, match="too large"):
            algebra(PAIRS, "point")["number"](value)
        with pytest.raises(NotConcrete, match="too large"):
            X + value


@pytest.mark.parametrize("at", range(2))
def test_the_primes_themselves_are_refused(at):
    for prime in (PAIRS[at].p, PAIRS[at].q):
        for value in (prime, prime + 1, -prime):
            with pytest.raises(NotConcrete, match="too large"):
                literal(HERE, value)


def test_powers_of_two_are_literals():
    for k in range(0, 1000, 7):
        assert literal(HERE, 2**k) * literal(HERE, Fraction(1, 2**k)) == 1
    assert compare(literal(HERE, 2**52), exp(one(1))) == "different"
    assert lifted(HERE, -3.4028234663852886e38) == -(2**24 - 1) * one(2) ** 104


def test_a_residue_zero_is_no_divisor():
    with pytest.raises(NotConcrete, match="a real zero, or chance"):
        one(1) / (X - X)
    with pytest.raises(NotConcrete, match="division by zero"):
        X / one(0)
    with pytest.raises(NotConcrete):
        one(0) ** -1


def test_numbers_of_numpy_are_numbers_and_others_are_refused():
    assert X * np.int64(3) == X * 3
    assert X + np.float64(0.5) == X + Fraction(1, 2)
    for other in (True, "3", None, 1j, np.float32(0.1), [1], np.array([1])):
        with pytest.raises(TypeError):
            X * other


def test_branches_on_data_are_refused():
    for branch in (
        lambda: X > 0,
        lambda: X <= Y,
        lambda: bool(X),
        lambda: abs(X),
        lambda: float(X),
        lambda: exp(X) > exp(Y),
    ):
        with pytest.raises(NotConcrete):
            branch()
    assert exp(X) > 0
    assert -exp(X) - exp(Y) <= 0
    assert abs(-exp(X)) == exp(X)
    assert bool(exp(X))


def test_zero_times_anything_is_zero_and_equal_text_is_equal():
    assert (0 * X).exact == 0
    assert random_element("x", (), PAIRS, "point") == X
    assert random_element("x", (1,), PAIRS, "point") != X


def test_logarithms_and_roots_that_are_not_real_are_refused():
    for refused in (
        lambda: log(one(-1)),
        lambda: sqrt(one(-1)),
        lambda: one(-8) ** Fraction(1, 3),
        lambda: log(-exp(X)),
        lambda: sqrt(-exp(X)),
    ):
        with pytest.raises(NotConcrete):
            refused()


def test_a_root_of_another_prime_is_opaque_or_right():
    """Without being asked for, 11 is a square in all fields by chance only; never wrong."""
    for seed in range(20):
        here = field(pairs(f"roots {seed}"), "point")
        eleven = number(here, 11)
        assert sqrt(eleven) ** 2 == eleven
        assert sqrt(eleven * eleven) == eleven
        assert compare(sqrt(eleven), eleven / 3) in ("different", "open")
        asked = field(pairs(f"roots {seed}", 2, (11,)), "point")
        eleven = number(asked, 11)
        assert not sqrt(eleven).taint
        assert compare(sqrt(eleven * 2), sqrt(eleven) * sqrt(number(asked, 2))) == "equal"


def test_maximum_with_rational_numbers():
    assert maximum(one(1), one(3), one(2)) == one(3)
    assert compare(maximum(X, one(1), one(3)), maximum(one(3), X)) == "equal"
