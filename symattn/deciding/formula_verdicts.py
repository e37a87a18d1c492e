"""Verdicts about formulas: every claim of every reading is decided, and all readings must agree."""

from __future__ import annotations

from dataclasses import dataclass

from symattn.core.formula_claim import FormulaMeaning, Reading
from symattn.core.verdict import (
    Counterexample,
    Decision,
    Fault,
    Proved,
    Refuted,
    Relabelled,
    Undecided,
    Verdict,
)
from symattn.deciding.decide import decide, versions

MAXIMUM = "not supported yet: a formula that is not equal for every value of its maximum"


@dataclass(frozen=True, slots=True)
class FormulaDecision:
    """A formula with its verdict; `ambiguous` names the readings that do not agree."""

    reading: Reading
    meaning: FormulaMeaning
    decision: Decision | None
    verdict: Verdict
    ambiguous: tuple[str, ...] = ()


def decide_formula(reading: Reading) -> FormulaDecision:
    """The verdict on which all readings agree."""
    found = [(meaning, *_decided(meaning)) for meaning in reading.meanings]
    kinds = {type(verdict) for _, verdict, _ in found}
    meaning, verdict, decision = _least(found)
    if len(kinds - {Undecided}) > 1:
        told = tuple(f"{type(v).__name__.upper()}: {_said(m, found)}" for m, v, _ in found)
        return FormulaDecision(reading, meaning, decision, verdict, told)
    return FormulaDecision(reading, meaning, decision, verdict)


def _said(
    meaning: FormulaMeaning, found: list[tuple[FormulaMeaning, Verdict, Decision | None]]
) -> str:
    shared = set.intersection(*({*m.typing, *m.notes} for m, _, _ in found))
    own = [word for word in (*meaning.notes, *meaning.typing) if word not in shared]
    return "; ".join(own) or "the other reading"


def _least(
    found: list[tuple[FormulaMeaning, Verdict, Decision | None]],
) -> tuple[FormulaMeaning, Verdict, Decision | None]:
    order = (Undecided, Refuted, Relabelled, Proved)
    return min(
        found, key=lambda f: next(k for k, kind in enumerate(order) if isinstance(f[1], kind))
    )


def _decided(meaning: FormulaMeaning) -> tuple[Verdict, Decision | None]:
    """The verdict of one reading: refuted by one claim, proved by all."""
    if meaning.mismatch is not None:
        told = meaning.mismatch
        case = Counterexample((), (), told.left, told.right, "", told.sentence)
        fault = Fault("shape", "shape", told.sentence, "make both sides of one shape")
        return Refuted(case, fault), None
    undecided: tuple[Verdict, Decision] | None = None
    last: tuple[Verdict, Decision] | None = None
    for claim in meaning.claims:
        decision = decide(claim)
        last = decision.verdict, decision
        if isinstance(decision.verdict, (Refuted, Relabelled)):
            if meaning.refutable:
                return last
            undecided = Undecided(MAXIMUM), decision
        elif isinstance(decision.verdict, Undecided):
            undecided = undecided or last
    assert last is not None
    if undecided is not None:
        for claim in meaning.expanded:
            decision = decide(claim)
            if isinstance(decision.verdict, Refuted):
                return decision.verdict, decision
    return undecided or last


__all__ = ["FormulaDecision", "decide_formula", "versions"]
