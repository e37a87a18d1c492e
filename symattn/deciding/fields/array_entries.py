"""Rules on elements, carried out on the entries of a `FieldArray` one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import repeat
from typing import Any

import numpy as np

from symattn.deciding.fields.arithmetic import ANGLE
from symattn.deciding.fields.arrays import FieldArray, components, entries


def mapped(rule: Callable[..., Any], *several: Any) -> FieldArray:
    """A rule on elements, entry by entry."""
    arrays = [a for a in several if isinstance(a, FieldArray)]
    like, shape = arrays[0], np.broadcast_shapes(*(a.shape for a in arrays))
    wide = [a.each(np.broadcast_to, shape) if isinstance(a, FieldArray) else a for a in several]
    items = [entries(a) if isinstance(a, FieldArray) else repeat(a) for a in wide]
    angles = np.broadcast_to(_any_angle(arrays), shape).reshape(-1).tolist()
    rows = [
        _row(like, rule(*several), bool(angle))
        for angle, *several in zip(angles, *items, strict=False)
    ]
    n = len(like.values)
    columns = np.array(rows, dtype=np.int64).reshape(len(rows), 2 * n + 2).T
    parts: list[Any] = [column.reshape(shape) for column in columns]
    parts[-2:] = parts[-2].astype(np.int8), parts[-1].astype(np.uint16)
    return like.made_of(parts)


def put(found: FieldArray, at: tuple[int, ...], item: Any, *sources: FieldArray) -> None:
    """Set one entry to an element that was made of entries of arrays."""
    row = _row(found, item, bool(_any_angle(sources)))
    for part, value in zip(found.parts, row, strict=True):
        part[at] = value


def _any_angle(arrays: Iterable[FieldArray]) -> Any:
    """Where an angle touched one of several arrays."""
    found: Any = 0
    for a in arrays:
        found = found | (a.notes & ANGLE)
    return found


def _row(like: FieldArray, item: Any, angle: bool) -> list[int]:
    """The components of an element; that arrays keep nothing mod r is no touch of an angle."""
    row = components(like.field, item)
    if not angle:
        row[-1] &= ~ANGLE
    return row
