"""A claim that is surely false: a case against it, without the question whether it could be proved.

Of the two engines only the trials are asked, and the case is replayed by the evaluator that no
engine shares. That is all that a refutation needs; it is several times faster than `decide`.
"""

from __future__ import annotations

from time import perf_counter

from symattn.core.errors import NotConcrete
from symattn.core.term_claim import TermClaim
from symattn.core.verdict import Decision, Refuted
from symattn.deciding.answer import Answer, No, Unsupported
from symattn.deciding.decide import versions
from symattn.deciding.relabelling import relabellings
from symattn.deciding.replay import DoesNotReplay
from symattn.deciding.trials.answering import answer_trials
from symattn.deciding.trials.replaying import replayed_term


def refute(claim: TermClaim) -> Decision | None:
    """The refutation of a claim; None where `decide` has to look at it.

    >>> from symattn.core.expression import lift
    >>> from symattn.core.form import Parameter
    >>> claim = TermClaim(lift("a"), "==", lift("a + a"), parameters=(Parameter("a", "real"),))
    >>> refute(claim).verdict.counterexample.values
    (('a', 1),)
    """
    start = perf_counter()
    found = _trials(claim)
    if not isinstance(found, No) or not all(
        isinstance(_trials(other), No) for _, other in relabellings(claim)
    ):
        return None  # perhaps true as it stands, or after a permutation
    try:
        note = "" if found.smallest else "the smallest that was found"
        case = replayed_term(claim, found.point, note)
    except DoesNotReplay:
        return None
    at = ", ".join(f"{name} = {n}" for name, n in found.point.values.items())
    said = ("normal form: not asked", f"field: no at {at}")
    return Decision(claim, Refuted(case), said, versions(), 1000 * (perf_counter() - start))


def _trials(claim: TermClaim) -> Answer | None:
    try:
        return answer_trials(claim)
    except (Unsupported, NotConcrete):
        return None
