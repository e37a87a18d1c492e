"""`Node`: a value of a claim file with its line; what YAML and JSON have in common.

Limits hold while a file is read: nothing in it can make us build more than it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from symattn.core.errors import SymattnError

DEEPEST, LONGEST_SCALAR, MOST_NODES = 16, 20_000, 20_000  # of one claim
Scalar: TypeAlias = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Node:
    """A scalar, a list of nodes or a mapping to nodes, and the line where it starts (from 1)."""

    value: Scalar | list[Node] | dict[str, Node]
    line: int


class BadFile(SymattnError):
    """A claim file that could not be read, with the line of the complaint."""

    def __init__(self, message: str, line: int, source: str = "") -> None:
        self.message, self.line, self.source = message, line, source
        super().__init__(f"{source or 'line'}{':' if source else ' '}{line}: {message}")

    def within(self, source: str) -> BadFile:
        """The same complaint with the name of the file."""
        return BadFile(self.message, self.line, source)


def plain(node: Node) -> Any:
    """The value without lines.

    >>> plain(Node({"id": Node("a", 2), "wrong": Node([Node(1, 3)], 3)}, 1))
    {'id': 'a', 'wrong': [1]}
    """
    if isinstance(node.value, dict):
        return {key: plain(part) for key, part in node.value.items()}
    if isinstance(node.value, list):
        return [plain(part) for part in node.value]
    return node.value


def line_at(node: Node, path: list[str | int]) -> int:
    """The line of the part at a path, or of the last part on the way that there is.

    >>> line_at(Node({"id": Node("a", 2)}, 1), ["id"]), line_at(Node({}, 1), ["id"])
    (2, 1)
    """
    for step in path:
        inside = node.value
        if isinstance(inside, dict) and step in inside:
            node = inside[str(step)]
        elif isinstance(inside, list) and isinstance(step, int) and step < len(inside):
            node = inside[step]
        else:
            break
    return node.line


def of_word(text: str) -> Scalar:
    """What an unquoted word is: true, false, nothing, a short whole number, else its own text.

    Decimals stay text, so that they are read as exact rationals; `no` and `1:30` are words.

    >>> [of_word(word) for word in ("true", "12", "0.1", "no", "null")]
    [True, 12, '0.1', 'no', None]
    """
    if text in WORDS:
        return WORDS[text]
    digits = text.removeprefix("-")
    small = digits.isascii() and digits.isdigit() and len(digits) <= 15
    return int(text) if small and (digits == "0" or digits[0] != "0") else text


WORDS: Mapping[str, bool | None] = {
    "true": True, "True": True, "false": False, "False": False,
    "null": None, "~": None, "": None,
}  # fmt: skip
