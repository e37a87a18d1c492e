"""Arrays do entry by entry what elements do, and move entries as NumPy does."""

from __future__ import annotations

from itertools import product
from math import inf, isnan, nan

import numpy as np
import pytest

from symattn.core.errors import NotConcrete
from symattn.deciding.fields import array_functions, functions
from symattn.deciding.fields.arrays import FieldArray, array, compare_arrays, free_array
from symattn.deciding.fields.element import compare, free, number
from symattn.deciding.fields.field import field
from symattn.deciding.fields.infinite import Infinite
from symattn.deciding.fields.primes import pairs
from symattn.deciding.fields.unknowns import maximum, minimum
from tests.deciding_fields.test_infinite import as_float, ieee, same_float

HERE = field(pairs("arrays"), "point")


def same(left, right) -> None:
    found = compare_arrays(left, right)
    if found != ("equal", None):
        raise AssertionError(found)


def items() -> list:
    """One of every kind of number that there is."""
    x, y = free(HERE, "x"), free(HERE, "y")
    return [
        x,
        y,
        number(HERE, 0),
        number(HERE, 1),
        number(HERE, -3),
        functions.exp(x),
        -functions.exp(y),
        functions.exp(x) + functions.exp(y),
        functions.sqrt(number(HERE, 2)),
        functions.sqrt(x),
        functions.cos(x),
        functions.log(x),
        functions.log(x) + y,
        functions.exp(functions.exp(x)),
        maximum(x, y),
        Infinite(1),
        Infinite(-1),
        Infinite(0),
    ]


BINARY = {
    np.add: lambda a, b: a + b,
    np.subtract: lambda a, b: a - b,
    np.multiply: lambda a, b: a * b,
    np.divide: lambda a, b: a / b,
    np.maximum: maximum,
    np.minimum: minimum,
}
UNARY = {
    np.negative: lambda a: -a,
    np.exp: functions.exp,
    np.square: lambda a: a * a,
    np.tanh: functions.tanh,
    np.sqrt: functions.sqrt,
    np.log: functions.log,
}


def tried(rule, *values):
    try:
        return rule(*values)
    except NotConcrete:
        return None


def is_rational(value) -> bool:
    return getattr(value, "exact", None) is not None


def as_array(value) -> FieldArray:
    return array(HERE, [value] if isinstance(value, int) else np.array([value], dtype=object))


@pytest.mark.parametrize("ufunc", BINARY, ids=lambda u: u.__name__)
def test_two_arguments_as_elements(ufunc):
    """Every pair: the same element, the same refusal, the same of what is known of it."""
    decided = 0
    for a, b in product(items(), repeat=2):
        wanted = tried(BINARY[ufunc], a, b)
        found = tried(ufunc, as_array(a), as_array(b))
        if wanted is None or found is None:
            assert found is wanted, (a, b)
            continue
        decided += 1
        known, here = as_array(wanted), found
        if is_rational(wanted):  # arrays forget which numbers are rational
            assert compare_arrays(here, known)[0] in ("equal", "open")
            assert compare_arrays(here, known)[0] == "equal" or ufunc in (np.maximum, np.minimum)
            continue
        same(found, known)
        assert (known.state == here.state).all()
        if isinstance(wanted, Infinite):
            continue
        assert bool(known.notes & 7) == bool(here.notes & 7), (a, b, known.notes, here.notes)
        # Arrays may forget an exponential's logarithm or a sign, never claim one.
        assert not (known.notes & 32) > (here.notes & 32), (a, b)
        assert not (here.notes & ~known.notes & (128 | 256)).any(), (a, b)
    assert decided > 200


@pytest.mark.parametrize("ufunc", UNARY, ids=lambda u: u.__name__)
def test_one_argument_as_elements(ufunc):
    for a in items():
        wanted, found = tried(UNARY[ufunc], a), tried(ufunc, as_array(a))
        if wanted is None or found is None:
            assert found is wanted, a
        elif ufunc in (np.sqrt, np.log) and (
            getattr(wanted, "rooted", False) or is_rational(wanted)
        ):
            assert compare_arrays(found, as_array(wanted))[0] == ("open" if a.sign else "equal")
        elif ufunc in (np.sqrt, np.log) and getattr(a, "power", None) is not None:
            # arrays do not remember of what they are the exponential
            assert compare_arrays(found, as_array(wanted))[0] == "open"
            same(np.exp(found) if ufunc is np.log else found * found, as_array(a))
        else:
            same(found, as_array(wanted))


def test_mixed_arrays_keep_every_entry_apart():
    kinds = np.array(items(), dtype=object)
    safe = array(HERE, kinds)
    for at, item in enumerate(items()):
        found = safe.item(at)
        assert compare(found, item) == "equal"
    total = safe[:, None] + safe[None, :]
    for i, j in product(range(len(kinds)), repeat=2):
        same(total[i, j], as_array(kinds[i] + kinds[j])[0])


def test_logarithms_stay_inverse_in_sums():
    s = free_array(HERE, "s", (3, 4))
    lse = np.log(np.exp(s).sum(axis=1, keepdims=True))
    same(np.exp(s - lse), np.exp(s) / np.exp(s).sum(axis=1, keepdims=True))
    same(np.exp(-(lse - s)), np.exp(s - lse))
    kept = np.zeros_like(s[:, 0])
    kept[0:2], kept[2] = lse[0:2, 0], lse[2, 0]
    same(np.exp(s - kept[:, None]).sum(axis=1), np.ones(3))
    same(np.exp(np.stack([kept, kept]).sum(axis=0)), np.exp(kept) ** 2)
    opaque = np.exp(np.exp(s))
    assert compare_arrays(np.exp(opaque + lse), np.exp(opaque))[0] == "open"
    assert compare_arrays(np.exp(2 * lse), np.exp(lse) ** 2)[0] == "open"


VALUES = [inf, -inf, nan, 0.0, 1.0, -2.0, 0.5]


@pytest.mark.parametrize("ufunc", [np.add, np.subtract, np.multiply, np.divide])
def test_ieee(ufunc):
    for a, b in product(VALUES, repeat=2):
        expected = ieee(ufunc, a, b)
        left, right = array(HERE, np.array([a])), array(HERE, np.array([b]))
        if ufunc is np.divide and b == 0 and not isnan(expected):
            with pytest.raises(NotConcrete):
                ufunc(left, right)
            continue
        same(ufunc(left, right), np.array([expected]))
        item = ufunc(left, right).item()
        if isinstance(item, Infinite):
            same_float(as_float(item), expected)


def plain(shape, seed=0):
    return np.random.default_rng(seed).integers(-9, 10, shape)


MOVES = [
    lambda a: a.T,
    lambda a: a.transpose(2, 0, 1),
    lambda a: a.swapaxes(0, 1),
    lambda a: np.moveaxis(a, 0, -1),
    lambda a: a.reshape(6, -1),
    lambda a: a.reshape((4, 6)),
    lambda a: np.ravel(a),
    lambda a: a[1],
    lambda a: a[:, 1:, ::-1],
    lambda a: a[..., None, 0],
    lambda a: a[[1, 0, 1], :, [0, 2, 1]],
    lambda a: a[np.array([True, False])],
    lambda a: np.concatenate([a, a[:1]], axis=0),
    lambda a: np.stack([a, a], axis=1),
    lambda a: np.vstack([a[0], a[1]]),
    lambda a: np.hstack([a[0], a[1]]),
    lambda a: np.split(a, 2, axis=0)[1],
    lambda a: np.array_split(a, 3, axis=1)[2],
    lambda a: np.broadcast_to(a[:1], (5, 4, 3)),
    lambda a: np.expand_dims(a, 1),
    lambda a: np.squeeze(a[:1]),
    lambda a: np.repeat(a, 2, axis=1),
    lambda a: np.tile(a, (1, 2, 1)),
    lambda a: np.roll(a, 1, axis=2),
    lambda a: np.flip(a, 0),
    lambda a: np.take(a, [2, 0], axis=2),
    lambda a: np.tril(a, 1),
    lambda a: np.triu(a, -1),
    lambda a: np.where(np.arange(3) > 1, a, 7),
    lambda a: np.where(np.arange(3) > 1, -inf, a),
    lambda a: np.zeros_like(a),
    lambda a: np.full_like(a, -inf),
    lambda a: np.full_like(a, 3, shape=(2, 2)),
    lambda a: np.ones_like(a[0]),
    lambda a: a.sum(),
    lambda a: a.sum(axis=1),
    lambda a: a.sum(axis=(0, -1), keepdims=True),
    lambda a: np.sum(a, -1),
    lambda a: np.add.reduce(a, axis=1),
    lambda a: np.cumsum(a, axis=1),
    lambda a: a * 2,
    lambda a: 1 - a,
    lambda a: a**3,
    lambda a: a**0,
    lambda a: np.power(a, 2),
    lambda a: a @ a.swapaxes(1, 2),
    lambda a: a[0] @ a[1].T,
    lambda a: a @ a[0, 0],
    lambda a: a[0, 0] @ a[1].T,
    lambda a: a[0, 0] @ a[0, 1],
    lambda a: np.matmul(a, np.eye(3)),
    lambda a: np.dot(a[0], a[1].T),
    lambda a: np.outer(a[0, 0], a[1, 1]),
    lambda a: np.inner(a[0], a[1]),
    lambda a: np.einsum("hid,hjd->hij", a, a),
    lambda a: np.einsum("hid,gjd->gij", a, a),
    lambda a: np.einsum("hid,hid->hi", a, a),
    lambda a: np.einsum("hid->dh", a),
    lambda a: np.einsum("hid", a),
    lambda a: np.einsum("ij,jk", a[0], a[1].T),
    lambda a: np.einsum("...id,...jd->...ij", a, a),
    lambda a: np.einsum("...d,d->...", a, a[0, 0]),
    lambda a: np.einsum("ia,ib,ic->abc", a[0], a[1], a[0]),
    lambda a: np.einsum("ia,ka,kb,ib->", a[0], a[1], a[0], a[1]),
    lambda a: np.einsum("i,j->ij", a[0, 0], a[0, 1]),
    lambda a: (a / 4).mean(axis=2) * 12,
    lambda a: np.mean(a, keepdims=True) * 24,
    lambda a: abs(a),
    lambda a: np.isfinite(np.where(a > 0, -inf, 0)) if isinstance(a, np.ndarray) else
              np.isfinite(np.where(plain((2, 4, 3)) > 0, -inf, 0 * a)),
]  # fmt: skip


@pytest.mark.parametrize("at", range(len(MOVES)))
def test_against_numpy_on_whole_numbers(at):
    given = plain((2, 4, 3))
    wanted = MOVES[at](given.astype(float))
    found = MOVES[at](array(HERE, given))
    if isinstance(found, np.ndarray):
        assert (found == wanted).all()
    else:
        assert found.shape == np.shape(wanted)
        same(found, wanted)


def test_largest_and_smallest():
    x = free_array(HERE, "x", (2, 3))
    masked = np.where(np.array([[1, 0, 1], [0, 0, 0]], dtype=bool), x, -inf)
    top = masked.max(axis=1)
    assert compare(top.item(0), maximum(x.item(0, 0), x.item(0, 2))) == "equal"
    assert top.item(1) == Infinite(-1)
    same(np.max(x, axis=1), np.maximum(np.maximum(x[:, 2], x[:, 0]), x[:, 1]))
    same(np.min(x, axis=0, keepdims=True), -np.max(-x, axis=0, keepdims=True))
    same(np.maximum.reduce(x, axis=1), x.max(axis=-1))
    same(x.max(), np.max(x))
    assert compare_arrays(x.max(axis=1), x[:, 0])[0] == "open"
    with pytest.raises(ValueError, match="no number"):
        x[:, :0].max(axis=1)


def test_views_share_memory():
    x = free_array(HERE, "x", (4, 3))
    kept = x.copy()
    view = x[1:3]
    view *= 2
    same(x[1:3], kept[1:3] * 2)
    x.T[0] = 0
    same(x[:, 0], np.zeros(4))
    rows = x.reshape(2, 6)
    rows += np.exp(rows)
    assert (x.notes & 32).any()
    same(x[0, 1], kept[0, 1] + np.exp(kept[0, 1]))
    out = np.zeros_like(x)
    np.add(x, 1, out=out)
    same(out, x + 1)


MADE = [np.exp, np.tanh, np.negative, np.sqrt, np.zeros_like, np.ones_like, np.empty_like,
        lambda x: x + 1, lambda x: x * x, lambda x: x / x, lambda x: x**2, lambda x: np.exp(x) @ x,
        lambda x: x @ x, lambda x: x.T.copy(), lambda x: x.reshape(4).reshape(2, 2).copy(),
        lambda x: np.where(np.eye(2) > 0, x, 0), lambda x: np.concatenate([x[:1], x[1:]]),
        lambda x: np.broadcast_to(x.sum(axis=0), (2, 2)).copy(), lambda x: np.cumsum(x, axis=0),
        lambda x: np.maximum(x, 1), lambda x: np.full_like(x, -np.inf)]  # fmt: skip


@pytest.mark.parametrize("at", range(len(MADE)))
def test_one_can_write_into_every_result(at):
    """All parts of a result are arrays of their own: an entry that is written is what was given."""
    x = free_array(HERE, "x", (2, 2))
    kept = x.copy()
    made = MADE[at](x)
    before = made.copy()
    made[0, 1] = free(HERE, "y")
    made[1] = functions.exp(free(HERE, "z"))
    same(x, kept)
    same(made[0, 1], free(HERE, "y"))
    same(np.exp(made[0, 1]), functions.exp(free(HERE, "y")))
    same(made[1], np.exp(array(HERE, np.array([free(HERE, "z")] * 2, object))))
    same(made[0, 0], before[0, 0])


def test_empty_arrays():
    x = free_array(HERE, "x", (3, 2))[:0]
    for made in (np.exp(x), np.sqrt(x), x + x, x @ np.ones((2, 2)), x / x, x.sum(axis=1)):
        assert made.size == 0
    same(x.sum(axis=0), np.zeros(2))
    same(np.ones((2, 0)) @ x, np.zeros((2, 2)))


def test_comparisons_that_states_decide():
    x = free_array(HERE, "x", (3,))
    s = np.where(np.array([True, False, True]), x, -inf)
    assert np.isneginf(s).tolist() == [False, True, False]
    assert (s == -inf).tolist() == [False, True, False]
    assert (np.exp(s) == 0).tolist() == [False, True, False]
    assert (np.exp(s) != 0).tolist() == [True, False, True]
    assert np.isnan(s[1:2] - s[1:2]).tolist() == [True]
    for refused in (lambda: x == 0, lambda: x == x, lambda: bool(x[0]), lambda: float(x[0])):
        with pytest.raises(NotConcrete):
            refused()


def test_what_is_not_modelled_is_named():
    """Every other ufunc, and functions that look at data."""
    x = free_array(HERE, "x", (2, 2))
    ufuncs = [f for f in vars(np).values() if isinstance(f, np.ufunc)]
    assert len(ufuncs) > 80
    for ufunc in ufuncs:
        if ufunc.__name__ in array_functions.UFUNCS or ufunc.signature:
            continue
        with pytest.raises(TypeError, match=f"{ufunc.__name__}"):
            ufunc(*[x] * ufunc.nin)
    for function in (np.sort, np.argmax, np.argsort, np.clip, np.median, np.var, np.linalg.norm,
                     np.round, np.nonzero, np.cov, np.prod):  # fmt: skip
        with pytest.raises(TypeError):
            function(x)
    for function in (np.allclose, np.array_equal, np.searchsorted, np.kron, np.cross):
        with pytest.raises(TypeError):
            function(x, x)
    for call in (
        lambda: np.asarray(x),
        lambda: np.zeros((2, 2)).__setitem__(slice(None), x),
        lambda: np.add(x, 1, where=np.eye(2, dtype=bool)),
        lambda: np.add(np.ones((2, 2)), x, out=np.ones((2, 2))),
        lambda: np.sum(x, where=np.eye(2, dtype=bool)),
        lambda: np.sum(x, initial=3),
        lambda: x.astype(int),
        lambda: np.zeros_like(x, dtype=bool),
        lambda: x + 1j,
        lambda: x + np.array(["a"]),
        lambda: np.einsum("ii->i", x),
        lambda: np.multiply.accumulate(x),
    ):
        with pytest.raises(TypeError):
            call()
    for call in (lambda: np.where(x, 1, 0), lambda: x[x], lambda: abs(x)):
        with pytest.raises(NotConcrete):
            call()


def test_infinite_values_in_products():
    x = free_array(HERE, "x", (2, 2))
    masked = np.where(np.eye(2, dtype=bool), -inf, x)
    with pytest.raises(NotConcrete, match="sign"):
        masked @ x
    found = masked @ np.exp(x)
    assert np.isneginf(found).all()
    same(np.where(np.eye(2, dtype=bool), 0, x) @ x, np.stack([x[0, 1] * x[1], x[1, 0] * x[0]]))
    assert np.isnan(masked @ np.zeros((2, 2))).tolist() == [[True, True], [True, True]]


def test_other_points_and_shapes_are_refused():
    x = free_array(HERE, "x", (2, 2))
    there = field(pairs("arrays"), "another point")
    with pytest.raises(ValueError, match="points"):
        x + free_array(there, "x", (2, 2))
    with pytest.raises(ValueError, match="shapes"):
        compare_arrays(x, x[0])
    with pytest.raises(ValueError, match="fit"):
        x @ x[:1]


def test_free_arrays_are_the_free_elements():
    x = free_array(HERE, "k", (2, 3), (5,))
    for i, t in product(range(2), range(3)):
        assert compare(x.item(i, t), free(HERE, "k", (5, i, t))) == "equal"
