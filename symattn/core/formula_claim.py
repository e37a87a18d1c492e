"""`Reading`: what a formula of a paper says, as claims that the deciding room decides.

A text may have several readings (index base, reach of a function, kinds of letters); each is a
`Meaning` with its claims. The room that reads makes them, nothing is decided here.
"""

from __future__ import annotations

from dataclasses import dataclass

from symattn.core.term_claim import TermClaim


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Shapes that cannot match: what is on both sides, in words."""

    left: str
    right: str
    sentence: str


@dataclass(frozen=True, slots=True)
class FormulaMeaning:
    """One way to read a formula: all `claims` must hold; with a `mismatch` there are none."""

    claims: tuple[TermClaim, ...]
    typing: tuple[str, ...]  # what the letters mean, in words
    notes: tuple[str, ...] = ()  # how this reading differs from others, and what was understood
    mismatch: Mismatch | None = None
    refutable: bool = True  # False: a claim with a maximum in it is only ever proved
    expanded: tuple[TermClaim, ...] = ()  # the same at small sizes, to refute what is not refutable


@dataclass(frozen=True, slots=True)
class Reading:
    """A formula with all its readings, and both sides in canonical LaTeX."""

    text: str
    left: str
    right: str
    meanings: tuple[FormulaMeaning, ...]
