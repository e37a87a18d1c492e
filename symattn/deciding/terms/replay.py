"""A certificate of a claim about terms, replayed: the kernel's part, without any search.

Facts about whole numbers are scripts that a fresh solver must find unsatisfiable; the normal form
is computed again and believes a fact only if its script is among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

from symattn.core.errors import Unreadable
from symattn.core.expression import FALSE, TRUE, ZERO, Expr, conjunction
from symattn.core.form import Parameter
from symattn.core.text import read, show
from symattn.core.verdict import Certificate, Obligation
from symattn.deciding.answer import Unsupported
from symattn.deciding.kernel import Rejected, solved
from symattn.deciding.smtlib import Script, Unwritable
from symattn.deciding.terms import polynomials
from symattn.deciding.terms.goal import Goal, Valid, judged, row_seen, same_rows
from symattn.deciding.terms.splits import HOLE, Context, Split
from symattn.deciding.terms.well_formed import knows
from symattn.deciding.terms.wholes import whole

RULE = "normal form"
Case = tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a search found: cases of the conditions, cuts of sums, and keys that rows see."""

    cases: tuple[Case, ...] = ((),)
    cuts: tuple[Expr, ...] = ()
    witnesses: tuple[tuple[Expr, ...], ...] = ()  # for each row of the goal

    @property
    def hints(self) -> tuple[str, ...]:
        """The plan as texts."""
        return tuple(
            [f"case {show(reduce(conjunction, case, TRUE))}" for case in self.cases]
            + [f"cut {show(cut)}" for cut in self.cuts]
            + [f"keys {'; '.join(map(show, keys))}" for keys in self.witnesses]
        )


def plan_of(hints: Iterable[str]) -> Plan:
    """The plan that texts state."""
    found: dict[str, list[str]] = {"case": [], "cut": [], "keys": []}
    for hint in hints:
        word, _, rest = hint.partition(" ")
        if word not in found:
            raise Rejected(f"{hint!r} is no hint")
        found[word].append(rest)
    try:
        cases = [() if text == "true" else (read(text, "condition"),) for text in found["case"]]
        cuts = [read(text, "condition") for text in found["cut"]]
        return Plan(tuple(cases), tuple(cuts), tuple(map(_keys, found["keys"])))
    except Unreadable as reason:
        raise Rejected(f"a hint that cannot be read: {reason}") from None


def _keys(text: str) -> tuple[Expr, ...]:
    return tuple(read(key, "number") for key in text.split("; ")) if text else ()


@dataclass(slots=True)
class Written:
    """Facts as scripts; `allowed` are the scripts that may be believed."""

    goal: Goal
    allowed: Mapping[str, frozenset[str]]  # what a fact says -> scripts that may be believed
    used: set[str] = field(default_factory=set)
    known: dict[tuple[Context, Expr], bool] = field(default_factory=dict)

    def valid(self, given: Context, statement: Expr) -> bool:
        if statement == TRUE or statement in given:
            return True
        if (given, statement) not in self.known:
            self.known[given, statement] = self._believed(given, statement)
        return self.known[given, statement]

    def _believed(self, given: Context, statement: Expr) -> bool:
        if show(statement) not in self.allowed:  # nothing of this name: no script to compare
            return False
        try:
            scripts = list(fact_scripts(self.goal, given, statement))
        except Unwritable:
            return False
        if not all(text in self.allowed.get(name, ()) for name, text in scripts):
            return False
        self.used.update(text for _, text in scripts)
        return True


def fact_scripts(goal: Goal, given: Context, statement: Expr) -> Iterator[tuple[str, str]]:
    """A name and a script for a fact, and for each denominator that occurs in it."""
    script = Script(goal.problem)
    text = script.write([*given, ~statement])
    yield show(statement), text
    plain = [c for c in goal.given if not Script(goal.problem).met(c)]
    for bottom in script.bottoms:
        yield f"{show(bottom)} > 0", Script(goal.problem).write([*plain, bottom <= ZERO])


def replayed(goals: Sequence[Goal], certificate: Certificate) -> None:
    """Accept a certificate that shows all goals; anything else is Rejected, with the reason."""
    if certificate.rule != RULE:
        raise Rejected(f"the rule {certificate.rule!r} is not one for this claim")
    for told in certificate.obligations:
        if told != obligation(told.name, told.script):
            raise Rejected(f"the reason of {told.name!r} is not that of a fact")
        answer = solved(told.script)
        if answer != "unsat":
            raise Rejected(f"the obligation {told.name!r} is {answer}, not unsat")
    every = certificate.obligations
    allowed = {o.name: frozenset(x.script for x in every if x.name == o.name) for o in every}
    used: set[str] = set()
    names = [goal.name for goal in goals]
    for goal, hints in zip(goals, sections(certificate.hints, names), strict=True):
        facts = Written(goal, allowed)
        try:
            shown = holds(goal, plan_of(hints), facts.valid)
        except (Unsupported, polynomials.Unsupported, Split) as reason:
            raise Rejected(f"the normal form stops: {reason}") from None
        except RecursionError:
            raise Rejected("the normal form stops: terms nested too deeply") from None
        if not shown:
            raise Rejected(f"{goal.name}: the normal forms differ, or a case is missing")
        used |= facts.used
    if used != {o.script for o in every}:
        raise Rejected("an obligation is not one of the proof")


def sections(hints: Sequence[str], names: Sequence[str]) -> list[list[str]]:
    """The hints of each goal: a hint `goal` begins the next one."""
    found: list[list[str]] = []
    told = [hint.partition(" ")[2] for hint in hints if hint.startswith("goal ")]
    if told != list(names):
        raise Rejected(f"a proof of {', '.join(told)}, where the claim needs {', '.join(names)}")
    for hint in hints:
        if hint.startswith("goal "):
            found.append([])
        elif not found:
            raise Rejected("a hint before the first goal")
        else:
            found[-1].append(hint)
    return found


def holds(goal: Goal, plan: Plan, valid: Valid) -> bool:
    """Whether the plan shows the goal: all cases covered, no row empty, each case judged."""
    if len(plan.witnesses) != len(goal.rows) or not _named(goal, plan):
        return False
    other = reduce(conjunction, (~reduce(conjunction, case, TRUE) for case in plan.cases), TRUE)
    if () not in plan.cases and not valid((*goal.given, other), FALSE):
        return False
    for (form, at), keys in zip(goal.rows, plan.witnesses, strict=True):
        seen = valid(goal.given, row_seen(goal, form, at, keys)) if keys else False
        if not seen and (keys or not same_rows(goal, (form, at), valid)):
            return False
    return all(judged(goal, case, plan.cuts, valid) for case in plan.cases)


def _named(goal: Goal, plan: Plan) -> bool:
    """Whether a plan speaks of open names that the goal knows, and of whole keys."""
    known = frozenset(u.name for u in goal.problem.unknowns)
    known |= {table.name for table in goal.problem.tables}
    keys = [key for keys in plan.witnesses for key in keys]
    cases = [condition for case in plan.cases for condition in case]
    declared = {u.name: Parameter(u.name, u.kind) for u in goal.problem.unknowns}
    return (
        knows(known | {HOLE.name}, plan.cuts)
        and knows(known, (*keys, *cases))
        and all(whole(key, declared | dict(goal.declared)) for key in keys)
    )


def obligation(name: str, script: str) -> Obligation:
    return Obligation(name, "a fact about whole numbers that the normal form uses", script)
