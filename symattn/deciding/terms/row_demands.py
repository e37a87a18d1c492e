"""Rows that a claim divides by: such a row must see a key, or else nothing is divided by.

A row at a bound position stands for the row at any position: the claim then demands that every row
sees a key. Part of the kernel.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from symattn.core.expression import TRUE, ZERO, Expr, I, J, free_names, substitute, symbol
from symattn.core.form import Form
from symattn.core.term_claim import TermClaim
from symattn.deciding.terms.elaboration import meant_form

Demand = tuple[Form, Expr]  # a Form, and the query whose row it is


def dividing(claim: TermClaim) -> Iterator[Demand]:
    """Every Form with a query whose row must not be empty.

    >>> from symattn.core.expression import lift
    >>> from symattn.core.form_text import form
    >>> causal = form(support="j <= i")
    >>> written = lift("exp(b[j]) / sum(l, l <= i, exp(b[l]))")
    >>> [at for _, at in dividing(TermClaim(written, "==", lift("c"), (causal,)))]
    [Expr('i')]
    """
    found: dict[Demand, None] = {}
    anyone = anywhere(claim)
    for side in (claim.left, claim.right, *claim.premises):
        for node, bound in within(side):
            if node.op == "of" and node.name != "score":
                at = _for_any(node.parts[0], bound, anyone)
                found[meant_form(claim, node), at] = None
            elif node.op == "/":
                for form, at, names in _written(claim, node.parts[1], bound):
                    found[form, _for_any(at, names, anyone)] = None
    yield from found


def anywhere(claim: TermClaim) -> dict[str, Expr]:
    """Names that nothing in a claim uses, for any query and for any key."""
    taken = set().union(*map(free_names, claim.expressions), *(f.names for f in claim.forms))
    free = (name for at in count() if (name := f"row{at or ''}") not in taken)
    return {"query": symbol(next(free)), "key": symbol(next(free))}


def within(
    expr: Expr, bound: frozenset[str] = frozenset()
) -> Iterator[tuple[Expr, frozenset[str]]]:
    """Every node, with the names that sums over queries or keys around it bind."""
    yield expr, bound
    inner = bound | {expr.name} if expr.op == "sum" and len(expr.parts) == 2 else bound
    for part in expr.parts:
        yield from within(part, inner)


def _for_any(at: Expr, bound: frozenset[str], anyone: dict[str, Expr]) -> Expr:
    """The position itself, or any one if a sum binds it."""
    if at.op == "symbol" and at.name in bound:
        return anyone["query" if at.name[0] == "i" else "key"]
    return at


def _written(
    claim: TermClaim, bottom: Expr, bound: frozenset[str]
) -> Iterator[tuple[Form, Expr, frozenset[str]]]:
    """The rows of mechanisms of the claim whose sums are written out in a denominator."""
    for node, names in within(bottom, bound):
        if node.op == "sum" and len(node.parts) == 2 and node.parts[0] != TRUE:
            for form in claim.forms:
                if at := row_of(form, node):
                    yield form, at[0], names


def row_of(form: Form, total: Expr) -> tuple[Expr, ...]:
    """The query over whose keys a sum runs, if it runs over a row of this Form.

    >>> from symattn.core.expression import lift
    >>> from symattn.core.form_text import form
    >>> row_of(form(support="j <= i"), lift("sum(l, l <= t, b[l])"))
    (Expr('t'),)
    """
    domain, bound = total.parts[0], symbol(total.name)
    for name in sorted(free_names(domain) - {total.name}):
        if substitute(form.support, {I: symbol(name), J: bound}) == domain:
            return (symbol(name),)
    return (ZERO,) if substitute(form.support, {J: bound}) == domain else ()
