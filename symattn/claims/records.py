"""Records of verdicts for questions that are no claim of one line; the verdicts come from below."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from symattn.core.errors import SymattnError, Unreadable
from symattn.core.report import Finding

Record = dict[str, Any]


@cache
def versions() -> tuple[tuple[str, str], ...]:
    """Of what finite questions rest on: no solver."""
    import platform

    import flint

    from symattn import __version__

    return (
        ("symattn", __version__),
        ("flint", str(flint.__version__)),
        ("python", platform.python_version()),
    )


def record(found: Finding) -> Record:
    """The record of a finding."""
    from symattn.rendering.report_record import finding_record

    return finding_record(found, versions())


def refused(text: str, error: SymattnError) -> Record:
    """The record of a question that could not be read."""
    from symattn.reading.claim_text import unreadable
    from symattn.rendering.verdict import unreadable_record

    read = error if isinstance(error, Unreadable) else Unreadable("", 0, str(error))
    found = unreadable(read)
    told = unreadable_record(text, found)
    return told if read is error else told | {"reason": str(error)}


def lost(text: str, reason: str) -> Record:
    """The record of a question on which we crashed, or which used up its budget."""
    from symattn.deciding.finite import Question, undecided

    return record(undecided(Question(text, text, ""), reason))


def not_yet(text: str, what: str) -> Record:
    """The record of a question that we have no words for yet."""
    return lost(text, f"not supported yet: {what}")


def step_record(text: str, found: Sequence[Record], expected: int | None) -> Record:
    """What a chain of verdicts says about a derivation.

    Without an answer it must hold from end to end; with an answer k, the steps before must hold
    and the k-th must be refuted.
    """
    last, at = dict(found[-1]), len(found)
    last["claim"] = text
    last["reading"] = f"step {at}: {last.get('reading') or last.get('reason', '')}"
    last["step"] = at
    if expected is None or last["verdict"] in ("undecided", "unreadable"):
        return last
    from symattn.deciding.finite import Question, settled

    wrong = at if last["verdict"] != "proved" else 0
    asked = Question(text, f"the first wrong = is number {expected}", "this derivation")
    told = record(settled(asked, wrong, wrong, expected, _step))
    engines = [*last["engines"]]
    return (
        told | {"engines": engines, "step": at, "assumptions": []}
        if wrong == expected
        else (told | {"engines": engines, "step": at})
    )


def _step(number: int) -> str:
    return f"= number {number}" if number else "no ="
