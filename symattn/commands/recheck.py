"""`symattn recheck`: a certificate replayed by the kernel, without any search."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from symattn.commands.exports import LATEX, SMT2, export
from symattn.commands.shell import UNDECIDED, write

if TYPE_CHECKING:
    from symattn.core.verdict import Certificate

HELP = """Example: symattn recheck proof.json

\b
  symattn prove "nonempty(causal)" --certificate proof.json
  symattn recheck proof.json
  symattn recheck proof.json --smt2 obligations --latex proof.tex
"""


def run(
    file: Annotated[str, typer.Argument(help="A file that symattn prove --certificate wrote.")],
    smt2: Annotated[str | None, typer.Option("--smt2", help=SMT2)] = None,
    latex: Annotated[str | None, typer.Option("--latex", help=LATEX)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    output: Annotated[str | None, typer.Option("-o", "--output", help="Write to a file.")] = None,
) -> None:
    from symattn.core.errors import Unreadable
    from symattn.deciding.kernel import Rejected
    from symattn.deciding.recheck import recheck
    from symattn.deciding.second_solver import Opinion, second_opinions
    from symattn.reading.certificate import read_certificate
    from symattn.rendering.verdict import reading

    try:
        found = read_certificate(Path(file).read_text("utf-8"))
    except (Unreadable, UnicodeDecodeError) as error:
        raise Unreadable("", 0, str(error), source=file) from None
    opinions: tuple[Opinion, ...] = ()
    try:
        recheck(found.claim, found.certificate, found.scope, found.assumptions)
        opinions = second_opinions(found.certificate)
        reason = ""
    except Rejected as error:
        reason = str(error)
    read_as = reading(found.claim)
    record = {
        "schema": "symattn/recheck@1",
        "accepted": not reason,
        "claim": found.claim.text,
        "reading": read_as,
        "scope": found.scope,
        "obligations": len(found.certificate.obligations),
        "solvers": [{"obligation": o.obligation, "z3": o.z3, "cvc5": o.cvc5} for o in opinions],
        "reason": reason,
    }
    if as_json:
        write([json.dumps(record, indent=1) + "\n"], output)
    else:
        first = f"UNDECIDED {reason}" if reason else f"PROVED for {found.scope}"
        size = checked(found.certificate) if not reason else "not accepted"
        lines = [first, f"read as: {read_as}", *(o.line for o in opinions)]
        write((line + "\n" for line in (*lines, f"re-checked: {size}")), output)
    if reason:
        sys.exit(UNDECIDED)
    stated = found.scope, found.assumptions
    export(found.claim, read_as, found.certificate, stated, smt2, latex)


def checked(certificate: Certificate) -> str:
    """What was looked at, in words."""
    if certificate.rule != "field":
        return f"{len(certificate.obligations)} obligations hold"
    fields = sum(hint.startswith("pair ") for hint in certificate.hints)
    error = next(hint for hint in certificate.hints if hint.startswith("error "))
    kept = certificate.hints[-1].startswith("equal ")
    said = "the graph holds" if kept else "not kernel-checked: the graph is not kept; it holds"
    return f"{said} in {fields} pairs of fields, {error.replace('error 2', 'error below 2')}"
