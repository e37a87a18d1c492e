"""`with_formula_fault`: a refuted formula with its fault in words, and the repaired side in LaTeX.

The catalogue of edits is that of the deciding room; what an edited side claims is read with the
letters as they are; and a repair that is printed was read back from its text and proved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from symattn.core.errors import SymattnError
from symattn.core.expression import Expr
from symattn.core.verdict import Fault, Proved, Refuted
from symattn.deciding.decide import decide
from symattn.deciding.formula_verdicts import FormulaDecision, decide_formula
from symattn.deciding.repair.change import Vocabulary
from symattn.deciding.repair.edits import Edit, every
from symattn.deciding.repair.filtering import agrees
from symattn.reading.formula import read_formula_claim
from symattn.reading.formula_edits import Editable, editable

MOST_EDITS, MOST_ASKED = 400, 5


@dataclass(frozen=True, slots=True)
class Source:
    """What was asked: the texts that a repaired formula is read with, too."""

    text: str
    reference: str | None = None
    declarations: Sequence[str] = ()
    where: Sequence[str] = ()
    base: int | None = None


def with_formula_fault(found: FormulaDecision, source: Source) -> FormulaDecision:
    """The decision, with a named fault and a proved repair where a small edit is one."""
    if found.ambiguous or not isinstance(found.verdict, Refuted):
        return found
    fault = formula_fault(source)
    if fault is None:
        return found
    verdict = replace(found.verdict, fault=fault)
    decision = None if found.decision is None else replace(found.decision, verdict=verdict)
    return replace(found, verdict=verdict, decision=decision)


def formula_fault(source: Source) -> Fault | None:
    r"""The fault of a formula that is not the one of the reference, or None.

    >>> formula_fault(Source(r"e^{a-b} = e^{b-a}")).fix
    '\\exp(a - b)'
    """
    opened = editable(source.text, source.reference, source.declarations, source.where, source.base)
    if opened is None:
        return None
    for edit in islice(_worth_asking(opened), MOST_ASKED):
        if _proved(opened, edit.side, source):
            return edit.fault(opened.latex, opened.latex(edit.side))
    return None


def _worth_asking(opened: Editable) -> Iterator[Edit]:
    """Edits whose claims hold at the points that are tried."""
    roots = (opened.reference, *([] if opened.head is None else [opened.head]))
    words = Vocabulary(roots)
    for edit in every(opened.side, words, MOST_EDITS):
        claims = opened.claims(edit.side)
        if claims and all(map(agrees, claims)):
            yield edit


def _proved(opened: Editable, side: Expr, source: Source) -> bool:
    """Whether the repaired formula is proved as it is printed."""
    text = opened.edited(side)
    if text is None:
        claims = opened.claims(side, first=False)
        return bool(claims) and all(isinstance(decide(c).verdict, Proved) for c in claims)
    try:
        reading = read_formula_claim(
            text,
            reference=source.reference,
            declarations=source.declarations,
            where=source.where,
            base=source.base,
        )
    except SymattnError:
        return False
    found = decide_formula(reading)
    return isinstance(found.verdict, Proved) and not found.ambiguous
