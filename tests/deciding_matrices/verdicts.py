"""What these tests share: a claim as text, and its verdict, which raises if it is another one."""

from __future__ import annotations

import pytest

from symattn.core.errors import Unreadable
from symattn.core.verdict import Counterexample, Proved, Refuted, Undecided
from symattn.deciding.decide import decide
from symattn.reading.claim_text import read_claim


def proved(text: str) -> Proved:
    """The proof of a claim for all sizes."""
    found = decide(read_claim(text)).verdict
    assert isinstance(found, Proved), f"{text}: {found}"
    assert found.scope.startswith("all "), found.scope
    return found


def refuted(text: str) -> Counterexample:
    """The counterexample to a claim."""
    found = decide(read_claim(text)).verdict
    assert isinstance(found, Refuted), f"{text}: {found}"
    return found.counterexample


def undecided(text: str) -> Undecided:
    found = decide(read_claim(text)).verdict
    assert isinstance(found, Undecided), f"{text}: {found}"
    return found


def unreadable(text: str, *words: str) -> Unreadable:
    """The refusal of a claim, which says all these words."""
    with pytest.raises(Unreadable) as caught:
        read_claim(text)
    for word in words:
        assert word in str(caught.value), f"{text}: {caught.value}"
    return caught.value
