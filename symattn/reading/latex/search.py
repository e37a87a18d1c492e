"""The typings of formulas: for every letter a kind, so that all shapes fit, at the least cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from symattn.reading.latex.dims import ShapeError, Sizes, unify
from symattn.reading.latex.kinds import Costs, Facts, candidates
from symattn.reading.latex.meaning import Meaning, NeedKind, NotSupported
from symattn.reading.latex.tree import Node
from symattn.reading.latex.values import Value

Kinds = Mapping[tuple[str, int | None], str]
MOST_TRIES, DEAREST, MOST_STEPS, MOST_TIES = 600, 7, 40_000, 32
VECTOR_MAPS = frozenset(("phi", "varphi", "psi", "Phi", "Psi"))


@dataclass(frozen=True, slots=True)
class Typing:
    """Kinds for all letters with the values of all sides."""

    kinds: Kinds
    meaning: Meaning
    values: tuple[Value, ...]
    cost: int


@dataclass(slots=True)
class Task:
    """Trees that must have one shape, and how their meaning starts."""

    trees: Sequence[Node]
    heads: Sequence[Node]
    start: Callable[[Kinds], Meaning]
    known: Facts
    fixed: Kinds
    tries: int = 0
    steps: int = 0
    last_error: ShapeError | None = None
    first_error: ShapeError | None = None
    exhausted: bool = False
    gap: NotSupported | None = None  # a typing that we have no words for


def typings(task: Task) -> list[Typing]:
    """All typings of the least cost; none if no shapes fit."""
    best: list[Typing] = []
    for bound in range(DEAREST + 1):
        found = [t for t in _within(task, dict(task.fixed), bound)]
        cheapest = min((t.cost for t in found), default=None)
        if cheapest is not None:
            best = [t for t in found if t.cost == cheapest]
            if cheapest <= bound:
                break
        if task.exhausted:
            raise NotSupported("too many ways to read its letters; declare some", 0)
    if len(best) > MOST_TIES:
        raise NotSupported("too many ways to read its letters; declare some", 0)
    return best


def _within(task: Task, kinds: dict[tuple[str, int | None], str], bound: int) -> Iterator[Typing]:
    """Typings whose kinds cost at most `bound`."""
    waiting: list[tuple[dict[tuple[str, int | None], str], int]] = [(kinds, 0)]
    while waiting:
        chosen, spent = waiting.pop()
        if task.tries > MOST_TRIES or task.steps > MOST_STEPS:
            task.exhausted = True
            return
        task.tries += 1
        meaning = task.start(chosen)
        try:
            values = _built(task, meaning)
        except NeedKind as need:
            for kind, cost in reversed(_kinds(task, need)):
                if spent + cost <= bound:
                    waiting.append(({**chosen, (need.key, need.count): kind}, spent + cost))
        except ShapeError as error:
            task.last_error = error
            task.first_error = task.first_error or error
        except NotSupported as error:
            task.gap = task.gap or error
        else:
            yield Typing(chosen, meaning, values, spent + meaning.penalty)
        task.steps += meaning.steps


def _built(task: Task, meaning: Meaning) -> tuple[Value, ...]:
    """The values of all trees, which have one shape."""
    values = tuple(meaning.of(tree) for tree in task.trees)
    for value in values[1:]:
        _same(values[0], value)
    for head in task.heads:
        _same(meaning.of(head), values[0])
    for dim in meaning.blocked:
        if dim.root.blocks is None:
            raise ShapeError("blocks of something that has none")
    return values


def _kinds(task: Task, need: NeedKind) -> Costs:
    if need.key.startswith("call "):
        maps = need.key.removeprefix("call ") in VECTOR_MAPS
        return (("map", 0), ("number", 2)) if maps else (("number", 0), ("map", 1))
    return candidates(need.key, need.count, task.known)


def _same(left: Value, right: Value) -> None:
    what = f"one side is {left.said}, the other {right.said}"
    unify(left.rows, right.rows, what=what)
    unify(left.columns, right.columns, what=what)


def fresh_meaning(
    known: Facts, components: bool, base: int, head: str, words: frozenset[str]
) -> Callable[[Kinds], Meaning]:
    """How a meaning starts."""

    def start(kinds: Kinds) -> Meaning:
        return Meaning(
            kinds,
            known,
            Sizes(base, words, frozenset(known.places | known.bound)),
            components,
            head,
        )

    return start
