"""The loop oracles: what holds for all of them, and what each mechanism promises."""

from __future__ import annotations

import ast
import math
import pkgutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import CodeType
from typing import Any

import numpy as np
import pytest

import symattn.mechanisms
from symattn.mechanisms.loops import Oracle
from tests.mechanisms.inputs import CASES, EMPTY_ROWS, D, H, Inputs, qkv
from tests.mechanisms.matrix_forms import FORMS, assert_close

ROOM = Path(symattn.mechanisms.__file__).parent


def oracles() -> dict[str, Callable[..., Oracle]]:
    """The oracle of every module of the room that has one."""
    names = [m.name for m in pkgutil.iter_modules([str(ROOM)])]
    modules = {name: import_module(f"symattn.mechanisms.{name}") for name in names}
    return {name: module.oracle for name, module in modules.items() if hasattr(module, "oracle")}


ORACLES = oracles()
EACH = [
    pytest.param(name, inputs, id=f"{name}-{n}")
    for name in sorted(CASES)
    for n, inputs in enumerate(CASES[name])
]


def run(name: str, inputs: Inputs, **changes: Any) -> Oracle:
    return ORACLES[name](**(inputs | changes))


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


# ---- all of them


def test_every_mechanism_has_an_oracle_inputs_and_a_matrix_form() -> None:
    assert set(ORACLES) == set(CASES) == set(FORMS)
    assert len(ORACLES) == 39


@pytest.mark.parametrize(("name", "inputs"), EACH)
def test_the_loops_agree_with_the_matrices(name: str, inputs: Inputs) -> None:
    got, (weights, output) = run(name, inputs), FORMS[name](**inputs)
    assert_close(got.weights, weights)
    assert_close(got.output, output)


TOTAL = {  # what a row that sees a key sums to; all others: 1
    "differential": lambda total: abs(total - 0.7) < 1e-12,
    "learned_sink": lambda total: 0 < total < 1,
    "softmax1": lambda total: 0 < total < 1,
}
NO_TOTAL = {"retention", "sigmoid"}


@pytest.mark.parametrize(("name", "inputs"), [p for p in EACH if p.values[0] not in NO_TOTAL])
def test_rows_sum_to_one_or_are_empty(name: str, inputs: Inputs) -> None:
    holds = TOTAL.get(name, lambda total: abs(total - 1) < 1e-12)
    weights = run(name, inputs).weights
    for row in weights.reshape(-1, weights.shape[-1]):
        assert not row.any() or holds(math.fsum(row))


CAUSAL = {"simple", "projected", "causal", "retention"}  # and the windows that look back


def is_causal(name: str, inputs: Inputs) -> bool:
    return name in CAUSAL or (name == "window" and "left" not in inputs)


def assert_causal(oracle: Callable[..., Oracle], inputs: Inputs) -> None:
    """Raise if a row changes in any bit when everything after its position does."""
    names = {"x"} if "x" in inputs else {"k", "v"}
    axis = 0 if "x" in inputs else 1
    before, offset = oracle(**inputs), inputs.get("offset", 0)
    for t in range(before.weights.shape[1]):
        changed = {name: inputs[name].copy() for name in names}
        for array in changed.values():
            after = [slice(None)] * axis + [slice(max(t + offset + 1, 0), None)]
            array[tuple(after)] += 17.0
        now = oracle(**(inputs | changed))
        assert (before.output[:, t] == now.output[:, t]).all(), f"row {t} sees the future"


@pytest.mark.parametrize(("name", "inputs"), [p for p in EACH if is_causal(*p.values)])
def test_causal_mechanisms_do_not_see_the_future(name: str, inputs: Inputs) -> None:
    assert_causal(ORACLES[name], inputs)


@pytest.mark.parametrize("name", ["full", "prefix", "chunked", "alibi", "linear", "sigmoid"])
def test_the_check_of_causality_can_fail(name: str) -> None:
    with pytest.raises(AssertionError, match="sees the future"):
        assert_causal(ORACLES[name], CASES[name][0])


@pytest.mark.parametrize("name", sorted(set(CASES) - {"simple", "projected"}))
def test_an_offset_is_a_part_of_the_whole(name: str) -> None:
    """The last rows of a run over n queries are the run of these queries with an offset."""
    for inputs in CASES[name]:
        queries = [a for a in ("q", "q_r", "q1", "q2") if a in inputs]
        n = inputs[queries[0]].shape[1]
        whole = run(name, inputs, offset=0)
        for s in range(1, n):
            part = run(name, inputs, offset=s, **{a: inputs[a][:, s:] for a in queries})
            assert (part.weights == whole.weights[:, s:]).all()
            assert (part.output == whole.output[:, s:]).all()


def test_empty_rows_have_zero_weights_and_output(rng: np.random.Generator) -> None:
    inputs = qkv(rng, *EMPTY_ROWS)
    got = run("causal", inputs)
    assert not got.weights[:, :2].any()
    assert not got.output[:, :2].any()
    assert got.weights[:, 2:, 0].all()
    assert not run("padding", inputs, keep=[0, 0, 0, 0]).output.any()
    assert not run("sink_tokens", inputs, tokens=0).output.any()


def test_importing_all_oracles_does_not_import_numpy() -> None:
    modules = ", ".join(f"symattn.mechanisms.{name}" for name in sorted(ORACLES))
    code = f"import sys, {modules}; assert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def used_globals(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from used_globals(constant)


@pytest.mark.parametrize("name", sorted(CASES))
def test_an_oracle_knows_nothing_of_form(name: str) -> None:
    oracle = ORACLES[name]
    known = [oracle.__globals__.get(used) for used in used_globals(oracle.__code__)]
    assert not [x for x in known if getattr(x, "__module__", "").startswith("symattn.core")]


def test_the_shared_loops_import_nothing_of_ours() -> None:
    tree = ast.parse((ROOM / "loops.py").read_text())
    modules = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert not [module for module in modules if module and module.startswith("symattn")]


# ---- heads


def test_query_heads_read_their_key_heads(rng: np.random.Generator) -> None:
    inputs = qkv(rng, 3, 4, 0)
    multihead = run("multihead", inputs)
    for h in range(H):
        alone = run("full", {a: inputs[a][h : h + 1] for a in "qkv"})
        assert (multihead.output[h] == alone.output[0]).all()
    assert (run("gqa", inputs, groups=H).output == multihead.output).all()
    shared = qkv(rng, 3, 4, 0, key_heads=1)
    assert (run("mqa", shared).output == run("gqa", shared, groups=1).output).all()
    pairs = qkv(rng, 3, 4, 0, key_heads=2)  # heads 0, 1, 2 read key head 0; 3, 4, 5 key head 1
    joined = run("multihead", pairs, **{a: pairs[a][[0, 0, 0, 1, 1, 1]] for a in "kv"})
    assert (run("gqa", pairs, groups=2).output == joined.output).all()


@pytest.mark.parametrize(
    ("name", "key_heads", "options"),
    [
        ("full", 1, {}),
        ("multihead", 2, {}),
        ("mqa", 2, {}),
        ("gqa", 3, {"groups": 2}),
        ("gqa", 4, {"groups": 4}),
        ("learned_sink", 1, {"sink": {h: 0.0 for h in range(H)}}),
    ],
)
def test_a_wrong_number_of_key_heads_raises(rng, name, key_heads, options) -> None:
    with pytest.raises(ValueError, match="heads"):
        run(name, qkv(rng, 3, 4, 0, key_heads), **options)


def test_latents_absorbed_and_expanded_agree() -> None:
    for inputs in CASES["mla_expanded"]:
        one, two = run("mla_expanded", inputs), run("mla_absorbed", inputs)
        assert_close(one.weights, two.weights)
        assert_close(one.output, two.output)


def test_simple_attention_has_no_projections_and_no_scale(rng: np.random.Generator) -> None:
    x, one = rng.normal(size=(5, D)), np.eye(D)
    simple = run("simple", {"x": x})
    assert (run("projected", {"x": x}, W_q=one, W_k=one, W_v=one).output == simple.output).all()
    scaled = run("projected", {"x": x}, W_q=one, W_k=one, W_v=one, scale=1 / math.sqrt(D))
    assert_close(scaled.output, run("causal", {"q": x[None], "k": x[None], "v": x[None]}).output)


# ---- normalisers and weights without a softmax


def test_sinks_are_keys_without_a_value(rng: np.random.Generator) -> None:
    """A key of zeros scores 0 and a value of zeros adds nothing: that is softmax1."""
    inputs = qkv(rng, 3, 4, 0)
    more = {a: np.concatenate([inputs[a], np.zeros_like(inputs[a][:, :1])], axis=1) for a in "kv"}
    expected = run("full", inputs, **more)
    for got in (run("softmax1", inputs), run("learned_sink", inputs, sink=np.zeros(H))):
        assert_close(got.weights, expected.weights[..., :-1])
        assert_close(got.output, expected.output)
    low = run("learned_sink", inputs, sink=np.full(H, -800.0))
    assert_close(low.weights, run("full", inputs).weights)
    assert run("learned_sink", inputs, sink=np.full(H, 800.0)).weights.max() < 1e-300


def test_large_scores_do_not_overflow(rng: np.random.Generator) -> None:
    inputs = qkv(rng, 3, 4, 0)
    for name, options in [("full", {}), ("softmax1", {}), ("sigmoid", {"b": 0})]:
        for factor in (1e4, -1e4):
            got = run(name, inputs, q=inputs["q"] * factor, **options)
            assert np.isfinite(got.weights).all()
    with pytest.raises(ZeroDivisionError):  # features below the smallest float have no weights
        run("linear", inputs, q=np.full_like(inputs["q"], -1e4))


def test_linear_attention_is_its_recurrence(rng: np.random.Generator) -> None:
    """S += phi(k) v^T, z += phi(k): each prefix of the keys gives the state of that step."""
    inputs = qkv(rng, 5, 5, 0)
    q, k, v = (inputs[a] for a in "qkv")
    phi = lambda x: np.where(x > 0, x + 1, np.exp(np.minimum(x, 0)))  # noqa: E731
    state, z = np.zeros((H, D, v.shape[2])), np.zeros((H, D))
    for t in range(5):
        state += np.einsum("hc,hv->hcv", phi(k[:, t]), v[:, t])
        z += phi(k[:, t])
        read = np.einsum("hc,hcv->hv", phi(q[:, t]), state)
        read /= np.einsum("hc,hc->h", phi(q[:, t]), z)[:, None]
        got = run("linear", {"q": q, "k": k[:, : t + 1], "v": v[:, : t + 1]})
        assert_close(got.output[:, t], read)


def test_retention_is_its_recurrence(rng: np.random.Generator) -> None:
    """S = g S + k v^T, o = q S."""
    inputs = qkv(rng, 6, 6, 0)
    got = run("retention", inputs, g=0.8).output
    state = np.zeros((H, D, inputs["v"].shape[2]))
    for t in range(6):
        state = 0.8 * state + np.einsum("hc,hv->hcv", inputs["k"][:, t], inputs["v"][:, t])
        assert_close(got[:, t], np.einsum("hc,hcv->hv", inputs["q"][:, t], state))


def test_sigmoid_weights_stand_alone(rng: np.random.Generator) -> None:
    inputs = qkv(rng, 3, 6, 0)
    part = {a: inputs[a][:, :2] for a in "kv"}
    whole = run("sigmoid", inputs, b=-1.0).weights
    assert (run("sigmoid", inputs, b=-1.0, **part).weights == whole[..., :2]).all()
    even = run("sigmoid", inputs, b=-math.log(6), q=0 * inputs["q"]).weights
    assert_close(even, np.full(even.shape, 1 / 7))  # 1 / (1 + n)


def test_differential_attention_cancels_what_both_maps_see(rng: np.random.Generator) -> None:
    a, b = qkv(rng, 3, 4, 0), qkv(rng, 3, 4, 0)
    maps = {"q1": a["q"], "k1": a["k"], "q2": b["q"], "k2": b["k"], "v": a["v"]}
    assert_close(run("differential", maps, lam=0).output, run("full", a).output)
    assert not run("differential", maps | {"q2": a["q"], "k2": a["k"]}, lam=1).output.any()


# ---- operators on scores and vectors


def test_operators_on_scores_have_their_limits(rng: np.random.Generator) -> None:
    inputs = qkv(rng, 3, 4, 0)
    plain = run("full", inputs).weights
    twice = run("full", inputs, q=2 * inputs["q"]).weights
    assert_close(run("temperature", inputs, T=0.5).weights, twice)
    assert_close(run("log_n", inputs, s=2 / math.log(4)).weights, twice)
    single = {a: inputs[a][:, :1] for a in "kv"}
    assert (run("log_n", inputs, s=3, **single).weights == 1).all()  # log 1 = 0
    np.testing.assert_allclose(run("softcap", inputs, c=1e5).weights, plain, rtol=1e-8)
    capped = np.log(run("softcap", inputs, c=0.5, q=1e3 * inputs["q"]).weights)
    assert (np.ptp(capped, axis=-1) <= 1 + 1e-12).all()  # scores within -c .. c


def test_normalised_queries_and_keys_have_no_length(rng: np.random.Generator) -> None:
    inputs = qkv(rng, 3, 4, 0)
    got = run("qk_norm", inputs)
    longer = run("qk_norm", inputs, q=9 * inputs["q"], k=0.1 * inputs["k"])
    assert_close(got.weights, longer.weights)
    with pytest.raises(ZeroDivisionError):
        run("qk_norm", inputs, q=0 * inputs["q"])
