"""Proofs of the new kinds re-check from their files, and counterexamples print their two sides."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.deciding_matrices.verdicts import refuted
from tests.deciding_trials.truth import printed, two_sides


def run(*words: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "symattn", *words], capture_output=True, text=True, timeout=120
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    "text",
    [
        "dS == P o (dP - rowsum(P o dP)) for causal",
        "dV == P.T @ dO for window(visible=w)",
        "merge(merge(a, b), c) == merge(a, merge(b, c))",
        "independent(layers(causal, 1), i, x[j]) where j > i",
    ],
)
def test_a_proof_is_checked_again(text: str, tmp_path: Path) -> None:
    place = tmp_path / "proof.json"
    code, said = run("prove", text, "--certificate", str(place))
    assert code == 0, said
    code, said = run("recheck", str(place))
    assert code == 0, said
    assert "re-checked" in said
    # the same proof says nothing about another claim
    other = (
        place.read_text("utf-8")
        .replace("rowsum(P o dP)", "rowsum(dP)")
        .replace("P.T @", "P.T @ P @")
    )
    other = other.replace("merge(a, merge(b, c))", "merge(a, b)").replace(
        "where j > i", "where j < i"
    )
    place.write_text(other, "utf-8")
    code, said = run("recheck", str(place))
    assert code != 0, said


@pytest.mark.parametrize(
    "text",
    [
        "dS == P(full) o (dP - rowsum(P(full) o dP)) for causal",
        "dK == dS.T @ Q",
        "K.T @ V == 2 * (V.T @ K).T",
        "merge(a, b) == a",
        "dQ == dS @ K for causal+learned_sink",
        "layers(causal, 2) == layers(swap(causal, a, b), 2) where a < i and b < i",
    ],
)
def test_a_counterexample_prints_both_sides(text: str) -> None:
    left, right = two_sides(printed(refuted(text).replay))
    assert left != right
