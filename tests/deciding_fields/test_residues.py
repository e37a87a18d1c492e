"""Arithmetic on arrays of residues, against Python's whole numbers."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from symattn.core.errors import NotConcrete
from symattn.deciding.fields import residues
from symattn.deciding.fields.primes import pairs

PRIMES = [s for pair in pairs("residues", 3) for s in (pair.p, pair.q, pair.r)] + [3, 7, 1019]


def numbers(s: int, seed: int, count: int) -> list[int]:
    """Edges of every half and limb first, then random ones."""
    edges = [0, 1, 2, s - 1, s - 2, s // 2, s // 2 + 1]
    edges += [(1 << k) + e for k in (20, 21, 22, 30, 31, 32, 41, 42, 43, 52, 53, 60, 61)
              for e in (-1, 0, 1)]  # fmt: skip
    random = Random(seed)
    return [x % s for x in edges] + [random.randrange(s) for _ in range(count)]


@pytest.mark.parametrize("s", PRIMES)
def test_entry_by_entry(s):
    edges = numbers(s, 1, 30)
    a = [x for x in edges for _ in edges] + numbers(s, 2, 30_000)
    b = edges * len(edges) + numbers(s, 3, 30_000)
    left, right = np.array(a), np.array(b)
    expected = {
        residues.times: [x * y % s for x, y in zip(a, b, strict=True)],
        residues.plus: [(x + y) % s for x, y in zip(a, b, strict=True)],
        residues.minus: [(x - y) % s for x, y in zip(a, b, strict=True)],
    }
    for rule, wanted in expected.items():
        assert rule(left, right, s).tolist() == wanted, rule


def test_small_primes_exhaustively():
    for s in (2, 3, 5, 7, 11, 31):
        a, b = (x.reshape(-1) for x in np.meshgrid(np.arange(s), np.arange(s)))
        assert (residues.times(a, b, s) == a * b % s).all()
        assert (residues.plus(a, b, s) == (a + b) % s).all()
        assert (residues.minus(a, b, s) == (a - b) % s).all()
        units = np.arange(1, s)
        assert (residues.inverse(units, s) * units % s == 1).all()


@pytest.mark.parametrize("s", PRIMES)
@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 5, 2), (2, 2049, 3), (4, 4100, 1), (2, 0, 2)])
def test_matmul(s, shape):
    n, inner, m = shape
    for fill in (None, s - 1):
        draw = numbers(s, 4, n * inner * m + 9000)
        a = np.array(draw[: n * inner]).reshape(n, inner).astype(np.int64)
        b = np.array(draw[-inner * m :] if inner else []).reshape(inner, m).astype(np.int64)
        if fill is not None:
            a[:], b[:] = fill, fill
        wanted = (a.astype(object) @ b.astype(object)) % s if inner else np.zeros((n, m))
        assert (residues.matmul(a, b, s) == wanted).all()


def test_matmul_of_stacks():
    s = PRIMES[0]
    a = np.array(numbers(s, 5, 100)[:60]).reshape(2, 5, 6)
    b = np.array(numbers(s, 6, 100)[:84]).reshape(2, 6, 7)
    found = residues.matmul(a, b, s)
    for at in range(2):
        assert (found[at] == a[at].astype(object) @ b[at].astype(object) % s).all()


@pytest.mark.parametrize("s", PRIMES)
def test_sums_inverses_and_powers(s):
    a = numbers(s, 7, 2000)
    rows = np.array(a[:2000]).reshape(4, 50, 10)
    for axis in (None, 0, 1, 2, (0, 2), -1):
        for keep in (False, True):
            wanted = rows.astype(object).sum(axis=axis, keepdims=keep) % s
            assert (residues.total(rows, axis, keep, s) == wanted).all()
    units = np.array([x for x in a if x])
    found = residues.inverse(units, s)
    assert all(int(x) * int(y) % s == 1 for x, y in zip(units, found, strict=True))
    for count in range(20):
        assert (residues.times(residues.inverse(units[:count], s), units[:count], s) == 1 % s).all()
    for k in (0, 1, 2, 5, 64):
        assert residues.whole_power(units, k, s).tolist() == [pow(int(x), k, s) for x in units]
    with pytest.raises(NotConcrete, match="residue 0"):
        residues.inverse(np.array([1, 0, 2]), s)


def test_exponentials():
    for pair in pairs("residues", 2):
        e = numbers(pair.q, 8, 3000)
        wanted = [pow(pair.w, x, pair.p) for x in e]
        assert residues.power_of(pair.w, np.array(e), pair.p).tolist() == wanted


def test_a_quotient_that_is_off_by_two_would_be_seen(monkeypatch):
    """The bound of the guess is needed: with a worse reciprocal the products are wrong."""
    s = PRIMES[0]
    right = residues._times_small

    def worse(a, as_float, c, s):
        return right(a, as_float * (1 + 2e-9), c, s)

    monkeypatch.setattr(residues, "_times_small", worse)
    a = np.array(numbers(s, 9, 500))
    assert residues.times(a, a, s).tolist() != [int(x) ** 2 % s for x in a]
