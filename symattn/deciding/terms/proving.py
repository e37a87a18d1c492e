"""Engine A on claims about terms: the search for a proof by normal forms.

It asks z3 for the facts that the normal form wants, splits into cases where it asks for one, and
cuts sums where two of them overlap. What it finds is a plan; `replay` believes none of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import z3

from symattn.core.errors import NotConcrete, SymattnError
from symattn.core.expression import TRUE, Expr, equal, free_names, substitute, symbol
from symattn.core.interpret import Environment
from symattn.core.interpret import holds as holds_at
from symattn.core.term_claim import TermClaim
from symattn.core.verdict import Certificate
from symattn.deciding import smtlib
from symattn.deciding.answer import Answer, Unsupported, Unsure, Yes
from symattn.deciding.solver import context, quick, verdict
from symattn.deciding.terms import polynomials
from symattn.deciding.terms.goal import Goal, differences, goals, judged, row_seen, same_rows
from symattn.deciding.terms.models import refuting, sizes
from symattn.deciding.terms.normal_form import Normal
from symattn.deciding.terms.replay import RULE, Plan, fact_scripts, holds, obligation, plan_of
from symattn.deciding.terms.splits import HOLE, Context, Split
from symattn.deciding.terms.sums import conjuncts
from symattn.deciding.terms.wholes import simple
from symattn.deciding.translation import Translation, translation

MOST_CASES, MOST_CUTS, DEEPEST = 24, 6, 8
BUDGET = 200_000  # steps of z3 for one fact
MOST_FACTS, MOST_UNKNOWN = 600, 12  # asked about one goal, and without an answer
MOST_MODELS = 40  # that are kept


class OutOfBudget(SymattnError):
    """Too much was asked about whole numbers."""


@dataclass(slots=True)
class Asked:
    """Facts by z3, each asked once; `scripts` are those that were used, when they are recorded."""

    goal: Goal
    names: Translation
    known: dict[tuple[Context, Expr], bool] = field(default_factory=dict)
    scripts: dict[str, str] | None = None  # script -> name
    models: list[Environment] = field(default_factory=list)  # numbers that refuted a fact
    unknown: int = 0  # questions on which z3 gave up

    @property
    def allowed(self) -> frozenset[str]:
        return frozenset(self.scripts or ())

    def valid(self, given: Context, statement: Expr) -> bool:
        """Whether a statement about whole numbers follows."""
        if statement == TRUE or statement in given:
            return True
        if (given, statement) not in self.known:
            if len(self.known) >= MOST_FACTS or self.unknown >= MOST_UNKNOWN:
                raise OutOfBudget("the facts about whole numbers are too many or too hard")
            self.known[given, statement] = self._decided(given, statement)
        found = self.known[given, statement]
        if found and self.scripts is not None:
            try:
                for name, script in fact_scripts(self.goal, given, statement):
                    self.scripts.setdefault(script, name)
            except smtlib.Unwritable:
                return False
        return found

    def _decided(self, given: Context, statement: Expr) -> bool:
        try:
            doubt = self.names.condition(~statement)
            told = [self.names.condition(c) for c in given]
        except (Unsupported, NotConcrete):
            return False
        if any(self._shows(model, given, statement) for model in self.models):
            return False
        demands = [bottom for _, bottom in self.names.denominators]
        if demands and not self._positive(demands):
            return False
        solver = quick(*told, *self.names.definitions, doubt, budget=BUDGET)
        answer = verdict(solver)
        if answer == "sat":
            self.models = [*self.models[-MOST_MODELS:], self._model(solver.model())]
        self.unknown += answer == "unknown"
        return answer == "unsat"

    def _model(self, found: Any) -> Environment:
        """The numbers of a solution."""
        values = {}
        for name, term in self.names.symbols.items():
            if z3.is_int(term):
                values[name] = found.eval(term, model_completion=True).as_long()
        readers = {
            name: _reader(found, table)
            for name, table in self.names.tables.items()
            if table.range() == z3.IntSort(context())
        }
        return Environment(values, readers)

    def _shows(self, model: Environment, given: Context, statement: Expr) -> bool:
        """Whether numbers seen before show that a statement does not follow."""
        try:
            return not holds_at(statement, model) and all(holds_at(c, model) for c in given)
        except NotConcrete:
            return False

    def _positive(self, demands: list[Any]) -> bool:
        """Whether every denominator that occurred is positive."""
        told = [self.names.condition(c) for c in self.goal.given]
        bad = z3.Or(*(bottom <= 0 for bottom in demands))
        return verdict(quick(*told, *self.names.definitions, bad, budget=BUDGET)) == "unsat"


def _reader(found: Any, table: Any) -> Any:
    """The entries of a table of whole numbers in a solution."""
    return lambda *index: found.eval(table(*index), model_completion=True).as_long()


def asked(claim_goal: Goal) -> Asked:
    """An oracle for the facts of a goal."""
    names = translation(claim_goal.problem)
    for at in range(1, DEEPEST + 1):
        names.symbols[f"_{at}"] = z3.Int(f"_{at}", context())
    return Asked(claim_goal, names)


def proof(claim: TermClaim) -> tuple[Answer, Certificate | None]:
    """Yes with a certificate, or why there is none."""
    hints: list[str] = []
    scripts: dict[str, str] = {}
    try:
        for stated in goals(claim):
            found = _shown(stated, scripts)
            if isinstance(found, Unsure):
                lemma = "" if stated.name == "claim" else f" (lemma: {stated.name})"
                if lemma:
                    return Unsure(found.reason + lemma, found.vacuous), None
                return refuting(stated) or found, None
            hints += [f"goal {stated.name}", *found.hints]
    except (Unsupported, polynomials.Unsupported) as reason:
        return Unsure(f"not supported yet: {reason}"), None
    except OutOfBudget as reason:
        return Unsure(f"gave up: normal form: {reason}"), None
    except RecursionError:
        return Unsure("gave up: terms nested too deeply"), None
    facts = tuple(obligation(name, script) for script, name in scripts.items())
    return Yes(tuple(hints)), Certificate(RULE, tuple(hints), facts)


def _shown(stated: Goal, scripts: dict[str, str]) -> Plan | Unsure:
    """A plan that holds; the scripts of its facts are added to `scripts`."""
    facts = asked(stated)
    plan = _plan(stated, facts)
    if isinstance(plan, Unsure):
        return plan
    plan = plan_of(plan.hints)  # as the kernel will read it
    facts.scripts = scripts
    if not holds(stated, plan, facts.valid):
        return Unsure("gave up: the plan of the proof does not hold when it is read back")
    return plan


def _plan(stated: Goal, facts: Asked) -> Plan | Unsure:
    """The cases, cuts and witnesses of a proof."""
    if facts.valid((*stated.given, *filter(simple, stated.premises)), ~TRUE):
        return Unsure("vacuous: nothing satisfies the conditions", vacuous=True)
    witnesses = []
    for form, at in stated.rows:
        keys = _witness(stated, facts, form, at)
        if keys is None:
            if not same_rows(stated, (form, at), facts.valid):
                return Unsure(f"not supported yet: a row of {form.name or 'the form'} may be empty")
            keys = ()
        witnesses.append(keys)
    cuts: tuple[Expr, ...] = ()
    while True:
        cases = _cases(stated, facts, cuts)
        if isinstance(cases, list):
            return Plan(tuple(cases), cuts, tuple(witnesses))
        more = _overlaps(cases, cuts) if len(cuts) < MOST_CUTS else ()
        if not more and not cuts and stated.relation != "==":
            more = tuple(equal(HOLE, symbol(name)) for name in stated.places[:MOST_CUTS])
        if not more:
            where = sizes(stated, cases.case)
            return Unsure("the normal forms of both sides are different", where=where)
        cuts = (*cuts, *more)


def _witness(stated: Goal, facts: Asked, form: Any, at: Expr) -> tuple[Expr, ...] | None:
    for tried in (at, *stated.witnesses):
        if facts.valid(stated.given, row_seen(stated, form, at, (tried,))):
            return (tried,)
    every = (at, *stated.witnesses)
    return every if facts.valid(stated.given, row_seen(stated, form, at, every)) else None


@dataclass(frozen=True, slots=True)
class Different:
    """A case in which the normal forms differ, and what is left of them."""

    case: tuple[Expr, ...]
    rest: tuple[Any, ...]


def _cases(
    stated: Goal, facts: Asked, cuts: tuple[Expr, ...]
) -> list[tuple[Expr, ...]] | Different:
    """Cases in each of which the goal follows, or one in which it does not."""
    waiting: list[tuple[Expr, ...]] = [()]
    done: list[tuple[Expr, ...]] = []
    while waiting:
        case = waiting.pop(0)
        try:
            if not judged(stated, case, cuts, facts.valid):
                return Different(case, _rest(stated, case, cuts, facts))
            done.append(case)
        except Split as ask:
            if any(name[0] == "_" for name in free_names(ask.condition)):
                raise Unsupported("a condition on a bound name outside its sum") from None
            if len(done) + len(waiting) > MOST_CASES:
                raise Unsupported(f"over {MOST_CASES} cases") from None
            waiting += [(*case, ask.condition), (*case, ~ask.condition)]
    return done


def _rest(
    stated: Goal, case: tuple[Expr, ...], cuts: tuple[Expr, ...], facts: Asked
) -> tuple[Any, ...]:
    """The sums that stand in the difference of both sides."""
    given = (*stated.given, *case)
    normal = Normal(facts.valid, stated.declared, cuts, given, stated.witnesses,
                    keys=stated.problem.keys, queries=stated.problem.queries,
                    first=stated.problem.first)  # fmt: skip
    found: dict[Any, None] = {}
    words = differences(stated, normal, given)
    for poly in words:
        for mono in poly:
            _sums(mono, found)
    for word in _words(stated, normal, given):
        _sums(word, found)
    return tuple(sorted(found, key=polynomials.order))


def _words(stated: Goal, normal: Normal, given: Context) -> list[Any]:
    from symattn.core.expression import kind

    sides = [side for side in (stated.left, stated.right) if kind(side) == "vector"]
    return [word for side in sides for word in normal.vector(side, given)]


def _sums(thing: Any, found: dict[Any, None]) -> None:
    """Every sum that stands in a monomial, an atom or a word."""
    if isinstance(thing, (tuple, frozenset)):
        if isinstance(thing, tuple) and thing and thing[0] in ("sum", "full"):
            found[thing] = None
        for part in thing:
            _sums(part, found)


def _overlaps(different: Different, cuts: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """Conditions in which two sums of the same terms differ, as cuts."""
    found: dict[Expr, None] = {}
    for one, two in combinations(different.rest, 2):
        if one[3:] != two[3:] or one[1] != two[1]:
            continue
        left, right = (
            [substitute(c, {symbol(one[1]): HOLE}) for c in conjuncts(side[2])]
            for side in (one, two)
        )
        for condition in (*left, *right):
            names = free_names(condition)
            plain = not any(name[0] in "_#" for name in names - {HOLE.name})
            if plain and HOLE.name in names and not (condition in left and condition in right):
                found[condition.parts[0] if condition.op == "not" else condition] = None
    return tuple(c for c in found if c not in cuts)[:3]
