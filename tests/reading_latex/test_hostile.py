"""Whatever the text: a reading or a complaint with a place, soon, and never anything else."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symattn.core.errors import Unreadable
from symattn.reading.formula import read_formula_claim

from .yardstick import every

TEXTS = list(every("cases.json", "papers.json"))
PIECES = [
    "^", "_", "{", "}", "(", ")", "[", "]", r"\frac", r"\sum", "|", r"\|", r"\\", "&", "=", "<",
    ",", "T", "1", "0", r"\exp", r"\begin{cases}", r"\end{cases}", r"\text{x}", "-", "+", "/", "'",
    r"\mathbf", r"\tilde", r"\partial", r"\in", ":", "é", "\x00", r"\infty", r"\ldots", "9" * 50,
]  # fmt: skip


def reads_or_complains(text, reference=None, seconds=3.0):
    start = time.perf_counter()
    complaint = None
    try:
        read_formula_claim(text, reference=reference)
    except Unreadable as error:
        complaint = error
    if complaint is not None:
        assert 0 <= complaint.position <= max(len(complaint.text), len(text))
        assert complaint.message
    assert time.perf_counter() - start < seconds, text


@st.composite
def mutated(draw):
    text = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        how = draw(st.integers(0, 2))
        if how == 0:
            text = text[:at] + draw(st.sampled_from(PIECES)) + text[at:]
        elif how == 1:
            text = text[:at] + text[at + draw(st.integers(1, 4)) :]
        else:
            text = text[:at] + text[at : at + 15] * 2 + text[at:]
    return text


@settings(max_examples=400, deadline=None)
@given(mutated(), st.one_of(st.none(), st.sampled_from(TEXTS)))
def test_mutated_formulas(text, reference):
    reads_or_complains(text, reference)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text(text):
    reads_or_complains(text)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "$$", "=", "(" * 5000, "{" * 5000, "x^{" * 200, r"\frac" * 500, "x" * 100_000,
        r"\newcommand{\a}{\a\a} \a = 1", r"\def\a{\b\b}\def\b{\a\a}\a", "9" * 3000 + " = 1",
        r"\sqrt{" * 300 + "x" + "}" * 300, "a" + "+a" * 2500 + " = b", "a " * 1400 + "= b",
        r"\sum_{i} " * 60 + "a = b", "x_" * 500, "|" * 500, r"\text{", r"\begin{cases}",
        "-" * 2000 + "x = y", r"\lnot " * 800 + "x", "x^{y^{z^{w}}} = 1", "2^{9^{9^{9}}} = 1",
    ],
)  # fmt: skip
def test_hostile_texts(text):
    reads_or_complains(text)


@pytest.mark.parametrize(
    ("text", "at", "said"),
    [
        (r"\frac{1}{x", 10, "expected"),
        (r"x = \foo", 4, "not supported"),
        (r"\alpha_{ij} = q_i k_j^T", 0, "defines"),
        (r"x = é", 4, "outside ASCII"),
        (r"x_1_2 = y", 3, "two scripts"),
        (r"\frac{\partial p_i}{\partial s_j} = 1", 0, "define it"),
    ],
)
def test_complaints_have_a_place(text, at, said):
    with pytest.raises(Unreadable) as error:
        read_formula_claim(text)
    assert error.value.position == at
    assert said in str(error.value)


def test_a_planted_crash_would_be_seen():
    with pytest.raises(ZeroDivisionError):
        reads_or_complains(Planted())


class Planted(str):
    def __len__(self):
        raise ZeroDivisionError
