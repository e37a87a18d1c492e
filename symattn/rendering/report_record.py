"""Findings, results and reports as JSON holds them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from symattn.core.report import Finding, Report, Result, Summary
from symattn.core.verdict import Proved, Refuted, Relabelled, Undecided
from symattn.rendering.verdict import SCHEMA as VERDICT
from symattn.rendering.verdict import counterexample_record

SCHEMA = "symattn/report@1"


def finding_record(found: Finding, versions: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """The fields of `symattn/verdict@1` for a finding, and the items that it names."""
    said = found.verdict
    record: dict[str, Any] = {
        "schema": VERDICT,
        "verdict": type(said).__name__.lower(),
        "claim": found.claim,
        "reading": found.reading,
        "engines": list(found.engines),
        "versions": dict(versions),
        "ms": 0.0,
    }
    if isinstance(said, Proved):
        record |= {"scope": said.scope, "assumptions": list(said.assumptions)}
    elif isinstance(said, Refuted):
        record["counterexample"] = counterexample_record(said.counterexample)
    elif isinstance(said, Relabelled):
        record["permutation"] = said.permutation
    elif isinstance(said, Undecided):
        record |= {"reason": said.reason, "known": said.known}
    items = {name: list(words) for name, words in found.items if words}
    return record | ({"items": items} if items else {})


def result_record(result: Result) -> dict[str, Any]:
    """One result: its id, what was expected, and all fields of its verdict."""
    told: dict[str, Any] = {
        "id": result.id,
        "kind": result.kind,
        "expect": result.expect,
        "ok": result.ok,
        "file": result.place.file,
        "line": result.place.line,
    }
    for name in ("statement", "feedback", "source"):
        if text := getattr(result, name):
            told[name] = text
    if result.cached:
        told["cached"] = True
    return told | {key: value for key, value in result.record.items() if key != "schema"}


def summary_record(summary: Summary, exit_code: int) -> dict[str, Any]:
    """The numbers of a report."""
    verdicts: Mapping[str, int] = {name: n for name, n in summary.verdicts.items() if n}
    return {
        "total": summary.total,
        "met": summary.met,
        "contradicted": summary.contradicted,
        "open": summary.open,
        "unreadable": summary.unreadable,
        "verdicts": dict(verdicts),
        "exit_code": exit_code,
    }


def report_json(report: Report, exit_code: int) -> Iterator[str]:
    """The record `symattn/report@1`, piece by piece."""
    head = {"schema": SCHEMA, "summary": summary_record(report.summary, exit_code)}
    yield json.dumps(head, indent=1)[:-2] + ',\n "results": ['
    mark = "\n"
    for result in report.results:
        yield mark + "  " + json.dumps(result_record(result))
        mark = ",\n"
    yield "\n ]\n}\n"
