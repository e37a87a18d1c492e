"""What the names of a Form mean at an Instance: the `Environment` of one head.

What has no number is asked from `Free`, which makes a symbol, draws a number, or refuses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from symattn.core.errors import NotConcrete
from symattn.core.instance import Instance
from symattn.core.interpret import Algebra, Environment
from symattn.core.layout import Layout
from symattn.core.numbers import Function


def _no_entry(name: str, index: tuple[int, ...]) -> Any:
    raise NotConcrete(f"{name}{list(index) if index else ''} has no number")


def _no_function(name: str) -> Function:
    raise NotConcrete(f"the function {name!r} has no meaning here")


@dataclass(frozen=True, slots=True)
class Free:
    """What stands for a name without a number; unless said otherwise, a refusal."""

    entry: Callable[[str, tuple[int, ...]], Any] = _no_entry
    function: Callable[[str], Function] = _no_function


REFUSED = Free()


def environment(
    base: Instance, algebra: Algebra, head: int = 0, free: Free = REFUSED
) -> Environment:
    """What the names of the Form mean for one head; positions are added with `at`.

    >>> from symattn.core.form_text import form
    >>> from symattn.core.instance import instance
    >>> from symattn.core.numbers import numbers
    >>> one = instance(form(), n=1, numbers=numbers({"Q": [[1, 2]]}))
    >>> environment(one, {}).vectors["q"](0)
    [1, 2]
    """
    scalars: dict[str, Any] = {**base.known.scalars, "h": head}
    tables: dict[str, Callable[..., Any]] = {}
    vectors: dict[str, Callable[..., list[Any]]] = {}
    matrices: dict[str, Callable[..., list[list[Any]]]] = {}
    functions: dict[str, Callable[..., Any]] = {
        name: partial(f, algebra) for name, f in base.functions.items()
    }
    for name, layout in base.layouts.items():
        own: tuple[int, ...] = ()
        if layout.own_head:
            own = (head if layout.axes[0].role == "head" else base.key_head(head),)
        read = partial(_entry, base, name, free, own)
        if layout.declared.kind == "vector":
            vectors[name] = partial(_vector, read, layout)
        elif layout.declared.kind == "matrix":
            matrices[name] = partial(_matrix, read, layout)
        else:
            tables[name] = partial(_table, read)
    for p in base.form.parameters:
        if p.kind == "function":
            if p.name not in functions:
                functions[p.name] = free.function(p.name)
        elif p.name not in base.layouts and p.name not in scalars:
            scalars[p.name] = free.entry(p.name, ())
    return Environment(scalars, tables, vectors, matrices, functions)


Read = Callable[[tuple[int, ...]], Any]


def _entry(
    base: Instance, name: str, free: Free, own: tuple[int, ...], index: tuple[int, ...]
) -> Any:
    found = base.entry(name, (*own, *index))
    if found is None:
        return free.entry(name, (*own, *index))
    return found.numerator if found.denominator == 1 else found


def _table(read: Read, *index: int) -> Any:
    return read(index)


def _vector(read: Read, layout: Layout, *index: int) -> list[Any]:
    return [read((*index, t)) for t in range(_length(layout, -1))]


def _matrix(read: Read, layout: Layout, *index: int) -> list[list[Any]]:
    rows, columns = _length(layout, -2), _length(layout, -1)
    return [[read((*index, r, c)) for c in range(columns)] for r in range(rows)]


def _length(layout: Layout, axis: int) -> int:
    length = layout.axes[axis].length
    if length is None:
        raise NotConcrete(f"the size of {layout.name!r} is not known")
    return length
