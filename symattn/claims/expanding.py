"""An entry of a claim file becomes tasks: the claim itself, its wrong variants, its options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from symattn.claims.task import SIZES, Task
from symattn.core.errors import Unreadable
from symattn.core.expression import free_names
from symattn.core.report import Place
from symattn.reading.claim_file import Entry
from symattn.reading.nodes import BadFile

ANSWERED = ("count", "set", "enumeration", "value", "shape", "cost", "order", "matrix")
USED = {  # kind -> the keys that say what it asks; any other of them would be ignored
    "equal": "claim reference given",
    "truefalse": "claim reference given answer",
    "independent": "claim reference given",
    "steps": "claim given answer",
    "count": "claim reference given answer",
    "set": "reference given answer",
    "enumeration": "reference given answer",
    "matrix": "claim reference given answer tolerance",
    "value": "claim reference given answer tolerance",
    "shape": "claim reference given answer",
    "cost": "reference given answer",
    "order": "reference answer",
}
ASKING = ("claim", "reference", "given", "answer", "tolerance")
OPTION_KEYS = ("text", "claim", "answer", "reference", "given")


def tasks(entry: Entry) -> Iterator[Task]:
    """Every question that an entry asks, the main one first.

    >>> fields = {"id": "a", "kind": "truefalse", "claim": "1 == 2", "answer": False}
    >>> [(t.id, t.expect) for t in tasks(Entry(fields, {}, Place("x.yaml", 1)))]
    [('a', 'refuted')]
    """
    kind = entry.kind
    _check_keys(entry)
    if "expect" in entry.fields and kind in ("truefalse", "choice"):
        raise _wrong(entry, f"the answer of kind {kind} says what is expected; leave out 'expect'")
    if kind == "choice":
        yield from _options(entry)
        return
    base = _task(entry, kind)
    if kind == "truefalse":
        truth = bool(entry.fields["answer"])
        base = replace(base, answer=None, expect="proved" if truth else "refuted")
    else:
        _complete(entry, base)
    yield base
    for at, variant in enumerate(entry.fields.get("wrong", ()), 1):
        found = replace(_variant(entry, base, variant), feedback=_feedback(entry, str(at)))
        yield replace(found, id=f"{entry.id}/wrong-{at}", expect="refuted")


def _options(entry: Entry) -> Iterator[Task]:
    """One question for each option, and whether the options are different."""
    fields, kind = entry.fields, str(entry.fields.get("of", "equal"))
    keyed = str(fields["answer"])
    if keyed not in fields["options"]:
        known = ", ".join(fields["options"])
        raise _wrong(entry, f"the answer {keyed!r} is none of the options {known}")
    if "wrong" in fields:
        raise _wrong(entry, "the options of a choice are its wrong variants; leave out 'wrong'")
    base = replace(_task(entry, kind), answer=None)
    found = []
    for label, option in fields["options"].items():
        task = _variant(entry, base, option)
        if kind == "truefalse":
            task = replace(task, answer=None)
        said = _feedback(entry, label)
        task = replace(task, feedback=said, expect="proved" if label == keyed else "refuted")
        _complete(entry, task)
        found.append(replace(task, id=f"{entry.id}/{label}"))
    yield from found
    yield replace(base, id=f"{entry.id}/distinct", kind="distinct", others=tuple(found))


def _task(entry: Entry, kind: str) -> Task:
    """The question of an entry, its defaults filled in."""
    fields, defaults = entry.fields, entry.defaults
    reference, output = fields.get("reference", ""), ""
    if isinstance(reference, Mapping):
        reference, output = reference["mechanism"], reference.get("output", "weight")
    given = dict(fields.get("given", {}))
    for name, value in defaults.get("sizes", {}).items():
        if kind in ANSWERED and reference:
            given.setdefault(name, value)
    claim = fields.get("claim", "")
    return Task(
        entry.id,
        kind,
        str(fields.get("expect", "proved")),
        entry.place,
        _with_where(claim, defaults.get("where", "")),
        tuple(reference) if isinstance(reference, list) else reference,
        output,
        given,
        fields.get("answer"),
        str(fields.get("tolerance", "")),
        int(defaults.get("index_base", 0)),
        {name: defaults[name] for name in ("rows", "notation", "index_base") if name in defaults},
        statement=fields.get("statement", ""),
        feedback=_feedback(entry, "right"),
        source=fields.get("source", ""),
    )


def _feedback(entry: Entry, label: str) -> str:
    """What is said about an answer: one text for all, or one by label ("right", "1", "A")."""
    said = entry.fields.get("feedback", "")
    return str(said.get(label, "")) if isinstance(said, Mapping) else str(said)


def _with_where(claim: Any, where: str) -> Any:
    """The claim under the default conditions, if it says every name of them and has none itself."""
    if isinstance(claim, list):
        return tuple(_with_where(line, where) for line in claim)
    if not where or not claim or "where" in claim.split():
        return claim
    from symattn.core.text import read, tokens

    if "\\" in claim or "$" in claim:
        return claim
    try:
        words = {token.text for token in tokens(claim)}
    except Unreadable:  # the prover says so itself
        return claim
    names = free_names(read(where)) - set(SIZES)
    return f"{claim} where {where}" if names <= words else claim


def _variant(entry: Entry, base: Task, variant: Any) -> Task:
    """The question with a part replaced: its answer if it has one, else its claim."""
    where = entry.defaults.get("where", "")
    if isinstance(variant, Mapping):
        for key in variant:
            if key not in OPTION_KEYS:
                raise _wrong(entry, f"unknown key {key!r}; an option has {', '.join(OPTION_KEYS)}")
        changed: dict[str, Any] = {k: v for k, v in variant.items() if k != "text"}
        if "given" in changed:
            changed["given"] = {**base.given, **changed["given"]}
        if "claim" in changed:
            changed["claim"] = _with_where(changed["claim"], where)
        if "text" in variant:
            changed["statement"] = str(variant["text"])
        return replace(base, **changed)
    if base.kind in ANSWERED and (base.reference or base.kind in ("value", "shape")):
        return base.answered(variant)
    if base.kind == "steps" and isinstance(variant, list):
        return replace(base, claim=_with_where(variant, where), answer=None)
    if not isinstance(variant, str):
        raise _wrong(entry, f"expected a claim as a text, got {str(variant)[:60]!r}")
    return replace(base, claim=_with_where(variant, where))


def _check_keys(entry: Entry) -> None:
    """Refuse a key that would be ignored."""
    kind = str(entry.fields.get("of", "equal")) if entry.kind == "choice" else entry.kind
    used = {*USED[kind].split(), *(["answer"] if entry.kind == "choice" else [])}
    for key in ASKING:
        if key in entry.fields and key not in used:
            raise _wrong(entry, f"{key!r} has no meaning for kind {kind}")


def _complete(entry: Entry, task: Task) -> None:
    """Refuse a question that asks nothing."""
    if not task.claim and not task.reference:
        raise _wrong(entry, f"kind {task.kind} needs 'claim' or 'reference'")
    if task.kind in ("count", "matrix") and task.reference and task.answer is None:
        raise _wrong(entry, f"kind {task.kind} with 'reference' needs 'answer'")


def _wrong(entry: Entry, message: str) -> BadFile:
    return BadFile(f"claim {entry.id!r}: {message}", entry.place.line, entry.place.file)


__all__ = ["Place", "tasks"]
