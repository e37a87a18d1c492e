"""Claims about terms: what the normal form and the trials say, and the verdict that they make.

A proof needs a certificate that re-checks and trials that found nothing; a refutation needs a case
that replays. Engines that contradict each other are said to be our bug.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from time import perf_counter

from symattn.core.claim import Claim, problem
from symattn.core.errors import NotConcrete, SymattnError
from symattn.core.term_claim import TermClaim, form_of
from symattn.core.verdict import (
    Certificate,
    Decision,
    Proved,
    Refuted,
    Relabelled,
    Undecided,
    Verdict,
)
from symattn.deciding.answer import Answer, No, Unsupported, Unsure, Yes
from symattn.deciding.derivatives import derivative
from symattn.deciding.field_proof import size_proof
from symattn.deciding.field_statement import pinned
from symattn.deciding.kernel import Rejected
from symattn.deciding.pairs import answer_pairs
from symattn.deciding.relabelling import relabellings
from symattn.deciding.replay import DoesNotReplay
from symattn.deciding.terms.domain import assumptions, scope
from symattn.deciding.terms.goal import goals
from symattn.deciding.terms.proving import proof
from symattn.deciding.terms.replay import replayed
from symattn.deciding.trials.answering import answer_trials
from symattn.deciding.trials.replaying import replayed_term

NORMAL, TRIALS = "normal form", "field"
DIFFER = "the sides differ at"  # said by trials that know a difference and found no numbers for it
OUR_BUG = "our bug: two engines contradict each other; please report this line"


@dataclass(frozen=True, slots=True)
class Answers:
    """What both engines say."""

    proof: Answer
    certificate: Certificate | None
    trials: Answer

    @property
    def said(self) -> tuple[str, str]:
        return f"{NORMAL}: {_said(self.proof)}", f"{TRIALS}: {_said(self.trials)}"


def decide_term(claim: TermClaim, versions: tuple[tuple[str, str], ...]) -> Decision:
    """The claim with its verdict.

    >>> from symattn.core.expression import ONE, I
    >>> from symattn.core.form_text import form
    >>> from symattn.core.term_claim import quantity
    >>> claim = TermClaim(quantity("row_sum", 0, I), "==", ONE, (form(support="j <= i"),), (), (),
    ...                   (("i", "query"),))
    >>> decide_term(claim, ()).verdict.scope
    'all n >= 1, d >= 1'
    """
    start = perf_counter()
    answers = answered(claim)
    verdict, said = verdict_of(claim, answers), answers.said
    if isinstance(verdict, Undecided) and _abstains(answers):
        verdict, said = _at_a_size(claim, verdict, said)
    if isinstance(verdict, (Refuted, Undecided)):
        verdict = _relabelled(claim) or verdict
    return Decision(claim, verdict, said, versions, 1000 * (perf_counter() - start))


def _abstains(answers: Answers) -> bool:
    """Whether nobody said no, and no condition is known to be impossible."""
    shown, tried = answers.proof, answers.trials
    differs = isinstance(tried, Unsure) and DIFFER in tried.reason
    return isinstance(shown, Unsure) and not (shown.vacuous or isinstance(tried, No) or differs)


def _at_a_size(
    claim: TermClaim, verdict: Undecided, said: tuple[str, str]
) -> tuple[Verdict, tuple[str, str]]:
    """The proof at the sizes that the claim states, or why there is none."""
    found = size_proof(claim)
    if isinstance(found, str):
        known = "; ".join(told for told in (verdict.known, found) if told)
        return (replace(verdict, known=known) if pinned(claim) else verdict), said
    proved = Proved(found.scope, found.certificate, found.assumptions, found.error_bound)
    return proved, (said[0], f"{TRIALS}: {found.said}")


def answered(claim: TermClaim) -> Answers:
    """Both engines, one after the other."""
    shown, certificate = proof(claim)
    hints: Mapping[str, int] = {}
    if isinstance(shown, Unsure):
        hints = _different_supports(claim) or shown.where
    try:
        trials = answer_trials(claim, hints)
    except (Unsupported, NotConcrete) as reason:
        trials = Unsure(f"not supported yet: {reason}")
    return Answers(shown, certificate, trials)


def _different_supports(claim: TermClaim) -> dict[str, int]:
    """The smallest sizes at which the supports of both sides differ, if that is what they do."""
    left, right = claim.left, claim.right
    if not (left.op == right.op == "of"):
        return {}
    forms = (form_of(claim, left), form_of(claim, right))
    try:
        answer = answer_pairs(problem(Claim("equal", forms, None, claim.where, claim.text)))
    except SymattnError:
        return {}
    values = answer.point.values if isinstance(answer, No) else {}
    return {name: int(n) for name, n in values.items() if isinstance(n, int)}


def verdict_of(claim: TermClaim, answers: Answers) -> Verdict:
    """The verdict that two answers make."""
    for no in (answers.trials, answers.proof):
        if not isinstance(no, No):
            continue
        try:
            case = replayed_term(claim, no.point, _note(claim, no))
        except DoesNotReplay as failure:
            return _conflict(claim, answers, f"a counterexample does not replay: {failure}")
        if isinstance(answers.proof, Yes):
            return _conflict(claim, answers, "the proof is contradicted by a case that replays")
        if isinstance(answers.proof, Unsure) and answers.proof.vacuous:
            return _conflict(claim, answers, "impossible conditions are met by a small case")
        return Refuted(case)
    known = answers.trials.known if isinstance(answers.trials, Yes) else ""
    if isinstance(answers.proof, Unsure):
        vacuous = answers.proof.vacuous and bool(known)
        if vacuous and isinstance(answers.trials, Yes) and " cases" in known:
            known = ""
        return Undecided(answers.proof.reason, _known(known))
    if isinstance(answers.trials, Unsure) and answers.trials.differs:
        return _conflict(claim, answers, "the proof is contradicted by residues that differ")
    assert answers.certificate is not None
    try:
        replayed(goals(claim), answers.certificate)
    except Rejected as reason:
        return Undecided(f"gave up: the proof does not re-check: {reason}", known)
    return Proved(scope(claim), answers.certificate, assumptions(claim))


def _known(known: str) -> str:
    """What is known of a claim that is not decided."""
    return known if not known or known.startswith("no ") else f"equal for {known}"


def _note(claim: TermClaim, answer: No) -> str:
    """What is said beside a counterexample."""
    notes = ["" if answer.smallest else "the smallest that was found", derivative(claim)]
    return "; ".join(note for note in notes if note)


def _conflict(claim: TermClaim, answers: Answers, reason: str) -> Undecided:
    quoted = claim.text.replace('"', "'")
    return Undecided(f"{OUR_BUG} ({reason})", "; ".join(answers.said), f'symattn prove "{quoted}"')


def _relabelled(claim: TermClaim) -> Relabelled | None:
    """A permutation after which the claim is proved, and the trials find nothing."""
    for permutation, other in relabellings(claim):
        answers = answered(other)
        if isinstance(verdict_of(other, answers), Proved):
            return Relabelled(permutation)
    return None


def _said(answer: Answer) -> str:
    if isinstance(answer, Yes):
        return f"yes, {answer.known}" if answer.known else "yes"
    if isinstance(answer, No):
        return "no at " + ", ".join(f"{name} = {n}" for name, n in answer.point.values.items())
    return answer.reason
