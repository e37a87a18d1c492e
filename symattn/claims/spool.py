"""Results kept on disk, so that a report can be read twice without holding all of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from tempfile import TemporaryFile
from types import TracebackType

from symattn.core.report import Place, Result, Summary


class Spool:
    """Results in the order in which they were added; iterate as often as you like."""

    def __init__(self) -> None:
        self.file = TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 (closed in __exit__)
        self.summary = Summary()

    def add(self, result: Result) -> None:
        """Keep one result more."""
        self.summary = self.summary.with_result(result)
        self.file.write(json.dumps(asdict(result)) + "\n")

    def __iter__(self) -> Iterator[Result]:
        self.file.seek(0)
        for line in self.file:
            fields = json.loads(line)
            yield Result(**{**fields, "place": Place(**fields["place"])})

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.file.close()
