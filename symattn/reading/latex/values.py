"""A typed expression by its entries: what stands in row r and column c."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from symattn.core.expression import ZERO, Expr
from symattn.reading.latex.dims import Dim, ShapeError, single

Index: TypeAlias = Expr | tuple[Expr, Expr] | None  # None where there is one row (column)
Entry: TypeAlias = Callable[[Index, Index], Expr]


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """A number, a vector or a matrix; `atom` is a vector that has a name of its own."""

    rows: Dim
    columns: Dim
    entry: Entry
    diagonal: Callable[[Index], Expr] | None = None
    atom: Callable[[], Expr | None] = lambda: None
    named: Callable[[], tuple[str, list[Expr]] | None] = lambda: None  # of a vector: its letter
    index: tuple[str, int] | None = None  # a name plus a number: a place
    scalar_name: bool = False  # a letter that stands for a number

    @property
    def is_number(self) -> bool:
        return self.rows.root.one and self.columns.root.one

    @property
    def is_vector(self) -> bool:
        return self.rows.root.one != self.columns.root.one

    @property
    def length(self) -> Dim:
        """The size of a vector."""
        return self.columns if self.rows.root.one else self.rows

    def at(self, where: Index) -> Expr:
        """An entry of a vector."""
        return self.entry(None, where) if self.rows.root.one else self.entry(where, None)

    @property
    def number(self) -> Expr:
        return self.entry(None, None)

    @property
    def said(self) -> str:
        """Its shape in words."""
        if self.is_number:
            return "a number"
        if self.is_vector:
            return "a row" if self.rows.root.one else "a column"
        return "a matrix"


def scalar(make: Callable[[], Expr], index: tuple[str, int] | None = None) -> Value:
    """A number."""
    return Value(single(), single(), lambda _r, _c: make(), index=index)


def number_of(value: Value, at: int, what: str = "a number") -> Value:
    """The value, which must be a number."""
    if not value.is_number:
        raise ShapeError(f"expected {what}, got {value.said}", at)
    return value


def transposed(value: Value) -> Value:
    """Rows and columns exchanged."""
    return Value(
        value.columns,
        value.rows,
        lambda r, c: value.entry(c, r),
        value.diagonal,
        value.atom,
        value.named,
    )


def diagonal(size: Dim, entry: Callable[[Index], Expr], other: Dim | None = None) -> Value:
    """A diagonal matrix."""

    def at(r: Index, c: Index) -> Expr:
        return where_equal(r, c, entry(r))

    return Value(size, other or size, at, entry)


def where_equal(r: Index, c: Index, yes: Expr) -> Expr:
    """`yes` where two places are the same, 0 elsewhere."""
    if r == c:
        return yes
    pairs = list(zip(_parts(r), _parts(c), strict=True))
    if any(a.op == b.op == "number" and a != b for a, b in pairs):
        return ZERO
    for a, b in pairs:
        yes = Expr("where", (Expr("==", (a, b)), yes, ZERO))
    return yes


def _parts(index: Index) -> tuple[Expr, ...]:
    if index is None:
        return ()
    return index if isinstance(index, tuple) else (index,)
