"""Graphs of weights and outputs at a size against the oracles of all mechanisms."""

from dataclasses import replace
from fractions import Fraction
from math import cos, exp, sin
from typing import Any

import pytest

from symattn.core.expression import Expr, I, J, equal, symbol
from symattn.core.form import Form
from symattn.core.instance import Instance
from symattn.core.term_claim import TermClaim, quantity
from symattn.core.text import read
from symattn.deciding.field_kernel import Graph
from symattn.deciding.field_statement import NotAtASize, statement
from symattn.deciding.vectorised import weights_and_output
from symattn.derivation.witness import loops
from symattn.mechanisms.spec import mechanism
from tests.deciding_trials.test_quantities import CALLS, MIXES, full
from tests.deciding_trials.truth import assert_close

RULES = {"+": float.__add__, "-": float.__sub__, "*": float.__mul__, "/": float.__truediv__,
         "exp": exp, "cos": cos, "sin": sin}  # fmt: skip


def floats(graph: Graph, base: Instance) -> list[float]:
    """The nodes of a graph with the numbers of an Instance."""
    found: list[float] = []
    for op, *arguments in graph.nodes:
        if op == "number":
            found.append(float(Fraction(arguments[0])))
        elif op == "free":
            name, *index = str(arguments[0]).split(" ")
            value = base.entry(name, tuple(map(int, index))) if index else base.scalars[name]
            found.append(float(value))
        elif op == "power":
            found.append(found[arguments[0]] ** float(Fraction(arguments[1])))
        else:
            found.append(RULES[op](*(found[a] for a in arguments)))
    return found


def values(left: Expr, form: Form, base: Instance) -> list[float]:
    """What the graph of a claim says about an expression at all its places."""
    places = (("i", "query"), ("j", "key")) if left.name == "weight" else (("i", "query"),)
    claim = TermClaim(left, "==", left, (form,), positions=places, parameters=form.parameters)
    sizes = {**base.sizes}
    if sizes["n_q"] == sizes["n_k"]:
        sizes["n"] = sizes.pop("n_q") * (sizes.pop("n_k") > 0)
    whole = {p.name: base.scalars[p.name] for p in form.parameters
             if p.kind == "integer" and not p.indices and p.name in base.scalars}  # fmt: skip
    where = tuple(equal(symbol(k), v) for k, v in {**sizes, **whole}.items())
    stated = statement(replace(claim, where=where))
    assert not stated.undefined
    found = floats(stated.graph, base)
    return [found[at] for _, at, _ in stated.graph.equations]


def expected(form: Form, base: Instance) -> tuple[Any, Any]:
    oracle = loops(base)
    if oracle is None:
        weights, output = weights_and_output(base)
    else:
        weights, output = oracle.weights, oracle.output
    heads = base.sizes["H"] if form.has_heads else 1
    return weights[:heads].ravel(), output[:heads].ravel()


REFUSED = {  # what has no place in a graph
    "fire": "the function 'f'",
    "kerple": "log",
    "kerple(variant=power)": "an exponent that is not rational",
    "linear": "elu1",
    "linear+causal": "elu1",
    "log_n": "log",
    "packed": "the table 'doc' needs numbers",
    "padding": "the table 'keep' needs numbers",
    "qk_norm": "a root of a number that is not rational",
}


@pytest.mark.parametrize("call", [call for call in (*CALLS, *MIXES) if call not in REFUSED])
def test_graphs_are_what_the_oracles_compute(call):
    form = mechanism(call)
    single = "x" in form.names
    for n_q, n_k in ((4, 4),) if single else ((4, 4), (3, 5), (5, 2)):
        base = full(form, n_q, n_k)
        weights, output = expected(form, base)
        assert_close(values(quantity("weight", 0, I, J), form, base), weights)
        assert_close(values(quantity("output", 0, I), form, base), output)


@pytest.mark.parametrize("call", REFUSED)
def test_what_has_no_place_in_a_graph_is_refused(call):
    form = mechanism(call)
    with pytest.raises(NotAtASize, match=REFUSED[call]):
        values(quantity("weight", 0, I, J), form, full(form, 4, 4))


@pytest.mark.parametrize("call", ["causal", "causal+alibi", "gqa(groups=2)+causal"])
@pytest.mark.parametrize("lengths", [(2, 5), (5, 2), (1, 4)])
def test_queries_may_stand_at_the_end_of_the_keys(call, lengths):
    form = replace(mechanism(call), offset=read("n_k - n_q"))
    base = full(form, *lengths)
    weights, output = weights_and_output(base)
    heads = base.sizes["H"] if form.has_heads else 1
    assert_close(values(quantity("weight", 0, I, J), form, base), weights[:heads].ravel())
    assert_close(values(quantity("output", 0, I), form, base), output[:heads].ravel())
