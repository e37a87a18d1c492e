"""Verdicts at a size: what is proved, and what must never be."""

import json

import pytest
from jsonschema import Draft202012Validator

from symattn.core.expression import Expr, I, equal, lift
from symattn.core.form_text import form
from symattn.core.term_claim import TermClaim, quantity
from symattn.core.verdict import Proved, Refuted, Undecided
from symattn.deciding.decide import decide
from symattn.deciding.field_proof import SizeProof, size_proof
from symattn.deciding.field_statement import NotAtASize, pinned, statement
from symattn.deciding.recheck import recheck
from symattn.reading.certificate import read_certificate
from symattn.reading.claim_text import read_claim
from symattn.rendering.verdict import certificate_text, verdict_record, verdict_text
from symattn.schemas import __path__ as schemas
from tests.deciding_sizes.claims import FALSE, OPEN, TRUE, UNPINNED


@pytest.mark.parametrize("text", TRUE)
def test_true_claims_are_proved_at_their_size_and_recheck(text):
    decision = decide(read_claim(text))
    found = decision.verdict
    assert isinstance(found, Proved), decision
    assert found.certificate is not None
    assert (found.scope, found.certificate.rule) == (TRUE[text], "field")
    assert found.error_bound == "0" or int(found.error_bound.removeprefix("2^")) <= -100
    assert f"error: {'below ' * (found.error_bound != '0')}{found.error_bound}" in [
        *verdict_text(decision)
    ]
    assert decision.engines[1].startswith("field: yes, ")
    told = read_certificate(certificate_text(decision))
    recheck(told.claim, told.certificate, told.scope, told.assumptions)


@pytest.mark.parametrize("text", FALSE)
def test_false_claims_are_refuted(text):
    claim = read_claim(text)
    assert isinstance(size_proof(claim), str)
    assert isinstance(decide(claim).verdict, Refuted)


@pytest.mark.parametrize("text", [*OPEN, *UNPINNED])
def test_without_a_bound_or_a_size_nothing_is_proved(text):
    claim = read_claim(text)
    assert isinstance(size_proof(claim), str)
    found = decide(claim).verdict
    assert not (isinstance(found, Proved) and found.error_bound)


def test_what_is_known_says_why_there_is_no_proof():
    found = decide(read_claim(OPEN[0])).verdict
    assert isinstance(found, Undecided)
    assert "no bound proved; no proof at a size: max of numbers" in found.known


def test_the_record_is_valid_and_has_the_bound():
    path = next(iter(schemas)) + "/verdict@1.json"
    with open(path, encoding="utf-8") as file:
        valid = Draft202012Validator(json.load(file))
    for text in list(TRUE)[3:7]:
        record = verdict_record(decide(read_claim(text)))
        valid.validate(record)
        assert record["error_bound"] in ("0", "2^-113", "2^-114")


def test_sizes_follow_from_equations_in_any_order():
    claim = read_claim("row_sum(causal, i) == 1 where d == w + 1 and w == n - 1 and 3 == n")
    assert pinned(claim) == {"n": 3, "w": 2, "d": 3}


def _claim(*where: Expr) -> TermClaim:
    return TermClaim(quantity("row_sum", 0, I), "==", lift(1), (form(support="j <= i"),), (),
                     where, (("i", "query"),))  # fmt: skip


@pytest.mark.parametrize(
    "where",
    [
        (equal("n", 3), equal("n", 4), equal("d", 2)),  # contradictory
        (equal("n", 0), equal("d", 2)),
        (equal("n", 10**9), equal("d", 2)),
        (equal("n", 256), equal("d", 256)),  # too much work
        (equal("n", 3),),
        (equal("n", 3), equal("d", 2), equal("i", 5)),  # no such place
    ],
)
def test_impossible_large_and_missing_sizes_are_refused(where):
    assert isinstance(size_proof(_claim(*where)), str)


def test_an_order_or_a_premise_is_no_equation():
    claim = _claim(equal("n", 3), equal("d", 2))
    assert isinstance(size_proof(claim), SizeProof)
    for relation in ("<=", "!=", ">"):
        other = TermClaim(claim.left, relation, claim.right, claim.forms, (), claim.where,
                          claim.positions)  # fmt: skip
        with pytest.raises(NotAtASize, match="only equations"):
            statement(other)


def test_one_sided_nan_is_no_equation_and_two_sided_nan_is_said():
    empty = form(support="j < i", empty="nan")
    where = (equal("n", 3), equal("d", 2))
    sum_of = quantity("row_sum", 0, I)
    one = TermClaim(sum_of, "==", lift(1), (empty,), (), where, (("i", "query"),))
    assert "one side alone is a number at i=0" in str(size_proof(one))
    both = TermClaim(sum_of, "==", sum_of, (empty,), (), where, (("i", "query"),))
    found = size_proof(both)
    assert isinstance(found, SizeProof)
    assert "no finite value is compared at 1 places, as i=0" in found.assumptions
