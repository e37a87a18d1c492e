"""Weights, scores and outputs of a mechanism with the numbers that a claim gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from symattn.claims.kinds.positions import Setting, setting
from symattn.claims.task import Task
from symattn.core.errors import NotConcrete, Unreadable
from symattn.core.expression import walk
from symattn.core.form import CONTENT, Form
from symattn.core.instance import Instance
from symattn.core.interpret import Algebra
from symattn.deciding.finite_values import MASKED

OUTPUTS = ("weight", "score", "output")
ARRAYS = ("Q", "K", "V", "x", "S")
NO_NUMBERS = ("n", "n_q", "n_k", "i", "j", "h", "d", "d_v", "labels", "where", "S")
Matrix = list[list[Any]]


@dataclass(frozen=True, slots=True)
class Computed:
    """Rows of a quantity of a mechanism with numbers, in any arithmetic."""

    base: Instance
    output: str
    n_q: int
    n_k: int
    given: Mapping[str, Any]

    @property
    def first(self) -> int:
        """The position of the first query."""
        return self.base.offset

    def rows(self, algebra: Algebra) -> Matrix:
        """The rows of queries, each with an entry for every key, or every entry of an output."""
        from symattn.core.attend import attend

        if self.base.sizes["H"] != 1:
            raise NotConcrete("several heads in a claim with numbers")
        head = attend(self.base, algebra)
        if self.output == "output":
            return [list(row) for row in head.output]
        if self.output == "weight":
            return [list(row) for row in head.weights]
        if len(head.scores) != 1:
            raise NotConcrete("several rows of scores")
        return [[row.get(j, MASKED) for j in range(self.n_k)] for row in head.scores[0]]

    def replay(self, row: int | None) -> str:
        """A line that derives the entries again, with the steps that `derive` checks."""
        what = {"weight": "weights", "score": "scores", "output": "output"}[self.output]
        if "S" in self.given or self.n_q != self.n_k:
            return ""
        numbers = {k: v for k, v in self.given.items() if k not in NO_NUMBERS}
        at = "" if row is None else f", row={row}"
        call = (
            f"derive({self.base.form.name!r}, {self.n_k}, what={what!r}, numbers={numbers!r}{at})"
        )
        return f'python -c "from symattn import derive; print({call})"'


def computed(task: Task) -> Computed:
    """The mechanism of a task with its numbers, at the sizes that are given or read off them."""
    from symattn.core.instance import instance
    from symattn.core.numbers import numbers

    output = task.output or "weight"
    if output not in OUTPUTS:
        raise Unreadable(output, 0, f"expected one of {', '.join(OUTPUTS)}", source="output")
    at = setting(without_arrays(sized(task)))
    rest = {name: v for name, v in task.given.items() if name not in NO_NUMBERS}
    form = at.form
    if "S" in task.given:
        form, rest = _with_scores(task, at), rest | {"S": task.given["S"]}
    if output != "output" and "V" not in rest and "V" not in task.given and _reads_v(form):
        rest["V"] = [[0]] * at.n_k  # weights and scores do not depend on values
    d, d_v = (task.size(s) if s in task.given else None for s in ("d", "d_v"))
    base = instance(form, at.n_k, n_q=at.n_q, d=d, d_v=d_v, numbers=numbers(rest))
    return Computed(base, output, at.n_q, at.n_k, task.given)


def _reads_v(form: Form) -> bool:
    return any(node.op == "vector" and node.name == "v" for node in walk(form.value))


def sized(task: Task) -> Task:
    """The task with its lengths read off its arrays, if they are not given."""
    if {"n", "n_k", "labels"} & set(task.given):
        return task
    given = task.given
    keys = next((len(given[a]) for a in ("K", "V", "x") if isinstance(given.get(a), list)), 0)
    queries = len(given["Q"]) if isinstance(given.get("Q"), list) else keys
    scores = given.get("S")
    if isinstance(scores, list) and scores and isinstance(scores[0], list):
        queries, keys = len(scores), len(scores[0])
    if not keys:
        return task
    return replace(task, given={**given, "n_k": keys, "n_q": queries})


def without_arrays(task: Task) -> Task:
    """The sizes and parameters of a task: vectors play no role for what is seen."""
    return replace(task, given={k: v for k, v in task.given.items() if k not in ARRAYS})


def _with_scores(task: Task, at: Setting) -> Form:
    """The mechanism with the given scores; one that changes scores itself is refused."""
    from symattn.core.form_text import form

    rows = at.form.rows
    if len(rows) != 1 or rows[0].score != CONTENT or "S" in at.form.names:
        message = f"S replaces the scores, and {task.reference} has scores of its own"
        raise Unreadable("", 0, message, source="given")
    return form(
        at.form.support, "S[i, j]", weights=rows[0].normaliser, where="S[_, _]: real",
        offset=at.form.offset, name=at.form.name,
    )  # fmt: skip
