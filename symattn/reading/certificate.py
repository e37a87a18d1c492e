"""A certificate file as records: its claim, its proof, and what it says it shows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from symattn.core.claim import Claim
from symattn.core.errors import Unreadable
from symattn.core.term_claim import TermClaim
from symattn.core.verdict import Certificate, Obligation
from symattn.reading.claim_text import read_claim

SCHEMA, LONGEST = "symattn/certificate@1", 20_000_000


@dataclass(frozen=True, slots=True)
class Deposition:
    """What a certificate file says."""

    claim: Claim | TermClaim
    scope: str
    assumptions: tuple[str, ...]
    certificate: Certificate


def read_certificate(text: str) -> Deposition:
    """The records of a certificate file; nothing in it is believed yet."""
    if len(text) > LONGEST:
        raise Unreadable("", 0, f"a certificate of over {LONGEST} characters")
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as reason:
        raise Unreadable("", 0, f"this is no JSON: {reason}") from None
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise Unreadable("", 0, f"this is no {SCHEMA}")
    entries = _list(found, "obligations")
    return Deposition(
        read_claim(_text(found, "claim")),
        _text(found, "scope"),
        tuple(_words(found, "assumptions")),
        Certificate(
            _text(found, "rule"),
            tuple(_words(found, "hints")),
            tuple(
                Obligation(_text(e, "name"), _text(e, "reason"), _text(e, "script"))
                for e in entries
            ),
        ),
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object in which no key is given twice: a reader might see the other one."""
    record = dict(pairs)
    if len(record) < len(pairs):
        raise ValueError("a key is given twice")
    return record


def _text(record: Any, key: str) -> str:
    value = record.get(key) if isinstance(record, dict) else None
    if not isinstance(value, str):
        raise Unreadable("", 0, f"expected a text for {key!r}")
    return value


def _list(record: dict[str, Any], key: str) -> list[Any]:
    value = record.get(key)
    if not isinstance(value, list):
        raise Unreadable("", 0, f"expected a list for {key!r}")
    return value


def _words(record: dict[str, Any], key: str) -> list[str]:
    value = _list(record, key)
    if not all(isinstance(entry, str) for entry in value):
        raise Unreadable("", 0, f"expected texts in {key!r}")
    return value
