"""Reports as annotations of GitHub Actions: one line for each claim that is not as expected."""

from __future__ import annotations

from collections.abc import Iterator

from symattn.core.report import MET, OPEN, Report, Result
from symattn.rendering.report_text import details, summary_text


def report_github(report: Report, _: int) -> Iterator[str]:
    """The annotations, then the summary as a notice."""
    for result in report.results:
        if result.state != MET:
            yield annotation(result) + "\n"
    yield f"::notice title=symattn::{message(summary_text(report.summary))}\n"


def annotation(result: Result) -> str:
    """The line that the runner turns into an annotation."""
    level = "warning" if result.state == OPEN else "error"
    title = f"{result.id}: {result.verdict}, expected {result.expect}"
    told = "\n".join([str(result.record["claim"]), *details(result)])
    return (
        f"::{level} file={field(result.place.file)},line={result.place.line},"
        f"title={field(title)}::{message(told)}"
    )


def message(text: str) -> str:
    """Text behind the colons, where a line end would start a new command.

    >>> message("50%\\n::error::")
    '50%25%0A::error::'
    """
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def field(text: str) -> str:
    """Text of a property, which a colon or comma would end."""
    return message(text).replace(":", "%3A").replace(",", "%2C")
