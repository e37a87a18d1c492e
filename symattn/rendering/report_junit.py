"""Reports as JUnit XML: a failure is a contradiction, an error unreadable, a skip undecided."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from symattn.core.report import CONTRADICTED, OPEN, UNREADABLE, Report, Result
from symattn.rendering.report_text import details

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(words: str) -> str:
    """Text for XML: what XML cannot hold is replaced."""
    return escape(NOT_XML.sub("\ufffd", words))


def attribute(words: str) -> str:
    """A quoted attribute for XML."""
    return quoteattr(NOT_XML.sub("\ufffd", words))


def report_junit(report: Report, _: int) -> Iterator[str]:
    """The report as JUnit XML, one suite."""
    s = report.summary
    counts = (
        f'tests="{s.total}" failures="{s.contradicted}" errors="{s.unreadable}" skipped="{s.open}"'
    )
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites {counts}>\n<testsuite name="symattn" {counts}>\n'
    for result in report.results:
        yield from _case(result)
    yield "</testsuite>\n</testsuites>\n"


def _case(result: Result) -> Iterator[str]:
    seconds = f"{result.record.get('ms', 0) / 1000:.4f}"
    yield (
        f"<testcase name={attribute(result.id)} classname={attribute(result.place.file)} "
        f'file={attribute(result.place.file)} line="{result.place.line}" time="{seconds}"'
    )
    if result.ok:
        yield "/>\n"
        return
    told = "\n".join([f"claim: {result.record['claim']}", *details(result)])
    message = f"{result.verdict}, expected {result.expect}"
    if result.state == OPEN:
        reason = str(result.record.get("reason", ""))
        yield f"><skipped message={attribute(f'{message}: {reason}')}/></testcase>\n"
        return
    tag = {CONTRADICTED: "failure", UNREADABLE: "error"}[result.state]
    kind = attribute(result.verdict)
    yield f"><{tag} type={kind} message={attribute(message)}>{text(told)}</{tag}></testcase>\n"
