"""`symattn prove`: a claim decided for all sizes, or refuted with the smallest counterexample."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from symattn.commands.exports import LATEX, SMT2, export
from symattn.commands.shell import UNDECIDED, UNREADABLE, say, write

HELP = """Example: symattn prove "support(window(visible=w)) <= support(causal)"

\b
  symattn prove "support(window(visible=w)) == support(causal) where w >= n"
  symattn prove "no_future(chunked(c)+causal)" --json
  symattn prove "weights(causal+alibi(m)) == weights(causal+bias(m*j))"
  symattn prove "output(causal) == online(causal, tile=b)"
  symattn prove "independent(output(causal), i, x[j]) where j > i"
  symattn prove "nonempty(causal)" --certificate proof.json
  symattn prove "reach(causal, layers=L) == n - 1" --smt2 obligations --latex proof.tex
"""
CODES = {"proved": 0, "refuted": 1, "relabelled": 1, "undecided": UNDECIDED}


def run(
    claim: Annotated[str, typer.Argument(help="A claim, such as no_future(causal).")],
    certificate: Annotated[
        str | None, typer.Option("--certificate", help="Write the proof to a file.")
    ] = None,
    smt2: Annotated[str | None, typer.Option("--smt2", help=SMT2)] = None,
    latex: Annotated[str | None, typer.Option("--latex", help=LATEX)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    output: Annotated[str | None, typer.Option("-o", "--output", help="Write to a file.")] = None,
) -> None:
    from symattn.core.errors import Unreadable
    from symattn.core.verdict import Proved
    from symattn.reading.claim_text import read_claim, unreadable
    from symattn.rendering import verdict

    try:
        read = read_claim(claim)
    except Unreadable as error:
        found = unreadable(error)
        record = verdict.unreadable_record(claim, found)
        text = json.dumps(record, indent=1) if as_json else f"UNREADABLE {found.where}"
        write([text + "\n"], output)
        sys.exit(UNREADABLE)

    from symattn.deciding.decide import decide
    from symattn.deciding.repair.naming import with_fault

    decision = with_fault(decide(read))
    record = verdict.verdict_record(decision)
    if as_json:
        write([json.dumps(record, indent=1) + "\n"], output)
    else:
        write((line + "\n" for line in verdict.verdict_text(decision)), output)
    shown = decision.verdict
    if isinstance(shown, Proved) and shown.certificate is not None:
        if certificate is not None:
            write([verdict.certificate_text(decision)], certificate)
        stated = shown.scope, shown.assumptions
        export(read, record["reading"], shown.certificate, stated, smt2, latex)
    elif (certificate, smt2, latex) != (None, None, None):
        how = "by trying every case" if record["verdict"] == "proved" else ""
        say(f"symattn: no certificate: the claim is {record['verdict']} {how}".rstrip())
    sys.exit(CODES[record["verdict"]])
