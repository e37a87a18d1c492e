"""Conditions on two positions with whole numbers only: affine terms with floors and remainders.

A record of the shape that the counting theorem (`docs/theory/counting.md`) needs, and nothing else;
`lattice` reads a support into it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Literal, TypeAlias

from symattn.core.errors import NotConcrete

Position = Literal["i", "j", "n"]


class NotCountable(NotConcrete):
    """The support has not the shape that a counting rule needs; the message says what is in it."""


@dataclass(frozen=True, slots=True)
class Affine:
    """constant + the sum of coefficient * primitive."""

    constant: Fraction
    terms: tuple[tuple[Primitive, Fraction], ...] = ()

    def __add__(self, other: Affine) -> Affine:
        found = dict(self.terms)
        for primitive, factor in other.terms:
            found[primitive] = found.get(primitive, Fraction(0)) + factor
        kept = tuple((p, f) for p, f in found.items() if f)
        return Affine(self.constant + other.constant, kept)

    def times(self, factor: Fraction) -> Affine:
        if not factor:
            return Affine(Fraction(0))
        return Affine(self.constant * factor, tuple((p, f * factor) for p, f in self.terms))

    def __sub__(self, other: Affine) -> Affine:
        return self + other.times(Fraction(-1))

    @property
    def scale(self) -> int:
        """The least common denominator of its numbers."""
        return lcm(self.constant.denominator, *(f.denominator for _, f in self.terms))


@dataclass(frozen=True, slots=True)
class Step:
    """`inner // by` or `inner % by`, for an inner term with whole numbers and a whole by >= 1."""

    kind: Literal["floor", "rest"]
    inner: Affine
    by: int


Primitive: TypeAlias = Position | Step


@dataclass(frozen=True, slots=True)
class Atom:
    """`term <= 0`, or `term == 0`; the term has whole numbers."""

    term: Affine
    equality: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """A condition: `all`, `any` or `not` of its parts."""

    kind: Literal["all", "any", "not"]
    parts: tuple[Condition, ...]


Condition: TypeAlias = Atom | Node
TRUE, FALSE = Node("all", ()), Node("any", ())


def floor_of(a: Affine) -> Affine:
    """The largest integer that is at most the term."""
    if not a.terms:
        return Affine(Fraction(a.constant // 1))
    by = a.scale
    if by == 1:
        return a
    return Affine(Fraction(0), ((Step("floor", a.times(Fraction(by)), by), Fraction(1)),))


def atoms(condition: Condition) -> Iterator[Atom]:
    """Every atom of a condition."""
    if isinstance(condition, Atom):
        yield condition
        return
    for part in condition.parts:
        yield from atoms(part)


def primitives(term: Affine) -> Iterator[Primitive]:
    """Every primitive of a term, those inside floors and remainders too."""
    for primitive, _ in term.terms:
        yield primitive
        if isinstance(primitive, Step):
            yield from primitives(primitive.inner)


def exchanged(condition: Condition) -> Condition:
    """The condition with i and j exchanged: its rows are the columns of the other."""
    if isinstance(condition, Atom):
        return Atom(_exchanged(condition.term), condition.equality)
    return Node(condition.kind, tuple(exchanged(part) for part in condition.parts))


def _exchanged(term: Affine) -> Affine:
    other: Mapping[Primitive, Primitive] = {"i": "j", "j": "i", "n": "n"}
    return Affine(
        term.constant,
        tuple(
            (Step(p.kind, _exchanged(p.inner), p.by) if isinstance(p, Step) else other[p], f)
            for p, f in term.terms
        ),
    )
