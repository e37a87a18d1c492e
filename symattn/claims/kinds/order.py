"""Kind order: steps in a partial order; every order that respects it is right."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from symattn.claims.records import Record, record
from symattn.claims.task import Task
from symattn.core.errors import Unreadable
from symattn.deciding.finite import Question, settled
from symattn.reading.answers import split

Pairs = set[tuple[str, str]]


def order(task: Task) -> Record:
    """The listed steps are all of them, each once, and none stands before what it needs."""
    steps, before = partial_order(task.reference)
    answer = task.answer if isinstance(task.answer, list) else list(split(str(task.answer)))
    given = [" ".join(str(part).split()) for part in answer]
    places = {step: at for at, step in enumerate(given)}
    early = [f"{b} before {a}" for a, b in sorted(before)
             if a in places and b in places and places[b] < places[a]]  # fmt: skip
    items = [
        ("missing", [step for step in steps if step not in places]),
        ("extra", [step for step in places if step not in steps]),
        ("twice", sorted({step for step in given if given.count(step) > 1})),
        ("too early", early),
    ]
    wrong = any(named for _, named in items)
    asked = Question(
        task.described[:400],
        f"{', '.join(given)} is an order of {', '.join(steps)} with "
        + " and ".join(f"{a} before {b}" for a, b in sorted(before)),
        "this order",
        replay="",
    )
    right = ", ".join(linear(steps, before))
    placed = ", ".join(given)
    first, second = (placed if ok else right for ok in (not wrong, walks(given, steps, before)))
    return record(settled(asked, first, second, placed, str, items))


def partial_order(reference: Any) -> tuple[list[str], Pairs]:
    """The steps and who stands before whom, from lines such as `scores, mask < softmax < sum`.

    >>> steps, before = partial_order("a, b < c")
    >>> steps, sorted(before)
    (['a', 'b', 'c'], [('a', 'c'), ('b', 'c')])
    """
    lines = reference if isinstance(reference, tuple) else [reference]
    steps: dict[str, None] = {}
    before: Pairs = set()
    for text in lines:
        groups = [[" ".join(w.split()) for w in group.split(",")] for group in text.split("<")]
        if not all(word for group in groups for word in group):
            raise Unreadable(text[:200], 0, "expected steps such as 'scores, mask < softmax'")
        for group in groups:
            steps.update(dict.fromkeys(group))
        for left, right in pairwise(groups):
            before |= {(a, b) for a in left for b in right}
    if len(steps) > 200:
        raise Unreadable("", 0, f"{len(steps)} steps (limit 200)", source="reference")
    if len(list(linear(list(steps), before))) < len(steps):
        raise Unreadable("", 0, "the order runs in a circle", source="reference")
    return list(steps), before


def linear(steps: list[str], before: Pairs) -> Iterator[str]:
    """One order that is right; it ends early if there is none."""
    left = list(steps)
    while left:
        free = next((s for s in left if not any(b == s and a in left for a, b in before)), None)
        if free is None:
            return
        left.remove(free)
        yield free


def walks(given: list[str], steps: list[str], before: Pairs) -> bool:
    """Whether one can do the given steps one after the other, and is done at the end."""
    done: set[str] = set()
    for step in given:
        if step not in steps or step in done or any(b == step and a not in done for a, b in before):
            return False
        done.add(step)
    return done == set(steps)
