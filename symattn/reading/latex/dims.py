"""Sizes of vectors and matrices while they are found out: classes of equal sizes.

A size is 1 (the other side of a vector), a literal number, a symbol, or blocks of an inner size.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from symattn.core.expression import ONE, Expr, number, symbol, tidy


class ShapeError(Exception):
    """Two shapes that cannot match, or an operation that a shape does not have."""

    def __init__(self, message: str, at: int = 0) -> None:
        super().__init__(message)
        self.at = at


@dataclass(eq=False, slots=True)
class Dim:
    """One size; those that must be equal share a root."""

    one: bool = False
    literal: int | None = None
    size: Expr | None = None  # what somebody declared
    blocks: tuple[Expr, Expr, Dim] | None = None  # the first and last block, the size of one
    parent: Dim | None = None
    usual: list[str] = field(default_factory=list)  # names by habit: "n" for rows of Q
    lows: set[int] = field(default_factory=set)  # the first place, as sums say
    literals: set[int] = field(default_factory=set)  # places that are named by number
    highs: list[Expr] = field(default_factory=list)  # the last place, as sums say
    places: bool = False  # whether free names stand here

    @property
    def root(self) -> Dim:
        found = self
        while found.parent is not None:
            found = found.parent
        return found


def single() -> Dim:
    """The other side of a vector."""
    return Dim(one=True)


def unify(a: Dim, b: Dim, at: int = 0, what: str = "") -> None:
    """Both are the same size from now on."""
    a, b = a.root, b.root
    if a is b:
        return
    if a.one != b.one:
        raise ShapeError(what or "a vector meets a matrix or a number", at)
    if a.one:
        return
    if a.literal is not None and b.literal is not None and a.literal != b.literal:
        raise ShapeError(f"{a.literal} entries meet {b.literal}", at)
    if a.size is not None and b.size is not None and a.size != b.size:
        raise ShapeError(f"{_said(a)} entries meet {_said(b)}", at)
    if a.blocks and b.blocks:
        if a.blocks[:2] != b.blocks[:2]:
            raise ShapeError("different numbers of blocks", at)
        unify(a.blocks[2], b.blocks[2], at)
    b.parent = a
    a.literal = b.literal if a.literal is None else a.literal
    a.size = b.size if a.size is None else a.size
    a.blocks = a.blocks or b.blocks
    if a.blocks and (a.literal is not None or a.size is not None):
        raise ShapeError("blocks meet plain entries", at)
    a.usual += b.usual
    a.lows |= b.lows
    a.literals |= b.literals
    a.highs += b.highs
    a.places = a.places or b.places


def _said(dim: Dim) -> str:
    from symattn.core.text import show

    return "?" if dim.size is None else show(dim.size)


@dataclass(slots=True)
class Sizes:
    """The sizes and first places of classes, once all is unified."""

    base: int
    known: frozenset[str]  # names that the formulas use as numbers
    places: frozenset[str]  # names of places, which are no sizes
    names: dict[int, str] = field(default_factory=dict)  # root -> the name of its size
    taken: set[str] = field(default_factory=set)
    fixed: Mapping[str, int] = field(default_factory=dict)  # sizes that are set to a number
    unsure: bool = False  # whether `base` was asked for

    def first(self, dim: Dim) -> int:
        """The number of the first place."""
        root = dim.root
        if root.literal is not None and not (root.lows or root.literals):
            return self.base_of()
        if len(root.lows) == 1:
            return next(iter(root.lows))
        if not root.lows and root.literals:
            return 0 if 0 in root.literals else 1 if 1 in root.literals else self.base_of()
        return self.base_of()

    def base_of(self) -> int:
        self.unsure = True
        return self.base

    def size(self, dim: Dim) -> Expr:
        """How many entries there are."""
        root = dim.root
        if root.size is not None:
            return root.size
        if root.literal is not None:
            return number(root.literal)
        name = self.name(root)
        return number(self.fixed[name]) if name in self.fixed else symbol(name)

    def name(self, root: Dim) -> str:
        if id(root) not in self.names:
            self.names[id(root)] = self._named(root)
        return str(self.names[id(root)])

    def _named(self, root: Dim) -> str:
        first = next(iter(root.lows)) if len(root.lows) == 1 else self.base
        for high in root.highs:
            size = tidy(high - number(first - 1)) if first != 1 else high
            plain = _without_one(size)
            if plain is not None and plain in self.known:
                return plain
        wanted = [u for u in root.usual if u in self.known] or root.usual
        for usual in [*wanted, *(["n", "N"] if root.places else [])]:
            if usual in self.places:
                continue
            if usual == "N" or usual in ("n", "d", "d_v") or usual in self.known:
                return usual
        name = next(f"d_{k}" for k in range(1, 99) if f"d_{k}" not in self.taken | self.known)
        self.taken.add(name)
        return name


def _without_one(size: Expr) -> str | None:
    """The name n in n, and in (n - 1) + 1."""
    if size.op == "symbol":
        return size.name
    if size.op in ("+", "-") and size.parts[0].op == "-":
        inner, less = size.parts[0].parts
        added = size.parts[1] if size.op == "+" else tidy(-size.parts[1])
        if inner.op == "symbol" and less == added == ONE:
            return inner.name
    return None
