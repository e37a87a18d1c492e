"""Kind matrix: the mask, the masked scores, the weights or the pattern of a mechanism, by cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from symattn.claims.kinds.computed import sized
from symattn.claims.kinds.lines import decided, line
from symattn.claims.kinds.positions import setting
from symattn.claims.kinds.value import of_mechanism
from symattn.claims.records import Record, record
from symattn.claims.task import Task
from symattn.core.errors import Unreadable
from symattn.core.interpret import exact
from symattn.core.region import sized as at_sizes
from symattn.deciding.finite import Question, pairs_of, settled

NOT_SEEN = {"support": ("0", "-oo", ".", "·"), "mask": ("-oo", "-inf", "-∞")}
Cells = list[list[str]]


def matrix(task: Task) -> Record:
    """A matrix is the one of a mechanism, cell by cell; the first wrong cell is named."""
    if not task.reference:
        return decided(line(task), task)
    rows = task.answer
    if not isinstance(rows, list) or not rows or not all(isinstance(r, (list, str)) for r in rows):
        raise Unreadable(str(rows)[:60], 0, "expected rows of entries", source="answer")
    cells = [r.split() if isinstance(r, str) else [str(e) for e in r] for r in rows]
    if len({len(r) for r in cells}) > 1:
        raise Unreadable(str(rows)[:60], 0, "rows of different lengths", source="answer")
    output = task.output or "support"
    if output in NOT_SEEN:
        return _pattern(task, cells, output)
    kept = "score" if output == "masked" else output
    return of_mechanism(replace(task, output=kept, answer=cells))


def _pattern(task: Task, cells: Cells, output: str) -> Record:
    """Which keys are seen, as marks: 0, -oo or a dot is nothing, all else is a key."""
    if not {"n", "n_k", "labels"} & set(task.given):
        sizes = {"n_k": len(cells[0]), "n_q": len(cells)}
        task = sized(replace(task, given={**task.given, **sizes}))
    at = setting(task)
    _check_marks({c for row in cells for c in row}, output)
    right, again = pairs_of(at.form, at.n_q, at.n_k, at.env)
    shape, wanted = (len(cells), len(cells[0])), (at.n_q, at.n_k)
    asked = Question(
        task.described[:400],
        f"the {output} of {task.reference}, {at.scope}, is {' / '.join(map(' '.join, cells))}"[
            :400
        ],
        at.scope,
    )
    if shape != wanted:
        return record(settled(asked, wanted, wanted, shape, lambda s: f"{s[0]} x {s[1]} cells"))
    first = int(exact(at.form.offset, at_sizes(at.env, at.n_q, at.n_k)))
    answered = frozenset(
        (i + first, j)
        for i, row in enumerate(cells)
        for j, mark in enumerate(row)
        if mark not in NOT_SEEN[output]
    )
    return record(_told(task, asked, right, again, answered))


def _told(task: Task, asked: Question, right: Any, again: Any, answered: Any) -> Any:
    wrong = sorted(right ^ answered)
    if not wrong:
        return settled(asked, right, again, answered, lambda cells: f"{len(cells)} cells seen")
    i, j = wrong[0]
    asked = replace(asked, values=(("n", task.size("n", task.size("n_k", 1))), ("i", i), ("j", j)))

    def named(cells: Iterable[tuple[int, int]]) -> list[str]:
        return [f"({a + task.base}, {b + task.base})" for a, b in sorted(cells)]

    extra = answered - right
    items = (
        ("missing", named(right - answered)),
        ("future", named(c for c in extra if c[1] > c[0])),
        ("extra", named(c for c in extra if c[1] <= c[0])),
    )
    return settled(
        asked,
        right,
        again,
        answered,
        lambda cells: "seen" if (i, j) in cells else "not seen",
        items,
    )


def _check_marks(marks: set[str], output: str) -> None:
    """Refuse a pattern that can be read in two ways."""
    if output == "mask" and not marks <= {"0", *NOT_SEEN["mask"]}:
        other = sorted(marks - {"0", *NOT_SEEN["mask"]})[0]
        raise Unreadable(other[:60], 0, "a mask has the entries 0 and -oo", source="answer")
    if output == "support" and {"0", "-oo"} <= marks:
        raise Unreadable("", 0, "0 and -oo in one pattern; say output: mask", source="answer")
