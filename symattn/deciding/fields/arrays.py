"""`FieldArray`: arrays of NumPy whose entries are elements; somebody's array code runs on them.

Every entry has its residues, a state (finite, zero, +oo, -oo, NaN) and notes on what touched it.
All of these are arrays of the same shape, so that views share memory as views of NumPy do. What is
not modelled raises a TypeError that names it; nothing is skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from symattn.core.errors import NotConcrete
from symattn.deciding.fields.arithmetic import ANGLE, OPEN
from symattn.deciding.fields.element import Element, Likeness, lifted, number
from symattn.deciding.fields.field import Field
from symattn.deciding.fields.functions import exp
from symattn.deciding.fields.infinite import NAN, OO, Infinite
from symattn.deciding.fields.residues import Ints

Index: TypeAlias = Any
FINITE, ZERO, PLUS, MINUS, NOT_A_NUMBER = range(5)
# Notes above the five bits of `arithmetic`. A finite number with POSITIVE is positive; the number
# zero has both signs. LOGGED: in the place of the exponent stands the exponential, mod p.
NO_EXPONENT, LOGGED, POSITIVE, NEGATIVE = 32, 64, 128, 256
TOUCHED, UNUSABLE = 31, NO_EXPONENT | LOGGED


class FieldArray(np.lib.mixins.NDArrayOperatorsMixin):
    """An array of elements at one point.

    >>> from symattn.deciding.fields.field import field
    >>> from symattn.deciding.fields.primes import pairs
    >>> here = field(pairs("a claim"), "point 1")
    >>> q, k = free_array(here, "q", (3, 2)), free_array(here, "k", (3, 2))
    >>> left = np.exp(q @ k.T) / np.exp(q @ k.T).sum(axis=1, keepdims=True)
    >>> right = np.exp(q @ k.T - 1) / np.exp(q @ k.T - 1).sum(axis=1, keepdims=True)
    >>> compare_arrays(left, right)[0], compare_arrays(left, left / 2)
    ('equal', ('different', (0, 0)))
    """

    __array_priority__ = 100
    __slots__ = ("exponents", "field", "notes", "state", "values")

    def __init__(
        self,
        field: Field,
        values: Sequence[Ints],
        exponents: Sequence[Ints],
        state: NDArray[np.int8],
        notes: NDArray[np.uint16],
    ) -> None:
        self.field = field
        self.values = tuple(np.asarray(part) for part in values)  # mod p, one for each pair
        self.exponents = tuple(np.asarray(part) for part in exponents)  # mod q
        self.state, self.notes = np.asarray(state), np.asarray(notes)

    @property
    def parts(self) -> list[NDArray[Any]]:
        """All arrays that make up this one."""
        return [*self.values, *self.exponents, self.state, self.notes]

    def made_of(self, parts: Sequence[NDArray[Any]]) -> FieldArray:
        """The array of these parts, in the order of `parts`."""
        n = len(self.values)
        return FieldArray(self.field, parts[:n], parts[n : 2 * n], parts[-2], parts[-1])

    def each(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> FieldArray:
        """A function that only moves entries around, on every part."""
        return self.made_of([function(part, *args, **kwargs) for part in self.parts])

    shape = property(lambda self: self.state.shape)
    ndim = property(lambda self: self.state.ndim)
    size = property(lambda self: self.state.size)
    dtype = np.dtype(np.float64)  # what the code that runs on it would have seen

    @property
    def T(self) -> FieldArray:
        return self.each(np.transpose)

    def __len__(self) -> int:
        return len(self.state)

    def __iter__(self) -> Iterator[FieldArray]:
        return (self[at] for at in range(len(self)))

    def __getitem__(self, index: Index) -> FieldArray:
        at = _plain(index)
        return self.each(lambda part: part[at])

    def __setitem__(self, index: Index, value: Any) -> None:
        given, at = array(self.field, value), _plain(index)
        for part, new in zip(self.parts, given.parts, strict=True):
            part[at] = new

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise TypeError("an array of field elements cannot become an array of floats")

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        from symattn.deciding.fields.array_functions import apply

        return apply(self.field, ufunc, method, inputs, kwargs)

    def __array_function__(self, function: Any, _: Any, args: Any, kwargs: Any) -> Any:
        from symattn.deciding.fields.array_functions import FUNCTIONS

        if function not in FUNCTIONS:
            raise TypeError(f"np.{function.__name__} is not modelled on field elements")
        return FUNCTIONS[function](self.field, *args, **kwargs)

    def __bool__(self) -> bool:
        raise NotConcrete("the truth of an array of field elements")

    def __float__(self) -> float:
        return float(self.item())

    def item(self, *index: int) -> Any:
        """One entry as an `Element`, or as an infinite value."""
        return entry(self[index] if index else self.each(np.reshape, ()))

    def astype(self, dtype: Any, **_: Any) -> FieldArray:
        if not np.issubdtype(dtype, np.floating):
            raise TypeError(f"field elements as {np.dtype(dtype)} are not modelled")
        return self.copy()

    def copy(self) -> FieldArray:
        return self.each(np.array)

    def reshape(self, *shape: Any) -> FieldArray:
        return self.each(lambda part: part.reshape(*shape))

    def transpose(self, *axes: Any) -> FieldArray:
        return self.each(lambda part: part.transpose(*axes))

    def swapaxes(self, first: int, second: int) -> FieldArray:
        return self.each(np.swapaxes, first, second)

    def ravel(self) -> FieldArray:
        return self.each(np.ravel)

    def squeeze(self, axis: Any = None) -> FieldArray:
        return self.each(np.squeeze, axis)

    def sum(self, axis: Any = None, keepdims: bool = False) -> FieldArray:
        found: FieldArray = np.sum(self, axis=axis, keepdims=keepdims)
        return found

    def mean(self, axis: Any = None, keepdims: bool = False) -> FieldArray:
        found: FieldArray = np.mean(self, axis=axis, keepdims=keepdims)
        return found

    def max(self, axis: Any = None, keepdims: bool = False) -> FieldArray:
        found: FieldArray = np.max(self, axis=axis, keepdims=keepdims)
        return found

    def min(self, axis: Any = None, keepdims: bool = False) -> FieldArray:
        found: FieldArray = np.min(self, axis=axis, keepdims=keepdims)
        return found

    def dot(self, other: Any) -> FieldArray:
        found: FieldArray = np.dot(self, other)
        return found

    def __repr__(self) -> str:
        return f"FieldArray of shape {self.shape}"


def _plain(index: Index) -> Index:
    parts = index if isinstance(index, tuple) else (index,)
    if any(isinstance(part, FieldArray | Element) for part in parts):
        raise NotConcrete("an index that depends on field elements")
    return index


def entry(one: FieldArray) -> Any:
    """An array of one entry as an `Element` or an infinite value."""
    return entries(one)[0]


def entries(a: FieldArray) -> list[Any]:
    """All entries as elements or infinite values, in the order of `ravel`."""
    columns = [part.reshape(-1).tolist() for part in a.parts]
    return [_entry(a.field, row) for row in zip(*columns, strict=True)]


def _entry(field: Field, row: tuple[int, ...]) -> Any:
    *residues, state, notes = row
    if state == ZERO:
        return number(field, 0)
    if state != FINITE:
        return {PLUS: OO, MINUS: -OO}.get(state, NAN)
    n = len(field.pairs)
    value, slot = field.values.joined(residues[:n]), residues[n:]
    sign = 1 if notes & POSITIVE else -1 if notes & NEGATIVE else None
    found = Element(field, value, None, notes & TOUCHED | ANGLE, sign)  # nothing is kept mod r
    if notes & LOGGED:
        found.factor = (0, field.values.joined(slot), notes & TOUCHED | ANGLE)
    elif not notes & NO_EXPONENT:
        found.exponent = field.exponents.joined([residue for q in slot for residue in (q, 1)])
    return found


def array(field: Field, value: Any) -> FieldArray:
    """Anything that can be an array of elements: numbers, elements, arrays and lists of these."""
    if isinstance(value, FieldArray):
        if value.field.name != field.name:
            raise ValueError("arrays of different points never meet")
        return value
    if isinstance(value, Element | Infinite | int | float | Fraction):
        return _of_entries(field, [value], np.zeros((), dtype=np.intp))
    if isinstance(value, list | tuple) and any(isinstance(part, FieldArray) for part in value):
        stacked: Any = [array(field, part) for part in value]
        return np.stack(stacked)  # type: ignore[return-value]
    plain = np.asarray(value)
    if plain.dtype == object:
        return _of_entries(
            field, list(plain.reshape(-1)), np.arange(plain.size).reshape(plain.shape)
        )
    if plain.dtype.kind not in "biuf":
        raise TypeError(f"an array of {plain.dtype} is not modelled")
    unique, where = np.unique(plain, return_inverse=True)
    return _of_entries(field, [part.item() for part in unique], where.reshape(plain.shape))


def _of_entries(field: Field, items: list[Any], where: NDArray[np.intp]) -> FieldArray:
    """The array with items[where[...]] at every place."""
    rows = [components(field, item) for item in items]
    n = len(field.pairs)
    columns = [np.array([row[at] for row in rows], dtype=np.int64) for at in range(2 * n + 2)]
    moved = [column[where] for column in columns]
    state, notes = moved[-2].astype(np.int8), moved[-1].astype(np.uint16)
    return FieldArray(field, moved[:n], moved[n : 2 * n], state, notes)


def components(field: Field, item: Any) -> list[int]:
    """The residues, the state and the notes of one entry."""
    element = lifted(field, int(item) if isinstance(item, bool | np.integer) else item)
    none = [0] * len(field.pairs)
    if isinstance(element, Infinite):
        state = {1: PLUS, -1: MINUS}.get(element.sign, NOT_A_NUMBER)
        return [*none, *none, state, {PLUS: POSITIVE, MINUS: NEGATIVE}.get(state, 0)]
    if not isinstance(element, Element):
        raise TypeError(f"{type(item).__name__} is no number of a field")
    values = [element.value % pair.p for pair in field.pairs]
    if element.sign == 0:
        return [*none, *none, ZERO, POSITIVE | NEGATIVE]
    notes = element.taint | {1: POSITIVE, -1: NEGATIVE, None: 0}[element.sign]
    if element.factor:
        power = exp(element).value
        return [*values, *(power % pair.p for pair in field.pairs), FINITE, notes | LOGGED]
    if element.exponent is None:
        return [*values, *none, FINITE, notes | NO_EXPONENT]
    return [*values, *(element.exponent % pair.q for pair in field.pairs), FINITE, notes]


def free_array(
    field: Field, name: str, shape: tuple[int, ...], before: tuple[int, ...] = ()
) -> FieldArray:
    """Free quantities, the same as `free(field, name, (*before, *index))` one by one."""
    n, size = len(field.pairs), int(np.prod(shape))
    rows = np.empty((2 * n, size), dtype=np.int64)
    for at, index in enumerate(np.ndindex(*shape)):
        value, exponent = field.drawn(f"free {name} {','.join(map(str, (*before, *index)))}")
        rows[:n, at] = [value % pair.p for pair in field.pairs]
        rows[n:, at] = [exponent % pair.q for pair in field.pairs]
    parts = [row.reshape(shape) for row in rows]
    return FieldArray(
        field, parts[:n], parts[n:], np.zeros(shape, np.int8), np.zeros(shape, np.uint16)
    )


def compare_arrays(left: Any, right: Any) -> tuple[Likeness, tuple[int, ...] | None]:
    """The worst that is found between two arrays of one shape, and where it is found first."""
    field = left.field if isinstance(left, FieldArray) else right.field
    a, b = array(field, left), array(field, right)
    if a.shape != b.shape:
        raise ValueError(f"shapes differ: {a.shape} and {b.shape}")
    touched = ((a.notes | b.notes) & OPEN) != 0
    residues = [x != y for x, y in zip(a.values, b.values, strict=True)]
    known = ((a.notes | b.notes) & UNUSABLE) == 0
    residues += [(x != y) & known for x, y in zip(a.exponents, b.exponents, strict=True)]
    unlike = np.logical_or.reduce(residues) & (a.state <= ZERO) & (b.state <= ZERO)
    special = (a.state != b.state) & ((a.state > ZERO) | (b.state > ZERO))
    for likeness, where in (
        ("different", special | unlike & ~touched),
        ("open", unlike),
    ):
        if where.any():
            return likeness, tuple(int(at) for at in np.argwhere(where)[0])  # type: ignore[return-value]
    return "equal", None
