"""Verdicts as text and as JSON; nothing is decided or computed here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from symattn.core.claim import Claim, Problem, problem
from symattn.core.form import POSITIONS, SIZES, Parameter
from symattn.core.term_claim import TermClaim, shown
from symattn.core.term_claim import given as conditions
from symattn.core.text import show
from symattn.core.verdict import (
    Certificate,
    Counterexample,
    Decision,
    Fault,
    Proved,
    Refuted,
    Relabelled,
    Undecided,
    Unreadable,
)

SCHEMA, CERTIFICATE = "symattn/verdict@1", "symattn/certificate@1"


def verdict_text(decision: Decision) -> Iterator[str]:
    """The lines of a verdict: the answer, our reading of the claim, and what else there is."""
    found = decision.verdict
    yield headline(decision)
    yield f"read as: {reading(decision.claim)}"
    if isinstance(found, Proved) and found.assumptions:
        yield f"assuming: {'; '.join(found.assumptions)}"
    if isinstance(found, Proved) and (alone := abstained(decision.engines)):
        yield f"by one engine only: {alone}"
    if isinstance(found, Proved) and found.error_bound:
        yield f"error: {'' if found.error_bound == '0' else 'below '}{found.error_bound}"
        yield from unlisted(found.certificate)
    if isinstance(found, Refuted):
        yield f"replay: {found.counterexample.replay}"
        if found.fault is not None:
            yield f"fault: {found.fault.sentence} [{found.fault.family}: {found.fault.code}]"
            yield f"repair: {found.fault.fix}"
    if isinstance(found, Undecided):
        if found.known:
            yield f"known: {found.known}"
        if found.reproduction:
            yield f"reproduce: {found.reproduction}"


def abstained(engines: tuple[str, ...]) -> str:
    """What the second engine says, if it had no answer."""
    second = engines[-1] if len(engines) > 1 else ""
    return "" if second.partition(": ")[2].startswith(("yes", "no")) else second


def unlisted(certificate: Certificate | None) -> Iterator[str]:
    """That a proof at a size is too large for its graph to be kept."""
    hints = certificate.hints if certificate is not None else ()
    yield from (hint for hint in hints[-1:] if hint.startswith("not kernel-checked"))


def headline(decision: Decision) -> str:
    """The first line: the verdict and its scope, case or reason."""
    found = decision.verdict
    if isinstance(found, Proved):
        return f"PROVED for {found.scope}"
    if isinstance(found, Refuted):
        case = found.counterexample
        note = f" ({case.note})" if case.note else ""
        return f"REFUTED at {place(case)}: {difference(decision.claim, case)}{note}"
    if isinstance(found, Relabelled):
        return f"RELABELLED {found.permutation}"
    return f"UNDECIDED {found.reason}"


def place(case: Counterexample) -> str:
    """Where a claim fails, in numbers."""
    told = [f"{name} = {_number(value)}" for name, value in case.values]
    told += [
        f"{name}[{', '.join(map(str, index))}] = {_number(value)}"
        for name, index, value in case.entries
    ]
    return ", ".join(told)


def difference(claim: Claim | TermClaim, case: Counterexample) -> str:
    """What both sides of a claim are in a case, in words."""
    if isinstance(claim, TermClaim):
        return f"left is {case.left}, right is {case.right}"
    names = [form.name or "the form" for form in claim.forms]
    if claim.question in ("equal", "subset"):
        seen, other = names if case.left == "True" else names[::-1]
        return f"{seen} sees the key, {other} does not"
    if claim.question == "no_future":
        return f"{names[0]} sees a later key"
    if claim.question == "nonempty":
        return f"{names[0]} sees no key"
    what = WHAT[claim.question].format(case.left)
    return f"the {what}, the claim says {case.right}"


WHAT = {
    "row_count": "row has {} keys",
    "count": "support has {} pairs",
    "reach": "layers reach back {}",
}


def reading(claim: Claim | TermClaim) -> str:
    """The claim in positions and conditions.

    >>> from symattn.core.form_text import form
    >>> reading(Claim("no_future", (form(support="j <= i + 1"),)))
    'for all n >= 1, 0 <= i < n, 0 <= j < n: j <= i + 1 implies j <= i'
    """
    if isinstance(claim, TermClaim):
        return term_reading(claim)
    asked = problem(claim)
    given = ", ".join(_joined(list(map(show, asked.given))))
    tables = "".join(f", every table {table.name}" for table in asked.tables)
    return f"for all {given}{tables}: {SENTENCES[asked.relation](asked)}"


def term_reading(claim: TermClaim) -> str:
    """The claim about terms with the domains of its names; words for mechanisms stay."""
    given = ", ".join(_joined([*dict.fromkeys(map(show, conditions(claim)))]))
    free = "".join(f", every {noun(p)} {p.name}" for p in claim.parameters if not bounded(p))
    stated = f"{shown(claim, claim.left)} {claim.relation} {shown(claim, claim.right)}"
    premises = " and ".join(shown(claim, premise) for premise in claim.premises)
    return f"for all {given}{free}: {f'{premises} implies ' if premises else ''}{stated}"


def noun(parameter: Parameter) -> str:
    """What a name stands for, in a word."""
    table = parameter.indices and parameter.kind in ("integer", "real", "boolean")
    return "table" if table else parameter.kind


def bounded(parameter: Parameter) -> bool:
    """Whether a name is in the conditions that are told."""
    return parameter.bound is not None and not parameter.indices


def _joined(conditions: list[str]) -> Iterator[str]:
    """Conditions with `0 <= i` and `i < n` said as one."""
    waiting = list(conditions)
    while waiting:
        told = waiting.pop(0)
        name = told.rpartition(" <= ")[2]
        following = next((c for c in waiting if c.startswith(f"{name} < ")), None)
        if name in ("h", "i", "j") and following is not None:
            waiting.remove(following)
            told += following.removeprefix(name)
        yield told


SENTENCES: Mapping[str, Callable[[Problem], str]] = {
    "==": lambda p: f"{show(p.left)} exactly when {show(p.right)}",
    "<=": lambda p: f"{show(p.left)} implies {show(p.right)}",
    "nonempty": lambda p: f"some 0 <= j < {p.keys} has {show(p.left)}",
    "row_count": lambda p: (
        f"the number of 0 <= j < {p.keys} with {show(p.left)} is {show(p.right)}"
    ),
    "count": lambda p: (
        f"the number of pairs of {p.queries} queries i and {p.keys} keys j "
        f"with {show(p.left)} is {show(p.right)}"
    ),
    "reach": lambda p: (
        f"through {show(p.layers)} layers with {show(p.left)}, "
        f"the largest distance back is {show(p.right)}"
    ),
}


def verdict_record(decision: Decision) -> dict[str, Any]:
    """The record `symattn/verdict@1` of a decision."""
    found = decision.verdict
    record: dict[str, Any] = {
        "schema": SCHEMA,
        "verdict": type(found).__name__.lower(),
        "claim": decision.claim.text,
        "reading": reading(decision.claim),
        "engines": list(decision.engines),
        "versions": dict(decision.versions),
        "ms": round(decision.ms, 1),
    }
    if isinstance(found, Proved):
        record |= {"scope": found.scope, "assumptions": list(found.assumptions)}
        if found.error_bound:
            record["error_bound"] = found.error_bound
        if found.certificate is not None:
            record["certificate"] = certificate_record(found.certificate)
    elif isinstance(found, Refuted):
        record["counterexample"] = counterexample_record(found.counterexample)
        if found.fault is not None:
            record["fault"] = fault_record(found.fault)
    elif isinstance(found, Relabelled):
        record["permutation"] = found.permutation
    else:
        record |= {"reason": found.reason, "known": found.known}
        if found.reproduction:
            record["reproduction"] = found.reproduction
    return record


def unreadable_record(text: str, found: Unreadable) -> dict[str, Any]:
    """The record of a text that is no claim."""
    return {
        "schema": SCHEMA,
        "verdict": "unreadable",
        "claim": text[:200],
        "reason": found.where,
        "readings": list(found.readings),
    }


def fault_record(fault: Fault) -> dict[str, str]:
    """What is wrong with a false claim, and what repairs it."""
    return {
        "family": fault.family,
        "code": fault.code,
        "sentence": fault.sentence,
        "fix": fault.fix,
    }


def counterexample_record(case: Counterexample) -> dict[str, Any]:
    """Sizes and positions by their names, parameters (which may have any name) apart."""
    known = {name: _number(value) for name, value in case.values}
    record: dict[str, Any] = {
        name: value for name, value in known.items() if name in (*SIZES, *POSITIONS)
    }
    record["parameters"] = {name: value for name, value in known.items() if name not in record}
    tables: dict[str, list[Any]] = {}
    for name, index, value in case.entries:
        tables.setdefault(name, []).append({"index": list(index), "value": _number(value)})
    record["tables"] = tables
    sides = {"left": case.left, "right": case.right, "replay": case.replay}
    return record | sides | ({"note": case.note} if case.note else {})


def certificate_record(certificate: Certificate) -> dict[str, Any]:
    """A certificate as JSON holds it."""
    return {
        "rule": certificate.rule,
        "hints": list(certificate.hints),
        "obligations": [
            {"name": o.name, "reason": o.reason, "script": o.script}
            for o in certificate.obligations
        ],
    }


def certificate_text(decision: Decision) -> str:
    """The file that `symattn recheck` reads."""
    found = decision.verdict
    assert isinstance(found, Proved)
    assert found.certificate is not None
    record = {
        "schema": CERTIFICATE,
        "claim": decision.claim.text,
        "scope": found.scope,
        "assumptions": list(found.assumptions),
        **certificate_record(found.certificate),
        "versions": dict(decision.versions),
    }
    return json.dumps(record, indent=1) + "\n"


def _number(value: int | Fraction) -> int | str:
    return value if isinstance(value, int) else str(value)
