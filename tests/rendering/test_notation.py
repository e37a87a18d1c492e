"""Notations: presets, files, and what is said about wrong ones."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import product
from pathlib import Path

import pytest

from symattn.core.errors import Unreadable, Usage
from symattn.core.text import read
from symattn.rendering.latex import latex
from symattn.rendering.notation import CHOICES, PRESETS, Notation, from_toml, notation
from tests.katex_tool import render


def test_the_presets_write_the_same_score_in_their_ways() -> None:
    score = read("dot(q[i], k[j]) / sqrt(d) + PE[i, j]")
    assert {name: latex(score, style) for name, style in PRESETS.items()} == {
        "foundations": r"\frac{q_i k_j^T}{\sqrt{d}} + \mathrm{PE}(i,j)",
        "vaswani": r"\frac{q_i k_j^\top}{\sqrt{d_k}} + \mathrm{PE}_{i,j}",
        "columns": r"\frac{q_i^\top k_j}{\sqrt{d}} + \mathrm{PE}_{i,j}",
        "dot": r"\frac{q_i \cdot k_j}{\sqrt{d}} + \mathrm{PE}_{i,j}",
    }


def test_every_field_has_choices_and_every_choice_can_be_made() -> None:
    assert set(CHOICES) == {field.name for field in fields(Notation)}
    score = read("exp(dot(q[i], k[j] @ W_k) / sqrt(d))")
    for name, values in CHOICES.items():
        assert len(set(map(repr, values))) == len(values) >= 2
        for value in values:
            assert getattr(replace(Notation(), **{name: value}), name) == value
    for values in product(*CHOICES.values()):
        if values[0] == 0:
            style = Notation(**dict(zip(CHOICES, values, strict=True)))  # type: ignore[arg-type]
            assert latex(score, style).startswith((r"e^{", r"\exp\left("))


@pytest.mark.parametrize("transpose", CHOICES["transpose"])
@pytest.mark.parametrize("bold", [False, True])
def test_transposes_and_bold_letters_typeset(transpose: str, bold: bool) -> None:
    style = Notation(transpose=transpose, bold=bold)
    written = latex(read("dot(q[i], k[j])"), style)
    assert written.endswith("_j" + transpose)
    assert (r"\mathbf{q}_i" in written) == bold
    assert render(written)


def test_a_name_a_file_and_a_notation_are_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('preset = "vaswani"\nbase = 1\nweights = "A"\ntranspose = \'^{\\mathsf T}\'\n')
    mine = notation(str(path))
    assert mine == replace(PRESETS["vaswani"], base=1, weights="A", transpose=r"^{\mathsf T}")
    assert notation(mine) is mine
    assert notation("dot") is PRESETS["dot"]
    assert from_toml("") == PRESETS["foundations"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("bas = 1", "unknown field 'bas'; did you mean 'base'"),
        ("nonsense_key = 1", "unknown field 'nonsense_key'; fields are base"),
        ('vectors = "row"', "vectors is one of 'rows', 'columns', got 'row'; did you mean 'rows'"),
        ("base = 2", "base is one of 0, 1, got 2"),
        ("base = true", "base is one of 0, 1, got True"),
        ("bold = 1", "bold is one of false, true, got 1"),
        ("base = 1.0", "got 1.0"),
        ("base = [1]", r"got \[1\]"),
        ("[vectors]\nrows = 1", "vectors is one of"),
        ('preset = "vaswan"', "no preset 'vaswan'; did you mean 'vaswani'"),
        ("preset = 3", "no preset 3"),
        ('softmax = "SOFTMAX"', "softmax is one of"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(Usage, match=message):
        from_toml(text)


def test_a_file_that_is_no_toml_shows_the_place() -> None:
    with pytest.raises(Unreadable) as caught:
        from_toml("base = 1\nbold = maybe\n")
    assert caught.value.place() == (2, 8, "bold = maybe")
    with pytest.raises(Unreadable):
        from_toml("a = " + "[" * 5000)


def test_what_is_no_notation_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Usage, match="no notation 'vaswany'; did you mean 'vaswani'"):
        notation("vaswany")
    with pytest.raises(Usage, match=r"presets are foundations, vaswani, columns, dot; a file"):
        notation("")
    with pytest.raises(Usage, match="No such file"):
        notation(str(tmp_path / "missing.toml"))
    (tmp_path / "latin.toml").write_bytes(b"base = 1 # \xff")
    with pytest.raises(Usage, match="not UTF-8 at byte 11"):
        notation(str(tmp_path / "latin.toml"))
    (tmp_path / "huge.toml").write_bytes(b"#" * 30_000)
    with pytest.raises(Usage, match="over 20000 bytes"):
        notation(str(tmp_path / "huge.toml"))
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(Usage, match="directory"):
        notation(str(tmp_path / "folder.toml"))
