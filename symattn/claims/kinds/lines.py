"""Kinds whose question is a claim in one line: equal, truefalse, independent, steps and counts."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from symattn.claims.first_cell import figure
from symattn.claims.task import Task
from symattn.core.errors import SymattnError, Unreadable

Record = dict[str, Any]
QUANTITIES = {"weight": "weights", "score": "score", "output": "output", "support": "support"}


def decided(text: str, task: Task | None = None) -> Record:
    """The record of the verdict about a claim in one line, or about a formula in LaTeX.

    >>> decided("1 + 1 == 2")["verdict"]
    'proved'
    """
    from symattn.deciding.decide import decide
    from symattn.reading.claim_text import read_claim
    from symattn.rendering.verdict import verdict_record

    if "\\" in text or "$" in text:
        return formula(text, task)
    decision = decide(read_claim(text))
    record, drawn = verdict_record(decision), figure(decision.claim, decision.verdict)
    return record | ({"figure": drawn} if drawn else {})


def formula(text: str, task: Task | None) -> Record:
    """The verdict about a formula in LaTeX; not supported as long as there is no reader for it."""
    from importlib import import_module

    from symattn.claims.records import not_yet

    try:
        read_formula_claim = import_module("symattn.reading.latex").read_formula_claim
    except (ImportError, AttributeError):
        return not_yet(text, "formulas in LaTeX")
    from symattn.deciding.decide import decide
    from symattn.rendering.verdict import verdict_record

    options = dict(task.reading) if task is not None else {}
    return verdict_record(decide(read_formula_claim(text, **options)))


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
    if "\\" in claim or "\\" in reference:
        return f"{claim} = {reference}"
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
    return decided(line(task), task)


def steps(task: Task) -> Record:
    """Each line follows from the one before; an answer k says that the k-th = is wrong first."""
    from symattn.claims.records import step_record

    lines = task.claim if isinstance(task.claim, tuple) else ()
    expected = task.answer
    last = len(lines) - 1
    if expected is not None and not (isinstance(expected, int) and 1 <= expected <= last):
        raise Unreadable(str(expected), 0, f"the answer is the number of an =, 1 to {last}")
    found: list[Record] = []
    for before, after in pairwise(lines):
        left, _, condition = before.partition(" where ")
        right, mark, where = after.partition(" where ")
        if "\\" in left or "\\" in right:
            text = f"{left} = {right}"
        else:
            kept = where or condition
            text = f"{left} == {right}" + (f" where {kept}" if mark or condition else "")
        found.append(decided(text, task))
        if found[-1]["verdict"] != "proved":
            break
    return step_record(task.text, found, expected)


def canonical(task: Task) -> str:
    """What two claims in one line have in common when they say the same in the same words."""
    from symattn.reading.claim_text import read_claim
    from symattn.rendering.verdict import reading

    text = line(task)
    return text if "\\" in text or "$" in text else reading(read_claim(text))


def broken(task: Task) -> Record:
    """A claim that the reader refused: its complaint."""
    raise SymattnError(str(task.claim))
