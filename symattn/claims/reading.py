"""Files of claims by their names: which reader reads which file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from symattn.core.errors import Usage
from symattn.reading.annotated import read_latex_document
from symattn.reading.claim_file import Entry, read_claim_file
from symattn.reading.claim_page import read_claim_page
from symattn.reading.nodes import BadFile

PLAIN, PAGES = (".yaml", ".yml", ".json"), (".md", ".markdown")


def read_claims(paths: Iterable[Path]) -> Iterator[Entry | BadFile]:
    """The entries of all files, one after the other."""
    for path in paths:
        suffix = path.suffix.lower()
        if suffix in PLAIN:
            yield from read_claim_file(path)
        elif suffix in PAGES:
            yield from read_claim_page(path)
        elif suffix == ".tex":
            yield from read_latex_document(path)
        else:
            known = ", ".join((*PLAIN, *PAGES, ".tex"))
            raise Usage(f"{path}: files of claims end in {known}")
