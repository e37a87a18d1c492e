"""z3 as engine A uses it: one context, budgets in steps, the same seeds every time."""

from __future__ import annotations

from typing import Any

import z3

BUDGET = 1_000_000  # steps of z3 for one question (about half a second)


def context() -> Any:
    """The one context of the process: many of them crashed a release of z3."""
    return z3.main_ctx()


def fresh(*constraints: Any, budget: int = BUDGET) -> Any:
    """A solver with these constraints, with fixed seeds and a budget in steps."""
    solver = z3.Solver(ctx=context())
    solver.set("rlimit", budget)
    solver.set("random_seed", 0)
    solver.add(*constraints)
    return solver


def quick(*constraints: Any, budget: int) -> Any:
    """The same without z3's choice of tactics, which costs more than a small question."""
    solver = z3.SimpleSolver(ctx=context())
    solver.set("rlimit", budget)
    solver.set("random_seed", 0)
    solver.add(*constraints)
    return solver


def verdict(solver: Any, *more: Any) -> str:
    """ "sat", "unsat" or "unknown"."""
    return str(solver.check(*more))


def version() -> str:
    return str(z3.get_version_string())
