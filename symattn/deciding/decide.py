"""`decide`: a claim and its verdict, from two engines that share no code, a kernel and a replay.

This file is the table of verdicts. A wrong "proved" is the worst that we can do: a proof needs
engine A, a certificate that re-checks and an engine B that found nothing; engines that contradict
each other are said to be our bug, with a reproduction.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter

from symattn import __version__
from symattn.core.claim import Claim, Problem, problem
from symattn.core.errors import NotConcrete
from symattn.core.term_claim import TermClaim
from symattn.core.verdict import (
    Certificate,
    Counterexample,
    Decision,
    Proved,
    Refuted,
    Undecided,
    Verdict,
)
from symattn.deciding import kernel
from symattn.deciding.answer import Answer, No, Unsupported, Unsure, Yes
from symattn.deciding.lattice_search import answer_small, covers, tried
from symattn.deciding.pairs import answer_pairs
from symattn.deciding.reach import answer_reach
from symattn.deciding.replay import DoesNotReplay, replayed
from symattn.deciding.rows import answer_count, answer_nonempty, answer_row_count
from symattn.deciding.scope import assumptions, scope
from symattn.deciding.smtlib import Unwritable

OUR_BUG = "our bug: two engines contradict each other; please report this line"
SOLVER, SEARCH = "z3", "small cases"

Engine = Callable[[Problem], Answer]
ENGINES: Mapping[str, Engine] = {  # relation of a problem -> engine A
    "==": answer_pairs,
    "<=": answer_pairs,
    "nonempty": answer_nonempty,
    "row_count": answer_row_count,
    "count": answer_count,
    "reach": answer_reach,
}


def decide(claim: Claim | TermClaim) -> Decision:
    """The claim with its verdict.

    >>> from symattn.core.form_text import form
    >>> decide(Claim("no_future", (form(support="j <= i"),))).verdict.scope
    'all n >= 1'
    """
    if isinstance(claim, TermClaim):
        from symattn.deciding.term_verdicts import decide_term

        return decide_term(claim, versions())
    start = perf_counter()
    asked = problem(claim)
    by_solver = asked_of(ENGINES.get(asked.relation, _no_engine), asked)
    by_search = asked_of(answer_small, asked)
    verdict = combined(claim, asked, by_solver, by_search)
    said = (f"{SOLVER}: {_said(by_solver)}", f"{SEARCH}: {_said(by_search)}")
    return Decision(claim, verdict, said, versions(), 1000 * (perf_counter() - start))


def _no_engine(asked: Problem) -> Answer:
    return Unsure(f"not supported yet: a claim about {asked.relation} for all sizes")


def asked_of(engine: Engine, asked: Problem) -> Answer:
    """The answer of an engine; what it has no words for is no answer."""
    try:
        return engine(asked)
    except (Unsupported, NotConcrete) as reason:
        return Unsure(f"not supported yet: {reason}")


def versions() -> tuple[tuple[str, str], ...]:
    from symattn.deciding.solver import version

    return (
        ("symattn", __version__),
        ("z3", version()),
        ("python", platform.python_version()),
    )


def _said(answer: Answer) -> str:
    if isinstance(answer, Yes):
        return f"yes, {answer.known}" if answer.known else "yes"
    if isinstance(answer, No):
        return "no at " + ", ".join(f"{name} = {n}" for name, n in answer.point.values.items())
    return answer.reason


@dataclass(frozen=True, slots=True)
class Seen:
    """An engine's answer of no, after the replay; `failure` if it did not replay."""

    answer: No
    case: Counterexample | None
    failure: str = ""


def combined(claim: Claim, asked: Problem, by_solver: Answer, by_search: Answer) -> Verdict:
    """The verdict that two answers make."""
    noes = [_seen(asked, answer) for answer in (by_solver, by_search) if isinstance(answer, No)]
    for no in noes:
        if no.case is None:
            return _conflict(claim, by_solver, by_search, no.failure)
    if reason := _contradiction(asked, by_solver, by_search):
        return _conflict(claim, by_solver, by_search, reason)
    if noes:
        return Refuted(_first(asked, noes))
    if isinstance(by_solver, Yes):
        return _proved(claim, asked, by_solver, by_search)
    if isinstance(by_search, Yes) and covers(asked):
        tried_all = f"every case was tried: {by_search.known}"
        return Proved(scope(claim, asked), None, (*assumptions(asked), tried_all))
    known = f"holds for {by_search.known}" if isinstance(by_search, Yes) else ""
    return Undecided(by_solver.reason if isinstance(by_solver, Unsure) else "", known)


def _contradiction(asked: Problem, by_solver: Answer, by_search: Answer) -> str:
    """How two answers contradict each other, if they do."""
    if isinstance(by_solver, Yes) and isinstance(by_search, No):
        return "the proof is contradicted by a case that replays"
    if isinstance(by_solver, No) and isinstance(by_search, Yes) and tried(asked, by_solver.point):
        return "a case that replays is among those that the search passed"
    if isinstance(by_solver, Unsure) and by_solver.vacuous and not isinstance(by_search, Unsure):
        return "conditions that contradict each other are satisfied by a small case"
    return ""


def _seen(asked: Problem, answer: No) -> Seen:
    note = "" if answer.smallest else "the smallest that was found"
    try:
        return Seen(answer, replayed(asked, answer, note))
    except DoesNotReplay as failure:
        return Seen(answer, None, f"a counterexample does not replay: {failure}")


def _first(asked: Problem, noes: list[Seen]) -> Counterexample:
    """The smallest of the counterexamples, in the order of the unknowns."""

    def size(no: Seen) -> list[tuple[object, ...]]:
        values = no.answer.point.values
        return [(abs(values[u.name]), values[u.name] < 0) for u in asked.unknowns]

    case = min(noes, key=size).case
    assert case is not None
    return case


def _conflict(claim: Claim, by_solver: Answer, by_search: Answer, reason: str) -> Undecided:
    said = f"{SOLVER} says {_said(by_solver)}; {SEARCH} say {_said(by_search)}"
    quoted = claim.text.replace('"', "'")
    return Undecided(f"{OUR_BUG} ({reason})", said, f'symattn prove "{quoted}"')


def _proved(claim: Claim, asked: Problem, by_solver: Yes, by_search: Answer) -> Verdict:
    """A proof, if its certificate re-checks."""
    known = f"holds for {by_search.known}" if isinstance(by_search, Yes) else ""
    rule = kernel.RULES[asked.relation][0]
    try:
        found = kernel.obligations(asked, by_solver.hints)
        certificate = Certificate(rule, by_solver.hints, found)
        kernel.recheck(asked, certificate)
    except (kernel.Rejected, Unwritable) as reason:
        return Undecided(f"gave up: the proof does not re-check: {reason}", known)
    return Proved(scope(claim, asked), certificate, assumptions(asked))
