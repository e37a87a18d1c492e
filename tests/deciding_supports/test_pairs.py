"""Every pair of registered supports, against all small cases: no wrong verdict, none undecided."""

from __future__ import annotations

from itertools import combinations

import pytest

from symattn.core.claim import problem
from symattn.core.expression import TRUE
from symattn.core.verdict import Proved, Refuted
from symattn.deciding.decide import decide
from symattn.mechanisms.registry import named, names
from symattn.mechanisms.spec import mechanism
from symattn.reading.claim_text import read_claim
from tests.deciding_supports.truth import broken


def calls() -> dict[str, str]:
    """One call for every statement of a mechanism whose support says something, by its support."""
    found = {}
    for name in names():
        for statement in named(name).statements:
            inside = [f"{a}={a[:2]}_" for a in statement.arguments]
            text = f"{name}({', '.join(inside)})" if inside else name
            if statement.support and not statement.choice:
                found.setdefault(str(mechanism(text).support), text)
    return {text: support for support, text in found.items()}


CALLS = [*calls(), "full"]


def test_the_registry_has_the_supports_that_we_know():
    assert len(CALLS) >= 12
    assert mechanism("full").support == TRUE


@pytest.mark.parametrize("left", CALLS)
def test_subset_of_every_other(left):
    for right in CALLS:
        if left == right:
            continue
        claim = read_claim(f"support({left}) <= support({right})")
        verdict = decide(claim).verdict
        truth = broken(claim, largest=4, width=3)
        if isinstance(verdict, Proved):
            assert truth is None, (claim.text, truth)
            continue
        assert isinstance(verdict, Refuted), (claim.text, verdict)
        truth = truth or broken(claim, largest=4, width=5)
        assert truth is not None, (claim.text, verdict)
        case = dict(verdict.counterexample.values)
        assert case == {u.name: truth[u.name] for u in problem(claim).unknowns}, claim.text


@pytest.mark.parametrize("name", CALLS)
def test_equal_to_itself_with_causal_in_either_order(name):
    claim = read_claim(f"support({name}+causal) == support(causal+{name})")
    assert isinstance(decide(claim).verdict, Proved)
    assert isinstance(decide(read_claim(f"no_future({name}+causal)")).verdict, Proved)


@pytest.mark.parametrize("name", names())
def test_every_mechanism_can_be_asked(name):
    for text in (f"support({name}) == support({name})", f"no_future({name}+causal)"):
        assert isinstance(decide(read_claim(text)).verdict, Proved), text
    assert isinstance(decide(read_claim(f"nonempty({name})")).verdict, (Proved, Refuted))


@pytest.mark.parametrize(("left", "right"), list(combinations(CALLS[:6], 2)))
def test_a_union_contains_both(left, right):
    for part in (left, right):
        claim = read_claim(f"support({part}) <= support({left} | {right})")
        assert isinstance(decide(claim).verdict, Proved)
