"""Query-key products, in words and in LaTeX."""

from __future__ import annotations

import pytest

from symattn.rendering.notation import CHOICES, PRESETS, Notation
from symattn.rendering.symbols_text import product, words_for
from tests.katex_tool import render


def test_products_in_every_preset() -> None:
    assert {name: product(3, 0, style) for name, style in PRESETS.items()} == {
        "foundations": "q3 k0^T",
        "vaswani": "q3 k0^T",
        "columns": "q3^T k0",
        "dot": "q3 . k0",
    }
    assert {name: product(3, 10, style, latex=True) for name, style in PRESETS.items()} == {
        "foundations": "q_{3} k_{10}^T",
        "vaswani": r"q_{3} k_{10}^\top",
        "columns": r"q_{3}^\top k_{10}",
        "dot": r"q_{3} \cdot k_{10}",
    }


@pytest.mark.parametrize("vectors", CHOICES["vectors"])
@pytest.mark.parametrize("kind", CHOICES["product"])
@pytest.mark.parametrize("transpose", CHOICES["transpose"])
@pytest.mark.parametrize("bold", CHOICES["bold"])
def test_every_style_typesets_and_halves_are_whole(
    vectors: str, kind: str, transpose: str, bold: bool
) -> None:
    style = Notation(vectors=vectors, product=kind, transpose=transpose, bold=bold, base=1)
    for latex in (False, True):
        words = words_for(style, latex=latex)
        assert words.of(3, 1) == product(2, 0, style, latex=latex)
        assert "{}" not in words.of(3, 1)
    assert render(words.of(12, 1))


def test_labels_stand_for_numbers() -> None:
    fox = ("The", "quick", "brown", "fox")
    style = PRESETS["foundations"]
    assert product(3, 0, style, fox) == "q_fox k_The^T"
    assert product(3, 0, style, fox, latex=True) == r"q_{\text{fox}} k_{\text{The}}^T"
    twice = ("the", "cat", "saw", "the", "New York")
    assert product(3, 0, style, twice) == "q_the_3 k_the_0^T"
    assert product(4, 1, style, twice) == "q_[New York] k_cat^T"
    assert render(product(3, 0, style, twice, latex=True))


@pytest.mark.parametrize(
    "label", ["a}b{", "$x$", "\\end{align}", "50%", "a_b^c", "~#&", "漢字", "x\ny", "{}", "é"]
)
def test_hostile_labels_are_only_text(label: str) -> None:
    written = product(0, 1, PRESETS["foundations"], (label, "fox"), latex=True)
    assert render(written)
    assert written.endswith(r"k_{\text{fox}}^T")
    assert "\n" not in product(0, 1, PRESETS["foundations"], (label, "fox"))
