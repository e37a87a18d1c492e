"""Environments, documents, long equations; pdflatex compiles what KaTeX cannot judge."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from symattn.core.errors import Usage
from symattn.core.expression import Expr
from symattn.core.text import read
from symattn.mechanisms.registry import names
from symattn.mechanisms.spec import mechanism
from symattn.rendering.breaking import WIDEST, pieces, rows, width
from symattn.rendering.document import ENVIRONMENTS, document, full_size, preamble, wrapped
from symattn.rendering.escaping import LETTERS, SPECIAL, escape
from symattn.rendering.formulas import form_lines
from symattn.rendering.latex import latex
from symattn.rendering.line import Line
from symattn.rendering.notation import PRESETS
from tests.katex_tool import BadLatex, render

VASWANI = PRESETS["vaswani"]


def causal_weights(n: int) -> str:
    """The weight of the last key of the last query, its denominator written out."""
    tops = [read(f"exp(dot(q[{n - 1}], k[{j}]) / sqrt(d))") for j in range(n)]
    total = tops[0]
    for top in tops[1:]:
        total = Expr("+", (total, top))
    return rf"\alpha_{{{n - 1},{n - 1}}} = {latex(Expr('/', (tops[-1], total)), VASWANI)}"


def typeset(text: str) -> str:
    """KaTeX knows environments without labels only."""
    return render(re.sub(r"\\label\{[^}]*\}|\\notag", "", text))


@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_environments_hold_equations_with_labels(env: str) -> None:
    text = wrapped(
        [r"a &= b + \frac{1}{2}", Line("output", r"o = \sum_{j=0}^{i} v_j")], env, "eq:x"
    )
    assert text.count(rf"\begin{{{env}}}") == text.count(rf"\end{{{env}}}")
    assert re.findall(r"\\label\{(.*?)\}", text) == ["eq:x:1", "eq:x:2"]
    for part in text.split("\n\\end{equation}\n") if env == "equation" else [text]:
        if part.strip():
            assert typeset(part + ("\n\\end{equation}" if env == "equation" else ""))
    assert re.findall(r"\\label\{(.*?)\}", wrapped(["a = b"], env, "eq:one")) == ["eq:one"]
    assert r"\label" not in wrapped(["a = b"], env)


def test_alignment_is_at_the_mark_or_at_the_first_relation() -> None:
    text = wrapped([r"a &= b = c", r"\sum_{t=0} t = 1", r"f(x) \in \mathbb{R}", "a b"])
    assert text.splitlines()[1:-1] == [
        r"a &= b = c \\", r"\sum_{t=0} t &= 1 \\", r"f(x) &\in \mathbb{R} \\", "& a b",
    ]  # fmt: skip
    marked = r"a = \begin{cases} 0 & \text{if } j \le i \\ 1 & \text{otherwise} \end{cases}"
    assert wrapped([marked]).splitlines()[1].startswith(r"a &= \begin{cases} 0 &")


@pytest.mark.parametrize("n", [2, 7, 16, 40])
@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_long_denominators_come_in_rows_that_fit(n: int, env: str) -> None:
    equation = causal_weights(n)
    text = wrapped([equation], env)
    assert typeset(text)
    terms = re.findall(r"e\^\{q_\w+|e\^\{q_\{\d+\}", text)
    assert len(terms) == n + 1
    if n >= 16:
        inside = re.search(r"\\begin\{aligned\} (&e.*?) \\end\{aligned\}", text, re.DOTALL)
        assert inside is not None
        assert all(width(row) <= WIDEST for row in inside[1].split(r"\\"))


def test_long_sums_are_cut_before_signs_and_nothing_is_lost() -> None:
    long = "a = " + " + ".join(rf"b_{{{t}}} \left(c - d_{{{t}}}\right)" for t in range(30))
    found = rows(long)
    assert len(found) > 2
    assert all(width(row) <= WIDEST for row in found)
    assert " ".join(found).split() == long.split()
    assert all(row.startswith("+") for row in found[1:])
    assert rows("a = b") == ["a = b"]


@pytest.mark.parametrize(
    "text",
    [r"a = -b - c", r"\frac{a + b}{c - d} + e", r"\left(a + b\right) - c", "x, -y = z", "", "+ a"],
)
def test_pieces_join_to_the_whole(text: str) -> None:
    found = pieces(text)
    assert "".join(found) == text
    for piece in found:
        assert piece.count("{") == piece.count("}")


def test_matrices_get_room() -> None:
    cramped = r"P = \begin{pmatrix} 1 & 0 \\ \frac{1}{2} & \frac{1}{2} \end{pmatrix}"
    roomy = full_size(cramped)
    assert roomy == (r"P = \begin{pmatrix} 1 & 0 \\[6pt] \dfrac{1}{2} & \dfrac{1}{2} \end{pmatrix}")
    assert render(roomy)
    assert full_size(roomy) == roomy
    plain = r"\begin{pmatrix} 1 & 0 \\ 1 & 1 \end{pmatrix} + \frac{1}{2}"
    assert full_size(plain) == plain


@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_a_megabyte_is_not_fitted_but_stays_right(env: str) -> None:
    cases = r"m = \begin{cases} 0 & j \le i \\ 1 & j > i \end{cases}"
    long = "a &= " + " + ".join("b" for _ in range(50_000))
    text = wrapped([cases, long], env, "eq")
    assert r"\begin{cases} 0 & j \le i \\ 1 & j > i \end{cases}" in text
    assert text.count("&=") == (2 if env == "align" else 0)
    assert text.count(r"\label") == 2
    assert max(map(len, text.splitlines())) > 100_000


@pytest.mark.parametrize("env", ["alig", "matrix", "", "align*"])
def test_unknown_environments_are_refused(env: str) -> None:
    with pytest.raises(Usage, match="no environment"):
        wrapped(["a = b"], env)


@pytest.mark.parametrize("label", ["a b", "x}", "", "é", "\\alpha", "a" * 81, "eq:1\n"])
def test_labels_that_latex_cannot_use_are_refused(label: str) -> None:
    with pytest.raises(Usage, match="label"):
        wrapped(["a = b"], "align", label)


def test_nothing_to_write_is_refused() -> None:
    with pytest.raises(Usage, match="no equation"):
        wrapped([])


def test_escapes_are_text_and_nothing_else() -> None:
    assert escape("a_b & 50% {x} #1 $y$ ~^\\") == (
        r"a\_b \& 50\% \{x\} \#1 \$y\$ \textasciitilde{}\textasciicircum{}\textbackslash{}"
    )
    assert escape("漢\n\x00é") == r"[U+6F22]\textbackslash{}n\textbackslash{}x00é"
    for sign in [*SPECIAL, *"abcXYZ019.,:;!?'()[]+=*/@", *sorted(LETTERS)]:
        assert render(rf"\text{{{escape(sign)}}}")
    with pytest.raises(BadLatex):
        render(r"\text{a_b}")


def test_a_document_has_its_parts() -> None:
    blocks = ["a &= b", ("causal & co", form_lines(mechanism("causal"), VASWANI)), ["c &= d"]]
    text = document(blocks, "gather", "eq", title="100%")
    assert text.startswith(preamble())
    assert text.count(r"\begin{document}") == text.count(r"\end{document}") == 1
    assert r"\section*{100\%}" in text
    assert r"\subsection*{causal \& co}" in text
    labels = re.findall(r"\\label\{(.*?)\}", text)
    assert len(labels) == len(set(labels)) == 1 + 6 + 1


def needs_pdflatex() -> str:
    found = shutil.which("pdflatex")
    if found is None:
        pytest.skip("pdflatex is not installed (Debian: texlive-latex-base and -recommended)")
    return found


def compiled(text: str, folder: Path) -> str:
    """The log of pdflatex; raises if there is no PDF."""
    (folder / "paper.tex").write_text(text, encoding="utf-8")
    command = [needs_pdflatex(), "-interaction=nonstopmode", "-halt-on-error", "paper.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=240, check=False)
    log = done.stdout.decode("latin-1")
    if done.returncode != 0 or not (folder / "paper.pdf").exists():
        raise AssertionError(log[-3000:])
    return log


def too_wide(log: str) -> list[float]:
    return [float(points) for points in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log)]


@pytest.mark.tex
@pytest.mark.parametrize("preset", PRESETS)
def test_every_mechanism_compiles_and_fits_the_page(preset: str, tmp_path: Path) -> None:
    style = PRESETS[preset]
    blocks = [(name, form_lines(mechanism(name), style)) for name in names()]
    log = compiled(document(blocks, title=f"All mechanisms, {preset}"), tmp_path)
    assert too_wide(log) == []


@pytest.mark.tex
@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_long_equations_labels_and_words_compile(env: str, tmp_path: Path) -> None:
    hostile = " ".join([*SPECIAL, *sorted(LETTERS), "漢字", "\x00"])
    words = [rf"\text{{{escape(hostile[at : at + 40])}}} = 1" for at in range(0, len(hostile), 40)]
    blocks = [
        ("long", [causal_weights(n) for n in (3, 7, 20, 33)]),
        (hostile, ["a &= b"]),
        ("words", [*words, r"\mathbf{q}_i &\in \mathbb{R}^d"]),
    ]
    matrix = r"P &= \begin{pmatrix} 1 & 0 \\ \frac{1}{2} & \frac{1}{2} \end{pmatrix}"
    blocks.append(("matrix", [matrix, r"M &= \begin{cases} 0 & j \le i \\ 1 & j > i \end{cases}"]))
    log = compiled(document(blocks, env, "eq:all"), tmp_path)
    assert too_wide(log) == []
    assert "multiply defined" not in log


@pytest.mark.tex
def test_what_does_not_compile_is_noticed(tmp_path: Path) -> None:
    needs_pdflatex()
    with pytest.raises(AssertionError, match="Undefined control sequence"):
        compiled(document([r"a &= \nonsense"]), tmp_path)
