"""Questions as a page of Markdown, the answers folded at its end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from symattn.core.question import LETTERS, Question, embedded

LISTED = re.compile(r"^(\d*)([-+.)])")
SPECIAL = re.compile(r"([\\`*_\[\]<>&#|~$])")


def written(questions: Iterable[Question]) -> Iterator[str]:
    """The page, question by question.

    >>> from symattn.core.question import Option
    >>> asked = Question("a", "t", "x_1?", (Option("1", True), Option("2", False)))
    >>> print("".join(written([asked])).split("<!--")[0].strip())
    # Quiz
    <BLANKLINE>
    ## 1. a
    <BLANKLINE>
    x\\_1?
    <BLANKLINE>
    - A. 1
    - B. 2
    """
    yield "# Quiz\n"
    seen = []
    for number, asked in enumerate(questions, 1):
        seen.append((number, asked))
        yield f"\n## {number}. {escaped(asked.id)}\n\n{escaped(asked.text)}\n\n"
        for letter, option in zip(LETTERS, asked.options, strict=False):
            yield f"- {letter}. {escaped(option.text)}\n"
        yield f"\n<!-- symattn {embedded(asked.entry)} -->\n"
    yield "\n<details>\n<summary>Answers</summary>\n"
    for number, asked in seen:
        yield f"\n### {number}. {asked.letter}\n\n"
        for letter, option in zip(LETTERS, asked.options, strict=False):
            yield f"- {letter}. {'Right.' if option.right else 'Wrong.'}"
            yield f" {escaped(option.feedback)}\n" if option.feedback else "\n"
    yield "\n</details>\n"


def escaped(text: str) -> str:
    r"""A text whose letters mean themselves, and which starts no list.

    >>> escaped("- x_1"), escaped("1. x")
    ('\\- x\\_1', '1\\. x')
    """
    return LISTED.sub(r"\1\\\2", SPECIAL.sub(r"\\\1", " ".join(text.split())))
