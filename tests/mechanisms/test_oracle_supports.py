"""Supports against masks that were drawn by hand, and what they promise for every small size."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from tests.mechanisms.test_oracles import ORACLES

DOC = np.array([4, 4, 9, 9, 9, 4])
KEEP = np.array([True, False, True, True, False, False])

DRAWN: list[tuple[str, dict[str, Any], str]] = [
    ("full", {}, "###### ###### ###### ###### ###### ######"),
    ("causal", {}, "#..... ##.... ###... ####.. #####. ######"),
    ("window", {"visible": 3}, "#..... ##.... ###... .###.. ..###. ...###"),
    ("window", {"visible": 1}, "#..... .#.... ..#... ...#.. ....#. .....#"),
    ("window", {"lookback": 3}, "#..... ##.... ###... ####.. .####. ..####"),
    ("window", {"lookback": 0}, "#..... .#.... ..#... ...#.. ....#. .....#"),
    ("window", {"left": 1, "right": 2}, "###... ####.. .####. ..#### ...### ....##"),
    ("window", {"left": 2, "right": 0}, "#..... ##.... ###... .###.. ..###. ...###"),
    ("dilated", {"rate": 3}, "#..#.. .#..#. ..#..# #..#.. .#..#. ..#..#"),
    ("strided", {"stride": 3}, "####.. #####. ###### ###### .##### ..####"),
    ("strided", {"stride": 2}, "###.#. ####.# #####. .##### #.#### .#.###"),
    ("prefix", {"p": 3}, "###... ###... ###... ####.. #####. ######"),
    ("chunked", {"chunk": 4}, "####.. ####.. ####.. ####.. ....## ....##"),
    ("block_local", {"block": 2}, "####.. ####.. ###### ###### ..#### ..####"),
    ("block_local", {"block": 1}, "##.... ###... .###.. ..###. ...### ....##"),
    (
        "global_window",
        {"lookback": 1, "tokens": 1},
        "###### ###... ####.. #.###. #..### #...##",
    ),
    ("sink_tokens", {"tokens": 2}, "##.... ##.... ##.... ##.... ##.... ##...."),
    ("packed", {"doc": DOC}, "##...# ##...# ..###. ..###. ..###. ##...#"),
    ("padding", {"keep": KEEP}, "#.##.. #.##.. #.##.. #.##.. #.##.. #.##.."),
]


def support(name: str, n_q: int, n_k: int, offset: int = 0, **options: Any) -> np.ndarray:
    """Which weights are not zero; all scores are equal, so that each row is uniform."""
    q, k, v = np.zeros((1, n_q, 2)), np.zeros((1, n_k, 2)), np.ones((1, n_k, 1))
    weights = ORACLES[name](q=q, k=k, v=v, offset=offset, **options).weights[0]
    for row in weights:
        assert set(row[row != 0]) <= {1 / max(np.count_nonzero(row), 1)}
    return weights != 0


@pytest.mark.parametrize(("name", "options", "drawn"), DRAWN)
def test_the_support_is_the_mask_drawn_by_hand(name: str, options: Any, drawn: str) -> None:
    expected = np.array([[cell == "#" for cell in row] for row in drawn.split()])
    assert (support(name, 6, 6, **options) == expected).all()
    for offset in (1, 3):  # the lower rows alone
        assert (support(name, 6 - offset, 6, offset, **options) == expected[offset:]).all()


SIZES = list(product(range(1, 7), range(1, 7), range(1, 8)))  # n_q, n_k, a parameter


def test_the_three_ways_to_count_a_window_agree() -> None:
    for n_q, n_k, w in SIZES:
        one = support("window", n_q, n_k, visible=w)
        assert (one == support("window", n_q, n_k, lookback=w - 1)).all()
        assert (one == support("window", n_q, n_k, left=w - 1, right=0)).all()


def test_how_many_keys_a_window_shows() -> None:
    for n, _, w in SIZES:
        rows = support("window", n, n, visible=w).sum(axis=1)
        assert rows.tolist() == [min(i + 1, w) for i in range(n)]


def test_supports_that_coincide() -> None:
    for n_q, n_k, w in SIZES:
        causal, full = support("causal", n_q, n_k), support("full", n_q, n_k)
        assert (support("prefix", n_q, n_k, p=0) == causal).all()
        assert (support("prefix", n_q, n_k, p=7) == full).all()
        assert (support("dilated", n_q, n_k, rate=1) == full).all()
        assert (support("strided", n_q, n_k, stride=1) == full).all()
        assert (support("chunked", n_q, n_k, chunk=6) == full).all()
        doc = {i: i // w for i in range(6)}
        chunked = support("chunked", n_q, n_k, chunk=w)
        assert (support("packed", n_q, n_k, doc=doc) == chunked).all()
        band = support("window", n_q, n_k, left=w, right=w)
        assert (support("global_window", n_q, n_k, lookback=w, tokens=0) == band).all()
        near = support("window", n_q, n_k, left=w - 1, right=w - 1)
        far = support("dilated", n_q, n_k, rate=w)
        assert (support("strided", n_q, n_k, stride=w) == (near | far)).all()


@pytest.mark.parametrize(
    "options",
    [{}, {"left": 1}, {"right": 1}, {"visible": 2, "lookback": 1}, {"visible": 2, "right": 0}],
)
def test_a_window_is_counted_in_exactly_one_way(options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="expected visible, or lookback, or left and right"):
        support("window", 2, 2, **options)


@pytest.mark.parametrize("name", ["simple", "projected"])
def test_one_sequence_has_no_offset(name: str) -> None:
    x = np.eye(2)
    with pytest.raises(ValueError, match="no offset"):
        ORACLES[name](x=x, W_q=x, W_k=x, W_v=x, offset=1)
