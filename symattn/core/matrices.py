"""Matrices by what stands in them: an entry, or a row that is a vector, as plain terms.

A side is "queries", "keys", "1", or the name of a width such as "d". Along queries and keys a
matrix is read at a position; along a width it is only ever multiplied by a vector, so that no
entry of a vector is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from symattn.core.errors import Usage
from symattn.core.expression import ONE, TRUE, ZERO, Expr, equal, symbol

PLACED = frozenset(("queries", "keys", "1"))  # sides along which a position is chosen
Fresh = Callable[[str], Expr]  # an unused name for a sum over "queries" or "keys"


@dataclass(frozen=True, slots=True)
class Matrix:
    """A matrix by its rows and columns.

    `at(i, j)` is a number if both sides are placed; `at(i)` is the row at i, and `at(j)` the column
    at j, if one of them is; with two widths `at(u)` is the row u @ M, and `back(u)` is u @ M.T.
    `paired(i)` is the sum of row i of a product that is taken entry by entry along a width.
    """

    rows: str
    columns: str
    at: Callable[..., Expr]
    back: Callable[[Expr], Expr] | None = None
    paired: Callable[[Expr], Expr] | None = None

    @property
    def shape(self) -> str:
        return f"{self.rows} x {self.columns}"

    @property
    def placed(self) -> tuple[bool, bool]:
        """Which of its two sides are read at a position."""
        return self.rows in PLACED, self.columns in PLACED


def constant(value: Expr) -> Matrix:
    """A number as a matrix of one entry."""
    return Matrix("1", "1", lambda _, __: value)


def transposed(m: Matrix) -> Matrix:
    if m.placed == (True, True):
        return Matrix(m.columns, m.rows, lambda i, j: m.at(j, i))
    if m.placed == (False, False):
        assert m.back is not None
        return Matrix(m.columns, m.rows, m.back, m.at)
    return replace(m, rows=m.columns, columns=m.rows)


def entrywise(m: Matrix, rule: Callable[[Expr], Expr]) -> Matrix:
    """A function of every entry; along a width only what is linear may be asked."""
    return Matrix(m.rows, m.columns, lambda *at: rule(m.at(*at)),
                  None if m.back is None else lambda u: rule(_back(m, u)))  # fmt: skip


def _back(m: Matrix, u: Expr) -> Expr:
    assert m.back is not None
    return m.back(u)


def joined(op: str, a: Matrix, b: Matrix) -> Matrix:
    """a + b, a - b; a column, a row or a number is repeated.

    >>> total = joined("+", constant(ONE), Matrix("queries", "1", lambda i, j: i))
    >>> total.shape, total.at(symbol("i"), symbol("j"))
    ('queries x 1', Expr('1 + i'))
    """
    rows, columns = wider(a.rows, b.rows), wider(a.columns, b.columns)
    if a.placed != b.placed:
        raise Usage("a number is added to every entry of a vector")
    found = Matrix(rows, columns, lambda *at: Expr(op, (a.at(*at), b.at(*at))))
    if found.placed == (False, False):
        return replace(found, back=lambda u: Expr(op, (_back(a, u), _back(b, u))))
    return found


def wider(one: str, other: str) -> str:
    """The side of a combination: one of them, or the other where this one is repeated."""
    return other if one == "1" else one


def hadamard(a: Matrix, b: Matrix) -> Matrix:
    """a o b: entry by entry; a column scales the rows of the other one."""
    rows, columns = wider(a.rows, b.rows), wider(a.columns, b.columns)
    if a.placed == b.placed == (True, True):
        return Matrix(rows, columns, lambda i, j: a.at(i, j) * b.at(i, j))
    for scale, m in ((a, b), (b, a)):
        if scale.placed == (True, True):
            return _scaled(scale, m, rows, columns)
    if a.placed == b.placed == (True, False):
        return Matrix(rows, columns, _not_alone,
                      paired=lambda i: Expr("dot", (a.at(i), b.at(i))))  # fmt: skip
    raise Usage(f"a product entry by entry of {a.shape} and {b.shape}")


def _scaled(scale: Matrix, m: Matrix, rows: str, columns: str) -> Matrix:
    """Rows, columns, or the whole of a matrix with vectors in it, times numbers."""

    def times(at: Expr) -> Expr:
        factor = scale.at(at, ZERO) if m.placed[0] else scale.at(ZERO, at)
        return Expr("*", (factor, m.at(at)))

    if m.placed != (False, False):
        return Matrix(rows, columns, times)
    factor = scale.at(ZERO, ZERO)
    return entrywise(m, lambda u: Expr("*", (factor, u)))


def _not_alone(*_: Any) -> Expr:
    raise Usage("a product entry by entry of vectors is read inside rowsum(...) only")


def divided(a: Matrix, b: Matrix) -> Matrix:
    """a / b, for a number or a column b."""
    if a.placed == (True, True):
        return Matrix(wider(a.rows, b.rows), wider(a.columns, b.columns),
                      lambda i, j: a.at(i, j) / b.at(i, j))  # fmt: skip
    if b.shape == "1 x 1":
        return entrywise(a, lambda u: Expr("/", (u, b.at(ZERO, ZERO))))
    if a.placed == (True, False):
        return Matrix(wider(a.rows, b.rows), a.columns,
                      lambda i: Expr("/", (a.at(i), b.at(i, ZERO))))  # fmt: skip
    raise Usage(f"{a.shape} divided by {b.shape}")


def over(side: str, fresh: Fresh, body: Callable[[Expr], Expr]) -> Expr:
    """The sum over one side; over a side of one entry it is that entry."""
    if side == "1":
        return body(ZERO)
    bound = fresh(side)
    return Expr("sum", (bound.name, TRUE, body(bound)))


def product(a: Matrix, b: Matrix, fresh: Fresh) -> Matrix:
    """a @ b, by the definition: a sum over the inner side, or a dot product along a width.

    >>> column = Matrix("queries", "d", lambda i: Expr("vector", ("q", i)))
    >>> product(column, transposed(column), lambda _: symbol("l")).at(symbol("i"), symbol("j"))
    Expr('dot(q[i], q[j])')
    """
    return _over_places(a, b, fresh) if a.columns in PLACED else _over_width(a, b)


def _over_places(a: Matrix, b: Matrix, fresh: Fresh) -> Matrix:
    side = a.columns

    def left(u: Expr) -> Expr:
        return over(side, fresh, lambda t: Expr("*", (Expr("dot", (u, a.at(t))), b.at(t))))

    def right(u: Expr) -> Expr:
        return over(side, fresh, lambda t: Expr("*", (Expr("dot", (u, b.at(t))), a.at(t))))

    rules: dict[tuple[bool, bool], Callable[..., Expr]] = {
        (True, True): lambda i, j: over(side, fresh, lambda t: a.at(i, t) * b.at(t, j)),
        (True, False): lambda i: over(side, fresh, lambda t: Expr("*", (a.at(i, t), b.at(t)))),
        (False, True): lambda j: over(side, fresh, lambda t: Expr("*", (b.at(t, j), a.at(t)))),
        (False, False): left,
    }
    kind = (a.rows in PLACED, b.columns in PLACED)
    return Matrix(a.rows, b.columns, rules[kind], None if any(kind) else right)


def _over_width(a: Matrix, b: Matrix) -> Matrix:
    rules: dict[tuple[bool, bool], Callable[..., Expr]] = {
        (True, True): lambda i, j: Expr("dot", (a.at(i), b.at(j))),
        (True, False): lambda i: b.at(a.at(i)),
        (False, True): lambda j: _back(a, b.at(j)),
        (False, False): lambda u: b.at(a.at(u)),
    }
    kind = (a.rows in PLACED, b.columns in PLACED)
    return Matrix(a.rows, b.columns, rules[kind],
                  None if any(kind) else lambda u: _back(a, _back(b, u)))  # fmt: skip


def row_sums(m: Matrix, fresh: Fresh) -> Matrix:
    """rowsum(m): a column with the sum of every row."""
    if m.paired is not None:
        pairs = m.paired
        return Matrix(m.rows, "1", lambda i, _: pairs(i))
    if m.placed != (True, True):
        raise Usage(f"the sum of the entries of a row of {m.columns} entries")
    return Matrix(m.rows, "1", lambda i, _: over(m.columns, fresh, lambda t: m.at(i, t)))


def softmax(m: Matrix, fresh: Fresh) -> Matrix:
    """softmax of every row: exp(x) over the sum of its row."""
    top = entrywise(m, lambda x: Expr("exp", (x,)))
    bottom = row_sums(top, fresh)
    return divided(top, bottom)


def diagonal(m: Matrix) -> Matrix:
    """diag(column): a square matrix with the column on its diagonal."""
    return Matrix(m.rows, m.rows, lambda i, j: Expr("where", (equal(i, j), m.at(i, ZERO), ZERO)))


def triangle(m: Matrix, keeps: Callable[[Expr, Expr], Expr]) -> Matrix:
    """The entries for which a condition on row and column holds, and 0 elsewhere."""
    return Matrix(m.rows, m.columns, lambda i, j: Expr("where", (keeps(i, j), m.at(i, j), ZERO)))


def given(name: str, rows: str, columns: str) -> Matrix:
    """A free matrix: a table, vectors, or a matrix that multiplies vectors."""
    kind = (rows in PLACED, columns in PLACED)
    if kind == (False, False):
        named = Expr("matrix", (name,))
        return Matrix(rows, columns, lambda u: Expr("matmul", (u, named)),
                      lambda u: Expr("matmul", (u, Expr("transpose", (named,)))))  # fmt: skip
    if kind == (True, True):
        return Matrix(rows, columns, lambda i, j: _entry(name, rows, columns, i, j))
    side = rows if kind[0] else columns
    index = (lambda _: ()) if side == "1" else (lambda at: (at,))
    return Matrix(rows, columns, lambda at: Expr("vector", (name, *index(at))))


def _entry(name: str, rows: str, columns: str, i: Expr, j: Expr) -> Expr:
    index = [at for side, at in ((rows, i), (columns, j)) if side != "1"]
    return Expr("table", (name, *index)) if index else symbol(name)


def unit() -> Matrix:
    """The number 1."""
    return constant(ONE)
