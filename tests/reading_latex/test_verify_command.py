"""`symattn verify "A = B"`: exit codes, first lines, line 2, JSON, standard input."""

import json
import subprocess
import sys

import pytest


def verify(*arguments, given=None):
    return subprocess.run(
        [sys.executable, "-m", "symattn", "verify", *arguments],
        input=given, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        ([r"\frac{1}{1+e^{-x}} = \frac{e^x}{1+e^x}"], 0, "PROVED"),
        ([r"\frac{1}{1+e^{-x}} = \frac{1}{1+e^x}"], 1, "REFUTED"),
        ([r"J = p^\top p - p p^\top", "--reference", r"J = \mathrm{diag}(p) - p p^\top"], 1,
         "REFUTED"),
        ([r"\sum_{j} \mathbb{1}[j \le i] = i + 1"], 4, "UNREADABLE"),
        ([r"\sum_{j} \mathbb{1}[j \le i] = i + 1", "--base", "0"], 0, "PROVED"),
        ([r"\frac{1}{x"], 4, "UNREADABLE"),
        ([r"e_{ij} = \max_{j} s_{ij}", "--reference", r"e_{ij} = s_{ij}", "--base", "0"], 1,
         "REFUTED"),
        (["a b = b a", "--declare", "a: matrix n n", "--declare", "b: matrix n n"], 1, "REFUTED"),
        (["a b = b a", "--base", "7"], 2, ""),
    ],
)  # fmt: skip
def test_codes_and_words(arguments, code, word):
    ran = verify(*arguments)
    assert ran.returncode == code, ran.stdout + ran.stderr
    assert ran.stdout.startswith(word)
    assert "Traceback" not in ran.stderr
    if word in ("PROVED", "REFUTED"):
        assert ran.stdout.splitlines()[1].startswith("read as: ")


def test_standard_input_and_json():
    ran = verify("-", "--json", given="$a + b = b + a$\n")
    record = json.loads(ran.stdout)
    assert ran.returncode == 0
    assert record["schema"] == "symattn/verdict@1"
    assert record["verdict"] == "proved"
    assert record["claim"] == "$a + b = b + a$"
    assert "a: real" in record["reading"]


def test_a_caret_stands_at_the_place():
    ran = verify(r"x = \foo y")
    assert ran.stdout.splitlines()[1:] == [r"  x = \foo y", "      ^"]


def test_the_record_of_a_shape_has_a_fault():
    ran = verify(
        r"J = \mathrm{diag}(p) - p^\top p",
        "--reference", r"J = \mathrm{diag}(p) - p p^\top", "--json",
    )  # fmt: skip
    assert json.loads(ran.stdout)["fault"]["family"] == "shape"
