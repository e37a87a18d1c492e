"""Questions as a text file that Anki imports (2.1.54 or later): tabs between fields, HTML in them.

The front is the question with its options, the back the answer with what is said about each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from symattn.core.question import LETTERS, Question, embedded

HEAD = """\
#separator:tab
#html:true
#notetype:Basic
#deck:symattn
#columns:Guid\tFront\tBack\tTags
#guid column:1
#tags column:4
"""


def written(questions: Iterable[Question]) -> Iterator[str]:
    """The file, a note a line."""
    yield HEAD
    for asked in questions:
        options = "".join(f"<li>{_html(option.text)}</li>" for option in asked.options)
        front = f'<p>{_html(asked.text)}</p><ol type="A">{options}</ol>'
        said = "".join(
            f"<li>{'Right.' if o.right else 'Wrong.'} {_html(o.feedback)}</li>"
            for o in asked.options
        )
        right = f"{LETTERS[asked.key]}. {_html(asked.options[asked.key].text)}"
        back = f'<p><b>{right}</b></p><ol type="A">{said}</ol>'
        record = f"<!-- symattn {embedded(asked.entry)} -->"
        fields = (f"symattn-{asked.id}", front, back + record, f"symattn {asked.topic}")
        yield "\t".join(_field(field) for field in fields) + "\n"


def _field(text: str) -> str:
    """A field as CSV wants it: quoted if a quote stands in it."""
    return '"' + text.replace('"', '""') + '"' if '"' in text else text


def _html(text: str) -> str:
    return escape(" ".join(text.split()))
