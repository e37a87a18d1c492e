"""Trials are the same on every run, stay within their budgets, and know only what they may."""

from __future__ import annotations

import ast
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from time import process_time

import pytest

import symattn.deciding.trials
from symattn.deciding.answer import No, Point, Unsure, Yes
from symattn.deciding.replay import DoesNotReplay
from symattn.deciding.trials import answering
from symattn.deciding.trials.answering import BUDGETS, answer_trials
from symattn.deciding.trials.certainty import error_bound
from symattn.deciding.trials.lattice import cost, worlds
from symattn.deciding.trials.leak import gap
from symattn.deciding.trials.plan import plan
from symattn.deciding.trials.replaying import replayed_term
from tests.deciding_trials.test_answers import FALSE, TRUE
from tests.deciding_trials.truth import claim_of, point_of, refuted

ROOM = Path(symattn.deciding.trials.__file__).parent
TEXTS = [TRUE[0], TRUE[2], TRUE[8], *list(FALSE)[:3]]
SCRIPT = """
from symattn.reading.claim_text import read_claim
from symattn.deciding.trials.answering import answer_trials
for text in {texts!r}:
    print(answer_trials(read_claim(text)))
"""


def test_the_same_answers_in_every_process() -> None:
    shown = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT.format(texts=texts)],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOM.parents[2])},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, texts in (("1", TEXTS), ("2", TEXTS))
    }
    assert len(shown) == 1
    assert "No(" in shown.pop()


@pytest.mark.parametrize("text", [t for t in TRUE if "implies" not in t])
def test_sizes_stay_within_their_budget(text: str) -> None:
    ready = plan(claim_of(text))
    for budget, most in BUDGETS:
        spent = sum(cost(ready, sizes) for sizes in worlds(ready, budget, most))
        assert spent <= max(budget, most)


@pytest.mark.parametrize(
    "text", ["weights(causal+alibi(m)) == weights(causal+bias(m*j))", "row_sums(causal) == 1",
             "output(causal) == online(causal, tile=b)", "softmax(j, s[i,j]) == softmax(j, s[i,j])"]
)  # fmt: skip
def test_every_short_length_is_tried(text: str) -> None:
    ready = plan(claim_of(text))
    assert {sizes["n"] for sizes in worlds(ready, *BUDGETS[0])} == set(range(1, 7))


def test_unequal_lengths_are_tried() -> None:
    ready = plan(claim_of("row_sums(cross) == 1 where n_q >= 1 and n_k >= 1"))
    pairs = {(sizes["n_q"], sizes["n_k"]) for sizes in worlds(ready, *BUDGETS[0])}
    assert {(1, 2), (2, 1), (2, 3), (3, 2)} <= pairs


HOSTILE = """
weights(causal) == weights(full) where n >= 10**6
weights(causal) == weights(full) where d == 10**9
weights(causal) == weights(full) where d == 64
output(causal) == online(causal, tile=10**9)
output(gqa(groups=64)) == output(multihead)
exp(10**40*a) == 1
exp(exp(exp(exp(a)))) == 1
exp(exp(exp(10*a))) == exp(exp(exp(10*c)))
a**1000 == a**1001
sum(l, 1, 10**6, l) == 3
sum(l, 1, 10**5, exp(l*a)) == 3
10**300 * a == 10**300*c
exp(-10**30) == 0
1/(a - a) == 1
log(0) == 1
(a - a)/(a - a) == a
weight(causal, i, i+1) == 0
weight(causal, 2, 1) == 1/3
row(output(causal), 10**9) == row(output(full), 10**9)
exp(a*10**-300) == 1
floor(a) == a
floor_log(a, 2, 1) == 1
rope(q, 10**30) == q
weights(window(visible=10**12)) == weights(full)
""".strip().splitlines()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_claims_end_soon_and_are_answered(text: str) -> None:
    claim = claim_of(text)
    start = process_time()
    answer = answer_trials(claim)
    assert process_time() - start < 2
    if isinstance(answer, No):
        replayed_term(claim, answer.point)
    assert process_time() - start < 4


def test_a_hint_that_no_machine_holds_is_given_up() -> None:
    claim = claim_of("weights(window(visible=10**12)+causal) == weights(causal)")
    start = process_time()
    assert not isinstance(answer_trials(claim, {"n": 10**12 + 1, "i": 10**12, "j": 0}), No)
    assert process_time() - start < 2


GARBAGE = [  # a claim, and a point that is no counterexample to it
    ("row_sums(causal) == 1", Point({"n": 2, "d": 1, "i": 1}, {})),
    ("row_sums(causal) == 2", Point({"n": 2, "d": 1, "i": 2}, {})),
    ("row_sums(causal) == 2", Point({"n": 0, "d": 1, "i": 0}, {})),
    ("row_sums(causal) == 2", Point({"n": 2, "d": 0, "i": 0}, {})),
    ("row_sums(causal) == 2 where n >= 3", Point({"n": 2, "d": 1, "i": 0}, {})),
    ("weights(window(visible=w)+causal) == weights(causal)",
     Point({"n": 2, "d": 1, "w": 0, "i": 1, "j": 0}, {})),
    ("dot(x[i], x[j]) == 0 implies weight(simple, i, j) == 0",
     Point({"n": 1, "d": 1, "i": 0, "j": 0}, {("x", (0, 0)): 1})),
    ("a > 0 implies exp(a) < 1", Point({"a": -1}, {})),
    ("exp(a)*exp(-a) == 1", Point({"a": 1}, {})),
    ("sqrt(a)*sqrt(a) == a", Point({"a": -1}, {})),
    ("weights(causal+padding) == weights(causal)",
     Point({"n": 2, "d": 1, "i": 1, "j": 0}, {("keep", (0,)): 3})),
    ("weights(packed) == weights(full)",
     Point({"n": 2, "d": 1, "i": 1, "j": 0}, {("doc", (0,)): Fraction(1, 2)})),
    ("output(gqa(groups=g)) == output(multihead)",
     Point({"n": 1, "d": 1, "d_v": 1, "H": 3, "g": 2, "h": 2, "i": 0}, {("v", (2, 0, 0)): 1})),
]  # fmt: skip


@pytest.mark.parametrize(("text", "point"), GARBAGE)
def test_garbage_does_not_replay(text: str, point: Point) -> None:
    with pytest.raises(DoesNotReplay):
        replayed_term(claim_of(text), point)


def test_a_point_that_is_moved_a_little_still_replays_or_is_refused() -> None:
    claim = claim_of("weights(causal+alibi(m)) == weights(causal)")
    point = point_of(claim.text)
    moved = Point({**point.values, "m": 0}, point.entries)
    with pytest.raises(DoesNotReplay):
        replayed_term(claim, moved)
    assert replayed_term(claim, Point({**point.values, "m": 5}, point.entries)).left


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{a.name}" for a in node.names}
    return found


def test_trials_share_no_code_with_engine_a_nor_the_replay_with_trials() -> None:
    for path in ROOM.glob("*.py"):
        names = imported(path)
        assert not any("deciding.terms" in name for name in names), path
        if path.name.startswith("replay"):
            for room in ("core.interpret", "core.attend", "core.region", "core.instance",
                         "trials.world", "trials.rows", "trials.loops", "trials.reals",
                         "trials.search", "deciding.fields"):  # fmt: skip
                assert not any(name.startswith(f"symattn.{room}") or room in name
                               for name in names), (path, room)  # fmt: skip


def test_an_engine_that_always_agrees_is_not_what_is_tested(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without a comparison every false equation would pass: the tests above would see it."""
    monkeypatch.setattr(answering, "likenesses", lambda *_: iter([((), "equal")]))
    assert isinstance(answer_trials(claim_of("1 == 2")), (Yes, Unsure))


def test_the_leak_is_what_the_sides_differ_by() -> None:
    from math import exp

    text = "softmax(j, where(j <= i, s[i,j], -20)) == softmax(j, where(j <= i, s[i,j], -oo))"
    case = refuted(text)
    values = dict(case.values)
    assert (values["n"], values["i"], values["j"]) == (2, 0, 0)  # or the masked key, if cheaper
    formula = gap(claim_of(text))
    assert formula is not None
    assert formula.startswith("left - right = exp(-20) / (V + exp(-20) * m) for a masked key")
    assert formula in case.note
    masked = refuted(text + " where j == 1 and i == 0")
    V, m = 1, 1  # one visible score, 0
    assert float(masked.left) - float(masked.right) == pytest.approx(exp(-20) / (V + exp(-20) * m))
    assert gap(claim_of("weights(bias(where(j <= i, 0, -7))) == weights(causal)")) is not None
    assert gap(claim_of("weights(causal) == weights(full)")) is None
    assert gap(claim_of("exp(a) == 1")) is None


def test_equal_at_a_size_comes_with_a_bound() -> None:
    claim = claim_of("weights(causal+alibi(m)) == weights(causal+bias(m*j))")
    found = error_bound(claim, {"n": 4, "d": 3})
    assert found is not None
    assert 0 < found < 2**-90
    longer = error_bound(claim, {"n": 6, "d": 3})
    assert longer is not None
    assert longer > found  # more places, higher degrees
    one = error_bound(claim_of("row_sums(causal) == 1"), {"n": 3, "d": 3})
    assert one is not None


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("weights(causal) == weights(full)", {"n": 2, "d": 1}),  # false
        ("weights(causal) == weights(full) where n == 1", {"n": 2, "d": 1}),  # not allowed
        ("weight(causal, i, j) <= 1", {"n": 2, "d": 1}),  # an order
        ("weights(packed) == weights(packed)", {"n": 2, "d": 1}),  # documents decide
        ("log(exp(a)) == a", {}),  # no bound for a logarithm
        ("weights(fire) == weights(fire)", {"n": 2, "d": 1}),
    ],
)
def test_there_is_no_bound_without_its_conditions(text: str, sizes: dict[str, int]) -> None:
    assert error_bound(claim_of(text), sizes) is None
