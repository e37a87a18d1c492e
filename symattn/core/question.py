"""`Question` and `Option`: what a quiz asks, ready to be written in any format.

Nothing is decided here, and nothing printed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Option:
    """An answer to choose, whether it is right, and what is said to whoever chooses it."""

    text: str
    right: bool
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with one right option; `entry` is the claim file entry that stands behind it."""

    id: str
    topic: str
    text: str
    options: tuple[Option, ...]
    entry: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> int:
        """The place of the right option.

        >>> Question("a", "t", "?", (Option("1", False), Option("2", True))).key
        1
        """
        return next(at for at, option in enumerate(self.options) if option.right)

    @property
    def letter(self) -> str:
        """The letter of the right option."""
        return LETTERS[self.key]


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def embedded(entry: Mapping[str, Any]) -> str:
    r"""An entry in one line that may stand in a comment of XML, HTML or GIFT.

    >>> embedded({"id": "a", "claim": "1 --> 2"})
    '{"id": "a", "claim": "1 -\\u002d\\u003e 2"}'
    """
    text = json.dumps(entry, ensure_ascii=True)
    for sign in ("<", ">", "&"):
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text.replace("--", "-\\u002d")
