"""Whether the options of a choice are different answers: no two of them say the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Any

from symattn.claims.kinds.given import listed
from symattn.claims.kinds.lines import QUANTITIES, canonical, decided
from symattn.claims.records import Record, record
from symattn.claims.task import Task
from symattn.core.errors import SymattnError
from symattn.deciding.finite import Question, settled, undecided
from symattn.reading.answers import Positions, read_keys, read_pairs, split

SAME, DIFFERENT, OPEN = "proved", "refuted", "undecided"


def distinct(task: Task) -> Record:
    """No two options are equivalent; a pair that nobody can tell apart for sure stays open."""
    options = {other.id.rpartition("/")[2]: other for other in task.others}
    text = f"different({', '.join(options)})"
    asked = Question(text, "no two options are equivalent", "these options")
    same, unclear = [], []
    for (a, left), (b, right) in combinations(options.items(), 2):
        if left.expect == right.expect == "refuted":  # else their verdicts tell them apart
            found = _same(left, right)
            same += [f"{a} and {b}"] if found == SAME else []
            unclear += [f"{a} and {b}"] if found == OPEN else []
    if unclear and not same:
        return record(undecided(asked, f"it is open whether {', '.join(unclear)} are equivalent"))
    said = "some are the same" if same else "all differ"
    return record(settled(asked, said, said, "all differ", str, [("the same", same)]))


def _same(left: Task, right: Task) -> str:
    """Proved if two wrong options are the same answer, refuted if they differ, else undecided."""
    if left.given != right.given or left.reference != right.reference or left.kind != right.kind:
        return DIFFERENT  # two questions; that both are wrong is all that they share
    try:
        return RULES.get(left.kind, _lines)(left, right)
    except SymattnError:  # an option that cannot be read says so itself
        return SAME if left.content == right.content else DIFFERENT


def _lines(left: Task, right: Task) -> str:
    if left.reference and left.claim and not isinstance(left.claim, tuple) and left.output:
        quantity = QUANTITIES.get(left.output, "weights")
        found = decided(f"{quantity}({left.claim}) == {quantity}({right.claim})")["verdict"]
        return str(found) if found in (SAME, DIFFERENT) else _unclear(str(found))
    return SAME if canonical(left) == canonical(right) else DIFFERENT


def _unclear(verdict: str) -> str:
    return DIFFERENT if verdict == "relabelled" else OPEN


def _formulas(left: Task, right: Task) -> str:
    """Two answers that are formulas in n, d, ..., or numbers."""
    if str(left.answer) == str(right.answer):
        return SAME
    found = decided(f"({left.answer}) == ({right.answer})")["verdict"]
    return str(found) if found in (SAME, DIFFERENT) else OPEN


def _values(left: Task, right: Task) -> str:
    """Two answers entry by entry, as exact numbers."""
    a, b = listed(left.answer), listed(right.answer)
    if len(a) != len(b):
        return DIFFERENT
    found = {SAME if str(x) == str(y) else _number(x, y) for x, y in zip(a, b, strict=True)}
    return DIFFERENT if DIFFERENT in found else OPEN if OPEN in found else SAME


def _number(x: Any, y: Any) -> str:
    if "oo" in f"{x}{y}":
        return DIFFERENT
    return str(decided(f"({x}) == ({y})")["verdict"])


def _words(task: Task) -> tuple[str, ...]:
    given = task.answer if isinstance(task.answer, list) else split(str(task.answer))
    return tuple(" ".join(str(part).split()) for part in given)


def _positions(task: Task) -> Positions:
    labels = task.given.get("labels", [])
    return Positions(task.base, tuple(map(str, labels)) if isinstance(labels, list) else ())


def _by(reader: Callable[[Task], Any]) -> Callable[[Task, Task], str]:
    return lambda left, right: SAME if reader(left) == reader(right) else DIFFERENT


RULES: Mapping[str, Callable[[Task, Task], str]] = {
    "set": _by(lambda task: set(read_keys(task.answer, _positions(task)))),
    "enumeration": _by(lambda task: sorted(read_pairs(task.answer, _positions(task)))),
    "order": _by(_words),
    "matrix": _by(lambda task: task.answer if task.reference else canonical(task)),
    "shape": _by(lambda task: " ".join(str(task.answer).split())),
    "count": _formulas,
    "cost": _formulas,
    "value": _values,
}
