"""Questions as Moodle XML: questions of the type multichoice with one right answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from symattn.core.question import Question, embedded


def written(questions: Iterable[Question]) -> Iterator[str]:
    """The file, question by question; the claims stand in comments, which Moodle leaves out."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n'
    for asked in questions:
        yield f"<!-- symattn {embedded(asked.entry)} -->\n"
        yield '<question type="multichoice">\n'
        yield f"  <name><text>{_xml(asked.id)}</text></name>\n"
        yield f'  <questiontext format="html"><text>{_html(asked.text)}</text></questiontext>\n'
        yield "  <generalfeedback><text></text></generalfeedback>\n"
        yield "  <defaultgrade>1</defaultgrade>\n  <penalty>0.3333333</penalty>\n"
        yield "  <hidden>0</hidden>\n  <single>true</single>\n"
        yield "  <shuffleanswers>true</shuffleanswers>\n"
        yield "  <answernumbering>ABCD</answernumbering>\n"
        for option in asked.options:
            grade = 100 if option.right else 0
            yield f'  <answer fraction="{grade}" format="html">\n'
            yield f"    <text>{_html(option.text)}</text>\n"
            yield f'    <feedback format="html"><text>{_html(option.feedback)}</text></feedback>\n'
            yield "  </answer>\n"
        yield f"  <tags><tag><text>{_xml(asked.topic)}</text></tag></tags>\n</question>\n"
    yield "</quiz>\n"


def _xml(text: str) -> str:
    return escape(text, quote=False)


def _html(text: str) -> str:
    """Plain text as HTML inside XML: escaped for both."""
    return _xml(_xml(text))
