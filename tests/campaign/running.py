"""Claims with a known truth, decided one by one: what came out, and whether it is right."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from random import Random
from time import perf_counter
from typing import Any

import tests.campaign.rewrites
from symattn.core.claim import Claim
from symattn.core.errors import SymattnError
from symattn.core.verdict import Proved, Refuted, Undecided
from symattn.reading.claim_text import read_claim
from tests.campaign.case import FAMILIES, Case
from tests.campaign.mutations import mutated
from tests.campaign.oracle import broken_terms, evaluated
from tests.campaign.special import SPECIAL
from tests.campaign.whole_oracle import broken_support

assert tests.campaign.rewrites, "imported for the families"
DRAWS = 4  # worlds of the oracle for each claim
TRIALS = 4  # mutants, until one is false for certain


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one case: "right", "wrong", "undecided", or why it was not asked."""

    family: str
    rule: str
    text: str
    true: bool | None
    seed: str
    outcome: str
    verdict: str = ""
    reason: str = ""
    ms: float = 0.0

    @property
    def record(self) -> dict[str, Any]:
        return asdict(self)


def cases(count: int, seed: int) -> list[tuple[str, str, bool]]:
    """(family, seed, true or mutated) of a campaign; the special cases come on top."""
    names = sorted(FAMILIES)
    return [(names[n % len(names)], f"{seed}:{n}", n // len(names) % 2 == 0) for n in range(count)]


def made(family: str, seed: str, true: bool) -> Case:
    """The case of a family with this seed."""
    rng = Random(f"{family}:{seed}:{true}")
    text, rule = rng.choice(FAMILIES[family])(rng)
    if true:
        return Case(family, rule, text, True, seed)
    names = [rule]
    for _ in range(rng.choice([1, 1, 1, 2])):
        text, name = mutated(text, rng)
        names.append(name)
    return Case(family, " / ".join(names[1:]), text, False, seed)


def witness(claim: Any) -> dict[str, Any] | None:
    """A case in which the claim is false for certain, by the oracle."""
    if isinstance(claim, Claim):
        return broken_support(claim)
    return broken_terms(claim, times=DRAWS)


def run(case: Case, known: bool = False) -> Result:
    """Decide a case whose truth the oracle confirms; `known`: the truth is taken as it stands."""
    from symattn.deciding.decide import decide

    def ended(outcome: str, **more: Any) -> Result:
        return Result(case.family, case.rule, case.text, case.true, case.seed, outcome, **more)

    try:
        claim = read_claim(case.text)
    except SymattnError as error:
        return ended("unreadable", reason=str(error)[:200])
    try:
        false_at = witness(claim)
        if case.true and false_at is not None:
            return ended("generator bug", reason=str({k: str(v)[:30] for k, v in false_at.items()}))
        if not known and not case.true and false_at is None:
            return ended("unknown truth")
        if case.true and not isinstance(claim, Claim) and not evaluated(claim, times=DRAWS):
            return ended("not evaluated")
    except (ArithmeticError, LookupError, TypeError, SymattnError, MemoryError) as error:
        return ended("oracle fails", reason=repr(error)[:200])
    start = perf_counter()
    try:
        verdict = decide(claim).verdict  # type: ignore[arg-type]
    except SymattnError as error:
        return ended("refused", reason=repr(error)[:200], ms=1000 * (perf_counter() - start))
    except Exception as error:
        return ended("crash", reason=repr(error)[:300], ms=1000 * (perf_counter() - start))
    ms = 1000 * (perf_counter() - start)
    return ended(
        judged(case.true, verdict), verdict=type(verdict).__name__, reason=said(verdict), ms=ms
    )


def judged(true: bool, verdict: Any) -> str:
    """Whether a verdict fits the truth: anything but the right word or "undecided" is wrong.

    >>> judged(False, Proved("all n >= 1", None))
    'wrong'
    """
    if isinstance(verdict, Undecided):
        return "contradiction" if verdict.reason.startswith("our bug") else "undecided"
    if isinstance(verdict, Proved if true else Refuted):
        return "right"
    if isinstance(verdict, Proved) and not verdict.scope.startswith("all"):
        return "at a size"
    return "wrong"


def said(verdict: Any) -> str:
    if isinstance(verdict, Proved):
        return verdict.scope
    if isinstance(verdict, Refuted):
        values = verdict.counterexample.values
        return ", ".join(f"{name} = {number}" for name, number in values)
    return str(getattr(verdict, "reason", verdict))


def run_one(task: tuple[str, str, bool]) -> list[Result]:
    """The result of a random case; before it those of mutants of which nobody knows the truth."""
    family, seed, true = task
    found: list[Result] = []
    for trial in range(1 if true else TRIALS):
        found.append(run(made(family, f"{seed}.{trial}", true)))
        if found[-1].outcome not in ("unknown truth", "unreadable"):
            break
    return found


def run_special() -> list[Result]:
    return [run(case, known=True) for case in SPECIAL]
