"""Sums and maxima along axes of a `FieldArray`."""

from __future__ import annotations

from typing import Any

import numpy as np

from symattn.deciding.fields.array_entries import mapped
from symattn.deciding.fields.array_rules import add, divide, negative
from symattn.deciding.fields.arrays import (
    FINITE,
    LOGGED,
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
from symattn.deciding.fields.residues import total
from symattn.deciding.fields.unknowns import maximum

Axis = int | tuple[int, ...] | None
SIGNS = POSITIVE | NEGATIVE


def summed(field: Field, a: Any, axis: Axis = None, keepdims: bool = False) -> FieldArray:
    """The sum along axes."""
    a = array(field, a)
    if (a.notes & LOGGED).any():
        return _folded(a, axis, keepdims)
    how: dict[str, Any] = {"axis": axis, "keepdims": keepdims}
    values = [total(part, axis, keepdims, pair.p) for part, pair in _with_pairs(a, a.values)]
    exponents = [total(part, axis, keepdims, pair.q) for part, pair in _with_pairs(a, a.exponents)]
    touched = np.bitwise_or.reduce(a.notes & ~np.uint16(SIGNS), **how)
    signs = np.bitwise_and.reduce(a.notes & SIGNS, **how)
    met = [(a.state == code).any(**how) for code in (PLUS, MINUS, NOT_A_NUMBER)]
    zero = (a.state == ZERO).all(**how)
    state = np.select(
        [met[2] | (met[0] & met[1]), met[0], met[1], zero],
        [NOT_A_NUMBER, PLUS, MINUS, ZERO],
        FINITE,
    ).astype(np.int8)
    blank = FieldArray(field, values, exponents, state, touched | signs)
    return add(blank, array(field, 0)) if state.any() else blank  # sets what is not finite to 0


def _with_pairs(a: FieldArray, parts: Any) -> Any:
    return zip(parts, a.field.pairs, strict=True)


def _folded(a: FieldArray, axis: Axis, keepdims: bool) -> FieldArray:
    rows, shape = _rows(a, axis, keepdims)
    found = array(a.field, 0).each(np.broadcast_to, rows.shape[:-1])
    for at in range(rows.shape[-1]):
        found = add(found, rows[..., at])
    return found.reshape(shape)


def _rows(a: FieldArray, axis: Axis, keepdims: bool) -> tuple[FieldArray, tuple[int, ...]]:
    """The entries that go together on the last axis, and the shape of the result."""
    axes = range(a.ndim) if axis is None else (axis,) if isinstance(axis, int) else axis
    gone = sorted(at % a.ndim for at in axes)
    kept = [at for at in range(a.ndim) if at not in gone]
    shape = tuple(
        1 if at in gone else size for at, size in enumerate(a.shape) if keepdims or at not in gone
    )
    rows = a.transpose(kept + gone).reshape((*(a.shape[at] for at in kept), -1))
    return rows, shape


def mean(field: Field, a: Any, axis: Axis = None, keepdims: bool = False) -> FieldArray:
    """The sum over the number of terms."""
    found = summed(field, a, axis, keepdims)
    return divide(found, array(field, a.size // max(found.size, 1)))


def cumulated(field: Field, a: Any, axis: int | None = None) -> FieldArray:
    """Running sums along one axis."""
    if axis is None:
        a, axis = a.ravel(), 0
    found = a.copy()
    rows = found.each(np.moveaxis, axis, 0)  # a view
    for at in range(1, len(rows)):
        rows[at] = add(rows[at - 1], rows[at])
    return array(field, found)


def largest(field: Field, a: Any, axis: Axis = None, keepdims: bool = False) -> FieldArray:
    """The maximum along axes: an unknown for each set of arguments."""
    rows, shape = _rows(array(field, a), axis, keepdims)
    if rows.shape[-1] == 0:
        raise ValueError("the maximum of no number")
    columns = [rows[..., at] for at in range(rows.shape[-1])]
    return mapped(maximum, *columns).reshape(shape)


def smallest(field: Field, a: Any, axis: Axis = None, keepdims: bool = False) -> FieldArray:
    """-max(-a)."""
    return negative(largest(field, negative(array(field, a)), axis, keepdims))
