"""Kind cost: what a mechanism costs, in numbers or as a formula for all sizes."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symattn.claims.kinds.given import expression
from symattn.claims.kinds.lines import decided
from symattn.claims.records import Record, not_yet, record
from symattn.claims.task import Task
from symattn.core.errors import Unreadable, did_you_mean
from symattn.core.expression import number, substitute, symbol
from symattn.core.interpret import Environment, exact
from symattn.core.text import show
from symattn.deciding.finite import Question, settled

USUAL = "multiply_adds"
SIZES = ("n", "d", "d_v", "heads", "bytes", "t")


def cost(task: Task) -> Record:
    """A line of the table of costs is the stated number or formula; `given.line` says which."""
    from symattn.derivation.costs.cost import cost as table
    from symattn.mechanisms.spec import mechanism

    if not isinstance(task.reference, str):
        raise Unreadable("", 0, "kind cost needs one mechanism as 'reference'")
    sizes: dict[str, Any] = {name: task.size(name) for name in SIZES[:-1] if name in task.given}
    if isinstance(at := task.given.get("t"), int):
        sizes["t"] = at - task.base
    found = table([mechanism(task.reference)], recurrent=task.reference == "recurrent", **sizes)
    lines = {line.key: line for line in found.columns[0].lines}
    key = str(task.given.get("line", USUAL))
    if key not in lines:
        hint = did_you_mean(key, lines) or f"known are {', '.join(lines)}"
        raise Unreadable(key, 0, "no such line in the table of costs", hint, source="line")
    line = lines[key]
    if "n" in task.given and line.value is not None:
        return _numbers(task, key, line, sizes)
    if line.closed_form is None:
        return not_yet(task.described, f"a closed form of {key} of {task.reference}")
    where = f" where n >= {line.valid_from}" if line.valid_from > 1 else ""
    known = {symbol(name): number(v) for name, v in _scalars(sizes).items()}
    left, right = (
        show(substitute(e, known)) for e in (line.closed_form, expression(str(task.answer)))
    )
    told = decided(f"({left}) == ({right}){where}")
    return told | {"claim": task.described}


def _scalars(sizes: dict[str, int]) -> dict[str, int]:
    """The sizes by the names that formulas have for them, with those that follow from others."""
    found = {{"heads": "H"}.get(name, name): size for name, size in sizes.items()}
    if "d" in found:
        found.setdefault("d_v", found["d"])
    if "n" in found:
        found.setdefault("t", found["n"] - 1)
    return found


def _numbers(task: Task, key: str, line: Any, sizes: dict[str, int]) -> Record:
    scalars: dict[str, Any] = _scalars(sizes)
    claimed = Fraction(exact(expression(str(task.answer)), Environment(scalars)))
    again = Fraction(line.value)
    if line.closed_form is not None and sizes.get("n", 0) >= line.valid_from:
        again = Fraction(exact(line.closed_form, Environment(scalars)))
    shown = ", ".join(f"{name} = {size}" for name, size in sizes.items())
    asked = Question(
        task.described,
        f"the {line.name} ({key}) of {task.reference} at {shown} are {claimed}",
        shown,
        tuple(sizes.items()),
    )
    return record(settled(asked, Fraction(line.value), again, claimed, str))
