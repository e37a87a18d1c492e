"""The kernel: what must have no solution for a claim to hold, as SMT-LIB scripts, and their replay.

Only this file and `smtlib` are trusted, under 300 lines together; they import nothing of the
search, write the obligations again and ask a fresh solver. Proofs: `docs/theory/supports.md`, 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import combinations, product
from operator import and_

from symattn.core.claim import Problem, at_most, below
from symattn.core.errors import SymattnError, Unreadable
from symattn.core.expression import ZERO, Expr, I, J, equal, free_names, number, substitute, symbol
from symattn.core.text import read, show
from symattn.core.verdict import Certificate, Obligation
from symattn.deciding.smtlib import Script, Unwritable

STEPS = 12_000_000  # of the solver, for one obligation
LARGEST_START = 12  # the first length of an induction is counted pair by pair
CLIMB = ("reach", "rise", "height", "path")  # the hints of `layers`; any number of "kept" follow
N = symbol("n")
Part = tuple[str, str, list[Expr]]  # name, reason, and what must not be true at once


class Rejected(SymattnError):
    """The certificate does not show the claim."""


def recheck(problem: Problem, certificate: Certificate) -> None:
    """Accept a certificate that shows the claim; anything else is Rejected, with the reason."""
    if certificate.rule != RULES[problem.relation][0]:
        raise Rejected(f"the rule {certificate.rule!r} is not one for this claim")
    try:
        expected = obligations(problem, certificate.hints)
    except (Unwritable, Unreadable) as reason:
        raise Rejected(str(reason)) from None
    if expected != certificate.obligations:
        raise Rejected("the obligations are not those of the claim and its hints")
    for obligation in expected:
        answer = solved(obligation.script)
        if answer != "unsat":
            raise Rejected(f"the obligation {obligation.name!r} is {answer}, not unsat")


def solved(script: str) -> str:
    """The answer of a fresh solver to a script: "sat", "unsat" or "unknown"."""
    import z3

    answer = "unknown"
    for make in (z3.SimpleSolver, z3.Solver, lambda: z3.Solver(ctx=z3.Context())):
        if answer == "unknown":  # the first is quick, the last one has no history
            solver = make()
            solver.set("rlimit", STEPS)
            solver.from_string(script)
            answer = str(solver.check())
    return answer


def obligations(problem: Problem, hints: tuple[str, ...]) -> tuple[Obligation, ...]:
    """What must be unsatisfiable for the claim to hold."""
    found: list[Obligation] = []
    bottoms: dict[Expr, None] = {}
    for name, reason, constraints in RULES[problem.relation][1](problem, hints):
        script = Script(problem)
        found.append(Obligation(name, reason, script.write(constraints)))
        bottoms.update(script.bottoms)
    # Only conditions that divide by nothing open may say that a denominator is positive.
    plain = [c for c in problem.given if not Script(problem).met(c)]
    for bottom in bottoms:
        text = Script(problem).write([*plain, bottom <= ZERO])
        found.append(Obligation(f"{show(bottom)} > 0", "a denominator is positive", text))
    return tuple(found)


def _pairs(problem: Problem, _: tuple[str, ...]) -> Iterator[Part]:
    left, right, given = problem.left, problem.right, problem.given
    yield "left implies right", "no pair is on the left alone", [*given, left, ~right]
    if problem.relation == "==":
        yield "right implies left", "no pair is on the right alone", [*given, right, ~left]


def _witness(problem: Problem, hints: tuple[str, ...]) -> Iterator[Part]:
    keys, length = [_integer(hint, problem) for hint in hints], symbol(problem.keys)
    missed = [~(_within(key, length) & substitute(problem.left, {J: key})) for key in keys]
    yield "a witness is seen", "every row sees one of the witnesses", [*problem.given, *missed]


def _intervals(problem: Problem, hints: tuple[str, ...]) -> Iterator[Part]:
    stretches = [_stretch(hint, problem) for hint in hints]
    places, given = [at_most(ZERO, J), below(J, symbol(problem.keys))], problem.given
    yield from _covered("row", problem.left, stretches, places, given)
    yield "size", "the sizes add up", [*given, ~equal(problem.right, _sizes(stretches))]


def _induction(problem: Problem, hints: tuple[str, ...]) -> Iterator[Part]:
    """From n to n + 1 a square gains the row n up to key n, and the column n above it."""
    if not _square(problem) or "n" in free_names(problem.left):
        raise Rejected("the induction needs a square from 0, and a support that does not name n")
    rows = [_stretch(h[4:], problem) for h in hints if h.startswith("row ")]
    columns = [_stretch(h[7:], problem) for h in hints if h.startswith("column ")]
    row, column = substitute(problem.left, {I: N}), substitute(problem.left, {J: N, I: J})
    first, later = first_length(problem), [substitute(c, {N: N + 1}) for c in problem.given]
    both = [*problem.given, *later]
    for condition in problem.given:
        if "n" in free_names(condition):
            before = [*later, first <= N, ~condition]
            yield f"{show(condition)} before", "conditions at n + 1 hold at n", before
    yield from _covered("row", row, rows, [at_most(ZERO, J), at_most(J, N)], both)
    yield from _covered("column", column, columns, [at_most(ZERO, J), below(J, N)], both)
    places = product(map(number, range(int(show(first)))), repeat=2)
    seen = (substitute(problem.left, {I: i, J: j}) for i, j in places)
    pairs = sum((Expr("where", (pair, number(1), ZERO)) for pair in seen), ZERO)
    start = equal(substitute(problem.right, {N: first}), pairs)
    yield f"n = {show(first)}", "the first length", [*problem.given, equal(N, first), ~start]
    gain = substitute(problem.right, {N: N + 1}) - problem.right
    grows = equal(gain, _sizes([*rows, *columns]))
    yield "step", "the value grows by the new pairs", [*both, ~grows]


def _layers(problem: Problem, hints: tuple[str, ...]) -> Iterator[Part]:
    """A hop climbs `rise` at most and keeps what is kept, so L hops climb L times that at most."""
    words, texts = [h.partition(" ")[0] for h in hints], [h.partition(" ")[2] for h in hints]
    if not _square(problem) or words != [*CLIMB, *["kept"] * (len(hints) - len(CLIMB))]:
        raise Rejected(f"the reach needs a square from 0, and the hints {', '.join(CLIMB)}")
    far, rise = (_integer(text, problem) for text in texts[:2])
    height, path, *kept = (_integer(text, problem, "i") for text in texts[2:])
    given, hops, places = problem.given, problem.layers, [_within(I, N), _within(J, N)]
    step = problem.left | equal(I, J)  # a layer keeps its input, too
    climbs = height - substitute(height, {I: J})
    same = [equal(x, substitute(x, {I: J})) for x in kept]
    wrong = ~reduce(and_, [climbs <= rise, *same], hops >= 1)
    yield "hop", "a hop climbs the rise at most", [*given, *places, step, wrong]
    climb = [climbs <= hops * rise, rise <= hops * rise]  # the second follows: 0 <= rise, 1 <= L
    yield "bound", "no climb leads further", [*given, *places, *climb, *same, below(far, I - J)]
    at, after = (substitute(path, {I: t}) for t in (I, I + 1))
    legal = _within(at, N) & _within(after, N) & substitute(step, {I: at, J: after})
    yield "path", "every hop of the path is visible", [*given, _within(I, hops), ~legal]
    length = substitute(path, {I: ZERO}) - substitute(path, {I: hops})
    yield "length", "the path leads as far", [*given, length < far]
    yield "value", "the claimed number is the reach", [*given, ~equal(problem.right, far)]


def _square(problem: Problem) -> bool:
    return {problem.keys, problem.queries} == {"n"} and problem.first == ZERO


def _within(position: Expr, length: Expr) -> Expr:
    return at_most(ZERO, position) & below(position, length)


Stretch = tuple[Expr, Expr]  # the condition that a key is in it, and how many keys it has


def _covered(
    name: str, seen: Expr, stretches: list[Stretch], places: list[Expr], given: Iterable[Expr]
) -> Iterator[Part]:
    """The stretches hold exactly the keys seen, all in their range, and no key twice."""
    inside = [within for within, _ in stretches]
    missed = [~within for within in inside]
    yield f"{name}: all keys", "every key seen is in a stretch", [*given, *places, seen, *missed]
    outside = ~reduce(and_, [*places, seen])
    for k, within in enumerate(inside, 1):
        yield f"{name}: stretch {k}", "its keys are in range and seen", [*given, within, outside]
    for (a, first), (b, second) in combinations(enumerate(inside, 1), 2):
        yield f"{name}: stretches {a} and {b}", "no key in both", [*given, first, second]


def first_length(problem: Problem) -> Expr:
    """The number that n is at least, by a condition that says so."""
    known = [c.parts[1].args[0] for c in problem.given if c.op == ">=" and c.parts[0] == N]
    return number(max(n for n in known if isinstance(n, int) and n <= LARGEST_START))


def _sizes(stretches: list[Stretch]) -> Expr:
    return sum((size for _, size in stretches), ZERO)


def _stretch(hint: str, problem: Problem) -> Stretch:
    """`low to high`, or `low to high by step`: the keys low, low + step, ... up to high."""
    ends, _, by = hint.partition(" by ")
    low, high = (_integer(end, problem) for end in ends.partition(" to ")[::2])
    step, inside = _integer(by or "1", problem), at_most(low, J) & at_most(J, high)
    if step == ZERO or "-" in by:  # of a name, an obligation says that it is positive
        raise Rejected(f"{by!r} is no step")
    if by:
        return inside & equal((J - low) % step, ZERO), Expr("max", (ZERO, (high - low) // step + 1))
    return inside, Expr("max", (ZERO, high - low + 1))


def _integer(text: str, problem: Problem, *more: str) -> Expr:
    """A hint: a whole number in the names of the problem, free of j."""
    expr = read(text, "number")
    known = {u.name for u in problem.unknowns if u.kind == "integer"} - {"j"} | {*more}
    if not free_names(expr) <= known or not _whole(expr):
        raise Rejected(f"{text!r} is not a whole number that the claim knows")
    return expr


def _whole(expr: Expr) -> bool:
    if expr.op == "number":
        return isinstance(expr.args[0], int)
    known = expr.op in ("+", "-", "*", "neg", "symbol", "min", "max", "//", "%", "where")
    return known and all(map(_whole, expr.parts[expr.op == "where" :]))  # not its condition


RULES = {  # relation of a problem -> the rule that shows it
    "==": ("pairs", _pairs), "<=": ("pairs", _pairs), "nonempty": ("witness", _witness),
    "row_count": ("intervals", _intervals), "count": ("induction", _induction),
    "reach": ("layers", _layers),
}  # fmt: skip
