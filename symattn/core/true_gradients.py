"""Gradients from the definition of a derivative, for claims that state a shorter formula.

The loss is the sum of dO o O. What row i adds to it is a quotient, N / Z with N the sum of
dP[i, l] f(s[i, l]) and Z that of f(s[i, l]) over the keys that are seen; its derivative by a score
is written by the quotient rule, never by the formula that a claim wants to see proved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from symattn.core.errors import Usage
from symattn.core.expression import (
    H_INDEX,
    KEY,
    MIXED,
    ONE,
    QUERY,
    VALUE,
    ZERO,
    Expr,
    I,
    J,
    free_names,
    substitute,
    tidy,
)
from symattn.core.form import Form, Row
from symattn.core.matrices import Fresh, over
from symattn.core.weights import NUMERATORS, numerator


def _sigmoid_slope(s: Expr) -> Expr:
    """The quotient rule on 1 / (1 + exp(-s))."""
    small = Expr("exp", (-s,))
    return small / (ONE + small) / (ONE + small)


SLOPES: Mapping[str, Callable[[Expr], Expr]] = {  # numerator f(s) -> its derivative
    "exp": lambda s: Expr("exp", (s,)),
    "identity": lambda _: ONE,
    "sigmoid": _sigmoid_slope,
}
Pair = Callable[[Expr, Expr], Expr]


def single_row(form: Form) -> Row:
    """The one row of weights of a Form whose gradients we can write."""
    if len(form.rows) != 1 or form.rows[0].coefficient != ONE:
        raise Usage(f"{form.name or 'the form'} mixes rows of weights")
    if form.empty != "zero":
        raise Usage(f"the gradients where an empty row of {form.name or 'the form'} is no zero")
    return form.rows[0]


def plain_values(form: Form) -> None:
    """Refuse a Form whose values or outputs are no plain v[j] and o[i]."""
    if form.value != VALUE or form.output != MIXED:
        raise Usage(f"values or outputs that {form.name or 'the form'} projects")


def score_at(form: Form, i: Expr, j: Expr) -> Expr:
    return substitute(single_row(form).score, {I: i, J: j})


def seen(form: Form, i: Expr, j: Expr) -> Expr:
    return substitute(form.support, {I: i, J: j})


def masked_score(form: Form, i: Expr, j: Expr) -> Expr:
    """The score; where the key is not seen, what makes its weight 0 (-oo for a softmax)."""
    hidden = NUMERATORS[single_row(form).normaliser.numerator][1]
    return Expr("where", (seen(form, i, j), score_at(form, i, j), hidden))


def mask(form: Form, i: Expr, j: Expr) -> Expr:
    """0 where the key is seen, -oo elsewhere."""
    return Expr("where", (seen(form, i, j), ZERO, -Expr("infinity", ())))


def score_gradient(form: Form, upstream: Pair, i: Expr, j: Expr, fresh: Fresh) -> Expr:
    """The derivative of the loss by the score of (i, j); `upstream` is the one by a weight.

    >>> from symattn.core.expression import symbol
    >>> from symattn.core.form_text import form
    >>> bare = form(score="b[j]", weights="undivided")
    >>> score_gradient(bare, lambda i, j: symbol("g"), I, J, lambda _: symbol("l"))
    Expr('where(true, g * 1, 0)')
    """
    row = single_row(form)
    slope = SLOPES[row.normaliser.numerator](score_at(form, i, j))
    if not row.normaliser.divide:
        return Expr("where", (seen(form, i, j), upstream(i, j) * slope, ZERO))
    bound = fresh("keys")
    each = upstream(i, bound) * numerator(row, score_at(form, i, bound))
    top = Expr("sum", (bound.name, seen(form, i, bound), each))
    bottom = divisor(form, i, fresh)
    own = upstream(i, j) * slope  # the derivative of the top; that of the bottom is the slope
    return Expr("where", (seen(form, i, j), (own * bottom - top * slope) / bottom / bottom, ZERO))


def divisor(form: Form, i: Expr, fresh: Fresh) -> Expr:
    """Z of row i: the sum of the numerators of the keys that are seen, and that of a sink."""
    row, bound = single_row(form), fresh("keys")
    top = numerator(row, score_at(form, i, bound))
    total = Expr("sum", (bound.name, seen(form, i, bound), top))
    extra = row.normaliser.extra
    if extra is None:
        return total
    return (ONE if extra == ZERO else Expr("exp", (substitute(extra, {I: i}),))) + total


def query_gradient(form: Form, of_score: Pair, i: Expr, fresh: Fresh) -> Expr:
    """The derivative of the loss by q[i]: a sum over the keys."""
    scale = _scale(form)

    def each(key: Expr) -> Expr:
        factor = of_score(i, key) * substitute(scale, {I: i, J: key})
        return Expr("*", (tidy(factor), substitute(KEY, {J: key})))

    return over("keys", fresh, each)


def key_gradient(form: Form, of_score: Pair, j: Expr, fresh: Fresh) -> Expr:
    """The derivative of the loss by k[j]: a sum over the queries."""
    scale = _scale(form)
    own_keys(form)

    def each(query: Expr) -> Expr:
        factor = of_score(query, j) * substitute(scale, {I: query, J: j})
        return Expr("*", (tidy(factor), substitute(QUERY, {I: query})))

    return over("queries", fresh, each)


def own_keys(form: Form) -> None:
    """Refuse a Form in which several query heads read one key."""
    if form.heads not in (None, H_INDEX):
        raise Usage(f"gradients of keys and values that heads of {form.name} share")


def _scale(form: Form) -> Expr:
    """c, where the score is c * dot(q[i], k[j]) plus what is free of q and k."""
    score = single_row(form).score
    found = slope_by_product(score)
    if found is None:
        raise Usage(f"dQ and dK of {form.name or 'the form'}: its score is no multiple of "
                    "dot(q[i], k[j]), plus terms free of q and k")  # fmt: skip
    return found


def slope_by_product(score: Expr) -> Expr | None:
    """The factor of dot(q[i], k[j]) in a score that is linear in it, or None.

    >>> from symattn.core.expression import lift
    >>> slope_by_product(lift("dot(q[i], k[j]) / sqrt(d) - m * (i - j)"))
    Expr('1 / sqrt(d)')
    """
    if score.op == "dot" and set(score.parts) == {QUERY, KEY}:
        return ONE
    if free_names(score).isdisjoint(("q", "k")):
        return ZERO
    if score.op == "neg":
        inner = slope_by_product(score.parts[0])
        return None if inner is None else tidy(-inner)
    if score.op in ("+", "-"):
        sides = [slope_by_product(part) for part in score.parts]
        left, right = sides
        if left is None or right is None:
            return None
        return tidy(ZERO - right if score.op == "-" and left == ZERO else Expr(
            score.op, (left, right)))  # fmt: skip
    if score.op in ("*", "/"):
        return _of_factor(score)
    return None


def _of_factor(score: Expr) -> Expr | None:
    left, right = score.parts
    if score.op == "*" and free_names(left).isdisjoint(("q", "k")):
        left, right = right, left
    if not free_names(right).isdisjoint(("q", "k")):
        return None
    inner = slope_by_product(left)
    return None if inner is None else tidy(Expr(score.op, (inner, right)))


def value_gradient(form: Form, weight: Pair, upstream: Callable[[Expr], Expr], j: Expr,
                   fresh: Fresh) -> Expr:  # fmt: skip
    """The derivative of the loss by v[j]: every query that sees j adds its weight times dO."""
    plain_values(form)
    own_keys(form)
    return over("queries", fresh, lambda i: Expr("*", (weight(i, j), upstream(i))))
