"""Claims as text, and their verdicts; every claim is decided once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from symattn.core.verdict import Decision, Proved, Undecided
from symattn.deciding.decide import decide
from symattn.reading.claim_text import read_claim


@dataclass(slots=True)
class Questions:
    """What was asked so far, with the answers."""

    answers: dict[str, Decision] = field(default_factory=dict)

    def ask(self, left: str, relation: str, right: str, where: Iterable[str] = ()) -> Decision:
        """The verdict about `left relation right where ...`."""
        conditions = " and ".join(where)
        text = f"{left} {relation} {right}" + (f" where {conditions}" if conditions else "")
        if text not in self.answers:
            self.answers[text] = decide(read_claim(text))
        return self.answers[text]


def proved(decision: Decision) -> bool:
    return isinstance(decision.verdict, Proved)


def undecided(decision: Decision) -> bool:
    return isinstance(decision.verdict, Undecided)
