"""Reports as Markdown: a table of all claims, then all about those that are not as expected."""

from __future__ import annotations

from collections.abc import Iterator

from symattn.core.report import MET, Report, Result
from symattn.rendering.report_text import WORDS, details, summary_text


def cell(text: str) -> str:
    """A text as one cell of a table, with nothing in it that Markdown would act on.

    >>> print(cell("a|b <i>"))
    a\\|b &lt;i&gt;
    """
    plain = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for sign in "\\`*_[]|$":
        plain = plain.replace(sign, "\\" + sign)
    return plain


def code(text: str) -> str:
    """A text as a block of code, whatever it holds."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}text\n{text}\n{fence}\n"


def report_markdown(report: Report, exit_code: int) -> Iterator[str]:
    """The report as Markdown."""
    yield f"# Claims\n\n{summary_text(report.summary)} (exit code {exit_code})\n\n"
    yield "| | claim | verdict | expected | where |\n|---|---|---|---|---|\n"
    for result in report.results:
        yield (
            f"| {WORDS[result.state]} | {cell(result.id)} | {result.verdict} | {result.expect} "
            f"| {cell(str(result.place))} |\n"
        )
    for result in report.results:
        if result.state != MET:
            yield from _told(result)


def _told(result: Result) -> Iterator[str]:
    yield f"\n## {cell(result.id)}: {result.verdict}, expected {result.expect}\n\n"
    if result.statement:
        yield cell(result.statement) + "\n\n"
    lines = [f"claim: {result.record['claim']}"]
    if reading := result.record.get("reading"):
        lines.append(f"read as: {reading}")
    yield code("\n".join([*lines, *details(result)]))
