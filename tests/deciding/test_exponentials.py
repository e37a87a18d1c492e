"""Exact arithmetic with exponentials: field laws, equality that is exact, refusals."""

from __future__ import annotations

from fractions import Fraction
from math import exp, isclose, tanh
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symattn.core.errors import NotConcrete
from symattn.core.form_text import form
from symattn.core.instance import instance
from symattn.core.numbers import numbers
from symattn.deciding.exponentials import ALGEBRA, Element, entries, rational, root
from tests.deciding.comparing import assert_equal_elements

small = st.fractions(min_value=-3, max_value=3, max_denominator=6)
terms = st.dictionaries(small, small.filter(bool), max_size=3)


def element(top: dict[Fraction, Fraction], bottom: dict[Fraction, Fraction]) -> Element:
    return Element(top, bottom or {Fraction(0): Fraction(1)})


elements = st.builds(element, terms, terms)
nonzero = elements.filter(lambda a: bool(a.top))


@given(elements, elements, elements)
def test_ring_laws(a: Element, b: Element, c: Element) -> None:
    zero, one = rational(0), rational(1)
    assert a + b == b + a
    assert a * b == b * a
    assert (a + b) + c == a + (b + c)
    assert (a * b) * c == a * (b * c)
    assert a * (b + c) == a * b + a * c
    assert a - a == zero
    assert a + zero == a == a * one
    assert a * zero == zero


@given(elements, nonzero)
def test_division_undoes_multiplication(a: Element, b: Element) -> None:
    assert (a / b) * b == a
    assert (a * b) / b == a


@given(small, small)
def test_exponentials_multiply(a: Fraction, b: Fraction) -> None:
    assert rational(a).exp() * rational(b).exp() == rational(a + b).exp()
    assert (rational(a).exp() == rational(b).exp()) == (a == b)


@given(elements, elements)
def test_equality_is_that_of_the_numbers(a: Element, b: Element) -> None:
    try:
        left, right = float(a), float(b)
    except ZeroDivisionError:  # a denominator that rounds to 0
        return
    if a == b:
        assert isclose(left, right, rel_tol=1e-6, abs_tol=1e-6)


def test_near_is_not_equal() -> None:
    """e is no rational, however near: no tolerance anywhere."""
    near = rational(Fraction(2718281828459045235360287471352662497757, 10**39))
    assert abs(float(near) - float(rational(1).exp())) < 1e-15
    assert near != rational(1).exp()
    assert rational(Fraction(1, 10**30)).exp() != rational(1)


def test_functions_are_rational_in_exp() -> None:
    for value in (Fraction(n, 3) for n in range(-6, 7)):
        one = rational(value)
        assert isclose(float(ALGEBRA["tanh"](one)), tanh(value), abs_tol=1e-15)
        assert isclose(float(ALGEBRA["sigmoid"](one)), 1 / (1 + exp(-value)))
        assert isclose(float(ALGEBRA["elu1"](one)), value + 1 if value > 0 else exp(value))
        assert ALGEBRA["log"](one.exp()) == one
        assert ALGEBRA["sigmoid"](one) + ALGEBRA["sigmoid"](-one) == rational(1)
        assert ALGEBRA["tanh"](-one) == -ALGEBRA["tanh"](one)
        assert ALGEBRA["abs"](one) == rational(abs(value))


def test_every_small_root() -> None:
    for top in range(0, 6):
        for bottom in range(1, 6):
            value = Fraction(top, bottom)
            for degree in (1, 2, 3, 5):
                assert root(value**degree, Fraction(1, degree)) == value
            assert ALGEBRA["sqrt"](rational(value * value)) == rational(value)
    assert ALGEBRA["**"](rational(2), rational(-3)) == rational(Fraction(1, 8))
    half = rational(Fraction(1, 2))
    assert ALGEBRA["**"](half.exp(), rational(2)) == rational(1).exp()
    assert ALGEBRA["**"](rational(0), rational(0)) == rational(1)


E = rational(1).exp()


@pytest.mark.parametrize(
    ("op", "arguments"),
    [
        ("sqrt", [2]), ("sqrt", [-1]), ("sqrt", [E]), ("exp", [E]), ("log", [2]), ("log", [0]),
        ("log", [-1]), ("log", [E + rational(1)]), ("tanh", [E]), ("sigmoid", [E]), ("cos", [1]),
        ("sin", [1]), ("abs", [E]), ("min", [E, 1]), ("max", [1, E]), ("elu1", [E]),
        ("**", [2, Fraction(1, 2)]), ("**", [E, Fraction(1, 2)]), ("**", [0, -1]), ("**", [2, E]),
        ("**", [2, 10**9]), ("/", [1, 0]), ("/", [1, E - E]),
    ],
)  # fmt: skip
def test_what_leaves_the_field_is_refused(op: str, arguments: list[Any]) -> None:
    with pytest.raises(NotConcrete):
        ALGEBRA[op](*(a if isinstance(a, Element) else rational(a) for a in arguments))


def test_elements_have_no_hash() -> None:
    with pytest.raises(TypeError, match="no hash"):
        hash(E)


GIVEN = {"Q": [[1, "1/2"], [0, "1/3"]], "K": [["1/2", 1], [1, -1]], "V": [[1, 2], [3, "1/5"]]}


def all_of(**words: Any) -> Any:
    score = words.pop("score", "dot(q[i], k[j])")
    return entries(instance(form(score=score, **words), numbers=numbers(GIVEN)))


def test_softmax_shift_invariance_is_exact() -> None:
    assert_equal_elements(all_of(), all_of(score="dot(q[i], k[j]) + 7 * i - 1 / 3"))


def test_a_shift_changes_softmax1_and_a_wrong_equality_is_seen() -> None:
    with pytest.raises(AssertionError):
        assert_equal_elements(
            all_of(weights="softmax1"), all_of(weights="softmax1", score="dot(q[i], k[j]) + 1 / 9")
        )
    with pytest.raises(AssertionError):
        assert_equal_elements(all_of(), all_of(score="dot(q[i], k[j]) + j / 10 ** 30"))


def test_a_weighted_row_sums_to_one_exactly() -> None:
    weights, _ = all_of()
    for row in weights[0]:
        assert row[0] + row[1] == rational(1)
