"""The shapes of a matrix equation: letters say them, free names take them from their place."""

from __future__ import annotations

from dataclasses import dataclass, field

from symattn.core.errors import Unreadable
from symattn.core.matrices import PLACED
from symattn.reading.matrix_text import BY_ENTRY, OF_FORMS, Node, Stated

Side = str | int  # a side that is known, or the number of one that is not yet
Shape = tuple[Side, Side]


@dataclass(slots=True)
class Shapes:
    """What is known of the shapes of free names, and of every node."""

    text: str
    sides: list[Side | None] = field(default_factory=list)  # what an unknown side turned out to be
    free: dict[str, Shape] = field(default_factory=dict)

    def of(self, node: Node) -> Shape:
        """The shape of a node; shapes that do not fit are Unreadable, with both of them."""
        inner = [self.of(part) for part in node.parts]
        if node.op == "of":
            return OF_FORMS[node.name]
        if node.op in ("free", "free column"):
            return self._free(node)
        if node.op in ("number", "scalar"):
            return "1", "1"
        if node.op == "T":
            return inner[0][1], inner[0][0]
        if node.op == "@":
            return self._product(node, *inner)
        if len(inner) == 2:
            return self._joined(node, *inner)
        return self._function(node, inner[0])

    def _free(self, node: Node) -> Shape:
        column = node.op == "free column"
        if node.name not in self.free:
            self.free[node.name] = (self._new(), "1" if column else self._new())
        if column:
            self.same(self.free[node.name][1], "1", node, self.free[node.name], ("rows", "1"))
        return self.free[node.name]

    def _new(self) -> Side:
        self.sides.append(None)
        return len(self.sides) - 1

    def known(self, side: Side) -> Side:
        """The side itself, or the one that it was found to be."""
        while isinstance(side, int) and self.sides[side] is not None:
            found = self.sides[side]
            assert found is not None
            side = found
        return side

    def same(self, one: Side, other: Side, node: Node, left: Shape, right: Shape) -> None:
        """Make two sides one, or refuse the shapes that they are of."""
        one, other = self.known(one), self.known(other)
        if one == other:
            return
        if isinstance(one, int):
            self.sides[one] = other
        elif isinstance(other, int):
            self.sides[other] = one
        else:
            shapes = f"{self.shown(left)} and {self.shown(right)}"
            raise self.wrong(f"the shapes do not fit {node.name!r}: {shapes}", node)

    def wrong(self, message: str, node: Node) -> Unreadable:
        return Unreadable(self.text, node.token.position, message)

    def shown(self, shape: Shape) -> str:
        sides = (self.known(side) for side in shape)
        return " x ".join("any" if isinstance(side, int) else side for side in sides)

    def _product(self, node: Node, left: Shape, right: Shape) -> Shape:
        if ("1", "1") in (self._both(left), self._both(right)):
            raise self.wrong("'@' is between two matrices; write '*' for a number", node)
        self.same(left[1], right[0], node, left, right)
        return left[0], right[1]

    def _both(self, shape: Shape) -> Shape:
        return self.known(shape[0]), self.known(shape[1])

    def _joined(self, node: Node, left: Shape, right: Shape) -> Shape:
        if node.op == "*" and ("1", "1") not in (self._both(left), self._both(right)):
            message = "'*' is between a number and a matrix; write 'o' for entry by entry, or '@'"
            raise self.wrong(message, node)
        if node.op == "/" and "1" not in self._both(right):
            raise self.wrong("a matrix is divided by a number or by a column", node)
        return self.fitted(node, left, right)

    def fitted(self, node: Node, left: Shape, right: Shape) -> Shape:
        """The shape of two matrices entry by entry; a side of 1 is repeated."""
        found: list[Side] = []
        for one, other in zip(self._both(left), self._both(right), strict=True):
            if "1" not in (one, other):
                self.same(one, other, node, left, right)
            found.append(other if one == "1" else one)
        return found[0], found[1]

    def _function(self, node: Node, inner: Shape) -> Shape:
        rows, columns = self._both(inner)
        if node.op == "rowsum":
            return rows, "1"
        if node.op == "colsum":
            return "1", columns
        if node.op == "diag":
            self.same(columns, "1", node, inner, (rows, "1"))
            return rows, rows
        entries = (*BY_ENTRY, "softmax", "tril", "triu")
        widths = [s for s in (rows, columns) if not isinstance(s, int) and s not in PLACED]
        if node.op in entries and widths:
            message = f"{node.name} of a matrix with {widths[0]} entries in a row is not supported"
            raise self.wrong(f"{message} yet: {self.shown(inner)}", node)
        return inner


def shapes(stated: Stated) -> tuple[tuple[str, str], dict[str, tuple[str, str]]]:
    """The shape of both sides, and those of free names; what stays open has queries and keys.

    >>> from symattn.reading.matrix_text import MatrixReader
    >>> shapes(MatrixReader("Q @ X == (X.T @ Q.T).T").stated())
    (('queries', 'd'), {'X': ('d', 'd')})
    """
    found = Shapes(stated.text)
    left, right = found.of(stated.left), found.of(stated.right)
    sides = Node(stated.relation.text, stated.relation)
    whole = found.fitted(sides, left, right)
    for shape in (*found.free.values(), whole):
        for at, side in enumerate(shape):
            if isinstance(found.known(side), int):
                beside = found.known(shape[1 - at])
                width = isinstance(beside, str) and beside not in PLACED
                usual = "d" if width else ("queries", "keys")[at]
                found.sides[int(found.known(side))] = usual
    settled = {name: _settled(found, shape) for name, shape in found.free.items()}
    return _settled(found, whole), settled


def _settled(found: Shapes, shape: Shape) -> tuple[str, str]:
    rows, columns = (str(found.known(side)) for side in shape)
    return rows, columns
