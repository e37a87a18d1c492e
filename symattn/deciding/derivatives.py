"""How strongly an output depends on an input that it should not depend on, as a formula.

For the note of a refuted claim of independence; it proves nothing, the counterexample does.
"""

from __future__ import annotations

from symattn.core.expression import MIXED, VALUE, Expr, I, J, substitute, symbol
from symattn.core.form import CONTENT, Form
from symattn.core.term_claim import TermClaim, form_of
from symattn.core.text import show
from symattn.deciding.terms.elaboration import Written, fresh_names, visible_weight

CHANGED = "change("  # how the names of Forms with a new input begin


def derivative(claim: TermClaim) -> str:
    """The derivative by the input that changes, for a visible key; "" if it is no such claim."""
    left, right = claim.left, claim.right
    if not (left.op == right.op == "of" and left.name == "output"):
        return ""
    form, other = form_of(claim, left), form_of(claim, right)
    if not other.name.startswith(CHANGED) or form.value != VALUE or form.output != MIXED:
        return ""
    letter, at = _changed(other)
    plain = visible_weight(Written(form, fresh_names(claim)))
    there = show(_placed(plain, left.parts[0], symbol(at)))
    weight = f"weight({form.name}, {show(left.parts[0])}, {at})"
    if letter in ("x", "v"):
        return f"d output[{show(left.parts[0])}] / d v[{at}] = {weight} = {there}"
    if letter == "k" and len(form.rows) == 1 and form.rows[0].score == CONTENT:
        i = show(left.parts[0])
        return f"d output[{i}] / d k[{at}] = {weight} * (v[{at}] - output[{i}]) q[{i}] / sqrt(d)"
    return ""


def _placed(expr: Expr, query: Expr, key: Expr) -> Expr:
    return substitute(expr, {I: query, J: key})


def _changed(form: Form) -> tuple[str, str]:
    """The letter and the position of `change(..., x[c])`."""
    place = form.name[:-1].rpartition(", ")[2]
    letter, _, rest = place.partition("[")
    return letter, rest.rstrip("]")
