"""Questions as JSON for `jupyterquiz.display_quiz`; it ignores keys that it does not know."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from html import escape

from symattn.core.question import Question


def written(questions: Iterable[Question]) -> Iterator[str]:
    """A list of questions with one right answer."""
    found = [
        {
            "question": _html(asked.text),
            "type": "multiple_choice",
            "answers": [
                {
                    "answer": _html(o.text),
                    "correct": o.right,
                    "feedback": _html(o.feedback) or _word(o.right),
                }
                for o in asked.options
            ],
            "symattn": {"id": asked.id, "topic": asked.topic, "entry": dict(asked.entry)},
        }
        for asked in questions
    ]
    yield json.dumps(found, indent=1) + "\n"


def _word(right: bool) -> str:
    return "Right." if right else "Wrong."


def _html(text: str) -> str:
    """Plain text as HTML, without what jupyterquiz takes for a formula or for a link.

    >>> _html("i<n costs $[1]")
    'i&lt;n costs &#36;&#91;1]'
    """
    return escape(text, quote=False).replace("$", "&#36;").replace("[", "&#91;")
