"""The campaign in short: some claims of every family, and the special list; and its own parts.

The verdicts must be right or "undecided"; the oracle, the mutations and the judge are tested with
claims whose truth is plain.
"""

from __future__ import annotations

import pytest

from symattn.core.verdict import Proved, Refuted, Undecided
from symattn.reading.claim_text import read_claim
from tests.campaign.case import FAMILIES
from tests.campaign.mutations import MUTATIONS, mutated
from tests.campaign.report import BAD, bad
from tests.campaign.rewrites.real import REAL
from tests.campaign.rewrites.real_sums import SUMS
from tests.campaign.rewrites.whole import WHOLE
from tests.campaign.running import cases, judged, made, run, run_one, witness
from tests.campaign.special import SPECIAL

EACH = 12  # claims of a family, true and false


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_no_wrong_verdict(family):
    tasks = [task for task in cases(EACH * len(FAMILIES), seed=0) if task[0] == family]
    results = [result for task in tasks for result in run_one(task)]
    assert not any(r.outcome in BAD for r in results), bad(results)
    assert any(r.outcome in ("right", "undecided") for r in results)


@pytest.mark.parametrize("name", sorted({case.rule for case in SPECIAL}))
def test_no_wrong_verdict_on_the_special_list(name):
    results = [run(case, known=True) for case in SPECIAL if case.rule == name]
    assert not any(r.outcome in BAD for r in results), bad(results)


PLAIN = [  # a claim, and whether it is true
    ("support(j <= i) == support(j < i + 1)", True), ("support(j <= i) == support(j < i)", False),
    ("nonempty(j <= i)", True), ("nonempty(j < i)", False), ("count(causal) == n ** 2", False),
    ("row_count(causal, i) == i + 1 + 1 / 1000000000000000000000000000000", False),
    ("support(j <= i) == support(j - 1 / 1000000000000000000000000000000 < i)", True),
    ("support(j <= i) == support(j + 1 / 1000000000000000000000000000000 <= i)", False),
    ("support(packed) == support(doc[i] == doc[j])", True), ("nonempty(padding)", False),
    ("row_count(causal, i) == i + 1", True), ("no_future(prefix(p))", False),
    ("exp(a + b) == exp(a) * exp(b)", True), ("exp(a * b) == exp(a) * exp(b)", False),
    ("exp(a) == exp(a) + 1 / 1000000000000000000000000000000", False), ("a <= a + 1", True),
    ("weights(causal + bias(c)) == weights(causal)", True),
    ("weights(causal) == weights(full)", False),
    ("weights(causal + softmax1 + bias(c)) == weights(causal + softmax1)", False),
    ("output(mla_expanded) == output(mla_absorbed)", True), ("row_sums(softmax1) == 1", False),
    ("dot(rope(q[i], i), rope(k[j], j)) == dot(rope(q[i], i - j), k[j])", True),
    ("dot(rope(q[i], i), rope(k[j], j)) == dot(rope(q[i], i + j), k[j])", False),
    ("online(causal, tile=b) == output(causal)", True),
    ("online(full, tile=b) == output(causal)", False),
    ("recurrent(linear + causal) == output(linear + causal)", True),
    ("recurrent(retention) == output(linear + causal)", False),
    ("decode(causal, step=t) == row(output(causal), t)", True),
    ("decode(full, step=t) == row(output(full), t)", False),
    ("output(mqa) == output(gqa(groups=1))", True), ("output(mqa) == output(multihead)", False),
    ("weight(causal, i, i) > 0", True), ("weight(causal, i, j) > 0", False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "true"), PLAIN)
def test_the_oracle_tells_true_from_false(text, true):
    assert (witness(read_claim(text)) is None) is true


def test_the_oracle_agrees_with_the_special_list():
    """What the oracle can see at small sizes is false, and nothing that is true."""
    seen = [case for case in SPECIAL if witness(read_claim(case.text)) is not None]
    assert not any(case.true for case in seen)
    assert len(seen) > sum(not case.true for case in SPECIAL) / 2


def test_the_judge_accepts_nothing_but_the_right_word():
    case = run(SPECIAL[0], known=True)
    assert case.outcome in ("right", "undecided")
    refuted = Refuted(None)  # type: ignore[arg-type]
    assert judged(True, Proved("all n >= 1", None)) == judged(False, refuted) == "right"
    assert judged(False, Proved("all n >= 1", None)) == judged(True, refuted) == "wrong"
    assert judged(False, Proved("n = 5", None)) == "at a size"
    assert judged(True, Undecided("gave up")) == "undecided"
    assert judged(True, Undecided("our bug: two engines")) == "contradiction"


def test_the_same_seed_makes_the_same_claim():
    tasks = cases(60, seed=3)
    assert [made(*task) for task in tasks] == [made(*task) for task in tasks]
    assert len({made(*task).text for task in tasks}) > 50


def test_every_mutation_and_every_rewrite_is_used():
    from random import Random

    texts = [made(*task) for task in cases(4000, seed=5)]
    used = {name for case in texts if case.true for name in case.rule.split(" + ")}
    missing = {rule.name for rule in (*WHOLE, *REAL, *SUMS)} - used
    assert not missing
    found = {mutated(case.text, Random(n))[1] for n, case in enumerate(texts)}
    assert found - {"nothing"} == set(MUTATIONS)
