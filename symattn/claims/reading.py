"""Files of claims by their names: which reader reads which file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from symattn.core.errors import Usage
from symattn.reading.claim_file import Entry, read_claim_file
from symattn.reading.nodes import BadFile

PLAIN = (".yaml", ".yml", ".json")


def read_claims(paths: Iterable[Path]) -> Iterator[Entry | BadFile]:
    """The entries of all files, one after the other."""
    for path in paths:
        suffix = path.suffix.lower()
        if suffix in PLAIN:
            yield from read_claim_file(path)
        else:
            known = ", ".join(PLAIN)
            raise Usage(f"{path}: files of claims end in {known}")
