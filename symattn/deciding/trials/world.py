"""A `World`: all sizes, numbers and positions that a claim needs, and what its sides are there.

Numbers come from a function of name and index, so two mechanisms that share a name share its
numbers. The arithmetic is a parameter: residues, or real numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from itertools import product
from typing import Any

from symattn.core.errors import NotConcrete
from symattn.core.expression import COMPARISONS, Expr
from symattn.core.form import Parameter
from symattn.core.interpret import Algebra, Environment, evaluate, exact, holds
from symattn.deciding.trials.loops import decoded, online, recurrent
from symattn.deciding.trials.plan import Plan
from symattn.deciding.trials.reals import surely
from symattn.deciding.trials.rows import Rows, rows_of

Index = tuple[int, ...]
Entry = Callable[[str, Index], Any]
Place = tuple[tuple[str, int], ...]


class Unequal(NotConcrete):
    """Two vectors whose widths differ at these sizes."""


@dataclass
class World:
    """A claim at sizes, with numbers in an arithmetic."""

    plan: Plan
    sizes: Mapping[str, int | Fraction]  # lengths, widths, heads and whole parameters
    algebra: Algebra
    entry: Entry
    function: Callable[..., Any]
    known: dict[tuple[int, int], Rows] = field(default_factory=dict)  # by Form and head

    def __post_init__(self) -> None:
        scalars: dict[str, Any] = dict(self.sizes)
        scalars |= {p.name: self.entry(p.name, ()) for p in self.plan.real if p.name not in scalars}
        if self.plan.sized:
            scalars["n_q"] = scalars["n_q"] if "n_q" in scalars else scalars["n"]
            scalars["n_k"] = scalars["n_k"] if "n_k" in scalars else scalars["n"]
            if scalars["n_q"] == scalars["n_k"]:
                scalars["n"] = scalars["n_k"]
        scalars.setdefault("h", 0)
        self.env = Environment(scalars)
        offset = exact(self.plan.offset, self.env)
        self.env = Environment(
            {**scalars, "offset": offset}, self.tables(), self.vectors(), self.matrices(),
            {p.name: self.function for p in self.plan.parameters if p.kind == "function"},
        )  # fmt: skip

    def tables(self) -> dict[str, Callable[..., Any]]:
        found: dict[str, Callable[..., Any]] = {
            p.name: partial(self._number, p.name)
            for p in self.plan.declared.values()
            if p.kind in ("real", "integer", "boolean") and p.indices
        }
        for number in range(len(self.plan.forms)):
            for what, rule in NUMBERS.items():
                found[f"{what} {number}"] = partial(self._quantity, rule, number)
        return found

    def vectors(self) -> dict[str, Callable[..., list[Any]]]:
        found: dict[str, Callable[..., list[Any]]] = {
            p.name: partial(self._vector, p)
            for p in self.plan.declared.values()
            if p.kind == "vector"
        }
        for number in range(len(self.plan.forms)):
            for what, rule in VECTORS.items():
                found[f"{what} {number}"] = partial(self._quantity, rule, number)
        return found

    def matrices(self) -> dict[str, Callable[..., list[list[Any]]]]:
        return {
            p.name: partial(self._matrix, p)
            for p in self.plan.declared.values()
            if p.kind == "matrix"
        }

    def _number(self, name: str, *index: int) -> Any:
        return self.entry(name, index)

    def _vector(self, declared: Parameter, *index: int) -> list[Any]:
        width = int(exact(declared.shape[0], self.env))
        return [self.entry(declared.name, (*index, t)) for t in range(width)]

    def _matrix(self, declared: Parameter, *index: int) -> list[list[Any]]:
        rows, columns = (int(exact(size, self.env)) for size in declared.shape)
        return [
            [self.entry(declared.name, (*index, r, c)) for c in range(columns)] for r in range(rows)
        ]

    def _quantity(self, rule: Callable[..., Any], number: int, *index: int) -> Any:
        head, *places = index if self.plan.many else (0, *index)
        if (number, head) not in self.known:
            self.known[number, head] = rows_of(self, number, head)
        return rule(self.known[number, head], *places)

    def places(self, head: int | None = None) -> Iterator[Place]:
        """All positions (in one head, if it is given) that satisfy the conditions, in order."""
        first, scalars = int(self.env.scalars["offset"]), self.env.scalars
        ranges: dict[str, range] = {}
        if self.plan.many:
            ranges["h"] = range(scalars["H"]) if head is None else range(head, head + 1)
        for name, role in self.plan.claim.positions:
            query = range(first, first + scalars["n_q"]) if self.plan.sized else range(0)
            ranges[name] = query if role == "query" else range(scalars["n_k"])
        here = self.plan.moving
        for numbers in product(*ranges.values()):
            place = tuple(zip(ranges, numbers, strict=True))
            if not here or all(holds(c, self.env.at(**dict(place))) for c in here):
                yield place

    def sides(self, place: Place) -> tuple[Any, Any]:
        """What both sides are at a place."""
        at = self.env.at(**dict(place))
        left, right = (evaluate(e, self.algebra, at) for e in (self.plan.left, self.plan.right))
        if isinstance(left, list) and isinstance(right, list) and len(left) != len(right):
            raise Unequal(f"vectors of {len(left)} and of {len(right)} channels")
        return left, right

    def premises(self, place: Place) -> bool | None:
        """Whether all premises surely hold at a place; None if that stays open."""
        at = self.env.at(**dict(place))
        found: bool | None = True
        for premise in self.plan.premises:
            truth = self._truth(premise, at)
            if truth is False:
                return False
            found = None if truth is None else found
        return found

    def _truth(self, condition: Expr, at: Environment) -> bool | None:
        if condition.op in COMPARISONS:
            left, right = (evaluate(part, self.algebra, at) for part in condition.parts)
            return surely(condition.op, left, right)
        if condition.op in ("and", "or"):
            found = [self._truth(part, at) for part in condition.parts]
            stop = condition.op == "or"
            return stop if stop in found else None if None in found else not stop
        if condition.op == "not":
            inner = self._truth(condition.parts[0], at)
            return None if inner is None else not inner
        return holds(condition, at)


NUMBERS: Mapping[str, Callable[..., Any]] = {
    "weight": Rows.weight,
    "score": Rows.score,
    "row_sum": Rows.row_sum,
}
VECTORS: Mapping[str, Callable[..., list[Any]]] = {
    "output": Rows.output,
    "online": online,
    "decode": decoded,
    "recurrent": recurrent,
}
