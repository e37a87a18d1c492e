"""`with_fault`: a refuted claim with its fault in words, by the smallest edit that is proved."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

from symattn.core.claim import Claim
from symattn.core.term_claim import TermClaim
from symattn.core.verdict import Decision, Refuted, Verdict
from symattn.deciding.decide import decide
from symattn.deciding.repair.searching import repaired


def with_fault(decision: Decision) -> Decision:
    """The decision, with a named fault and a proved repair where a small edit is one.

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
    named = replace(found, fault=repaired(decision.claim, _asked))
    return replace(decision, verdict=named, ms=decision.ms + 1000 * (perf_counter() - start))


def _asked(claim: Claim | TermClaim) -> Verdict:
    return decide(claim).verdict
