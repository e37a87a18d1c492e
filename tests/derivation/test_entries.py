"""Closed forms entry by entry agree with the exact evaluation of the Form."""

import pytest

from symattn.core.attend import attend
from symattn.core.instance import instance
from symattn.core.interpret import Environment, evaluate
from symattn.core.meaning import environment
from symattn.deciding.exponentials import ALGEBRA
from symattn.deciding.sampling import filled
from symattn.derivation import entries
from symattn.mechanisms.spec import mechanism

SPECS = [
    "causal", "full", "causal+alibi", "differential+causal", "learned_sink+causal", "softmax1",
    "window(visible=2)", "t5+causal", "shaw(clip=1)+causal", "simple", "projected", "retention",
    "linear+causal", "transformer_xl", "sigmoid", "sink_tokens(1)", "causal+bias",
]  # fmt: skip


def base_of(spec):
    return filled(instance(mechanism(spec), n=3, d=4, d_v=2), spec)


def at_coordinates(base):
    """An environment in which q[i, t] and the like are the numbers of the Instance."""
    env = environment(base, ALGEBRA)
    readers = {
        name: (lambda *at, row=row: row(*at[:-1])[at[-1]]) for name, row in env.vectors.items()
    }
    cells = {
        name: (lambda *at, rows=rows: rows(*at[:-2])[at[-2]][at[-1]])
        for name, rows in env.matrices.items()
    }
    return Environment(env.scalars, {**env.tables, **readers, **cells}, {}, {}, env.functions)


def same(left, right):
    if isinstance(left, list):
        assert all(a == b for a, b in zip(left, right, strict=True))
    else:
        assert left == right


@pytest.mark.parametrize("spec", SPECS)
def test_coordinates_evaluate_to_the_weights_and_outputs(spec):
    base = base_of(spec)
    bare = instance(base.form, n=3, d=4, d_v=2, sizes=dict(base.scalars) and {})
    truth = attend(base, ALGEBRA)
    env = at_coordinates(base)
    seen = 0
    for entry in entries.in_coordinates(bare, "weights"):
        i, j = entry.place
        same(evaluate(entry.right, ALGEBRA, env), truth.weights[i][j])
        assert entry.masked == (j not in truth.visible[i])
        seen += 1
    assert seen == 9
    for entry in entries.in_coordinates(bare, "output"):
        i, t = entry.place
        same(evaluate(entry.right, ALGEBRA, env), truth.output[i][t])


@pytest.mark.parametrize("spec", SPECS)
def test_numbers_put_in_evaluate_to_the_same(spec):
    base = base_of(spec)
    truth = attend(base, ALGEBRA)
    for entry in entries.numbers_put_in(base, "weights"):
        i, j = entry.place
        same(evaluate(entry.right, ALGEBRA, environment(base, ALGEBRA)), truth.weights[i][j])


@pytest.mark.parametrize("spec", SPECS)
def test_products_evaluate_to_the_same(spec):
    base = base_of(spec)
    truth = attend(base, ALGEBRA)
    env = environment(base, ALGEBRA)
    known = Environment({"n": 3, "n_q": 3, "n_k": 3, **base.scalars})
    closed = entries.products(base.form, 3, 3, known)
    for entry in entries.weights(closed):
        i, j = entry.place
        same(evaluate(entry.right, ALGEBRA, env), truth.weights[i][j])
    for entry in entries.outputs(closed):
        if base.form.output == entry.left.__class__("vector", ("o", entry.left.parts[0])):
            same(evaluate(entry.right, ALGEBRA, env), list(truth.output[entry.place[0]]))


def test_the_denominator_of_a_row_is_one_object():
    closed = entries.products(mechanism("causal"), 4, 4, Environment())
    last = [e.right.parts[1] for e in entries.weights(closed) if e.place[0] == 3]
    assert all(bottom is last[0] for bottom in last)
