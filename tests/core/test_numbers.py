"""Exact numbers: every text of a number is that number or a refusal that names its place."""

from __future__ import annotations

import contextlib
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symattn.core.errors import SymattnError, Unreadable, Usage
from symattn.core.numbers import exact_number, numbers, read_number, together


def test_every_small_fraction_and_decimal_is_read_exactly() -> None:
    for top in range(-12, 13):
        for bottom in range(1, 13):
            assert read_number(f"{top}/{bottom}") == Fraction(top, bottom)
    for hundredths in range(-250, 251):
        assert read_number(f"{hundredths / 100:.2f}") == Fraction(hundredths, 100)
    for exponent in range(-5, 6):
        assert read_number(f"7e{exponent}") == Fraction(7) * Fraction(10) ** exponent


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-1e9, max_value=1e9))
def test_decimal_text_is_read_as_it_stands(value: Decimal) -> None:
    assert read_number(str(value)) == Fraction(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_the_binary_fraction_that_it_is(value: float) -> None:
    assert float(exact_number(value)) == value


@given(st.text(max_size=12))
def test_no_text_crashes(text: str) -> None:
    with contextlib.suppress(Unreadable):
        assert isinstance(read_number(text), Fraction)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1e999999999", "an exponent beyond 400"),
        ("1e-999999999", "an exponent beyond 400"),
        ("9" * 500, "over 400 characters"),
        ("1/" + "9" * 500, "over 400 characters"),
        ("1/0", "a denominator of 0"),
        ("nan", "a finite number"),
        ("-Infinity", "a finite number"),
        ("1/2/3", "expected a number like"),
        ("1_000", "expected a number like"),
        ("0x10", "expected a number like"),
        ("٣", "expected a number like"),
        ("", "expected a number like"),
        ("1 2", "expected a number like"),
        ("sqrt(2)", "expected a number like"),
    ],
)
def test_what_is_no_number_is_refused(text: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said) as refusal:
        read_number(text, "Q[0][1]")
    assert str(refusal.value).startswith("Q[0][1]: ")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1j, object(), b"1", Decimal(1)])
def test_other_values_are_refused(value: object) -> None:
    with pytest.raises(Unreadable):
        exact_number(value, "Q[0][0]")


def test_nested_lists_arrays_and_tables() -> None:
    made = numbers(
        {"Q": np.array([[1, 2]]), "a": {"-2": "1/3", 0: [1, None]}, "parameters": {"T": "0.1"}}
    )
    assert made.arrays["Q"] == ((1, 2),)
    assert made.arrays["a"] == {-2: Fraction(1, 3), 0: (1, None)}
    assert made.parameters == {"T": Fraction(1, 10)}


def deep(levels: int) -> object:
    return 1 if levels == 0 else [deep(levels - 1)]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"Q": [[1, "x"]]}, r"Q\[0\]\[1\]: expected a number"),
        ({"a": {"-2": 1, -2: 2}}, "a: an index is given twice"),
        ({"a": {"x": 1}}, "a: expected an index like -2, got 'x'"),
        ({"a": {"9" * 30: 1}}, "a: expected an index"),
        ({"parameters": [1]}, "parameters: expected names"),
        ({"T": 1, "parameters": {"T": 2}}, "T is given twice"),
        ({"Q K": [[1]]}, "expected a name like Q"),
        ({"Q": deep(20)}, "nested deeper than 8"),
    ],
)
def test_bad_records_are_refused(given: dict[str, object], said: str) -> None:
    with pytest.raises(SymattnError, match=said):
        numbers(given)


def test_too_many_numbers_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symattn.core.numbers.MOST_ENTRIES", 10)
    assert numbers({"Q": [[1] * 5] * 2}).names == ["Q"]
    with pytest.raises(Usage, match="more than 10 numbers"):
        numbers({"Q": [[1] * 5] * 2, "K": [[1]]})


def test_several_records_together_say_nothing_twice() -> None:
    left, right = numbers({"Q": [[1]]}), numbers({"K": [[1]], "parameters": {"T": 1}})
    assert together([left, right]).names == ["Q", "K", "T"]
    with pytest.raises(Usage, match="Q is given twice"):
        together([left, right, left])
