"""Witnesses of a closed form: computations in floats that never saw SymPy."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from inspect import signature
from typing import TYPE_CHECKING, Any

from symattn.core.errors import SymattnError
from symattn.core.expression import ZERO, Expr
from symattn.core.instance import Instance
from symattn.core.interpret import Algebra, evaluate
from symattn.core.layout import Axis, Layout, entries, layouts
from symattn.core.text import Reader
from symattn.deciding.vectorised import weights_and_output
from symattn.mechanisms import registry
from symattn.mechanisms.spec import mechanism

if TYPE_CHECKING:
    from numpy.typing import NDArray

FLOATS: Algebra = {
    "number": float,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": lambda a, b: a**b,
    "neg": lambda a: -a,
    **{name: getattr(math, name) for name in ("sqrt", "exp", "log", "tanh", "cos", "sin")},
    "sigmoid": lambda a: 1 / (1 + math.exp(-a)),
    "abs": abs,
    "min": min,
    "max": max,
}


@dataclass(frozen=True, slots=True, eq=False)
class Witness:
    """Weights [h, i, j] and outputs [h, i, t] in floats, and who computed them."""

    name: str
    weights: NDArray[Any]
    output: NDArray[Any]


def whole_arrays(full: Instance) -> Witness:
    """NumPy on whole arrays."""
    return Witness("NumPy", *weights_and_output(full))


def loops(full: Instance) -> Witness | None:
    """The loop oracle of the mechanism that the Form is, if it is one mechanism by itself."""
    call = oracle_call(full)
    if call is None:
        return None
    oracle, arguments = call
    needed = [p.name for p in signature(oracle).parameters.values() if p.default is p.empty]
    if any(name not in arguments for name in needed if name != "_"):
        return None  # an argument took the place of a table that the oracle reads, as in bias(3)
    found = oracle(**arguments)
    return Witness("loops", found.weights, found.output)


def oracle_call(full: Instance) -> tuple[Callable[..., Any], dict[str, Any]] | None:
    """The oracle of the one mechanism that a Form is, and what it is to be called with."""
    stated = _stated(full)
    if stated is None:
        return None
    oracle, given = stated
    arguments: dict[str, Any] = {}
    for name, expr in given.items():
        if expr.op == "symbol" and expr.name in full.layouts:
            return None  # a table or vector under another name
        arguments[name] = _argument(expr, full)
    for name, with_heads in layouts(full.form, True).items():
        array = _array(full, full.layouts[name])
        alone = with_heads.own_head and not full.many_heads
        arguments[name] = array[None] if alone else array  # an oracle always has an axis of heads
    for name, value in {**full.sizes, **full.scalars}.items():
        if any(p.name == name for p in full.form.parameters):
            arguments.setdefault(name, value if isinstance(value, int) else float(value))
    for name, function in full.functions.items():
        arguments[name] = lambda *x, f=function: f(FLOATS, *x)
    return oracle, {**arguments, "offset": full.offset}


def _stated(full: Instance) -> tuple[Callable[..., Any], Mapping[str, Expr]] | None:
    """The mechanism and the arguments that the Form's name says, if the Form is what it says.

    An offset may be set besides: every oracle takes one, but those of a single sequence.
    """
    single = any(a.role == "position" for v in full.layouts.values() for a in _vectors(v))
    if full.offset and single:
        return None
    try:
        if len(full.form.parts) != 1 or mechanism(full.form.name) != replace(
            full.form, offset=ZERO
        ):
            return None
        reader = Reader(full.form.name)
        found = registry.named(reader.take().text)
        positional, named = reader.arguments() if reader.accept("(") else ([], {})
        given = found.arguments(positional, named)
    except SymattnError:  # a name that the user chose
        return None
    defaults = {a: text for s in found.statements for a, text in s.arguments.items()}
    if any(e.op in ("table", "vector") or "[" in defaults.get(a, "") for a, e in given.items()):
        return None  # the oracle reads a table of its own there
    return found.oracle, given


def _vectors(layout: Layout) -> tuple[Axis, ...]:
    return layout.axes if layout.declared.kind == "vector" else ()


def _argument(expr: Expr, full: Instance) -> Any:
    """A number, or the word itself, as in pairing=half."""
    known = full.known
    if expr.op == "symbol" and expr.name not in known.scalars:
        return expr.name
    value = evaluate(expr, FLOATS, known)
    return int(value) if value == int(value) else value


def _array(full: Instance, layout: Layout) -> Any:
    """A float array; a dictionary by index where indices may be negative or start late."""
    import numpy as np

    widths = len(layout.declared.shape)
    indices = layout.axes[: len(layout.axes) - widths]
    table = layout.declared.kind not in ("vector", "matrix")
    if all(axis.role != "open" and (axis.start == 0 or not table) for axis in indices):
        return np.array(_nested(full.arrays[layout.name]), dtype=np.float64)
    found: dict[Any, Any] = {}
    for index, value in entries(full.arrays[layout.name]):
        starts = (axis.start for axis in layout.axes)
        place = tuple(at + start for at, start in zip(index, starts, strict=True))
        outer, inner = place[: len(indices)], place[len(indices) :]
        key = outer if len(outer) > 1 else outer[0]
        if inner:
            found.setdefault(key, {})[inner] = _float(value)
        else:
            found[key] = _float(value)
    return {key: _vector(value) for key, value in found.items()} if widths else found


def _float(value: Fraction | None) -> float:
    assert value is not None, "every entry has a number here"
    return float(value)


def _vector(channels: Mapping[tuple[int, ...], float]) -> Any:
    import numpy as np

    shape = tuple(1 + max(place[t] for place in channels) for t in range(len(next(iter(channels)))))
    found = np.empty(shape)
    for place, value in channels.items():
        found[place] = value
    return found


def _nested(array: Any) -> Any:
    return [_nested(inner) for inner in array] if isinstance(array, tuple) else _float(array)
