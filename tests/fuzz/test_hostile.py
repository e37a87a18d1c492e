"""Hostile texts: refused or undecided within a second, in bounded memory, and nothing is run."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symattn.core.errors import SymattnError
from symattn.core.verdict import Proved
from symattn.reading.claim_text import read_claim
from tests.cli.running import ROOT, inside
from tests.deciding_supports.test_random import conditions, show
from tests.deciding_supports.truth import broken
from tests.fuzz.__main__ import MISSING
from tests.fuzz.harness import (
    Ran,
    TooSlow,
    certificate_safely,
    decided_safely,
    nothing_is_run,
    read_safely,
    warm,
    within,
)
from tests.fuzz.texts import HARD, HOSTILE, WORDS, made_of

FEW = settings(max_examples=150, deadline=None, derandomize=True)
MANY = settings(max_examples=600, deadline=None, derandomize=True)


@pytest.fixture(autouse=True, scope="module")
def _loaded():
    warm()


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:40]))
def test_hostile_texts_are_refused(text):
    assert read_safely(text) is None
    with pytest.raises(SymattnError):
        read_claim(text)
    result = inside("prove", text)
    assert result.returncode in (2, 4)
    assert len(result.stdout + result.stderr) < 5_000


@pytest.mark.parametrize("text", HARD, ids=lambda text: ascii(text[:40]))
def test_hard_claims_end_and_prove_nothing_false(text):
    claim = read_safely(text)
    assert claim is not None
    found = decided_safely(claim, 10).verdict
    if isinstance(found, Proved) and claim.question != "reach":
        assert broken(claim, largest=3, width=3) is None
    if "where" in text and ("n < 1" in text or "n <= 1" in text or "i != i" in text):
        assert found.reason.startswith("vacuous")


@MANY
@given(st.binary(max_size=120))
def test_words_in_any_order(data):
    read_safely(made_of(data))


@FEW
@given(st.text(max_size=300))
def test_any_letters(text):
    assert read_safely(text) is None


@MANY
@given(st.sampled_from(HARD[:16]), st.integers(0, 400), st.sampled_from(WORDS), st.integers(0, 6))
def test_claims_with_something_put_in(text, at, word, gone):
    at %= len(text)
    read_safely(text[:at] + word + text[at + gone :])


@FEW
@given(st.sampled_from(HARD[:10]), st.integers(0, 400), st.sampled_from(WORDS))
def test_a_changed_claim_is_decided_or_refused(text, at, word):
    at %= len(text)
    claim = read_safely(text[:at] + word + text[at + 1 :])
    if claim is not None and claim.question != "reach":
        found = decided_safely(claim, 10).verdict
        if isinstance(found, Proved) and not claim.forms[0].parameters:
            assert broken(claim, largest=3, width=2) is None


@FEW
@given(conditions, st.sampled_from(["n < 0", "w > w", "n == n + 1", "n * n < n", "w % 2 == 3"]))
def test_what_contradicts_itself_proves_nothing(condition, contradiction):
    claim = read_claim(f"no_future(({show(condition)}) and w == w) where {contradiction}")
    assert not isinstance(decided_safely(claim, 10).verdict, Proved)


@FEW
@given(st.one_of(st.binary(max_size=200).map(lambda b: b.decode("utf-8", "replace")),
                 st.recursive(st.none() | st.text(max_size=9) | st.integers(),
                              lambda x: st.lists(x) | st.dictionaries(st.sampled_from(
                                  ["schema", "claim", "rule", "hints", "obligations"]), x),
                              max_leaves=9).map(str)))  # fmt: skip
def test_what_is_no_certificate_is_refused(text):
    certificate_safely(text)


LITTLE = """
import resource, sys
limit = 1_500_000_000
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
from symattn.core.errors import SymattnError
from symattn.deciding.decide import decide
from symattn.reading.claim_text import read_claim
from tests.fuzz.texts import HARD, HOSTILE
for text in (*HOSTILE, *HARD):
    try:
        decide(read_claim(text))
    except SymattnError:
        pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is capped on Linux only")
def test_all_of_them_in_little_memory():
    done = subprocess.run(
        [sys.executable, "-c", LITTLE], cwd=ROOT, capture_output=True, text=True, timeout=240,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) < 600_000  # kilobytes


def test_what_runs_code_would_be_heard(tmp_path):
    for act in (lambda: eval("1"), lambda: compile("1", "x", "eval"), lambda: os.system("true"),
                lambda: (tmp_path / "x").write_text("")):  # fmt: skip
        with pytest.raises(Ran), nothing_is_run():
            act()


def test_what_is_slow_would_be_seen():
    with pytest.raises(TooSlow), within(0, "x"):
        sum(range(1000))


@pytest.mark.skipif(find_spec("atheris") is None, reason=MISSING)
def test_a_short_run_of_atheris(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "-runs=4000", "-seed=7",
         f"-artifact_prefix={tmp_path}/"],
        cwd=ROOT, capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Done 4000 runs" in done.stderr
    assert list(Path(tmp_path).iterdir()) == []
