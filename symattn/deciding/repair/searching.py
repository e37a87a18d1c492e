"""`repair`: the smallest edit that makes a refuted claim a proved one, as a named fault.

The left side is the reference; the right side is edited, or the mechanism that stands there. An
edit is looked at in a sieve and then decided like any claim: only a proof makes a repair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from symattn.core.claim import Claim
from symattn.core.expression import Expr, free_names
from symattn.core.term_claim import TermClaim, quantities, shown
from symattn.core.verdict import Fault, Proved, Verdict
from symattn.deciding.repair.change import Vocabulary
from symattn.deciding.repair.edits import Edit, every
from symattn.deciding.repair.filtering import sieve
from symattn.deciding.repair.kinds import fits
from symattn.deciding.repair.mechanisms import edited_forms, meaning
from symattn.deciding.repair.supports import support_edits

MOST_EDITS = 1500  # that the sieve looks at
MOST_ASKED = 4  # that are decided
Asked = Callable[[Claim | TermClaim], Verdict]


@dataclass(frozen=True, slots=True)
class Repair:
    """An edited claim with the names of what was wrong, and the repaired part as text."""

    claim: Claim | TermClaim
    edit: Edit
    fix: str
    write: Callable[[Expr], str]


def repaired(claim: Claim | TermClaim, asked: Asked) -> Fault | None:
    """The fault of a refuted claim, or None if no small edit is proved.

    >>> from symattn.core.expression import lift
    >>> from symattn.core.form import Parameter
    >>> from symattn.deciding.decide import decide
    >>> names = (Parameter("a", "real"), Parameter("b", "real"))
    >>> claim = TermClaim(lift("exp(a - b)"), "==", lift("exp(b - a)"), parameters=names)
    >>> found = repaired(claim, lambda c: decide(c).verdict)
    >>> found.code, found.fix
    ('exponent-reversed', 'exp(a - b)')
    """
    found = islice(worth_asking(claim), MOST_ASKED)
    for repair in found:
        if isinstance(asked(repair.claim), Proved):
            return repair.edit.fault(repair.write, repair.fix)
    return None


def worth_asking(claim: Claim | TermClaim) -> Iterator[Repair]:
    """Edits that the sieve lets pass, the smaller and more usual ones first."""
    if isinstance(claim, Claim):
        yield from (Repair(edited, edit, fix, str_of) for edited, edit, fix in support_edits(claim))
        return
    if claim.relation != "==":
        return
    looking = sieve(claim)
    if looking is None:
        return
    for repair in islice(_every(claim), MOST_EDITS):
        assert isinstance(repair.claim, TermClaim)
        if looking.passes(repair.claim):
            yield repair


def str_of(expr: Expr) -> str:
    from symattn.core.text import show

    return show(expr)


def _every(claim: TermClaim) -> Iterator[Repair]:
    """All edits of a claim: those of its mechanism first, if the right side is one."""
    if claim.right.op == "of":
        yield from (Repair(edited, edit, fix, str_of) for edited, edit, fix in edited_forms(claim))
        return
    words = Vocabulary((claim.left, *meaning(claim, claim.left)))
    known = _names(claim)
    for edit in every(claim.right, words):
        if not fits(edit.side) or not free_names(edit.side) <= known:
            continue
        edited = replace(claim, right=edit.side)
        yield Repair(edited, edit, shown(edited, edit.side), lambda e: shown(claim, e))


def _names(claim: TermClaim) -> frozenset[str]:
    """The names that an edited side may have: those that the claim declares or says."""
    said = set().union(*map(free_names, claim.expressions))
    forms = (claim.forms[int(q.args[1])] for q in quantities(claim.left))  # type: ignore[arg-type]
    said |= {name for form in forms for name in form.names}
    return frozenset(said | {p.name for p in claim.parameters} | {"d", "n"})
