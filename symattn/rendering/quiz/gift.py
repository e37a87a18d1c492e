"""Questions as GIFT, the plain text format of Moodle."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from symattn.core.question import Question, embedded

SPECIAL = re.compile(r"([~=#{}:\\])")


def written(questions: Iterable[Question]) -> Iterator[str]:
    """The file, question by question; the claims stand in comments."""
    topic = ""
    for asked in questions:
        if asked.topic != topic:
            topic = asked.topic
            yield f"$CATEGORY: symattn/{topic}\n\n"
        yield f"// symattn {embedded(asked.entry)}\n"
        yield f"::{escaped(asked.id)}::[plain]{escaped(asked.text)} {{\n"
        for option in asked.options:
            yield f"{'=' if option.right else '~'}{escaped(option.text)}"
            yield f"#{escaped(option.feedback)}\n" if option.feedback else "\n"
        yield "}\n\n"


def escaped(text: str) -> str:
    r"""A text without letters that mean something in GIFT.

    >>> escaped("j == 2: {0}")
    'j \\=\\= 2\\: \\{0\\}'
    """
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))
