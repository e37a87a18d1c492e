"""How the numbers of a name are laid out: which axes it has, what runs along each, and how far.

`q[i]` is a matrix with a row for each query, `x[i]` and `x[j]` one with a row for each position,
`m[h]` a list with an entry for each head; an index like `j - i` is open: any whole number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from symattn.core.declare import WIDTHS
from symattn.core.errors import NotConcrete, Usage
from symattn.core.expression import H_INDEX, Expr, I, J, free_names, symbol
from symattn.core.form import Form, Parameter
from symattn.core.interpret import Environment, exact, holds
from symattn.core.numbers import Array
from symattn.core.text import show

OWN_HEAD = re.compile(r"[qkv]\d*")  # q, k, v, and q1, k2, ...: each head has its own


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis of an array: what runs along it, how many entries, and the index of the first."""

    role: str  # "head", "key head", "query", "key", "position", "width" or "open"
    size: Expr | None = None  # the expression of its length; None: any index
    length: int | None = None  # the same as a number, once it is known
    start: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """The axes of one name: a head of its own, then the indices, then the widths."""

    declared: Parameter
    axes: tuple[Axis, ...]

    @property
    def name(self) -> str:
        return self.declared.name

    @property
    def own_head(self) -> bool:
        """Whether the first axis is a head that the Form does not write as an index."""
        return len(self.axes) > self.declared.indices + len(self.declared.shape)


def layouts(form: Form, heads: bool) -> dict[str, Layout]:
    """The layout of every name with numbers; `heads` adds the axis of heads to q, k and v.

    >>> from symattn.core.form_text import form
    >>> [axis.role for axis in layouts(form(score="dot(q[i], k[j]) - m[h]"), True)["q"].axes]
    ['head', 'query', 'width']
    """
    found = {}
    indices = _indices(form)
    for p in _named(form):
        if p.kind == "function" or not (p.indices or p.shape):
            continue
        places = indices.get(p.name, [])
        axes = [_axis(form, {place[t] for place in places}) for t in range(p.indices)]
        axes += [Axis("width", size) for size in p.shape]
        if heads and p.kind == "vector" and p.indices and OWN_HEAD.fullmatch(p.name):
            axes.insert(0, _HEAD if p.name[0] == "q" else _KEY_HEAD)
        found[p.name] = Layout(p, tuple(axes))
    return found


_HEAD, _KEY_HEAD = Axis("head", symbol("H")), Axis("key head", symbol("H_k"))
_QUERY, _KEY = Axis("query", symbol("n_q")), Axis("key", symbol("n_k"))
_POSITION = Axis("position", symbol("positions"))


def _named(form: Form) -> Iterator[Parameter]:
    """The declarations of a Form, and those of the letters that need none."""
    for letter, width in WIDTHS.items():
        if letter in form.names and letter != "o":
            yield Parameter(letter, "vector", 1, (width,))
    yield from form.parameters


def _indices(form: Form) -> dict[str, list[tuple[Expr | None, ...]]]:
    """Where each array is read; an index with a bound name is None."""
    found: dict[str, list[tuple[Expr | None, ...]]] = {}

    def visit(expr: Expr, bound: frozenset[str]) -> None:
        if expr.op == "sum":
            bound = bound | {expr.name}
        if expr.op in ("table", "vector", "matrix"):
            index = tuple(None if free_names(e) & bound else e for e in expr.parts)
            found.setdefault(expr.name, []).append(index)
        for part in expr.parts:
            visit(part, bound)

    for expr in form.expressions:
        visit(expr, frozenset())
    return found


def _axis(form: Form, used: set[Expr | None]) -> Axis:
    """What runs along an index, from all the expressions that stand there."""
    if used == {I}:
        return _QUERY
    if used == {J}:
        return _KEY
    if used == {I, J}:
        return _POSITION
    if used == {H_INDEX}:
        return _HEAD
    return _KEY_HEAD if used == {form.key_head} else Axis("open")


def measured(layout: Layout, known: Environment) -> Layout:
    """The layout with its lengths as numbers, as far as the sizes are known."""
    axes = []
    for axis in layout.axes:
        length = None if axis.size is None else whole(axis.size, known)
        offset = known.scalars.get("offset", 0)
        start = {"query": offset, "position": min(offset, 0)}.get(axis.role, 0)
        axes.append(replace(axis, length=length, start=start))
    return replace(layout, axes=tuple(axes))


def whole(expr: Expr, known: Environment) -> int | None:
    """The whole number that a size is, if it is known yet."""
    try:
        value = exact(expr, known)
    except NotConcrete:
        return None
    if not isinstance(value, int):
        raise Usage(f"{show(expr)} must be a whole number, got {value}")
    return value


def fitted(label: str, array: Array, layout: Layout) -> Array:
    """The array itself, if its shape is that of the layout; otherwise an error that says how not.

    A table that is a single row or column may stand for a list, as it comes from a CSV file.
    """
    if len(layout.axes) == 1:
        array = _flat(array)
    _fit(label, array, layout, 0, "")
    _in_domain(label, array, layout.declared)
    return array


def _flat(array: Array) -> Array:
    if isinstance(array, tuple) and array and all(isinstance(row, tuple) for row in array):
        rows = [row for row in array if isinstance(row, tuple)]
        if len(rows) == 1:
            return rows[0]
        if all(len(row) == 1 for row in rows):
            return tuple(row[0] for row in rows)
    return array


NOUNS = {"head": "heads", "key head": "heads", "width": "rows", "open": "entries"}


def _fit(label: str, array: Array, layout: Layout, depth: int, place: str) -> None:
    """Refuse an array that is too deep, too shallow, too long or too short at any place."""
    if depth == len(layout.axes):
        if not (array is None or isinstance(array, Fraction)):
            raise Usage(f"{label}: {_expected(layout)}, got a list{_where(place)}")
        return
    axis = layout.axes[depth]
    if array is None:  # the whole row stays a symbol
        return
    if isinstance(array, Fraction):
        raise Usage(f"{label}: {_expected(layout)}, got a single number{_where(place)}")
    if isinstance(array, Mapping):
        if axis.role != "open":
            raise Usage(f"{label}: {_expected(layout)}, got entries by index{_where(place)}")
        items = list(array.items())
    else:
        if axis.length is not None and len(array) != axis.length:
            got = _got(len(array), layout, depth, place)
            raise Usage(f"{label}: {_expected(layout)}, got {got}")
        items = list(enumerate(array))
    for at, entry in items:
        noun = _noun(layout, depth)[:-1].replace("entrie", "entry")
        _fit(label, entry, layout, depth + 1, f"{place}, {noun} {at}" if place else f"{noun} {at}")


def _where(place: str) -> str:
    return f" at {place}" if place else ""


def _got(count: int, layout: Layout, depth: int, place: str) -> str:
    noun = _noun(layout, depth)
    return f"{place} with {count}" if place else f"{count} {noun if count != 1 else noun[:-1]}"


def _noun(layout: Layout, depth: int) -> str:
    last = depth == len(layout.axes) - 1
    return "numbers" if last else NOUNS.get(layout.axes[depth].role, "rows")


def _expected(layout: Layout) -> str:
    """`expected 3 rows of 2 numbers (n_q = 3, d = 2)`."""
    words, sizes = [], {}
    for depth, axis in enumerate(layout.axes):
        noun = _noun(layout, depth)
        words.append(noun if axis.length is None else f"{axis.length} {noun}")
        if axis.size is not None and axis.length is not None and axis.size.op != "number":
            sizes[show(axis.size)] = axis.length
    known = ", ".join(f"{size} = {length}" for size, length in sizes.items())
    return f"expected {' of '.join(words)}" + (f" ({known})" if known else "")


def _in_domain(label: str, array: Array, declared: Parameter) -> None:
    """Refuse entries outside the declared domain of a table."""
    for index, entry in entries(array):
        if entry is None:
            continue
        place = label + "".join(f"[{at}]" for at in index)
        check_domain(place, entry, declared)


def check_domain(label: str, value: Fraction, declared: Parameter) -> None:
    """Refuse a number that the declaration does not allow."""
    if declared.kind == "integer" and value.denominator != 1:
        raise Usage(f"{label} is a whole number, got {value}")
    if declared.kind == "boolean" and value not in (0, 1):
        raise Usage(f"{label} is 0 or 1, got {value}")
    if declared.bound is not None and declared.bound.op == "number":
        demand = Expr(declared.relation, (symbol("value"), declared.bound))
        if not holds(demand, Environment({"value": value})):
            raise Usage(f"{label} must be {declared.relation} {show(declared.bound)}, got {value}")


def entries(array: Array) -> Iterator[tuple[tuple[int, ...], Fraction | None]]:
    """Every entry of an array with its index.

    >>> list(entries((Fraction(1), None)))
    [((0,), Fraction(1, 1)), ((1,), None)]
    """
    if array is None or isinstance(array, Fraction):
        yield (), array
        return
    items = array.items() if isinstance(array, Mapping) else enumerate(array)
    for at, inner in items:
        for index, entry in entries(inner):
            yield (at, *index), entry
