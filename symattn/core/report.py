"""`Result` and `Report`: what verifying claims found, and whether it is what was expected.

Nothing is decided here, and nothing printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from symattn.core.verdict import Verdict

VERDICTS = ("proved", "refuted", "relabelled", "undecided", "unreadable")
MET, CONTRADICTED, OPEN, UNREADABLE = "met", "contradicted", "open", "unreadable"
POLICIES = ("fail", "warn", "ok")  # what an undecided claim means for the exit code


@dataclass(frozen=True, slots=True)
class Place:
    """Where a claim stands: a file and a line from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about a question with a finite answer; items name what is wrong with it."""

    claim: str
    reading: str
    verdict: Verdict
    engines: tuple[str, ...]
    items: tuple[tuple[str, tuple[str, ...]], ...] = ()  # "missing", "extra", "future", ...


@dataclass(frozen=True, slots=True)
class Result:
    """One question with its verdict; `record` holds the fields of `symattn/verdict@1`."""

    id: str
    kind: str
    expect: str
    place: Place
    record: Mapping[str, Any]
    statement: str = ""
    feedback: str = ""
    source: str = ""
    cached: bool = False

    @property
    def verdict(self) -> str:
        return str(self.record["verdict"])

    @property
    def ok(self) -> bool:
        """Whether the verdict is the expected one; a claim is refuted if it is only relabelled."""
        return self.verdict == self.expect or (self.verdict, self.expect) == (
            "relabelled",
            "refuted",
        )

    @property
    def state(self) -> str:
        """Met, contradicted, open or unreadable.

        >>> found = {"verdict": "proved"}
        >>> Result("a", "equal", "refuted", Place("x.yaml", 1), found).state
        'contradicted'
        """
        if self.ok:
            return MET
        return {"undecided": OPEN, "unreadable": UNREADABLE}.get(self.verdict, CONTRADICTED)


@dataclass(frozen=True, slots=True)
class Summary:
    """How many questions there are, and how they ended."""

    total: int = 0
    met: int = 0
    contradicted: int = 0
    open: int = 0
    unreadable: int = 0
    verdicts: Mapping[str, int] = field(default_factory=dict)

    def with_result(self, result: Result) -> Summary:
        """The summary with one result more."""
        counts = {name: self.verdicts.get(name, 0) for name in VERDICTS}
        counts[result.verdict] += 1
        state = {name: getattr(self, name) for name in (MET, CONTRADICTED, OPEN, UNREADABLE)}
        state[result.state] += 1
        return Summary(self.total + 1, **state, verdicts=counts)

    def exit_code(self, undecided: str = "fail") -> int:
        """0 if all is as expected, else 1 contradicted, 4 unreadable, 3 open, in this order."""
        if self.contradicted:
            return 1
        if self.unreadable:
            return 4
        return 3 if self.open and undecided == "fail" else 0


@dataclass(frozen=True, slots=True)
class Report:
    """All results of a run, in the order of the files; read them as often as you like."""

    summary: Summary
    results: Iterable[Result]
