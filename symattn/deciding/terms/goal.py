"""A claim about terms as a goal: two plain terms, and the conditions on whole numbers.

Part of the kernel: `judged` says, under one case of the conditions, whether the goal follows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from symattn.core.claim import Problem, Unknown, at_most, below
from symattn.core.expression import (
    FALSE,
    ONE,
    TRUE,
    ZERO,
    Expr,
    I,
    J,
    conjunction,
    disjunction,
    free_names,
    kind,
    substitute,
    symbol,
    tidy,
)
from symattn.core.form import SIZES, Form, Parameter
from symattn.core.term_claim import TermClaim, first_query, given, sizes_of
from symattn.deciding.terms.elaboration import elaborated, meant_form
from symattn.deciding.terms.folds import lemmas
from symattn.deciding.terms.normal_form import Normal
from symattn.deciding.terms.order import follows
from symattn.deciding.terms.polynomials import (
    Atom,
    Poly,
    Unsupported,
    cleared,
    order,
    plus,
    scaled,
)
from symattn.deciding.terms.row_demands import Demand, anywhere, dividing
from symattn.deciding.terms.splits import Context
from symattn.deciding.terms.well_formed import (
    alike_when_empty,
    refuse_bound_names,
    refuse_broken,
    tile_sizes,
    tiles,
)
from symattn.deciding.terms.wholes import simple

Valid = Callable[[Context, Expr], bool]


@dataclass(frozen=True, slots=True)
class Goal:
    """Under `problem.given`, and where all premises hold: left relation right."""

    name: str
    left: Expr
    relation: str
    right: Expr
    premises: tuple[Expr, ...]
    problem: Problem
    declared: Mapping[str, Parameter]
    rows: tuple[tuple[Form, Expr], ...]  # whose softmax divides: they must see a key
    places: tuple[str, ...]  # the names of positions
    sides: tuple[tuple[Form, Expr], ...]  # of two quantities that agree where both rows are empty
    anywhere: tuple[Expr, ...] = ()  # names for any row, which must see a key

    @property
    def given(self) -> Context:
        return self.problem.given

    @property
    def witnesses(self) -> tuple[Expr, ...]:
        """Keys that a row may be seen to see: positions of the claim, the first, the last.

        Sums may also count from 1 to n.
        """
        names = [u.name for u in self.problem.unknowns if u.name in self.places]
        keys = symbol(self.problem.keys)
        return (*map(symbol, names), ZERO, keys - ONE, ONE, keys)


def goals(claim: TermClaim) -> tuple[Goal, ...]:
    """The goal that a claim states, and the lemmas on which its algorithms rest."""
    return (goal(claim), *(goal(lemma, name) for name, lemma in lemmas(claim)))


def goal(claim: TermClaim, name: str = "claim") -> Goal:
    """The goal that a claim states, with everything written out."""
    queries, keys = claim.lengths
    first = first_query(claim)
    renamed = {symbol(s): symbol("n") for s in ("n_q", "n_k")} if keys == "n" else {}

    def plain(expr: Expr) -> Expr:
        return substitute(elaborated(claim, expr), renamed)

    left, right = plain(claim.left), plain(claim.right)
    premises = tuple(map(plain, (*claim.premises, *_of_reals(claim))))
    told = tuple(dict.fromkeys(substitute(c, renamed) for c in given(claim)))
    sizes = sizes_of(claim)
    declared = {p.name: p for p in claim.parameters}
    declared |= {s: Parameter(s, "integer", relation=">=", bound=ONE) for s in SIZES}
    declared |= {name: Parameter(name, "integer") for name in ("h", *dict(claim.positions))}
    declared |= _kept_above(claim, declared)
    scalars = [p for p in claim.parameters if not p.indices and p.kind in ("integer", "real")]
    unknowns = [*(Unknown(size, least=1) for size in sizes)]
    unknowns += [Unknown(p.name, p.kind) for p in scalars]
    unknowns += [Unknown(name) for name in ("h", *dict(claim.positions))]
    numbers = ("integer", "real", "boolean")
    tables = tuple(p for p in claim.parameters if p.indices and p.kind in numbers)
    rows = tuple((form, at) for form, at in dividing(claim) if _divides(form))
    anyone = {role: at for role, at in anywhere(claim).items() if at in [row for _, row in rows]}
    for role, at in anyone.items():
        low, size = (first, queries) if role == "query" else (ZERO, keys)
        unknowns.append(Unknown(at.name))
        told = (*told, at_most(low, at), below(at, tidy(low + symbol(size))))
    told = (*told, *(substitute(c, renamed) for c in tile_sizes(claim)))
    problem = Problem("terms", TRUE, TRUE, tuple(unknowns), tables, told, keys, queries, first)
    places = tuple(name for name, _ in claim.positions)
    supports = (form.support for form, _ in rows)
    refuse_bound_names((left, right, *premises, *told, *supports))
    anyone_whole = {at.name: Parameter(at.name, "integer") for at in anyone.values()}
    at_rows = (substitute(at, renamed) for _, at in rows)
    refuse_broken((*at_rows, *tiles(claim)), declared | anyone_whole)
    return Goal(
        name, left, claim.relation, right, premises, problem, declared, rows, places,
        _sides(claim), tuple(anyone.values()),
    )  # fmt: skip


def _of_reals(claim: TermClaim) -> list[Expr]:
    """The equations in `where` that say what real parameters are, as `T == 1` does."""
    reals = {p.name for p in claim.parameters if p.kind == "real" and not p.indices}
    return [c for c in claim.where if c.op == "==" and free_names(c) & reals]


def _kept_above(claim: TermClaim, declared: Mapping[str, Parameter]) -> dict[str, Parameter]:
    """The declarations of names that `where` keeps above a number, as `c > 0` does."""
    found = {}
    for condition in claim.where:
        if condition.op in (">", ">=") and condition.parts[0].op == "symbol":
            known = declared.get(condition.parts[0].name)
            bound = condition.parts[1]
            if known is not None and known.bound is None and bound.op == "number":
                found[known.name] = replace(known, relation=condition.op, bound=bound)
    return found


def _sides(claim: TermClaim) -> tuple[tuple[Form, Expr], ...]:
    """Both Forms and queries, if both sides are one quantity with one rule for empty rows."""
    left, right = claim.left, claim.right
    if not (left.op == right.op == "of" and claim.relation == "=="):
        return ()
    names = {left.name, right.name}
    found = tuple((meant_form(claim, side), side.parts[0]) for side in (left, right))
    rules = {form.empty for form, _ in found}
    if left.parts[0] != right.parts[0] or len(rules) > 1:
        return ()
    weights = names == {"weight"} and left.parts == right.parts
    if not weights and not names <= {"output", "online", "decode"}:
        return ()
    return found if alike_when_empty(found[0][0], found[1][0], left.name) else ()


def _divides(form: Form) -> bool:
    """Whether an empty row of this Form is not what its formula says."""
    return form.empty != "zero" or any(
        r.normaliser.divide and r.normaliser.extra is None for r in form.rows
    )


def judged(goal: Goal, case: tuple[Expr, ...], cuts: tuple[Expr, ...], valid: Valid) -> bool:
    """Whether the goal follows in one case; `normal_form.Split` if more must be known."""
    normal = Normal(
        valid,
        goal.declared,
        cuts,
        base=(*goal.given, *case, *filter(simple, goal.premises)),
        witnesses=goal.witnesses,
        keys=goal.problem.keys,
        queries=goal.problem.queries,
        first=goal.problem.first,
    )
    given = normal.base
    if valid(given, FALSE) or _linear(goal, given, valid):
        return True
    known = [_order(normal, premise, given) for premise in goal.premises]
    for relation, poly in known:
        if relation == "==":
            normal.known.update(solved(poly))
    return all(follows(goal.relation, poly, known) for poly in differences(goal, normal, given))


def _linear(goal: Goal, given: Context, valid: Valid) -> bool:
    """Whether the goal is itself a fact, as `max(a, b) >= a` is."""
    if kind(goal.left) != "number" or kind(goal.right) != "number":
        return False
    return valid((*given, *goal.premises), Expr(goal.relation, (goal.left, goal.right)))


def differences(goal: Goal, normal: Normal, given: Context) -> list[Poly]:
    """What must be zero (or positive): the difference of two numbers, or of each word."""
    vectors = "vector" in (kind(goal.left), kind(goal.right))
    form = normal.vector if vectors else normal.number
    sides: list[Any] = []
    empty = []
    for side in (goal.left, goal.right):
        normal.hollow.clear()
        sides.append(form(side, given))
        empty.append(set(normal.hollow))
    if empty[0] != empty[1]:
        raise Unsupported("a quotient that may have no value, on one side only")
    left, right = sides
    words = dict.fromkeys((*left, *right)) if vectors else {}
    parts = [plus(left.get(w, {}), right.get(w, {}), -1) for w in words]
    parts = parts if vectors else [plus(left, right, -1)]
    every = goal.relation == "=="  # in an order a sum that is divided by may be negative
    return [poly for part in parts for poly in cleared([part], every)]


def _order(normal: Normal, premise: Expr, given: Context) -> tuple[str, Poly]:
    left, right = (normal.number(side, given) for side in premise.parts)
    return premise.op, plus(left, right, -1)


def solved(poly: Poly) -> dict[Atom, Poly]:
    """An equation as what one of its atoms is: one that stands in it once, by itself."""
    for mono in sorted(poly, key=order):
        if len(mono) != 1:
            continue
        ((part, power),) = mono
        rest = {m: c for m, c in poly.items() if m != mono}
        free = part[0] in ("symbol", "positive", "dot", "sum", "call", "of")
        if free and power == 1 and not any(part in dict(m) for m in rest):
            return {part: scaled(rest, -1 / poly[mono])}
    return {}


def row_seen(goal: Goal, form: Form, at: Expr, witnesses: tuple[Expr, ...]) -> Expr:
    """The condition that one of the witnesses is a key that query `at` sees."""
    keys = symbol(goal.problem.keys)
    found = []
    for key in witnesses:
        seen = substitute(form.support, {I: at, J: key})
        found.append(reduce(conjunction, (at_most(ZERO, key), below(key, keys), seen)))
    return reduce(disjunction, found, FALSE)


def same_rows(goal: Goal, row: Demand, valid: Valid) -> bool:
    """Whether this row, if it is empty on one side, is empty on the other and means the same."""
    if row not in goal.sides:
        return False
    key = symbol("_1")
    inside = (*goal.given, at_most(ZERO, key), below(key, symbol(goal.problem.keys)))
    one, two = (substitute(form.support, {I: at, J: key}) for form, at in goal.sides)
    return valid((*inside, one), two) and valid((*inside, two), one)
