"""Numbers for free names, from a hash of a seed, the name and the index: no state, no order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from hashlib import blake2b
from math import ceil, floor

from symattn.core.form import Parameter

Number = int | Fraction
Index = tuple[int, ...]
Pattern = Callable[[Parameter, Index], Number]


def bits(*words: object) -> int:
    """64 bits for some words, always the same."""
    text = "/".join(map(str, words))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def least(declared: Parameter) -> int | None:
    """The least whole number that a declaration allows, if there is one."""
    if declared.bound is None or declared.bound.op != "number":
        return None
    bound = Fraction(declared.bound.args[0])  # type: ignore[arg-type]
    return floor(bound) + 1 if declared.relation == ">" else ceil(bound)


def within(declared: Parameter, value: Number) -> Number:
    """The number, or one near it that the declaration allows."""
    if declared.kind == "boolean":
        return int(value > 0)
    if declared.kind == "integer":
        value = floor(value)
        low = least(declared)
        return value if low is None else low + abs(value)
    if declared.bound is None or declared.bound.op != "number":
        return value
    bound = Fraction(declared.bound.args[0])  # type: ignore[arg-type]
    if value > bound or (value == bound and declared.relation == ">="):
        return value
    found = bound + Fraction(max(value, -value) or 1)
    return found.numerator if found.denominator == 1 else found


def _drawn(seed: str, values: tuple[Number, ...]) -> Pattern:
    def pattern(declared: Parameter, index: Index) -> Number:
        return within(declared, values[bits(seed, declared.name, *index) % len(values)])

    return pattern


def _alike(seed: str) -> Pattern:
    """The same vector at all positions."""

    def pattern(declared: Parameter, index: Index) -> Number:
        own = index[-1:] if declared.shape else ()
        return within(declared, GRID[bits(seed, declared.name, *own) % len(GRID)])

    return pattern


def constant(value: Number) -> Pattern:
    return lambda declared, _: within(declared, value)


def unit(declared: Parameter, index: Index) -> Number:
    """1 where the last two indices agree: the unit vectors."""
    same = len(index) >= 2 and index[-1] == index[-2]
    return within(declared, int(same))


def first_value(declared: Parameter, index: Index) -> Number:
    """0, but for the value of the first key: 1."""
    return within(declared, int(declared.name[0] == "v" and index[-2:-1] == (0,)))


def broad(seed: str) -> Pattern:
    """Small broken numbers, few of them alike; whole ones follow a pattern that repeats."""

    def pattern(declared: Parameter, index: Index) -> Number:
        code = bits(seed, declared.name, *index)
        if declared.kind == "boolean":
            return int(code % 5 not in (1, 3))
        if declared.kind == "integer":
            return (least(declared) or 0) + code % 3
        size = Fraction(1 + code % 11, (2, 3, 4, 5, 7)[code // 11 % 5])
        return within(declared, size if code // 64 % 2 else -size)

    return pattern


def scaled(pattern: Pattern, factor: Number) -> Pattern:
    """The numbers of a pattern times a factor, as far as declarations allow it."""

    def run(declared: Parameter, index: Index) -> Number:
        return within(declared, pattern(declared, index) * factor)

    return run


GRID: tuple[Number, ...] = (-1, 0, 1, 2)
SIGNS: tuple[Number, ...] = (0, 1)
HALVES: tuple[Number, ...] = tuple(Fraction(n, 4) for n in range(-9, 10))


def patterns(seed: str) -> Iterator[Pattern]:
    """Numbers to try, the plainest first; endless."""
    yield from (constant(0), first_value, broad(f"{seed}/first"), constant(1), unit)
    round_ = 0
    while True:
        yield _drawn(f"{seed}/signs {round_}", SIGNS)
        yield _drawn(f"{seed}/grid {round_}", GRID)
        if round_ % 3 == 0:
            yield _alike(f"{seed}/alike {round_}")
        yield _drawn(f"{seed}/halves {round_}", HALVES)
        yield broad(f"{seed}/broad {round_}")
        round_ += 1
