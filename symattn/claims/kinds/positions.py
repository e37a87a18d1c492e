"""Kinds about which keys are seen: count, set and enumeration."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symattn.claims.kinds.lines import decided, line
from symattn.claims.records import Record, record
from symattn.claims.task import POSITIONS, SIZES, Task
from symattn.core.errors import Unreadable
from symattn.core.form import Form
from symattn.core.interpret import Environment, exact
from symattn.core.text import read, show
from symattn.deciding.finite import Question, keys_of, pairs_of, replay_of, settled
from symattn.reading.answers import Positions, read_keys, read_pairs, shortened

NOT_NUMBERS = (*SIZES, *POSITIONS, "labels")
WORD = re.compile(r"[kqvx]?_?\d+")


@dataclass(frozen=True, slots=True)
class Setting:
    """The mechanism of a task at its sizes."""

    form: Form
    n_q: int
    n_k: int
    env: Environment
    how: Positions

    @property
    def scope(self) -> str:
        if self.n_q == self.n_k:
            return f"n = {self.n_k}"
        return f"n_q = {self.n_q}, n_k = {self.n_k}"


def setting(task: Task) -> Setting:
    """The mechanism of a task at the sizes and with the numbers that are given."""
    from symattn.core.numbers import numbers
    from symattn.derivation.enumeration import known_numbers
    from symattn.mechanisms.spec import mechanism

    if not isinstance(task.reference, str) or not task.reference:
        raise Unreadable("", 0, f"kind {task.kind} needs a mechanism as 'reference'")
    form = _support_or_mechanism(task.reference) or mechanism(task.reference)
    labels = task.given.get("labels", [])
    if not isinstance(labels, list):
        raise Unreadable(str(labels)[:60], 0, "labels are a list of words", source="given")
    words = tuple(map(str, labels))
    if any(WORD.fullmatch(word) for word in words):
        raise Unreadable("", 0, "labels that look like positions", source="given")
    n_k = task.size("n_k", task.given.get("n", len(words) or None))
    n_q = task.size("n_q", task.given.get("n", n_k))
    if words and len(words) != n_k:
        raise Unreadable("", 0, f"{len(words)} labels for {n_k} positions", source="given")
    rest = {name: value for name, value in task.given.items() if name not in NOT_NUMBERS}
    for name in ("where", "line"):
        if name in rest:
            raise Unreadable(name, 0, "has no meaning where sizes are given", source="given")
    env = known_numbers(form, n_k, n_q, numbers(rest)) if rest else Environment()
    return Setting(form, n_q, n_k, env, Positions(task.base, words))


def _support_or_mechanism(text: str) -> Form | None:
    """A condition on i and j is a support by itself, as in claims."""
    from symattn.core.text import Reader
    from symattn.reading.spec_text import spec

    reader = Reader(text)
    form = spec(reader)
    return form if reader.next.kind == "end" else None


def _names(at: Setting, i: int | None = None) -> dict[str, Any]:
    sizes = {"n": at.n_k} if at.n_q == at.n_k else {"n_q": at.n_q, "n_k": at.n_k}
    known = {k: v for k, v in at.env.scalars.items() if isinstance(v, int)}
    return {**sizes, **known, **({} if i is None else {"i": i})}


def keys(task: Task) -> Record:
    """Set: the keys that a query sees are exactly the listed ones."""
    at, i = setting(task), task.position("i")
    if i is None:
        raise Unreadable("", 0, "'given' needs the position i of the query", source="set")
    answered = read_keys(task.answer, at.how)
    first, second = keys_of(at.form, i, at.n_q, at.n_k, at.env)
    asked = Question(
        task.described,
        f"the keys j of 0..{at.n_k - 1} with {show(at.form.support)} at i = {i}"
        f"{_counted(task)} are {shortened(sorted(set(answered)), at.how)}",
        f"i = {i}, {at.scope}",
        (*(("n", at.n_k),), ("i", i)),
        replay_of(at.form, _names(at, i), f"[j for j in range({at.n_k}) if SEEN]"),
    )
    items = _wrong_items(first, answered, at.how.named, lambda j: j > i)
    return record(settled(asked, first, second, frozenset(answered), _set_words(at), items))


def _counted(task: Task) -> str:
    return " (positions of the claim count from 1)" if task.base else ""


def _set_words(at: Setting) -> Any:
    return lambda found: shortened(sorted(found), at.how)


def _wrong_items(right: Any, answered: Sequence[Any], named: Any, future: Any) -> Iterable[Any]:
    """What is missing, what is too much (the future by itself), what stands twice."""
    extra = sorted(set(answered) - right)
    yield "missing", [named(x) for x in sorted(right - set(answered))]
    yield "future", [named(x) for x in extra if future(x)]
    yield "extra", [named(x) for x in extra if not future(x)]
    yield "twice", [named(x) for x, times in sorted(Counter(answered).items()) if times > 1]


def enumeration(task: Task) -> Record:
    """Enumeration: the products of queries and keys are exactly the listed ones, each once."""
    at = setting(task)
    row = task.position("i")
    answered = read_pairs(task.answer, at.how)
    first, second = pairs_of(at.form, at.n_q, at.n_k, at.env)
    if row is not None:
        first, second = (frozenset(p for p in pairs if p[0] == row) for pairs in (first, second))
    of = "" if row is None else f" at i = {row}"
    asked = Question(
        task.described[:400],
        f"the pairs (i, j) with {show(at.form.support)}{of}, {at.scope}{_counted(task)}, "
        f"are the {len(answered)} listed ones",
        at.scope,
        (("n", at.n_k),) if at.n_q == at.n_k else (("n_q", at.n_q), ("n_k", at.n_k)),
        replay_of(
            at.form, _names(at),
            f"[(i, j) for i in range({at.n_q}) for j in range({at.n_k}) if SEEN]",
        ),
    )  # fmt: skip
    items = _wrong_items(first, answered, at.how.product, lambda p: p[1] > p[0])
    once = len(set(answered)) == len(answered)
    listed = frozenset(answered) if once else tuple(answered)
    return record(settled(asked, first, second, listed, _pair_words(at), items))


def _pair_words(at: Setting) -> Any:
    def words(found: Any) -> str:
        told = [at.how.product(pair) for pair in sorted(found)[:8]]
        more = f", ... ({len(found)} products)" if len(found) > 8 else ""
        return ", ".join(told) + more if told else "no products"

    return words


def count(task: Task) -> Record:
    """Count: a number of products, at sizes that are given or for all of them."""
    if not task.reference:
        return decided(line(task), task)
    row, sized = task.given.get("i"), "n" in task.given or "n_k" in task.given
    if not sized:
        return decided(_for_all(task, row))
    at, i = setting(task), task.position("i")
    first: Any
    second: Any
    if i is None:
        first, second = pairs_of(at.form, at.n_q, at.n_k, at.env)
    else:
        first, second = keys_of(at.form, i, at.n_q, at.n_k, at.env)
    names = _names(at, i)
    sizes = {"n": at.n_k, "n_q": at.n_q, "n_k": at.n_k}
    sizes |= {} if i is None else {"i": i + task.base}  # as it is written
    number = Fraction(exact(read(str(task.answer)), at.env.at(**sizes)))
    what = "pairs (i, j)" if i is None else f"keys j at i = {i}"
    over = f"j in range({at.n_k}) if SEEN)"
    over = over if i is not None else f"i in range({at.n_q}) for {over}"
    asked = Question(
        task.described,
        f"the number of {what} with {show(at.form.support)}, {at.scope}, is {number}",
        at.scope if i is None else f"i = {i}, {at.scope}",
        (("n", at.n_k), *(() if i is None else (("i", i),))),
        replay_of(at.form, names, f"sum(1 for {over}"),
    )
    return record(settled(asked, Fraction(len(first)), Fraction(len(second)), number, str))


def _for_all(task: Task, row: Any) -> str:
    """A count for all sizes as a claim in one line, where positions count from 0."""
    others = set(task.given) - {"i", "where"}
    if others:
        message = f"{min(others)} has no meaning where no length is given; write it in 'reference'"
        raise Unreadable("", 0, message, source="given")
    answer, where = str(task.answer), str(task.given.get("where", ""))
    if row is None:
        return f"count({task.reference}) == {answer}" + (f" where {where}" if where else "")
    if row != "i":
        at = task.position("i")
        where = f"{where} and i == {at}" if where else f"i == {at}"
    if task.base:
        answer = re.sub(r"\bi\b", f"(i + {task.base})", answer)
    found = f"row_count({task.reference}, i) == {answer}"
    return found + (f" where {where}" if where else "")
