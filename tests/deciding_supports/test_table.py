"""The claims about supports of the project's table, with verdict and smallest case."""

from __future__ import annotations

import subprocess
import sys
from shlex import split

import pytest

from symattn.core.verdict import Proved, Refuted, Undecided
from symattn.deciding.decide import decide
from symattn.reading.claim_text import read_claim

PROVED = {
    "support(window(visible=w)) <= support(causal)": "all n >= 1, w >= 1",
    "support(causal) >= support(window(visible=w))": "all n >= 1, w >= 1",
    "support(window(visible=w)) == support(causal) where w >= n":
        "all n >= 1, w >= 1 with w >= n",
    "support(window(lookback=w)) == support(window(visible=w + 1))": "all n >= 1, w >= 0",
    "no_future(packed+causal)": "all n >= 1, tables doc",
    "no_future(chunked(c)+causal)": "all n >= 1, c >= 1",
    "no_future(dilated(r)+causal)": "all n >= 1, r >= 1",
    "support(chunked(c)) <= support(block_local(c))": "all n >= 1, c >= 1",
    "support(chunked(c)) == support(full) where c >= n": "all n >= 1, c >= 1 with c >= n",
    "support(prefix(p)) == support(causal | sink_tokens(p))": "all n >= 1, p >= 0",
    "support(window(left=a, right=b)) <= support(window(left=a + 1, right=b + 2))":
        "all n >= 1, a >= 0, b >= 0",
    "support(causal+padding) == support(keep[j] and not j > i)": "all n >= 1, tables keep",
    "support(j <= i + n_k - n_q) == support(j + n_q - n_k <= i)": "all n_q >= 1, n_k >= 1",
    "support(causal) <= support(window(visible=w)) where w >= n and n >= 7":
        "all n >= 7, w >= 1 with w >= n",
    "no_future(j <= i and m[h, i, j] >= 2)": "all n >= 1, H >= 1, tables m",
}  # fmt: skip
REFUTED = {
    "support(window(visible=w)) == support(causal)": {"n": 2, "w": 1, "i": 1, "j": 0},
    "support(causal) <= support(window(visible=w))": {"n": 2, "w": 1, "i": 1, "j": 0},
    "support(window(visible=4096)) == support(causal)": {"n": 4097, "i": 4096, "j": 0},
    "support(window(visible=10**12)) == support(causal)":
        {"n": 10**12 + 1, "i": 10**12, "j": 0},
    "no_future(prefix(p))": {"n": 2, "p": 2, "i": 0, "j": 1},
    "no_future(full)": {"n": 2, "i": 0, "j": 1},
    "no_future(j <= i + n_k - n_q)": {"n_q": 1, "n_k": 2, "i": 0, "j": 1},
    "support(window(lookback=w)) == support(window(visible=w))":
        {"n": 2, "w": 1, "i": 1, "j": 0},
    "support(chunked(c)) == support(block_local(c))": {"n": 2, "c": 1, "i": 0, "j": 1},
    "support(chunked(3)) == support(chunked(3) + window(visible=2))":
        {"n": 2, "i": 0, "j": 1},
    "support(causal) == support(i - j >= a) where a != 0": {"n": 1, "a": 1, "i": 0, "j": 0},
    "support(i // -3 == j // -3) == support(i // 3 == j // 3)": {"n": 2, "i": 0, "j": 1},
    "support(causal) == support(j <= i and (i < 700 or j != 13))":
        {"n": 701, "i": 700, "j": 13},
}  # fmt: skip


@pytest.mark.parametrize("text", PROVED)
def test_proved(text):
    decision = decide(read_claim(text))
    assert isinstance(decision.verdict, Proved), decision
    assert decision.verdict.scope == PROVED[text]
    assert decision.verdict.certificate is not None


@pytest.mark.parametrize("text", REFUTED)
def test_refuted_with_the_smallest_case(text):
    decision = decide(read_claim(text))
    assert isinstance(decision.verdict, Refuted), decision
    case = decision.verdict.counterexample
    assert dict(case.values) == REFUTED[text]
    assert not case.note


def test_tables_of_a_counterexample_are_small():
    found = decide(read_claim("support(packed) == support(full)")).verdict
    assert found.counterexample.entries == (("doc", (0,), 0), ("doc", (1,), 1))


@pytest.mark.parametrize(
    "text",
    [
        "support(window(visible=4096)) == support(causal)",
        "support(packed) == support(full)",
        "no_future(prefix(p))",
        "support(j <= i) == support(2 * j / 3 <= i - 1 / 7)",
        "no_future(where(i < 1, 5, i) >= j and not (j < 1 and true))",
        "support(full) == support(floor((i + j) / 2) % 2 == 0)",
    ],
)
def test_the_line_that_is_printed_replays(text):
    case = decide(read_claim(text)).verdict.counterexample
    words = split(case.replay)
    done = subprocess.run(
        [sys.executable, *words[1:]], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == f"{case.left} {case.right}\n"
    assert case.left != case.right


@pytest.mark.parametrize(
    "text",
    [
        "support(causal) == support(full) where n < n",
        "support(causal) == support(full) where n >= 3 and n <= 2",
        "no_future(window(visible=w)) where w < 1",
        "no_future(chunked(c)) where c * c == 2",
    ],
)
def test_contradictory_conditions_prove_nothing(text):
    found = decide(read_claim(text)).verdict
    assert isinstance(found, Undecided)
    assert found.reason.startswith("vacuous") or "gave up" in found.reason


def test_a_denominator_that_may_be_zero_is_not_divided_by():
    found = decide(read_claim("no_future(j <= i and j // a <= i)")).verdict
    assert isinstance(found, Undecided)
    assert "a is divided by" in found.reason
    same = "no_future(j <= i and j // a <= i) where a >= 1"
    assert isinstance(decide(read_claim(same)).verdict, Proved)


def test_the_same_claim_has_the_same_verdict():
    text = "support(strided(s)) == support(block_local(b)) where s >= 2"
    first, second = (decide(read_claim(text)) for _ in range(2))
    assert first.verdict == second.verdict
    assert first.engines == second.engines
