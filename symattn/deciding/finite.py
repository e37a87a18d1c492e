"""Verdicts about questions with a finite answer: sets of positions, numbers of keys, orders.

The true answer is computed in two ways that share no code; where they differ, that is our bug and
nothing is decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from symattn.core import region
from symattn.core.errors import NotConcrete
from symattn.core.form import Form
from symattn.core.interpret import Environment, exact, holds
from symattn.core.report import Finding
from symattn.core.text import show
from symattn.core.verdict import Counterexample, Number, Proved, Refuted, Undecided, Verdict

OUR_BUG = "our bug: two computations of the right answer differ; please report this claim"
MOST_PAIRS = 1_000_000  # which are all tried, one by one
Pairs = frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, in the words of the claim and in ours, and for which sizes."""

    claim: str
    reading: str
    scope: str
    values: tuple[tuple[str, Number], ...] = ()
    replay: str = ""


def settled(
    asked: Question,
    right: Any,
    again: Any,
    answered: Any,
    words: Callable[[Any], str],
    items: Iterable[tuple[str, Iterable[str]]] = (),
) -> Finding:
    """The finding about an answer; `right` and `again` are the true one, computed twice.

    >>> asked = Question("1 + 1 == 3", "1 + 1 is 3", "this number")
    >>> settled(asked, 2, 2, 3, str).verdict.counterexample.left
    '2'
    """
    engines = (f"ranges: {words(right)[:200]}", f"one by one: {words(again)[:200]}")
    found: Verdict
    named = tuple((name, tuple(all_)) for name, all_ in items)
    named = tuple((name, all_) for name, all_ in named if all_)
    if right != again:
        found = Undecided(OUR_BUG, f"{words(right)} and {words(again)}"[:400])
    elif right == answered and not named:
        found = Proved(asked.scope, None, ("every case was tried",))
    else:
        found = Refuted(case(asked, words(right), words(answered)))
    return Finding(asked.claim, asked.reading, found, engines, named)


def case(asked: Question, left: str, right: str, note: str = "") -> Counterexample:
    """The counterexample that an answer other than the right one is."""
    return Counterexample(asked.values, (), left, right, asked.replay, note)


def undecided(asked: Question, reason: str, known: str = "") -> Finding:
    """A finding that decides nothing, and says why."""
    return Finding(asked.claim, asked.reading, Undecided(reason, known), ("none: " + reason,))


def gave_up(reason: str) -> Undecided:
    """The verdict about a claim that no engine got to the end of: a crash, a lost worker."""
    return Undecided(reason)


def pairs_of(form: Form, n_q: int, n_k: int, env: Environment) -> tuple[Pairs, Pairs]:
    """The visible pairs, by ranges of keys and by asking about every pair.

    >>> from symattn.core.form_text import form
    >>> first, second = pairs_of(form("j <= i"), 2, 2, Environment())
    >>> sorted(first), first == second
    ([(0, 0), (1, 0), (1, 1)], True)
    """
    if n_q * n_k > MOST_PAIRS:
        raise NotConcrete(f"{n_q} x {n_k} pairs are too many to list (limit {MOST_PAIRS})")
    by_range = frozenset(
        (i, j) for i, keys in region.rows(form, n_q, n_k, env) for part in keys for j in part
    )
    at = region.sized(env, n_q, n_k)
    first = int(exact(form.offset, at))
    one_by_one = frozenset(
        (i, j)
        for i in range(first, first + n_q)
        for j in range(n_k)
        if holds(form.support, at.at(i=i, j=j))
    )
    return by_range, one_by_one


def keys_of(form: Form, i: int, n_q: int, n_k: int, env: Environment) -> tuple[Any, Any]:
    """The keys that one query sees, by ranges and by asking about every key."""
    if n_k > MOST_PAIRS:
        raise NotConcrete(f"{n_k} keys are too many to list (limit {MOST_PAIRS})")
    at = region.sized(env, n_q, n_k)
    first = int(exact(form.offset, at))
    if not first <= i < first + n_q:
        raise NotConcrete(f"there is no query at position {i}: they run {first}..{first + n_q - 1}")
    region.check_conditions(form, at)
    by_range = frozenset(j for part in region.row(form.support, i, n_k, at) for j in part)
    one_by_one = frozenset(j for j in range(n_k) if holds(form.support, at.at(i=i, j=j)))
    return by_range, one_by_one


def replay_of(form: Form, names: dict[str, Any], what: str) -> str:
    """A line of Python that computes the answer from the condition; it shares no code with us."""
    lines = "; ".join(f"{name} = {value!r}" for name, value in names.items())
    seen = show(form.support).replace("true", "True").replace("false", "False")
    return f'python -c "{lines}; print({what.replace("SEEN", seen)})"'
