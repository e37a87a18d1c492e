"""Wrong formulas of papers: each fault is named, and the repair is proved as it is printed."""

import json
from pathlib import Path

import pytest

from symattn.claims.formula_faults import Source, formula_fault, with_formula_fault
from symattn.core.verdict import Proved, Refuted
from symattn.deciding.formula_verdicts import decide_formula
from symattn.reading.formula import read_formula_claim
from symattn.reading.formula_edits import editable
from symattn.rendering.formula_verdict import formula_record, formula_text

CASES = json.loads((Path(__file__).parent / "formulas.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=[f"{c['bug']}" for c in CASES])
def test_a_wrong_formula_is_named_and_its_repair_is_proved(case):
    found = formula_fault(Source(case["wrong"], case["reference"]))
    assert found is not None
    assert (found.family, found.code) == (case["family"], case["code"]), found
    head, equals, _ = case["wrong"].rpartition(" = ")
    text = f"{head} = {found.fix}" if equals and "=" not in head else found.fix
    reference = case["reference"].rpartition(" = ")[2] if text == found.fix else case["reference"]
    again = decide_formula(read_formula_claim(text, reference=reference))
    assert isinstance(again.verdict, Proved), (found, again.verdict)


def test_the_side_that_is_edited_reads_back_as_it_is_printed():
    for case in CASES:
        opened = editable(case["wrong"], case["reference"])
        assert opened is not None, case["bug"]
        again = editable(opened.edited(opened.side) or "", case["reference"])
        assert again is not None, opened.edited(opened.side)
        assert again.latex(again.side) == opened.latex(opened.side)


def test_the_fault_stands_in_the_verdict():
    source = Source(r"e^{a-b} = e^{b-a}")
    decided = decide_formula(read_formula_claim(source.text))
    found = with_formula_fault(decided, source)
    assert isinstance(found.verdict, Refuted)
    assert formula_record(found)["fault"]["code"] == "exponent-reversed"
    assert r"repair: \exp(a - b)" in list(formula_text(found))


def test_a_proved_formula_has_no_fault():
    source = Source(r"e^{a} e^{b} = e^{a+b}")
    decided = decide_formula(read_formula_claim(source.text))
    assert with_formula_fault(decided, source) is decided
