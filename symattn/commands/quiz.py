"""`symattn quiz`: verified questions about attention, to print, to export, or to answer here."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Annotated, Any

import typer

from symattn.commands.shell import choose, format_of, write
from symattn.core.errors import Usage

if TYPE_CHECKING:
    from symattn.claims.running import Judge
    from symattn.core.question import Question

HELP = """Example: symattn quiz --topic patterns

\b
  symattn quiz --list                                    topics and questions
  symattn quiz --topic heat-4,fox --seed 7               variants of two questions
  symattn quiz --seed 7 --count 5 --format gift -o quiz.gift
  symattn quiz --topic kv-set-4 --seed 1 --count 3 --format moodle -o quiz.xml
  symattn quiz --topic order --interactive               asks, and explains the answer
"""
FORMATS: Mapping[str, str] = {  # format -> the file of `rendering.quiz` and its function
    "text": "text.written",
    "json": "text.as_json",
    "claims": "text.as_claims",
    "markdown": "markdown.written",
    "moodle": "moodle.written",
    "gift": "gift.written",
    "jupyterquiz": "jupyterquiz.written",
    "anki": "anki.written",
}
BY_SUFFIX = {".xml": "moodle", ".gift": "gift", ".txt": "text"}


def run(
    topic: Annotated[
        str, typer.Option("--topic", help="Topics or questions, with commas between them.")
    ] = "",
    seed: Annotated[
        str | None, typer.Option("--seed", help="A whole number: other numbers, other options.")
    ] = None,
    count: Annotated[str | None, typer.Option("--count", help="How many questions.")] = None,
    format: Annotated[str, typer.Option("--format", help=f"One of {', '.join(FORMATS)}.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    list_all: Annotated[bool, typer.Option("--list", help="Only list the questions.")] = False,
    interactive: Annotated[
        bool, typer.Option("--interactive", help="Ask in the terminal, explain the answers.")
    ] = False,
    check: Annotated[
        str | None, typer.Option("--check", help="Read an export back and verify it again.")
    ] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Decide everything anew.")] = False,
    output: Annotated[str | None, typer.Option("-o", "--output", help="Write to a file.")] = None,
) -> None:
    from symattn.claims.judges import judges
    from symattn.claims.quiz import chosen, quiz

    words = [word.strip() for word in topic.split(",") if word.strip()]
    if list_all:
        write(_listed(chosen(words), as_json), output)
        return
    asked = _whole("--seed", seed, 0), _whole("--count", count, 1)
    with judges(cached=not no_cache) as judged:
        if check is not None:
            _check(check, format, as_json, output, judged)
        questions = quiz(words, *asked, judged)
        if interactive:
            from symattn.commands.quiz_dialogue import ask

            ask(questions, judged)
            return
        write(writer(_format(format, as_json, output))(questions), output)


def _format(format: str, as_json: bool, output: str | None) -> str:
    """The format that is asked for, by its option or by the name of the output."""
    suffix = Path(output).suffix.lower() if output else ""
    if not format and not as_json and suffix in BY_SUFFIX:
        return BY_SUFFIX[suffix]
    return format_of(format, as_json, output, FORMATS)


def _whole(option: str, value: str | None, least: int) -> int | None:
    """A whole number from the command line, or nothing."""
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= 15) or int(value) < least:
        raise Usage(f"{option} is a whole number of at least {least}; got {value[:40]!r}")
    return int(value)


def writer(format: str) -> Callable[[Iterable[Question]], Iterator[str]]:
    """The function that writes a format; its file is loaded when it is asked for."""
    module, _, name = FORMATS[format].partition(".")
    found: Callable[[Iterable[Question]], Iterator[str]] = getattr(
        import_module(f"symattn.rendering.quiz.{module}"), name
    )
    return found


def _listed(rows: Iterable[Any], as_json: bool) -> Iterator[str]:
    """The questions of the bank, without answers."""
    if as_json:
        found = [
            {"id": row.entry.id, "topic": row.topic, "kind": row.entry.kind, "varies": row.varies,
             "text": row.entry.fields["statement"]}
            for row in rows
        ]  # fmt: skip
        yield json.dumps({"schema": "symattn/bank@1", "questions": found}, indent=1) + "\n"
        return
    topic = ""
    for row in rows:
        if row.topic != topic:
            topic = row.topic
            yield f"{topic}\n"
        mark = "*" if row.varies else " "
        text = " ".join(row.entry.fields["statement"].split())
        yield f"  {mark} {row.entry.id:<22} {shorten(text, 70, placeholder='...')}\n"
    yield "\n* has variants: symattn quiz --topic NAME --seed 1\n"


def _check(path: str, format: str, as_json: bool, output: str | None, judged: Judge) -> None:
    """Verify an export: each option that it marks as right, and each that it does not."""
    from symattn.claims.running import verify
    from symattn.commands.verify_files import renderer
    from symattn.core.report import Report, Summary
    from symattn.reading.claim_file import bytes_of, text_of

    kind = _read_as(path, format)
    results = list(verify(_keyed(text_of(bytes_of(Path(path))), path, kind), judged))
    summary = Summary()
    for result in results:
        summary = summary.with_result(result)
    if as_json:
        write(renderer("json")(Report(summary, results), summary.exit_code()), output)
    else:
        write(renderer("text")(results), output)
    sys.exit(summary.exit_code())


def _read_as(path: str, format: str) -> str:
    from symattn.reading.quiz.formats import BY_SUFFIX, READERS

    if format:
        return choose("--format", format, READERS)
    suffix = Path(path).suffix.lower()
    if suffix not in BY_SUFFIX:
        raise Usage(f"{path}: say with --format which of {', '.join(READERS)} it is")
    return BY_SUFFIX[suffix]


def _keyed(text: str, path: str, kind: str) -> Iterator[Any]:
    """The entries of an export with the key that it shows; complaints in their places."""
    from symattn.claims.quiz import Unverified, marked
    from symattn.reading.nodes import BadFile
    from symattn.reading.quiz.formats import READERS

    try:
        for question in READERS[kind](text, path):
            try:
                yield marked(question)
            except Unverified as error:
                yield BadFile(str(error), 1, path)
    except BadFile as error:
        yield error.within(path)
