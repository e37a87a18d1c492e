"""Sums, products and quotients of elements, and what is known of the results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symattn.core.errors import NotConcrete
from symattn.deciding.fields.infinite import NAN

if TYPE_CHECKING:
    from symattn.deciding.fields.element import Element

# What touched a number: an opaque function, a maximum, an opaque root, an angle, or an exponential
# of an angle. The residue mod r of a number that an angle touched has no meaning.
OPAQUE, UNKNOWN, ROOT, ANGLE, NESTED = 1, 2, 4, 8, 16
OPEN = OPAQUE | UNKNOWN | ROOT | NESTED  # unequal residues say nothing then
MOST_POWER = 10**6
Factor = tuple[int, int, int]  # (e, f, taint): the exponential of the number is w**e * f


def check_points(a: Element, b: Element) -> None:
    """Numbers of different points never meet: their residues have nothing to do with each other."""
    if a.field.name != b.field.name:
        raise ValueError("numbers of different points never meet")


def sum_of(a: Element, b: Element, factor: int) -> Element:
    """a + b or a - b (factor -1)."""
    field = a.field
    if field is not b.field:
        check_points(a, b)
    if b.sign == 0:
        return a
    exponent = None
    if a.exponent is not None and b.exponent is not None:
        exponent = (a.exponent + factor * b.exponent) % field.M
    sign = None
    if b.sign is not None and (a.sign == 0 or a.sign == factor * b.sign):
        sign = factor * b.sign
    value = (a.value + factor * b.value) % field.P
    found = a.__class__(field, value, exponent, a.taint | b.taint, sign)
    if a.factor or b.factor:
        found.factor = _factor_of_sum(a, b, factor)
    return found


def _factor_of_sum(a: Element, b: Element, factor: int) -> Factor | None:
    if (a.exponent is None and not a.factor) or (b.exponent is None and not b.factor):
        return None
    field = a.field
    e, f, taint = a.factor or (a.exponent or 0, 1, a.taint)
    g, h, more = b.factor or (b.exponent or 0, 1, b.taint)
    try:
        product = f * pow(h, factor, field.P) % field.P
    except ValueError:
        return None
    return (e + factor * g) % field.M, product, taint | more


def product_of(a: Element, b: Element) -> Element:
    field = a.field
    if field is not b.field:
        check_points(a, b)
    if a.exact is not None and b.exact is not None:
        return a.of(a.exact * b.exact)
    if a.sign == 0 or b.sign == 0:
        return a.of(0)
    if a.taint & b.taint & ROOT and a.value == b.value and a.value in field.squares:
        return field.squares[a.value]  # type: ignore[no-any-return]
    exponent = None
    if a.exponent is not None and b.exponent is not None:
        exponent = a.exponent * b.exponent % field.M
    sign = a.sign * b.sign if a.sign and b.sign else None
    found = a.__class__(field, a.value * b.value % field.P, exponent, a.taint | b.taint, sign)
    if a.rooted or b.rooted:
        found.rooted = is_rooted(a) and is_rooted(b)
    if a.power is not None and b.power is not None:
        found.power = a.power + b.power
    if a.factor or b.factor:
        found.factor = _factor_of_multiple(a, b) if a.factor else _factor_of_multiple(b, a)
    return found


def _factor_of_multiple(a: Element, b: Element) -> Factor | None:
    """exp(k a) = exp(a)**k for a whole number k."""
    if b.exact is None or b.exact.denominator != 1 or abs(b.exact) > MOST_POWER or not a.factor:
        return None
    e, f, taint = a.factor
    times = int(b.exact)
    try:
        return e * times % a.field.M, pow(f, times, a.field.P), taint
    except ValueError:
        return None


def is_rooted(a: Element) -> bool:
    """Whether rational powers of the number exist: positive, and its residues are squares."""
    return a.rooted or (a.exact is not None and a.field.is_rooted(a.exact))


def quotient_of(a: Element, b: Element) -> Any:
    field = a.field
    if field is not b.field:
        check_points(a, b)
    if b.sign == 0:
        if a.sign == 0:
            return NAN
        raise NotConcrete("division by zero")
    if b.exact is not None:
        return product_of(a, a.of(1 / b.exact))
    try:
        inverse = pow(b.value, -1, field.P)
    except ValueError:
        raise NotConcrete(
            "division by a residue 0: a real zero, or chance; try another point"
        ) from None
    exponent = None
    if a.exponent is not None and b.exponent is not None:
        exponent = _divided(a.exponent, b.exponent, field.M)
    sign = a.sign * b.sign if a.sign is not None and b.sign else None
    found = a.__class__(field, a.value * inverse % field.P, exponent, a.taint | b.taint, sign)
    if a.sign == 0:
        return a.of(0)
    if a.rooted or b.rooted:
        found.rooted = is_rooted(a) and is_rooted(b)
    if b.power is not None and (a.power is not None or a.exact == 1):
        found.power = a.power - b.power if a.power is not None else -b.power
    return found


def _divided(a: int, b: int, modulus: int) -> int | None:
    try:
        return a * pow(b, -1, modulus) % modulus
    except ValueError:  # b has a residue 0 in one field: no exponent, and the value knows
        return None
