"""Claims that hold after a permutation of channels or of heads: candidates to be proved.

Queries, keys and values are free, so a permutation of their channels or heads renames them; the
proof of the permuted claim is a proof that both sides differ by that permutation alone. Theorems:
`docs/theory/terms.md`, section 6.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from symattn.core.expression import H_INDEX, ONE, Expr, rebuild, substitute, symbol, walk
from symattn.core.form import Form
from symattn.core.term_claim import TermClaim, form_of

HEADS = symbol("H")


def relabellings(claim: TermClaim) -> Iterator[tuple[str, TermClaim]]:
    """Permutations in words, each with the claim that is left to be proved."""
    if claim.relation != "==" or not (claim.left.op == claim.right.op == "of"):
        return
    yield from _channels(claim)
    yield from _heads(claim)


def _with_right(claim: TermClaim, form: Form) -> TermClaim:
    """The claim with another Form on its right side."""
    number = len(claim.forms)
    kind, _, *places = claim.right.args
    right = Expr("of", (kind, number, *places))
    return replace(claim, right=right, forms=(*claim.forms, form))


def _channels(claim: TermClaim) -> Iterator[tuple[str, TermClaim]]:
    """Ropes that pair channels in another way, where q and k meet only each other."""
    left, right = form_of(claim, claim.left), form_of(claim, claim.right)
    pairs = [_pairings(form) for form in (left, right)]
    if pairs[0] == pairs[1] or not all(len(found) == 1 for found in pairs):
        return
    if not all(map(_turned_alike, (left, right))):
        return
    (wanted,), (given,) = pairs
    if {wanted, given} != {"half", "interleaved"}:
        return

    def change(node: Expr) -> Expr | None:
        return symbol(wanted) if node == symbol(given) else None

    told = (
        "2*t to t and 2*t + 1 to t + d/2" if wanted == "half" else "t to 2*t and t + d/2 to 2*t + 1"
    )
    words = f"channels of q and k: {told} for t < d/2"
    yield words, _with_right(claim, _rewritten(right, lambda e: rebuild(e, change)))


def _pairings(form: Form) -> set[str]:
    return {node.parts[3].name for e in form.expressions for node in walk(e) if node.op == "rope"}


def _turned_alike(form: Form) -> bool:
    """Whether every dot product is of a turned q and a turned k of full width, and nothing else."""
    for expr in form.expressions:
        for node in walk(expr):
            if node.op == "dot" and not all(map(_turned, node.parts)):
                return False
            if node.op in ("matmul", "phi"):
                return False
    plain = form.value.op == form.output.op == "vector"
    return plain and form.value.name[0] not in "qkx"


def _turned(vector: Expr) -> bool:
    if vector.op == "norm":
        return _turned(vector.parts[0])
    inner = vector.parts[0] if vector.op == "rope" else vector
    if vector.op != "rope" or vector.parts[4] != symbol("d"):
        return False
    while inner.op == "norm":
        inner = inner.parts[0]
    return inner.op == "vector" and inner.name[0] in "qk"


def _heads(claim: TermClaim) -> Iterator[tuple[str, TermClaim]]:
    """Heads in reversed order: what is not q, k or v is read at another head."""
    right = form_of(claim, claim.right)
    if right.heads is not None or not claim.has_heads:
        return
    back = HEADS - ONE - H_INDEX
    form = _rewritten(right, lambda e: substitute(e, {H_INDEX: back}))
    if form != right:
        yield "heads: h to H - 1 - h", _with_right(claim, form)


def _rewritten(form: Form, change: Callable[[Expr], Expr]) -> Form:
    rows = tuple(
        replace(
            row,
            score=change(row.score),
            coefficient=change(row.coefficient),
            normaliser=replace(
                row.normaliser,
                extra=None if row.normaliser.extra is None else change(row.normaliser.extra),
            ),
        )
        for row in form.rows
    )
    return replace(
        form,
        support=change(form.support),
        rows=rows,
        value=change(form.value),
        output=change(form.output),
        parts=(),
    )
