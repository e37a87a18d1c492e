"""Bugs planted in the arithmetic of arrays: the tests of arrays see each of them."""

from __future__ import annotations

import numpy as np
import pytest

from symattn.core.errors import NotConcrete
from symattn.deciding.fields import array_products, array_rules, array_sums, arrays, residues
from tests.deciding_fields import test_arrays as checks
from tests.deciding_fields.test_attention_code import (
    test_backward_of_flash_attention_from_its_log_sum as backward,
)
from tests.deciding_fields.test_attention_code import (
    test_right_functions_are_equal as right_functions,
)


def run_checks() -> list[str]:
    """The names of the checks that fail."""
    found = []
    tried = {
        "two arguments": lambda: [checks.test_two_arguments_as_elements(u) for u in checks.BINARY],
        "one argument": lambda: [checks.test_one_argument_as_elements(u) for u in checks.UNARY],
        "ieee": lambda: [checks.test_ieee(u) for u in (np.add, np.multiply, np.divide)],
        "moves": lambda: [checks.test_against_numpy_on_whole_numbers(at)
                          for at in range(len(checks.MOVES))],
        "writes": lambda: [checks.test_one_can_write_into_every_result(at)
                           for at in range(len(checks.MADE))],
        "logarithms": checks.test_logarithms_stay_inverse_in_sums,
        "maxima": checks.test_largest_and_smallest,
        "infinite": checks.test_infinite_values_in_products,
        "attention": lambda: right_functions(7, 4, 3),
        "backward": backward,
    }  # fmt: skip
    for name, check in tried.items():
        try:
            check()
        except (AssertionError, NotConcrete, ValueError):
            found.append(name)
    return found


def changed(table, at, state):
    copy = table.copy()
    copy[at] = state
    return copy


def shared_zeros(shape, count):
    return [np.zeros(shape, dtype=np.int64)] * count


def low_half_only(a, axis, keepdims, s):
    return right_total(a & ((1 << 31) - 1), axis, keepdims, s)


def without_logarithms(a):
    return [residues.power_of(pair.w, slot % pair.q, pair.p)
            for slot, pair in zip(a.exponents, a.field.pairs, strict=True)]  # fmt: skip


def one_key_less(a, b):
    return right_matmul(a[..., :-1], b[..., :-1, :])


def loses_touch(a, b):
    return right_notes(a, b) & ~np.uint16(7)


def keeps_exponents(a, b):
    return right_notes(a, b) & ~np.uint16(arrays.NO_EXPONENT)


right_total, right_matmul = array_sums.total, array_products._matmul
right_notes = array_rules._multiplied_notes
PATCHES = {
    "oo - oo is oo": (array_rules, "SUMS", changed(array_rules.SUMS, (2, 3), arrays.PLUS)),
    "0 * oo is 0": (array_rules, "PRODUCTS", changed(array_rules.PRODUCTS, (1, 2), arrays.ZERO)),
    "0 / 0 is 0": (array_rules, "QUOTIENTS", changed(array_rules.QUOTIENTS, (1, 1), arrays.ZERO)),
    "x + 0 is 0": (array_rules, "SUMS", changed(array_rules.SUMS, (0, 1), arrays.ZERO)),
    "sums are differences": (array_rules, "plus", residues.minus),
    "one array of zeros for all": (array_rules, "_nothing", shared_zeros),
    "sums of lower halves": (array_sums, "total", low_half_only),
    "logarithms are forgotten": (array_rules, "_powers", without_logarithms),
    "the last key is lost": (array_products, "_matmul", one_key_less),
    "touches are lost": (array_rules, "_multiplied_notes", loses_touch),
    "exponents of exponentials": (array_rules, "_multiplied_notes", keeps_exponents),
}


def test_nothing_fails_without_a_bug():
    assert run_checks() == []


@pytest.mark.parametrize("what", PATCHES)
def test_a_planted_bug_is_seen(what, monkeypatch):
    monkeypatch.setattr(*PATCHES[what])
    assert run_checks() != []
