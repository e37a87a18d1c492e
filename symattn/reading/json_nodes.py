"""JSON as nodes with lines: a parser of our own, since that of Python forgets the lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from json import JSONDecodeError, JSONDecoder

from symattn.reading.nodes import DEEPEST, LONGEST_SCALAR, MOST_NODES, BadFile, Node, of_word

STRINGS = JSONDecoder()
SPACE = re.compile(r"[ \t\r\n]*")
WORD = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null", re.ASCII)


class Text:
    """A cursor over JSON."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.line, self.counted, self.left = text, 0, 1, 0, MOST_NODES

    def here(self) -> int:
        """The line of the cursor."""
        self.line += self.text.count("\n", self.counted, self.at)
        self.counted = self.at
        return self.line

    def wrong(self, message: str) -> BadFile:
        return BadFile(f"expected JSON: {message}", self.here())

    def space(self) -> None:
        match = SPACE.match(self.text, self.at)
        assert match is not None
        self.at = match.end()

    def accept(self, sign: str) -> bool:
        self.space()
        found = self.text.startswith(sign, self.at)
        self.at += len(sign) if found else 0
        return found

    def expect(self, sign: str) -> None:
        if not self.accept(sign):
            got = self.text[self.at : self.at + 1]
            raise self.wrong(f"{sign!r}, got {got!r}" if got else f"{sign!r}, got the end")

    def string(self) -> str:
        self.space()
        if not self.text.startswith('"', self.at):
            raise self.wrong(f"'\"', got {self.text[self.at : self.at + 1]!r}")
        found: str
        try:
            found, self.at = STRINGS.raw_decode(self.text, self.at)
        except JSONDecodeError as error:
            raise self.wrong(error.msg) from None
        if len(found) > LONGEST_SCALAR:
            raise self.wrong(f"a text of over {LONGEST_SCALAR} characters")
        if any("\ud800" <= letter <= "\udfff" for letter in found):
            raise self.wrong("half of a surrogate pair")
        return found

    def node(self, depth: int) -> Node:
        """The value at the cursor."""
        self.space()
        line = self.here()
        self.left -= 1
        if self.left < 0:
            raise self.wrong(f"over {MOST_NODES} values in one claim")
        if depth > DEEPEST:
            raise self.wrong(f"nested deeper than {DEEPEST}")
        start = self.text[self.at : self.at + 1]
        if start == "{":
            return Node({key: self.node(depth + 1) for key in self.keys()}, line)
        if start == "[":
            return Node([self.node(depth + 1) for _ in self.members()], line)
        if start == '"':
            return Node(self.string(), line)
        match = WORD.match(self.text, self.at)
        if match is None:
            raise self.wrong(f"a value, got {start!r}" if start else "a value, got the end")
        self.at = match.end()
        if len(match[0]) > LONGEST_SCALAR:
            raise self.wrong("a huge number")
        return Node(of_word(match[0]), line)

    def members(self) -> Iterator[None]:
        """Once for each member of a list; whoever asks reads the member."""
        self.expect("[")
        if self.accept("]"):
            return
        yield
        while self.accept(","):
            yield
        self.expect("]")

    def keys(self) -> Iterator[str]:
        """The keys of an object; whoever asks reads the values. No key stands twice."""
        self.expect("{")
        if self.accept("}"):
            return
        seen: set[str] = set()
        while True:
            key = self.string()
            if key in seen:
                raise self.wrong(f"the key {key[:60]!r} stands twice")
            seen.add(key)
            self.expect(":")
            yield key
            if not self.accept(","):
                break
        self.expect("}")


def json_parts(text: str) -> Iterator[tuple[str, Node]]:
    """The keys of the top object with their nodes; `claims` comes once for each claim.

    >>> [(key, node.value) for key, node in json_parts('{"symattn": 1, "claims": ["a", "b"]}')]
    [('symattn', 1), ('claims', 'a'), ('claims', 'b')]
    """
    reader = Text(text)
    for key in reader.keys():  # noqa: SIM118 (a method)
        reader.left = MOST_NODES
        reader.space()
        if key == "claims" and reader.text.startswith("[", reader.at):
            for _ in reader.members():
                reader.left = MOST_NODES
                yield key, reader.node(1)
        else:
            yield key, reader.node(1)
    reader.space()
    if reader.at < len(text):
        raise reader.wrong("nothing more after the object")
