"""`answer_trials`: a claim about numbers is tried at small sizes, in fields or at rational points.

It says no with a point at which the sides are proved different, or says what was looked at; it
never proves anything about all n. Engine A is unknown here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from symattn.core.errors import NotConcrete, Usage
from symattn.core.expression import equal
from symattn.core.term_claim import TermClaim
from symattn.deciding.answer import Answer, No, Point, Unsure, Yes
from symattn.deciding.trials.lattice import Sizes, choices, cost, lengths, worlds
from symattn.deciding.trials.plan import Plan, plan
from symattn.deciding.trials.residues import likenesses
from symattn.deciding.trials.sampling import first_case
from symattn.deciding.trials.search import Search
from symattn.deciding.trials.smallest import hinted, smallest
from symattn.deciding.trials.world import Unequal

BUDGETS = ((6_000, 20_000), (2_500, 2_500))  # steps; in a second pair of fields less is tried


DEAR = ((60_000, 600_000), (20_000, 200_000))  # where no case is seen within that


def answer_trials(claim: TermClaim, hints: Mapping[str, int] | None = None) -> Answer:
    """No at a case in which the claim fails, or Yes to what was tried.

    >>> from symattn.core.expression import lift
    >>> from symattn.core.form import Parameter
    >>> parameters = (Parameter("a", "real"),)
    >>> answer_trials(TermClaim(lift("exp(a)"), "==", lift("1 + a"), parameters=parameters)).point
    Point(values={'a': 1}, entries={})
    """
    try:
        return _tried(plan(claim), hints or {})
    except Unequal:  # as for x of width d against v of width d_v
        return _tried(plan(claim, (equal("d", "d_v"),)), hints or {})
    except (NotConcrete, Usage) as reason:
        return Unsure(f"cannot evaluate: {reason}")


def _tried(ready: Plan, hints: Mapping[str, int]) -> Answer:
    if ready.relation == "==" and not ready.premises:
        return _compared(ready, hints)
    return _sampled(ready, hints)


def _compared(ready: Plan, hints: Mapping[str, int]) -> Answer:
    """Two sides as functions, in two pairs of fields."""
    seen = Seen()
    for budgets in (BUDGETS, DEAR):
        for number, (budget, most) in enumerate(budgets):
            for sizes in worlds(ready, budget, most):
                if _differs(ready, sizes, number, seen):
                    return _refuted(ready, hints, sizes)
                if seen.refused >= MOST_REFUSED and not seen.cases:
                    return Unsure(seen.refusal)
        if seen.cases:
            break
    if hints:
        found = hinted(Search(ready), hints)
        if found is not None:
            return No(found.point, smallest=found.smallest)
    if not seen.cases:
        return Unsure(seen.refusal or _nothing(ready))
    return Yes(known=seen.known(ready))


def _nothing(ready: Plan) -> str:
    """Why nothing was looked at."""
    first = next((c for x in lengths(ready) for c in choices(ready, x, small=True)), None)
    if first is not None and cost(ready, first) > DEAR[0][1]:
        return "gave up: trials at the smallest sizes take more steps than the budget"
    return "no small case satisfies the conditions"


def _refuted(ready: Plan, hints: Mapping[str, int], sizes: Sizes) -> Answer:
    found = smallest(Search(ready), sizes) or (hinted(Search(ready), hints) if hints else None)
    if found is None:
        at = ", ".join(f"{name} = {value}" for name, value in sizes.items())
        reason = f"gave up: the sides differ at {at}, but no numbers that show it were found"
        return Unsure(reason, differs=True)
    return No(found.point, smallest=found.smallest)


MOST_REFUSED = 4  # sizes that cannot be evaluated, one after the other


@dataclass(slots=True)
class Seen:
    """What was looked at."""

    cases: int = 0
    longest: int = 0
    opened: int = 0
    refusal: str = ""
    refused: int = 0

    def known(self, ready: Plan) -> str:
        lengths = " and ".join(ready.lengths)
        sizes = f"{lengths} <= {self.longest}, " if lengths else ""
        found = f"{sizes}{self.cases} cases in 2 pairs of fields"
        if self.opened:
            found += f", {self.opened} of them at rational points only"
        return f"{found}, no bound proved"


def _differs(ready: Plan, sizes: Sizes, number: int, seen: Seen) -> bool:
    """Whether the sides differ at these sizes, for certain or at a rational point."""
    try:
        for place, likeness in likenesses(ready, sizes, number):
            if likeness == "different":
                return True
            seen.cases += 1
            if likeness == "open":
                seen.opened += 1
                if Search(ready).generic(sizes, place) is not None:
                    return True
    except Unequal:
        raise
    except (NotConcrete, Usage) as reason:
        seen.refusal, seen.refused = f"cannot evaluate: {reason}", seen.refused + 1
        return _differs_in_reals(ready, sizes, seen)
    seen.longest = max([seen.longest, *(int(sizes[name]) for name in ready.lengths)])
    return False


def _differs_in_reals(ready: Plan, sizes: Sizes, seen: Seen) -> bool:
    """The same at a rational point, where fields have no words."""
    search = Search(ready)
    found = list(search.tried(sizes))
    if any(found):
        return True
    seen.cases += len(found)
    seen.opened += len(found)
    if found:
        seen.longest = max([seen.longest, *(int(sizes[name]) for name in ready.lengths)])
    return False


def _sampled(ready: Plan, hints: Mapping[str, int]) -> Answer:
    """Cases at rational points, for claims with premises or an order."""
    search = Search(ready)
    found = first_case(search) or (hinted(search, hints) if hints else None)
    if found is not None:
        return No(found.point, smallest=found.smallest)
    if not search.cases:
        return Unsure(search.refusal or _nothing(ready))
    return Yes(known=f"no counterexample among {search.cases} cases at rational points")


def counterexample(claim: TermClaim, hints: Mapping[str, int] | None = None) -> Point | None:
    """The first point at which a claim surely fails, or None."""
    answer = answer_trials(claim, hints)
    return answer.point if isinstance(answer, No) else None
