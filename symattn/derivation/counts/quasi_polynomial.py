"""Counts as quasi-polynomials: one polynomial for each residue of n, from some n on.

Fitted from exact values where a theorem says that they have this shape, never from samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from symattn.derivation.counts.affine import NotCountable
from symattn.derivation.counts.quasi_linear import MOST_VALUES, QuasiLinear


@dataclass(frozen=True, slots=True)
class QuasiPolynomial:
    """At n = period * (start + k) + t its value is the sum of differences[t][m] * C(k, m)."""

    period: int
    start: int
    differences: tuple[tuple[int, ...], ...]
    valid_from: int  # the smallest n from which on it is right

    def at(self, n: int) -> int:
        """The value at n, also below `valid_from`, where it may be wrong."""
        block, residue = divmod(n, self.period)
        k, binomial, total = block - self.start, 1, 0
        for m, difference in enumerate(self.differences[residue]):
            total += difference * binomial
            binomial = binomial * (k - m) // (m + 1)
        return total

    def in_blocks(self, residue: int) -> tuple[Fraction, ...]:
        """The coefficients of 1, q, q**2, ... of its value at n = period * q + residue."""
        found = [Fraction(0)] * len(self.differences[residue])
        binomial = [Fraction(1)]  # C(q - start, m) as coefficients
        for m, difference in enumerate(self.differences[residue]):
            for power, factor in enumerate(binomial):
                found[power] += difference * factor
            binomial = times(binomial, (Fraction(-self.start - m, m + 1), Fraction(1, m + 1)))
        return tuple(found)

    def in_n(self, residue: int) -> tuple[Fraction, ...]:
        """The coefficients of 1, n, n**2, ... of its value at n of that residue."""
        found = [Fraction(0)] * len(self.differences[residue])
        power = [Fraction(1)]  # ((n - residue) / period) ** m
        for factor in self.in_blocks(residue):
            for at, part in enumerate(power):
                found[at] += factor * part
            power = times(power, (Fraction(-residue, self.period), Fraction(1, self.period)))
        return tuple(found)


def times(left: Sequence[Fraction], right: Sequence[Fraction]) -> list[Fraction]:
    """The product of two polynomials, as coefficients of 1, x, x**2, ...

    >>> times((Fraction(1), Fraction(1)), (Fraction(0), Fraction(2)))
    [Fraction(0, 1), Fraction(2, 1), Fraction(2, 1)]
    """
    found = [Fraction(0)] * (len(left) + len(right) - 1)
    for a, x in enumerate(left):
        for b, y in enumerate(right):
            found[a + b] += x * y
    return found


def fitted(values: Sequence[int], first: int, period: int, degree: int) -> QuasiPolynomial:
    """The quasi-polynomial of that degree and period with these values at first, first + 1, ...

    >>> fitted([n * (n + 1) // 2 for n in range(3, 7)], 3, 1, 2).at(10**9)
    500000000500000000
    """
    start = -(-first // period)
    differences = []
    for residue in range(period):
        at = period * start + residue - first
        row = [values[at + period * k] for k in range(degree + 1)]
        leading = []
        while row:
            leading.append(row[0])
            row = [b - a for a, b in pairwise(row)]
        differences.append(tuple(leading))
    return QuasiPolynomial(period, start, tuple(differences), first)


def square_count(sequence: QuasiLinear) -> QuasiPolynomial:
    """The sum of the first n values of the sequence, for all n from the smallest possible one.

    >>> square_count(QuasiLinear(lambda m: min(m + 1, 4), 1, ((0, 6),))).valid_from
    3
    """
    first, step = sequence.settled, sequence.period
    if sequence.work(first) + 4 * step > MOST_VALUES:
        raise NotCountable(f"the count repeats only after {step} rows")
    total = sequence.sum(first)
    values = [total]
    for m in range(first, first + 4 * step):
        total += _settled_value(sequence, m)
        values.append(total)
    found = shortest(fitted(values, first, step, 2))
    return _lowered(found, sequence, first, values[0])


def _settled_value(sequence: QuasiLinear, m: int) -> int:
    """The value at m where the sequence is linear per residue, from its first two blocks."""
    block, rest = divmod(m - sequence.settled, sequence.period)
    low = sequence.at(sequence.settled + rest)
    high = sequence.at(sequence.settled + rest + sequence.period)
    return low + block * (high - low)


def _lowered(
    found: QuasiPolynomial, sequence: QuasiLinear, first: int, total: int
) -> QuasiPolynomial:
    """The same with the smallest n >= 1 from which on it is exact, by exact comparison below."""
    valid = first
    for start, stop, linear in reversed(list(sequence.stretches(first))):
        checked = stop
        lowest = max(start, stop - 3 * sequence.period) if linear else start
        while checked > lowest:  # a linear stretch that agrees on three periods agrees throughout
            checked -= 1
            total -= _inside(sequence, checked, start) if linear else sequence.at(checked)
            if found.at(checked) != total:
                return _from(found, max(valid, 1))
            valid = checked
        if linear and checked > start:
            valid, total = start, found.at(start)
    return _from(found, max(valid, 1))


def _inside(sequence: QuasiLinear, m: int, start: int) -> int:
    """The value at m in a linear stretch that begins at `start`."""
    block, rest = divmod(m - start, sequence.period)
    low = sequence.at(start + rest)
    return low + block * (sequence.at(start + rest + sequence.period) - low)


def _from(found: QuasiPolynomial, valid_from: int) -> QuasiPolynomial:
    return QuasiPolynomial(found.period, found.start, found.differences, valid_from)


def shortest(found: QuasiPolynomial) -> QuasiPolynomial:
    """The same values with the smallest period.

    >>> shortest(fitted([n * n for n in range(12)], 0, 4, 2)).period
    1
    """
    degree, first = len(found.differences[0]) - 1, found.period * found.start
    for period in _divisors(found.period)[:-1]:
        begin = -(-first // period) * period
        values = [found.at(n) for n in range(begin, begin + period * (degree + 1))]
        shorter = fitted(values, begin, period, degree)
        reach = range(first, first + found.period * (degree + 1))
        if all(shorter.at(n) == found.at(n) for n in reach):
            return QuasiPolynomial(period, shorter.start, shorter.differences, found.valid_from)
    return found


def _divisors(number: int) -> list[int]:
    return [d for d in range(1, number + 1) if number % d == 0]


def summed(found: QuasiPolynomial, sequence: QuasiLinear) -> QuasiPolynomial:
    """The sum of the count over all lengths 1..n, right from one length earlier on."""
    degree = len(found.differences[0])
    first = found.valid_from - 1
    total = sequence.double_sum(first)
    values = [total]
    for n in range(first + 1, first + found.period * (degree + 2) + 1):
        total += found.at(n)
        values.append(total)
    fit = fitted(values, first, found.period, degree)
    return _from(fit, max(first, 1))
