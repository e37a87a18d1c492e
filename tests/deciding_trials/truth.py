"""What the tests of trials share: claims as text, answers that raise, lines that are run."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np

from symattn.core.term_claim import TermClaim
from symattn.core.verdict import Counterexample
from symattn.deciding.answer import No, Point, Yes
from symattn.deciding.trials.answering import answer_trials
from symattn.deciding.trials.replaying import replayed_term
from symattn.reading.claim_text import read_claim


def claim_of(text: str) -> TermClaim:
    found = read_claim(text)
    assert isinstance(found, TermClaim), text
    return found


def refuted(text: str, **hints: int) -> Counterexample:
    """The counterexample to a claim, replayed; raises unless there is one."""
    claim = claim_of(text)
    answer = answer_trials(claim, hints)
    assert isinstance(answer, No), f"{text}: {answer}"
    return replayed_term(claim, answer.point)


def passed(text: str) -> str:
    """What was tried of a claim; raises if the answer is not yes."""
    answer = answer_trials(claim_of(text))
    assert isinstance(answer, Yes), f"{text}: {answer}"
    return answer.known


def point_of(text: str) -> Point:
    answer = answer_trials(claim_of(text))
    assert isinstance(answer, No), f"{text}: {answer}"
    return answer.point


def printed(line: str) -> str:
    """What a pasted line prints; raises if it does not run."""
    words = line.replace("python", f'"{sys.executable}"', 1)
    done = subprocess.run(words, shell=True, capture_output=True, text=True, timeout=60)
    assert not done.returncode, f"{line}\n{done.stderr}"
    assert not done.stderr, done.stderr
    return done.stdout.strip()


def two_sides(shown: str) -> tuple[str, str]:
    """The two values of a printed line."""
    parts, depth = [""], 0
    for letter in shown:
        depth += {"[": 1, "]": -1}.get(letter, 0)
        if letter == " " and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    assert len(parts) == 2, shown
    return parts[0], parts[1]


def assert_close(left: Any, right: Any) -> None:
    """Raise unless two arrays have one shape and agree; NaN is NaN only."""
    left, right = np.asarray(left, dtype=float), np.asarray(right, dtype=float)
    assert left.shape == right.shape, f"shapes {left.shape} and {right.shape}"
    np.testing.assert_allclose(left, right, rtol=1e-11, atol=1e-13, equal_nan=True)
