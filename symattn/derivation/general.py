"""The derivation of a Form for all n: definitions, scores, mask, weights, output, step by step.

Every step is an equation between expressions of the language; `derivation.checking` evaluates both
sides before anybody prints them. `l` (or a fresh name) is the bound key of the row sums.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count

from symattn.core.expression import (
    MIXED,
    ONE,
    TRUE,
    ZERO,
    Expr,
    I,
    J,
    free_names,
    make,
    substitute,
    symbol,
    table,
    tidy,
    vector,
    walk,
)
from symattn.core.form import SOFTMAX, Form, Row
from symattn.core.steps import Step
from symattn.core.weights import NUMERATORS, mixture, normalised

WHAT = ("scores", "weights", "output")


@dataclass(frozen=True, slots=True)
class Names:
    """Names that the Form itself does not use."""

    score: str
    masked: str
    weight: str
    bound: Expr


def names_for(form: Form) -> Names:
    """Fresh names for scores, masked scores, weights and the bound key."""
    bound = {node.name for e in form.expressions for node in walk(e) if node.op == "sum"}
    taken = form.names | bound

    def fresh(*wanted: str) -> str:
        numbered = (f"{wanted[-1]}_{at}" for at in count(1))
        free = (name for name in chain(wanted, numbered) if not _used(name, taken, len(form.rows)))
        return next(free)

    return Names(
        fresh("s", "S", "score"),
        fresh("z", "Z", "masked"),
        fresh("alpha", "A", "weight"),
        symbol(fresh("l", "l1", "l2")),
    )


def _used(name: str, taken: set[str], rows: int) -> bool:
    """Whether a name stands in the Form, by itself or with the number of a row behind it."""
    return any(f"{name}{at or ''}" in taken for at in range(rows + 1 if rows > 1 else 1))


def total(form: Form, bound: Expr, body: Expr) -> Expr:
    """The sum of `body` over the keys that query i may see."""
    if form.support == TRUE:
        return Expr("sum", (bound.name, ZERO, symbol("n_k") - ONE, body))
    return Expr("sum", (bound.name, substitute(form.support, {J: bound}), body))


def everywhere(bound: Expr, body: Expr) -> Expr:
    """The sum of `body` over all keys."""
    return Expr("sum", (bound.name, ZERO, symbol("n_k") - ONE, body))


def weight(form: Form, row: Row, score: Expr, bound: Expr) -> Expr:
    """The weight of a visible pair, with `score` in i and j."""
    f, _ = NUMERATORS[row.normaliser.numerator]
    row_sum = total(form, bound, f(substitute(score, {J: bound})))
    return normalised(row.normaliser, f(score), row_sum)


def steps(form: Form, what: str) -> tuple[Step, ...]:
    """The derivation of the scores, the weights or the output, for all n.

    >>> from symattn.core.form_text import form
    >>> [step.rule for step in steps(form(support="j <= i"), "weights")]
    ['score', 'mask', 'softmax', 'masked terms vanish', 'closed form']
    """
    found = list(_scores(form))
    if what in ("weights", "output"):
        found += _weights(form)
    if what == "output":
        found += _output(form, found[-1].right)
    return tuple(found)


def _labels(form: Form, name: str) -> list[Expr]:
    """s[i, j], or s1[i, j] and s2[i, j] when there are several rows."""
    if len(form.rows) == 1:
        return [table(name, I, J)]
    return [table(f"{name}{at}", I, J) for at in range(1, len(form.rows) + 1)]


def _scores(form: Form) -> Iterator[Step]:
    names = names_for(form)
    for label, row in zip(_labels(form, names.score), form.rows, strict=True):
        yield Step("score", "the score of query i and key j, by definition", label, row.score)
    if form.support == TRUE:
        return
    for label, masked, row in zip(
        _labels(form, names.score), _labels(form, names.masked), form.rows, strict=True
    ):
        nothing = NUMERATORS[row.normaliser.numerator][1]
        said = "zero" if nothing == ZERO else "minus infinity"
        yield Step(
            "mask",
            f"a key that query i may not see gets {said}",
            masked,
            Expr("where", (form.support, label, nothing)),
        )


def _weights(form: Form) -> Iterator[Step]:
    names = names_for(form)
    masked = form.support != TRUE
    labels = _labels(form, names.masked if masked else names.score)
    scores = _labels(form, names.score)
    alpha = table(names.weight, I, J)
    softmax = [
        _all_keys(row, label, names.bound) for row, label in zip(form.rows, labels, strict=True)
    ]
    yield Step(_rule(form), _rule_reason(form), alpha, mixture(form.rows, softmax))
    where = form.support if masked else None
    if masked:
        visible = [weight(form, r, s, names.bound) for r, s in zip(form.rows, scores, strict=True)]
        said = {"exp": "exp(-oo) = 0", "sigmoid": "sigmoid(-oo) = 0", "identity": "0 adds nothing"}
        reason = said[form.rows[0].normaliser.numerator]
        right = mixture(form.rows, visible)
        yield Step("masked terms vanish", f"{reason}; only visible keys stay", alpha, right, where)
    inserted = [weight(form, r, r.score, names.bound) for r in form.rows]
    closed = mixture(form.rows, inserted)
    yield Step("closed form", "the scores put in", alpha, closed, where)
    shifted = [shift_row(row) for row in form.rows]
    if shifted != [row.score for row in form.rows]:
        kept = [weight(form, r, s, names.bound) for r, s in zip(form.rows, shifted, strict=True)]
        reason = "a term free of j is a common factor of numerator and denominator"
        yield Step("cancelled terms", reason, alpha, mixture(form.rows, kept), where)


def _rule(form: Form) -> str:
    kinds = {row.normaliser for row in form.rows}
    return "softmax" if kinds == {SOFTMAX} else "normaliser"


def _rule_reason(form: Form) -> str:
    normaliser = form.rows[0].normaliser
    if len(form.rows) > 1:
        return "a linear combination of normalised rows"
    if normaliser == SOFTMAX:
        return "exponentials, divided by the sum of their row"
    if normaliser.numerator == "exp":
        return "exponentials; the denominator has one term more, which has no value"
    if normaliser.numerator == "sigmoid":
        return "each score by itself; rows need not sum to 1"
    return "the scores, divided by their row sum" if normaliser.divide else "the scores themselves"


def _all_keys(row: Row, label: Expr, bound: Expr) -> Expr:
    f, _ = NUMERATORS[row.normaliser.numerator]
    row_sum = everywhere(bound, f(substitute(label, {J: bound})))
    return normalised(row.normaliser, f(label), row_sum)


def _output(form: Form, closed: Expr) -> Iterator[Step]:
    names = names_for(form)
    alpha = table(names.weight, I, J)
    mix = total(form, J, alpha * form.value)
    yield Step("output", "values mixed with the weights", MIXED, mix)
    inserted = total(form, J, closed * form.value)
    if closed.op == "/" and names.bound.name in _bound(closed.parts[1]):
        top, bottom = closed.parts
        yield Step(
            "one denominator",
            "the denominator is the same for every key of the row",
            MIXED,
            make("/", total(form, J, top * form.value), bottom),
        )
    else:
        yield Step("closed form of the output", "the weights put in", MIXED, inserted)
    if form.output != MIXED:
        yield Step("projection", "applied to the mixed value", vector("y", I), form.output)


def _bound(expr: Expr) -> set[str]:
    return {node.name for node in walk(expr) if node.op == "sum"}


def shift_row(row: Row) -> Expr:
    """The score without the terms that a softmax cannot see, those free of j.

    >>> from symattn.core.text import read
    >>> shift_row(Row(read("dot(q[i], k[j]) - m[h] * (i - j) + a[i]")))
    Expr('dot(q[i], k[j]) + m[h] * j')
    """
    if row.normaliser != SOFTMAX:
        return row.score
    kept: Expr | None = None
    for sign, term in _terms(row.score, 1):
        if "j" in free_names(term):
            signed = term if sign > 0 else -term
            kept = signed if kept is None else (kept + term if sign > 0 else kept - term)
    return ZERO if kept is None else tidy(kept)


def _terms(expr: Expr, sign: int) -> Iterator[tuple[int, Expr]]:
    """The additive terms; a product with a difference is multiplied out when that frees a term."""
    if expr.op in ("+", "-"):
        left, right = expr.parts
        yield from _terms(left, sign)
        yield from _terms(right, sign if expr.op == "+" else -sign)
    elif expr.op == "neg":
        yield from _terms(expr.parts[0], -sign)
    elif expr.op == "*" and _frees(expr.parts[1]) and "j" not in free_names(expr.parts[0]):
        for inner, term in _terms(expr.parts[1], sign):
            yield inner, expr.parts[0] * term
    else:
        yield sign, expr


def _frees(expr: Expr) -> bool:
    """Whether a sum has both terms with j and terms without."""
    if expr.op not in ("+", "-"):
        return False
    return len({"j" in free_names(term) for _, term in _terms(expr, 1)}) == 2
