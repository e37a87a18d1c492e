"""What each operation of a tree does to values; a table from operation to rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from symattn.core.expression import INFINITY, ONE, ZERO, Expr, make, number, tidy
from symattn.reading.latex.dims import Dim, ShapeError, single, unify
from symattn.reading.latex.functions import FUNCTION_RULES
from symattn.reading.latex.meaning import Meaning, NotSupported, name_value
from symattn.reading.latex.progressions import progression
from symattn.reading.latex.totals import TOTAL_RULES, total
from symattn.reading.latex.tree import Node
from symattn.reading.latex.values import Index, Value, diagonal, number_of, scalar, transposed

Rule = Callable[[Meaning, Node], Value]


def _number(_: Meaning, node: Node) -> Value:
    found = number(node.value)
    whole = node.value.denominator == 1
    return scalar(lambda: found, ("", int(node.value)) if whole else None)


def _sum(sign: str) -> Rule:
    def rule(self: Meaning, node: Node) -> Value:
        left, right = (self.of(part) for part in node.parts)
        left, right = _broadcast(self, left, right)
        what = f"{left.said} {'plus' if sign == '+' else 'minus'} {right.said}"
        unify(left.rows, right.rows, node.at, what)
        unify(left.columns, right.columns, node.at, what)

        def entry(r: Index, c: Index) -> Expr:
            return tidy_sum(sign, left.entry(r, c), right.entry(r, c))

        both = None
        if left.diagonal and right.diagonal:
            one, two = left.diagonal, right.diagonal
            both = lambda at: tidy_sum(sign, one(at), two(at))  # noqa: E731
        return Value(left.rows, left.columns, entry, both, index=_shifted(left, right, sign))

    return rule


def tidy_sum(sign: str, left: Expr, right: Expr) -> Expr:
    """left + right or left - right, with zeros left out."""
    if right == ZERO:
        return left
    if left == ZERO:
        return right if sign == "+" else make("neg", right)
    if left.op == right.op == "number":
        return tidy(Expr(sign, (left, right)))
    return Expr(sign, (left, right))


def _shifted(left: Value, right: Value, sign: str) -> tuple[str, int] | None:
    """A name plus a number, as an index may be."""
    if left.index is None or right.index is None:
        return None
    (a, m), (b, k) = left.index, right.index
    if sign == "-":
        return (a, m - k) if not b else None
    return (a or b, m + k) if not (a and b) else None


def _broadcast(self: Meaning, left: Value, right: Value) -> tuple[Value, Value]:
    """A column beside a matrix inside exp: the column stands beside every column."""
    shapes = [v.is_number or v.is_vector for v in (left, right)]
    if not self.pointwise or shapes[0] == shapes[1]:
        return left, right
    vector, matrix = (left, right) if shapes[0] else (right, left)
    if not vector.columns.root.one or vector.is_number:
        return left, right
    self.penalty += 1
    self.notes["a column that is added to a matrix is added to each of its columns"] = None
    wide = Value(vector.rows, matrix.columns, lambda r, _: vector.entry(r, None))
    return (wide, right) if shapes[0] else (left, wide)


def _neg(self: Meaning, node: Node) -> Value:
    inner = self.of(node.parts[0])
    below = inner.diagonal
    turned = (lambda at: make("neg", below(at))) if below else None
    index = ("", -inner.index[1]) if inner.index and not inner.index[0] else None
    return Value(inner.rows, inner.columns, lambda r, c: make("neg", inner.entry(r, c)), turned,
                 index=index)  # fmt: skip


def times(left: Expr, right: Expr) -> Expr:
    """left * right, with ones and zeros left out."""
    if ZERO in (left, right):
        return ZERO
    if left == ONE:
        return right
    if right == ONE:
        return left
    return Expr("*", (left, right))


def _mul(self: Meaning, node: Node) -> Value:
    left, right = (self.of(part) for part in node.parts)
    if right.scalar_name and not left.is_number:
        self.penalty += 1 + (node.parts[0].op == "name")  # numbers are written on the left
    return multiplied(self, left, right, node.at)
    return multiplied(self, left, right, node.at)


def multiplied(self: Meaning, left: Value, right: Value, at: int) -> Value:
    """The product of numbers, vectors and matrices."""
    if left.is_number and right.is_number:
        return scalar(lambda: times(left.number, right.number))
    if left.is_number or right.is_number:
        factor, other = (left, right) if left.is_number else (right, left)
        below = other.diagonal
        scaled = (lambda i: times(factor.number, below(i))) if below else None
        return Value(other.rows, other.columns,
                     lambda r, c: times(factor.number, other.entry(r, c)), scaled)  # fmt: skip
    unify(left.columns, right.rows, at, f"{left.said} times {right.said}")
    if left.columns.root.one and {_letter(left), _letter(right)} <= MEETING:
        self.penalty += 1  # queries meet keys in dot products, not in outer ones
    if left.diagonal is not None:
        first = left.diagonal
        second = right.diagonal
        both = (lambda i: times(first(i), second(i))) if second else None
        return Value(left.rows, right.columns,
                     lambda r, c: times(first(r), right.entry(r, c)), both)  # fmt: skip
    if right.diagonal is not None:
        last = right.diagonal
        return Value(left.rows, right.columns, lambda r, c: times(left.entry(r, c), last(c)))
    inner = left.columns

    def entry(r: Index, c: Index) -> Expr:
        if r is None and c is None:
            return dotted(self, left, right)
        return total(self, inner, lambda m: times(left.entry(r, m), right.entry(m, c)))

    return Value(left.rows, right.columns, entry)


MEETING = frozenset("qkx")


def _letter(value: Value) -> str:
    """The letter of a vector that has one."""
    found = value.named()
    return found[0].split("_")[0] if found else ""


def dotted(self: Meaning, left: Value, right: Value) -> Expr:
    """The dot product of two vectors: of two letters by name, else over the entries."""
    if not self.components and left.rows.root.one == left.rows.root.one:
        one, two = left.atom(), right.atom()
        if one is not None and two is not None:
            return Expr("dot", (one, two))
    return total(self, left.length, lambda m: times(left.at(m), right.at(m)))


def _dot(self: Meaning, node: Node) -> Value:
    r"""`q \cdot k` and `\langle q, k \rangle`: of vectors the dot product, else a product."""
    left, right = (self.of(part) for part in node.parts)
    if left.is_vector and right.is_vector:
        unify(left.length, right.length, node.at)
        return scalar(lambda: dotted(self, left, right))
    if node.op == "inner":
        raise ShapeError(f"an inner product of {left.said} and {right.said}", node.at)
    return multiplied(self, left, right, node.at)


def _entrywise(self: Meaning, node: Node) -> Value:
    left, right = (self.of(part) for part in node.parts)
    what = f"{left.said} times {right.said}, entry by entry"
    unify(left.rows, right.rows, node.at, what)
    unify(left.columns, right.columns, node.at, what)
    return Value(left.rows, left.columns,
                 lambda r, c: times(left.entry(r, c), right.entry(r, c)))  # fmt: skip


def _div(self: Meaning, node: Node) -> Value:
    left, right = (self.of(part) for part in node.parts)
    if self.pointwise and not right.is_number and not left.is_number:
        unify(left.rows, right.rows, node.at)
        unify(left.columns, right.columns, node.at)
        return Value(left.rows, left.columns,
                     lambda r, c: make("/", left.entry(r, c), right.entry(r, c)))  # fmt: skip
    if not right.is_number:
        raise ShapeError(f"{right.said} in a denominator", node.at)
    below = left.diagonal
    scaled = (lambda i: make("/", below(i), right.number)) if below else None
    return Value(left.rows, left.columns,
                 lambda r, c: _over(left.entry(r, c), right.number), scaled)  # fmt: skip


def _over(above: Expr, below: Expr) -> Expr:
    return make("/", above, below)


def _power(self: Meaning, node: Node) -> Value:
    base, exponent = self.of(node.parts[0]), self.number(node.parts[1], "a number as an exponent")
    if base.is_number:
        return scalar(lambda: _raised(base.number, exponent.number))
    if base.is_vector:
        raise ShapeError(f"a power of {base.said}", node.at)
    value = exponent.number
    unify(base.rows, base.columns, node.at)
    if base.diagonal is not None:
        below = base.diagonal
        return diagonal(base.rows, lambda at: _raised(below(at), value), base.columns)
    whole = value.args[0] if value.op == "number" else None
    if isinstance(whole, int) and 1 <= whole <= 4:
        found = base
        for _ in range(whole - 1):
            found = multiplied(self, found, base, node.at)
        return found
    raise NotSupported("a power or inverse of a matrix that is not diagonal", node.at)


def _raised(base: Expr, exponent: Expr) -> Expr:
    if exponent == ONE:
        return base
    if exponent == number(-1):
        return make("/", ONE, base)
    if exponent == number(Fraction(1, 2)):
        return Expr("sqrt", (base,))
    return Expr("**", (base, exponent))


def _transpose(self: Meaning, node: Node) -> Value:
    inner = self.of(node.parts[0])
    if inner.scalar_name:
        raise ShapeError("the transpose of a number", node.at)
    return transposed(inner)


def _matrix(self: Meaning, node: Node) -> Value:
    """A matrix that is written out, or rows (columns) that are stacked."""
    cells = [[self.of(cell) for cell in row.parts] for row in node.parts]
    height, width = len(cells), len(cells[0])
    rows = single() if height == 1 else Dim(literal=height)
    columns = single() if width == 1 else Dim(literal=width)
    flat = [cell for row in cells for cell in row]
    if all(cell.is_number for cell in flat):

        def entry(r: Index, c: Index) -> Expr:
            return cells[_literal(self, rows, r, node.at)][
                _literal(self, columns, c, node.at)].number  # fmt: skip

        return Value(rows, columns, entry)
    if width == 1 and all(cell.is_vector and cell.rows.root.one for cell in flat):
        for cell in flat[1:]:
            unify(flat[0].columns, cell.columns, node.at)

        def of_row(r: Index, c: Index) -> Expr:
            return flat[_literal(self, rows, r, node.at)].entry(None, c)

        return Value(rows, flat[0].columns, of_row)
    if height == 1 and all(cell.is_vector and cell.columns.root.one for cell in flat):
        for cell in flat[1:]:
            unify(flat[0].rows, cell.rows, node.at)

        def of_column(r: Index, c: Index) -> Expr:
            return flat[_literal(self, columns, c, node.at)].entry(r, None)

        return Value(flat[0].rows, columns, of_column)
    raise ShapeError("a matrix of numbers, of rows or of columns has cells of one kind", node.at)


def _literal(self: Meaning, dim: Dim, at: Index, place: int) -> int:
    """The place in a matrix that is written out."""
    if at is None:
        return 0
    found = tidy(at).args[0] if isinstance(at, Expr) and tidy(at).op == "number" else None
    if not isinstance(found, int):
        raise NotSupported("an open index into a matrix that is written out", place)
    return found - self.sizes.first(dim)


def _entry(self: Meaning, node: Node) -> Value:
    """An entry of what stands in brackets."""
    base = self.of(node.parts[0])
    places = [self.of(part) for part in node.parts[1:]]
    if base.is_vector and len(places) == 1:
        at = self.put(places[0], base.length, node.at)
        return scalar(lambda: base.at(at()))
    if not base.is_number and not base.is_vector and len(places) == 2:
        row = self.put(places[0], base.rows, node.at)
        column = self.put(places[1], base.columns, node.at)
        return scalar(lambda: base.entry(row(), column()))
    if not base.is_number and len(places) == 1:
        row = self.put(places[0], base.rows, node.at)
        return Value(single(), base.columns, lambda _, c: base.entry(row(), c))
    raise ShapeError(f"{len(places)} indices at {base.said}", node.at)


def _compare(self: Meaning, node: Node) -> Value:
    left, right = (self.number(part) for part in node.parts)
    names = [v.index[0] for v in (left, right) if v.index is not None and v.index[0]]
    if len(names) == 2:
        dims = [self.env[n][1] if n in self.env else self.free.get(n) for n in names]
        if dims[0] is not None and dims[1] is not None:
            unify(dims[0], dims[1], node.at)
    return scalar(lambda: Expr(node.name, (left.number, right.number)))


def _logic(op: str) -> Rule:
    def rule(self: Meaning, node: Node) -> Value:
        inner = [self.of(part) for part in node.parts]
        return scalar(lambda: Expr(op, tuple(part.number for part in inner)))

    return rule


def _indicator(self: Meaning, node: Node) -> Value:
    inner = self.of(node.parts[0])
    return scalar(lambda: Expr("where", (inner.number, ONE, ZERO)))


def _cases(self: Meaning, node: Node) -> Value:
    from symattn.reading.latex.exhaustive import complete

    values = [self.number(case.parts[0]) for case in node.parts]
    last = node.parts[-1].parts[1]
    conditions = [case.parts[1] for case in node.parts]
    if last.op != "absent" and not complete(conditions):
        raise NotSupported("cases that do not end with 'otherwise' and may leave a gap", node.at)
    tests = [self.of(condition) for condition in conditions[:-1]]

    def entry() -> Expr:
        found = values[-1].number
        for test, value in zip(reversed(tests), reversed(values[:-1]), strict=True):
            found = Expr("where", (test.number, value.number, found))
        return found

    return scalar(entry)


def _infinity(_: Meaning, __: Node) -> Value:
    return scalar(lambda: INFINITY)


def _ones(self: Meaning, node: Node) -> Value:
    """The column of ones."""
    size = Dim()
    for part in node.parts:
        size.size = self.number(part).number
    return Value(size, single(), lambda _r, _c: ONE)


def _identity(self: Meaning, node: Node) -> Value:
    size = Dim()
    for part in node.parts:
        size.size = self.number(part).number
    return diagonal(size, lambda _: ONE)


RULES: Mapping[str, Rule] = {
    "number": _number, "name": name_value, "add": _sum("+"), "sub": _sum("-"), "neg": _neg,
    "mul": _mul, "cdot": _dot, "inner": _dot, "odot": _entrywise, "div": _div, "power": _power,
    "transpose": _transpose, "matrix": _matrix, "entry": _entry, "compare": _compare,
    "and": _logic("and"), "or": _logic("or"), "not": _logic("not"), "indicator": _indicator,
    "list": progression, "cases": _cases, "infinity": _infinity, "ones": _ones,
    "identity": _identity,
    **FUNCTION_RULES, **TOTAL_RULES,
}  # fmt: skip

__all__ = ["RULES", "number_of"]
