"""The TikZ picture shows the cells of the record, and pdflatex compiles it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from symattn.core.figure import Figure
from symattn.rendering.heatmap_layout import TEXT_LEFT_OUT
from symattn.rendering.heatmap_tikz import draw, literal
from tests.rendering.reading_back import must_match, tikz_cells
from tests.rendering.samples import SAMPLES, causal, labelled, products, window

UGLY = (
    "50% of a_b", "$x^2$", r"\input{secret}", "{", "}", "#&~", "<|end|>", "``--''", '"é"', "%",
)  # fmt: skip


def test_every_cell_is_drawn_as_the_record_says(figure: Figure) -> None:
    must_match(figure, tikz_cells(draw(figure)))


@pytest.mark.parametrize("n", range(1, 7))
@pytest.mark.parametrize("visible", range(1, 4))
def test_small_windows_are_drawn_cell_by_cell(n: int, visible: int) -> None:
    must_match(window(n, visible), tikz_cells(draw(window(n, visible))))


def test_the_reader_catches_a_wrong_picture() -> None:
    with pytest.raises(AssertionError, match=r"cell \(2, 0\)"):
        must_match(window(5, 2), tikz_cells(draw(causal(5))))


def test_formulas_keep_the_notation_of_their_latex() -> None:
    picture = draw(products(7))
    assert picture.count(r"\top}$") == 28
    assert r"{$q_{3} k_{1}^{\top}$};" in picture


def test_text_that_cannot_be_read_is_left_out_aloud() -> None:
    assert r"\top" not in draw(products(40))
    assert TEXT_LEFT_OUT in draw(products(40))
    assert draw(products(40), cell_text=True).count(r"\top}$") == 820


def test_the_assumption_is_part_of_the_picture(figure: Figure) -> None:
    assert f"{{{literal(figure.assumption)}}};" in draw(figure).replace(" " + TEXT_LEFT_OUT, "")


def test_no_label_is_a_command() -> None:
    picture = draw(labelled(UGLY))
    assert r"\input" not in picture
    assert r"{\textbackslash{}input\{secret\}}" in picture


def test_a_title_cannot_leave_its_comment() -> None:
    figure = causal(1)
    broken = Figure("a\n\\input{secret}", figure.assumption, ("0",), ("0",), figure.cells)
    assert draw(broken).splitlines()[0] == r"% a\n\input{secret}"
    assert not any(line.startswith(r"\input") for line in draw(broken).splitlines())


@pytest.fixture
def pdflatex() -> str:
    path = shutil.which("pdflatex")
    if path is None:
        pytest.skip("pdflatex is not on the PATH")
    probe = shutil.which("kpsewhich")
    if probe and subprocess.run([probe, "tikz.sty"], capture_output=True).returncode:
        pytest.skip("pdflatex is here, but tikz.sty is not (Debian: texlive-pictures)")
    return path


def compiled(pdflatex: str, folder: Path, document: str) -> str:
    """The log of a successful run; raises with TeX's own words otherwise."""
    (folder / "figure.tex").write_text(document, encoding="utf-8")
    run = subprocess.run(
        [pdflatex, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "figure.tex"],
        cwd=folder,
        capture_output=True,
        timeout=120,
    )
    log = run.stdout.decode("utf-8", "replace")
    if run.returncode or not (folder / "figure.pdf").exists():
        raise AssertionError(log[log.find("\n!") :][:800])
    return log


@pytest.mark.tex
@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "hostile labels"])
def test_it_compiles(name: str, pdflatex: str, tmp_path: Path) -> None:
    log = compiled(pdflatex, tmp_path, draw(SAMPLES[name], document=True))
    assert "Overfull" not in log
    assert "LaTeX Warning: Reference" not in log


@pytest.mark.tex
def test_ugly_labels_compile(pdflatex: str, tmp_path: Path) -> None:
    compiled(pdflatex, tmp_path, draw(labelled(UGLY), document=True))


@pytest.mark.tex
def test_a_bad_picture_does_not_compile(pdflatex: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="Undefined control sequence"):
        compiled(pdflatex, tmp_path, draw(causal(2), document=True).replace(r"\fill", r"\fyll"))
