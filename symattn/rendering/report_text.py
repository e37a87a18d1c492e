"""Reports for a terminal: one line for what is as expected, all that is known about the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symattn.core.report import CONTRADICTED, MET, OPEN, UNREADABLE, Result, Summary

WORDS = {MET: "ok", CONTRADICTED: "WRONG", OPEN: "open", UNREADABLE: "unreadable"}


def result_text(result: Result) -> Iterator[str]:
    """The lines about one result."""
    record = result.record
    expected = "" if result.ok else f", expected {result.expect}"
    yield f"{WORDS[result.state]:<10} {result.id}: {result.verdict}{expected}{_scope(result)}"
    if result.state == MET:
        return
    yield f"  at {result.place}"
    yield f"  claim: {record['claim']}"
    if reading := record.get("reading"):
        yield f"  read as: {reading}"
    yield from (f"  {line}" for line in details(result))


def _scope(result: Result) -> str:
    return f" for {result.record['scope']}" if "scope" in result.record else ""


def details(result: Result) -> Iterator[str]:
    """What there is to say beside the verdict: the case, the items, the reason, the feedback."""
    record = result.record
    if case := record.get("counterexample"):
        place = ", ".join(f"{k} = {v}" for k, v in sized(case))
        yield f"counterexample: {place + ': ' if place else ''}" + sides(case)
        if case.get("replay"):
            yield f"replay: {case['replay']}"
    for name, words in record.get("items", {}).items():
        more = f", ... ({len(words)})" if len(words) > 12 else ""
        yield f"{name}: {', '.join(words[:12])}{more}"
    if reason := record.get("reason"):
        yield from (f"reason: {reason}").splitlines()
    for name in ("known", "reproduction", "permutation"):
        if text := record.get(name):
            yield f"{name}: {text}"
    if result.feedback and result.state == CONTRADICTED:
        yield f"feedback: {result.feedback}"


def sides(case: dict[str, object]) -> str:
    """What both sides of a claim are in a case."""
    if case["left"] in ("True", "False"):
        return f"left is {case['left']}, right is {case['right']}"
    return f"it is {case['left']}, the claim says {case['right']}"


def sized(case: dict[str, object]) -> Iterator[tuple[str, object]]:
    """The sizes, positions, parameters and table entries of a case."""
    apart = ("parameters", "tables", "left", "right", "replay", "note")
    yield from ((name, value) for name, value in case.items() if name not in apart)
    parameters, tables = case.get("parameters"), case.get("tables")
    if isinstance(parameters, dict):
        yield from parameters.items()
    if isinstance(tables, dict):
        for name, entries in tables.items():
            for entry in entries:
                yield f"{name}[{', '.join(map(str, entry['index']))}]", entry["value"]


def summary_text(summary: Summary) -> str:
    """The last line of a report.

    >>> summary_text(Summary(3, 2, 0, 1, 0))
    '3 questions: 2 as expected, 1 open'
    """
    parts = [
        (summary.met, "as expected"),
        (summary.contradicted, "wrong"),
        (summary.open, "open"),
        (summary.unreadable, "unreadable"),
    ]
    told = ", ".join(f"{count} {word}" for count, word in parts if count)
    noun = "question" if summary.total == 1 else "questions"
    return f"{summary.total} {noun}: {told or 'nothing asked'}"


def report_text(results: Iterable[Result]) -> Iterator[str]:
    """The lines of a report, as the results come."""
    summary = Summary()
    for result in results:
        summary = summary.with_result(result)
        for line in result_text(result):
            yield line + "\n"
    yield summary_text(summary) + "\n"
