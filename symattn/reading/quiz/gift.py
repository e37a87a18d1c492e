"""Reader of GIFT: questions with one right answer, as Moodle understands them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symattn.core.question import Option, Question
from symattn.reading.nodes import BadFile
from symattn.reading.quiz.record import read_comment

PART = r"((?:\\.|[^\\%s])*)"
NAMED = re.compile(
    rf"::{PART % ':'}::(?:\[\w+\])?{PART % '{'}\{{{PART % '}'}\}}\s*$", re.DOTALL
)  # fmt: skip
ANSWER = re.compile(rf"([=~]){PART % '=~#'}(?:#{PART % '=~#'})?", re.DOTALL)


def read_gift(text: str, file: str) -> Iterator[Question]:
    """The questions of a file; blank lines stand between them.

    >>> page = '// symattn {"id": "a", "kind": "equal", "claim": "1 == 1"}\\n::a::1?{=yes ~no#N}'
    >>> [(asked.id, asked.letter, asked.options[1]) for asked in read_gift(page, "x")]
    [('a', 'A', Option(text='no', right=False, feedback='N'))]
    """
    topic = ""
    for block in re.split(r"\n\s*\n", text):
        entry, lines = None, []
        for line in block.splitlines():
            if line.startswith("//"):
                entry = read_comment(line[2:], file) or entry
            elif line.startswith("$CATEGORY:"):
                topic = line.partition(":")[2].strip().rpartition("/")[2]
            else:
                lines.append(line)
        body = "\n".join(lines).strip()
        if not body:
            continue
        match = NAMED.match(body)
        if match is None or entry is None:
            raise BadFile(f"no question with a claim: {body[:60]!r}", 1, file)
        options = tuple(
            Option(_plain(said), sign == "=", _plain(why or ""))
            for sign, said, why in ANSWER.findall(match[3])
        )
        yield Question(_plain(match[1]), topic, _plain(match[2]), options, entry)


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text).strip()
