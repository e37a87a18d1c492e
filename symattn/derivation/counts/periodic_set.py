"""Finite sets of integers that repeat between breakpoints, with exact sizes.

A set is a tuple of pieces (start, stop, period, mask): an integer start <= j < stop belongs to it
if bit j % period of the mask is set. Pieces are disjoint and increasing; outside them is nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm

from symattn.derivation.counts.affine import NotCountable

LONGEST_PERIOD = 1_000_000  # bits of a mask
Piece = tuple[int, int, int, int]
Pieces = tuple[Piece, ...]


def interval(start: int, stop: int) -> Pieces:
    """All integers start <= j < stop.

    >>> size(interval(2, 7)), interval(3, 3)
    (5, ())
    """
    return ((start, stop, 1, 1),) if start < stop else ()


def checked(period: int) -> int:
    """The period, unless a mask of that many bits would be too much."""
    if period > LONGEST_PERIOD:
        raise NotCountable(f"a condition that repeats only after {period} keys")
    return period


def full(period: int) -> int:
    """The mask that holds every residue."""
    return (1 << period) - 1


def run(first: int, length: int, period: int) -> int:
    """The mask of the residues first, first + 1, ..., `length` of them, around the circle.

    >>> bin(run(3, 2, 4))
    '0b1001'
    """
    if length >= period:
        return full(period)
    ones = full(length) << (first % period)
    return (ones | ones >> period) & full(period)


def spread(mask: int, period: int, wider: int) -> int:
    """The same residues for a period that is a multiple of the old one."""
    return mask if wider == period else mask * (full(wider) // full(period))


def intersect(left: Pieces, right: Pieces) -> Pieces:
    """The integers in both.

    >>> size(intersect(interval(0, 9), ((4, 20, 2, 1),)))
    3
    """
    found, a, b = [], 0, 0
    while a < len(left) and b < len(right):
        start, stop = max(left[a][0], right[b][0]), min(left[a][1], right[b][1])
        if start < stop:
            (*_, p, x), (*_, q, y) = left[a], right[b]
            period = p if p == q else checked(lcm(p, q))
            mask = spread(x, p, period) & spread(y, q, period)
            if mask:
                found.append((start, stop, period, mask))
        if left[a][1] <= right[b][1]:
            a += 1
        else:
            b += 1
    return tuple(found)


def complement(pieces: Pieces, bound: int) -> Pieces:
    """The integers 0 <= j < bound that are not in the set.

    >>> size(complement(((0, 9, 3, 1),), 12))
    9
    """
    found, at = [], 0
    for start, stop, period, mask in pieces:
        if at < start:
            found.append((at, start, 1, 1))
        rest = mask ^ full(period)
        if rest:
            found.append((start, stop, period, rest))
        at = stop
    if at < bound:
        found.append((at, bound, 1, 1))
    return tuple(found)


def union(left: Pieces, right: Pieces, bound: int) -> Pieces:
    """The integers 0 <= j < bound in either."""
    outside = intersect(complement(left, bound), complement(right, bound))
    return complement(outside, bound)


def size(pieces: Pieces) -> int:
    """How many integers the set has."""
    total = 0
    for start, stop, period, mask in pieces:
        if period == 1:
            total += stop - start
            continue
        laps, rest = divmod(stop - start, period)
        first = start % period
        turned = mask >> first | mask << (period - first)
        total += laps * mask.bit_count() + (turned & full(rest)).bit_count()
    return total


def stairs(thresholds: Sequence[int], below: bool, bound: int) -> Pieces:
    """The j = period * b + s below the bound with b < thresholds[s] (or b >= it, if not `below`).

    >>> size(stairs([2, 1], True, 10)), size(stairs([2, 1], False, 10))
    (3, 7)
    """
    period, found, at = len(thresholds), [], 0
    for threshold in sorted({max(0, t) for t in thresholds}):
        stop = min(threshold * period, bound)
        if at < stop:
            found.append((at, stop, period, _standing(thresholds, at // period, below)))
            at = stop
    if at < bound:
        found.append((at, bound, period, _standing(thresholds, at // period, below)))
    return tuple(piece for piece in found if piece[3])


def _standing(thresholds: Sequence[int], block: int, below: bool) -> int:
    """The residues whose threshold is still ahead of the block (or already behind it)."""
    return sum(1 << s for s, t in enumerate(thresholds) if (block < t) == below)
