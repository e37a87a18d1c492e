"""Bugs of public attention code, planted into oracles: the comparison must catch each of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from symattn.mechanisms.loops import (
    Oracle,
    attend,
    changed,
    content,
    dot,
    linear_row,
    past,
    rotate,
    sink_row,
    softmax1_row,
)
from symattn.mechanisms.t5 import bucket
from tests.mechanisms.inputs import CASES, Inputs
from tests.mechanisms.matrix_forms import FORMS, assert_close
from tests.mechanisms.test_oracles import ORACLES, run


def assert_is(name: str, oracle: Callable[..., Oracle]) -> None:
    """Raise unless the oracle agrees with the mechanism's matrix form on all inputs."""
    for inputs in CASES[name]:
        got, (weights, output) = oracle(**inputs), FORMS[name](**inputs)
        assert_close(got.weights, weights)
        assert_close(got.output, output)


def plain(given: Inputs) -> Inputs:
    return {name: given[name] for name in ("q", "k", "v", "offset")}


def masks(allowed: Callable[..., bool]) -> Callable[..., Oracle]:
    return lambda **given: attend(**plain(given), allowed=lambda i, j: allowed(i, j, given))


def scores(score: Callable[..., float]) -> Callable[..., Oracle]:
    return lambda **given: attend(**plain(given), score=lambda pair: score(pair, given))


def rows(normalise: Callable[..., Any]) -> Callable[..., Oracle]:
    return lambda **given: attend(**plain(given), normalise=normalise)


def given_anew(name: str, **changes: Callable[[Inputs], Any]) -> Callable[..., Oracle]:
    """The true oracle, called with some of its arguments mistaken."""
    return lambda **given: run(name, given, **{a: change(given) for a, change in changes.items()})


def turned_apart(**given: Any) -> Oracle:
    """RoPE that turns the keys the other way: scores see the sum of the positions."""
    turn = {"base": 10000, "pairing": "half"} | {
        name: given[name] for name in ("base", "pairing", "width") if name in given
    }
    scale, offset = given.get("scale", 1), given["offset"]
    q = changed(given["q"], lambda u, p: rotate(u, p / scale, **turn), offset)
    k = changed(given["k"], lambda u, p: rotate(u, -p / scale, **turn))
    return attend(q, k, given["v"], offset=offset)


def open_to_the_future(**given: Any) -> Oracle:
    """A window that forgets the causal side, as `i - j < visible` alone does."""
    if "left" in given:
        return run("window", given)
    left = given["lookback"] if "lookback" in given else given["visible"] - 1
    return attend(**plain(given), allowed=lambda i, j: i - j <= left)


def by_the_sum_of_squares(**given: Any) -> Oracle:
    """Queries and keys of length 1, not of mean square 1."""
    unit = {a: given[a] / np.sqrt((given[a] ** 2).sum(-1, keepdims=True)) for a in "qk"}
    return run("full", given, **unit)


def latent_scale(**given: Any) -> Oracle:
    """MLA that divides by the root of d_c + d_r, the widths that the absorbed code sees."""
    rotary = given["q_r"].shape[-1]
    true = math.sqrt(given["q"].shape[-1] + rotary)
    seen = math.sqrt(given["c"].shape[-1] + rotary)
    return run("mla_absorbed", given, q=given["q"] * true / seen, q_r=given["q_r"] * true / seen)


def strict(i: int, j: int, _: Inputs) -> bool:
    return j < i


PLANTED: dict[str, tuple[str, Callable[..., Oracle]]] = {
    "no scale": ("full", scores(lambda p, _: dot(p.q, p.k))),
    "scale 1/d": ("full", scores(lambda p, _: content(p) / math.sqrt(len(p.q)))),
    "strict mask": ("causal", masks(strict)),
    "later keys": ("causal", masks(lambda i, j, _: j >= i)),
    "rows counted from 0": ("causal", lambda **g: attend(g["q"], g["k"], g["v"], allowed=past)),
    "one too many": (
        "window",
        given_anew("window", visible=lambda g: g["visible"] + 1 if "visible" in g else None),
    ),
    "open to the future": ("window", open_to_the_future),
    "sides swapped": (
        "window",
        given_anew("window", left=lambda g: g.get("right"), right=lambda g: g.get("left")),
    ),
    "prefix one long": ("prefix", masks(lambda i, j, g: j <= i or j <= g["p"])),
    "chunk of the distance": ("chunked", masks(lambda i, j, g: abs(i - j) < g["chunk"])),
    "one block back only": (
        "block_local", masks(lambda i, j, g: 0 <= i // g["block"] - j // g["block"] <= 1),
    ),
    "global keys only": (
        "global_window", masks(lambda i, j, g: abs(i - j) <= g["lookback"] or j < g["tokens"]),
    ),
    "padding inverted": ("padding", masks(lambda _, j, g: not g["keep"][j])),
    "sign of the slope": (
        "alibi", scores(lambda p, g: content(p) + g["m"][p.h] * (p.i - p.j)),
    ),
    "slope of the first head": (
        "alibi", scores(lambda p, g: content(p) - g["m"][0] * (p.i - p.j)),
    ),
    "distance without sign": (
        "alibi", scores(lambda p, g: content(p) - g["m"][p.h] * abs(p.i - p.j)),
    ),
    "i - j for j - i": (
        "t5",
        scores(lambda p, g: content(p) + g["b"][
            bucket(p.i - p.j, buckets=32, distance=128,
                   two_sided=g.get("direction") == "both"), p.h]),
    ),
    "biased, then scaled": (
        "bias", scores(lambda p, g: content(p) + g["PE"][p.i, p.j] / math.sqrt(len(p.q))),
    ),
    "power for log": ("kerple", given_anew("kerple", variant=lambda _: "power")),
    "normalised by n": ("fire", given_anew("fire", L=lambda g: max(g["L"], g["k"].shape[1]))),
    "clipped distance reversed": (
        "shaw",
        given_anew("shaw", a_k=lambda g: {-r: u for r, u in g["a_k"].items()}),
    ),
    "values without positions": (
        "shaw", given_anew("shaw", a_v=lambda g: {r: 0 * u for r, u in g["a_v"].items()}),
    ),
    "u and w swapped": (
        "transformer_xl", given_anew("transformer_xl", u=lambda g: g["w"], w=lambda g: g["u"]),
    ),
    "half for interleaved": ("rope", given_anew("rope", pairing=lambda _: "half")),
    "always the whole width": ("rope", given_anew("rope", width=lambda _: None)),
    "stretched, not squeezed": ("rope", given_anew("rope", scale=lambda g: 1 / g.get("scale", 1))),
    "keys turned backwards": ("rope", turned_apart),
    "cap without 1/c": ("softcap", scores(lambda p, g: g["c"] * math.tanh(content(p)))),
    "sum for mean": ("qk_norm", by_the_sum_of_squares),
    "temperature times": ("temperature", scores(lambda p, g: content(p) * g["T"])),
    "log n of the queries": (
        "log_n", scores(lambda p, g: content(p) * g["s"] * math.log(g["q"].shape[1])),
    ),
    "sink logit ignored": ("learned_sink", rows(softmax1_row)),
    "two for one": ("softmax1", rows(lambda s: sink_row(s, math.log(2)))),
    "key head h % groups": (
        "gqa",
        lambda **g: attend(**plain(g), key_head=lambda h: h % g["groups"]),
    ),
    "latent scale": ("mla_absorbed", latent_scale),
    "queries one position late": (
        "mla_expanded", given_anew("mla_expanded", offset=lambda g: g["offset"] + 1),
    ),
    "no feature map": ("linear", rows(linear_row)),
    "decay forgotten": ("retention", given_anew("retention", g=lambda _: 1.0)),
    "decay per row": (
        "retention",
        lambda **g: attend(
            **plain(g), allowed=past, score=lambda p: dot(p.q, p.k) * g["g"] ** p.i, normalise=list
        ),
    ),
    "bias subtracted": ("sigmoid", given_anew("sigmoid", b=lambda g: -g["b"])),
    "maps added": ("differential", given_anew("differential", lam=lambda g: -g["lam"])),
    "scale twice": (
        "projected", given_anew("projected", scale=lambda g: g["scale"] ** 2),
    ),
    "queries for keys": (
        "projected", given_anew("projected", W_q=lambda g: g["W_k"], W_k=lambda g: g["W_q"]),
    ),
}  # fmt: skip


@pytest.mark.parametrize("bug", sorted(PLANTED))
def test_a_planted_bug_is_caught(bug: str) -> None:
    name, oracle = PLANTED[bug]
    with pytest.raises(AssertionError):
        assert_is(name, oracle)


@pytest.mark.parametrize("name", sorted({name for name, _ in PLANTED.values()}))
def test_the_true_oracle_passes_the_same_check(name: str) -> None:
    assert_is(name, ORACLES[name])


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (np.ones((2, 2)), np.ones(2)),
        (np.array([np.nan]), np.array([np.nan])),
        (np.array([1.0]), np.array([1.0 + 1e-9])),
        (np.array([np.inf]), np.array([1.0])),
        (np.zeros(0), np.zeros(1)),
    ],
)
def test_the_comparison_rejects_garbage(got: np.ndarray, expected: np.ndarray) -> None:
    with pytest.raises(AssertionError):
        assert_close(got, expected)
