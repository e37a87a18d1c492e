"""Verdicts about formulas as text and as JSON; nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from symattn.core.formula_claim import FormulaMeaning
from symattn.core.verdict import Proved, Refuted
from symattn.deciding.formula_verdicts import FormulaDecision
from symattn.rendering.verdict import SCHEMA, fault_record, reading, verdict_record, verdict_text


def formula_text(found: FormulaDecision) -> Iterator[str]:
    """The lines of a verdict about a formula: the answer, our reading, and what else there is."""
    if found.ambiguous:
        yield "UNREADABLE the formula can be read in ways that differ in their verdict"
        yield f"read as: {formula_reading(found)}"
        yield from (f"reading: {line}" for line in found.ambiguous)
        return
    if found.decision is None:
        assert isinstance(found.verdict, Refuted)
        fault = found.verdict.fault
        assert fault is not None
        yield f"REFUTED for all sizes: {found.verdict.counterexample.note or fault.sentence}"
        yield f"read as: {formula_reading(found)}"
        yield f"fault: {fault.sentence} [{fault.family}: {fault.code}]"
        if fault.code != "shape":
            yield f"repair: {fault.fix}"
        return
    stated = replace(found.decision, verdict=found.verdict)
    first, second, *more = verdict_text(stated)
    yield first
    yield f"{second}{_typing(found.meaning)}"
    yield from more


def _typing(meaning: FormulaMeaning) -> str:
    told = "; ".join((*meaning.typing, *meaning.notes))
    return f" [{told}]" if told else ""


def formula_reading(found: FormulaDecision) -> str:
    """What was read: the claims, and what the letters mean."""
    claims = found.meaning.claims
    if not claims:
        return f"{found.reading.left} = {found.reading.right}{_typing(found.meaning)}"
    decision = found.decision
    claim = decision.claim if decision is not None else claims[0]
    return reading(claim) + _typing(found.meaning)


def formula_record(found: FormulaDecision) -> dict[str, Any]:
    """The record `symattn/verdict@1` of a formula."""
    text = " ".join(found.reading.text.split())
    if found.ambiguous:
        return {
            "schema": SCHEMA,
            "verdict": "unreadable",
            "claim": text,
            "reason": "the formula can be read in ways that differ in their verdict",
            "readings": list(found.ambiguous),
        }
    if found.decision is not None:
        record = verdict_record(replace(found.decision, verdict=found.verdict))
        if isinstance(found.verdict, Proved) and len(found.meaning.claims) > 1:
            record.pop("certificate", None)  # it is of one entry
        return record | {"claim": text, "reading": formula_reading(found)}
    assert isinstance(found.verdict, Refuted)
    fault = found.verdict.fault
    record = {
        "schema": SCHEMA,
        "verdict": "refuted",
        "claim": text,
        "reading": formula_reading(found),
    }
    return record | ({"fault": fault_record(fault)} if fault is not None else {})
