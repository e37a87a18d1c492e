"""Each engine broken on purpose: a wrong answer is never handed on, and is said to be our bug."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import symattn
from symattn.core.claim import problem
from symattn.core.verdict import Proved, Refuted, Undecided
from symattn.deciding import decide as deciding
from symattn.deciding import lattice_search, pairs, translation
from symattn.deciding.answer import No, Point, Unsure, Yes
from symattn.deciding.decide import combined, decide
from symattn.deciding.replay import DoesNotReplay, replayed
from symattn.reading.claim_text import read_claim
from symattn.rendering.verdict import verdict_text

TRUE = "support(window(visible=w)) <= support(causal)"
FALSE = "support(window(visible=w)) == support(causal)"
CASE = Point({"n": 2, "w": 1, "i": 1, "j": 0})


def bug(text, solver, search):
    claim = read_claim(text)
    found = combined(claim, problem(claim), solver, search)
    assert isinstance(found, Undecided)
    assert "our bug" in found.reason
    assert found.reproduction == f'symattn prove "{text}"'
    return found


def test_yes_against_no():
    bug(FALSE, Yes(), No(CASE))
    bug(FALSE, No(CASE), Yes(known="all"))


def test_a_counterexample_that_does_not_replay():
    assert "does not replay" in bug(TRUE, No(CASE), Yes()).reason
    assert "does not replay" in bug(TRUE, Yes(), No(CASE)).reason
    assert "does not hold there" in bug(FALSE, No(Point(dict(CASE.values, w=0))), Yes()).reason


def test_vacuous_against_a_case():
    bug(TRUE, Unsure("vacuous", vacuous=True), Yes())


def test_a_wrong_yes_does_not_pass_the_kernel():
    """The search that sees nothing beyond n = 6 cannot help here: the obligations do."""
    claim = read_claim("support(window(visible=4096)) == support(causal)")
    found = combined(claim, problem(claim), Yes(), Yes(known="every n <= 6"))
    assert isinstance(found, Undecided)
    assert "does not re-check" in found.reason


def test_a_large_case_is_no_contradiction():
    claim = read_claim("support(window(visible=4096)) == support(causal)")
    case = No(Point({"n": 4097, "i": 4096, "j": 0}))
    assert isinstance(combined(claim, problem(claim), case, Yes()), Refuted)


def test_abstaining_is_no_answer():
    claim = read_claim(TRUE)
    asked = problem(claim)
    found = combined(claim, asked, Unsure("gave up: z3"), Yes(known="every n <= 6"))
    assert found == Undecided("gave up: z3", "holds for every n <= 6")
    assert isinstance(combined(claim, asked, Yes(), Unsure("cannot evaluate")), Proved)


def test_engine_a_with_a_wrong_rule(monkeypatch):
    rules = dict(translation.COMPARE, **{"<": translation.COMPARE["<="]})
    monkeypatch.setattr(translation, "COMPARE", rules)
    found = decide(read_claim("support(i - j < w) == support(i - j <= w)"))
    assert isinstance(found.verdict, Undecided)
    assert "our bug" in found.verdict.reason
    lines = list(verdict_text(found))
    assert lines[0].startswith("UNDECIDED our bug")
    assert lines[-1].startswith("reproduce: symattn prove ")


def test_engine_b_with_a_wrong_rule(monkeypatch):
    checks = dict(lattice_search.CHECKS, **{"==": lambda *_: True})
    monkeypatch.setattr(lattice_search, "CHECKS", checks)
    found = decide(read_claim(FALSE)).verdict
    assert isinstance(found, Undecided)
    assert "our bug" in found.reason


def test_engine_a_that_forgets_the_conditions(monkeypatch):
    engine = dict(deciding.ENGINES, **{"==": lambda asked: pairs.answer_pairs(asked)})
    monkeypatch.setattr(pairs, "conditions_doubt", lambda *_: None)
    monkeypatch.setattr(deciding, "ENGINES", engine)
    found = decide(read_claim("support(causal) == support(full) where n < n")).verdict
    assert not isinstance(found, Refuted)


def test_replays_refuse_what_is_no_counterexample():
    asked = problem(read_claim(FALSE))
    assert replayed(asked, No(CASE)).left == "False"
    for wrong in ({"w": 2}, {"i": 0}, {"n": 1}, {"j": 1}):
        with pytest.raises(DoesNotReplay):
            replayed(asked, No(Point(dict(CASE.values) | wrong)))


RECORDS = {"Proved": "deciding", "Refuted": "deciding", "Relabelled": "deciding",
           "Undecided": "deciding", "Unreadable": "reading"}  # fmt: skip


def test_verdicts_are_built_in_their_room_only():
    root = Path(symattn.__file__).parent
    for path in sorted(root.rglob("*.py")):
        tree = ast.parse(path.read_text())
        imported = {
            alias.asname or alias.name: alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "symattn.core.verdict"
            for alias in node.names
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = imported.get(node.func.id) if isinstance(node.func, ast.Name) else None
            if isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "verdict":
                name = node.func.attr
            if name in RECORDS:
                assert path.relative_to(root).parts[0] == RECORDS[name], (path, name)


SEARCH = {"pairs", "rows", "stretches", "translation", "minimisation", "solver", "lattice_search",
          "decide", "answer", "replay"}  # fmt: skip
SEPARATE = {
    "kernel": SEARCH,
    "smtlib": SEARCH,
    "replay": SEARCH - {"answer", "replay"},
    "lattice_search": SEARCH - {"answer", "lattice_search"} | {"kernel", "smtlib"},
}


@pytest.mark.parametrize("name", SEPARATE)
def test_who_shares_nothing_with_whom(name):
    path = Path(symattn.__file__).parent / "deciding" / f"{name}.py"
    met = {
        node.module.rpartition(".")[2]
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("symattn.deciding")
    }
    assert not met & SEPARATE[name]


def test_the_kernel_is_small():
    folder = Path(symattn.__file__).parent / "deciding"
    lines = [
        line
        for name in ("kernel", "smtlib")
        for line in (folder / f"{name}.py").read_text().splitlines()
    ]
    assert sum(bool(line.strip()) for line in lines) <= 300
