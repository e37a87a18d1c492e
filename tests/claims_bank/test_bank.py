"""Every question of the shipped bank is decided as it says, and every wrong option is explained."""

from __future__ import annotations

import pytest

from symattn.claims.expanding import tasks
from symattn.claims.explaining import explained
from symattn.claims.judging import judge
from symattn.claims.quiz import Unverified, bank, chosen, formal, question
from symattn.core.errors import Usage
from symattn.core.report import Place
from symattn.reading.claim_file import Entry

ROWS = bank()
BY_ID = {row.entry.id: row for row in ROWS}
COURSE = (
    "heat-4", "mask-shape", "alpha-0", "apply-mask", "leak-train", "leak-debug", "enforce",
    "enum-7", "kv-set-4", "kv-all", "violate-4", "count-5-of-8", "cost-token", "pe-removed",
    "pre-norm", "pe-equal", "fox", "constraint", "orthogonal", "order", "compute-y", "dims",
    "altered", "quadratic", "translate", "choose", "generate-cost", "same-length", "positive",
    "monotone", "projections", "one-query", "next-token", "permute-roles",
)  # fmt: skip
GAPS = {  # what a question says in words and no claim of it states
    "leak-train": "that a model which relied on the future writes badly is a fact about training",
    "next-token": "the claim is about o_i; the head W works on each position by itself",
    "pe-removed": "that two layers see the order is stated for 3 tokens (pe-two-layers)",
    "projections": "W = identity is stated for numbers (projections-identity)",
    "same-length": "the shape (n, d_v) is a question of its own (dims)",
    "translate": "the path lengths 1 and n are only told",
}


def test_every_question_of_the_course_is_there():
    assert set(COURSE) <= set(BY_ID)
    assert len(COURSE) == 34
    assert set(GAPS) <= set(BY_ID)


@pytest.mark.parametrize("name", BY_ID)
def test_decided_as_keyed_and_explained(name):
    row = BY_ID[name]
    asked = question(row.topic, row.entry, 0)
    assert asked.text
    assert sum(option.right for option in asked.options) == 1
    assert len({option.text for option in asked.options}) == len(asked.options)
    assert all(option.feedback for option in asked.options), asked


@pytest.mark.parametrize("name", BY_ID)
def test_every_refutation_has_a_counterexample(name):
    for task in tasks(BY_ID[name].entry):
        if task.expect == "refuted":
            record = judge(task)
            assert record["counterexample"], task.id
            assert explained(task, record), task.id


@pytest.mark.parametrize("name", ["heat-4", "alpha-0", "enforce", "kv-all", "positive", "dims"])
def test_a_wrong_key_is_refused(name):
    row = BY_ID[name]
    for key, _, right in formal(row.entry):
        answer = (key == "True") if row.entry.kind == "truefalse" else key
        spoilt = Entry({**row.entry.fields, "answer": answer}, {}, Place("spoilt", 1))
        if right:
            question(row.topic, spoilt, 0)
        else:
            with pytest.raises(Unverified):
                question(row.topic, spoilt, 0)


@pytest.mark.parametrize("name", ["enum-7", "fox", "count-5-of-8", "compute-y", "order"])
def test_a_wrong_answer_is_refused(name):
    row = BY_ID[name]
    answer, first, *others = row.entry.fields["answer"], *row.entry.fields["wrong"]
    spoilt = {**row.entry.fields, "answer": first, "wrong": [answer, *others]}
    with pytest.raises(Unverified):
        question(row.topic, Entry(spoilt, {}, Place("spoilt", 1)), 0)


def test_choosing():
    assert {row.topic for row in chosen(["patterns", "weights"])} == {"patterns", "weights"}
    assert len(chosen([])) == len(ROWS)
    with pytest.raises(Usage, match="did you mean 'heat-4'"):
        chosen(["heat4"])
