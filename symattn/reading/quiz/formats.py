"""Readers of the formats: Moodle XML, JSON of jupyterquiz, text for Anki, Markdown."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping
from html import unescape
from io import StringIO

from symattn.core.question import LETTERS, Option, Question
from symattn.reading.nodes import BadFile
from symattn.reading.quiz.gift import read_gift
from symattn.reading.quiz.record import read_comment, read_value

TAG = re.compile(r"<[^>]*>")
ITEM = re.compile(r"<li>([^<]*)</li>")  # what is written there is escaped


def read_moodle(text: str, file: str) -> Iterator[Question]:
    """The questions of a file of Moodle."""
    from xml.etree import ElementTree as tree

    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise BadFile("a file of Moodle has no DOCTYPE", 1, file)
    parser = tree.XMLParser(target=tree.TreeBuilder(insert_comments=True))
    try:
        root = tree.fromstring(text.encode(), parser)
    except tree.ParseError as error:
        raise BadFile(f"expected XML: {error}", error.position[0], file) from None
    entry = None
    for node in root:
        if not isinstance(node.tag, str):
            entry = read_comment(str(node.text), file) or entry
        elif node.tag == "question" and node.get("type") == "multichoice" and entry:
            options = tuple(
                Option(
                    unescape(answer.findtext("text", "")),
                    float(answer.get("fraction", "0")) > 0,
                    unescape(answer.findtext("feedback/text", "")),
                )
                for answer in node.iter("answer")
            )
            yield Question(
                node.findtext("name/text", ""), node.findtext("tags/tag/text", ""),
                unescape(node.findtext("questiontext/text", "")), options, entry,
            )  # fmt: skip
            entry = None


def read_jupyterquiz(text: str, file: str) -> Iterator[Question]:
    """The questions of a JSON file for jupyterquiz."""
    for asked in json.loads(text):
        options = tuple(
            Option(unescape(a["answer"]), a["correct"] is True, unescape(a["feedback"]))
            for a in asked["answers"]
        )
        own = asked["symattn"]
        entry = read_value(own["entry"], file)
        yield Question(own["id"], own["topic"], unescape(asked["question"]), options, entry)


def read_anki(text: str, file: str) -> Iterator[Question]:
    """The questions of a text file for Anki."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for fields in csv.reader(StringIO("\n".join(lines)), delimiter="\t"):
        if len(fields) != 4:
            raise BadFile(f"expected 4 fields, got {len(fields)}", 1, file)
        guid, front, back, tags = fields
        shown, _, comment = back.partition("<!--")
        entry = read_comment(comment.removesuffix("-->"), file)
        letter = re.match(r"<p><b>([A-Z])\. ", shown)
        if entry is None or letter is None:
            raise BadFile("a note without an answer or without a claim", 1, file)
        texts = [unescape(item) for item in ITEM.findall(front)]
        said = [unescape(item) for item in ITEM.findall(shown)]
        options = tuple(
            Option(option, LETTERS[at] == letter[1], why.partition(". ")[2])
            for at, (option, why) in enumerate(zip(texts, said, strict=True))
        )
        question = unescape(TAG.sub("", front.partition("<ol")[0]))
        topic = tags.partition(" ")[2]
        yield Question(guid.removeprefix("symattn-"), topic, question, options, entry)


def read_markdown(text: str, file: str) -> Iterator[Question]:
    """The questions of a page, with the key that stands at its end."""
    page, _, answers = text.partition("<summary>Answers</summary>")
    keyed = dict(re.findall(r"^### (\d+)\. ([A-Z])$", answers, re.MULTILINE))
    for block in re.split(r"^## ", page, flags=re.MULTILINE)[1:]:
        shown, _, comment = block.partition("<!--")
        entry = read_comment(comment.partition("-->")[0], file)
        head, _, rest = shown.partition("\n")
        number, _, name = head.partition(". ")
        question, *listed = re.split(r"^- ([A-Z])\. ", rest, flags=re.MULTILINE)
        if entry is None or number not in keyed:
            raise BadFile(f"question {number[:20]!r} has no claim or no answer", 1, file)
        options = tuple(
            Option(_plain(option), letter == keyed[number])
            for letter, option in zip(listed[::2], listed[1::2], strict=True)
        )
        yield Question(_plain(name), "", _plain(question), options, entry)


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text).strip()


Reader = Callable[[str, str], Iterator[Question]]


def _careful(reader: Reader) -> Reader:
    """The reader, with whatever a strange file makes it stumble over as one complaint."""

    def read(text: str, file: str) -> Iterator[Question]:
        try:
            yield from reader(text, file)
        except BadFile:
            raise
        except (ValueError, LookupError, TypeError, csv.Error, RecursionError) as error:
            said = f"not as we write it: {type(error).__name__}: {error}"
            raise BadFile(said[:200], 1, file) from None

    return read


READERS: Mapping[str, Reader] = {
    "moodle": _careful(read_moodle),
    "gift": _careful(read_gift),
    "jupyterquiz": _careful(read_jupyterquiz),
    "anki": _careful(read_anki),
    "markdown": _careful(read_markdown),
}
BY_SUFFIX = {".xml": "moodle", ".gift": "gift", ".json": "jupyterquiz", ".txt": "anki",
             ".md": "markdown"}  # fmt: skip
