"""Engine A on claims about rows: a key for every query, the size of a row, the number of pairs."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from itertools import product
from typing import Any

from symattn.core.claim import Problem, at_most, below
from symattn.core.expression import (
    ONE,
    ZERO,
    Expr,
    I,
    J,
    disjunction,
    free_names,
    number,
    substitute,
    symbol,
    tidy,
    walk,
)
from symattn.core.text import show
from symattn.deciding.answer import Answer, No, Point, Unsupported, Unsure, Yes
from symattn.deciding.minimisation import smallest
from symattn.deciding.pairs import GAVE_UP, conditions_doubt
from symattn.deciding.solver import context, fresh, verdict
from symattn.deciding.stretches import Stretch, bounds_of, stretches
from symattn.deciding.translation import Translation, translation

LONGEST_START = 12  # the first length of a claim about n >= 2, n >= 3, ...
ROUNDS = 4  # of better witnesses
MOST_REPLAYED = 10**6  # pairs of a case that is tried again before it is shown
N = symbol("n")


def answer_nonempty(problem: Problem) -> Answer:
    """Whether every query sees a key: some witness is seen, or a row is empty."""
    names = translation(problem)
    given = [names.condition(condition) for condition in problem.given]
    tried: dict[Expr, Any] = {}
    known: list[int] = []  # how many denominators there were when they were asked about
    for witness in _witnesses(problem):
        tried[witness] = _missed(problem, names, witness)
        doubt = None if len(names.denominators) in known else conditions_doubt(names, given)
        if doubt:
            return doubt
        known.append(len(names.denominators))
        if _impossible(names, [*given, tried[witness]]):
            return Yes((show(witness),))
    for _ in range(ROUNDS):
        solver = fresh(*given, *names.definitions, *tried.values())
        answer = verdict(solver)
        if answer == "unsat":
            return Yes(_needed(names, given, tried))
        if answer == "unknown":
            return Unsure(GAVE_UP)
        if problem.tables:
            return Unsure("not supported yet: rows of tables that no single key shows")
        point, sure = smallest(solver, problem, names)
        key = _visible(problem, point)
        if key is None:
            return No(point, sure)
        for witness in _through(problem, point, key):
            tried[witness] = _missed(problem, names, witness)
    return Unsure(f"gave up: {len(tried)} witnesses do not suffice")


def _witnesses(problem: Problem) -> tuple[Expr, ...]:
    last = tidy(symbol(problem.keys) - ONE)
    ends = [ZERO, I, last, *(e for e in bounds_of(problem.left) if _whole(e, problem))]
    inside = [Expr("max", (ZERO, Expr("min", (end, last)))) for end in ends[3:]]
    return tuple(dict.fromkeys([I, ZERO, last, *ends[3:], *inside]))


def _whole(end: Expr, problem: Problem) -> bool:
    """Whether an end has no value but whole ones: a key is a whole number."""
    names = {u.name for u in problem.unknowns if u.kind == "integer"}
    numbers = [node.args[0] for node in walk(end) if node.op == "number"]
    divides = any(node.op in ("/", "table") for node in walk(end))
    return free_names(end) <= names and not divides and all(type(x) is int for x in numbers)


def _missed(problem: Problem, names: Translation, witness: Expr) -> Any:
    """The z3 condition that a witness is no key, or one that is not seen."""
    import z3

    seen = substitute(problem.left, {J: witness})
    places = (at_most(ZERO, witness), below(witness, symbol(problem.keys)), seen)
    return z3.Not(z3.And(*map(names.condition, places)))


def _impossible(names: Translation, constraints: Iterable[Any]) -> bool:
    return verdict(fresh(*constraints, *names.definitions)) == "unsat"


def _needed(names: Translation, given: list[Any], tried: dict[Expr, Any]) -> tuple[str, ...]:
    """Witnesses that suffice, without those that can be left out."""
    kept = dict(tried)
    for witness in tried:
        others = [missed for other, missed in kept.items() if other != witness]
        if others and _impossible(names, [*given, *others]):
            del kept[witness]
    return tuple(map(show, kept))


def _visible(problem: Problem, point: Point) -> int | None:
    """A key that the row of a point sees, if there is one."""
    import z3

    names = translation(problem)
    key = names.symbols["j"] = z3.Int("j", context())
    numbers = {symbol(name): number(value) for name, value in point.values.items()}
    seen = names.condition(substitute(problem.left, numbers))
    size = number(point.values[problem.keys])
    places = [names.condition(at_most(ZERO, J)), names.condition(below(J, size))]
    solver = fresh(seen, *places, *names.definitions)
    answer = verdict(solver)
    if answer == "unknown":
        raise Unsupported("a row whose keys the solver cannot find")
    return (
        int(solver.model().eval(key, model_completion=True).as_long()) if answer == "sat" else None
    )


def _through(problem: Problem, point: Point, key: int) -> list[Expr]:
    """Witnesses that give this key at this point: counted from 0, from i, and from the end."""
    i, n = int(point.values["i"]), int(point.values[problem.keys])
    return [number(key), tidy(I - number(i - key)), tidy(symbol(problem.keys) - number(n - key))]


def answer_row_count(problem: Problem) -> Answer:
    """Whether every row has the claimed number of keys."""
    names = translation(problem)
    given = [names.condition(condition) for condition in problem.given]
    value = names.term(problem.right)
    found = _found(problem.left, tidy(symbol(problem.keys) - ONE), names, given)
    doubt = conditions_doubt(names, given)
    if doubt:
        return doubt
    solver = fresh(*given, value != _size(names, found), *names.definitions)
    answer = verdict(solver)
    if answer == "unsat":
        return Yes(tuple(stretch.hint for stretch in found))
    if answer == "unknown":
        return Unsure(GAVE_UP)
    point, sure = smallest(solver, problem, names)
    return _if_replayable(No(point, sure), int(point.values[problem.keys]))


def _if_replayable(no: No, pairs: int) -> Answer:
    if pairs > MOST_REPLAYED:
        told = ", ".join(f"{name} = {n}" for name, n in no.point.values.items())
        return Unsure(f"gave up: the case {told} is too large to be tried again")
    return no


def _found(seen: Expr, last: Expr, names: Translation, given: list[Any]) -> tuple[Stretch, ...]:
    def empty(low: Expr, high: Expr) -> bool:
        return _impossible(names, [*given, names.term(low) <= names.term(high)])

    found = stretches(seen, last, empty)
    if any(stretch.step.op != "number" for stretch in found):
        _check_steps(seen, last, found, names, given)
    return found


def _check_steps(
    seen: Expr, last: Expr, found: tuple[Stretch, ...], names: Translation, given: list[Any]
) -> None:
    """Refuse steps by a name if a small budget does not show that they hit just the keys seen."""
    import z3

    names.symbols.setdefault("j", z3.Int("j", context()))
    visible = Expr("<=", (ZERO, J)) & Expr("<=", (J, last)) & seen
    some = reduce(disjunction, (stretch.holds for stretch in found))
    for wrong in (visible & ~some, some & ~visible):
        if not _impossible(names, [*given, names.condition(wrong)]):
            raise Unsupported(f"keys in steps of {show(found[0].step)}")


def _size(names: Translation, found: tuple[Stretch, ...]) -> Any:
    return names.term(sum((stretch.size for stretch in found), ZERO))


def answer_count(problem: Problem) -> Answer:
    """Whether every square has the claimed number of pairs, by induction on its side."""
    square = {problem.keys, problem.queries} == {"n"} and problem.first == ZERO
    if not square or "n" in free_names(problem.left):
        raise Unsupported("the number of pairs of a support that depends on the lengths")
    names = translation(problem)
    later = [substitute(c, {N: tidy(N + ONE)}) for c in problem.given]
    both = [names.condition(c) for c in (*problem.given, *later)]
    row, column = substitute(problem.left, {I: N}), substitute(problem.left, {J: N, I: J})
    rows = _found(row, N, names, both)
    columns = _found(column, tidy(N - ONE), names, both)
    first = [*both[: len(problem.given)], _first_differs(problem, names)]
    gain = names.term(substitute(problem.right, {N: N + ONE}) - problem.right)
    step = [*both, gain != _size(names, rows) + _size(names, columns)]
    doubt = conditions_doubt(names, both[: len(problem.given)])
    if doubt is None and _gaps(problem, names, both[len(problem.given) :]):
        return Unsure("not supported yet: a count under conditions that skip a length")
    return (
        doubt
        or _by_steps(problem, names, first, step)
        or Yes((*(f"row {s.hint}" for s in rows), *(f"column {s.hint}" for s in columns)))
    )


def _start(problem: Problem) -> int:
    """The length from which the induction starts."""
    bounds = {n: Expr(">=", (N, number(n))) for n in range(2, LONGEST_START + 1)}
    return max((n for n, bound in bounds.items() if bound in problem.given), default=1)


def _gaps(problem: Problem, names: Translation, later: list[Any]) -> bool:
    """Whether the conditions may hold at n + 1 and not at n."""
    import z3

    here = [names.condition(condition) for condition in problem.given]
    lost = z3.Not(z3.And(*here))
    return not _impossible(names, [*later, names.symbols["n"] >= _start(problem), lost])


def _first_differs(problem: Problem, names: Translation) -> Any:
    """The z3 condition that the claim is false at the first length, counted pair by pair."""
    import z3

    start = _start(problem)
    pairs = [
        z3.If(names.condition(substitute(problem.left, {I: number(i), J: number(j)})), 1, 0)
        for i, j in product(range(start), repeat=2)
    ]
    claimed = names.term(substitute(problem.right, {N: number(start)}))
    return z3.And(names.symbols["n"] == start, claimed != sum(pairs))


def _by_steps(
    problem: Problem, names: Translation, first: list[Any], step: list[Any]
) -> Answer | None:
    """The smallest n at which the claim fails, when it holds for all n before; None if never."""
    for constraints, more in ((first, 0), (step, 1)):
        solver = fresh(*constraints, *names.definitions)
        answer = verdict(solver)
        if answer == "unknown":
            return Unsure(GAVE_UP)
        if answer == "sat":
            point, sure = smallest(solver, problem, names)
            n = int(point.values["n"]) + more
            return _if_replayable(No(Point({**point.values, "n": n}), sure), n * n)
    return None
