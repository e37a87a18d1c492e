"""cvc5 beside z3: both find every obligation of our tables unsatisfiable; a quarrel is rejected."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from symattn.core.verdict import Certificate, Obligation
from symattn.deciding import kernel, second_solver
from symattn.deciding.decide import decide
from symattn.deciding.kernel import Rejected
from symattn.deciding.second_solver import Opinion, asked_of_cvc5, second_opinions
from symattn.reading.claim_text import read_claim
from tests.cli.running import inside
from tests.deciding_supports.test_reach import PROVED as REACHES
from tests.deciding_supports.test_rows import PROVED as ROWS
from tests.deciding_supports.test_table import PROVED as PAIRS

PROOF = str(Path(__file__).parent / "proof.json")
HEAD = "(set-logic ALL)\n(declare-const $x Int)\n(declare-const $y Int)\n"
SCRIPTS = {
    "(assert (< $x $x))": "unsat",
    "(assert (= (* $x $x) 49))": "sat",
    "(assert (= (mod $x 2) 2))": "unsat",
    "(assert (= (div (- 7) 2) (- 3)))": "unsat",
    "(assert (= (div (- 7) 2) (- 4)))": "sat",
    "(assert (= (to_int (/ (to_real $x) 2.0)) (- 4)))": "sat",
    "(assert (and (> $y 0) (= (* $x $x) (+ (* 61 $y $y) 1))))": "unknown",  # y = 226153980
    "(assert (no such word))": "unknown",
}
needs_cvc5 = pytest.mark.skipif(
    not second_solver.installed(), reason="cvc5 is not installed: pip install 'symattn[solvers]'"
)


@needs_cvc5
@pytest.mark.parametrize("claims", [PAIRS, ROWS, REACHES], ids=["pairs", "rows", "reaches"])
def test_both_solvers_agree_on_every_obligation(claims):
    """Where cvc5 gives up, it says so; that it does so seldom is what makes it worth asking."""
    answers = []
    for text in claims:
        found = decide(read_claim(text)).verdict
        answers += [(o.cvc5, text, o.obligation) for o in second_opinions(found.certificate)]
    gave_up = [answer for answer in answers if answer[0] != "unsat"]
    assert {answer[0] for answer in gave_up} <= {"unknown"}
    assert len(gave_up) <= len(answers) / 50, gave_up
    assert len(answers) >= len(claims)


@needs_cvc5
@pytest.mark.parametrize("script", SCRIPTS)
def test_both_solvers_read_the_same_scripts(script):
    text = f"{HEAD}{script}\n(check-sat)\n"
    assert asked_of_cvc5(text, 20_000) == SCRIPTS[script]
    if SCRIPTS[script] != "unknown":
        assert kernel.solved(text) == SCRIPTS[script]


@needs_cvc5
def test_the_budget_is_in_steps():
    """Few steps are too few for what more steps decide, in whatever time."""
    hard = decide(read_claim(REACHES[1])).verdict.certificate.obligations
    scripts = [obligation.script for obligation in hard]
    assert "unknown" in [asked_of_cvc5(script, 1) for script in scripts]
    assert [asked_of_cvc5(script) for script in scripts] == ["unsat"] * len(scripts)


ONE = Certificate("pairs", (), (Obligation("left", "why", "(check-sat)"),))


def test_a_quarrel_is_rejected_and_said_to_be_a_bug():
    with pytest.raises(Rejected, match=r"our bug.*'left' is unsat for z3 and sat for cvc5"):
        second_opinions(ONE, lambda _: "sat")
    assert second_opinions(ONE, lambda _: "unknown") == (Opinion("left", "unsat", "unknown"),)


def test_a_quarrel_on_the_command_line(monkeypatch):
    monkeypatch.setattr(second_solver, "installed", lambda: True)
    monkeypatch.setattr(second_solver, "asked_of_cvc5", lambda _: "sat")
    result = inside("recheck", PROOF)
    assert result.returncode == 3
    assert result.stdout.startswith("UNDECIDED our bug")
    assert json.loads(inside("recheck", PROOF, "--json").stdout)["solvers"] == []


def test_without_cvc5(monkeypatch):
    monkeypatch.setattr(second_solver, "installed", lambda: False)
    monkeypatch.setattr(second_solver, "asked_of_cvc5", None)
    result = inside("recheck", PROOF)
    assert result.returncode == 0
    assert result.stdout.splitlines()[2:] == [
        "a witness is seen: z3: unsat, cvc5: not installed",
        "re-checked: 1 obligations hold",
    ]


@needs_cvc5
def test_the_answers_of_both_are_printed():
    lines = inside("recheck", PROOF).stdout.splitlines()
    assert lines[2] == "a witness is seen: z3: unsat, cvc5: unsat"
    record = json.loads(inside("recheck", PROOF, "--json").stdout)
    assert record["solvers"] == [
        {"obligation": "a witness is seen", "z3": "unsat", "cvc5": "unsat"}
    ]
