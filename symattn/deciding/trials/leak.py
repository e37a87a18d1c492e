"""How much weight a finite mask value leaves to masked keys, as a formula."""

from __future__ import annotations

from dataclasses import dataclass

from symattn.core.expression import INFINITY, TRUE, ZERO, Expr, free_names, substitute, symbol, walk
from symattn.core.term_claim import TermClaim, form_of
from symattn.core.text import show

MINUS_INFINITY = Expr("neg", (INFINITY,))


@dataclass(frozen=True, slots=True)
class Masked:
    """A softmax over scores that a value replaces (or is added to) where keys are masked."""

    visible: Expr
    value: Expr
    added: bool = False


def gap(claim: TermClaim) -> str | None:
    """The weight of a masked key, where one side masks with a number and the other with -oo.

    >>> from symattn.core.expression import lift, number
    >>> def row(value, x):
    ...     return Expr("exp", (Expr("where", (lift(f"{x} <= i"), lift(f"s[i, {x}]"), value)),))
    >>> def masked(value):
    ...     return Expr("/", (row(value, "j"), Expr("sum", ("l", TRUE, row(value, "l")))))
    >>> gap(TermClaim(masked(number(-9)), "==", masked(MINUS_INFINITY))).split(" for ")[0]
    'left - right = exp(-9) / (V + exp(-9) * m)'
    """
    if claim.relation != "==":
        return None
    if claim.left.op == claim.right.op == "of":
        return _of_forms(claim)
    left, right = _softmax(claim.left), _softmax(claim.right)
    for one, other in ((left, right), (right, left)):
        if one is None or other is None or one.visible != other.visible:
            continue
        if other.value == MINUS_INFINITY and _finite(one.value):
            return _told(one, "left - right" if one is left else "right - left")
    return None


def _softmax(side: Expr) -> Masked | None:
    """`exp(where(c, s, M)) / sum(l, true, exp(where(c, s, M)))`, read off."""
    if side.op != "/" or side.parts[0].op != "exp" or side.parts[1].op != "sum":
        return None
    top, bottom = side.parts[0].parts[0], side.parts[1]
    if top.op != "where" or len(bottom.parts) != 2 or bottom.parts[0] != TRUE:
        return None
    bound = symbol(bottom.name)
    for name in free_names(top):
        if bottom.parts[1] == Expr("exp", (substitute(top, {symbol(name): bound}),)):
            condition, _, value = top.parts
            return None if name in free_names(value) else Masked(condition, value)
    return None


def _of_forms(claim: TermClaim) -> str | None:
    """The same for weights of mechanisms: a bias `where(c, 0, M)` against the support c."""
    if claim.left.name != "weight" or claim.right.name != "weight":
        return None
    forms = form_of(claim, claim.left), form_of(claim, claim.right)
    for at, (one, other) in enumerate((forms, forms[::-1])):
        if len(one.rows) != 1 or len(other.rows) != 1 or one.support != TRUE:
            continue
        score, bias = one.score, None
        if score.op == "+" and score.parts[0] == other.score:
            bias = score.parts[1]
        if bias is None or bias.op != "where" or bias.parts[1] != ZERO:
            continue
        condition, _, value = bias.parts
        if condition == other.support and _finite(value) and not free_names(value) & {"i", "j"}:
            return _told(Masked(condition, value, True), ("left - right", "right - left")[at])
    return None


def _finite(value: Expr) -> bool:
    return INFINITY not in walk(value)


def _told(masked: Masked, difference: str) -> str:
    value = show(masked.value)
    seen = show(masked.visible)
    if masked.added:
        return (
            f"{difference} = exp({value} + s) / (V + exp({value}) * M) for a masked key with score "
            f"s, where V sums exp(score) over the keys with {seen} and M over the masked ones"
        )
    return (
        f"{difference} = exp({value}) / (V + exp({value}) * m) for a masked key, where V sums "
        f"exp(score) over the keys with {seen} and m counts the masked ones"
    )
