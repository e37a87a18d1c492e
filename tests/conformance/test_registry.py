"""Every mechanism of the registry, in every example: all its witnesses say the same.

Text -> Form -> text; SymPy = NumPy = balls = exact arithmetic = loop oracle; rows sum to what the
normaliser says; the support is where its condition holds. Adding a mechanism adds its tests.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from symattn.core import region
from symattn.core.errors import NotConcrete, Usage
from symattn.core.expression import ONE, number, walk
from symattn.core.form import Form
from symattn.core.form_text import read_form, show_form
from symattn.core.instance import Instance, instance
from symattn.core.interpret import holds
from symattn.core.meaning import environment
from symattn.core.text import read
from symattn.deciding import exponentials
from symattn.deciding.sampling import filled
from symattn.deciding.vectorised import weights_and_output
from symattn.derivation.crosscheck import HEADS, cross_check
from symattn.derivation.witness import loops
from symattn.mechanisms.registry import named, names
from symattn.mechanisms.spec import mechanism
from tests.deciding.comparing import assert_evaluators_agree, assert_same

CALLS = [
    name + (f"({', '.join(f'{a}={t}' for a, t in example.items())})" if example else "")
    for name in names()
    for example in named(name).examples
]
LENGTHS = ((1, 1), (3, 5), (5, 3), (1, 6), (18, 20))  # queries, keys; t5 is exact up to 15
LEAVES_THE_FIELD = {"rope", "norm", "log", "tanh", "cos", "sin", "**"}
every_call = pytest.mark.parametrize("call", CALLS)


def full_instance(form: Form, n_q: int, n_k: int, seed: str = "conformance") -> Instance:
    """A form of several heads, widths that tell d, d_v and d_r apart, and random numbers."""
    refusal = Usage("no number of heads fits")
    for heads in HEADS if n_k < 10 else (2, 4):
        try:
            one = instance(form, n_k, n_q=n_q, d=4, d_v=3, heads=heads)
            return filled(one, seed)
        except Usage as error:
            refusal = error
    raise refusal


def settings(form: Form) -> list[Instance]:
    """The lengths in turn; queries at the end of the keys too, where the form allows it."""
    aligned = replace(form, offset=read("n_k - n_q"))
    shifted = [full_instance(aligned, *lengths) for lengths in ((2, 5), (5, 2))]
    return [full_instance(form, *lengths) for lengths in LENGTHS] + shifted


@every_call
def test_text_and_form_are_inverse(call: str) -> None:
    form = mechanism(call)
    assert read_form(show_form(form)) == form


@every_call
def test_all_evaluators_agree(call: str) -> None:
    form = mechanism(call)
    ops = {node.op for expr in form.expressions for node in walk(expr)}
    for full in settings(form):
        small = max(full.sizes["n_q"], full.sizes["n_k"]) <= 6
        assert_evaluators_agree(full, exact=small and not ops & LEAVES_THE_FIELD)


@every_call
def test_the_loop_oracle_agrees(call: str) -> None:
    form = mechanism(call)
    compared = 0
    for full in [*settings(form), *(full_instance(form, n, n) for n in (2, 5))]:
        single = any(axis.role == "position" for axis in full.layouts.get("x", Empty).axes)
        if single and (full.offset or full.sizes["n_q"] != full.sizes["n_k"]):
            continue  # an oracle of one sequence has as many queries as keys
        oracle = loops(full)
        assert oracle is not None, "the oracle was not found"
        weights, output = weights_and_output(full)
        if single:  # and one head
            weights, output = weights[:1], output[:1]
        assert_same(weights, oracle.weights)
        assert_same(output, oracle.output)
        compared += 1
    assert compared >= 3


class Empty:
    axes = ()


@every_call
def test_the_closed_form_agrees(call: str) -> None:
    check = cross_check(mechanism(call), 3)
    assert check.witnesses == ("NumPy", "loops")
    assert check.entries >= 30


@every_call
def test_rows_sum_to_what_the_normaliser_says(call: str) -> None:
    form = mechanism(call)
    full = full_instance(form, 4, 4)
    weights, _ = weights_and_output(full)
    sums = weights.sum(axis=-1)
    empty = ~np.array(visible(full)).any(axis=-1)
    assert not sums[empty].any()
    normalisers = {row.normaliser for row in form.rows}
    if any(not normaliser.divide for normaliser in normalisers):
        return
    if any(normaliser.extra is not None for normaliser in normalisers):
        assert ((sums > 0) & (sums < 1))[~empty].all()
        return
    total = sum(1.0 if row.coefficient == ONE else -float(full.scalars["lam"]) for row in form.rows)
    assert np.allclose(sums[~empty], total, rtol=1e-13)
    try:
        exact, _ = exponentials.entries(full)
    except NotConcrete:
        return
    if len(form.rows) == 1:
        for row in (row for head in exact for row in head if any(weight.top for weight in row)):
            assert sum(row, exponentials.rational(0)) == exponentials.rational(1)


def visible(full: Instance) -> list[list[list[bool]]]:
    """Where the condition of the support holds, place by place."""
    found = []
    for h in range(full.sizes["H"]):
        env = environment(full, {}, h)
        found.append([
            [holds(full.form.support, env.at(i=i, j=j)) for j in range(full.sizes["n_k"])]
            for i in range(full.offset, full.offset + full.sizes["n_q"])
        ])  # fmt: skip
    return found


@every_call
def test_weights_stand_where_the_support_holds(call: str) -> None:
    """Exhaustive for all lengths up to 4; a weight of a softmax is positive where it is visible."""
    form = mechanism(call)
    for n_q, n_k in product(range(1, 5), repeat=2):
        full = full_instance(form, n_q, n_k, seed=f"{n_q},{n_k}")
        expected = np.array(visible(full))
        weights, _ = weights_and_output(full)
        assert not weights[~expected].any()
        if len(form.rows) == 1 and form.rows[0].normaliser.numerator != "identity":
            assert (weights[expected] > 0).all()


@every_call
def test_ranges_of_the_support_are_where_it_holds(call: str) -> None:
    """Exhaustive for all lengths up to 6 and all offsets from 0 to 4, for two sets of tables."""
    form = mechanism(call)
    for seed in ("one", "two"):
        env = environment(full_instance(form, 10, 10, seed), {})
        for n_q, n_k, offset in product(range(1, 7), range(1, 7), range(5)):
            aligned = replace(form, offset=number(offset))
            at = region.sized(env, n_q, n_k)
            for i, ranges in region.rows(aligned, n_q, n_k, env):
                found = [j for stretch in ranges for j in stretch]
                assert found == [j for j in range(n_k) if holds(form.support, at.at(i=i, j=j))]
