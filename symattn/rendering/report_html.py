"""Reports as one self-contained HTML page: every claim with its reading, verdict and case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from symattn.core.report import MET, Report, Result
from symattn.rendering.page import page
from symattn.rendering.report_text import WORDS, details, summary_text

STYLE = """
.claim { border-left: .3rem solid #888; padding: .2rem 0 .2rem .8rem; margin: 1rem 0; }
.claim.ok { border-color: #2a7; } .claim.WRONG { border-color: #c33; }
.claim.open { border-color: #c92; } .claim.unreadable { border-color: #93c; }
.claim pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .3rem 0; }
.claim h2 { font-size: 1rem; margin: 0; }
table.cells { border-collapse: collapse; margin: .5rem 0; }
table.cells td { width: 1.1rem; height: 1.1rem; border: 1px solid #8888; padding: 0; }
table.cells td.seen { background: #58a; } table.cells td.here { outline: .2rem solid #c33; }
table.cells caption { text-align: left; font-size: .85rem; }
"""
LARGEST = 16  # queries and keys of a heatmap of cells


def report_html(report: Report, exit_code: int) -> Iterator[str]:
    """The report as a page; the claims that are not as expected stand first."""
    parts = [f"<p>{escape(summary_text(report.summary))} (exit code {exit_code})</p>"]
    for first in (True, False):
        parts += [_claim(r) for r in report.results if (r.state != MET) is first]
    yield page("Claims", "\n".join(parts), katex=False, style=STYLE)


def _claim(result: Result) -> str:
    record, word = result.record, WORDS[result.state]
    lines = [f"claim: {record['claim']}"]
    if reading := record.get("reading"):
        lines.append(f"read as: {reading}")
    if scope := record.get("scope"):
        lines.append(f"for {scope}")
    told = "\n".join([*lines, *details(result)])
    said = f"<p>{escape(result.statement)}</p>" if result.statement else ""
    source = f"<p><small>{escape(result.source)}</small></p>" if result.source else ""
    return (
        f'<section class="claim {word}"><h2>{word}: {escape(result.id)} is {result.verdict}, '
        f"expected {result.expect}</h2>{said}<pre>{escape(told)}</pre>"
        f"{cells(record)}{source}<p><small>{escape(str(result.place))}</small></p></section>"
    )


def cells(record: Mapping[str, Any]) -> str:
    """The supports of both sides at the size of the counterexample, its cell marked."""
    figure = record.get("figure")
    if not isinstance(figure, Mapping):
        return ""
    i, j = figure["cell"]
    return "".join(
        _table(name, rows, i - figure["first"], j) for name, rows in figure["supports"].items()
    )


def _table(name: str, rows: list[str], i: int, j: int) -> str:
    body = ""
    for at, row in enumerate(rows):
        body += "<tr>"
        for key, mark in enumerate(row):
            kind = ("seen" if mark == "x" else "") + (" here" if (at, key) == (i, j) else "")
            label = f"query {at}, key {key}: {'seen' if mark == 'x' else 'not seen'}"
            body += f'<td class="{kind.strip()}" title="{label}"></td>'
        body += "</tr>"
    return f'<table class="cells"><caption>{escape(name)}</caption>{body}</table>'
