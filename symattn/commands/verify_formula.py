"""`symattn verify "A = B"`: a formula of a paper, decided."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass

from symattn.commands.shell import UNDECIDED, UNREADABLE, write

CODES = {"proved": 0, "refuted": 1, "relabelled": 1, "undecided": UNDECIDED,
         "unreadable": UNREADABLE}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says about a formula."""

    text: str  # "-" is the standard input
    reference: str | None = None
    declarations: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    base: int | None = None
    as_json: bool = False
    output: str | None = None


def run_formula(asked: Asked) -> None:
    """Decide a formula, print the verdict, and leave with its exit code."""
    from symattn.core.errors import Unreadable, Usage
    from symattn.reading.claim_text import unreadable
    from symattn.rendering.verdict import unreadable_record

    if asked.base not in (None, 0, 1):
        raise Usage(f"--base is 0 or 1, got {asked.base}")
    text = _typed() if asked.text == "-" else asked.text
    try:
        lines, record = _decided(text, asked)
    except Unreadable as error:
        found = unreadable(error)
        record = unreadable_record(text, found)
        lines = [f"UNREADABLE {found.where}"]
    if asked.as_json:
        lines = [json.dumps(record, indent=1)]
    write((line + "\n" for line in lines), asked.output)
    sys.exit(CODES[str(record["verdict"])])


def _typed() -> str:
    """The standard input, as much of it as a formula may have."""
    from symattn.core.errors import Usage

    if sys.stdin is None:
        raise Usage("standard input is closed")
    text = sys.stdin.buffer.read(100_000)
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Usage(f"standard input is not UTF-8 at byte {error.start}") from None


def _decided(text: str, asked: Asked) -> tuple[list[str], dict[str, object]]:
    from symattn.claims.formula_faults import Source, with_formula_fault
    from symattn.deciding.formula_verdicts import decide_formula
    from symattn.reading.formula import read_formula_claim
    from symattn.rendering.formula_verdict import formula_record, formula_text

    reading = read_formula_claim(
        text,
        reference=asked.reference,
        declarations=asked.declarations,
        where=asked.where,
        base=asked.base,
    )
    source = Source(text, asked.reference, asked.declarations, asked.where, asked.base)
    found = with_formula_fault(decide_formula(reading), source)
    return list(formula_text(found)), formula_record(found)
