"""Compositions have no oracle: their evaluators are compared among themselves."""

from __future__ import annotations

import pytest

from symattn.core.expression import walk
from symattn.core.form_text import read_form, show_form
from symattn.deciding.vectorised import weights_and_output
from symattn.derivation.crosscheck import cross_check
from symattn.mechanisms.spec import mechanism
from tests.conformance.test_registry import LEAVES_THE_FIELD, full_instance, settings
from tests.deciding.comparing import assert_evaluators_agree, assert_same

COMPOSITIONS = [
    "causal+alibi",
    "causal+alibi+softcap(30)",
    "alibi+softcap(2)+temperature+causal",
    "softcap(2)+alibi+causal",
    "qk_norm+rope+causal",
    "rope+qk_norm",
    "rope(pairing=interleaved)+qk_norm+window(visible=3)",
    "(window(visible=2) | sink_tokens(1)) + causal",
    "(window(visible=w) | sink_tokens(s) | strided(stride=3)) + causal + softmax1",
    "projected(scale=1 / sqrt(d))+multihead",
    "projected+mqa+rope",
    "gqa(groups=2)+causal+rope+log_n",
    "gqa(groups=g)+alibi+learned_sink",
    "differential+rope+causal",
    "differential+gqa(groups=2)+alibi",
    "shaw(clip=2)+causal+temperature",
    "shaw(clip=1)+window(left=2, right=1)+softmax1",
    "transformer_xl+causal+softcap",
    "linear+causal",
    "retention+rope",
    "retention+multihead+alibi",
    "sigmoid+causal+alibi",
    "packed+causal+window(visible=w + 1)",
    "padding+packed+prefix(p=2)+t5(buckets=8, distance=16)",
    "t5(direction=both)+chunked(chunk=3)+learned_sink",
    "kerple+causal+qk_norm",
    "fire+causal+sandwich(width=4)",
    "mla_absorbed+causal",
    "mla_expanded+window(visible=3)+softmax1",
    "bias(m * j)+bias(u[i])+dilated(rate=2)",
    "simple+prefix(p=2)+alibi",
    "global_window(lookback=1, tokens=1)+causal+alibi+rope(base=100)",
]


@pytest.mark.parametrize("spec", COMPOSITIONS)
def test_all_evaluators_agree(spec: str) -> None:
    form = mechanism(spec)
    assert read_form(show_form(form)) == form
    ops = {node.op for expr in form.expressions for node in walk(expr)}
    for full in settings(form):
        small = max(full.sizes["n_q"], full.sizes["n_k"]) <= 5
        assert_evaluators_agree(full, exact=small and not ops & LEAVES_THE_FIELD)


@pytest.mark.parametrize("spec", COMPOSITIONS)
def test_the_closed_form_agrees(spec: str) -> None:
    assert cross_check(mechanism(spec), 2).agrees


def test_the_order_of_operators_matters() -> None:
    """What two compositions are said to differ in, they differ in."""
    for left, right in (
        ("alibi+softcap(2)", "softcap(2)+alibi"), ("qk_norm+temperature", "temperature"),
    ):  # fmt: skip
        one, two = (full_instance(mechanism(spec), 3, 4) for spec in (left, right))
        with pytest.raises(AssertionError):
            assert_same(weights_and_output(one)[0], weights_and_output(two)[0])
