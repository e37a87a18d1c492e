"""`symattn quiz`: listing, exporting, checking an export, and asking through a pipe."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest

from symattn.claims.quiz import bank
from symattn.commands.quiz import FORMATS
from symattn.reading.quiz.formats import READERS
from tests.cli.running import Done, done, inside, process, refused, shell

SUFFIX = {"moodle": "xml", "gift": "gift", "jupyterquiz": "json", "anki": "txt", "markdown": "md"}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SYMATTN_CACHE", str(tmp_path / "cache"))


def test_list_names_every_question():
    listed = done(inside("quiz", "--list"))
    for row in bank():
        assert f" {row.entry.id} " in listed
        assert f"\n{row.topic}\n" in f"\n{listed}"
    record = json.loads(done(inside("quiz", "--list", "--json")))
    assert [entry["id"] for entry in record["questions"]] == [row.entry.id for row in bank()]


def export(folder: Path, format: str) -> Path:
    path = folder / f"quiz.{SUFFIX[format]}"
    words = ("--topic", "heat-4,fox,kv-all", "--seed", "6", "--format", format, "-o", str(path))
    assert inside("quiz", *words).returncode == 0
    return path


@pytest.mark.parametrize("format", READERS)
def test_an_export_is_checked_and_a_wrong_key_is_found(format, tmp_path):
    path = export(tmp_path, format)
    assert "10 questions: 10 as expected" in done(inside("quiz", "--check", str(path)))
    path.write_text(with_wrong_key(path.read_text("utf-8"), format), "utf-8")
    spoilt = inside("quiz", "--check", str(path))
    assert spoilt.returncode == 1, spoilt.stdout
    assert "WRONG      kv-all.6" in spoilt.stdout
    assert "10 questions: 9 as expected, 1 wrong" in spoilt.stdout


def with_wrong_key(text: str, format: str) -> str:
    """The export with the key of its first question, which is true or false, exchanged."""
    if format == "jupyterquiz":
        found = json.loads(text)
        first, second, *_ = found[0]["answers"]
        first["correct"], second["correct"] = second["correct"], first["correct"]
        assert first["correct"] != second["correct"]
        return json.dumps(found)
    one, other, last = {
        "moodle": ('fraction="100"', 'fraction="0"', "</question>"),
        "gift": ("\n=", "\n~", "}\n\n"),
        "anki": ("<p><b>A. ", "<p><b>B. ", "\n"),
        "markdown": ("### 1. A", "### 1. B", "no end"),
    }[format]
    head, name, rest = text.partition("kv-all.6")
    block, end, rest = rest.partition(last)
    spoilt = block.replace(one, "@@").replace(other, one).replace("@@", other)
    assert spoilt != block, format
    return head + name + spoilt + end + rest


def test_check_refuses_what_it_cannot_read(tmp_path):
    path = tmp_path / "quiz.gift"
    path.write_text("::a::1?{=x ~y}\n")
    assert inside("quiz", "--check", str(path)).returncode == 4
    assert "no such file" in refused(inside("quiz", "--check", str(tmp_path / "no.gift")))
    (tmp_path / "quiz.odt").write_text("")
    assert "--format" in refused(inside("quiz", "--check", str(tmp_path / "quiz.odt")))


def test_a_report_as_json(tmp_path):
    path = export(tmp_path, "gift")
    record = json.loads(done(inside("quiz", "--check", str(path), "--json")))
    assert record["schema"] == "symattn/report@1"
    assert record["summary"]["met"] == 10


def test_claims_are_verified_by_verify(tmp_path):
    path = tmp_path / "quiz.json"
    words = ("--topic", "fox,kv-all", "--seed", "2", "--format", "claims", "-o", str(path))
    assert inside("quiz", *words).returncode == 0
    assert "as expected" in done(inside("verify", str(path), "--no-cache"))


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_seed_makes_the_same_file(format):
    words = ("quiz", "--topic", "fox,order", "--seed", "8", "--format", format)
    one, two = done(inside(*words)), done(process(*words, "--no-cache"))
    assert one == two
    assert one != done(inside(*words[:-3], "9", "--format", format))


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("--seed x", "--seed is a whole number"),
        ("--seed -1", "--seed is a whole number"),
        ("--count 0", "--count is a whole number"),
        ("--count 900", "more of them need --seed"),
        ("--topic wieghts", "did you mean 'weights'"),
        ("--format word", "--format is one of"),
        ("--json --format gift", "exclude each other"),
    ],
)
def test_wrong_usage(words, part):
    assert part in refused(inside("quiz", *words.split()))


def dialogue(answers: str, *words: str, monkeypatch: pytest.MonkeyPatch) -> Done:
    monkeypatch.setattr("sys.stdin", StringIO(answers))
    return inside("quiz", "--interactive", *words)


def test_asking_explains_with_the_counterexample(monkeypatch):
    words = ("--topic", "fox,kv-set-4,count-5-of-8")
    answers = "0..5\n5\nThe, quick, brown\n"
    said = done(dialogue(answers, *words, monkeypatch=monkeypatch))
    assert "Wrong. Position 5 comes after the query and is hidden. The answer is" in said
    assert (
        "Wrong. Positions count from 0, so there are six positions up to 5. It is 6, not 5." in said
    )
    assert "Right. Everything up to the word itself." in said
    assert said.endswith("1 of 3 right\n")


def test_letters_words_and_what_cannot_be_read(monkeypatch):
    said = done(dialogue("?\nmaybe\n true \n", "--topic", "kv-all", monkeypatch=monkeypatch))
    assert said.count("Answers are A, B.") == 2
    assert "Wrong. Keys and values come from positions 0 to i." in said
    said = done(dialogue("b\n", "--topic", "kv-all", monkeypatch=monkeypatch))
    assert "Right." in said
    assert said.endswith("1 of 1 right\n")


def test_the_end_of_the_input_ends_the_quiz(monkeypatch):
    assert done(dialogue("", "--topic", "fox", monkeypatch=monkeypatch)).endswith("0 of 0 right\n")
    assert done(dialogue("q\n", monkeypatch=monkeypatch)).endswith("0 of 0 right\n")


def test_through_a_real_pipe():
    line = "printf '6\\n' | symattn quiz --topic count-5-of-8 --interactive"
    assert done(shell(line)).endswith("1 of 1 right\n")
