"""Every planted fault is named by its family, and every repair that is printed is proved."""

import re

import pytest

from symattn.core.term_claim import TermClaim
from symattn.core.verdict import FAMILIES, Decision, Fault, Refuted
from symattn.deciding.decide import decide
from symattn.deciding.repair.naming import with_fault
from symattn.deciding.repair.searching import repaired, worth_asking
from symattn.reading.claim_text import read_claim
from symattn.rendering.verdict import verdict_record, verdict_text
from tests.deciding_repair.planted import PLANTED


def named(text: str) -> tuple[Decision, Fault]:
    decision = decide(read_claim(text))
    assert isinstance(decision.verdict, Refuted), (text, decision.verdict)
    found = with_fault(decision)
    assert isinstance(found.verdict, Refuted)
    assert found.verdict.fault is not None, f"no fault found: {text}"
    return found, found.verdict.fault


@pytest.mark.parametrize(("text", "family"), PLANTED)
def test_a_planted_fault_is_named(text, family):
    _, fault = named(text)
    assert fault.family == family, fault
    assert fault.family in FAMILIES
    assert re.fullmatch(r"[a-z0-9-]+(\+[a-z0-9-]+)*", fault.code), fault
    assert "{" not in fault.sentence, fault


READ_BACK = [
    t for t, _ in PLANTED if t.startswith(("exp(", "scores", "cos(", "sin(", "m +", "log"))
]


@pytest.mark.parametrize("text", READ_BACK)
def test_the_repair_as_printed_is_proved_when_it_is_read_back(text):
    _, fault = named(text)
    left = text.partition(" == ")[0]
    again = decide(read_claim(f"{left} == {fault.fix}"))
    assert type(again.verdict).__name__ == "Proved", (fault, again.verdict)


def test_only_what_was_asked_and_proved_is_a_repair():
    claim = read_claim("weights(causal) == weights(full)")
    asked = []

    def never(edited):
        asked.append(edited)
        return decide(claim).verdict  # refuted, whatever is asked

    assert repaired(claim, never) is None
    assert asked, "nothing was asked"


def test_the_left_side_stays_as_it_is():
    claim = read_claim("exp(a - b) * c == exp(b - a) * c")
    assert isinstance(claim, TermClaim)
    for repair in worth_asking(claim):
        assert repair.claim.left == claim.left
        assert repair.claim.where == claim.where


def test_a_proved_claim_has_no_fault():
    decision = decide(read_claim("exp(a) * exp(b) == exp(a + b)"))
    assert with_fault(decision) is decision


def test_fault_and_repair_are_printed():
    found, fault = named("weights(causal) == weights(full)")
    lines = list(verdict_text(found))
    assert f"fault: {fault.sentence} [mask: mask-missing]" in lines
    assert "repair: support: j <= i" in lines
    assert verdict_record(found)["fault"] == {
        "family": "mask",
        "code": "mask-missing",
        "sentence": "the mask is missing: j <= i",
        "fix": "support: j <= i",
    }
