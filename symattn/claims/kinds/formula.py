"""Formulas in LaTeX: an equation, two formulas, or a formula against a mechanism."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from symattn.claims.records import Record, not_yet
from symattn.claims.task import SIZES, Task
from symattn.core.errors import Unreadable
from symattn.core.expression import Expr, free_names, walk
from symattn.core.form import Form
from symattn.core.formula_claim import FormulaMeaning
from symattn.core.text import show

if TYPE_CHECKING:
    from symattn.deciding.formula_verdicts import FormulaDecision

OPTIONS = ("declare", "where")
OF_MECHANISM = {"weight": "weight({}, i, j)", "score": "score({}, i, j)"}


def in_latex(*texts: str) -> bool:
    """Whether one of the texts is a formula in LaTeX rather than a line of ours."""
    return any("\\" in text or "$" in text for text in texts)


def formula(task: Task, text: str, reference: str = "") -> Record:
    """The verdict about an equation, or about a formula and the one that it should be equal to."""
    from symattn.claims.formula_faults import Source, with_formula_fault
    from symattn.rendering.formula_verdict import formula_record

    text, reference = stripped(text), stripped(reference)
    options: dict[str, Any] = {name: _lines(task.given.get(name)) for name in OPTIONS}
    other = {"declarations": options["declare"], "where": options["where"]}
    if "index_base" in task.reading:
        other["base"] = int(task.reading["index_base"])
    source = Source(text, reference or None, **other)
    if reference and "=" not in text:
        text, reference = f"{text} = {reference}", ""
    found = _decided(text, {**other, "reference": reference or None})
    if task.expect == "proved":
        found = with_formula_fault(found, source)
    return formula_record(found)


def _decided(text: str, options: dict[str, Any]) -> FormulaDecision:
    from symattn.deciding.formula_verdicts import decide_formula
    from symattn.reading.formula import read_formula_claim

    return decide_formula(read_formula_claim(text, **options))


def stripped(text: str) -> str:
    """A formula without the dollars around it.

    >>> stripped(" $$a = b$$ ")
    'a = b'
    """
    return text.strip().strip("$").strip()


def _lines(said: Any) -> tuple[str, ...]:
    if said is None:
        return ()
    return tuple(map(str, said)) if isinstance(said, list) else (str(said),)


def letters(*expressions: Expr) -> set[str]:
    """Every open name, and every table, vector, matrix and function.

    >>> from symattn.core.text import read
    >>> sorted(letters(read("sum(l, l <= i, m[l]) + dot(q[i], k[i]) / d")))
    ['d', 'i', 'k', 'm', 'q']
    """
    found: set[str] = set()
    for expr in expressions:
        found |= free_names(expr)
        found |= {n.name for n in walk(expr) if n.op in ("table", "vector", "matrix", "call")}
    return found


def against_mechanism(task: Task, text: str) -> Record:
    """The right side of a formula is the weight, score or output of a mechanism.

    The formula says the query as i and the key as j, counted from 0; every reading of it must have
    the same verdict.
    """
    from symattn.claims.kinds.lines import decided
    from symattn.mechanisms.spec import mechanism
    from symattn.reading.formula import read_formula_claim

    quantity = OF_MECHANISM.get(task.output or "weight")
    if task.output == "output":
        return not_yet(text, "a vector against a mechanism (a formula as 'reference' is)")
    if quantity is None:
        raise Unreadable(task.output, 0, "expected weight, score or output", source="output")
    if task.base:
        return not_yet(text, "a formula against a mechanism with positions from 1")
    side = stripped(text).rpartition("=")[2].strip()
    reading = read_formula_claim(
        f"{side} = {side}", declarations=_lines(task.given.get("declare")), base=0
    )
    form = mechanism(str(task.reference))
    where = f" where {show(form.support)}"
    found: list[Record] = []
    for said in _sides(text, task, form, reading.meanings):
        line = f"{quantity.format(task.reference)} == {show(said)}{where}"
        found.append(decided(line) | {"claim": text})
    if not found:
        return not_yet(text, "a formula of this shape against a mechanism")
    if len({record["verdict"] for record in found}) > 1:
        told = [f"{record['verdict'].upper()}: {record['reading']}" for record in found]
        raise Unreadable(text[:200], 0, "readings that differ in their verdict: " + "; ".join(told))
    return found[0]


def _sides(text: str, task: Task, form: Form, meanings: Sequence[FormulaMeaning]) -> Iterator[Expr]:
    """The formula in the letters of the mechanism, for every reading that has no others.

    A reading with other letters (`q_i k_j^T` as a matrix of columns) is of another quantity.
    """
    known = letters(*form.expressions) | {"i", "j", *form.names, *SIZES}
    strange: set[str] = set()
    fitting = 0
    for meaning in meanings:
        if meaning.mismatch is not None or len(meaning.claims) != 1:
            continue
        (claim,) = meaning.claims
        others = {name for name, _ in claim.positions} - {"i", "j"} | letters(claim.left) - known
        strange |= others
        if others:
            continue
        fitting += 1
        yield claim.left
    if strange and not fitting:
        message = f"{task.reference} has no {', '.join(sorted(strange))}; the query is i, the key j"
        raise Unreadable(text, 0, message)
