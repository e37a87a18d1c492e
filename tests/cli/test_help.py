"""Every example line that the command line prints works when it is pasted."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from importlib import import_module

import pytest

from symattn.cli import FIRST_STEPS
from symattn.commands.example import SAMPLES
from symattn.core.form_text import read_form
from symattn.mechanisms.spec import mechanism
from tests.cli.running import COMMANDS, done, inside, shell


def examples(text: str) -> list[str]:
    """The lines to paste, without the words that explain them.

    >>> examples("Example: symattn list\\n  symattn list alibi        one mechanism")
    ['symattn list', 'symattn list alibi']
    """
    found = re.findall(r"^(?:Example:)? *(symattn .*)$", text, re.MULTILINE)
    return [re.split(r" {2,}", line)[0] for line in found]


HELP = [
    line for name in COMMANDS for line in examples(import_module(f"symattn.commands.{name}").HELP)
]


@pytest.mark.parametrize("name", COMMANDS)
def test_help_begins_with_an_example(name):
    shown = done(inside(name, "-h"))
    usage, _, rest = shown.partition("\n\n")
    assert usage.startswith(f"Usage: symattn {name}")
    assert rest.lstrip().startswith(f"Example: symattn {name}")
    assert COMMANDS[name] in shown
    assert max(map(len, shown.splitlines())) <= 100
    lines = examples(import_module(f"symattn.commands.{name}").HELP)
    assert len(lines) >= 2
    assert all(line in shown for line in lines), shown


@pytest.mark.parametrize("line", HELP)
def test_every_line_of_every_help_works(line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = shlex.split(line)
    if words[1] == "recheck":
        inside("prove", "nonempty(causal)", "--certificate", "proof.json")
    if words[1] == "verify":
        inside("example", "claims", "-o", "claims.yaml")
    result = inside(*words[1:])
    printed = done(result)
    if "-o" in words:
        assert (tmp_path / words[words.index("-o") + 1]).stat().st_size > 0
    else:
        assert len(printed) > 20


def test_the_first_steps_work_in_a_shell():
    assert done(inside()) == FIRST_STEPS
    lines = examples(FIRST_STEPS)
    assert len(lines) == 5
    for line in lines:
        assert len(done(shell(line))) > 40, line


def test_the_overview_names_every_command():
    shown = done(inside("--help"))
    for name, summary in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(summary[:30])}", shown, re.MULTILINE), shown


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_the_line_of_every_sample_works(sample, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done(inside("example", sample.name, "-o", sample.file))
    assert (tmp_path / sample.file).read_text("utf-8") == done(inside("example", sample.name))
    words = shlex.split(sample.use)
    assert sample.file in words
    if words[0] == "symattn":
        assert len(done(inside(*words[1:]))) > 40


def test_every_sample_is_listed():
    from importlib.resources import files

    shipped = {entry.name for entry in files("symattn").joinpath("samples").iterdir()}
    assert {sample.file for sample in SAMPLES} == shipped - {"__pycache__"}
    listed = json.loads(done(inside("example", "--json")))["examples"]
    assert [entry["name"] for entry in listed] == [sample.name for sample in SAMPLES]
    assert all(sample.title in done(inside("example")) for sample in SAMPLES)


def test_the_form_sample_says_what_the_composition_says():
    stated = read_form(done(inside("example", "form")))
    assert str(stated) == str(mechanism("window + alibi"))


def test_the_notation_sample_shows_every_field():
    from dataclasses import fields

    from symattn.rendering.notation import CHOICES, Notation

    text = done(inside("example", "notation"))
    given = tomllib.loads(text)
    assert set(given) == {"preset", *(field.name for field in fields(Notation))}
    for line in text.splitlines():
        field = line.split(" ")[0]
        for choice in CHOICES.get(field, ()):
            assert isinstance(choice, bool) or str(choice).removesuffix("_{i,j}") in line, line
