"""`Task`: one question that can be decided by itself, in plain values that can be hashed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from symattn.core.errors import Unreadable
from symattn.core.report import Place

POSITIONS, SIZES = ("i", "j", "h"), ("n", "n_q", "n_k", "d", "d_v", "H", "H_k")


@dataclass(frozen=True, slots=True)
class Task:
    """A question, what it expects, and where it stands."""

    id: str
    kind: str
    expect: str
    place: Place
    claim: str | tuple[str, ...] = ""
    reference: str | tuple[str, ...] = ""
    output: str = ""  # of the reference: weight, score, output, ...
    given: Mapping[str, Any] = field(default_factory=dict)
    answer: Any = None
    tolerance: str = ""
    base: int = 0
    reading: Mapping[str, Any] = field(default_factory=dict)  # rows, notation: for formulas
    others: tuple[Task, ...] = ()  # the options that "distinct" compares
    statement: str = ""
    feedback: str = ""
    source: str = ""

    @property
    def content(self) -> str:
        """Everything that the verdict depends on, as one text; never where it stands."""
        asked = (self.kind, self.claim, self.reference, self.output, self.given, self.answer,
                 self.tolerance, self.base, self.reading,
                 [other.content for other in self.others])  # fmt: skip
        return json.dumps(asked, sort_keys=True, ensure_ascii=True)

    def key(self, versions: str) -> str:
        """The name of the verdict in a cache."""
        return sha256(f"{versions}\n{self.content}".encode()).hexdigest()

    def answered(self, answer: Any) -> Task:
        """The same question with another answer."""
        return replace(self, answer=answer)

    def size(self, name: str, other: int | None = None) -> int:
        """A size that is given, or `other`; else a complaint."""
        value = self.given.get(name, other)
        if value is None:
            raise Unreadable("", 0, f"'given' needs {name}", source=self.kind)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise Unreadable(str(value)[:60], 0, f"{name} is a whole number >= 1", source="given")
        return value

    def position(self, name: str) -> int | None:
        """A position that is given, counted from 0."""
        value = self.given.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            raise Unreadable(str(value)[:60], 0, f"{name} is a position", source="given")
        return value - self.base

    @property
    def text(self) -> str:
        """The claim in one line, for readers."""
        if self.claim and not self.reference and self.answer is None:
            return " ; ".join(self.claim) if isinstance(self.claim, tuple) else self.claim
        return self.described

    @property
    def described(self) -> str:
        """Reference, sizes and answer in one line."""
        asked = self.claim or self.reference
        asked = "; ".join(asked) if isinstance(asked, tuple) else asked
        what = f"{self.output or self.kind}({asked})"
        names = ", ".join(f"{k} = {_short(v)}" for k, v in self.given.items())
        answer = "" if self.answer is None else f" == {_short(self.answer)}"
        return f"{what}{answer}" + (f" with {names}" if names else "")


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:77] + "..."
