"""Claims as text, and their verdicts; every claim is decided once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from symattn.core.term_claim import TermClaim
from symattn.core.verdict import Decision, Proved, Undecided
from symattn.deciding.decide import decide
from symattn.deciding.refuting import refute
from symattn.reading.claim_text import read_claim


@dataclass(slots=True)
class Questions:
    """What was asked so far, with the answers."""

    answers: dict[str, Decision] = field(default_factory=dict)

    def ask(self, left: str, relation: str, right: str, where: Iterable[str] = ()) -> Decision:
        """The verdict about `left relation right where ...`."""
        text = _text(left, relation, right, where)
        if text not in self.answers:
            self.answers[text] = decide(read_claim(text))
        return self.answers[text]

    def doubt(self, left: str, relation: str, right: str, where: Iterable[str] = ()) -> Decision:
        """The same for a claim that looks false: a case against it is looked for first."""
        text = _text(left, relation, right, where)
        if text not in self.answers:
            claim = read_claim(text)
            refuted = refute(claim) if isinstance(claim, TermClaim) else None
            self.answers[text] = refuted or decide(claim)
        return self.answers[text]


def _text(left: str, relation: str, right: str, where: Iterable[str]) -> str:
    conditions = " and ".join(where)
    return f"{left} {relation} {right}" + (f" where {conditions}" if conditions else "")


def proved(decision: Decision) -> bool:
    return isinstance(decision.verdict, Proved)


def undecided(decision: Decision) -> bool:
    return isinstance(decision.verdict, Undecided)
