"""What NumPy calls on a `FieldArray`: ufuncs, reductions, products and functions that move entries.

A table each; what does not stand in one is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from symattn.core.errors import NotConcrete
from symattn.deciding.fields import array_rules as rules
from symattn.deciding.fields import functions
from symattn.deciding.fields.array_entries import mapped
from symattn.deciding.fields.array_products import dot, einsum, matmul, outer
from symattn.deciding.fields.array_sums import cumulated, largest, mean, smallest, summed
from symattn.deciding.fields.arrays import (
    FINITE,
    MINUS,
    NEGATIVE,
    NOT_A_NUMBER,
    PLUS,
    POSITIVE,
    ZERO,
    FieldArray,
    array,
)
from symattn.deciding.fields.field import Field
from symattn.deciding.fields.unknowns import maximum, minimum


def apply(field: Field, ufunc: Any, method: str, inputs: Any, kwargs: dict[str, Any]) -> Any:
    """A ufunc on arrays of which one at least is a FieldArray."""
    out = kwargs.pop("out", None)
    name = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
    table: Mapping[str, Callable[..., Any]] = UFUNCS if method == "__call__" else REDUCTIONS
    if name not in table:
        raise TypeError(f"np.{name} is not modelled on field elements")
    if kwargs and method == "__call__":
        raise TypeError(f"np.{name} with {', '.join(kwargs)} is not modelled on field elements")
    found = table[name](field, *inputs, **kwargs)
    if out is None:
        return found
    if not isinstance(out[0], FieldArray):
        raise TypeError(f"np.{name} into an array of floats is not modelled")
    out[0][...] = found
    return out[0]


def _binary(rule: Callable[[FieldArray, FieldArray], FieldArray]) -> Callable[..., FieldArray]:
    return lambda field, a, b: rule(array(field, a), array(field, b))


def _unary(rule: Callable[[FieldArray], FieldArray]) -> Callable[..., FieldArray]:
    return lambda field, a: rule(array(field, a))


def _mapped(rule: Callable[..., Any]) -> Callable[..., FieldArray]:
    return lambda field, *several: mapped(rule, *(array(field, a) for a in several))


def _states(*wanted: int) -> Callable[..., Any]:
    return lambda _, a: np.isin(a.state, wanted)


def _equal(field: Field, a: Any, b: Any) -> Any:
    """Which entries are equal, where states and signs say so; else a branch on data."""
    x, y = array(field, a), array(field, b)
    finite = (x.state == FINITE) & (y.state == FINITE)
    apart = np.isin(x.state, (FINITE, ZERO)) & np.isin(y.state, (FINITE, ZERO))
    unsigned = ((x.notes | y.notes) & (POSITIVE | NEGATIVE)) == 0
    mixed = apart & (x.state != y.state)
    if finite.any() or (mixed & (unsigned | _unsigned(x, y))).any():
        raise NotConcrete("the comparison == of two numbers that are not rational")
    return (x.state == y.state) & (x.state != NOT_A_NUMBER)


def _unsigned(x: FieldArray, y: FieldArray) -> Any:
    """Where the finite one of a number and zero has no known sign."""
    none = [(a.state == FINITE) & ((a.notes & (POSITIVE | NEGATIVE)) == 0) for a in (x, y)]
    return none[0] | none[1]


def _not_equal(field: Field, a: Any, b: Any) -> Any:
    return ~_equal(field, a, b)


UFUNCS: Mapping[str, Callable[..., Any]] = {
    "add": _binary(rules.add),
    "subtract": _binary(rules.subtract),
    "multiply": _binary(rules.multiply),
    "divide": _binary(rules.divide),
    "matmul": _binary(matmul),
    "negative": _unary(rules.negative),
    "positive": _unary(lambda a: a.copy()),
    "power": lambda field, a, b: rules.power(array(field, a), b),
    "float_power": lambda field, a, b: rules.power(array(field, a), b),
    "square": _unary(lambda a: rules.multiply(a, a)),
    "reciprocal": lambda field, a: rules.divide(array(field, 1), a),
    "exp": _unary(rules.exp),
    "expm1": lambda field, a: rules.subtract(rules.exp(a), array(field, 1)),
    "tanh": _unary(rules.tanh),
    "sqrt": _mapped(functions.sqrt),
    "log": _mapped(functions.log),
    "log1p": lambda field, a: _mapped(functions.log)(field, rules.add(a, array(field, 1))),
    "absolute": _mapped(abs),
    "maximum": _mapped(maximum),
    "minimum": _mapped(minimum),
    "isnan": _states(NOT_A_NUMBER),
    "isinf": _states(PLUS, MINUS),
    "isfinite": _states(FINITE, ZERO),
    "equal": _equal,
    "not_equal": _not_equal,
}
REDUCTIONS: Mapping[str, Callable[..., Any]] = {
    "add.reduce": lambda field, a, axis=0, keepdims=False: summed(field, a, axis, keepdims),
    "maximum.reduce": lambda field, a, axis=0, keepdims=False: largest(field, a, axis, keepdims),
    "minimum.reduce": lambda field, a, axis=0, keepdims=False: smallest(field, a, axis, keepdims),
    "multiply.outer": lambda field, a, b: outer(field, a, b),
}


def _moved(function: Any) -> Callable[..., Any]:
    """A function that moves the entries of one array around."""
    return lambda _, a, *args, **kwargs: a.each(function, *args, **kwargs)


def _joined(function: Any) -> Callable[..., Any]:
    """A function that moves the entries of several arrays into one."""

    def rule(field: Field, several: Any, *args: Any, **kwargs: Any) -> FieldArray:
        arrays = [array(field, a) for a in several]
        columns = zip(*(a.parts for a in arrays), strict=True)
        return arrays[0].made_of([function(column, *args, **kwargs) for column in columns])

    return rule


def _split(function: Any) -> Callable[..., Any]:
    """A function that moves the entries of one array into several."""

    def rule(_: Field, a: FieldArray, *args: Any, **kwargs: Any) -> list[FieldArray]:
        pieces = [function(part, *args, **kwargs) for part in a.parts]
        return [a.made_of(piece) for piece in zip(*pieces, strict=True)]

    return rule


def _where(field: Field, condition: Any, yes: Any, no: Any) -> FieldArray:
    if isinstance(condition, FieldArray):
        raise NotConcrete("a condition that depends on field elements")
    a, b = array(field, yes), array(field, no)
    parts = zip(a.parts, b.parts, strict=True)
    return a.made_of([np.where(condition, x, y) for x, y in parts])


def _full(field: Field, like: Any, value: Any, dtype: Any = None, shape: Any = None) -> FieldArray:
    if dtype is not None and not np.issubdtype(dtype, np.floating):
        raise TypeError(f"field elements as {np.dtype(dtype)} are not modelled")
    shape = np.shape(like) if shape is None else shape
    return array(field, value).each(np.broadcast_to, shape).copy()


def _banded(keep_lower: bool) -> Callable[..., FieldArray]:
    """tril and triu."""

    def rule(field: Field, a: FieldArray, k: int = 0) -> FieldArray:
        rows, columns = a.shape[-2:]
        lower = np.tri(rows, columns, k if keep_lower else k - 1, dtype=bool)
        return _where(field, lower if keep_lower else ~lower, a, 0)

    return rule


def _shape(rule: Callable[[Any], Any]) -> Callable[..., Any]:
    return lambda _, a, *args: rule(np.empty_like(a.state), *args)


MOVED: tuple[Any, ...] = (
    *(np.transpose, np.swapaxes, np.moveaxis, np.rollaxis, np.reshape, np.ravel, np.squeeze),
    *(np.broadcast_to, np.expand_dims, np.repeat, np.tile, np.roll, np.flip, np.flipud, np.fliplr),
    *(np.take, np.take_along_axis, np.copy, np.diagonal, np.rot90),
    *(np.atleast_1d, np.atleast_2d, np.atleast_3d),
)
JOINED = (np.concatenate, np.stack, np.vstack, np.hstack, np.dstack, np.column_stack)
SPLIT = (np.split, np.array_split, np.hsplit, np.vsplit)
FUNCTIONS: dict[Any, Callable[..., Any]] = {
    **{function: _moved(function) for function in MOVED},
    **{function: _joined(function) for function in JOINED},
    **{function: _split(function) for function in SPLIT},
    np.sum: summed,
    np.mean: mean,
    np.max: largest,
    np.min: smallest,
    np.cumsum: cumulated,
    np.dot: dot,
    np.outer: outer,
    np.inner: lambda field, a, b: dot(field, a, array(field, b).each(np.swapaxes, -1, -2)),
    np.einsum: einsum,
    np.where: _where,
    np.zeros_like: lambda field, a, dtype=None, shape=None: _full(field, a, 0, dtype, shape),
    np.empty_like: lambda field, a, dtype=None, shape=None: _full(field, a, np.nan, dtype, shape),
    np.ones_like: lambda field, a, dtype=None, shape=None: _full(field, a, 1, dtype, shape),
    np.full_like: _full,
    np.tril: _banded(True),
    np.triu: _banded(False),
    np.shape: _shape(np.shape),
    np.ndim: _shape(np.ndim),
    np.size: _shape(np.size),
    np.isneginf: _states(MINUS),
    np.isposinf: _states(PLUS),
}
