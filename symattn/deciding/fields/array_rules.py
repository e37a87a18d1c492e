"""Entry-by-entry arithmetic of `FieldArray`, with the rules of IEEE 754 for its states."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symattn.core.errors import NotConcrete
from symattn.deciding.fields import functions
from symattn.deciding.fields.arithmetic import ANGLE, MOST_POWER, NESTED, ROOT
from symattn.deciding.fields.array_entries import mapped, put
from symattn.deciding.fields.arrays import (
    FINITE,
    LOGGED,
    MINUS,
    NEGATIVE,
    NO_EXPONENT,
    NOT_A_NUMBER,
    PLUS,
    POSITIVE,
    TOUCHED,
    UNUSABLE,
    ZERO,
    FieldArray,
    array,
    entry,
)
from symattn.deciding.fields.element import lifted
from symattn.deciding.fields.residues import (
    Ints,
    inverse,
    minus,
    plus,
    power_of,
    times,
    whole_power,
)

SIGNED, REFUSED = 8, 9  # the sign of the finite number decides; no rule
F, Z, P, M, N = FINITE, ZERO, PLUS, MINUS, NOT_A_NUMBER
SUMS = np.array(  # of two states: rows and columns finite, zero, +oo, -oo, NaN
    [[F, F, P, M, N], [F, Z, P, M, N], [P, P, P, N, N], [M, M, N, M, N], [N] * 5], dtype=np.int8
)
PRODUCTS = np.array(
    [
        [F, Z, SIGNED, SIGNED, N],
        [Z, Z, N, N, N],
        [SIGNED, N, P, M, N],
        [SIGNED, N, M, P, N],
        [N] * 5,
    ],
    dtype=np.int8,
)
QUOTIENTS = np.array(
    [
        [F, REFUSED, Z, Z, N],
        [Z, N, Z, Z, N],
        [SIGNED, REFUSED, N, N, N],
        [SIGNED, REFUSED, N, N, N],
        [N] * 5,
    ],
    dtype=np.int8,
)
Parts = list[Ints]


def _result(
    like: FieldArray, values: Parts, exponents: Parts, state: Any, notes: Any
) -> FieldArray:
    """The array; what is not finite, or zero, has residues 0 and no notes but its sign."""
    found = FieldArray(like.field, values, exponents, state, notes)
    if found.state.any():
        off = found.state != FINITE
        clean = [np.where(off, 0, part) for part in (*found.values, *found.exponents)]
        signs = np.array([0, POSITIVE | NEGATIVE, POSITIVE, NEGATIVE, 0], dtype=np.uint16)
        notes = np.where(off, signs[found.state], found.notes)
        return found.made_of([*clean, found.state, notes])
    return found


def _primes(a: FieldArray) -> tuple[list[int], list[int]]:
    return [pair.p for pair in a.field.pairs], [pair.q for pair in a.field.pairs]


def _each(rule: Callable[..., Ints], primes: list[int], *several: Any) -> Parts:
    return [rule(*parts, s) for *parts, s in zip(*several, primes, strict=True)]


def _nothing(shape: tuple[int, ...], count: int) -> Parts:
    """Zeros; an array for each pair, since somebody may write into them."""
    return [np.zeros(shape, dtype=np.int64) for _ in range(count)]


def add(a: FieldArray, b: FieldArray) -> FieldArray:
    """a + b."""
    ps, qs = _primes(a)
    notes = (a.notes | b.notes) & (TOUCHED | NO_EXPONENT)
    notes |= a.notes & b.notes & (POSITIVE | NEGATIVE)
    values = _each(plus, ps, a.values, b.values)
    exponents = _each(plus, qs, a.exponents, b.exponents)
    logged = (((a.notes | b.notes) & LOGGED) != 0) & ((notes & NO_EXPONENT) == 0)
    if logged.any():
        powers = _each(times, ps, _powers(a), _powers(b))
        exponents = [np.where(logged, x, y) for x, y in zip(powers, exponents, strict=True)]
        notes |= np.where(logged, LOGGED, 0).astype(np.uint16)
    return _result(a, values, exponents, SUMS[a.state, b.state], notes)


def _powers(a: FieldArray) -> Parts:
    """The exponentials mod p of entries that have an exponent or are logged."""
    logged = (a.notes & LOGGED) != 0
    return [
        np.where(logged, slot, power_of(pair.w, np.where(logged, 0, slot), pair.p))
        for slot, pair in zip(a.exponents, a.field.pairs, strict=True)
    ]


def negative(a: FieldArray) -> FieldArray:
    """-a."""
    ps, qs = _primes(a)
    zero = _nothing(a.shape, len(ps))
    notes = a.notes & ~np.uint16(POSITIVE | NEGATIVE)
    notes |= (a.notes & POSITIVE) << 1 | (a.notes & NEGATIVE) >> 1
    exponents = _each(minus, qs, zero, a.exponents)
    logged = (a.notes & LOGGED) != 0
    if logged.any():
        turned = _each(inverse, ps, [np.where(logged, slot, 1) for slot in a.exponents])
        exponents = [np.where(logged, x, y) for x, y in zip(turned, exponents, strict=True)]
    state = np.array([F, Z, M, P, N], dtype=np.int8)[a.state]
    return _result(a, _each(minus, ps, zero, a.values), exponents, state, notes)


def subtract(a: FieldArray, b: FieldArray) -> FieldArray:
    return add(a, negative(b))


def _signs(a: FieldArray, b: FieldArray) -> Any:
    """The sign of a product, where it is known."""
    same = a.notes & b.notes
    swapped = (a.notes & POSITIVE) << 1 & b.notes, (a.notes & NEGATIVE) >> 1 & b.notes
    found = (same & POSITIVE) | (same & NEGATIVE) >> 1
    return found | (swapped[0] & NEGATIVE) | (swapped[1] & POSITIVE) << 1


def _settled(state: NDArray[np.int8], a: FieldArray, b: FieldArray, name: str) -> NDArray[np.int8]:
    """The states of products and quotients of infinite and finite numbers."""
    if state.max(initial=0) < SIGNED:
        return state
    if (state == REFUSED).any():
        raise NotConcrete("division by zero")
    signs = _signs(a, b)
    signed = state == SIGNED
    if (signed & (signs & (POSITIVE | NEGATIVE) == 0)).any():
        raise NotConcrete(f"oo {name} a number whose sign is not known")
    return np.where(signed, np.where(signs & POSITIVE, PLUS, MINUS), state).astype(np.int8)


def _multiplied_notes(a: FieldArray, b: FieldArray) -> NDArray[np.uint16]:
    notes = (a.notes | b.notes) & TOUCHED | _signs(a, b)
    lost = ((a.notes | b.notes) & UNUSABLE) != 0
    found: NDArray[np.uint16] = np.where(lost, notes | NO_EXPONENT, notes).astype(np.uint16)
    return found


def multiply(a: FieldArray, b: FieldArray) -> FieldArray:
    """a * b."""
    ps, qs = _primes(a)
    notes = _multiplied_notes(a, b)
    state = _settled(PRODUCTS[a.state, b.state], a, b, "*")
    values = _each(times, ps, a.values, b.values)
    exponents = _nothing(state.shape, len(qs))
    if not (notes & NO_EXPONENT).all():
        exponents = _each(times, qs, a.exponents, b.exponents)
    found = _result(a, values, exponents, state, notes)
    squares = (a.notes & b.notes & ROOT) != 0
    return _squared(found, squares, a, b) if squares.any() else found


def _squared(found: FieldArray, where: Any, a: FieldArray, b: FieldArray) -> FieldArray:
    """Products of opaque roots, one by one: the square of a square root is known."""
    a, b = (part.each(np.broadcast_to, found.shape) for part in (a, b))
    found = found.copy()
    for at in zip(*np.nonzero(where), strict=True):
        put(found, at, entry(a[at]) * entry(b[at]), a[at], b[at])
    return found


def divide(a: FieldArray, b: FieldArray) -> FieldArray:
    """a / b; a divisor with a residue 0 is refused."""
    ps, qs = _primes(a)
    notes = _multiplied_notes(a, b)
    state = _settled(QUOTIENTS[a.state, b.state], a, b, "/")
    safe = b.state == FINITE
    inverses = _each(inverse, ps, [np.where(safe, part, 1) for part in b.values])
    values = _each(times, ps, a.values, inverses)
    exponents = _nothing(state.shape, len(qs))
    if not (notes & NO_EXPONENT).all():
        usable = safe & ((b.notes & UNUSABLE) == 0)
        for part in b.exponents:
            usable = usable & (part != 0)
        inverses = _each(inverse, qs, [np.where(usable, part, 1) for part in b.exponents])
        exponents = _each(times, qs, a.exponents, inverses)
        notes = np.where(usable, notes, notes | NO_EXPONENT).astype(np.uint16)
    return _result(a, values, exponents, state, notes)


def power(a: FieldArray, b: FieldArray | Any) -> FieldArray:
    """a ** k for whole k; 1/2 is the square root; other powers entry by entry."""
    k = Fraction(b) if isinstance(b, int | float | Fraction) and isfinite(b) else None
    if k == Fraction(1, 2):
        return mapped(functions.sqrt, a)
    if k is None or k.denominator != 1 or abs(k) > MOST_POWER or (a.notes & ROOT).any():
        return mapped(functions.power, *_pair(a, b))
    if k < 0:
        return divide(array(a.field, 1), power(a, -k))
    if k == 0 or (a.state > ZERO).any():
        return mapped(functions.power, *_pair(a, b))
    ps, qs = _primes(a)
    values = [whole_power(part, int(k), s) for part, s in zip(a.values, ps, strict=True)]
    exponents = [whole_power(part, int(k), s) for part, s in zip(a.exponents, qs, strict=True)]
    lost = (a.notes & LOGGED) != 0
    notes = a.notes & ~np.uint16(LOGGED | (0 if k % 2 else NEGATIVE))
    notes = np.where(lost, notes | NO_EXPONENT, notes).astype(np.uint16)
    if k % 2 == 0:
        notes |= (a.notes & NEGATIVE) >> 1
    return _result(a, values, exponents, a.state, notes)


def _pair(a: FieldArray, b: Any) -> tuple[Any, Any]:
    if isinstance(b, int | float | Fraction):
        return a, lifted(a.field, b)
    return a, array(a.field, b)


def exp(a: FieldArray) -> FieldArray:
    """exp, entry by entry: a power of w, or opaque where there is no exponent."""
    opaque = (a.state == FINITE) & ((a.notes & NO_EXPONENT) != 0) & ((a.notes & LOGGED) == 0)
    notes = (a.notes & TOUCHED) | NO_EXPONENT | POSITIVE
    notes |= np.where(a.notes & ANGLE, NESTED, 0).astype(np.uint16)
    state = np.array([F, F, P, Z, N], dtype=np.int8)[a.state]
    found = _result(a, _powers(a), _nothing(a.shape, len(a.values)), state, notes)
    if opaque.any():
        found = found.copy()
        for at in zip(*np.nonzero(opaque), strict=True):
            put(found, at, functions.exp(entry(a[at])), a[at])
    return found


def tanh(a: FieldArray) -> FieldArray:
    """(exp(2 x) - 1) / (exp(2 x) + 1), or opaque."""
    if (a.state > ZERO).any() or (a.notes & UNUSABLE).any():
        return mapped(functions.tanh, a)
    e, one = exp(add(a, a)), array(a.field, 1)
    return divide(subtract(e, one), add(e, one))
