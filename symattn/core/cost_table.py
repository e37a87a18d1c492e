"""Costs as records: formulas and numbers side by side for several mechanisms, nothing printed."""

from __future__ import annotations

from dataclasses import dataclass

from symattn.core.expression import Expr


@dataclass(frozen=True, slots=True)
class Quantity:
    """A letter that formulas of a column use, such as P for the number of visible pairs."""

    name: str
    meaning: str
    closed_form: Expr | None
    value: int | None
    valid_from: int = 1  # the closed form holds for n >= valid_from
    note: str = ""


@dataclass(frozen=True, slots=True)
class CostLine:
    """One cost of one mechanism; `value` is right even where the formula is not yet."""

    key: str  # the same cost has the same key in every column
    group: str
    name: str
    unit: str
    closed_form: Expr | None
    value: int | None = None
    valid_from: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True)
class MechanismCost:
    """Everything that one mechanism costs."""

    mechanism: str
    quantities: tuple[Quantity, ...]
    lines: tuple[CostLine, ...]

    def line(self, key: str) -> CostLine:
        """The line of that key."""
        for line in self.lines:
            if line.key == key:
                return line
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class CrossOver:
    """The length at which a mechanism and the recurrent layer need equally many multiply-adds."""

    mechanism: str
    length: Expr | None  # the n that solves it, in the names of the formulas
    value: Expr | None = None  # the same with the numbers put in
    cheaper_below: bool | None = None  # whether the mechanism needs fewer for shorter sequences
    overtakes: int | None = None  # the first n from which on the mechanism needs more
    valid_from: int = 1  # the comparison holds for n >= valid_from
    note: str = ""


@dataclass(frozen=True, slots=True)
class CostTable:
    """The costs of several mechanisms; the last column may be the recurrent layer."""

    numbers: tuple[tuple[str, int], ...]
    columns: tuple[MechanismCost, ...]
    cross_overs: tuple[CrossOver, ...]
    notes: tuple[str, ...] = ()
