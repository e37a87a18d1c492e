"""YAML as nodes with lines, claim by claim, from the events of the parser.

Only plain data is let through: no tags, no anchors and aliases (a few lines of them unfold into
gigabytes), one document. The top mapping is read as a stream: its key `claims` yields one node
after the other, so that memory is bounded by the largest claim.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from symattn.reading.nodes import DEEPEST, LONGEST_SCALAR, MOST_NODES, BadFile, Node, of_word


class Events:
    """The events of a YAML text, checked one by one."""

    def __init__(self, source: str | IO[bytes]) -> None:
        import yaml

        self.yaml = yaml
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self.stream = yaml.parse(source, Loader=loader)
        self.left = MOST_NODES

    def take(self) -> Any:
        """The next event, or a complaint with its line."""
        try:
            event = next(self.stream)
        except self.yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            said = (error.problem or error.context or "cannot be read").split("\n")[0]
            raise BadFile(f"expected YAML: {said[:120]}", mark.line + 1 if mark else 1) from None
        except (self.yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
            said = str(error).split("\n")[0][:120]
            raise BadFile(f"expected YAML in UTF-8: {said}", 1) from None
        except StopIteration:
            raise BadFile("the file ends too early", 1) from None
        line = event.start_mark.line + 1
        if isinstance(event, self.yaml.AliasEvent) or getattr(event, "anchor", None):
            raise BadFile("anchors and aliases (& and *) are not read", line)
        if getattr(event, "tag", None) is not None:
            raise BadFile(f"tags are not read, got {str(event.tag)[:60]}", line)
        return event

    def node(self, event: Any, depth: int = 0) -> Node:
        """The node that starts with an event."""
        line = event.start_mark.line + 1
        self.left -= 1
        if self.left < 0:
            raise BadFile(f"over {MOST_NODES} values in one claim", line)
        if depth > DEEPEST:
            raise BadFile(f"nested deeper than {DEEPEST}", line)
        if isinstance(event, self.yaml.ScalarEvent):
            return _scalar(event, line)
        if isinstance(event, self.yaml.SequenceStartEvent):
            return Node(list(self.entries(depth + 1)), line)
        return Node({key: self.node(e, depth + 1) for key, e in self.pairs()}, line)

    def entries(self, depth: int) -> Iterator[Node]:
        """The members of a list whose start has been taken."""
        while not isinstance(event := self.take(), self.yaml.SequenceEndEvent):
            yield self.node(event, depth)

    def pairs(self) -> Iterator[tuple[str, Any]]:
        """The keys of a mapping, each with the first event of its value; no key stands twice."""
        seen: dict[str, int] = {}
        while not isinstance(event := self.take(), self.yaml.MappingEndEvent):
            line = event.start_mark.line + 1
            if not isinstance(event, self.yaml.ScalarEvent):
                raise BadFile("a key is a word", line)
            key = event.value
            if len(key) > 200:
                raise BadFile("a key of over 200 characters", line)
            if key in seen:
                raise BadFile(f"the key {key!r} stands twice, first in line {seen[key]}", line)
            seen[key] = line
            yield key, self.take()


def _scalar(event: Any, line: int) -> Node:
    if len(event.value) > LONGEST_SCALAR:
        raise BadFile(f"a text of over {LONGEST_SCALAR} characters", line)
    return Node(event.value if event.style else of_word(event.value), line)


def yaml_parts(source: str | IO[bytes]) -> Iterator[tuple[str, Node]]:
    """The keys of the top mapping with their nodes; `claims` comes once for each claim.

    >>> [(key, node.value) for key, node in yaml_parts("symattn: 1\\nclaims: [a, b]")]
    [('symattn', 1), ('claims', 'a'), ('claims', 'b')]
    """
    events = Events(source)
    yaml = events.yaml
    events.take()  # the stream starts
    start = events.take()
    if isinstance(start, yaml.StreamEndEvent):
        raise BadFile("the file is empty; it starts with 'symattn: 1'", 1)
    top = events.take()
    if not isinstance(top, yaml.MappingStartEvent):
        raise BadFile("expected keys and values, 'symattn: 1' first", top.start_mark.line + 1)
    for key, event in events.pairs():
        if key == "claims" and isinstance(event, yaml.SequenceStartEvent):
            while not isinstance(member := events.take(), yaml.SequenceEndEvent):
                events.left = MOST_NODES
                yield key, events.node(member, 1)
        else:
            events.left = MOST_NODES
            yield key, events.node(event, 1)
    events.take()  # the document ends
    if not isinstance(more := events.take(), yaml.StreamEndEvent):
        raise BadFile("a second document in one file", more.start_mark.line + 1)


def yaml_node(text: str) -> Node:
    """The one value that a text holds.

    >>> yaml_node("a").value
    'a'
    """
    events = Events(text)
    events.take()
    start = events.take()
    if isinstance(start, events.yaml.StreamEndEvent):
        raise BadFile("an empty block", 1)
    found = events.node(events.take())
    events.take()
    if not isinstance(more := events.take(), events.yaml.StreamEndEvent):
        raise BadFile("a second document in one block", more.start_mark.line + 1)
    return found
