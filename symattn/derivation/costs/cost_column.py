"""One column of a cost table while it is written: formulas with letters for counts, and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from symattn.core.cost_table import CostLine, MechanismCost, Quantity
from symattn.core.count import Count
from symattn.core.errors import NotConcrete
from symattn.core.expression import Expr, free_names, symbol
from symattn.core.interpret import Environment, Number, exact
from symattn.derivation.counts.polynomial import Polynomial, plain, polynomial, put, variable
from symattn.derivation.counts.presentation import presented


@dataclass(frozen=True, slots=True)
class Letter:
    """A count that formulas use: written out where that is short, else by its letter."""

    name: str
    meaning: str
    count: Count
    inline: bool = False  # written out even if it is no polynomial in names

    @property
    def itself(self) -> Polynomial:
        return variable(symbol(self.name))

    @property
    def formula(self) -> Polynomial | None:
        """What is written in its place, if anything."""
        if self.count.closed_form is None:
            return None
        found = polynomial(self.count.closed_form)
        simple = all(v.op == "symbol" for v in found.variables)
        return found if simple or self.inline else None

    @property
    def quantity(self) -> Quantity:
        found = self.count
        return Quantity(
            self.name, self.meaning, found.closed_form, found.value, found.valid_from, found.reason
        )


@dataclass(slots=True)
class Column:
    """The lines of one mechanism, in the order in which they are added."""

    mechanism: str
    numbers: Mapping[str, Number]
    letters: tuple[Letter, ...] = ()
    group: str = ""
    lines: list[CostLine] = field(default_factory=list)

    def add(self, key: str, name: str, unit: str, found: Polynomial, note: str = "") -> None:
        """A line with its formula and, if all of its names have numbers, its value."""
        used = [x for x in self.letters if symbol(x.name) in found.variables]
        valid = max((x.count.valid_from for x in used if x.formula is not None), default=1)
        formula, value = presented(self.written_out(found)), self.value(found)
        self.lines.append(CostLine(key, self.group, name, unit, formula, value, valid, note))

    def refuse(self, key: str, name: str, unit: str, note: str) -> None:
        """A line that has no meaning here, and why."""
        self.lines.append(CostLine(key, self.group, name, unit, None, note=note))

    def written_out(self, found: Polynomial) -> Polynomial:
        """The polynomial with the formulas of letters in their places."""
        formulas = {symbol(x.name): x.formula for x in self.letters}
        return put(found, {name: f for name, f in formulas.items() if f is not None})

    def value(self, found: Polynomial) -> int | None:
        """The number, from the counts themselves and not from their formulas."""
        counted = {x.name: x.count.value for x in self.letters if x.count.value is not None}
        try:
            value = exact(plain(found), Environment({**self.numbers, **counted}))
        except NotConcrete:
            return None
        if not isinstance(value, int):
            raise AssertionError(f"a cost of {value} operations")
        return value

    def finished(self) -> MechanismCost:
        used = {name for line in self.lines for name in _names(line.closed_form)}
        quantities = tuple(x.quantity for x in self.letters if x.name in used)
        return MechanismCost(self.mechanism, quantities, tuple(self.lines))


def _names(expr: Expr | None) -> set[str]:
    return set() if expr is None else free_names(expr)
