"""Whether the conditions of cases leave no gap: they compare the same two sides in every way."""

from __future__ import annotations

from collections.abc import Sequence

from symattn.reading.latex.tree import Node

OUTCOMES = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "=", "!=": "<>"}
SWAPPED = {"<": ">", ">": "<", "=": "="}


def complete(conditions: Sequence[Node]) -> bool:
    """Whether one of the conditions always holds, as far as their form shows."""
    if any(condition.op != "compare" for condition in conditions):
        return False
    left, right = conditions[0].parts
    seen: set[str] = set()
    for condition in conditions:
        outcomes = OUTCOMES[condition.name]
        if condition.parts == (left, right):
            seen |= set(outcomes)
        elif condition.parts == (right, left):
            seen |= {SWAPPED[o] for o in outcomes}
        else:
            return False
    return seen >= set("<=>")
