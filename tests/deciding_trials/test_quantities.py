"""Weights, outputs and loops of the trials and of the replay, against the loop oracles."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from symattn.core.errors import NotConcrete, Usage
from symattn.core.expression import I, J, symbol
from symattn.core.form import Form
from symattn.core.instance import Instance, instance
from symattn.core.numbers import Numbers
from symattn.core.term_claim import TermClaim, quantity
from symattn.core.text import read
from symattn.deciding.answer import Point
from symattn.deciding.sampling import filled
from symattn.deciding.trials.plan import plan
from symattn.deciding.trials.reals import ALGEBRA, NAN, ball
from symattn.deciding.trials.replay_value import There
from symattn.deciding.trials.world import World
from symattn.deciding.vectorised import weights_and_output
from symattn.derivation.witness import loops
from symattn.mechanisms.registry import named, names
from symattn.mechanisms.spec import mechanism
from tests.deciding_trials.truth import assert_close

CALLS = [
    name + (f"({', '.join(f'{a}={t}' for a, t in example.items())})" if example else "")
    for name in names()
    for example in named(name).examples
]
MIXES = ["causal+alibi", "window(visible=2)+causal+rope", "gqa(groups=2)+causal+softcap(2)",
         "linear+causal", "retention",
         "differential+causal", "learned_sink+causal", "softmax1+window(visible=2)"]  # fmt: skip


def a_function(algebra: Any, x: Any) -> Any:
    return algebra["+"](x, algebra["*"](x, x))


def full(form: Form, n_q: int, n_k: int) -> Instance:
    """The Form with numbers for all names."""
    functions = {p.name: a_function for p in form.parameters if p.kind == "function"}
    refusal: Exception | None = None
    for heads in (2, 4):
        try:
            one = instance(form, n_k, n_q=n_q, d=4, d_v=3, heads=heads if form.has_heads else None,
                           numbers=Numbers(functions=functions))  # fmt: skip
            return filled(one, "trials")
        except Usage as error:
            refusal = error
    raise AssertionError(refusal)


def world_of(claim: TermClaim, base: Instance, seen: dict[Any, Any]) -> World:
    """The claim at the sizes and numbers of an Instance; what is read is noted."""
    ready = plan(claim)
    queries, keys = claim.lengths
    lengths = {queries: base.sizes["n_q"], keys: base.sizes["n_k"]}
    sizes = {**base.sizes, **lengths}

    def entry(name: str, index: tuple[int, ...]) -> Any:
        if not index:
            return base.scalars[name]
        found = base.entry(name, index)
        assert found is not None, (name, index)
        seen[name, index] = found
        return found.numerator if found.denominator == 1 else found

    return World(ready, sizes, ALGEBRA, entry, lambda *xs: a_function(ALGEBRA, *xs))


def floats(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [floats(x) for x in value]
    return (
        float("nan") if value is NAN else float(value if isinstance(value, float) else ball(value))
    )


def loop_values(what: str, form: Form, base: Instance, *extra: Any) -> tuple[Any, Any]:
    """A quantity of every query and head: by the trials, and by the replay at the same point."""
    claim = TermClaim(quantity(what, 0, I, *extra), "==", quantity(what, 0, I, *extra), (form,),
                      positions=(("i", "query"),), parameters=form.parameters)  # fmt: skip
    seen: dict[Any, Any] = {}
    world = world_of(claim, base, seen)
    first, again = [], []
    for place in world.places():
        first.append(floats(world.sides(place)[0]))
        values = {**world.sizes, **base.scalars}
        there = There(claim, Point(values, dict(seen)))
        again.append(floats(there.value(claim.left, dict(place))))
    return first, again


def weight_values(form: Form, base: Instance) -> Any:
    places = (("i", "query"), ("j", "key"))
    sides = quantity("weight", 0, I, J), quantity("row_sum", 0, I)
    claim = TermClaim(
        sides[0], "==", sides[1], (form,), positions=places, parameters=form.parameters
    )
    world = world_of(claim, base, {})
    return [floats(world.sides(place)[0]) for place in world.places()]


@pytest.mark.parametrize("call", [*CALLS, *MIXES])
def test_weights_and_outputs_are_those_of_the_oracle(call: str) -> None:
    form = mechanism(call)
    single = "x" in form.names
    for n_q, n_k in ((4, 4),) if single else ((4, 4), (3, 5), (5, 2)):
        base = full(form, n_q, n_k)
        oracle = loops(base)
        if oracle is None:  # a composition: NumPy is the witness
            weights, output = weights_and_output(base)
        else:
            weights, output = oracle.weights, oracle.output
        heads = base.sizes["H"] if form.has_heads else 1
        weights, output = weights[:heads], output[:heads]
        assert_close(weight_values(form, base), weights.ravel())
        first, again = loop_values("output", form, base)
        assert_close(first, output.reshape(-1, output.shape[-1]))
        assert_close(again, output.reshape(-1, output.shape[-1]))


@pytest.mark.parametrize("call", ["causal", "causal+alibi", "window(visible=2)+causal+rope"])
@pytest.mark.parametrize("lengths", [(2, 5), (5, 2), (1, 4)])
def test_queries_may_stand_at_the_end_of_the_keys(call: str, lengths: tuple[int, int]) -> None:
    form = replace(mechanism(call), offset=read("n_k - n_q"))
    base = full(form, *lengths)
    weights, output = weights_and_output(base)
    heads = base.sizes["H"] if form.has_heads else 1
    expected = output[:heads].reshape(-1, output.shape[-1])
    assert_close(weight_values(form, base), weights[:heads].ravel())
    for found in loop_values("output", form, base):
        assert_close(found, expected)
    if lengths[0] <= lengths[1]:
        for found in loop_values("decode", form, base):
            assert_close(found, expected)


ONLINE = ["full", "causal", "causal+alibi", "gqa(groups=2)+causal", "learned_sink+causal",
          "softmax1+window(visible=2)+causal", "differential+causal", "dilated(2)+causal",
          "window(left=1, right=1)"]  # fmt: skip


@pytest.mark.parametrize("call", ONLINE)
@pytest.mark.parametrize("tile", [1, 2, 3, 7])
def test_online_softmax_is_the_output(call: str, tile: int) -> None:
    form = mechanism(call)
    base = full(form, 5, 5)
    expected, _ = loop_values("output", form, base)
    from symattn.core.expression import number

    first, again = loop_values("online", form, base, number(tile))
    assert_close(first, expected)
    assert_close(again, expected)


SEEN_SO_FAR = ["causal", "causal+alibi", "window(visible=2)+causal", "gqa(groups=2)+causal",
               "dilated(2)+causal", "linear+causal"]  # fmt: skip


@pytest.mark.parametrize("call", SEEN_SO_FAR)
def test_decoding_is_the_output(call: str) -> None:
    form = mechanism(call)
    base = full(form, 5, 5)
    expected, _ = loop_values("output", form, base)
    for found in loop_values("decode", form, base):
        assert_close(found, expected)


@pytest.mark.parametrize("call", ["linear+causal", "retention", "retention(g=1/2)"])
def test_the_recurrence_is_the_output(call: str) -> None:
    form = mechanism(call)
    base = full(form, 5, 5)
    expected, _ = loop_values("output", form, base)
    for found in loop_values("recurrent", form, base):
        assert_close(found, expected)


@pytest.mark.parametrize("call", ["causal", "linear", "causal+alibi", "sigmoid+causal",
                                  "linear+window(visible=2)+causal"])  # fmt: skip
def test_what_has_no_state_is_refused(call: str) -> None:
    form = mechanism(call)
    with pytest.raises(NotConcrete):
        loop_values("recurrent", form, full(form, 4, 4))


@pytest.mark.parametrize("call", ["linear+causal", "sigmoid", "retention"])
def test_online_needs_a_softmax(call: str) -> None:
    form = mechanism(call)
    with pytest.raises(NotConcrete):
        loop_values("online", form, full(form, 4, 4), symbol("n"))
