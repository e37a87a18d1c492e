"""The entry of a claim file in a comment, checked like any other."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from symattn.reading.claim_file import Entry, entries
from symattn.reading.json_nodes import json_parts
from symattn.reading.nodes import BadFile

COMMENT = re.compile(r"^\s*symattn (\{.*\})\s*$", re.DOTALL)


def read_record(text: str, file: str) -> Mapping[str, Any]:
    """The entry that a text in JSON holds; a complaint if it is none.

    >>> read_record('{"id": "a", "kind": "equal", "claim": "1 == 1"}', "x")["kind"]
    'equal'
    """
    parts = json_parts('{"symattn": 1, "claims": [' + text + "]}")
    found = list(entries(parts, file))
    for entry in found:
        if isinstance(entry, BadFile):
            raise entry
    if len(found) != 1 or not isinstance(found[0], Entry):
        raise BadFile("expected one claim in a comment", 1, file)
    return found[0].fields


def read_comment(comment: str, file: str) -> Mapping[str, Any] | None:
    """The entry in a comment of ours; nothing for any other comment."""
    match = COMMENT.match(comment)
    return read_record(match[1], file) if match else None


def read_value(value: object, file: str) -> Mapping[str, Any]:
    """The entry that a value of JSON holds."""
    return read_record(json.dumps(value), file)
