"""Claims about the reach of stacked layers: verdicts of a table, a truth by sets, planted bugs."""

from __future__ import annotations

import subprocess
import sys
from itertools import product
from shlex import split

import pytest
from hypothesis import given, settings

from symattn.core.claim import problem
from symattn.core.errors import Unreadable, Usage
from symattn.core.text import show
from symattn.core.verdict import Certificate, Proved, Refuted, Undecided
from symattn.deciding import kernel, lattice_search, reach, replay
from symattn.deciding.answer import No, Point
from symattn.deciding.decide import decide
from symattn.deciding.replay import DoesNotReplay, replayed
from symattn.reading.claim_text import read_claim
from tests.deciding_supports.test_random import conditions
from tests.deciding_supports.truth import BUILT_IN, compiled

PROVED = [
    "reach(window(visible=w), layers=L) == L*(w-1) where n > L*(w-1)",
    "reach(window(visible=w), layers=L) == min(n - 1, L*(w-1))",
    "reach(window(visible=w), layers=L) == min(n - 1, L*w - L)",
    "reach(window(visible=w), layers=w) == min(n - 1, w**2 - w)",
    "reach(window(lookback=w), layers=3) == 3*w where n > 3*w",
    "reach(window(left=a, right=b), layers=L) == min(n - 1, L*a)",
    "reach(window(visible=4096), layers=32) == 32*4095 where n > 32*4095",
    "reach(causal, layers=L) == n - 1",
    "reach(full, layers=1) == n - 1",
    "reach(causal+alibi, layers=n) == n - 1",
    "reach(j + n_k <= i + n_q, layers=n_k) == n - 1",
    "reach(prefix(p), layers=L) == n - 1",
    "reach((window(visible=w) | sink_tokens(s)) + causal, layers=L) == n - 1 where s >= 1",
    "reach(global_window(lookback=1, tokens=t), layers=L) == n - 1 where t >= 1",
    "reach(dilated(3)+causal, layers=L) == 3*((n-1)//3)",
    "reach(dilated(2)+window(visible=w), layers=L) == 2*min((n-1)//2, L*((w-1)//2))",
    "reach(dilated(3)+window(visible=7), layers=L) == 6*L where n > 6*L",
    "reach(dilated(r)+window(visible=r+1), layers=L) == L*r where n > L*r",
    "reach(chunked(c)+causal, layers=L) == min(c, n) - 1",
    "reach(chunked(c)+window(visible=w), layers=L) == min(min(c, n) - 1, L*(w-1))",
    "reach(block_local(c), layers=L) == min(n - 1, (L + 1)*c - 1)",
    "reach(block_local(4)+causal, layers=L) == 4*L + 3 where n >= 4*L + 4",
    "reach(strided(4)+causal, layers=L) == n - 1 where L >= 2",
    "reach(i - j == 3 or i == j, layers=L) == 3*min(L, (n-1)//3)",
    "reach(j >= i, layers=L) == 0",
    "reach(false, layers=7) == 0",
]
REFUTED = {
    "reach(window(visible=w), layers=L) == L*w where n > L*w": {"n": 2, "w": 1, "L": 1},
    "reach(window(visible=w), layers=L) == L*(w-1)": {"n": 1, "w": 2, "L": 1},
    "reach(window(visible=w), layers=L) == n - 1": {"n": 2, "w": 1, "L": 1},
    "reach(window(visible=40), layers=L) == n - 1": {"n": 41, "L": 1},
    "reach(window(visible=9), layers=4) == 33 where n > 33": {"n": 34},
    "reach(window(lookback=w), layers=L) == L*(w-1) where n > L*w and w >= 1":
        {"n": 2, "w": 1, "L": 1},
    "reach(chunked(c)+causal, layers=L) == c - 1": {"n": 1, "c": 2, "L": 1},
    "reach(block_local(c)+causal, layers=L) == min(n - 1, L*c)": {"n": 4, "c": 2, "L": 1},
    "reach(strided(4)+causal, layers=L) == n - 1": {"n": 6, "L": 1},
    "reach(dilated(2)+causal, layers=L) == n - 1": {"n": 2, "L": 1},
    "reach(causal, layers=2) == n": {"n": 1},
    "reach(packed+causal, layers=L) == n - 1": {"n": 2, "L": 1},
}  # fmt: skip
UNDECIDED = {
    "reach(dilated(r), layers=L) == n - 1 - (n-1) % r": "not supported yet",
    "reach(window(visible=4096), layers=32) == 32*4096 where n > 32*4096": "too large to be tried",
    "reach(window(visible=w), layers=L) == L*(w-1) where n < n": "vacuous",
}


def broken(claim, largest=6, most_layers=4, width=4):
    """The first small case in which the claim is false, by sets of positions, layer by layer."""
    asked = problem(claim)
    left, right, layers = map(compiled, (asked.left, asked.right, asked.layers))
    rules = [compiled(condition) for condition in asked.given]
    values = [
        range(1, largest + 1) if u.name == "n"
        else range(1, most_layers + 1) if u.name == show(asked.layers)
        else range(u.least if u.least is not None else -2, (u.least or 0) + width)
        for u in asked.unknowns
    ]  # fmt: skip
    for numbers in product(*values):
        names = {u.name: value for u, value in zip(asked.unknowns, numbers, strict=True)}
        if not all(eval(rule, BUILT_IN, names) for rule in rules):
            continue
        n = names["n"]
        sees = [
            {j for j in range(n) if eval(left, BUILT_IN, names | {"i": i, "j": j})}
            for i in range(n)
        ]
        far = 0
        for i in range(n):
            here = {i}
            for _ in range(eval(layers, BUILT_IN, names)):
                here |= {j for k in here for j in sees[k]}
            far = max(far, i - min(here))
        if far != eval(right, BUILT_IN, names):
            return names
    return None


@pytest.mark.parametrize("text", PROVED)
def test_proved(text):
    claim = read_claim(text)
    decision = decide(claim)
    assert isinstance(decision.verdict, Proved), decision
    assert decision.verdict.certificate.rule == "layers"
    assert decision.verdict.assumptions[1].startswith("every layer sees the same keys")
    assert broken(claim) is None


@pytest.mark.parametrize("text", REFUTED)
def test_refuted_with_the_smallest_case(text):
    claim = read_claim(text)
    verdict = decide(claim).verdict
    assert isinstance(verdict, Refuted), verdict
    case = verdict.counterexample
    assert dict(case.values) == REFUTED[text]
    if not case.entries:
        assert bool(case.note) == text.startswith("reach(strided")  # whose reach z3 cannot show
        found = broken(claim)
        assert found in (None, REFUTED[text])
        assert (found is None) == (REFUTED[text]["n"] > 6)
    done = subprocess.run(
        [sys.executable, *split(case.replay)[1:]],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert done.stdout == f"{case.left} {case.right}\n"
    assert case.left != case.right


@pytest.mark.parametrize("text", UNDECIDED)
def test_undecided_with_a_reason(text):
    verdict = decide(read_claim(text)).verdict
    assert isinstance(verdict, Undecided)
    assert UNDECIDED[text] in verdict.reason
    assert "our bug" not in verdict.reason


def test_what_is_no_claim_about_layers():
    for text in (
        "reach(causal, layers=0) == 0",
        "reach(causal, layers=-1) == 0",
        "reach(causal, layers=1/2) == 0",
        "reach(causal, layers=i) == 0",
        "reach(causal, layers=L+1) == 0",
        "reach(causal) == n - 1",
        "reach(causal, L) == n - 1",
        "reach(causal, layers=L) == i",
        "reach(causal, layers=L) <= n",
        "reach(causal, layers=L) == M",
    ):
        with pytest.raises(Unreadable):
            read_claim(text)
    for text in (
        "reach(j <= i + n_k - n_q, layers=L) == n_q - 1",
        "reach(causal, layers=n_q) == n_q",
    ):
        with pytest.raises(Usage):
            problem(read_claim(text))


def test_replays_and_both_searches_agree_on_every_small_support():
    """All supports on 3 positions, 1 to 3 layers: two searches of ours against sets."""
    table = read_claim("reach(m[i, j], layers=L) == 0")
    asked = problem(table)
    pairs = list(product(range(3), repeat=2))
    for bits in product((0, 1), repeat=9):
        entries = dict(zip((("m", pair) for pair in pairs), bits, strict=True))
        sees = [{j for j in range(3) if entries["m", (i, j)]} for i in range(3)]
        for layers in (1, 2, 3):
            point = Point({"n": 3, "L": layers}, entries)
            far, known = 0, [{i} for i in range(3)]
            for _ in range(layers):
                known = [here | {j for k in here for j in sees[k]} for here in known]
            far = max(i - min(here) for i, here in enumerate(known))
            assert replay.longest(asked, point) == far
            env = lattice_search.Environment(
                point.values, {"m": lambda i, j, entries=entries: entries["m", (i, j)]}
            )
            assert lattice_search._far(asked, env) == far


def test_a_case_that_does_not_break_the_claim_does_not_replay():
    asked = problem(read_claim("reach(window(visible=w), layers=L) == L*(w-1)"))
    assert replayed(asked, No(Point({"n": 1, "w": 2, "L": 1}))).right == "1"
    for values in ({"n": 2, "w": 2, "L": 1}, {"n": 1, "w": 1, "L": 1}, {"n": 1, "w": 0, "L": 1}):
        with pytest.raises(DoesNotReplay):
            replayed(asked, No(Point(values)))


def rechecked(asked, hints):
    kernel.recheck(asked, Certificate("layers", hints, kernel.obligations(asked, hints)))


WRONG_HINTS = [
    {"reach": "min(n - 1, L * w)"},
    {"reach": "n - 1"},
    {"reach": "0"},
    {"rise": "w"},
    {"rise": "w - 2"},
    {"rise": "i"},
    {"rise": "0 - 1"},
    {"height": "0"},
    {"height": "n"},
    {"height": "i * i"},
    {"height": "j"},
    {"path": "0"},
    {"path": "n - 1 - i * (w - 1)"},
    {"path": "max(0, n - 1 - i * w)"},
    {"path": "max(0, n - i * (w - 1))"},
    {"path": "max(0, n - 1 - i * (w - 1)) / 2"},
    {"path": "max(0, n - 1 - j * (w - 1))"},
]


@pytest.mark.parametrize("wrong", WRONG_HINTS, ids=str)
def test_a_wrong_hint_is_rejected(wrong):
    claim = read_claim("reach(window(visible=w), layers=L) == min(n - 1, L*(w-1))")
    asked = problem(claim)
    found = decide(claim).verdict.certificate
    said = dict(hint.split(" ", 1) for hint in found.hints)
    assert set(said) == {"reach", "rise", "height", "path"}
    hints = tuple(f"{word} {text}" for word, text in (said | wrong).items())
    with pytest.raises(kernel.Rejected):
        rechecked(asked, hints)


def test_a_number_that_is_not_kept_is_rejected():
    asked = problem(read_claim("reach(causal, layers=L) == 2*((n-1)//2)"))
    hints = ("reach 2 * ((n - 1) // 2)", "rise 0", "height 0",
             "path where(i < 1, 2 * ((n - 1) // 2), 0)", "kept i % 2")  # fmt: skip
    with pytest.raises(kernel.Rejected, match="'hop' is sat"):
        rechecked(asked, hints)
    with pytest.raises(kernel.Rejected, match="needs a square"):
        kernel.obligations(asked, hints[1:])


@pytest.mark.parametrize("part", ["_doubts", "_possible"])
def test_engine_a_that_believes_its_guesses(part, monkeypatch):
    answers = {"_doubts": lambda *_: (), "_possible": lambda *_: "unsat"}
    monkeypatch.setattr(reach, part, answers[part])
    verdict = decide(read_claim("reach(window(visible=w), layers=L) == n - 1")).verdict
    assert isinstance(verdict, Undecided)
    assert "our bug" in verdict.reason


def test_engine_b_that_hops_too_far(monkeypatch):
    monkeypatch.setitem(lattice_search.CHECKS, "reach", lambda *_: False)
    verdict = decide(read_claim("reach(causal, layers=L) == n - 1")).verdict
    assert isinstance(verdict, Undecided)
    assert "does not replay" in verdict.reason


@settings(max_examples=40, deadline=None, derandomize=True)
@given(conditions)
def test_random_supports(condition):
    for value in ("n - 1", "0", "min(n - 1, L)", "min(n - 1, 2 * L)"):
        claim = read_claim(f"reach({show(condition)}, layers=L) == {value}")
        verdict = decide(claim).verdict
        truth = broken(claim, largest=4, most_layers=3)
        if isinstance(verdict, Proved):
            assert truth is None, (claim.text, truth)
        elif isinstance(verdict, Refuted):
            case = dict(verdict.counterexample.values)
            assert truth is not None or max(case["n"], case["L"]) > 3 or "w" in case, claim.text
        else:
            assert "our bug" not in verdict.reason, (claim.text, verdict)
