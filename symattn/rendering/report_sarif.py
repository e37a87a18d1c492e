"""Reports as SARIF 2.1.0, for the code view of a forge: pass, fail and open, at the line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from symattn import __version__
from symattn.core.report import CONTRADICTED, MET, OPEN, UNREADABLE, Report, Result
from symattn.rendering.report_text import details

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
KINDS = {MET: "pass", CONTRADICTED: "fail", OPEN: "open", UNREADABLE: "fail"}
RULES = {
    CONTRADICTED: "A claim that is not what it is expected to be.",
    MET: "A claim that is what it is expected to be.",
    OPEN: "A claim that is not decided.",
    UNREADABLE: "A claim that could not be read.",
}


def report_sarif(report: Report, exit_code: int) -> Iterator[str]:
    """The report as SARIF, result by result."""
    rules = [{"id": name, "shortDescription": {"text": RULES[name]}} for name in sorted(RULES)]
    driver = {"name": "symattn", "version": __version__, "rules": rules}
    done = exit_code not in (2, 70)
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": done, "exitCode": exit_code}],
        "columnKind": "unicodeCodePoints",
    }
    head = json.dumps({"$schema": SCHEMA, "version": "2.1.0"})[:-1]
    yield f'{head}, "runs": [{json.dumps(run)[:-1]}, "results": ['
    mark = "\n"
    for result in report.results:
        yield mark + json.dumps(_result(result))
        mark = ",\n"
    yield "\n]}]}\n"


def _result(result: Result) -> dict[str, Any]:
    kind = KINDS[result.state]
    message = f"{result.id}: {result.verdict}, expected {result.expect}"
    told = "\n".join([message, f"claim: {result.record['claim']}", *details(result)])
    return {
        "ruleId": result.state,
        "kind": kind,
        "level": "error" if kind == "fail" else "none",
        "message": {"text": told if kind != "pass" else message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": uri(result.place.file)},
                    "region": {"startLine": max(result.place.line, 1)},
                }
            }
        ],
    }


def uri(file: str) -> str:
    """The file as a URI reference, relative if the path is.

    >>> uri("a b/c.yaml"), uri("/x/c.yaml")
    ('a%20b/c.yaml', 'file:///x/c.yaml')
    """
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
