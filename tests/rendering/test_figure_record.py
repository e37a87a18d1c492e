"""The record refuses what cannot be drawn, and the small parts of a drawing keep their word."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symattn.core.figure import Cell, Figure
from symattn.rendering.drawing import ems, fold
from symattn.rendering.ink import contrast, letters_on, tone
from symattn.rendering.inline_math import runs
from symattn.rendering.label import columns, plain, shorten
from tests.rendering.samples import causal


@pytest.mark.parametrize("shade", [-0.1, 1.1, float("nan"), float("inf")])
def test_a_shade_is_between_paper_and_ink(shade: float) -> None:
    with pytest.raises(ValueError, match="visible cell in row 2, column 3"):
        Cell(2, 3, True, shade, "", "", "")


def test_a_masked_cell_has_no_shade() -> None:
    with pytest.raises(ValueError, match="masked cell in row 0, column 1"):
        Cell(0, 1, False, 0.5, "", "", "")


def test_a_figure_has_all_its_cells_in_order() -> None:
    figure = causal(3)
    for cells in (figure.cells[:-1], figure.cells[::-1], (*figure.cells, figure.cells[-1])):
        with pytest.raises(ValueError, match="full rows in order"):
            replace(figure, cells=cells)
    with pytest.raises(ValueError, match="at least one"):
        Figure("t", "a", (), (), ())


def test_letters_can_be_read_on_every_shade_and_darker_means_more() -> None:
    greys = [contrast(tone(at / 1000), "#000000") for at in range(1001)]
    assert greys == sorted(greys, reverse=True)
    for at in range(1001):
        colour = tone(at / 1000)
        assert contrast(colour, letters_on(colour)) >= 4.5


def test_the_least_weight_is_not_drawn_as_nothing() -> None:
    assert tone(1e-12) != tone(0)


@given(st.text())
def test_a_plain_label_can_be_stored_and_stands_on_one_line(text: str) -> None:
    shown = plain(text)
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert len(shown.splitlines()) <= 1
    assert plain(shown) == shown


@given(st.text(), st.integers(1, 30))
def test_a_short_label_is_short(text: str, limit: int) -> None:
    assert columns(shorten(plain(text), limit)) <= limit


@given(st.text())
def test_runs_lose_no_letters(text: str) -> None:
    assert "".join(run.text for run in runs(text)) in (text, _without_marks(text))


def _without_marks(text: str) -> str:
    return "".join(char for char in text if char not in "_^{}")


@pytest.mark.parametrize("text", ["_1", "q_", "q_{a", "q_{a_{b}}", "}", "^T"])
def test_what_is_no_short_formula_stays_as_it_is(text: str) -> None:
    assert [(run.text, run.level, run.italic) for run in runs(text)] == [(text, 0, False)]


@given(st.text(), st.floats(30, 500))
def test_folding_loses_no_words(text: str, width: float) -> None:
    lines = fold(text, 12, width)
    assert "".join(lines).replace(" ", "") == "".join(text.split())
    assert all(ems(line) * 12 <= 2 * width + 24 for line in lines)
