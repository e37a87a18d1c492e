"""Short formulas such as `q_3 k_1^T` as runs of letters: italic, raised, lowered."""

from __future__ import annotations

import re
from dataclasses import dataclass

ATOM = re.compile(
    r"(?P<script>[_^](?:\{(?P<group>[^{}_^]*)\}|(?P<one>\d+|[A-Za-z])))"
    r"|(?P<letters>[A-Za-z]+)|(?P<digits>\d+)|(?P<other>[^_^{}A-Za-z\d]+)"
)
LABEL = re.compile(r"[a-z]_(\d+|\{\d+\})")


@dataclass(frozen=True, slots=True)
class Run:
    """Letters that share one style; `level` is 0 on the line, 1 raised, -1 lowered."""

    text: str
    level: int = 0
    italic: bool = False


def runs(text: str) -> tuple[Run, ...]:
    """The formula as runs; a text that is no short formula comes back as it is, in one run.

    >>> [(run.text, run.level) for run in runs("q_3 k_1^T")]
    [('q', 0), ('3', -1), (' ', 0), ('k', 0), ('1', -1), ('T', 1)]
    """
    found: list[Run] = []
    position = 0
    while position < len(text):
        match = ATOM.match(text, position)
        if match is None or (match["script"] and not found):
            return (Run(text),)
        found.append(_run(match, found))
        position = match.end()
    return tuple(found)


def _run(match: re.Match[str], before: list[Run]) -> Run:
    if match["script"]:
        inside = match["group"] if match["group"] is not None else match["one"]
        level = -1 if match["script"][0] == "_" else 1
        return Run(inside, level, inside.isalpha() and len(inside) == 1 and inside != "T")
    if match["digits"] and before and before[-1].italic and before[-1].level == 0:
        return Run(match["digits"], -1)  # q0 is written for q_0
    letters = match["letters"]
    return Run(match[0], 0, letters is not None and len(letters) == 1)


def label_runs(label: str) -> tuple[Run, ...]:
    """The label as it is, unless it is one small letter with an index.

    >>> [run.text for run in label_runs("q_3")], [run.text for run in label_runs("GPT_2")]
    (['q', '3'], ['GPT_2'])
    """
    return runs(label) if LABEL.fullmatch(label) else (Run(label),)
