"""What an engine answers about a problem: yes, no with a point, or don't know with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from symattn.core.errors import SymattnError

Number: TypeAlias = int | Fraction
Entry: TypeAlias = tuple[str, tuple[int, ...]]  # a table and an index


class Unsupported(SymattnError):
    """The engine has no words for something in the problem."""


@dataclass(frozen=True, slots=True)
class Point:
    """Numbers for all unknowns, and for every table entry that is read there."""

    values: Mapping[str, Number]
    entries: Mapping[Entry, Number] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Yes:
    """The claim holds; `hints` is what the kernel needs to see it, `known` what was looked at."""

    hints: tuple[str, ...] = ()
    known: str = ""


@dataclass(frozen=True, slots=True)
class No:
    """The claim is false at this point; `smallest` says whether that is known to be the first."""

    point: Point
    smallest: bool = True


@dataclass(frozen=True, slots=True)
class Unsure:
    """The engine abstains or gave up; `vacuous` if nothing satisfies the conditions.

    `differs`: two sides are not the same function, but no case was found that shows it. `where`:
    sizes at which it may be worth to look.
    """

    reason: str
    vacuous: bool = False
    known: str = ""
    differs: bool = False
    where: Mapping[str, int] = field(default_factory=dict)


Answer: TypeAlias = Yes | No | Unsure
