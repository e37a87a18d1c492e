"""The HTML heatmap as text: its cells, its words, and nothing from outside."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from symattn.core.figure import Figure
from symattn.rendering.heatmap_html import draw, in_words
from symattn.rendering.label import plain
from tests.katex_tool import render
from tests.rendering.reading_back import html_cells, must_match
from tests.rendering.samples import HOSTILE, SAMPLES, causal, labelled, products, window

VOID = {"meta", "link", "br"}


class Reader(HTMLParser):
    """Start tags, the text of table cells, and whether every element is closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.code: list[str] = []
        self.feed(html)
        assert self.open == [], f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "code":
            self.code.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "code":
            self.code[-1] += data


def test_every_cell_is_drawn_as_the_record_says(figure: Figure) -> None:
    must_match(figure, html_cells(Reader(draw(figure)).tags, len(figure.columns)))


def test_the_reader_catches_a_wrong_picture() -> None:
    with pytest.raises(AssertionError, match=r"cell \(2, 0\)"):
        must_match(window(5, 2), html_cells(Reader(draw(causal(5))).tags, 5))


def test_every_cell_says_in_words_what_it_is(figure: Figure) -> None:
    tags = [tag for _, tag in Reader(draw(figure)).tags if tag.get("role") == "gridcell"]
    assert [tag["aria-label"] for tag in tags] == [in_words(figure, cell) for cell in figure.cells]


def test_the_words_of_a_masked_and_a_visible_cell() -> None:
    figure = causal(7)
    assert in_words(figure, figure.cells[1]) == "query 0, key 1, masked, weight 0, weight formula 0"
    assert in_words(figure, figure.cells[7]).startswith(
        "query 1, key 0, visible, weight 1/2, weight formula exp(q_1 k_0^T / sqrt(d)) / (exp("
    )


def test_every_closed_form_is_listed_and_typesets(figure: Figure) -> None:
    listed = Reader(draw(figure)).code
    assert listed == [cell.latex for cell in figure.cells]
    for latex in sorted(set(listed))[:60]:
        render(latex)


def test_one_cell_is_the_way_in(figure: Figure) -> None:
    tags = [tag for _, tag in Reader(draw(figure)).tags if tag.get("role") == "gridcell"]
    assert [tag["tabindex"] for tag in tags] == ["0", *["-1"] * (len(tags) - 1)]


def test_nothing_is_loaded_from_outside(figure: Figure) -> None:
    for tag, attributes in Reader(draw(figure)).tags:
        assert tag not in ("img", "iframe", "object", "embed", "base"), tag
        assert "src" not in attributes, tag
        assert (attributes.get("href") or "data:,").startswith("data:"), attributes
    urls = re.findall(r"url\((?!\"?data:)[^)]*\)|@import", draw(figure))
    assert urls == []


def test_no_label_opens_an_element() -> None:
    hostile, tame = draw(labelled(HOSTILE)), draw(labelled(tuple("abcdefg")))
    names = [[tag for tag, _ in Reader(html).tags] for html in (hostile, tame)]
    assert names[0] == names[1]
    assert "alert(1)</script>" not in hostile
    assert hostile.count("</script") == tame.count("</script") == 3


def test_hostile_formulas_stay_text() -> None:
    from dataclasses import replace

    evil = "</script></code><script>alert(1)</script>"
    figure = causal(1)
    cell = replace(figure.cells[0], text=evil, formula=evil, latex=evil, value=evil)
    reader = Reader(draw(replace(figure, cells=(cell,), title=evil, assumption=evil)))
    assert reader.code == [evil]
    assert [tag for tag, _ in reader.tags].count("script") == 3


def test_formulas_stand_in_their_cells() -> None:
    assert draw(products(7)).count("<i>q</i><sub>3</sub> <i>k</i><sub>1</sub><sup>T</sup>") == 1


def test_labels_are_shown_as_they_are() -> None:
    assert f"<span>{plain('漢字 é')}</span>" in draw(SAMPLES["hostile labels"])
