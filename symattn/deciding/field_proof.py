"""Proofs at a size: an equation that holds in enough fields, with a bound on the error.

`size_proof` draws the fields and writes the certificate; `replayed_at_a_size` makes the statement
from the claim again, computes the bound again, and lets the kernel evaluate the graph.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from symattn.core.errors import NotConcrete
from symattn.core.expression import Expr, free_names
from symattn.core.interpret import Environment, holds
from symattn.core.term_claim import TermClaim, quantities
from symattn.core.text import show
from symattn.core.verdict import Certificate
from symattn.deciding import field_kernel as kernel
from symattn.deciding.field_statement import NotAtASize, Statement, conjuncts, lengths, statement
from symattn.deciding.field_strength import denominators, root_primes, strengths
from symattn.deciding.fields.bounds import Strength, shown
from symattn.deciding.fields.primes import pairs
from symattn.deciding.kernel import Rejected

RULE = "field"
GOAL, MOST_PAIRS = Fraction(1, 2**100), 24
LISTED = 100_000  # a larger graph is kept as its hash
UNLISTED = "not kernel-checked:"
NUMBERS = ("real", "integer", "boolean")


@dataclass(frozen=True, slots=True)
class SizeProof:
    """A claim that holds at its sizes."""

    scope: str
    certificate: Certificate
    assumptions: tuple[str, ...]
    error_bound: str
    said: str  # what the engine says of it


def size_proof(claim: TermClaim) -> SizeProof | str:
    """The proof of a claim at the sizes that it states, or why there is none.

    >>> from symattn.core.expression import I, equal, lift
    >>> from symattn.core.form_text import form
    >>> from symattn.core.term_claim import quantity
    >>> claim = TermClaim(quantity("row_sum", 0, I), "==", lift(1), (form(),), (),
    ...                   (equal("n", 3), equal("d", 2)), (("i", "query"),))
    >>> size_proof(claim).scope, size_proof(claim).error_bound
    ('n = 3, d = 2', '2^-115')
    """
    try:
        stated = statement(claim)
        error, several = _fields(stated)
        graph = stated.graph
        kernel.check(graph, several)
    except NotAtASize as reason:
        return f"no proof at a size: {reason}"
    except Rejected as reason:
        return f"no proof at a size: {reason}"
    hints = (*_head(stated, several, error), *_listed(graph))
    many = len(graph.equations)
    held = f"{many} equations hold" if many > 1 else "the equation holds"
    said = f"yes, {held} in {len(several)} pairs of fields"
    certificate = Certificate(RULE, hints, ())
    return SizeProof(
        scope(claim, stated),
        certificate,
        assumptions(claim, stated),
        shown(error),
        f"{said}, error below {shown(error)}",
    )


def replayed_at_a_size(
    claim: TermClaim, certificate: Certificate, told: str, assumed: tuple[str, ...]
) -> None:
    """Accept a certificate of a proof at a size; anything else is Rejected, with the reason."""
    try:
        stated = statement(claim)
        error, fields = _fields(stated)
    except NotAtASize as reason:
        raise Rejected(str(reason)) from None
    if told != scope(claim, stated):
        raise Rejected(f"the claim is about {scope(claim, stated)}, not {told}")
    if assumed != assumptions(claim, stated):
        raise Rejected("the assumptions are not those of the claim")
    if certificate.rule != RULE or certificate.obligations:
        raise Rejected(f"the rule {certificate.rule!r} is not one for this claim")
    several, graph = tuple(_moduli(certificate.hints)), stated.graph
    kernel.check(graph, several)
    head, listed = _head(stated, several, error), _listed(graph)
    if several != fields:
        raise Rejected("the fields are not those that the graph draws")
    if certificate.hints[: len(head)] != head:
        raise Rejected("the sizes, the seed or the error bound are not those of the claim")
    if certificate.hints[len(head) :] != listed:
        raise Rejected("the graph is not that of the claim")


def _head(stated: Statement, several: Sequence[kernel.Moduli], error: Fraction) -> tuple[str, ...]:
    """The sizes, the seed, the fields, and the bound."""
    sizes = [f"size {name} {value}" for name, value in stated.sizes.items()]
    fields = [f"pair {m.p} {m.q} {m.r} {m.w}" for m in several]
    return (*sizes, f"seed {stated.graph.digest}", *fields, f"error {shown(error)}")


def _listed(graph: kernel.Graph) -> tuple[str, ...]:
    """The graph itself, or what is said of a large one; its hash is the seed."""
    many = len(graph.nodes)
    if many > LISTED:
        return (f"{UNLISTED} {many} nodes, of which the seed is the hash",)
    return tuple(graph.lines)


def _moduli(hints: Sequence[str]) -> Iterator[kernel.Moduli]:
    for hint in hints:
        word, _, rest = hint.partition(" ")
        if word == "pair":
            numbers = rest.split(" ")
            if len(numbers) != 4 or not all(n.isdigit() and len(n) < 30 for n in numbers):
                raise Rejected(f"{hint!r} is no pair of fields")
            yield kernel.Moduli(*map(int, numbers))


def _fields(stated: Statement) -> tuple[Fraction, tuple[kernel.Moduli, ...]]:
    """As many pairs of fields as the bound needs."""
    found, seed = _all_strengths(stated), stated.graph.digest
    for count in range(2, MOST_PAIRS + 1):
        error = _error(found, count)
        if error is not None and error <= GOAL:
            return error, _drawn(stated.graph, seed, count)
    raise NotAtASize(f"{MOST_PAIRS} pairs of fields prove no bound of 2^-100")


def _drawn(graph: kernel.Graph, seed: str, count: int) -> tuple[kernel.Moduli, ...]:
    """Pairs of fields that follow from the graph, so that nobody can choose them."""
    try:
        drawn = pairs(seed, count, root_primes(graph))
    except NotConcrete as reason:
        raise NotAtASize(str(reason)) from None
    return tuple(kernel.Moduli(a.p, a.q, a.r, kernel.drawn_base(seed, a.p)) for a in drawn)


def _all_strengths(stated: Statement) -> frozenset[Strength]:
    """What equal residues are worth, for every equation."""
    found = strengths(stated.graph)
    if isinstance(found, str):
        raise NotAtASize(f"no bound proved: {found}")
    return found


def _error(found: frozenset[Strength], count: int) -> Fraction | None:
    """The largest of the bounds: a claim that is false is false at some place."""
    errors = [strength.error(count, (kernel.LOW, kernel.LOW_R)) for strength in found]
    known = [error for error in errors if error is not None]
    return max(known, default=Fraction(0)) if len(known) == len(errors) else None


def scope(claim: TermClaim, stated: Statement) -> str:
    """The sizes for which a claim is proved, what stays free, and further conditions."""
    told = [f"{name} = {value}" for name, value in stated.sizes.items()]
    free = [
        f"tables {p.name}" if p.indices else f"real {p.name}"
        for p in claim.parameters
        if (p.indices or p.kind == "real") and p.kind in NUMBERS and p.name not in stated.sizes
    ]
    words = ", ".join([*told, *free])
    words = words if told else f"all {words}" if free else "all values"
    more = [show(c) for c in _open_conditions(claim, stated)]
    return words + (f" with {' and '.join(more)}" if more else "")


def _open_conditions(claim: TermClaim, stated: Statement) -> Iterator[Expr]:
    """The conditions that speak of more than the sizes."""
    known: Mapping[str, object] = lengths(claim, stated.sizes)
    for condition in (part for c in claim.where for part in conjuncts(c)):
        settled = free_names(condition) <= set(known)
        if not (settled and holds(condition, Environment(known))):
            yield condition


def assumptions(claim: TermClaim, stated: Statement) -> tuple[str, ...]:
    """What a proof at a size takes for granted."""
    found = []
    reads_rows = any(True for side in (claim.left, claim.right) for _ in quantities(side))
    if claim.lengths == ("n", "n") and reads_rows:
        found.append("as many queries as keys")
    found += denominators(stated.graph)
    if stated.undefined:
        places = f"{len(stated.undefined)} places, as {stated.undefined[0] or 'the only one'}"
        found.append(f"no finite value is compared at {places}")
    return tuple(found)
