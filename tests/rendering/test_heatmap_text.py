"""The terminal shows the cells of the record, within its width, also in ASCII."""

from __future__ import annotations

import pytest

from symattn.core.figure import Figure
from symattn.rendering.heatmap_text import ASCII, BLOCKS, ZERO, draw
from symattn.rendering.label import columns
from tests.rendering.samples import (
    HOSTILE,
    SAMPLES,
    causal,
    empty_row,
    labelled,
    masked_beside_zero,
    products,
    window,
)

PRODUCTS_OF_THREE = """\
causal: query-key products, n = 3

       key
        0          1          2
query 0 q_0 k_0^T  ·          ·
      1 q_1 k_0^T  q_1 k_1^T  ·
      2 q_2 k_0^T  q_2 k_1^T  q_2 k_2^T

· masked
"""


def looks(figure: Figure, text: str) -> dict[tuple[int, int], bool]:
    """Which cells of a block picture with labels of one sign are visible."""
    lines = [line for line in text.split("\n") if line[8:] and line[:7].strip(" query").isdigit()]
    wide = 2
    found = {}
    for i, line in enumerate(lines):
        cells = line[8:].ljust(wide * len(figure.columns))
        for j in range(len(figure.columns)):
            sign = cells[wide * j : wide * (j + 1)].strip()
            assert sign, f"cell {i, j} is empty in {line!r}"
            found[i, j] = sign not in (BLOCKS.masked, ASCII.masked)
    return found


@pytest.mark.parametrize("ascii", [False, True])
@pytest.mark.parametrize("n", range(1, 10))
@pytest.mark.parametrize("visible", range(1, 5))
def test_blocks_read_back(n: int, visible: int, ascii: bool) -> None:
    figure = window(n, visible)
    read = looks(figure, draw(figure, ascii=ascii))
    assert read == {(cell.row, cell.column): cell.visible for cell in figure.cells}


def test_products_stand_in_an_aligned_grid() -> None:
    assert draw(products(3)).startswith(PRODUCTS_OF_THREE)


def test_the_28_products_fit_in_80_columns() -> None:
    text = draw(products(7))
    assert text.count("^T") == 28
    assert max(map(columns, text.split("\n"))) <= 80


def test_text_that_does_not_fit_gives_way_to_blocks_aloud() -> None:
    text = draw(products(7), width=60)
    assert "^T" not in text
    assert "The text of the cells does not fit in 60 columns." in text
    assert "░ visible" in text


def test_keys_that_do_not_fit_are_named() -> None:
    text = draw(causal(64), width=40)
    assert "Only the first 31 of 64 keys fit in 40 columns." in text.replace("\n", " ")
    assert all(columns(line) <= 40 for line in text.split("\n"))


@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_is_wider_than_asked(figure: Figure, width: int) -> None:
    for ascii in (False, True):
        assert max(map(columns, draw(figure, ascii=ascii, width=width).split("\n"))) <= width


def test_ascii_is_ascii(figure: Figure) -> None:
    assert draw(figure, ascii=True).isascii()


def test_the_assumption_and_both_axes_are_said(figure: Figure) -> None:
    text = draw(figure, width=200)
    assert figure.assumption in text
    assert "key" in text
    assert "query " in text


def test_masked_zero_and_more_are_three_signs() -> None:
    lines = draw(masked_beside_zero()).split("\n")
    assert lines[4] == f"query 0  {BLOCKS.masked} {ZERO}██"
    assert "· masked   0 zero   ░▒▓█ more" in lines


def test_signs_that_do_not_occur_are_not_explained() -> None:
    assert "masked" not in draw(causal(1))
    assert "zero" not in draw(causal(7))
    assert "from 0 to 1" in draw(causal(7))


def test_darker_means_more() -> None:
    line = draw(causal(7)).split("\n")[4]
    assert line.startswith("query 0 ██")
    ranks = [BLOCKS.ramp.index(draw(causal(7)).split("\n")[4 + i][8]) for i in range(7)]
    assert ranks == sorted(ranks, reverse=True)
    assert ranks[0] > ranks[-1]


def test_a_row_without_keys_is_all_masked() -> None:
    assert looks(empty_row(), draw(empty_row())) == {
        (0, 0): False, (0, 1): False, (1, 0): True, (1, 1): False,
    }  # fmt: skip


def test_hostile_labels_cannot_steer_a_terminal() -> None:
    for ascii in (False, True):
        text = draw(labelled(HOSTILE), ascii=ascii)
        assert not set(text) & {"\x00", "\x1b", "\ud800"}
        assert text.encode("utf-8")


def test_long_labels_stand_upright() -> None:
    lines = draw(SAMPLES["words"]).split("\n")
    assert [line.split()[0][0] for line in lines[3:6]] == ["T", "h", "e"]
