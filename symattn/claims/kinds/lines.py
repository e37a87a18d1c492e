"""Kinds whose question is a claim in one line: equal, truefalse, independent, steps and counts."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from symattn.claims.first_cell import figure
from symattn.claims.kinds.formula import against_mechanism, formula, in_latex, stripped
from symattn.claims.task import Task
from symattn.core.errors import SymattnError, Unreadable
from symattn.core.report import Place

Record = dict[str, Any]
NOBODY = Task("", "equal", "proved", Place("", 0))
QUANTITIES = {"weight": "weights", "score": "score", "output": "output", "support": "support"}


def decided(text: str, task: Task | None = None, reference: str = "left") -> Record:
    """The record of the verdict about a claim in one line, or about a formula in LaTeX.

    What was expected to be proved and is not gets its fault named; `reference` is the side that
    is right, "left" or "right".

    >>> decided("1 + 1 == 2")["verdict"]
    'proved'
    """
    from symattn.deciding.decide import decide
    from symattn.reading.claim_text import read_claim
    from symattn.rendering.verdict import verdict_record

    if in_latex(text):
        return formula(task or NOBODY, text)
    decision = decide(read_claim(text))
    if task is not None and task.expect == "proved":
        from symattn.deciding.repair.naming import with_fault

        decision = with_fault(decision, reference)
    record, drawn = verdict_record(decision), figure(decision.claim, decision.verdict)
    return record | ({"figure": drawn} if drawn else {})


def line(task: Task) -> str:
    """The claim of a task in one line.

    >>> from symattn.core.report import Place
    >>> line(Task("a", "equal", "proved", Place("x", 1), "alibi(0)", "full", "weight"))
    'weights(alibi(0)) == weights(full)'
    """
    claim = task.claim
    if isinstance(claim, tuple):
        raise Unreadable("", 0, f"kind {task.kind} has one claim, not a list")
    reference = _one(task)
    if task.kind == "independent":
        if claim.lstrip().startswith("independent"):
            return claim
        where = task.given.get("where", "j > i")
        return f"independent(output({claim or reference}), i, x[j]) where {where}"
    if not reference:
        return claim
    if not claim:
        raise Unreadable("", 0, f"kind {task.kind} needs 'claim' beside 'reference'")
    claim, mark, where = claim.partition(" where ")
    if task.output or _names_mechanism(reference):
        quantity = QUANTITIES.get(task.output or "weight")
        if quantity is None:
            raise Unreadable(task.output, 0, "expected weight, score, output or support")
        return f"{quantity}({claim}) == {quantity}({reference}){mark}{where}"
    return f"({claim}) == ({reference}){mark}{where}"


def _one(task: Task) -> str:
    if isinstance(task.reference, tuple):
        raise Unreadable("", 0, f"kind {task.kind} has one reference, not a list")
    return task.reference


def _names_mechanism(text: str) -> bool:
    from symattn.core.errors import SymattnError
    from symattn.mechanisms.spec import mechanism

    try:
        mechanism(text)
    except SymattnError:
        return False
    return True


def claim(task: Task) -> Record:
    """Equal, truefalse and independent: what the prover says."""
    text = task.claim if isinstance(task.claim, str) else ""
    if task.kind != "independent" and in_latex(text, _one(task)):
        if task.output:
            return against_mechanism(task, text)
        return formula(task, text, _one(task))
    if task.kind != "independent" and task.given:
        message = f"{min(task.given)} has a meaning for formulas in LaTeX only"
        raise Unreadable("", 0, message, source="given")
    return decided(line(task), task, "right" if task.reference else "left")


def steps(task: Task) -> Record:
    """Each line follows from the one before; an answer k says that the k-th = is wrong first."""
    from symattn.claims.records import step_record

    lines = task.claim if isinstance(task.claim, tuple) else ()
    expected = task.answer
    last = len(lines) - 1
    if expected is not None and not (isinstance(expected, int) and 1 <= expected <= last):
        raise Unreadable(str(expected), 0, f"the answer is the number of an =, 1 to {last}")
    found: list[Record] = []
    given: list[str] = []  # the conditions so far
    for before, after in pairwise(lines):
        left, _, condition = before.partition(" where ")
        right, _, where = after.partition(" where ")
        given += [c for c in (condition, where) if c and c not in given]
        if in_latex(before, after):
            text = f"{stripped(before)} = {stripped(after)}"
        else:
            kept = " and ".join(f"({c})" for c in given)
            text = f"{left} == {right}" + (f" where {kept}" if kept else "")
        found.append(decided(text, task))
        if found[-1]["verdict"] != "proved":
            break
    return step_record(task.text, found, expected)


def canonical(task: Task) -> str:
    """What two claims in one line have in common when they say the same in the same words."""
    from symattn.reading.claim_text import read_claim
    from symattn.rendering.verdict import reading

    if in_latex(str(task.claim)):
        return " ".join(str(task.claim).split())
    return reading(read_claim(line(task)))


def broken(task: Task) -> Record:
    """A claim that the reader refused: its complaint."""
    raise SymattnError(str(task.claim))
