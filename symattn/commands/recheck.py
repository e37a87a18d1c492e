"""`symattn recheck`: a certificate replayed by the kernel, without any search."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from symattn.commands.shell import UNDECIDED, write

HELP = """Example: symattn recheck proof.json

\b
  symattn prove "nonempty(causal)" --certificate proof.json
  symattn recheck proof.json
"""


def run(
    file: Annotated[str, typer.Argument(help="A file that symattn prove --certificate wrote.")],
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    output: Annotated[str | None, typer.Option("-o", "--output", help="Write to a file.")] = None,
) -> None:
    from symattn.core.errors import Unreadable
    from symattn.deciding.kernel import Rejected
    from symattn.deciding.recheck import recheck
    from symattn.reading.certificate import read_certificate
    from symattn.rendering.verdict import reading

    try:
        found = read_certificate(Path(file).read_text("utf-8"))
    except (Unreadable, UnicodeDecodeError) as error:
        raise Unreadable("", 0, str(error), source=file) from None
    try:
        recheck(found.claim, found.certificate, found.scope, found.assumptions)
        reason = ""
    except Rejected as error:
        reason = str(error)
    record = {
        "schema": "symattn/recheck@1",
        "accepted": not reason,
        "claim": found.claim.text,
        "reading": reading(found.claim),
        "scope": found.scope,
        "obligations": len(found.certificate.obligations),
        "reason": reason,
    }
    if as_json:
        write([json.dumps(record, indent=1) + "\n"], output)
    else:
        first = f"UNDECIDED {reason}" if reason else f"PROVED for {found.scope}"
        size = f"{record['obligations']} obligations hold" if not reason else "not accepted"
        write([f"{first}\nread as: {record['reading']}\nre-checked: {size}\n"], output)
    sys.exit(UNDECIDED if reason else 0)
