"""The smallest solution of a set of constraints, found by tightening bounds, not by counting up.

Names are made small one after the other, each by halving the interval between its least possible
value and the value in the present model. A number without a least value is made small in size, 0
before 1 before -1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import z3

from symattn.core.claim import Problem
from symattn.deciding.answer import Entry, Number, Point
from symattn.deciding.solver import context, verdict
from symattn.deciding.translation import Translation


@dataclass(slots=True)
class Descent:
    """A solver that is satisfiable, its present model, and whether every step was decided."""

    solver: Any
    model: Any
    sure: bool = True

    def holds(self, condition: Any) -> bool:
        """Whether the constraints allow the condition; if so, the model is one that has it."""
        if not self.sure:  # one question was given up; the next ones would be, too
            return False
        answer = verdict(self.solver, condition)
        if answer == "sat":
            self.model = self.solver.model()
        elif answer == "unknown":
            self.sure = False
        return answer == "sat"

    def value(self, term: Any) -> Number:
        found = self.model.eval(term, model_completion=True)
        if z3.is_int_value(found):
            return int(found.as_long())
        exact = Fraction(found.numerator_as_long(), found.denominator_as_long())
        return int(exact) if exact.denominator == 1 else exact

    def fix(self, term: Any) -> Number:
        value = self.value(term)
        exact = Fraction(value)
        self.solver.add(term == z3.Q(exact.numerator, exact.denominator, context())
                        if z3.is_real(term) else term == value)  # fmt: skip
        return value

    def lower(self, term: Any, least: int) -> None:
        """Make the model's value of a whole term as small as it can be."""
        low, high = least, int(self.value(term) // 1)
        while low < high:
            middle = (low + high) // 2
            if self.holds(z3.And(term >= least, term <= middle)):
                high = int(self.value(term) // 1)
            else:
                low = middle + 1

    def settle(self, term: Any, least: int | None) -> Number:
        """Make a term small and fix it; reals become whole where they can."""
        if z3.is_real(term):
            if not any(self.holds(term == wanted) for wanted in (0, 1, -1)):
                self.holds(z3.IsInt(term))
            return self.fix(term)
        if least is None:
            self.lower(z3.If(term >= 0, term, -term), 0)
            found = self.value(term)
            size = max(found, -found)
            self.solver.add(z3.Or(term == size, term == -size))
            self.holds(term == size)
        else:
            self.lower(term, least)
        return self.fix(term)


def smallest(
    solver: Any, problem: Problem, names: Translation, extra: Sequence[Any] = ()
) -> tuple[Point, bool]:
    """The smallest solution of a satisfiable solver, and whether it is surely the smallest."""
    descent = Descent(solver, solver.model())
    values: dict[str, Number] = {}
    for unknown in problem.unknowns:
        values[unknown.name] = descent.settle(names.symbols[unknown.name], unknown.least)
    for term in extra:
        descent.settle(term, None)
    entries: dict[Entry, Number] = {}
    for expr, term in names.entries.items():
        index = tuple(int(descent.value(names.term(part))) for part in expr.parts)
        entries[expr.name, index] = descent.settle(term, None)
    return Point(values, entries), descent.sure
