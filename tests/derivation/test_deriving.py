"""What a derivation says of itself is so: entries are checked, heads and empty rows are named."""

import json
import subprocess
import sys

import pytest

from symattn.core.errors import Usage
from symattn.derivation import entries
from symattn.derivation.checking import WrongStep
from symattn.library import derive, show


def run(*arguments):
    command = [sys.executable, "-m", "symattn", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("d", [None, 2])
@pytest.mark.parametrize("what", ["weights", "output"])
def test_a_denominator_dropped_from_the_printed_entries_is_caught(monkeypatch, what, d):
    monkeypatch.setattr(entries, "_over", lambda top, *_: top)
    if d is not None:
        monkeypatch.setitem(entries.SHORT, "/", lambda top, _: top)
    with pytest.raises(WrongStep, match="not what the Form says"):
        derive("causal", n=3, d=d, what=what)


def test_a_wrong_printed_score_is_caught(monkeypatch):
    true = entries.specialise
    monkeypatch.setattr(entries, "specialise", lambda e, at: true(e, at.at(j=0)))
    with pytest.raises(WrongStep, match="not what the Form says"):
        derive("causal", n=3)


@pytest.mark.parametrize(
    ("spec", "what"),
    [("mla_absorbed", "output"), ("causal+alibi", "scores"), ("differential", "weights"),
     ("gqa(groups=2)+causal", "output"), ("linear+causal", "output"), ("retention", "weights")],
)  # fmt: skip
def test_true_entries_pass_and_say_so(spec, what):
    for d in (None, 4):
        assert "entries evaluated in balls" in derive(spec, n=3, d=d, what=what).found.check


def test_a_gradient_is_checked_at_a_size_as_well():
    found = derive("causal+alibi", n=2, what="gradient").found
    assert "forward differentiation" in found.check


def test_heads_are_named():
    assert "H = 2" in str(derive("mqa", 1, what="gradient"))
    assert "H = 3" in str(derive("mqa", 1, what="gradient", heads=3))
    assert "H = 2, head = 0" in str(derive("gqa(groups=2)", 2))
    with pytest.raises(Usage, match="no head 5 of 4"):
        derive("gqa(groups=2)", 2, heads=4, head=5)


def test_rows_of_a_gradient_are_refused():
    with pytest.raises(Usage, match="leave out the row"):
        derive("mqa+causal", 3, what="gradient", row=1)


@pytest.mark.parametrize(("rule", "words"), [("uniform", "1 / n_k"), ("nan", "NaN")])
def test_empty_rows_are_spoken_of(rule, words):
    form = f"support: j < i\nempty: {rule}"
    assert words in str(derive(form, check="none"))
    assert words in str(derive(form, 3))
    assert "sees no key" in show(form, 3).figure.assumption


def test_a_uniform_empty_row_is_drawn_as_it_weighs():
    figure = show("support: j < i\nempty: uniform", 4).figure
    assert [cell.shade for cell in figure.cells[:4]] == [0.25] * 4


def test_scores_say_what_s_is():
    text = str(derive("causal+bias", what="scores", check="none"))
    assert "s[i, j] = dot(q[i], k[j]) / sqrt(d) + PE[i, j]" in text
    both = str(derive("differential", what="scores", check="none"))
    assert "s1[i, j]" in both
    assert "s2[i, j]" in both


def test_tables_that_decide_who_sees_whom_may_be_given(tmp_path):
    file = tmp_path / "keep.json"
    file.write_text(json.dumps({"keep": [1, 0, 1]}))
    code, out, _ = run("derive", "padding+causal", "--n", "3", "--with", str(file))
    assert code == 0
    assert "alpha[1, 1] = 0" in out


def test_text_counts_from_0_and_says_so(tmp_path):
    file = tmp_path / "one.toml"
    file.write_text("base = 1\n")
    code, out, _ = run("derive", "causal", "--n", "3", "--row", "2", "--notation", str(file))
    assert code == 0
    assert "alpha[2, 1]" in out
    assert "alpha[1, 0]" not in out
    assert "counts from 0" in out
    code, out, _ = run(
        "derive", "causal", "--n", "3", "--row", "2", "-f", "latex", "--notation", str(file)
    )
    assert r"\alpha(2,1)" in out
    assert r"\alpha(3," not in out


def test_a_file_without_numbers_is_refused(tmp_path):
    file = tmp_path / "empty.json"
    file.write_text("{}")
    code, _, err = run("derive", "causal", "--n", "2", "--with", str(file))
    assert code == 2
    assert "holds no numbers" in err


@pytest.mark.parametrize(
    "score", ["dot(q[i], k[j]) - log(1 + i - j)", "dot(q[i], k[j]) - sqrt(i - j)"]
)
def test_a_masked_pair_need_not_have_a_score(score):
    for what in ("scores", "weights", "output"):
        assert derive(f"support: j <= i\nscore: {score}", what=what).found.check


def test_decimals_need_only_what_the_entry_reads(tmp_path):
    file = tmp_path / "n.json"
    file.write_text(json.dumps({"Q": [[1, 2], [0, 1]], "K": [[1, 0], [1, 1]], "m": ["1/2"]}))
    code, out, _ = run("derive", "causal+alibi", "--with", str(file), "--row", "1")
    assert code == 0
    assert "= 0.769786627017" in out


def test_the_name_of_the_output_says_its_format(tmp_path):
    tex, svg, wrong = tmp_path / "c.tex", tmp_path / "c.svg", tmp_path / "c.csv"
    assert run("derive", "causal", "-o", str(tex), "--check", "none")[0] == 0
    assert tex.read_text().startswith(r"\begin{align}")
    assert run("show", "causal", "--n", "3", "-o", str(svg))[0] == 0
    assert svg.read_text().startswith("<svg")
    code, _, err = run("show", "causal", "--n", "3", "-o", str(wrong))
    assert code == 2
    assert "looks like csv" in err
    assert not wrong.exists()
    assert run("show", "causal", "--n", "3", "-f", "text", "-o", str(wrong))[0] == 0


def test_a_visible_pair_without_a_score_is_refused_in_one_line(tmp_path):
    file = tmp_path / "own.form"
    file.write_text("support: j <= i\nscore: dot(q[i], k[j]) / (i - j)\n")
    code, _, err = run("derive", str(file))
    assert code == 2
    assert "no score at query 0, key 0" in err
