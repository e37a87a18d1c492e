"""Where a proof fails: numbers for a claim that a solver knows whole, sizes for the others.

A claim that is linear arithmetic itself is refuted by the smallest solution of its negation. For
the others the case in which the normal forms differ gives sizes at which to look. Both are only
suggestions: what is printed is replayed.
"""

from __future__ import annotations

from typing import Any

import z3

from symattn.core.expression import FALSE, Expr, free_names, walk
from symattn.deciding.answer import No, Point, Unsupported
from symattn.deciding.minimisation import smallest
from symattn.deciding.solver import fresh, verdict
from symattn.deciding.terms.goal import Goal
from symattn.deciding.terms.wholes import simple
from symattn.deciding.translation import Translation, translation

BUDGET = 300_000


def refuting(goal: Goal) -> No | None:
    """The smallest numbers for which a claim of linear arithmetic fails."""
    sides = (goal.left, goal.right, *goal.premises)
    if not all(map(simple, sides)) or _reads_tables(sides):
        return None
    stated = Expr(goal.relation, (goal.left, goal.right))
    found = _solution(goal, (*goal.given, *goal.premises), stated)
    if found is None:
        return None
    names = _used(goal, set().union(*map(free_names, sides)))
    values = {name: n for name, n in found.point.values.items() if name in names}
    return No(Point(values, found.point.entries), found.smallest)


def _used(goal: Goal, names: set[str]) -> set[str]:
    """The names of a claim, and all that conditions tie to them."""
    more = set().union(names, *(own for c in goal.given if (own := free_names(c)) & names))
    return names if more == names else _used(goal, more)


def _reads_tables(sides: tuple[Expr, ...]) -> bool:
    return any(node.op == "table" for side in sides for node in walk(side))


def _solution(goal: Goal, given: tuple[Expr, ...], stated: Expr) -> No | None:
    try:
        names = translation(goal.problem)
        told = [names.condition(c) for c in given]
        solver = fresh(*told, *_doubts(names, stated), budget=BUDGET)
    except Unsupported:
        return None
    if verdict(solver) != "sat":
        return None
    point, sure = smallest(solver, goal.problem, names)
    return No(point, sure)


def _doubts(names: Translation, stated: Expr) -> list[Any]:
    doubt = z3.Not(names.condition(stated))
    return [doubt, *names.definitions, *(bottom > 0 for _, bottom in names.denominators)]


def sizes(goal: Goal, case: tuple[Expr, ...]) -> dict[str, int]:
    """The smallest whole numbers with which a case occurs."""
    try:
        found = _solution(goal, (*goal.given, *case), FALSE)
    except z3.Z3Exception:
        return {}
    values = found.point.values if found is not None else {}
    return {name: n for name, n in values.items() if isinstance(n, int)}
