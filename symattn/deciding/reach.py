"""Engine A on claims about the reach of stacked layers: a bound on every hop, and a path.

What the reach may be is guessed from the shape of the support, and nothing guessed is trusted: z3
asks whether no L hops lead further and whether a path leads as far. Then the claimed number is
compared with the reach, for all sizes. See `docs/theory/supports.md`, section 7.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

from symattn.core.claim import Problem, at_most, below
from symattn.core.expression import (
    COMPARISONS,
    ONE,
    ZERO,
    Expr,
    I,
    J,
    equal,
    free_names,
    number,
    substitute,
    symbol,
    tidy,
    walk,
)
from symattn.core.text import show
from symattn.deciding.answer import Answer, No, Unsure, Yes
from symattn.deciding.minimisation import smallest
from symattn.deciding.pairs import GAVE_UP, conditions_doubt
from symattn.deciding.solver import BUDGET, context, fresh, verdict
from symattn.deciding.stretches import bounds_of
from symattn.deciding.translation import Translation, translation

LARGEST_REPLAYED = 150  # positions of a case that is tried again before it is shown
MOST_GUESSES, MOST_AGAIN = 40, 3
N = symbol("n")
LAST = tidy(N - ONE)


@dataclass(frozen=True, slots=True)
class Guess:
    """A reach, with what bounds it and what attains it.

    A hop lowers `height` (a number for each position i) by at most `rise`, and leaves every number
    in `kept` as it is; `path` is the position after i hops.
    """

    reach: Expr
    rise: Expr
    height: Expr
    path: Expr
    kept: tuple[Expr, ...] = ()

    @property
    def hints(self) -> tuple[str, ...]:
        said = {"reach": self.reach, "rise": self.rise, "height": self.height, "path": self.path}
        kept = (f"kept {show(x)}" for x in self.kept)
        return (*(f"{word} {show(x)}" for word, x in said.items()), *kept)


def answer_reach(problem: Problem) -> Answer:
    """Whether the stacked layers reach back as far as claimed."""
    names = _names(problem)
    given = [names.condition(condition) for condition in problem.given]
    names.condition(problem.left)
    claimed = names.term(problem.right)
    doubt = conditions_doubt(names, given)
    if doubt:
        return doubt
    guess = _right(problem)
    if guess is None:
        return Unsure("not supported yet: the reach of this support for all sizes")
    reach = names.term(guess.reach)
    solver = fresh(*given, *names.definitions, claimed != reach)
    answer = verdict(solver)
    if answer == "unsat":
        return Yes(guess.hints)
    if answer == "unknown":
        return Unsure(GAVE_UP)
    point, sure = smallest(solver, problem, names)
    if point.values["n"] > LARGEST_REPLAYED:
        told = ", ".join(f"{name} = {n}" for name, n in point.values.items())
        return Unsure(f"gave up: the case {told} is too large to be tried again")
    return No(point, sure)


def _names(problem: Problem) -> Translation:
    import z3

    names = translation(problem)
    names.symbols.update({place: z3.Int(place, context()) for place in ("i", "j")})
    return names


def _right(problem: Problem) -> Guess | None:
    """The first guess that is shown to be right; those that nearly were get a second chance."""
    near = []
    for guess in _guesses(problem):
        shown = _shown(problem, guess, BUDGET)
        if shown == "unsat":
            return guess
        if shown == "unknown":
            near.append(guess)
    again = (guess for guess in near[:MOST_AGAIN] if _shown(problem, guess, 4 * BUDGET) == "unsat")
    return next(again, None)


def _shown(problem: Problem, guess: Guess, budget: int) -> str:
    """ "unsat" if no hops lead further than the reach of a guess, and its path leads as far."""
    answers = (_possible(problem, doubt, budget) for doubt in _doubts(problem, guess))
    return next((answer for answer in answers if answer != "unsat"), "unsat")


def _possible(problem: Problem, constraints: list[Expr], budget: int) -> str:
    """Whether constraints have a solution: "sat" also if a guess divides by what may be 0."""
    names = _names(problem)
    given = [names.condition(condition) for condition in problem.given]
    asked: list[Any] = [names.condition(condition) for condition in constraints]
    if conditions_doubt(names, given):
        return "sat"
    return verdict(fresh(*given, *asked, *names.definitions, budget=budget))


def _doubts(problem: Problem, guess: Guess) -> Iterator[list[Expr]]:
    """What must be impossible for the guess to be right, the cheapest question first."""
    hops = problem.layers
    step = problem.left | equal(I, J)
    at, after = (substitute(guess.path, {I: t}) for t in (I, I + ONE))
    seen = substitute(step, {I: at, J: after})
    yield [at_most(ZERO, I), below(I, hops), ~(_within(at) & _within(after) & seen)]
    length = substitute(guess.path, {I: ZERO}) - substitute(guess.path, {I: hops})
    yield [below(length, guess.reach)]
    climb = guess.height - substitute(guess.height, {I: J})
    same = [equal(x, substitute(x, {I: J})) for x in guess.kept]
    kept = at_most(climb, guess.rise)
    for condition in same:
        kept = kept & condition
    yield [_within(I), _within(J), step, ~kept]
    whole = [at_most(climb, hops * guess.rise), at_most(guess.rise, hops * guess.rise)]
    yield [_within(I), _within(J), *whole, *same, below(guess.reach, I - J)]


def _within(position: Expr) -> Expr:
    return at_most(ZERO, position) & below(position, N)


def _guesses(problem: Problem) -> Iterator[Guess]:
    """Reaches that fit the shape of a support, the simplest first."""
    left, hops = problem.left, problem.layers
    yield Guess(LAST, ZERO, ZERO, _first(LAST, ZERO))
    yield Guess(ZERO, ZERO, I, ZERO)
    found = [*_steps(left, hops), *_inside_blocks(left, hops), *_over_blocks(left, hops)]
    yield from found[:MOST_GUESSES]


def _first(start: Expr, then: Expr) -> Expr:
    """The path that begins at a position and goes on by another rule."""
    return Expr("where", (below(I, ONE), start, then))


def _steps(seen: Expr, hops: Expr) -> Iterator[Guess]:
    """Steps of one size, or of a size that keeps the position modulo a stride."""
    sizes = _sizes(seen)
    for size in sizes:
        reach = _least(LAST, tidy(hops * size))
        yield Guess(reach, size, I, _most(ZERO, tidy(LAST - I * size)))
    for stride in _strides(seen):
        kept = (I % stride,)
        whole = tidy(stride * (LAST // stride))
        yield Guess(whole, ZERO, ZERO, _first(LAST, tidy(LAST - whole)), kept)
        for size in sizes:
            steps = tidy(size // stride)
            reach = tidy(stride * _least(LAST // stride, tidy(hops * steps)))
            path = tidy(LAST - stride * _least(LAST // stride, tidy(I * steps)))
            yield Guess(reach, tidy(stride * steps), I, path, kept)
        # strides first, then what is left of them in a second hop
        rest = Expr("where", (below(I, number(2)), LAST % stride, ZERO))
        yield Guess(LAST, ZERO, ZERO, _first(LAST, rest))


def _inside_blocks(seen: Expr, hops: Expr) -> Iterator[Guess]:
    """Blocks that no hop leaves: one hop suffices, or steps of one size."""
    for block in _blocks(seen):
        top = tidy(_least(block, N) - ONE)
        kept = (I // block,)
        yield Guess(top, ZERO, ZERO, _first(top, ZERO), kept)
        for size in _sizes(seen):
            path = _most(ZERO, tidy(top - I * size))
            yield Guess(_least(top, tidy(hops * size)), size, I, path, kept)


def _over_blocks(seen: Expr, hops: Expr) -> Iterator[Guess]:
    """Hops over blocks, so many blocks at a time."""
    for block, count in product(_blocks(seen), _jumps(seen)):
        reach = _least(LAST, tidy((hops * count + ONE) * block - ONE))
        then = _least(reach, tidy(block * (count * (hops - I))))
        yield Guess(reach, count, I // block, _first(reach, then))


def _least(a: Expr, b: Expr) -> Expr:
    return Expr("min", (a, b))


def _most(a: Expr, b: Expr) -> Expr:
    return Expr("max", (a, b))


def _comparisons(seen: Expr) -> list[Expr]:
    return [node for node in walk(seen) if node.op in COMPARISONS]


def _sizes(seen: Expr) -> list[Expr]:
    """How far one hop may lead, read off the comparisons: i minus a bound on j."""
    ends = [end for node in _comparisons(seen) for end in bounds_of(node)]
    sizes = [collected(I - end) for end in ends]
    found = [s for s in dict.fromkeys(sizes) if "i" not in free_names(s) and _may_be_positive(s)]
    both = [_most(a, b) for a, b in pairwise(found)]
    return [*found, *both]


def _may_be_positive(size: Expr) -> bool:
    least = size.args[0] if size.op == "number" else 1
    return isinstance(least, int) and least > 0


def _strides(seen: Expr) -> list[Expr]:
    """The strides c of conditions such as `(i - j) % c == 0`, and sizes of single steps."""
    rests = [node.parts[1] for node in walk(seen) if node.op == "%"]
    rests += [size for size in _sizes(seen) if size.op == "number" and size != ONE]
    return [c for c in dict.fromkeys(rests) if free_names(c).isdisjoint("ij")]


def _blocks(seen: Expr) -> list[Expr]:
    """The sizes c of blocks in conditions on `i // c`."""
    sizes = [node.parts[1] for node in walk(seen) if node.op == "//" and node.parts[0] == I]
    return [c for c in dict.fromkeys(sizes) if free_names(c).isdisjoint("ij")]


def _jumps(seen: Expr) -> list[Expr]:
    """Numbers of blocks that one hop may cross: what a difference of quotients is compared with."""
    sides = [node.parts for node in _comparisons(seen) if any(p.op == "//" for p in walk(node))]
    found = dict.fromkeys(part for pair in sides for part in pair)
    return [part for part in found if free_names(part).isdisjoint("ij") and _may_be_positive(part)]


def collected(expr: Expr) -> Expr:
    """The same number with equal terms added up.

    >>> from symattn.core.text import read
    >>> collected(read("i - (i - w + 1)"))
    Expr('w - 1')
    """
    terms: dict[Expr, Fraction] = {}
    _collect(expr, Fraction(1), terms)
    total = ZERO
    for term, factor in sorted(terms.items(), key=lambda t: (t[0] == ONE, t[1] < 0)):
        if factor:
            size = term * number(abs(factor)) if term == ONE else number(abs(factor)) * term
            total = total + size if factor > 0 else total - size
    return tidy(total)


def _collect(expr: Expr, factor: Fraction, terms: dict[Expr, Fraction]) -> None:
    if expr.op in ("+", "-"):
        _collect(expr.parts[0], factor, terms)
        _collect(expr.parts[1], factor if expr.op == "+" else -factor, terms)
    elif expr.op == "neg":
        _collect(expr.parts[0], -factor, terms)
    elif expr.op == "number":
        terms[ONE] = terms.get(ONE, Fraction(0)) + factor * Fraction(expr.args[0])  # type: ignore[arg-type]
    elif expr.op == "*" and expr.parts[0].op == "number":
        _collect(expr.parts[1], factor * Fraction(expr.parts[0].args[0]), terms)  # type: ignore[arg-type]
    else:
        terms[expr] = terms.get(expr, Fraction(0)) + factor
