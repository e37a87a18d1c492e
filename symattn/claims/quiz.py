"""The shipped bank as questions: found, varied by a seed, verified before anybody sees them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from symattn.claims.expanding import tasks
from symattn.claims.explaining import explained
from symattn.claims.running import Judge, in_turn
from symattn.claims.task import Task
from symattn.claims.variants.families import FAMILIES, variant
from symattn.core.errors import SymattnError, Usage, did_you_mean
from symattn.core.question import Option, Question
from symattn.core.report import Place
from symattn.reading.claim_file import Entry, read_claim_file
from symattn.reading.nodes import BadFile

BANKS = Path(__file__).parent / "banks"
ATTEMPTS = 8  # draws for one seed; a variant that we cannot decide is never written
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A question of the bank."""

    topic: str
    entry: Entry

    @property
    def varies(self) -> bool:
        """Whether a seed changes more than the order of the options."""
        return self.entry.id in FAMILIES


def bank(name: str = "foundations") -> list[Row]:
    """The questions of a bank, topic by topic.

    >>> [row.entry.id for row in bank() if row.topic == "patterns"]
    ['heat-4', 'alpha-0', 'mask-shape', 'apply-mask', 'violate-4']
    """
    rows = []
    for path in sorted((BANKS / name).glob("*.claims.yaml")):
        for entry in read_claim_file(path, path.name):
            if isinstance(entry, BadFile):
                raise entry
            rows.append(Row(path.name.partition(".")[0], entry))
    return rows


def chosen(words: Sequence[str]) -> list[Row]:
    """The rows of the named topics or questions; all rows if none is named.

    >>> [row.entry.id for row in chosen(["fox", "positive"])]
    ['fox', 'positive']
    """
    rows = bank()
    known = [*dict.fromkeys(row.topic for row in rows), *(row.entry.id for row in rows)]
    for word in words:
        if word not in known:
            topics = ", ".join(dict.fromkeys(row.topic for row in rows))
            hint = did_you_mean(word, known) or f"topics are {topics}"
            raise Usage(f"no topic or question {word!r}; {hint}. See: symattn quiz --list")
    return [row for row in rows if not words or row.topic in words or row.entry.id in words]


def quiz(
    words: Sequence[str] = (),
    seed: int | None = None,
    count: int | None = None,
    judged: Judge = in_turn,
) -> Iterator[Question]:
    """Verified questions about the topics: those of the bank, or the variants that a seed makes."""
    rows = chosen(words)
    planned = [(row, seed) for row in rows]
    if count is not None and count < len(planned):
        kept = sorted(Random(f"quiz {seed}").sample(range(len(planned)), count))
        planned = [planned[at] for at in kept]
    elif count is not None and count > len(planned):
        varied = [row for row in rows if row.varies]
        if seed is None or not varied:
            raise Usage(f"only {len(rows)} questions; more of them need --seed and a question that"
                        " varies (symattn quiz --list)")  # fmt: skip
        more = range(count - len(planned))
        planned += [(varied[k % len(varied)], seed + 1 + k // len(varied)) for k in more]
    for row, own in planned:
        yield asked_question(row, own, judged)


class Unverified(SymattnError):
    """A question whose claims do not come out as it says; it is not asked."""


def asked_question(row: Row, seed: int | None, judged: Judge = in_turn) -> Question:
    """The question of a row, or its variant, with every option verified."""
    if seed is None or not row.varies:
        return question(row.topic, row.entry, seed or 0, judged)
    for attempt in range(ATTEMPTS):
        drawn = variant(row.entry.id, seed, attempt)
        entry = Entry(drawn, {}, Place(f"{row.entry.id}, seed {seed}", 1))
        try:
            return question(row.topic, entry, seed, judged)
        except Unverified as error:
            last = error
    raise last


def question(topic: str, entry: Entry, seed: int, judged: Judge = in_turn) -> Question:
    """An entry as a question, after each of its claims was decided as it says."""
    found = [(task, record) for task, record, _ in judged(tasks(entry))]
    for task, record in found:
        if not _met(task, record):
            raise Unverified(f"{task.id}: expected {task.expect}, got {record['verdict']}"
                             f" ({record.get('reason') or task.text})")  # fmt: skip
    options = list(_options(entry, found))
    if entry.kind != "truefalse":
        Random(f"{entry.id} {seed}").shuffle(options)
    text = str(entry.fields.get("statement", ""))
    return Question(entry.id, topic, text, tuple(options), dict(entry.fields))


def _met(task: Task, record: Record) -> bool:
    verdict = record["verdict"]
    return verdict == task.expect or (verdict, task.expect) == ("relabelled", "refuted")


def _options(entry: Entry, found: Sequence[tuple[Task, Record]]) -> Iterator[Option]:
    """The options with what is said about them: words of the bank, then the counterexample."""
    kind, computed = entry.kind, [explained(task, record) for task, record in found]
    said = entry.fields.get("feedback", "")
    words = said if isinstance(said, Mapping) else {}
    common = "" if isinstance(said, Mapping) else str(said)
    for at, (name, text, right) in enumerate(formal(entry)):
        why = computed[0] if kind == "truefalse" else computed[at]
        if kind == "truefalse" and not why:
            why = "The statement is true."
        own = str(words.get(name, common))
        yield Option(text, right, " ".join(part for part in (own, "" if right else why) if part))


def formal(entry: Entry) -> list[tuple[str, str, bool]]:
    """The options of an entry: their names in it, their texts, and which one is right.

    >>> fields = {"id": "a", "kind": "count", "answer": 6, "wrong": [5, 8]}
    >>> formal(Entry(fields, {}, Place("x", 1)))
    [('right', '6', True), ('1', '5', False), ('2', '8', False)]
    """
    fields, kind = entry.fields, entry.kind
    if kind == "choice":
        keyed = str(fields["answer"])
        return [
            (label, _text(option, str(fields.get("of", "equal"))), label == keyed)
            for label, option in fields["options"].items()
        ]
    if kind == "truefalse":
        return [(word, word, (word == "True") == fields["answer"]) for word in ("True", "False")]
    wrong = [(str(at), _text(w, kind), False) for at, w in enumerate(fields.get("wrong", ()), 1)]
    return [("right", _text(fields["answer"], kind), True), *wrong]


def _text(option: Any, kind: str) -> str:
    """An option as it is shown."""
    if isinstance(option, Mapping):
        return str(option["text"]) if "text" in option else _text(option.get("answer", ""), kind)
    if not isinstance(option, list):
        return str(option)
    parts = [str(part) for part in option]
    if kind == "value":
        return f"({', '.join(parts)})"
    return {"matrix": " / ", "order": " -> "}.get(kind, ", ").join(parts)


def marked(asked: Question) -> Entry:
    """The entry behind a question that was read back, keyed as the question marks its options.

    The claims come from the entry, the key from the marks: a wrong mark makes a wrong entry.
    """
    entry = Entry(asked.entry, {}, Place(asked.id, 1))
    names = {text: name for name, text, _ in formal(entry)}
    unknown = [option.text for option in asked.options if option.text not in names]
    if unknown or len(asked.options) != len(names):
        raise Unverified(f"{asked.id}: its options are not those of its claims: {unknown[:1]}")
    right = [names[option.text] for option in asked.options if option.right]
    if len(right) != 1:
        raise Unverified(f"{asked.id}: {len(right)} options are marked as right, not one")
    return Entry(_keyed(entry, right[0]), {}, entry.place)


def _keyed(entry: Entry, name: str) -> dict[str, Any]:
    """The fields of an entry with another key."""
    fields = dict(entry.fields)
    if entry.kind == "choice":
        return fields | {"answer": name}
    if entry.kind == "truefalse":
        return fields | {"answer": name == "True"}
    if name != "right":
        wrong = list(fields["wrong"])
        at = int(name) - 1
        fields["answer"], wrong[at] = wrong[at], fields["answer"]
        fields["wrong"] = wrong
    return fields
