"""Quantities of mechanisms written out as terms: a weight is an exponential over a sum.

Vectors get the head that they belong to as their first index, where there are heads. Definitions
and their conditions: `docs/theory/terms.md`, section 2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count

from symattn.core.expression import (
    H_INDEX,
    MIXED,
    ONE,
    TRUE,
    ZERO,
    Expr,
    I,
    J,
    free_names,
    rebuild,
    substitute,
    symbol,
    walk,
)
from symattn.core.form import KEY_LETTERS, Form, Row
from symattn.core.layout import OWN_HEAD
from symattn.core.term_claim import QUANTITIES, TermClaim, form_of
from symattn.core.weights import mixture, normalised, numerator
from symattn.deciding.answer import Unsupported
from symattn.deciding.terms.folds import decays, decoded_form, online_form, recurrent_form


def elaborated(claim: TermClaim, expr: Expr) -> Expr:
    """An expression of the claim in plain terms, without quantities of mechanisms.

    >>> from symattn.core.expression import ONE
    >>> from symattn.core.form_text import form
    >>> from symattn.core.term_claim import quantity
    >>> claim = TermClaim(quantity("weight", 0, I, J), "==", ONE, (form(score="b[j]"),))
    >>> elaborated(claim, claim.left)
    Expr('exp(b[j]) / sum(l, true, exp(b[l]))')
    """

    def change(node: Expr) -> Expr | None:
        if node.op != "of":
            return None
        meaning = MEANINGS.get(node.name)
        if meaning is None:
            raise Unsupported(f"{node.name} in a normal form")
        written = Written(meant_form(claim, node), fresh_names(claim))
        plain = with_heads(claim, meaning(written), written.form)
        places = [at for at, role in zip((I, J), QUANTITIES[node.name], strict=False)
                  if role in ("query", "key")]  # fmt: skip
        return placed(plain, dict(zip(places, node.parts, strict=False)))

    return rebuild(with_heads(claim, expr, None), change)


def meant_form(claim: TermClaim, node: Expr) -> Form:
    """The Form whose formula a quantity is; of an algorithm, by a theorem about folds."""
    form = form_of(claim, node)
    if node.name == "recurrent" and decays(form) and not _key_for_each_query(claim, form):
        raise Unsupported("a state that decays where a query has no key of its own")
    return FOLDED[node.name](form) if node.name in FOLDED else form


def _key_for_each_query(claim: TermClaim, form: Form) -> bool:
    queries, keys = claim.lengths
    return queries == keys and form.offset == ZERO


@dataclass(frozen=True, slots=True)
class Written:
    """A Form and names that nothing in the claim uses, for the keys of sums."""

    form: Form
    names: tuple[str, str]


def fresh_names(claim: TermClaim) -> tuple[str, str]:
    """Two names for bound keys that stand nowhere in the claim."""
    expressions = [*claim.expressions, *(e for f in claim.forms for e in f.expressions)]
    taken = {node.name for e in expressions for node in walk(e) if node.op == "sum"}
    taken = taken.union(*map(free_names, expressions))
    free = (name for at in count() if (name := f"l{at or ''}") not in taken)
    return next(free), next(free)


def placed(expr: Expr, places: Mapping[Expr, Expr]) -> Expr:
    """The term at other positions."""
    try:
        return substitute(expr, places)
    except ValueError as reason:
        raise Unsupported(str(reason)) from None


def score(written: Written) -> Expr:
    return written.form.score


def visible_weight(written: Written) -> Expr:
    """The weight of a key that is seen."""
    form, name = written.form, written.names[0]
    return mixture(form.rows, [_row_weight(form, row, symbol(name)) for row in form.rows])


def _row_weight(form: Form, row: Row, bound: Expr) -> Expr:
    top = numerator(row, row.score)
    each = placed(top, {J: bound})
    return normalised(row.normaliser, top, _over(form, bound, each))


def _over(form: Form, bound: Expr, body: Expr) -> Expr:
    """The sum over the keys that query i sees."""
    return Expr("sum", (bound.name, placed(form.support, {J: bound}), body))


def weight(written: Written) -> Expr:
    seen = visible_weight(written)
    support = written.form.support
    return seen if support == TRUE else Expr("where", (support, seen, ZERO))


def row_sum(written: Written) -> Expr:
    bound = symbol(written.names[1])
    return _over(written.form, bound, placed(visible_weight(written), {J: bound}))


def output(written: Written) -> Expr:
    """The values mixed row by row; the denominator of a row stands outside of its sum."""
    form, bound = written.form, symbol(written.names[1])
    parts = []
    for row in form.rows:
        top = numerator(row, row.score)
        mixed = _over(form, bound, placed(top * form.value, {J: bound}))
        other = symbol(written.names[0])
        below = normalised(row.normaliser, ONE, _over(form, other, placed(top, {J: other})))
        parts.append(mixed if below == ONE else below * mixed)
    return placed(form.output, {MIXED: mixture(form.rows, parts)})


MEANINGS: Mapping[str, Callable[[Written], Expr]] = {
    "score": score,
    "weight": weight,
    "row_sum": row_sum,
    "output": output,
    "online": output,
    "decode": output,
    "recurrent": output,
}
FOLDED: Mapping[str, Callable[[Form], Form]] = {
    "online": online_form,
    "decode": decoded_form,
    "recurrent": recurrent_form,
}


def with_heads(claim: TermClaim, expr: Expr, form: Form | None) -> Expr:
    """q, k and v with the head that they are of; without heads the term itself."""
    if not claim.has_heads:
        return expr
    key_head = form.key_head if form else H_INDEX
    shared = form is None and any(f.key_head != H_INDEX for f in claim.forms)

    def change(node: Expr) -> Expr | None:
        if node.op == "vector" and node.parts and OWN_HEAD.fullmatch(node.name):
            if shared and KEY_LETTERS.fullmatch(node.name):
                raise Unsupported("k and v by themselves where heads share keys")
            head = key_head if KEY_LETTERS.fullmatch(node.name) else H_INDEX
            inside = (rebuild(part, change) for part in node.parts)
            return Expr("vector", (node.name, head, *inside))
        return None

    return rebuild(expr, change)
