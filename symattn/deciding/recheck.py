"""A certificate against its claim: the obligations by the kernel, and what it says it shows."""

from __future__ import annotations

from collections.abc import Mapping

from symattn.core.claim import Claim, problem
from symattn.core.term_claim import TermClaim
from symattn.core.verdict import Certificate
from symattn.deciding import kernel
from symattn.deciding.scope import assumptions, scope


def recheck(
    claim: Claim | TermClaim, certificate: Certificate, stated: str, assumed: tuple[str, ...]
) -> None:
    """Accept a certificate that shows the claim for the stated scope; else kernel.Rejected."""
    if isinstance(claim, TermClaim):
        recheck_term(claim, certificate, stated, assumed)
        return
    asked = problem(claim)
    if stated != scope(claim, asked):
        raise kernel.Rejected(f"the claim is about {scope(claim, asked)}, not {stated}")
    if assumed != assumptions(asked):
        raise kernel.Rejected("the assumptions are not those of the claim")
    if not certificate.obligations:
        raise kernel.Rejected("a certificate without obligations")
    if len(set(certificate.hints)) < len(certificate.hints):
        raise kernel.Rejected("a hint is said twice")
    if unknown := [h for h in certificate.hints if not h.startswith(HINTS[asked.relation])]:
        raise kernel.Rejected(f"the hint {unknown[0]!r} says nothing for this claim")
    kernel.recheck(asked, certificate)


def recheck_term(
    claim: TermClaim, certificate: Certificate, stated: str, assumed: tuple[str, ...]
) -> None:
    """The same for a claim about terms."""
    if certificate.rule == "field":
        from symattn.deciding.field_proof import replayed_at_a_size

        replayed_at_a_size(claim, certificate, stated, assumed)
        return
    from symattn.deciding.terms import domain
    from symattn.deciding.terms.goal import goals
    from symattn.deciding.terms.replay import replayed

    if stated != domain.scope(claim):
        raise kernel.Rejected(f"the claim is about {domain.scope(claim)}, not {stated}")
    if assumed != domain.assumptions(claim):
        raise kernel.Rejected("the assumptions are not those of the claim")
    replayed(goals(claim), certificate)


ANY = ("",)
HINTS: Mapping[str, tuple[str, ...]] = {  # relation of a problem -> how its hints begin
    "==": (), "<=": (), "nonempty": ANY, "row_count": ANY, "count": ("row ", "column "),
    "reach": ANY,
}  # fmt: skip
