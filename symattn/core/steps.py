"""Records of derivations: a step of a proof by hand, and one entry of a closed form."""

from __future__ import annotations

from dataclasses import dataclass

from symattn.core.expression import Expr


@dataclass(frozen=True, slots=True)
class Step:
    """`left = right`, by a named rule, for a reason; `check` says how it was checked."""

    rule: str
    reason: str
    left: Expr
    right: Expr
    condition: Expr | None = None  # where the equation is said to hold; None is everywhere
    check: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """The closed form of one entry at a concrete size."""

    place: tuple[int, ...]
    left: Expr
    right: Expr
    masked: bool = False
