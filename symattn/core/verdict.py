"""What is said about a claim: frozen records, made by the room that decides and printed elsewhere.

`Proved`, `Refuted`, `Relabelled` and `Undecided` are built in `deciding` only, `Unreadable` by the
room that reads; a test holds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from symattn.core.claim import Claim
from symattn.core.term_claim import TermClaim

Number: TypeAlias = int | Fraction


@dataclass(frozen=True, slots=True)
class Obligation:
    """One statement that must have no solution, as an SMT-LIB script."""

    name: str
    reason: str
    script: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """Why a claim holds: the hints that were found, and the obligations that follow from them."""

    rule: str
    hints: tuple[str, ...]
    obligations: tuple[Obligation, ...]


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A case in which the claim is false, with what both sides are there."""

    values: tuple[tuple[str, Number], ...]
    entries: tuple[tuple[str, tuple[int, ...], Number], ...]  # of tables
    left: str
    right: str
    replay: str  # a line to paste into a shell
    note: str = ""


@dataclass(frozen=True, slots=True)
class Proved:
    """The claim holds for everything in its scope."""

    scope: str
    certificate: Certificate | None
    assumptions: tuple[str, ...] = ()
    error_bound: str = ""  # of a proof at a size, such as "2^-108": a theorem bounds the chance


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a false claim, in words: undoing it makes the claim a proved one."""

    family: str  # one of FAMILIES
    code: str  # such as "scale-missing"; of two faults both, with a "+" between
    sentence: str
    fix: str  # the repaired side or the repaired line of the mechanism


FAMILIES = ("mask", "positions", "normalisation", "scale", "encoding", "operand", "gradient",
            "shape")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Refuted:
    """The claim is false, and here is a case."""

    counterexample: Counterexample
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Relabelled:
    """Not equal as stated; proved equal after the named permutation."""

    permutation: str


@dataclass(frozen=True, slots=True)
class Undecided:
    """Nothing was decided: the reason, what is known, and for a bug of ours a reproduction."""

    reason: str
    known: str = ""
    reproduction: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The text could not be read; `where` is the complaint with its place."""

    where: str
    readings: tuple[str, ...] = ()


Verdict: TypeAlias = Proved | Refuted | Relabelled | Undecided


@dataclass(frozen=True, slots=True)
class Decision:
    """A claim with its verdict, who looked at it, and with which versions."""

    claim: Claim | TermClaim
    verdict: Verdict
    engines: tuple[str, ...]  # one line each: the engine and what it said
    versions: tuple[tuple[str, str], ...]
    ms: float = 0.0
