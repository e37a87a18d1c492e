"""Edits of a claim about supports: one that agrees with the reference on all small cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symattn.core.claim import Claim, problem
from symattn.core.errors import SymattnError
from symattn.core.expression import TRUE, Expr, I, J
from symattn.core.form import Form
from symattn.core.text import show
from symattn.deciding.answer import No, Unsupported
from symattn.deciding.lattice_search import answer_small
from symattn.deciding.repair.change import Change, Vocabulary
from symattn.deciding.repair.edits import Edit, Placed, edits
from symattn.deciding.repair.kinds import fits

MOST = 60  # edits that are looked at


def support_edits(claim: Claim) -> Iterator[tuple[Claim, Edit, str]]:
    """Edited claims that no small case refutes; of two mechanisms the second one is edited."""
    if claim.question not in ("equal", "no_future", "subset"):
        return
    at = 0 if claim.question == "no_future" or claim.question == "subset" else 1
    form = claim.forms[at]
    reference = J <= I if claim.question == "no_future" else claim.forms[1 - at].support
    words = Vocabulary((reference, form.support))
    looked = 0
    for edit in _every(claim, form.support, reference, words):
        if not fits(edit.side) or looked > MOST:
            continue
        looked += 1
        forms = list(claim.forms)
        forms[at] = _named(form, edit.side, claim, 1 - at)
        edited = replace(claim, forms=tuple(forms))
        if _small(edited):
            yield edited, edit, f"support: {show(edit.side)}"


def _every(claim: Claim, side: Expr, reference: Expr, words: Vocabulary) -> list[Edit]:
    missing = reference
    for part in _members(side):  # what is said already is not said again
        missing = TRUE if missing == part else _without(missing, part)
    lost = Change(
        "mask",
        "mask-missing",
        "the condition {0} is lost",
        side & missing,
        (missing,),
        1 if claim.question == "no_future" else 2,
    )
    other = Change(
        "mask", "mask-other", "the mask is {0}; it must be {1}", reference, (side, reference), 9
    )
    if side == TRUE:
        lost = replace(lost, new=reference)
    extra = [Edit((Placed((), c),), c.new, c.cost) for c in (lost, other)]
    found = edits(side, words) if side != TRUE else []
    return sorted([*found, *extra], key=lambda e: e.cost)


def _members(condition: Expr) -> list[Expr]:
    """The members of a chain of `and`."""
    if condition.op == "and":
        return [member for part in condition.parts for member in _members(part)]
    return [condition]


def _without(condition: Expr, member: Expr) -> Expr:
    """A chain of `and` without one member."""
    found = TRUE
    for part in _members(condition):
        if part != member:
            found = found & part
    return found


def _named(form: Form, support: Expr, claim: Claim, other: int) -> Form:
    """The Form with another support, and the declarations that it needs."""
    own = {p.name for p in form.parameters}
    more = [p for f in claim.forms[other : other + 1] for p in f.parameters if p.name not in own]
    new = replace(form, support=support)
    new = replace(new, parameters=(*form.parameters, *(p for p in more if p.name in new.names)))
    return new.called(f"{form.name} repaired")


def _small(claim: Claim) -> bool:
    try:
        return not isinstance(answer_small(problem(claim)), No)
    except (SymattnError, Unsupported, ValueError, TypeError):
        return False
