"""Supports as ranges agree with the condition, pair by pair."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symattn.core import region
from symattn.core.errors import NotConcrete, Usage
from symattn.core.form_text import form
from symattn.core.interpret import Environment, holds
from symattn.mechanisms.spec import mechanism

SPECS = [
    "full", "causal", "window(3)", "window(lookback=2)", "window(left=1,right=2)",
    "dilated(3)+causal",
    "strided(3)", "prefix(2)", "chunked(3)", "block_local(2)+causal", "global_window(1,2)",
    "sink_tokens(2)", "(window(2)|sink_tokens(1))+causal", "chunked(2)+dilated(2)",
]  # fmt: skip


def brute(condition, i, n_q, n_k):
    lengths = {"n_q": n_q, "n_k": n_k, **({"n": n_k} if n_q == n_k else {})}
    return [j for j in range(n_k) if holds(condition, Environment({"i": i, "j": j, **lengths}))]


@pytest.mark.parametrize("spec", SPECS)
def test_rows_are_the_keys_for_which_the_support_holds(spec):
    found = mechanism(spec)
    for n_q in range(1, 8):
        for n_k in range(1, 8):
            for i, ranges in region.rows(found, n_q, n_k, Environment()):
                expected = brute(found.support, i, n_q, n_k)
                assert [j for r in ranges for j in r] == expected
                assert ranges == region.from_keys(expected)


atoms = st.tuples(
    st.integers(-2, 2), st.integers(-2, 2), st.integers(-4, 4),
    st.sampled_from(["<", "<=", "==", "!=", ">"]),
    st.sampled_from(["{}", "abs({})", "({}) // 2", "({}) % 3", "max({}, 1)", "-({})"]),
).map(lambda t: f"{t[4].format(f'{t[0]} * i + {t[1]} * j')} {t[3]} {t[2]}")  # fmt: skip
texts = st.recursive(
    atoms,
    lambda s: (
        st.tuples(s, st.sampled_from(["and", "or"]), s).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
        | s.map(lambda t: f"not ({t})")
    ),
    max_leaves=5,
)


@settings(max_examples=400, deadline=None)
@given(texts, st.integers(1, 7), st.integers(1, 7))
def test_any_support(text, n_q, n_k):
    found = form(support=text)
    for i, ranges in region.rows(found, n_q, n_k, Environment()):
        assert [j for r in ranges for j in r] == brute(found.support, i, n_q, n_k)


def test_offset_moves_the_queries():
    causal = form(support="j <= i", offset="n_k - n_q")
    assert [(i, region.size(r)) for i, r in region.rows(causal, 2, 5, Environment())] == [
        (3, 4),
        (4, 5),
    ]


def test_open_names_are_asked_for():
    with pytest.raises(NotConcrete, match="visible"):
        list(region.rows(mechanism("window"), 3, 3, Environment()))
    with pytest.raises(NotConcrete, match="doc"):
        list(region.rows(mechanism("packed"), 3, 3, Environment()))


def test_numbers_outside_their_domain_are_refused():
    with pytest.raises(Usage, match="visible must be >= 1"):
        list(region.rows(mechanism("window"), 3, 3, Environment({"visible": 0})))
