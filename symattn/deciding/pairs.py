"""Engine A on claims about every pair (i, j): equality, subset and leaks as unsatisfiability."""

from __future__ import annotations

from typing import Any

import z3

from symattn.core.claim import Problem
from symattn.core.text import show
from symattn.deciding.answer import Answer, No, Unsure, Yes
from symattn.deciding.minimisation import smallest
from symattn.deciding.solver import fresh, verdict
from symattn.deciding.translation import Translation, translation

GAVE_UP = "gave up: z3 within its budget of steps"


def answer_pairs(problem: Problem) -> Answer:
    """Whether `left relation right` holds for every pair in the scope."""
    names = translation(problem)
    given = [names.condition(condition) for condition in problem.given]
    left, right = names.condition(problem.left), names.condition(problem.right)
    broken = z3.Xor(left, right) if problem.relation == "==" else z3.And(left, z3.Not(right))
    doubt = conditions_doubt(names, given)
    return doubt or settled(problem, names, given, broken)


def conditions_doubt(names: Translation, given: list[Any]) -> Unsure | None:
    """Why the question makes no sense: contradictory conditions, a denominator that may be 0."""
    answer = verdict(fresh(*given, *names.definitions))
    if answer == "unsat":
        return Unsure("vacuous: nothing satisfies the conditions", vacuous=True)
    for expr, term in dict(names.denominators).items():
        answer = verdict(fresh(*given, *names.definitions, term <= 0))
        if answer != "unsat":
            return Unsure(f"not supported yet: {show(expr)} is divided by and may be 0 or negative")
    return None


def settled(problem: Problem, names: Translation, given: list[Any], broken: Any) -> Answer:
    """Yes if no solution breaks the claim, and else the smallest one."""
    solver = fresh(*given, *names.definitions, broken)
    answer = verdict(solver)
    if answer == "unsat":
        return Yes()
    if answer == "unknown":
        return Unsure(GAVE_UP)
    point, sure = smallest(solver, problem, names)
    return No(point, sure)
