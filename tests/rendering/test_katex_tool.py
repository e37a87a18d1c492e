"""The tool that judges LaTeX must itself be judged: good passes, every planted fault is caught."""

from __future__ import annotations

import pytest

from tests.katex_tool import BadLatex, render
from tests.rendering.samples import SAMPLES

GOOD = [
    r"\frac{e^{q_{3} k_{1}^{\top}/\sqrt{d}}}{\sum_{l=0}^{3} e^{q_{3} k_{l}^{\top}/\sqrt{d}}}",
    r"\begin{align} x &= 1 \\ &= \dfrac{1}{1} \end{align}",
    r"\begin{pmatrix} 0 & -\infty \\[6pt] 0 & 0 \end{pmatrix}",
    r"\operatorname{Softmax}(QK^{\mathsf T})",
]
BAD = {
    "unknown command": r"\nosuch{x}",
    "missing argument": r"\frac{1}",
    "open brace": r"\sqrt{d",
    "closed twice": "x}",
    "double subscript": "q_1_2",
    "double superscript": "k^T^T",
    "stray alignment": "a & b",
    "unclosed left": r"\left( x",
    "dangling subscript": "q_",
    "dollar inside": "$x$",
    "unknown environment": r"\begin{nosuch} x \end{nosuch}",
    "label without a document": r"\begin{align} x \label{a} \end{align}",
    "accent in mathematics (strict)": "é",
    "a link (KaTeX paints it red instead of failing)": r"\href{https://example.invalid}{x}",
    "nothing": "",
    "blank": "  ",
}


@pytest.mark.parametrize("latex", GOOD)
def test_good_latex_is_typeset(latex: str) -> None:
    assert 'class="katex' in render(latex)


@pytest.mark.parametrize("latex", BAD.values(), ids=BAD)
def test_a_planted_fault_is_caught(latex: str) -> None:
    with pytest.raises(BadLatex):
        render(latex)


def test_one_broken_character_in_a_good_formula_is_caught() -> None:
    for latex in GOOD:
        with pytest.raises(BadLatex):
            render(latex.replace("{", "", 1))


def test_display_and_inline_differ() -> None:
    assert "katex-display" in render("x")
    assert "katex-display" not in render("x", display=False)


def test_the_samples_are_good() -> None:
    for latex in {cell.latex for cell in SAMPLES["causal n=7"].cells}:
        render(latex)
