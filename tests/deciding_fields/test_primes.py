"""Every condition that the theory asks of the primes holds; the draw depends on the seed alone."""

import time

import pytest

from symattn.core.errors import NotConcrete
from symattn.deciding.fields.primes import is_prime, pairs, turn_power, turned


def test_is_prime_agrees_with_a_sieve():
    top = 20_000
    sieve = [n > 1 for n in range(top)]
    for n in range(2, top):
        if sieve[n]:
            for m in range(n * n, top, n):
                sieve[m] = False
    assert [is_prime(n) for n in range(top)] == sieve


@pytest.mark.parametrize("n", [3215031751, 3474749660383, 341550071728321, 3825123056546413051])
def test_strong_pseudoprimes_are_seen(n):
    assert not is_prime(n)


def test_turn_power_is_repeated_turning():
    p = 1019
    for x in range(p):
        for y in range(0, p, 37):
            if (x * x + y * y) % p != 1:
                continue
            found = (1, 0)
            for k in range(12):
                assert turn_power((x, y), k, p) == found
                found = turned(found, (x, y), p)


@pytest.mark.parametrize("roots", [(), (11,), (13, 101), (11, 13, 17)])
def test_conditions(roots):
    for seed in range(12):
        drawn = pairs(f"claim {seed}", 2, roots)
        assert len({pair.p for pair in drawn}) == 2
        for a in drawn:
            assert a.p == 2 * a.q + 1
            assert (a.q + 1) % a.r == 0
            assert 2**60 < a.q < 2**61
            for s in (a.p, a.q, a.r):
                assert is_prime(s)
                assert s % 840 == 839
                for l in (2, 3, 5, 7, *roots):
                    assert pow(l, (s - 1) // 2, s) == 1
            assert a.w > 2**40  # not the small base that proves nonsense
            assert pow(a.w, a.q, a.p) == 1
            for point, s in ((a.z, a.p), (a.y, a.q)):
                assert (point[0] ** 2 + point[1] ** 2) % s == 1
                assert point != (1, 0)
                assert turn_power(point, a.r, s) == (1, 0)


def test_the_draw_is_a_function_of_the_seed():
    assert pairs("a", 3)[:2] == pairs("a", 2)
    seen = {pair for seed in range(40) for pair in pairs(f"claim {seed}")}
    assert len(seen) == 80
    assert len({pair.w for pair in seen}) == 80


def test_roots_are_of_few_primes():
    with pytest.raises(NotConcrete, match="primes"):
        pairs("a", 2, (15,))
    with pytest.raises(NotConcrete, match="at most 4"):
        pairs("a", 2, (11, 13, 17, 19, 23))


def test_drawing_two_pairs_is_fast():
    start = time.perf_counter()
    for seed in range(20):
        pairs(f"timed {seed}")
    assert (time.perf_counter() - start) / 20 < 0.05  # 2 ms; far more would be a mistake
