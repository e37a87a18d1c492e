"""Matrix products and `einsum` of `FieldArray`."""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np

from symattn.deciding.fields import residues
from symattn.deciding.fields.array_rules import multiply
from symattn.deciding.fields.array_sums import summed
from symattn.deciding.fields.arrays import (
    FINITE,
    NEGATIVE,
    NO_EXPONENT,
    POSITIVE,
    TOUCHED,
    UNUSABLE,
    ZERO,
    FieldArray,
    array,
)
from symattn.deciding.fields.field import Field


def matmul(a: FieldArray, b: FieldArray) -> FieldArray:
    """a @ b; vectors and stacks as in NumPy."""
    if a.ndim == 0 or b.ndim == 0:
        raise ValueError("matmul: a number is no matrix")
    if a.ndim == 1:
        return matmul(a.reshape(1, -1), b).each(np.squeeze, -2 if b.ndim > 1 else 0)
    if b.ndim == 1:
        return matmul(a, b.reshape(-1, 1)).each(np.squeeze, -1)
    if a.shape[-1] != b.shape[-2]:
        raise ValueError(f"matmul: shapes {a.shape} and {b.shape} do not fit")
    if (a.state > ZERO).any() or (b.state > ZERO).any():
        products = multiply(a[..., :, :, None], b[..., None, :, :])
        return summed(a.field, products, -2)
    return _matmul(a, b)


def _matmul(a: FieldArray, b: FieldArray) -> FieldArray:
    """Of numbers that are finite."""
    zero = (a.state == FINITE).astype(np.float32) @ (b.state == FINITE).astype(np.float32) == 0
    left, right = np.bitwise_or.reduce(a.notes, axis=-1), np.bitwise_or.reduce(b.notes, axis=-2)
    either = left[..., :, None] | right[..., None, :]
    left, right = np.bitwise_and.reduce(a.notes, axis=-1), np.bitwise_and.reduce(b.notes, axis=-2)
    both = left[..., :, None] & right[..., None, :]
    notes = either & TOUCHED | both & POSITIVE
    lost = (either & UNUSABLE) != 0
    notes = np.where(lost, notes | NO_EXPONENT, notes)
    notes = np.where(zero, POSITIVE | NEGATIVE, notes).astype(np.uint16)
    values = [
        residues.matmul(x, y, pair.p)
        for x, y, pair in zip(a.values, b.values, a.field.pairs, strict=True)
    ]
    exponents = [np.zeros(notes.shape, dtype=np.int64) for _ in values]
    if not lost.all():
        exponents = [
            residues.matmul(x, y, pair.q)
            for x, y, pair in zip(a.exponents, b.exponents, a.field.pairs, strict=True)
        ]
    state = np.where(zero, ZERO, FINITE).astype(np.int8)
    return FieldArray(a.field, values, exponents, state, notes)


def dot(field: Field, a: Any, b: Any) -> FieldArray:
    """np.dot for numbers, vectors and matrices."""
    a, b = array(field, a), array(field, b)
    if a.ndim == 0 or b.ndim == 0:
        return multiply(a, b)
    if b.ndim > 2:
        raise TypeError("np.dot with more than two axes on the right is not modelled")
    return matmul(a, b)


def outer(field: Field, a: Any, b: Any) -> FieldArray:
    """All products."""
    left, right = array(field, a).ravel(), array(field, b).ravel()
    return multiply(left[:, None], right[None, :])


def einsum(field: Field, text: str, *operands: Any, optimize: Any = False) -> FieldArray:
    """Products summed over repeated letters, as in NumPy; no letter twice in one operand."""
    del optimize
    if not isinstance(text, str):
        raise TypeError("np.einsum is modelled with a string of subscripts only")
    arrays = [array(field, operand) for operand in operands]
    inputs, output = _subscripts(text.replace(" ", ""), [a.ndim for a in arrays])
    named = list(zip(inputs, arrays, strict=True))
    for letters, a in named:
        if len(letters) != a.ndim or len(set(letters)) != a.ndim:
            raise TypeError(f"np.einsum: {letters!r} for an array of {a.ndim} axes is not modelled")
    for at in range(len(named) - 1):
        rest = "".join(letters for letters, _ in named[2:]) + output
        named[:2] = [_contracted(named[0], named[1], rest)]
        del at
    letters, found = named[0]
    gone = tuple(at for at, letter in enumerate(letters) if letter not in output)
    if gone:
        found = summed(field, found, gone)
    left = [letter for letter in letters if letter in output]
    return found.transpose([left.index(letter) for letter in output])


Named = tuple[str, FieldArray]


def _contracted(a: Named, b: Named, rest: str) -> Named:
    """The product of two arrays, summed over the letters that nobody needs any more."""
    a, b = _thinned(a, b[0] + rest), _thinned(b, a[0] + rest)
    shared = [l for l in a[0] if l in b[0]]
    batch = [l for l in shared if l in rest]
    inner = [l for l in shared if l not in rest]
    rows, columns = ([l for l in x if l not in shared] for x in (a[0], b[0]))
    left = _grouped(a, [batch, rows, inner])
    right = _grouped(b, [batch, inner, columns])
    sizes = {**dict(zip(a[0], a[1].shape, strict=True)), **dict(zip(b[0], b[1].shape, strict=True))}
    letters = "".join(batch + rows + columns)
    return letters, matmul(left, right).reshape(tuple(sizes[l] for l in letters))


def _thinned(a: Named, needed: str) -> Named:
    gone = tuple(at for at, l in enumerate(a[0]) if l not in needed)
    letters = "".join(l for l in a[0] if l in needed)
    return letters, summed(a[1].field, a[1], gone) if gone else a[1]


def _grouped(a: Named, groups: list[list[str]]) -> FieldArray:
    """The axes of each group of letters as one."""
    letters, found = a
    order = [letters.index(l) for group in groups for l in group]
    sizes = [
        reduce(lambda x, y: x * y, (found.shape[letters.index(l)] for l in group), 1)
        for group in groups
    ]
    return found.transpose(order).reshape(tuple(sizes))


def _subscripts(text: str, axes: list[int]) -> tuple[list[str], str]:
    """Letters of every operand and of the result; an ellipsis gets letters of its own."""
    given, _, output = text.partition("->")
    inputs = given.split(",")
    if len(inputs) != len(axes):
        raise ValueError(f"einsum: {text!r} names {len(inputs)} operands, got {len(axes)}")
    if "->" not in text:
        plain = given.replace(",", "").replace(".", "")
        once = sorted(l for l in set(plain) if plain.count(l) == 1)
        output = ("..." if "..." in given else "") + "".join(once)
    extra = "ΑΒΓΔΕΖΗΘ"
    most = 0
    for at, (letters, count) in enumerate(zip(inputs, axes, strict=True)):
        if "..." in letters:
            many = count - (len(letters) - 3)
            most = max(most, many)
            inputs[at] = letters.replace("...", extra[len(extra) - many :])
    return inputs, output.replace("...", extra[len(extra) - most :] if most else "")
