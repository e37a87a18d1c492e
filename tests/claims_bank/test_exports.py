"""Exports: read back by us and by foreign readers, and verified again."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symattn.claims.quiz import Unverified, marked, quiz
from symattn.claims.running import verify
from symattn.commands.quiz import writer
from symattn.core.question import Option, Question
from symattn.core.report import Result
from symattn.reading.nodes import BadFile
from symattn.reading.quiz.formats import READERS

FORMATS = tuple(READERS)
SAMPLE = ("heat-4", "fox", "enum-7", "kv-all", "compute-y", "order", "enforce")


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    return list(quiz(SAMPLE, 4))


def written(questions: list[Question], format: str) -> str:
    return "".join(writer(format)(questions))


def read(text: str, format: str) -> list[Question]:
    return list(READERS[format](text, format))


def shown(asked: Question) -> tuple[str, str, list[tuple[str, bool]]]:
    return asked.id, asked.text, [(option.text, option.right) for option in asked.options]


def verdicts(questions: list[Question]) -> list[Result]:
    """The verdicts about what questions mark as right and as wrong."""
    return list(verify(marked(asked) for asked in questions))


@pytest.mark.parametrize("format", FORMATS)
def test_read_back_and_verified_again(format, questions):
    back = read(written(questions, format), format)
    assert list(map(shown, back)) == list(map(shown, questions))
    assert [asked.entry for asked in back] == [asked.entry for asked in questions]
    before, after = verdicts(questions), verdicts(back)
    assert [(r.id, r.verdict, r.ok) for r in after] == [(r.id, r.verdict, r.ok) for r in before]
    assert all(result.ok for result in after)


@pytest.mark.parametrize("format", sorted({*FORMATS} - {"markdown"}))
def test_feedback_travels(format, questions):
    back = read(written(questions, format), format)
    for asked, found in zip(questions, back, strict=True):
        for option, again in zip(asked.options, found.options, strict=True):
            assert again.feedback == option.feedback or not option.feedback


def flipped(asked: Question) -> Question:
    """The question with another option marked as right."""
    other = (asked.key + 1) % len(asked.options)
    return replace(
        asked,
        options=tuple(replace(o, right=at == other) for at, o in enumerate(asked.options)),
    )


@pytest.mark.parametrize("format", FORMATS)
def test_a_wrong_mark_in_an_export_is_found(format, questions):
    for asked in questions:
        (back,) = read(written([flipped(asked)], format), format)
        assert back.entry == asked.entry
        assert not all(result.ok for result in verdicts([back])), asked.id


@pytest.mark.parametrize("format", FORMATS)
def test_options_that_are_not_those_of_the_claims(format, questions):
    asked = questions[0]
    strange = replace(asked.options[0], text="something else")
    (back,) = read(written([replace(asked, options=(strange, *asked.options[1:]))], format), format)
    with pytest.raises(Unverified, match="not those of its claims"):
        marked(back)
    none = tuple(replace(option, right=False) for option in asked.options)
    with pytest.raises(Unverified, match="0 options are marked"):
        marked(replace(asked, options=none))


LETTERS = st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"))
TEXTS = st.text(LETTERS, min_size=1, max_size=30).map(lambda t: " ".join(t.split())).filter(bool)


@pytest.mark.parametrize("format", FORMATS)
@settings(max_examples=60, deadline=None)
@given(texts=st.lists(TEXTS, min_size=4, max_size=4, unique=True))
def test_any_letters_survive(format, texts):
    entry = {"id": "a", "kind": "truefalse", "statement": texts[0], "claim": "1 == 1",
             "answer": True}  # fmt: skip
    options = (Option(texts[1], False, texts[3]), Option(texts[2], True))
    asked = Question("a", "t", texts[0], options, entry)
    (back,) = read(written([asked], format), format)
    assert shown(back) == shown(asked)
    assert back.entry == entry


NASTY = "1. ~= #{x} : \\ <b> & \" ' --> ]]> ::a:: // $ `_*` | - %100%"


@pytest.mark.parametrize("format", FORMATS)
def test_every_sign_of_every_format_at_once(format):
    entry = {"id": "a", "kind": "truefalse", "statement": NASTY, "claim": "1 == 1", "answer": True}
    asked = Question("a", "t", NASTY, (Option(NASTY, True, NASTY), Option("x", False)), entry)
    (back,) = read(written([asked, ], format), format)  # fmt: skip
    assert (shown(back), back.entry) == (shown(asked), entry)


RECORD = '{"id": "a", "kind": "equal", "claim": "1 == 1"}'
MOODLE = f"""<quiz><!-- symattn {RECORD} --><question type="multichoice">
<answer fraction="%s"><text>1</text></answer></question></quiz>"""
GARBAGE: dict[str, tuple[str, ...]] = {
    "moodle": (
        "<quiz>",
        "<!DOCTYPE quiz><quiz/>",
        '<!ENTITY a "b">',
        '<?xml version="1.0" encoding="UTF-7"?><quiz/>',
        MOODLE % "x",
        "no xml",
    ),
    "gift": ("// symattn {}\n::a::1?{=x ~y}", "::a::1?{=x ~y}", "words"),
    "jupyterquiz": ("{}x", '[{"question": "?"}]', "[1]", "[" * 5000),
    "anki": ("a\tb", "a\tb\tc\td", "symattn-a\tf\t<p><b>A. x</b></p>\tt"),
    "markdown": ("# Quiz\n\n## 1. a\n\n?\n\n- A. x\n", "## x\n<!-- symattn {} -->\n"),
}


@pytest.mark.parametrize(("format", "text"), [(f, t) for f, ts in GARBAGE.items() for t in ts])
def test_garbage_is_refused(format, text):
    with pytest.raises(BadFile):
        read(text, format)


@pytest.fixture
def gift_reader(tmp_path: Path) -> Callable[[str], list[dict[str, object]]]:
    """The npm package gift-pegjs, where it is installed (NODE_PATH)."""
    script = (
        "const g = require('gift-pegjs'); let t = ''; process.stdin.on('data', d => t += d);"
        "process.stdin.on('end', () => console.log(JSON.stringify(g.parse(t))))"
    )

    def parsed(text: str) -> list[dict[str, object]]:
        node = shutil.which("node")
        if node is None:
            pytest.skip("node is not installed")
        run = subprocess.run(
            [node, "-e", script], input=text, capture_output=True, text=True, cwd=tmp_path,
            check=False,
        )  # fmt: skip
        if "Cannot find module" in run.stderr:
            pytest.skip("the npm package gift-pegjs is not on NODE_PATH")
        assert run.returncode == 0, run.stderr
        return [q for q in json.loads(run.stdout) if q["type"] != "Category"]

    return parsed


def test_a_foreign_reader_of_gift_reads_the_same(questions, gift_reader):
    found = gift_reader(written(questions, "gift"))
    again = [
        replace(
            asked,
            text=q["stem"]["text"],
            options=tuple(Option(c["text"]["text"], c["isCorrect"]) for c in q["choices"]),
        )
        for asked, q in zip(questions, found, strict=True)
    ]
    assert {q["type"] for q in found} == {"MC"}
    assert list(map(shown, again)) == list(map(shown, questions))
    assert all(result.ok for result in verdicts(again))


def test_anki_imports_the_same_notes(questions, tmp_path):
    pytest.importorskip("anki", reason="anki, which reads the export, is not installed")
    from anki.collection import Collection, ImportCsvRequest

    path = tmp_path / "quiz.txt"
    path.write_text(written(questions, "anki"), encoding="utf-8")
    collection = Collection(str(tmp_path / "c.anki2"))
    metadata = collection.get_csv_metadata(path=str(path), delimiter=None)
    collection.import_csv(ImportCsvRequest(path=str(path), metadata=metadata))
    notes = [collection.get_note(note) for note in collection.find_notes("")]
    rows = ["\t".join('"' + part.replace('"', '""') + '"' for part in
                      (n.guid, *n.fields, " ".join(sorted(n.tags, key="symattn".__ne__))))
            for n in notes]  # fmt: skip
    back = {asked.id: asked for asked in read("\n".join(rows), "anki")}
    assert [shown(back[asked.id]) for asked in questions] == list(map(shown, questions))
    assert all(result.ok for result in verdicts(list(back.values())))
