"""One node type for what a formula says before anybody knows what its letters mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Node:
    """An operation, its parts, and the place in the text (which `==` does not see).

    A `name` has its labels (`\\ell^{(j)}`) and then its indices as parts; `labels` counts
    the first.
    """

    op: str
    parts: tuple[Node, ...] = ()
    name: str = ""
    value: Fraction = Fraction(0)
    labels: int = 0
    at: int = field(default=0, compare=False)

    @property
    def family(self) -> str:
        """What is written alike but for its indices."""
        return f"{self.name}^" if self.labels else self.name


ABSENT = Node("absent")


def walk(node: Node) -> Iterator[Node]:
    """Every node, parents before children."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting.extend(reversed(found.parts))


def height(node: Node) -> int:
    """The number of levels of a tree, counted without recursion."""
    level, levels = [node], 0
    while level:
        level, levels = [part for found in level for part in found.parts], levels + 1
    return levels


def replaced(node: Node, parts: tuple[Node, ...]) -> Node:
    """The node with other parts."""
    if parts == node.parts:
        return node
    return Node(node.op, parts, node.name, node.value, node.labels, node.at)
