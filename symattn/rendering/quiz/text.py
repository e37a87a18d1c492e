"""Questions for the terminal, and as records of `symattn/quiz@1`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from textwrap import fill

from symattn.core.question import LETTERS, Question

WIDTH = 96


def written(questions: Iterable[Question]) -> Iterator[str]:
    """The questions with their options, then the key with its reasons."""
    seen = []
    for number, asked in enumerate(questions, 1):
        seen.append((number, asked))
        yield f"{number}. {asked.id}\n" + shown(asked) + "\n"
    yield "Answers\n"
    for number, asked in seen:
        yield f"{number}. {asked.letter}"
        told = asked.options[asked.key].feedback
        yield f"  {told}\n" if told else "\n"


def shown(asked: Question) -> str:
    """A question and its options, without the key."""
    lines = [fill(asked.text, WIDTH)]
    for letter, option in zip(LETTERS, asked.options, strict=False):
        lines.append(fill(f"  {letter}. {option.text}", WIDTH, subsequent_indent="     "))
    return "\n".join(lines) + "\n"


def record(asked: Question) -> dict[str, object]:
    """A question as plain values."""
    return {
        "id": asked.id,
        "topic": asked.topic,
        "text": asked.text,
        "options": [
            {"text": o.text, "right": o.right, "feedback": o.feedback} for o in asked.options
        ],
        "answer": asked.letter,
        "entry": dict(asked.entry),
    }


def as_json(questions: Iterable[Question]) -> Iterator[str]:
    """`symattn/quiz@1`."""
    found = {"schema": "symattn/quiz@1", "questions": [record(asked) for asked in questions]}
    yield json.dumps(found, indent=1) + "\n"


def as_claims(questions: Iterable[Question]) -> Iterator[str]:
    """A file of claims: what `symattn verify` reads."""
    found = {"symattn": 1, "claims": [dict(asked.entry) for asked in questions]}
    yield json.dumps(found, indent=1) + "\n"
