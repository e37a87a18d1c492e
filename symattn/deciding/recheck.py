"""A certificate against its claim: the obligations by the kernel, and what it says it shows."""

from __future__ import annotations

from symattn.core.claim import Claim, problem
from symattn.core.verdict import Certificate
from symattn.deciding import kernel
from symattn.deciding.scope import assumptions, scope


def recheck(claim: Claim, certificate: Certificate, stated: str, assumed: tuple[str, ...]) -> None:
    """Accept a certificate that shows the claim for the stated scope; else kernel.Rejected."""
    asked = problem(claim)
    if stated != scope(claim, asked):
        raise kernel.Rejected(f"the claim is about {scope(claim, asked)}, not {stated}")
    if assumed != assumptions(asked):
        raise kernel.Rejected("the assumptions are not those of the claim")
    if not certificate.obligations:
        raise kernel.Rejected("a certificate without obligations")
    kernel.recheck(asked, certificate)
