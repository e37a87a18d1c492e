"""Whole attention functions on residues: right ones are equal, each planted bug is not."""

from __future__ import annotations

import numpy as np
import pytest

from symattn.core.attend import attend
from symattn.core.form_text import form
from symattn.core.instance import instance
from symattn.deciding.fields.algebra import algebra, free_names
from symattn.deciding.fields.arrays import array, compare_arrays, free_array
from symattn.deciding.fields.element import compare
from symattn.deciding.fields.field import field
from symattn.deciding.fields.primes import pairs
from tests.deciding_fields.attention_code import BUGS, flash, plain, textbook

PAIRS = pairs("attention code")
HERE = field(PAIRS, "point")
SIZES = [(1, 1, 1), (2, 1, 1), (3, 4, 2), (5, 4, 2), (6, 1, 4), (7, 4, 3), (12, 2, 5), (20, 16, 8)]


def inputs(n: int, d: int):
    return [free_array(HERE, name, (n, d)) for name in "qkv"]


@pytest.mark.parametrize(("n", "d", "tile"), SIZES)
def test_right_functions_are_equal(n, d, tile):
    Q, K, V = inputs(n, d)
    wanted = textbook(Q, K, V)
    assert compare_arrays(flash(Q, K, V, tile), wanted) == ("equal", None)
    assert compare_arrays(flash(Q, K, V, n), wanted) == ("equal", None)
    if d in (1, 4, 16):  # elsewhere 1/sqrt(d) and d**-0.5 are different floats
        assert compare_arrays(plain(Q, K, V), wanted) == ("equal", None)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.__name__)
@pytest.mark.parametrize(("n", "d", "tile"), SIZES[2:])
def test_each_bug_is_seen(bug, n, d, tile):
    Q, K, V = inputs(n, d)
    found, at = compare_arrays(bug(Q, K, V, tile), textbook(Q, K, V))
    if bug.__name__ == "missing_scale" and d == 1:
        assert found == "equal"  # nothing to see: the scale is 1
        return
    assert found == "open"  # the maximum that all of them subtract is an unknown
    assert at is not None
    first = {"lost_rescale": tile, "mask_off_by_one": 0, "missing_scale": 1}
    assert at[0] == first[bug.__name__]


def test_without_a_maximum_a_difference_is_certain():
    Q, K, V = inputs(5, 4)
    assert compare_arrays(plain(Q, K, V), plain(Q, K * 2, V)) == ("different", (1, 0))
    assert compare_arrays(plain(Q, K, V), plain(Q, K, V + 0)) == ("equal", None)


def test_floats_that_differ_in_the_last_place_are_different():
    Q, K, V = inputs(3, 8)
    assert compare_arrays(plain(Q, K, V), textbook(Q, K, V))[0] == "open"


def test_the_function_and_the_formula():
    """A NumPy function against the Form that says the same, over shared free quantities."""
    n, d = 4, 4
    rules = algebra(PAIRS, "point")
    causal = form("j <= i", "dot(q[i], k[j]) / sqrt(d)")
    output = attend(instance(causal, n=n, d=d), rules, 0, free_names(PAIRS, "point")).output
    assert (
        compare_arrays(flash(*inputs(n, d), 3), array(HERE, np.array(output, object)))[0] == "equal"
    )
    found = plain(*inputs(n, d))
    for i in range(n):
        for t in range(d):
            assert compare(found.item(i, t), output[i][t]) == "equal"
    full = form("true", "dot(q[i], k[j]) / sqrt(d)")
    output = attend(instance(full, n=n, d=d), rules, 0, free_names(PAIRS, "point")).output
    assert compare(found.item(0, 0), output[0][0]) == "different"
    assert compare(found.item(n - 1, 0), output[n - 1][0]) == "equal"


def test_a_tile_that_sees_no_key_gives_nan():
    """-oo - -oo in a naive flash attention: the bug is in the numbers, and is seen there."""
    Q, K, V = inputs(4, 4)
    found = flash(Q, K, V, 2, late=-1)
    assert np.isnan(found).tolist() == [[True] * 4] + [[False] * 4] * 3
    assert compare_arrays(found, plain(Q, K, V)) == ("different", (0, 0))


def test_linear_attention_as_a_running_sum():
    Q, K, V = inputs(5, 3)
    state, rows = np.zeros_like(K, shape=(3, 3)), []
    for t in range(5):
        state += np.outer(K[t], V[t])
        rows.append(Q[t] @ state)
    assert compare_arrays(np.stack(rows), np.tril(Q @ K.T) @ V) == ("equal", None)
    assert compare_arrays(np.stack(rows[1:]), (np.tril(Q @ K.T) @ V)[:-1])[0] == "different"


def test_backward_of_flash_attention_from_its_log_sum():
    """P is made again from S and the kept logarithm, as FlashAttention-2 does."""
    Q, K, V = inputs(5, 4)
    dO = free_array(HERE, "dO", (5, 4))
    S = np.where(np.tri(5, dtype=bool), Q @ K.T / 2, -np.inf)
    m = S.max(axis=1, keepdims=True)
    L = m + np.log(np.exp(S - m).sum(axis=1, keepdims=True))
    P = np.exp(S - L)
    W = np.exp(S) / np.exp(S).sum(axis=1, keepdims=True)
    assert compare_arrays(P, W) == ("equal", None)
    D = (dO * (P @ V)).sum(axis=1, keepdims=True)
    dQ = P * (dO @ V.T - D) @ K / 2
    dP = dO @ V.T
    wanted = np.einsum("ij,jd->id", W * (dP - (W * dP).sum(axis=1)[:, None]), K) / 2
    assert compare_arrays(dQ, wanted) == ("equal", None)
    wrong = np.einsum("ij,jd->id", W * (dP - dP.sum(axis=1)[:, None]), K) / 2
    assert compare_arrays(dQ, wrong)[0] != "equal"
