"""Variants: many, the same for the same seed, as the schema asks, and each of them verified."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from symattn.claims.quiz import BANKS, Row, Unverified, asked_question, bank, question, quiz
from symattn.claims.variants import families
from symattn.claims.variants.families import FAMILIES, variant
from symattn.core.errors import Usage
from symattn.core.report import Place
from symattn.reading.claim_file import Entry, schema

SEEDS, DISTINCT = 1200, 500
ROWS = {row.entry.id: row for row in bank()}
CLAIM = Draft202012Validator(schema()["$defs"]["claim"])


def content(record: dict[str, Any]) -> str:
    """What a variant asks, whatever its name and the order of its options."""
    kept = {name: part for name, part in record.items() if name != "id"}
    if "options" in kept:
        options, keyed = kept.pop("options"), kept.pop("answer")
        kept["right"] = options[keyed]
        kept["wrong"] = [option for option in options.values() if option is not options[keyed]]
    if "wrong" in kept:
        kept["wrong"] = sorted(json.dumps(option) for option in kept["wrong"])
    return json.dumps(kept, sort_keys=True)


def test_every_family_belongs_to_a_question():
    assert set(FAMILIES) <= set(ROWS)
    assert BANKS.is_dir()


@pytest.mark.parametrize("name", FAMILIES)
def test_at_least_500_are_distinct(name):
    found = {content(variant(name, seed)) for seed in range(SEEDS)}
    assert len(found) >= DISTINCT, (name, len(found))


@pytest.mark.parametrize("name", FAMILIES)
def test_the_same_seed_makes_the_same_record_and_a_valid_one(name):
    for seed in range(25):
        record = variant(name, seed)
        assert json.dumps(record) == json.dumps(variant(name, seed))
        CLAIM.validate(record)
        assert len(record.get("wrong", record.get("options", (1, 2)))) >= 2, record


@pytest.mark.parametrize("name", FAMILIES)
def test_a_sample_is_decided_as_keyed_and_explained(name):
    for seed in (0, 11, 977):
        asked = asked_question(ROWS[name], seed)
        assert asked.id == f"{name}.{seed}"
        assert sum(option.right for option in asked.options) == 1
        assert len({option.text for option in asked.options}) == len(asked.options)
        assert all(option.feedback for option in asked.options if not option.right), asked


def with_another_key(record: dict[str, Any]) -> dict[str, Any]:
    if record["kind"] == "truefalse":
        return {**record, "answer": not record["answer"]}
    if record["kind"] == "choice":
        other = next(label for label in record["options"] if label != record["answer"])
        return {**record, "answer": other}
    first, *others = record["wrong"]
    return {**record, "answer": first, "wrong": [record["answer"], *others]}


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_that_keys_wrongly_is_caught(name, monkeypatch):
    family = FAMILIES[name]
    spoilt = {**FAMILIES, name: lambda draw: with_another_key(family(draw))}
    monkeypatch.setattr(families, "FAMILIES", spoilt)
    with pytest.raises(Unverified, match="expected"):
        asked_question(ROWS[name], 3)


def test_a_variant_in_full():
    assert variant("kv-all", 3) == {
        "id": "kv-all.3",
        "kind": "truefalse",
        "statement": "In causal attention over 4 tokens that count from 0, the query of position 3"
        " meets the key of position 2.",
        "claim": "support(i == 3 and j == 2) <= support(causal) where n == 4",
        "answer": True,
    }


def test_feedback_comes_from_the_counterexample():
    entry = Entry(
        {"id": "a", "kind": "enumeration", "statement": "?", "reference": "causal",
         "given": {"n": 4, "i": 1}, "answer": "q1 k0, q1 k1", "wrong": ["q1 k0, q1 k1, q1 k3"]},
        {}, Place("a", 1),
    )  # fmt: skip
    asked = question("t", entry, 0)
    said = [option.feedback for option in asked.options if not option.right]
    assert said == ["Here query 1 sees key 3, which comes later."]


def test_counting_questions():
    found = [q.id for q in quiz(["fox", "kv-all"], 5, 4)]
    assert found == ["kv-all.5", "fox.5", "kv-all.6", "fox.6"]
    with pytest.raises(Usage, match="only 1 questions"):
        list(quiz(["mask-shape"], 5, 2))
    kept = [q.id for q in quiz(["patterns"], 5, 2)]
    assert len(kept) == 2
    assert kept == [q.id for q in quiz(["patterns"], 5, 2)]


def test_a_question_that_does_not_vary_keeps_its_words_and_changes_its_order():
    row: Row = ROWS["constraint"]
    orders = {tuple(o.text for o in asked_question(row, seed).options) for seed in range(4)}
    assert len(orders) > 1
    assert len({frozenset(order) for order in orders}) == 1
