"""What a mechanism contributes to a Form (`Part`), and how contributions compose by `+` and `|`.

`+` intersects supports, adds score terms and applies operators left to right: a score operator acts
on all that stands left of it, a vector operator on q and k in the order written. `|` unites
supports. Two normalisers, head maps, values, outputs or contents are an error that names both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from symattn.core.declare import RESERVED, declared, width
from symattn.core.errors import Usage
from symattn.core.expression import (
    H_INDEX,
    KEY,
    MIXED,
    QUERY,
    TRUE,
    VALUE,
    ZERO,
    Expr,
    conjunction,
    disjunction,
    rebuild,
    substitute,
    symbol,
    tidy,
    vector,
    walk,
)
from symattn.core.form import CONTENT, SOFTMAX, Form, Normaliser, Parameter, Row
from symattn.core.shared_names import refuse_shared
from symattn.core.text import show

KEY_SIDE = frozenset(("W_k", "W_v"))  # projections that belong to a key head
WHOLE_WIDTH = Expr("call", ("whole",))  # of a rotation: as wide as the vector that it turns
SCORE = symbol("score")  # the hole of a score operator


@dataclass(frozen=True, slots=True)
class Part:
    """One mechanism's contribution; whatever is left out stays as it is."""

    name: str = ""
    support: Expr = TRUE
    content: tuple[Row, ...] | None = None  # replaces softmax(q . k / sqrt(d))
    term: Expr | None = None  # is added to every score
    operator: Expr | None = None  # a score with the hole `score`
    query: Expr | None = None  # a vector with the hole q[i]
    key: Expr | None = None  # a vector with the hole k[j]
    mixed: Expr | None = None  # a vector with the hole v[j]
    value: Expr | None = None  # replaces v[j]
    sources: tuple[tuple[str, str], ...] = ()  # ("q", "x"): what the queries are made from
    roles: tuple[tuple[str, str], ...] = ()  # ("q1", "q"): vectors that play the part of q or k
    output: Expr | None = None
    normaliser: Normaliser | None = None
    heads: Expr | None = None
    empty: str | None = None
    offset: Expr | None = None
    parameters: tuple[Parameter, ...] = ()
    conditions: tuple[Expr, ...] = ()
    open: tuple[str, ...] = ()  # names that the mechanism chose itself
    given: tuple[str, ...] = ()  # names that its user gave it
    renamed: tuple[tuple[str, str], ...] = ()  # for an open name a call that has another


def part_of(form: Form) -> Part:
    """A whole Form as one part, so that a Form read from text composes like a mechanism."""
    return Part(
        name=form.name or "the form",
        support=form.support,
        content=form.rows,
        value=None if form.value == VALUE else form.value,
        output=None if form.output == MIXED else form.output,
        heads=form.heads,
        empty=None if form.empty == "zero" else form.empty,
        offset=None if form.offset == ZERO else form.offset,
        parameters=form.parameters,
        conditions=form.conditions,
        given=tuple(sorted(form.names - RESERVED - {"x"})),
    )


def parts_of(form: Form) -> tuple[Part, ...]:
    return form.parts or (part_of(form),)


def add(left: Form, right: Form) -> Form:
    """The composition `left + right`."""
    return compose((*parts_of(left), *parts_of(right)), f"{_plus(left)}+{_plus(right)}")


def _plus(form: Form) -> str:
    name = form.name or "form"
    return f"({name})" if "|" in name else name


def unite(left: Form, right: Form) -> Form:
    """The composition `left | right`: either support, everything else in common."""
    name = f"{left.name or 'form'} | {right.name or 'form'}"
    parts = []
    for this, other in ((left, right), (right, left)):
        for part in parts_of(this):
            bare = replace(part, support=TRUE)
            known = [replace(p, name=part.name, support=TRUE) for p in parts_of(other)]
            kept = ("name", "parameters", "conditions", "open", "given", "renamed")
            neutral = Part(**{slot: getattr(part, slot) for slot in kept})
            if bare != neutral and bare not in known:
                raise Usage(
                    f"'|' unites supports, but {part.name} changes more than the support "
                    f"(write ({name}) without it, then add it with '+')"
                )
    for part in (*parts_of(left), *parts_of(right)):
        bare = replace(part, support=TRUE)
        if bare not in parts:
            parts.append(bare)
    parts.append(Part(name=name, support=disjunction(left.support, right.support)))
    return compose(tuple(parts), name)


def compose(parts: tuple[Part, ...], name: str = "") -> Form:
    """The Form that parts make, read from left to right."""
    rows = _only("content", parts, (Row(CONTENT),))
    normaliser = _only("normaliser", parts)
    if normaliser is not None:
        if any(row.normaliser not in (SOFTMAX, normaliser) for row in rows):
            raise Usage(f"{_bearers('normaliser', parts)} and {_bearers('content', parts)} "
                        "both set the normaliser")  # fmt: skip
        rows = tuple(replace(row, normaliser=normaliser) for row in rows)
    support = TRUE
    for part in parts:
        support = conjunction(support, part.support)
        rows = tuple(replace(row, score=_scored(row.score, part)) for row in rows)
    rows = _with_vectors(rows, parts)
    conditions = tuple(dict.fromkeys(c for part in parts for c in part.conditions))
    known = {p.name: p for part in parts for p in part.parameters}
    rows = tuple(replace(row, score=_turned(row.score, known)) for row in rows)
    raw = Form(
        support=support,
        rows=rows,
        value=_chain("mixed", VALUE, _only("value", parts, VALUE), _sources(parts), parts),
        output=_only("output", parts, MIXED),
        heads=_only("heads", parts),
        empty=_only("empty", parts, "zero"),
        offset=_only("offset", parts, ZERO),
        conditions=conditions,
        name=name or "+".join(part.name for part in parts),
        parts=parts,
    )
    if raw.heads is not None:
        raw = replace(raw, **_per_head(raw, parts))
    return declared(replace(raw, parameters=_declarations(raw, parts)))


def _scored(score: Expr, part: Part) -> Expr:
    if part.term is not None:
        opposite = _opposite(part.term)
        again = None if opposite is None else _opposite(opposite)
        if again is not None:  # minus a slope that is itself written with a minus
            score = score + again
        else:
            score = score + part.term if opposite is None else score - opposite
    return score if part.operator is None else substitute(part.operator, {SCORE: score})


def _opposite(term: Expr) -> Expr | None:
    """`t` for a term that is written `-t`, so that a sum can say `score - t`."""
    if term.op == "neg":
        return term.parts[0]
    if term.op == "number" and Fraction(term.args[0]) < 0:  # type: ignore[arg-type]
        return -term
    if term.op in ("*", "/"):
        first = _opposite(term.parts[0])
        return None if first is None else tidy(Expr(term.op, (first, term.parts[1])))
    return None


def _with_vectors(rows: tuple[Row, ...], parts: tuple[Part, ...]) -> tuple[Row, ...]:
    """The rows with the vector operators applied to whatever plays query and key."""
    roles = dict(pair for part in parts for pair in part.roles)
    sources = _sources(parts)
    for slot, hole in (("query", QUERY), ("key", KEY)):
        letter = hole.name
        players = {vector(name, *hole.parts) for name, role in roles.items() if role == letter}
        players = players or {hole}
        present = {node for row in rows for node in walk(row.score)}
        if any(getattr(part, slot) is not None for part in parts) and not players & present:
            acting = next(part.name for part in parts if getattr(part, slot) is not None)
            raise Usage(f"{acting} acts on {letter}, and the score has no {letter}")
        values = {p: _chain(slot, hole, p, sources, parts) for p in players}
        rows = tuple(replace(row, score=substitute(row.score, values)) for row in rows)
    return rows


def _turned(score: Expr, known: dict[str, Parameter]) -> Expr:
    """The score with the widths of rotations that turn whole vectors, x before a projection too."""

    def change(node: Expr) -> Expr | None:
        if node.op != "rope" or node.parts[4] != WHOLE_WIDTH:
            return None
        what, *rest = (rebuild(part, change) for part in node.parts[:4])
        size = width(what, known)
        if size is None:
            raise Usage(f"rope turns {show(what)}, whose width is not known; give rope(width=...)")
        return Expr("rope", (what, *rest, size))

    return rebuild(score, change)


def _sources(parts: tuple[Part, ...]) -> dict[str, str]:
    """What q, k and v are made from; two different answers are an error."""
    found: dict[str, tuple[str, str]] = {}
    for part in parts:
        for letter, source in part.sources:
            if letter in found and found[letter][1] != part.name:
                raise Usage(
                    f"{found[letter][1]} and {part.name} both say what {letter} is made from; "
                    "a composition has one of them"
                )
            found[letter] = (source, part.name)
    return {letter: source for letter, (source, _) in found.items()}


def _chain(
    slot: str, hole: Expr, start: Expr, sources: dict[str, str], parts: tuple[Part, ...]
) -> Expr:
    """The vector after every operator of its slot, in the order written."""
    chain = start
    if chain == hole and hole.name in sources:
        chain = vector(sources[hole.name], *hole.parts)
    for part in parts:
        operator = getattr(part, slot)
        if operator is not None:
            chain = substitute(operator, {hole: chain})
    return chain


def _only(slot: str, parts: tuple[Part, ...], otherwise: Any = None) -> Any:
    """The one answer that the parts give for a slot, if any does."""
    found: list[Part] = [part for part in parts if getattr(part, slot) is not None]
    values = {getattr(part, slot) for part in found}
    if len(values) > 1:
        names = " and ".join(dict.fromkeys(part.name for part in found))
        raise Usage(f"{names} both set the {slot}; a composition has one")
    return values.pop() if values else otherwise


def _bearers(slot: str, parts: tuple[Part, ...]) -> str:
    return " and ".join(part.name for part in parts if getattr(part, slot) is not None)


def _per_head(form: Form, parts: tuple[Part, ...]) -> dict[str, Any]:
    """With a head map every head has projections of its own: W_q becomes W_q[h], and so on."""
    own = {
        p.name
        for part in parts
        for p in part.parameters
        if part.sources and p.kind == "matrix" and not p.indices
    }

    def change(node: Expr) -> Expr | None:
        if node.op != "matrix" or node.name not in own or node.parts:
            return None
        head = form.key_head if node.name in KEY_SIDE else H_INDEX
        return Expr("matrix", (node.name, head))

    rows = tuple(replace(row, score=rebuild(row.score, change)) for row in form.rows)
    return {"rows": rows, "value": rebuild(form.value, change)}


def _declarations(form: Form, parts: tuple[Part, ...]) -> tuple[Parameter, ...]:
    """The parts' declarations that the composed Form still uses, one for each name."""
    used = form.names
    refuse_shared(parts, used)
    found: dict[str, tuple[Parameter, str]] = {}
    for part in parts:
        for parameter in part.parameters:
            known = found.get(parameter.name)
            if known is not None and known[0] != parameter:
                raise Usage(f"{known[1]} and {part.name} both use {parameter.name!r}, differently")
            found[parameter.name] = (parameter, part.name)
    kept = []
    for parameter, _ in found.values():
        counts = {
            len(n.parts) for e in form.expressions for n in walk(e)
            if n.op == parameter.kind == "matrix" and n.name == parameter.name
        }  # fmt: skip
        parameter = replace(parameter, indices=counts.pop()) if counts else parameter
        kept.append(parameter)
    shapes = {str(s.args[0]) for p in kept if p.name in used for s in p.shape if s.op == "symbol"}
    return tuple(p for p in kept if p.name in used | shapes)
