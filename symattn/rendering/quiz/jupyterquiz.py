"""Questions as JSON for `jupyterquiz.display_quiz`; it ignores keys that it does not know."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from symattn.core.question import Question


def written(questions: Iterable[Question]) -> Iterator[str]:
    """A list of questions with one right answer."""
    found = [
        {
            "question": asked.text,
            "type": "multiple_choice",
            "answers": [
                {"answer": o.text, "correct": o.right, "feedback": o.feedback or _word(o.right)}
                for o in asked.options
            ],
            "symattn": {"id": asked.id, "topic": asked.topic, "entry": dict(asked.entry)},
        }
        for asked in questions
    ]
    yield json.dumps(found, indent=1) + "\n"


def _word(right: bool) -> str:
    return "Right." if right else "Wrong."
