"""Records of derivations: a step of a proof by hand, and one entry of a closed form."""

from __future__ import annotations

from dataclasses import dataclass

from symattn.core.expression import Expr
from symattn.core.form import Form


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


@dataclass(frozen=True, slots=True)
class Worked:
    """One entry three times: its formula, the numbers put in, the result."""

    place: tuple[int, ...]
    formula: Entry
    substituted: Expr
    exact: str  # as text; "" where no closed form stays
    exact_latex: str
    decimal: str  # correctly rounded to the digits that are printed


@dataclass(frozen=True, slots=True)
class Derivation:
    """What a mechanism's scores, weights, output or gradients are: for all n, or entry by entry."""

    form: Form
    what: str
    steps: tuple[Step, ...] = ()
    entries: tuple[Entry, ...] = ()
    worked: tuple[Worked, ...] = ()
    sizes: tuple[tuple[str, int], ...] = ()  # empty: for all n
    assumptions: tuple[str, ...] = ()
    check: str = ""  # how all this was cross-checked, and the largest difference

    @property
    def name(self) -> str:
        return self.form.name or "the form"
