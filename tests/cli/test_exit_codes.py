"""Exit codes and their one line: 0 done, 2 usage, 4 unreadable, 70 internal, 130 interrupted."""

from __future__ import annotations

import pytest

from symattn.commands import list as list_command
from tests.cli.running import COMMANDS, done, inside, process, refused

SIZES = ("0", "-1", "-7", "seven", "", " ", "7.0", "1e3", "0x10", "+7", "٧", "７", "²", "7;", "**")
HUGE = ("9" * 31, "9" * 5000, "10**31", "10**99", "10**100", "99999**9999999")
SIZED = ("enumerate --n", "enumerate --n-q", "derive causal --n", "derive causal --d")
SIZED += ("derive causal --n-q", "show causal --n", "show causal --n-q", "cost causal --n")
SIZED += ("cost causal --d", "cost causal --d-v", "cost causal --heads", "cost causal --bytes")


@pytest.mark.parametrize("option", SIZED)
@pytest.mark.parametrize("value", SIZES)
def test_what_is_no_size(option, value):
    name = option.split()[-1]
    expected = f"symattn: {name} must be a whole number of at least 1, got {value!r}"
    assert refused(inside(*option.split(), value)) == expected


@pytest.mark.parametrize("option", SIZED)
@pytest.mark.parametrize("value", HUGE)
def test_a_size_without_end(option, value):
    line = refused(inside(*option.split(), value))
    assert line.startswith(f"symattn: {option.split()[-1]} is too large"), line
    assert len(line) < 160


@pytest.mark.parametrize(("text", "size"), [("3", 3), (" 3 ", 3), ("1_0", 10), ("2**3", 8)])
def test_what_is_a_size(text, size):
    last = done(inside("enumerate", "--n", text, "--count"))
    assert last.startswith(f"{size * (size + 1) // 2} products = n(n+1)/2")


def test_a_count_needs_no_enumeration():
    n = 10**9
    expected = f"{n * (n + 1) // 2} products = n(n+1)/2, {n * (n - 1) // 2} masked\n"
    assert done(inside("enumerate", "--n", "10**9", "--count")) == expected
    assert "--count" in refused(inside("enumerate", "--n", "10**9"))


def test_a_row_far_out():
    lines = done(inside("enumerate", "--n", "10**9", "--row", "2")).splitlines()
    assert lines == ["q2: q2 k0^T, q2 k1^T, q2 k2^T", "3 products, 999999997 masked", "keys 0..2"]
    far = ("enumerate", "--n", "10**9", "-m", "window(visible=2)", "--row", "999999999")
    assert done(inside(*far)).endswith("keys 999999998..999999999\n")
    assert "too many to list" in refused(inside("enumerate", "--n", "10**9", "--row", "99999999"))


def test_the_line_of_the_design():
    result = process("enumerate", "--mechanism", "causl+alibi")
    assert refused(result) == (
        "symattn: no mechanism 'causl' in 'causl+alibi' (column 1); "
        "did you mean 'causal'? See: symattn list"
    )


UNKNOWN = {
    "enumerate -m causal+alibbi": "no mechanism 'alibbi' in 'causal+alibbi' (column 8); did you",
    "derive causl": "no mechanism 'causl' in 'causl' (column 1); did you mean 'causal'?",
    "show windw(visible=2)": "did you mean 'window'?",
    "list alibis": "no mechanism 'alibis'; did you mean 'alibi'? See: symattn list",
    "example notebok": "no sample 'notebok'; did you mean 'notebook'?",
    "example xyz": "samples are numbers,",
    "cost causal windw": "did you mean 'window'?",
    "enumerate --format jsn": "--format is one of text, latex, markdown, csv, json; got 'jsn'",
    "derive causal --what weigths": "did you mean 'weights'?",
    "derive causal --check nump": "did you mean 'numpy'?",
    "derive causal --env algn": "did you mean 'align'?",
    "derive causal --notation vasvani": "did you mean 'vaswani'?",
    "show causal --format pgn": "did you mean 'png'?",
    "show causal --what wieghts": "did you mean 'weights'?",
    "enumerate --align top": "--align is one of top-left, bottom-right; got 'top'",
    "enumerate --base 2": "--base is 0 or 1, got 2",
    "derive nowhere.form": "there is no file nowhere.form",
    "derive causal --with nowhere.json": "nowhere.json: no such file",
}


@pytest.mark.parametrize("line", UNKNOWN)
def test_unknown_words(line):
    assert UNKNOWN[line] in refused(inside(*line.split()))


CONFLICTS = (
    "enumerate --json --format csv",
    "enumerate --row 1 --count",
    "enumerate --count --format csv",
    "enumerate --n 3 --labels a,b",
    "enumerate --n 2 --n-q 4 --labels a,b",
    "enumerate --n 2 --n-q 4 --align bottom-right --labels a,b",
    "enumerate --labels a,a,b --row a",
    "enumerate --n 3 --row 3",
    "enumerate --n 3 --row -1",
    "enumerate --n 3 --base 1 --row 0",
    "enumerate --n 3 --row ٢",
    "enumerate -m packed --n 3",
    "enumerate -m packed --n 3 --json",
    "enumerate -m packed --n 3 --count",
    "enumerate -m window --n 3 --format csv",
    "derive causal --json --format html",
    "derive causal --document",
    "derive causal --label eq:a",
    "derive causal --row 1٢",
    "derive causal --n 3 --row 3",
    "show causal --json --format svg",
    "cost causal --json --format latex",
    "cost causal --position -1",
    "cost multihead gqa(groups=3) --n 7 --d 4 --heads 4",
    "show causal --n 3 --labels a,b",
    "show causal --n 100 --format html",
    "show causal --n 10000",
)


@pytest.mark.parametrize("line", CONFLICTS)
def test_options_in_conflict(line):
    refused(inside(*line.split()))


def test_what_typer_refuses():
    for arguments in (["frob"], ["enumerate", "--frob"], ["enumerate", "--base", "x"], ["derive"]):
        result = inside(*arguments)
        assert (result.returncode, result.stdout) == (2, "")
        assert "Traceback" not in result.stderr
        assert result.stderr.startswith("Usage: symattn")
    assert "Did you mean 'enumerate'?" in inside("enumrate").stderr


UNREADABLE = {
    "support: j <=": (14, "expected a number, a name or "),
    "support: j <= i\nscore: dot(q[i], k[j]": (38, "expected ')'"),
    "suport: j <= i": (1, "unknown key 'suport'"),
    "causal +": (9, "expected the name of a mechanism, got 'the end'"),
    "window(visible=)": (16, ""),
    "causal & alibi": (8, ""),
    "": (1, "expected the name of a mechanism"),
}


@pytest.mark.parametrize("spec", UNREADABLE)
def test_unreadable_specs_point_at_the_place(spec):
    result = inside("derive", spec)
    column, message = UNREADABLE[spec]
    assert result.returncode == 4, (result.returncode, result.stderr)
    assert result.stdout == ""
    said, shown, caret = result.stderr.split("\n")[:3]
    before = spec.rfind("\n", 0, column - 1) + 1
    assert f"column {column - before}: {message}" in said
    assert shown == f"  {spec[before:]}"
    assert caret == " " * (column - before + 1) + "^"


@pytest.mark.parametrize("error", [RuntimeError("planted"), MemoryError(), RecursionError()])
def test_an_internal_error_is_70_without_a_traceback(error, monkeypatch):
    def broken(_):
        raise error

    monkeypatch.setattr(list_command, "table", broken)
    monkeypatch.delenv("SYMATTN_DEBUG", raising=False)
    assert type(error).__name__ in refused(inside("list"), 70)
    monkeypatch.setenv("SYMATTN_DEBUG", "1")
    result = inside("list")
    assert result.returncode == 70
    assert "Traceback (most recent call last)" in result.stderr
    assert f"in {broken.__name__}" in result.stderr


def test_version_and_bare_call():
    import symattn

    assert done(inside("--version")) == f"symattn {symattn.__version__}\n"
    for name in COMMANDS:
        assert done(inside(name, "--help")) == done(inside(name, "-h"))
