"""`with_fault`: a refuted claim with its fault in words, by the smallest edit that is proved."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

from symattn.core.claim import Claim
from symattn.core.term_claim import TermClaim
from symattn.core.verdict import Decision, Refuted, Verdict
from symattn.deciding.decide import decide
from symattn.deciding.repair.searching import repaired


def with_fault(decision: Decision, reference: str = "left") -> Decision:
    """The decision, with a named fault and a proved repair where a small edit is one.

    `reference` is the side that is right: "left" or "right"; the other one is edited.

    >>> from symattn.core.claim import Claim
    >>> from symattn.core.form_text import form
    >>> causal, strict = form(support="j <= i"), form(support="j < i")
    >>> found = with_fault(decide(Claim("equal", (causal, strict)))).verdict
    >>> found.fault.family, found.fault.fix
    ('mask', 'support: j <= i')
    """
    found = decision.verdict
    if not isinstance(found, Refuted):
        return decision
    start = perf_counter()
    stated = decision.claim if reference == "left" else _turned(decision.claim)
    named = replace(found, fault=None if stated is None else repaired(stated, _asked))
    return replace(decision, verdict=named, ms=decision.ms + 1000 * (perf_counter() - start))


def _turned(claim: Claim | TermClaim) -> Claim | TermClaim | None:
    """An equality the other way round; None for what is none."""
    if isinstance(claim, TermClaim):
        turned = replace(claim, left=claim.right, right=claim.left)
        return turned if claim.relation == "==" else None
    return replace(claim, forms=claim.forms[::-1]) if claim.question == "equal" else None


def _asked(claim: Claim | TermClaim) -> Verdict:
    return decide(claim).verdict
