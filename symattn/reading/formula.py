"""`read_formula_claim`: the LaTeX of a paper as a claim, with every reading that it may have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

from symattn.core.errors import Unreadable
from symattn.core.formula_claim import FormulaMeaning, Mismatch, Reading
from symattn.core.term_claim import TermClaim
from symattn.reading.latex.claims import Pair, at_sizes, claims_of, widths_fit
from symattn.reading.latex.dims import Dim, ShapeError
from symattn.reading.latex.kinds import Declared, facts
from symattn.reading.latex.meaning import Meaning, Mixed, NotSupported
from symattn.reading.latex.search import Task, Typing, fresh_meaning, typings
from symattn.reading.latex.sides import Sides, sides_of
from symattn.reading.latex.statements import statement
from symattn.reading.latex.tree import Node, walk
from symattn.reading.latex.wording import latex_of, typing_words

MOST_CHOICES = 3
NEARBY = 1  # how much dearer a typing may be that suits both sides, not one of them best


class Misshapen(Unreadable):
    """No kinds of the letters fit one way to read a text."""


def read_formula_claim(
    text: str,
    *,
    reference: str | None = None,
    declarations: Sequence[str] = (),
    where: Sequence[str] = (),
    base: int | None = None,
) -> Reading:
    r"""What a formula says; `A = B` against the reference `A = C` compares B with C.

    Raises `core.errors.Unreadable` with the place, when a text cannot be read.

    >>> reading = read_formula_claim(r"\frac{1}{1+e^{-a}} = \frac{e^a}{1+e^a}")
    >>> reading.meanings[0].claims[0].left
    Expr('1 / (1 + exp(-a))')
    """
    from symattn.reading.latex.declarations import declared

    known = declared(declarations)
    met = dict(statement(text, {}, _functions(known)).met)
    if reference is not None:
        met |= statement(reference, {}, _functions(known)).met
    if len(met) > MOST_CHOICES:
        at = next(iter(met.values()))
        raise Unreadable(text, min(at, len(text)), "too many places that may be read in two ways")
    meanings: list[FormulaMeaning] = []
    first: Sides | None = None
    misshapen: Misshapen | None = None
    for values in product((True, False), repeat=len(met)):
        choices = dict(zip(met, values, strict=True))
        sides = sides_of(text, reference, where, choices, known)
        first = first or sides
        try:
            found = _meanings(text, sides, known, base, choices)
        except Misshapen as error:  # another way to read it may have shapes that fit
            misshapen = misshapen or error
            continue
        meanings += [m for m in found if not any(_same(m, other) for other in meanings)]
    meanings = [m for m in meanings if m.mismatch is None] or meanings
    if misshapen is not None and not meanings:
        raise misshapen
    assert first is not None
    left, right = (latex_of(first.trees[k]) for k in (first.pairs[0].left, first.pairs[0].right))
    return Reading(text, left, right, tuple(meanings))


def _functions(known: Mapping[str, Declared]) -> list[str]:
    return [name for name, d in known.items() if d.kind == "function"]


def _same(one: FormulaMeaning, other: FormulaMeaning) -> bool:
    return one.claims == other.claims and one.mismatch == other.mismatch


def _meanings(
    text: str, sides: Sides, known: Mapping[str, Declared], base: int | None,
    choices: Mapping[str, bool],
) -> list[FormulaMeaning]:  # fmt: skip
    """The readings of one tree: kinds of letters, and index bases."""
    try:
        found, mismatch = _typed(sides, known)
        if mismatch is not None:
            return [mismatch]
        bases = _bases(sides, found, base)
        meanings = []
        for typing in found:
            for first in bases:
                meanings += _claims(sides, typing, first, choices, len(bases) > 1)
        return meanings
    except NotSupported as error:
        raise Unreadable(text, min(error.at, len(text)), f"not supported yet: {error}") from None
    except Mixed as error:
        raise Unreadable(text, 0, f"the letter {error} stands for two things") from None
    except ShapeError as error:
        raise Misshapen(text, min(error.at, len(text)), f"shapes do not match: {error}") from None


def _task(sides: Sides, known: Mapping[str, Declared], trees: Sequence[Node]) -> Task:
    about = facts([*sides.trees, *sides.heads, *sides.conditions], known)
    words = frozenset(node.name for tree in sides.trees for node in walk(tree) if node.op == "name")
    words -= about.places | about.bound
    start = fresh_meaning(about, False, 0, sides.index, words)
    return Task(trees, sides.heads, start, about, {})


def _typed(
    sides: Sides, known: Mapping[str, Declared]
) -> tuple[list[Typing], FormulaMeaning | None]:
    """Typings of all sides together, or the reason why there are none."""
    together = _task(sides, known, sides.trees)
    joint = typings(together)
    alone = [_task(sides, known, [tree]) for tree in sides.trees]
    single = [typings(task) for task in alone]
    fitting = [at for at, found in enumerate(single) if found]
    trusted = [sides.trusted] if sides.trusted is not None else fitting
    fits = [t for t in joint if any(_agrees(t, s) for at in trusted for s in single[at])]
    if fits:
        return fits, None
    least = min((single[at][0].cost for at in trusted if single[at]), default=0)
    if joint and joint[0].cost <= least + NEARBY:
        return joint, None
    gaps = [task.gap for task in (together, *alone) if task.gap is not None]
    if gaps:
        raise gaps[0]
    if not fitting:
        error = alone[0].first_error or ShapeError("no kinds of its letters fit the formula")
        raise error
    if joint and not any(single[at] for at in trusted):
        return joint, None
    said = [_shape(found[0]) if found else "no shape" for found in single]
    if not any(single[at] for at in trusted):
        raise alone[trusted[0]].first_error or ShapeError("no kinds of its letters fit")
    start = next(single[at][0] for at in trusted if single[at])
    held = _task(sides, known, sides.trees)
    held.fixed = start.kinds
    typings(held)
    reason = str(held.first_error or together.first_error or "shapes that cannot match")
    ends = sides.pairs[0].left, sides.pairs[0].right
    return [], FormulaMeaning((), typing_words(start), (),
                              Mismatch(said[ends[0]], said[ends[1]], reason))  # fmt: skip


def _shape(typing: Typing) -> str:
    return typing.values[0].said


def _agrees(joint: Typing, single: Typing) -> bool:
    """Whether a typing gives the letters of one side the kinds that suit that side best."""
    return all(joint.kinds.get(key) == kind for key, kind in single.kinds.items())


def _bases(sides: Sides, found: Sequence[Typing], base: int | None) -> list[int]:
    """The numbers from which indices may count: as said, as sums show, else 0 and 1."""
    if base is not None:
        return [base]
    if not any(map(_counts_places, sides.trees)):
        return [0]
    evidence: set[int] = set()
    for typing in found:
        evidence |= _lows(typing.meaning)
    return [evidence.pop()] if len(evidence) == 1 else [0, 1]


def _counts_places(tree: Node) -> bool:
    """Whether it matters in a tree from which number places count."""
    inside = {id(p) for node in walk(tree) if node.op in ("name", "entry")
              for part in node.parts[node.op == "entry":] for p in walk(part)}  # fmt: skip
    for node in walk(tree):
        if node.op in ("sum", "prod", "max", "min") and node.name:
            if any(part.op != "absent" for part in node.parts[:3]):
                return True
        elif (
            node.op == "indicator"
            or (node.op == "case" and node.parts[1].op != "absent")
            or (id(node) in inside and node.op == "number")
        ) or _is_place(node, tree, inside):
            return True
    return False


def _is_place(node: Node, tree: Node, inside: set[int]) -> bool:
    """Whether a name of a place stands where it is a number."""
    if id(node) in inside or node.op != "name" or node.parts:
        return False
    return any(node.name == part.name and id(part) in inside for part in walk(tree))


def _lows(meaning: Meaning) -> set[int]:
    dims: list[Dim] = [*meaning.slots.values(), *meaning.free.values()]
    dims += [dim for shape in meaning.shapes.values() for dim in shape]
    found = set().union(*(dim.root.lows for dim in dims)) if dims else set()
    zeros = any(0 in dim.root.literals for dim in dims)
    return found or ({0} if zeros else set())


def _claims(
    sides: Sides, typing: Typing, base: int, choices: Mapping[str, bool], several: bool
) -> list[FormulaMeaning]:
    """The claims of one typing, counted from one base."""
    try:
        meaning, claims = _elaborated(sides, typing, base, False)
        mixed = (meaning.atoms_read and meaning.entries_read) or not widths_fit(meaning)
    except Mixed:
        mixed = True
    if mixed:
        meaning, claims = _elaborated(sides, typing, base, True)
    notes = [*meaning.notes]
    small = _expanded(sides, typing, base, mixed, meaning) if meaning.opaque else []
    if several and meaning.sizes.unsure:
        notes.append(f"indices count from {base}")
    notes += [f"{key}: {'usual' if value else 'other'} reading" for key, value in choices.items()]
    words = typing_words(Typing(typing.kinds, meaning, typing.values, 0))
    return [
        FormulaMeaning(tuple(claims), words, tuple(notes), None, not meaning.opaque, tuple(small))
    ]


def _expanded(
    sides: Sides, typing: Typing, base: int, mixed: bool, meaning: Meaning
) -> list[TermClaim]:
    """The claims at small sizes, at which a maximum over an index is one of a few numbers."""
    names = meaning.extreme_sizes - meaning.index_names()
    found: list[TermClaim] = []
    for size in (2, 3):
        again, claims = _elaborated(sides, typing, base, mixed, dict.fromkeys(names, size))
        if not again.opaque:
            found += [at_sizes(claim, again.sizes.fixed) for claim in claims]
    return found


def _elaborated(
    sides: Sides,
    typing: Typing,
    base: int,
    components: bool,
    fixed: Mapping[str, int] | None = None,
) -> tuple[Meaning, list[TermClaim]]:
    old = typing.meaning
    meaning = fresh_meaning(old.facts, components, base, sides.index, old.sizes.known)(typing.kinds)
    meaning.sizes.fixed = fixed or {}
    values = tuple(meaning.of(tree) for tree in sides.trees)
    from symattn.reading.latex.search import _same as same

    for value in values[1:]:
        same(values[0], value)
    for head in sides.heads:
        same(meaning.of(head), values[0])
    conditions = [meaning.of(condition) for condition in sides.conditions]
    meaning.sizes.unsure = False
    claims = claims_of(meaning, values, sides.pairs, conditions)
    return meaning, claims


__all__ = ["Pair", "read_formula_claim"]
