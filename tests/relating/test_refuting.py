"""A quick refutation is one that `decide` gives, too; a filter that errs makes no edge."""

from __future__ import annotations

import pytest

from symattn.core.verdict import Proved, Refuted
from symattn.deciding import refuting
from symattn.deciding.decide import decide
from symattn.deciding.refuting import refute
from symattn.deciding.replay import DoesNotReplay
from symattn.reading.claim_text import read_claim
from symattn.relating import outputs, supports
from symattn.relating.relate import related

FALSE = (
    "output(causal) == output(full)",
    "output(window(visible)) == output(causal)",
    "output(mqa) == output(multihead)",
    "output(softmax1) == output(full)",
    "output(alibi) == output(bias)",
    "output(padding) == output(packed)",
)
TRUE = (
    "output(mla_absorbed) == output(mla_expanded)",
    "output(gqa(groups=1)) == output(mqa)",
    "output(rope) == output(rope(pairing=interleaved))",  # after a permutation
    "output(window(visible)) == output(causal) where visible >= n",
)


@pytest.mark.parametrize("text", FALSE)
def test_a_quick_refutation_is_a_refutation(text):
    quick, slow = refute(read_claim(text)), decide(read_claim(text))
    assert quick is not None
    assert isinstance(quick.verdict, Refuted)
    assert isinstance(slow.verdict, Refuted)
    assert quick.engines[0] == "normal form: not asked"


@pytest.mark.parametrize("text", TRUE)
def test_what_may_be_true_is_left_to_decide(text):
    assert refute(read_claim(text)) is None


def test_a_case_that_does_not_replay_refutes_nothing(monkeypatch):
    def planted(*_):
        raise DoesNotReplay("planted")

    monkeypatch.setattr(refuting, "replayed_term", planted)
    assert refute(read_claim(FALSE[0])) is None


def test_a_filter_that_lets_everything_pass_makes_no_edge(monkeypatch):
    only = ("full", "causal", "prefix")
    honest = related(only, ("subset", "special case"))
    monkeypatch.setattr(outputs, "look_equal", lambda *_: True)
    monkeypatch.setattr(supports, "_may_hold", lambda *_: True)
    monkeypatch.setattr(supports, "_agree", lambda *_: True)
    credulous = related(only, ("subset", "special case"))

    def pairs(found):
        return {(e.relation, e.left, e.right) for e in found.edges if e.holds}

    assert pairs(credulous) == pairs(honest)
    assert all(isinstance(e.decision.verdict, Proved) for e in credulous.edges if e.holds)


def test_a_filter_that_lets_nothing_pass_leaves_only_what_needs_none(monkeypatch):
    monkeypatch.setattr(outputs, "look_equal", lambda *_: False)
    found = related(("full", "multihead", "window"), ("special case",))
    assert not [edge for edge in found.edges if edge.holds]


def test_an_equality_that_no_sketch_shows_still_joins_a_group(monkeypatch):
    monkeypatch.setattr(outputs, "look_equal", lambda *_: False)
    found = related(("full", "cross", "multihead", "causal"), ("equal", "special case"))
    assert [set(group) for group in found.groups("equal")] == [
        {"full", "cross", "multihead"},
        {"causal"},
    ]
    assert {(e.left, e.right) for e in found.open("equal")} == {("full", "causal")}
