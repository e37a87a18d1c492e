"""States of an online softmax form a commutative monoid; wrong merges are refuted."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import permutations

import pytest

from tests.deciding_matrices.verdicts import proved, refuted, unreadable

M, MINE, YOURS = "max(m_a, m_b)", "exp(m_a - max(m_a, m_b))", "exp(m_b - max(m_a, m_b))"
L, O = f"l_a * {MINE} + l_b * {YOURS}", f"{MINE} * o_a + {YOURS} * o_b"
TRUE = f"""
merge(a, b) == merge(b, a)
merge(merge(a, b), c) == merge(a, merge(b, c))
merge(a, empty) == a
merge(empty, a) == a
merge(empty, empty) == empty
merge(merge(a, empty), b) == merge(b, merge(empty, a))
merge(merge(a, b), merge(c, e)) == merge(merge(merge(e, c), b), a)
merge(a, b) == state({M}, {L}, {O})
merge(a, b) == state(max(m_b, m_a), l_b * {YOURS} + l_a * {MINE}, {YOURS} * o_b + {MINE} * o_a)
merge(a, state(m_a, 0, 0)) == a
merge(a, b).m == {M}
merge(a, b).l == l_a * {MINE} + l_b * {YOURS}
merge(a, b).o / merge(a, b).l == (exp(m_a) * o_a + exp(m_b) * o_b) / (exp(m_a) * l_a + exp(m_b) * l_b)
""".strip().splitlines()  # noqa: E501
FALSE = (
    "merge(a, b) == a",
    "merge(a, empty) == empty",
    "merge(a, a) == a",
    # the rescale is inverted, of the sum and of the values
    f"merge(a, b) == state({M}, l_a * exp({M} - m_a) + l_b * {YOURS}, {O})",
    f"merge(a, b) == state({M}, {L}, exp({M} - m_a) * o_a + {YOURS} * o_b)",
    # the values, or the sum, are not rescaled
    f"merge(a, b) == state({M}, {L}, o_a + {YOURS} * o_b)",
    f"merge(a, b) == state({M}, l_a + l_b * {YOURS}, {O})",
    f"merge(a, b) == state({M}, l_a + l_b, o_a + o_b)",
    # another maximum
    f"merge(a, b) == state(min(m_a, m_b), {L}, {O})",
    f"merge(a, b) == state(m_a, {L}, {O})",
    # the factors are exchanged
    f"merge(a, b) == state({M}, l_a * {YOURS} + l_b * {MINE}, {O})",
    "merge(a, b).l == l_a + l_b",
    "merge(a, b).o == o_a + o_b",
)  # fmt: skip


@pytest.mark.parametrize("text", TRUE)
def test_what_holds_is_proved(text: str) -> None:
    proved(text)


@pytest.mark.parametrize("text", FALSE)
def test_what_fails_is_refuted(text: str) -> None:
    refuted(text)


def test_any_order_and_any_brackets_make_the_same_state() -> None:
    draw = random.Random(5)
    usual = "merge(merge(a, b), merge(c, empty))"
    for names in permutations(("a", "b", "c", "empty")):
        if draw.random() < Fraction(1, 3):
            left, *rest = names
            for name in rest:
                left = f"merge({left}, {name})" if draw.random() < 0.5 else f"merge({name}, {left})"
            proved(f"{left} == {usual}")


def test_a_state_is_not_a_number() -> None:
    unreadable("merge(a, b) + 1 == 2", "stands alone")
    unreadable("merge(a, b) <= merge(b, a)", "compared with '=='")
    unreadable("merge(a, 2) == a", "expected a state")
    unreadable("merge(a, b, c) == a", "takes 2 arguments")
    unreadable("merge(a, b).x == a", ".m, .l or .o")
    unreadable("merge(a, b) == e_m", "are taken")
