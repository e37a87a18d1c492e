"""Claims about rows and counts: verdicts of the table, then random ones against all small cases."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symattn.core.claim import problem
from symattn.core.text import show
from symattn.core.verdict import Certificate, Proved, Refuted, Undecided
from symattn.deciding import kernel
from symattn.deciding.decide import decide
from symattn.deciding.smtlib import Unwritable
from symattn.reading.claim_text import read_claim
from tests.deciding_supports.test_random import conditions
from tests.deciding_supports.truth import broken

PROVED = [
    "nonempty(causal)",
    "nonempty(packed+causal)",
    "nonempty(window(visible=w)+chunked(c))",
    "nonempty(sink_tokens(s)+causal) where s >= 1",
    "nonempty(j <= i + n_k - n_q) where n_k >= n_q",
    "nonempty(2 * j <= i or 3 * j >= i + n)",
    "nonempty(j == min(i + 3, n - 1))",
    "row_count(causal, i) == i + 1",
    "row_count(full, i) == n",
    "row_count(window(visible=w), i) == min(i+1, w)",
    "row_count(chunked(c)+causal, i) == i % c + 1",
    "row_count(prefix(p), i) == max(i+1, min(p, n))",
    "row_count((window(visible=w) | sink_tokens(s)) + causal, i) == min(i + 1, w + s)",
    "row_count(window(left=a, right=b), i) == min(n - 1, i + b) - max(0, i - a) + 1",
    "row_count(global_window(lookback=1, tokens=1), i) == n where i < 1",
    "row_count(3 * j <= i, i) == i // 3 + 1",
    "row_count(not j <= i, i) == n - 1 - i",
    "row_count((j - i) // -2 > 2, i) == max(0, i - 5)",
    "row_count((i - j) // 2 == 1, i) == min(2, max(0, i - 1))",
    "row_count(dilated(2), i) == (n + 1 - i % 2) // 2",
    "row_count((i - j) % 3 == 1 and j <= i, i) == (i - 1) // 3 + 1",
    "row_count((i - j) % 4 != 0 and j <= i, i) == i - i // 4",
    "row_count(j <= i and (i - j < 3 or j % 2 == 0), i) == i + 1 where i < 3",
    "row_count(j // 2 + j // 3 <= 1, i) == min(n, 3)",
    "row_count(abs(i - j) + abs(j - 2) <= 1, i) == abs(i - 2) + 1 where i < 4 and i > 0 and n > 3",
    "row_count(2 * abs(i - j) <= 3 and j >= i, i) == min(2, n - i)",
    "row_count((j + 1) // 2 % 2 == 0, i) == n - (n + 2) // 4 - (n + 1) // 4",
    "nonempty(j % 5 == 2 or j > i - 3)",
    "nonempty(j <= i and (i + j) % 2 == 0)",
    "nonempty(j <= i or j == i / 3)",
    "count(window(left=6, right=0)) == 7 * n - 21 where n >= 7",
    "count(causal) == n*(n+1)/2",
    "count(full) == n**2",
    "count(window(visible=w)) == min(w, n)*n - min(w,n)*(min(w,n)-1)/2",
    "count(window(visible=w)) == n*(n+1)/2 where w >= n",
    "count(prefix(p)) == n*(n+1)/2 + min(p,n)*(min(p,n)-1)/2",
    "count(sink_tokens(s)) == n * min(s, n)",
    "count(window(left=2, right=1)) == 4*n - 4 where n >= 2",
    "count(window(visible=5)) == 5*n - 10 where n >= 4",
]
REFUTED = {
    "nonempty(causal+padding)": {"n": 1, "i": 0},
    "nonempty(sink_tokens(s))": {"n": 1, "s": 0, "i": 0},
    "nonempty(j <= i and i - j < 5000 and i != 700)": {"n": 701, "i": 700},
    "nonempty(j <= i + n_k - n_q)": {"n_q": 2, "n_k": 1, "i": 0},
    "row_count(window(visible=w), i) == i+1": {"n": 2, "w": 1, "i": 1},
    "row_count(window(visible=300), i) == i+1": {"n": 301, "i": 300},
    "row_count(dilated(3), i) == n // 3": {"n": 1, "i": 0},
    "row_count((i - j) % 5 == 0 and j <= i, i) == (i + 4) // 5": {"n": 1, "i": 0},
    "row_count(dilated(100) + causal, i) == 1": {"n": 101, "i": 100},
    "nonempty(j == i / 3)": {"n": 2, "i": 1},
    "nonempty(j == i / 3 or j > i - w)": {"n": 2, "w": 0, "i": 1},
    "count(causal) == n**2/2": {"n": 1},
    "count(window(visible=40)) == n*(n+1)/2": {"n": 41},
    "count(window(visible=w)) == n*(n+1)/2": {"n": 2, "w": 1},
    "count(chunked(c)+causal) == n*(n+1)/2": {"n": 2, "c": 1},
    "count(window(left=2, right=1)) == 4*n - 4": {"n": 1},
    "count(window(left=2, right=1)) == 4*n - 3 where n >= 3": {"n": 3},
    "count(packed) == n": {"n": 2},
}
UNDECIDED = [
    "count(causal) == n*(n+1)/2 where n % 2 == 0",
    "row_count(j / 2 <= i / 2, i) == i + 1",
    "row_count(j * j <= i, i) == 1 where i < 1",
    "row_count(dilated(r) + causal, i) == i // r + 1",
    "count(j <= i + n_k - n_q) == n_q * n_k where n_q == 1",
]


@pytest.mark.parametrize("text", PROVED)
def test_proved(text):
    claim = read_claim(text)
    decision = decide(claim)
    assert isinstance(decision.verdict, Proved), decision
    assert decision.verdict.certificate.obligations
    assert broken(claim, largest=5, width=3) is None


@pytest.mark.parametrize("text", REFUTED)
def test_refuted_with_the_smallest_case(text):
    claim = read_claim(text)
    verdict = decide(claim).verdict
    assert isinstance(verdict, Refuted), verdict
    assert dict(verdict.counterexample.values) == REFUTED[text]


@pytest.mark.parametrize("text", UNDECIDED)
def test_what_is_not_decided_says_what_is_known(text):
    claim = read_claim(text)
    assert broken(claim, largest=5, width=3) is None
    verdict = decide(claim).verdict
    assert isinstance(verdict, Undecided)
    assert verdict.reason.startswith(("not supported yet", "gave up"))
    assert verdict.known.startswith("holds for every n")


ROOT = "row_count(j * j <= i, i) == 1 + min(1, i) + i // 4"
STRIDED = "row_count(strided(r), i) == (n + 1 - i % r) // 2 + min(1, i) + min(1, n - 1 - i)"


@pytest.mark.parametrize(
    ("text", "proved"),
    [
        (f"{ROOT} where n <= 6", True),
        (f"{STRIDED} where n <= 6 and r == 2", True),
        (f"{ROOT} where n <= 7", False),
        (f"{STRIDED} where n >= 6 and r == 2", False),
        ("row_count(dilated(r), i) == 1 where n <= 6", None),
    ],
)
def test_where_every_case_was_tried(text, proved):
    verdict = decide(read_claim(text)).verdict
    wanted = Refuted if proved is None else Proved if proved else Undecided
    assert isinstance(verdict, wanted), verdict
    if proved:
        assert verdict.certificate is None
        assert verdict.assumptions[-1].startswith("every case was tried")


VALUES = ["i + 1", "n", "min(i + 1, w)", "n - i", "0", "1", "max(0, n - 2)", "i // 2 + 1"]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(conditions, st.sampled_from(VALUES))
def test_random_rows(condition, value):
    w = "" if "w" not in value or "w" in show(condition) else " and w == w"
    agrees(f"row_count(({show(condition)}){w}, i) == {value}")


@settings(max_examples=40, deadline=None, derandomize=True)
@given(conditions)
def test_random_nonempty(condition):
    agrees(f"nonempty({show(condition)})")


@settings(max_examples=30, deadline=None, derandomize=True)
@given(conditions, st.sampled_from(["n", "n * n", "n * (n + 1) / 2", "0", "n - 1", "2 * n - 1"]))
def test_random_counts(condition, value):
    agrees(f"count({show(condition)}) == {value}")


def agrees(text: str) -> None:
    """Raise if a verdict is wrong at a small size; undecided is a gap, not a mistake."""
    claim = read_claim(text)
    verdict = decide(claim).verdict
    truth = broken(claim, largest=4, width=4)
    if isinstance(verdict, Proved):
        assert truth is None, (text, truth)
    elif isinstance(verdict, Refuted):
        case = dict(verdict.counterexample.values)
        if truth is not None and not verdict.counterexample.note:
            found, small = (
                [abs(x[u.name]) for u in problem(claim).unknowns] for x in (case, truth)
            )
            assert found <= small, (text, truth)
        elif truth is None:
            assert case["n"] > 4 or abs(case.get("w", 0)) >= 2, text
    else:
        assert "our bug" not in verdict.reason, (text, verdict)


BAD_STEPS = {  # a stretch that a certificate might name -> the claim that would follow
    "0 to n - 1 by 0": "row_count(full, i) == n",
    "0 to n - 1 by -1": "row_count(full, i) == 2 - n",
    "0 to n - 1 by 0 - 1": "row_count(full, i) == 2 - n",
    "0 to n - 1 by w": "row_count(j >= w or j < w, i) == (n - 1) // w + 1 where n >= 2",
    "0 to n - 1 by 2": "row_count(full, i) == (n - 1) // 2 + 1",
    "i % 2 to n by 2": "row_count(dilated(2), i) == (n - i % 2) // 2 + 1",
    "1 - i % 2 to n - 1 by 2": "row_count(dilated(2), i) == (n - 2 + i % 2) // 2 + 1",
    "0 to n - 1 by j": "row_count(full, i) == n",
    "0 to n - 1 by 1 / 2": "row_count(full, i) == 2 * n - 1",
}


@pytest.mark.parametrize("hint", BAD_STEPS)
def test_the_kernel_refuses_wrong_steps(hint):
    with pytest.raises((kernel.Rejected, Unwritable)):
        certified(BAD_STEPS[hint], hint)


def test_the_kernel_accepts_a_right_step():
    certified("row_count(dilated(2), i) == (n + 1 - i % 2) // 2", "i % 2 to n - 1 by 2")


def certified(text: str, hint: str) -> None:
    """The kernel's word on a claim with one stretch."""
    asked = problem(read_claim(text))
    kernel.recheck(asked, Certificate("intervals", (hint,), kernel.obligations(asked, (hint,))))


def test_a_claim_near_the_budget_is_never_refuted():
    """z3 proves it in a new process and may give up after many other questions."""
    found = decide(read_claim("count(j % 2 == 0 and j <= i) == (n // 2 + 1) * ((n + 1) // 2)"))
    assert isinstance(found.verdict, (Proved, Undecided))
    assert "our bug" not in getattr(found.verdict, "reason", "")
