"""The SVG shows exactly the cells of the record, in valid XML, byte for byte the same."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from symattn.core.figure import Figure
from symattn.rendering.heatmap_layout import TEXT_LEFT_OUT
from symattn.rendering.heatmap_svg import draw
from symattn.rendering.label import plain
from tests.rendering.reading_back import SVG, must_match, svg_cells, svg_texts
from tests.rendering.samples import (
    HOSTILE,
    SAMPLES,
    causal,
    labelled,
    masked_beside_zero,
    products,
    window,
)

ROOT = Path(__file__).parents[2]


def test_every_cell_is_drawn_as_the_record_says(figure: Figure) -> None:
    must_match(figure, svg_cells(figure, draw(figure)))


@pytest.mark.parametrize("n", range(1, 7))
@pytest.mark.parametrize("visible", range(1, 4))
def test_small_windows_are_drawn_cell_by_cell(n: int, visible: int) -> None:
    figure = window(n, visible)
    must_match(figure, svg_cells(figure, draw(figure)))


@pytest.mark.parametrize("n", [55, 56, 100])
def test_cells_that_touch_are_drawn_too(n: int) -> None:
    figure = window(n, 9)
    must_match(figure, svg_cells(figure, draw(figure)))


def test_the_reader_catches_a_wrong_picture() -> None:
    with pytest.raises(AssertionError, match=r"cell \(2, 0\)"):
        must_match(window(5, 2), svg_cells(causal(5), draw(causal(5))))
    with pytest.raises(AssertionError, match="nowhere"):
        must_match(causal(4), svg_cells(causal(5), draw(causal(5))) | {(0, 0): "#0d2347"})


def test_it_says_what_the_shades_assume(figure: Figure) -> None:
    svg = draw(figure)
    said = " ".join(svg_texts(svg, "assumption")).removesuffix(TEXT_LEFT_OUT).strip()
    assert said == figure.assumption
    assert figure.assumption in (ElementTree.fromstring(svg).findtext(f"{SVG}desc") or "")


def test_title_description_and_axes_are_there(figure: Figure) -> None:
    svg = draw(figure)
    assert ElementTree.fromstring(svg).findtext(f"{SVG}title") == plain(figure.title)
    assert svg_texts(svg, "axis") == ["key", "query"]
    assert ElementTree.fromstring(svg).get("role") == "img"


def test_the_description_counts_the_cells() -> None:
    description = ElementTree.fromstring(draw(causal(7))).findtext(f"{SVG}desc")
    assert description is not None
    assert "28 cells are visible, 21 are masked" in description


def test_hostile_labels_stay_labels() -> None:
    figure = labelled(HOSTILE)
    labels = svg_texts(draw(figure), "label")
    assert labels[1] == "a&b\"'"
    assert labels[2] == "]]>"
    assert labels[3] == r"x\x00\x1b[31m\ny"
    assert labels[5] == r"\ud800"
    assert "<script" not in draw(figure)


def test_a_hostile_title_stays_a_title() -> None:
    evil = "</title><script>alert(1)</script> & ]]>\x00"
    svg = draw(replace(causal(2), title=evil, assumption=evil))
    root = ElementTree.fromstring(svg)
    assert root.findtext(f"{SVG}title") == plain(evil)
    assert str(root.findtext(f"{SVG}desc")).endswith(plain(evil))
    assert not list(root.iter(f"{SVG}script"))


def test_a_masked_cell_does_not_look_like_a_zero() -> None:
    figure = masked_beside_zero()
    drawn = svg_cells(figure, draw(figure))
    assert drawn[0, 0] == "masked"
    assert drawn[0, 1] == "#fcfcfa"
    hatch = list(ElementTree.fromstring(draw(figure)).iter(f"{SVG}path"))
    assert len(hatch) == 2  # the cell, and its sample in the legend


def test_no_hatching_without_masked_cells() -> None:
    assert 'class="hatch"' in draw(causal(2))
    assert 'class="hatch"' not in draw(causal(1))
    assert svg_texts(draw(causal(1)), "legend") == ["0", "1"]


def test_formulas_stand_in_their_cells() -> None:
    texts = svg_texts(draw(products(7)), "text")
    assert len(texts) == 28
    assert texts[0] == "q0 k0T"
    assert texts[-1] == "q6 k6T"


def test_text_that_cannot_be_read_is_left_out_aloud() -> None:
    svg = draw(products(40))
    assert svg_texts(svg, "text") == []
    assert TEXT_LEFT_OUT in " ".join(svg_texts(svg, "assumption"))
    assert len(svg_texts(draw(products(40), cell_text=True), "text")) == 820
    assert svg_texts(draw(products(7), cell_text=False), "text") == []


@pytest.mark.parametrize("n", [4, 64])
def test_labels_can_be_read(n: int) -> None:
    root = ElementTree.fromstring(draw(causal(n)))
    labels = [text for text in root.iter(f"{SVG}text") if text.get("class") == "label"]
    assert len(labels) == (8 if n == 4 else 64)
    assert all(float(label.attrib["font-size"]) >= 8 for label in labels)


@pytest.mark.parametrize("labels", [SAMPLES["words"].rows, HOSTILE], ids=["words", "hostile"])
def test_everything_stands_on_the_paper(labels: tuple[str, ...]) -> None:
    root = ElementTree.fromstring(draw(labelled(labels)))
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for text in root.iter(f"{SVG}text"):
        assert 0 <= float(text.attrib["x"]) <= width
        assert 0 <= float(text.attrib["y"]) <= height
    for box in root.iter(f"{SVG}rect"):
        assert float(box.attrib["x"]) + float(box.attrib["width"]) <= width
        assert float(box.attrib["y"]) + float(box.attrib["height"]) <= height


CODE = """
import hashlib
from symattn.rendering import heatmap_html, heatmap_png, heatmap_svg, heatmap_tikz
from tests.rendering.samples import SAMPLES
figure = SAMPLES["words"]
drawn = heatmap_svg.draw(figure) + heatmap_tikz.draw(figure) + heatmap_html.draw(figure)
print(hashlib.sha256(drawn.encode() + heatmap_png.draw(figure)).hexdigest())
"""


def test_two_processes_draw_the_same_bytes() -> None:
    found = {
        subprocess.run(
            [sys.executable, "-c", CODE],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(found) == 1
    assert len(found.pop().strip()) == 64
