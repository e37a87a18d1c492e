"""Asking questions in tests, without a file where none is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from symattn.claims.reading import read_claims
from symattn.claims.running import verify
from symattn.core.report import Place, Result
from symattn.reading.claim_file import Entry


def results(path: Path, text: str) -> list[Result]:
    """The results of a file with this text."""
    path.write_text(text, "utf-8")
    return list(verify(read_claims([path])))


def ask(defaults: dict[str, Any] | None = None, /, **fields: Any) -> list[Result]:
    """The results of one claim."""
    entry = Entry({"id": "a", **fields}, defaults or {}, Place("a.yaml", 1))
    return list(verify([entry]))


def verdict(defaults: dict[str, Any] | None = None, /, **fields: Any) -> str:
    """The verdict of one claim without variants."""
    (found,) = ask(defaults, **fields)
    return found.verdict


def items(found: Result) -> dict[str, list[str]]:
    return dict(found.record.get("items", {}))
