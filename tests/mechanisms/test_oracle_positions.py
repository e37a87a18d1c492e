"""Positions in the oracles: buckets, slopes, rotations, distances, tables."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from symattn.mechanisms.alibi import slopes
from symattn.mechanisms.loops import dot, rotate
from symattn.mechanisms.t5 import bucket
from tests.mechanisms.inputs import CASES, FAR, D, H, qkv, vectors
from tests.mechanisms.matrix_forms import assert_close, published_bucket
from tests.mechanisms.test_oracles import run


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(11)


# ---- T5


@pytest.mark.parametrize("two_sided", [False, True])
def test_buckets_are_the_published_ones(two_sided: bool) -> None:
    for delta in range(-200, 201):
        got = bucket(delta, buckets=32, distance=128, two_sided=two_sided)
        assert got == published_bucket(np.array(delta), two_sided)


def released_bucket(relative: int, buckets: int, distance: int, two_sided: bool) -> int:
    """The released rule in decimals of 60 digits: its value, without the errors of its floats."""
    from decimal import Decimal, localcontext

    base = 0
    if two_sided:
        buckets //= 2
        base, n = buckets * (relative > 0), abs(relative)
    else:
        n = max(-relative, 0)
    exact = buckets // 2
    if n < exact:
        return base + n
    with localcontext(prec=60):
        far = (Decimal(n) / exact).ln() / (Decimal(distance) / exact).ln() * (buckets - exact)
        return base + min(exact + int(far + Decimal("1e-50")), buckets - 1)


@pytest.mark.parametrize("two_sided", [False, True])
def test_buckets_follow_the_released_rule(two_sided: bool) -> None:
    for buckets, distance in [(32, 128), (8, 16), (10, 160), (5, 9), (4, 3), (20, 320), (9, 128)]:
        for delta in range(-350, 351, 1):
            got = bucket(delta, buckets=buckets, distance=distance, two_sided=two_sided)
            assert got == released_bucket(delta, buckets, distance, two_sided)


def test_floats_would_put_powers_into_the_wrong_bucket() -> None:
    """Why the rule is computed in whole numbers: 10/5 is exactly (160/5)**(1/5)."""
    assert 5 + int(math.log(10 / 5) / math.log(160 / 5) * 5) == 5
    assert bucket(-10, buckets=10, distance=160, two_sided=False) == 6


@pytest.mark.parametrize(
    ("buckets", "distance", "two_sided"),
    [(32, 16, False), (32, 8, True), (1, 9, False), (2, 9, True)],
)
def test_buckets_that_the_rule_does_not_define_raise(buckets, distance, two_sided) -> None:
    with pytest.raises(ValueError, match="leaves nothing"):
        bucket(-50, buckets=buckets, distance=distance, two_sided=two_sided)


def test_the_oracle_reads_its_own_number_of_buckets(rng) -> None:
    """A table of 8 buckets up to 16 is, head by head, a bias of i and j."""
    inputs, b = qkv(rng, 4, 20, 9), rng.normal(size=(8, H))
    rule = {"buckets": 8, "distance": 16}
    got = run("t5", inputs, b=b, direction="both", **rule)
    for h in range(H):
        PE = {
            (i, j): b[bucket(j - i, two_sided=True, **rule), h]
            for i in range(9, 13)
            for j in range(20)
        }
        alone = run("bias", inputs | {a: inputs[a][h : h + 1] for a in "qkv"}, PE=PE)
        assert (got.weights[h] == alone.weights[0]).all()


# ---- ALiBi


def test_slopes_of_eight_and_twelve_heads_are_the_published_ones() -> None:
    eight = [Fraction(1, 2**e) for e in range(1, 9)]
    assert slopes(8) == eight
    assert slopes(12)[:8] == eight
    assert_close(slopes(12)[8:], [2**-0.5, 2**-1.5, 2**-2.5, 2**-3.5])
    assert_close(slopes(16)[:4], [2**-0.5, 0.5, 2**-1.5, 0.25])


def test_slopes_follow_the_recursion_of_the_released_code() -> None:
    def released(n: int) -> list[float]:
        below = 2 ** math.floor(math.log2(n))
        if below == n:
            return [2 ** (-8 / n * (h + 1)) for h in range(n)]
        return released(below) + released(2 * below)[0::2][: n - below]

    for heads in range(1, 70):
        assert len(slopes(heads)) == heads
        assert_close(np.array(slopes(heads), dtype=float), released(heads))
    with pytest.raises(ValueError, match="at least one head"):
        slopes(0)


# ---- rotations


@pytest.mark.parametrize("pairing", ["half", "interleaved"])
@pytest.mark.parametrize("width", [2, 4, 6])
def test_products_of_rotated_vectors_see_only_the_difference(rng, pairing, width) -> None:
    q, k = rng.normal(size=6), rng.normal(size=6)
    turn = {"base": 10000, "pairing": pairing, "width": width}
    for i, j, s in [(0, 0, 5), (7, 2, 30), (2, 7, 1), (40, 0, 999)]:
        near = dot(rotate(q, i, **turn), rotate(k, j, **turn))
        assert_close(dot(rotate(q, i + s, **turn), rotate(k, j + s, **turn)), near)
    assert dot(rotate(q, 3, **turn), rotate(k, 1, **turn)) != dot(q, k)
    assert_close(dot(rotate(q, 9, **turn), rotate(q, 9, **turn)), dot(q, q))
    assert rotate(q, 9, **turn)[width:] == q[width:].tolist()


def test_the_two_pairings_differ_by_a_permutation_of_channels(rng) -> None:
    u, order = rng.normal(size=6), [0, 3, 1, 4, 2, 5]  # pair t is (t, t + 3) or (2t, 2t + 1)
    half = rotate(u, 5, base=100, pairing="half")
    beside = rotate(u[order], 5, base=100, pairing="interleaved")
    assert beside == [half[c] for c in order]
    assert half != rotate(u, 5, base=100, pairing="interleaved")


def test_interpolation_squeezes_positions(rng) -> None:
    """Four times the scale at four times the position is the same angle."""
    inputs = qkv(rng, 1, 1, 20)
    spread = run("rope", inputs, scale=4, offset=20)
    assert (spread.weights == run("rope", inputs, scale=1, offset=5).weights).all()
    more = qkv(rng, 2, 5, 0)
    assert not np.allclose(run("rope", more).weights, run("rope", more, scale=4).weights)


@pytest.mark.parametrize("bad", [{"width": 3}, {"width": 6}, {"pairing": "neox"}])
def test_rotations_that_make_no_sense_raise(rng, bad) -> None:
    with pytest.raises(ValueError, match="pair"):
        run("rope", qkv(rng, 2, 2, 0), **bad)


# ---- biases and vectors of distances

RELATIVE = ["alibi", "t5", "kerple", "sandwich", "shaw", "transformer_xl", "rope"]


@pytest.mark.parametrize("name", RELATIVE)
def test_relative_positions_do_not_see_where_the_sequence_stands(name) -> None:
    """Keys that are moved on by two, and queries too: the same weights among these keys."""
    for inputs in CASES[name]:
        before = run(name, inputs).weights
        moved = {a: np.concatenate([inputs[a][:, :2], inputs[a]], axis=1) for a in "kv"}
        after = run(name, inputs, offset=inputs["offset"] + 2, **moved).weights[..., 2:]
        assert_close(after / after.sum(-1, keepdims=True), before)


def test_absolute_positions_see_it() -> None:
    """The check above can fail: FIRE and a free bias depend on the query's own position."""
    for name in ("fire", "bias"):
        with pytest.raises(AssertionError):
            test_relative_positions_do_not_see_where_the_sequence_stands(name)


def test_terms_that_vanish_leave_plain_attention(rng) -> None:
    inputs = qkv(rng, 4, 5, 1)
    plain = run("full", inputs)
    zero = {"k": {r: np.zeros(D) for r in FAR}, "v": {r: np.zeros(3) for r in FAR}}
    none = {"u": np.zeros(D), "w": np.zeros(D), "r": vectors(rng, FAR, 3), "W_r": np.zeros((3, D))}
    for got in (
        run("bias", inputs, PE={(i, j): 7.0 for i in FAR for j in FAR}),
        run("alibi", inputs, m=[0] * H),
        run("t5", inputs, b=np.ones((32, H))),
        run("kerple", inputs, r1=0, r2=1),
        run("fire", inputs, f=lambda _: 2.5, c=1, L=1),
        run("shaw", inputs, a_k=zero["k"], a_v=zero["v"], clip=2),
        run("transformer_xl", inputs, **none),
        run("rope", inputs, width=0),
    ):
        assert_close(got.weights, plain.weights)
        assert_close(got.output, plain.output)


def test_shaw_reads_no_entry_beyond_the_clip(rng) -> None:
    inputs = qkv(rng, 6, 6, 0)
    tables = {"a_k": vectors(rng, range(-2, 3), D), "a_v": vectors(rng, range(-2, 3), 3)}
    run("shaw", inputs, clip=2, **tables)
    with pytest.raises(KeyError):
        run("shaw", inputs, clip=3, **tables)


def test_fire_interpolates_between_zero_and_one(rng) -> None:
    seen: list[float] = []
    run("fire", qkv(rng, 6, 6, 0), f=lambda x: seen.append(x) or 0.0, c=2.0, L=6.0)
    assert min(seen) == 0
    assert max(seen) <= 1


def test_an_array_does_not_wrap_around_for_negative_indices(rng) -> None:
    inputs = qkv(rng, 3, 3, 0)
    table = rng.normal(size=(9, D))
    with pytest.raises(IndexError, match="negative"):
        run("shaw", inputs, clip=2, a_k=table, a_v=table[:, :3])
    with pytest.raises(IndexError, match="negative"):
        run("bias", inputs, PE=rng.normal(size=(9, 9)), offset=-1)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("sandwich", {"width": 5}, "pairs"),
        ("kerple", {"r1": 1, "r2": 1, "variant": "lin"}, "'log' or 'power'"),
    ],
)
def test_parameters_without_a_meaning_raise(rng, name, options, message) -> None:
    with pytest.raises(ValueError, match=message):
        run(name, qkv(rng, 2, 2, 0), **options)
