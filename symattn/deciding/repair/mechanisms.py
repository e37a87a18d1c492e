"""Edits of a mechanism: its support, scores, values, head map and normaliser, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from heapq import merge

from symattn.core.expression import TRUE, Expr, I, J, free_names, substitute, symbol
from symattn.core.form import NORMALISERS, Form
from symattn.core.term_claim import TermClaim, form_of, quantities
from symattn.core.text import show
from symattn.deciding.repair.change import Change, Vocabulary
from symattn.deciding.repair.edits import Edit, Placed, double, edits
from symattn.deciding.repair.kinds import fits

Found = tuple[TermClaim, Edit, str]
Part = tuple[str, Expr, Expr]  # word, what stands there, what stands there in the reference


def edited_forms(claim: TermClaim) -> Iterator[Found]:
    """Every edit of the mechanism on the right side, with the changed line as text."""
    at = int(claim.right.args[1])  # type: ignore[arg-type]
    form = claim.forms[at]
    left = [form_of(claim, q) for q in quantities(claim.left)]
    reference = left[0] if left else None
    words = [e for e in (reference.expressions if reference else (claim.left,))]
    singles = [
        _of_part(form, word, Vocabulary((*words, *form.expressions))) for word in parts(form)
    ]
    whole = [list(_wholes(form, reference))] if reference is not None else []
    for edit, new, fix in merge(*singles, *whole, key=lambda found: found[0].cost):
        known = form.names | set(free_names(claim.left)) | (reference.names if reference else set())
        if new.names <= known | {"i", "j", "d", "n", "l"}:
            yield _with(claim, at, _declared(new, reference)), edit, fix


def _declared(form: Form, reference: Form | None) -> Form:
    """The Form with the declarations of the names that it took over."""
    if reference is None:
        return form
    own = {p.name for p in form.parameters}
    more = [p for p in reference.parameters if p.name in form.names and p.name not in own]
    return replace(form, parameters=(*form.parameters, *more))


def parts(form: Form) -> dict[str, Expr]:
    """The expressions of a Form that are edited, by their words in the text face."""
    found = {"support": form.support}
    for number, row in enumerate(form.rows, 1):
        found["score" if len(form.rows) == 1 else f"score[{number}]"] = row.score
    found["value"] = form.value
    if form.heads is not None:
        found["heads"] = form.heads
    return found


def _of_part(form: Form, word: str, words: Vocabulary) -> list[tuple[Edit, Form, str]]:
    side = parts(form)[word]
    if side == TRUE and word == "support":
        return []
    found = edits(side, words)
    pairs = list(double(side, words, found)) if word.startswith("score") else []
    return [
        (edit, put_part(form, word, edit.side), f"{word}: {show(edit.side)}")
        for edit in (*found, *(replace(e, cost=e.cost + 20) for e in pairs))
        if fits(edit.side)
    ]


def put_part(form: Form, word: str, new: Expr) -> Form:
    """The Form with another expression at a word."""
    if word == "support":
        return replace(form, support=new)
    if word == "value":
        return replace(form, value=new)
    if word == "heads":
        return replace(form, heads=new)
    at = int(word[6:-1]) - 1 if "[" in word else 0
    rows = tuple(replace(r, score=new) if k == at else r for k, r in enumerate(form.rows))
    return replace(form, rows=rows)


def _wholes(form: Form, reference: Form) -> Iterator[tuple[Edit, Form, str]]:
    """What is taken from the reference as a whole: support, normaliser, values, heads, ..."""
    if form.support != reference.support:
        said = "the mask is {0}; it must be {1}"
        kind, code, cost = "mask", "mask-other", 9
        if form.support == TRUE:
            said, code, cost = "the mask is missing: {1}", "mask-missing", 1
        elif reference.support == TRUE:
            said, code, cost = "there must be no mask: {0} does not belong", "mask-extra", 1
        change = Change(
            kind, code, said, reference.support, (form.support, reference.support), cost
        )
        new = replace(form, support=reference.support)
        yield _whole(change, new, f"support: {show(reference.support)}")
    yield from _normalisers(form, reference)
    for word, kind, code in (("value", "operand", "value-wrong"), ("heads", "operand", "head-map")):
        mine, theirs = getattr(form, word), getattr(reference, word)
        if mine != theirs and theirs is not None and mine is not None:
            what = "the value" if word == "value" else "the key head that query head h reads"
            said = f"{what} is {{0}}; it must be {{1}}"
            change = Change(kind, code, said, theirs, (mine, theirs), 6)
            yield _whole(change, put_part(form, word, theirs), f"{word}: {show(theirs)}")
    if form.empty != reference.empty:
        said = f"a query without keys yields {form.empty}; it must yield {reference.empty}"
        change = Change("mask", "empty-row", said, form.support, (), 6)
        yield _whole(change, replace(form, empty=reference.empty), f"empty: {reference.empty}")


def _normalisers(form: Form, reference: Form) -> Iterator[tuple[Edit, Form, str]]:
    """The normaliser of the reference, and its scores with it."""
    if len(form.rows) == len(reference.rows) == 1:
        one, other = form.rows[0], reference.rows[0]
        if one.normaliser != other.normaliser:
            told = (
                f"the normaliser is {_word(one.normaliser)}; it must be {_word(other.normaliser)}"
            )
            change = Change("normalisation", "normaliser-other", told, other.score, (), 2)
            new = replace(form, rows=(replace(one, normaliser=other.normaliser),))
            yield _whole(change, new, f"weights: {_word(other.normaliser)}")
            if one.score != other.score:
                fix = f"weights: {_word(other.normaliser)} of score: {show(other.score)}"
                yield _whole(replace(change, cost=8), replace(form, rows=reference.rows), fix)


def _word(normaliser: object) -> str:
    for word, known in NORMALISERS.items():
        if known == normaliser:
            return word
    return "softmax(sink=...)"


def _whole(change: Change, new: Form, fix: str) -> tuple[Edit, Form, str]:
    return Edit((Placed((), change),), change.new, change.cost), new, fix


def _with(claim: TermClaim, at: int, form: Form) -> TermClaim:
    """The claim with another Form at a number; the left side keeps its own."""
    right = Expr("of", (claim.right.args[0], len(claim.forms), *claim.right.parts))
    name = claim.forms[at].name
    return replace(claim, right=right, forms=(*claim.forms, form.called(f"{name} repaired")))


def meaning(claim: TermClaim, side: Expr) -> Iterator[Expr]:
    """What the quantities of a side stand for, as words that the other side may lack."""
    for node in quantities(side):
        form = form_of(claim, node)
        bound = symbol("l")
        for row in form.rows:
            yield from (row.score, Expr("exp", (row.score,)))
            inner = {J: bound}
            try:
                keys = substitute(form.support, inner)
                term = Expr("exp", (substitute(row.score, inner),))
            except ValueError:
                continue
            below = Expr("sum", ("l", keys, term))
            weight = Expr("/", (Expr("exp", (row.score,)), below))
            yield weight
            if node.name in ("output", "online", "decode"):
                yield Expr("sum", ("j", form.support, Expr("*", (weight, form.value))))
        yield from (form.support, form.value, I)
