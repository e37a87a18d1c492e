"""Proofs in files: each obligation for any solver, and the whole proof for a reader."""

from __future__ import annotations

from pathlib import Path

from symattn.commands.shell import say, write
from symattn.core.claim import Claim
from symattn.core.errors import Usage
from symattn.core.term_claim import TermClaim
from symattn.core.verdict import Certificate

SMT2 = "Write each obligation of the proof to a file in this folder."
LATEX = "Write the proof to a file, for a reader."


def export(
    claim: Claim | TermClaim,
    reading: str,
    certificate: Certificate,
    stated: tuple[str, tuple[str, ...]],
    smt2: str | None,
    latex: str | None,
) -> None:
    """Write what is asked for; `stated` are the scope and the assumptions of the proof."""
    if smt2 is not None:
        _write_scripts(claim, reading, certificate, smt2)
    if latex is not None:
        from symattn.reading.smtlib_text import assertions
        from symattn.rendering.proof import Proof, proof_latex
        from symattn.rendering.proof_lines import Impossible

        lines = (
            Impossible(o.name, o.reason, assertions(o.script)) for o in certificate.obligations
        )
        hints = tuple(h for h in certificate.hints if not h.startswith(("node ", "equal ")))
        proof = Proof(claim, reading, *stated, certificate.rule, hints, tuple(lines))
        write([proof_latex(proof)], latex, exact=True)


def _write_scripts(
    claim: Claim | TermClaim, reading: str, certificate: Certificate, folder: str
) -> None:
    from symattn.rendering.smt2 import smt2_files

    place, files = Path(folder), dict(smt2_files(claim.text, reading, certificate))
    if not place.is_dir():
        if place.exists() or not place.parent.is_dir():
            raise Usage(f"--smt2 names a folder, and {folder} cannot be one")
        place.mkdir()
    other = sorted(p.name for p in place.glob("*.smt2") if p.name not in files)
    if other:
        raise Usage(f"{folder} holds other obligations ({other[0]}); name a new folder")
    for name, text in files.items():
        (place / name).write_text(text, encoding="utf-8", newline="\n")
    say(f"wrote {len(files)} obligations to {folder}")
