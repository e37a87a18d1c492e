"""Kind value: numbers and vectors, exactly or to a stated tolerance with rigorous bounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symattn.claims.kinds.computed import Computed, computed
from symattn.claims.kinds.given import (
    bare,
    claimed_entry,
    environment,
    expression,
    listed,
    matrices_given,
    read_tolerance,
)
from symattn.claims.kinds.lines import decided, line
from symattn.claims.records import Record, record
from symattn.claims.task import Task
from symattn.core.errors import SymattnError, Unreadable
from symattn.core.expression import Expr, make, number
from symattn.core.interpret import Algebra, Environment, evaluate
from symattn.core.text import show
from symattn.deciding.balls import algebra as balls
from symattn.deciding.finite import Question, settled
from symattn.deciding.finite_values import ROOTS, Sides, settled_values

MOST_BY_TERMS = 64
Places = tuple[tuple[tuple[str, int], ...], ...]


def value(task: Task) -> Record:
    """One number or a vector: of an expression, or of a mechanism with numbers."""
    if task.reference:
        return of_mechanism(task)
    text = task.claim if isinstance(task.claim, str) else ""
    if "==" in text and task.answer is None:
        return decided(line(task), task)
    expr = expression(text)
    bare(text, task.given)
    env = environment(task.given, task.base)
    matrices_given(expr, env)
    claimed = [claimed_entry(part, env) for part in listed(task.answer)]

    def right(algebra: Algebra) -> Sequence[Any]:
        found = evaluate(expr, algebra, env)
        return found if isinstance(found, list) else [found]

    try:
        count = len(right(balls()))
    except ValueError:  # a product of vectors of which one is longer
        raise Unreadable(text, 0, "vectors and matrices whose widths do not fit") from None
    places: Places = tuple((("t", t),) if count > 1 else () for t in range(count))
    asked = Question(
        task.described,
        f"{show(expr)} is {_said(task)}",
        "these numbers",
        replay=_replay(task, show(expr)),
    )
    return compared(asked, right, claimed, places, task)


def _replay(task: Task, shown: str) -> str:
    """A line of Python with floats, where a formula with numbers alone is one of Python."""
    if any(isinstance(v, (list, dict)) for v in task.given.values()) or "[" in shown:
        return ""
    names = "; ".join(f"{name} = {v}" for name, v in task.given.items())
    return f'python -c "from math import *; {names + "; " if names else ""}print({shown})"'


def _said(task: Task) -> str:
    told = ", ".join(map(str, listed(task.answer)))
    told = told if len(told) < 200 else told[:197] + "..."
    return told + (f" to within {task.tolerance}" if task.tolerance else "")


def compared(asked: Question, right: Any, claimed: list[Any], places: Places, task: Task) -> Record:
    """The record of a comparison entry by entry; a wrong number of entries is wrong."""
    if len(claimed) != len(places):
        size = len(places)
        return record(settled(asked, size, size, len(claimed), lambda n: f"{n} entries"))

    def answers(algebra: Algebra) -> Sequence[Any]:
        return [entry(algebra) if callable(entry) else entry for entry in claimed]

    sides = Sides(right, answers, places, read_tolerance(task.tolerance))
    told = record(settled_values(asked, sides))
    if told.get("reason") == ROOTS and len(claimed) <= MOST_BY_TERMS:
        return by_terms(asked, right, answers) or told
    return told


def by_terms(asked: Question, right: Any, answers: Any) -> Record | None:
    """The verdict of the prover, entry by entry, about numbers with roots; None if it has none."""
    found: list[Record] = []
    try:
        for left, other in zip(right(TERMS), answers(TERMS), strict=True):
            if isinstance(left, Expr) and isinstance(other, Expr):
                found.append(decided(f"({show(left)}) == ({show(other)})"))
    except SymattnError:
        return None
    if not found or any(one["verdict"] != "proved" for one in found):
        return None
    return found[-1] | {"claim": asked.claim, "reading": asked.reading, "scope": asked.scope}


def _call(name: str) -> Any:
    return lambda *parts: make(name, *parts)


TERMS: Algebra = {  # expressions themselves: what `evaluate` gives is a formula without names
    "number": number,
    **{sign: (lambda a, b, s=sign: Expr(s, (a, b))) for sign in ("+", "-", "*", "/", "**")},
    "neg": lambda a: Expr("neg", (a,)),
    **{name: _call(name) for name in ("sqrt", "exp", "log", "tanh", "sigmoid", "abs")},
    **{name: _call(name) for name in ("min", "max")},
}


def of_mechanism(task: Task) -> Record:
    """An entry, a row or all rows of the weights, scores or outputs of a mechanism."""
    found = computed(task)
    rows, columns = _chosen(task, found)
    letter = "t" if found.output == "output" else "j"
    places = tuple((("i", i), (letter, j)) for i in rows for j in columns)

    def right(algebra: Algebra) -> Sequence[Any]:
        entries = found.rows(algebra)
        return [entries[i - found.first][j] for i in rows for j in columns]

    claimed = [claimed_entry(part, Environment()) for part in listed(task.answer)]
    shaped = _shape(task.answer)
    given = (("i", task.position("i")), ("j", task.position("j")))
    at = ", ".join(f"{name} = {place}" for name, place in given if place is not None)
    asked = Question(
        task.described[:400],
        f"the {found.output} of {task.reference}{f' at {at}' if at else ''} is {_said(task)}",
        "these numbers",
        replay=found.replay(rows[0] if len(rows) == 1 else None),
    )
    if shaped is not None and shaped != (len(rows), len(columns)):
        wanted = len(rows), len(columns)
        return record(settled(asked, wanted, wanted, shaped, lambda s: f"{s[0]} x {s[1]} entries"))
    return compared(asked, right, claimed, places, task)


def _shape(answer: Any) -> tuple[int, int] | None:
    """Rows and columns of an answer that consists of rows."""
    if not isinstance(answer, list) or not any(isinstance(part, list) for part in answer):
        return None
    widths = {len(part) if isinstance(part, list) else 1 for part in answer}
    if len(widths) > 1:
        raise Unreadable(str(answer)[:80], 0, "rows of different lengths", source="answer")
    return len(answer), widths.pop()


def _chosen(task: Task, found: Computed) -> tuple[list[int], list[int]]:
    """The rows and columns that a claim is about."""
    row, key = task.position("i"), task.position("j")
    rows = list(range(found.first, found.first + found.n_q))
    if row is not None and row not in rows:
        raise Unreadable("", 0, f"there is no query at position {row}", source="given")
    if found.output == "output" and key is not None:
        raise Unreadable("", 0, "an output has no key j", source="given")
    width = len(found.rows(balls())[0])
    if key is not None and not 0 <= key < width:
        raise Unreadable("", 0, f"there is no key at position {key}", source="given")
    return rows if row is None else [row], list(range(width)) if key is None else [key]
