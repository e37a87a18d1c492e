"""Which parts of an expression decide something, so that they need exact numbers."""

from __future__ import annotations

from collections.abc import Iterator

from symattn.core.expression import CONDITIONS, Expr


def compared_parts(premise: Expr) -> Iterator[Expr]:
    """The numbers that a premise compares."""
    for part in premise.parts:
        if part.op in CONDITIONS:
            yield from compared_parts(part)
        else:
            yield part


def deciding_parts(node: Expr) -> Iterator[Expr]:
    """The parts of a node that are evaluated exactly."""
    if node.op in ("table", "vector", "matrix", "//", "%", "floor", "floor_log"):
        yield from node.parts
    elif node.op == "sum":
        yield from node.parts[:-1]
    elif node.op == "where":
        yield node.parts[0]
    elif node.op == "rope":
        yield node.parts[-1]
    elif node.op in CONDITIONS:
        yield node
