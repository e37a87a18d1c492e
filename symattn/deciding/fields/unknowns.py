"""The largest of several numbers: an unknown for each set of arguments."""

from __future__ import annotations

from typing import Any

from symattn.deciding.fields.arithmetic import UNKNOWN
from symattn.deciding.fields.element import Element
from symattn.deciding.fields.field import Field
from symattn.deciding.fields.infinite import NAN, OO, Infinite


def maximum(*several: Any) -> Any:
    """The largest: an unknown for each set of arguments, unless they are rational or infinite."""
    if any(a == NAN for a in several):
        return NAN
    if any(a == OO for a in several):
        return OO
    finite = [a for a in several if not isinstance(a, Infinite)]
    if not finite:
        return several[0]
    exact = [a for a in finite if a.exact is not None]
    others = [a for a in finite if a.exact is None]
    if exact:
        others.append(max(exact, key=lambda a: a.exact))
    known = [a.sign for a in others if a.sign is not None]
    if known:  # what is not positive never beats what is, nor a negative number zero
        least = max(known)
        others = [a for a in others if a.sign is None or a.sign >= least]
    field = others[0].field
    members: set[int] = set()
    for a in others:
        members |= field.members.get(a.value, {a.value})
    taint = 0
    for a in others:
        taint |= a.taint
    return next(a for a in others) if len(members) == 1 else _unknown(field, members, taint)


def _unknown(field: Field, members: set[int], taint: int) -> Element:
    value, exponent = field.drawn(f"max {sorted(members)}")
    field.met.add("max")
    field.members[value] = frozenset(members)
    return Element(field, value, exponent, taint | UNKNOWN)


def minimum(*several: Any) -> Any:
    """-max(-a, -b)."""
    return -maximum(*(-a for a in several))
