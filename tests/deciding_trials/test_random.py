"""Pairs of mechanisms against NumPy: what floats tell apart is refuted, what they do not is not."""

from __future__ import annotations

import random

import numpy as np
import pytest

from symattn.core.errors import SymattnError, Usage
from symattn.core.instance import instance
from symattn.core.term_claim import TermClaim
from symattn.deciding.answer import No, Yes
from symattn.deciding.sampling import filled
from symattn.deciding.trials.answering import answer_trials
from symattn.deciding.trials.replaying import replayed_term
from symattn.deciding.vectorised import weights_and_output
from symattn.mechanisms.registry import names
from symattn.reading.claim_text import read_claim
from tests.deciding_trials.truth import printed, two_sides

PARTS = [*names(), "window(visible=2)", "window(visible=3)", "dilated(2)", "alibi(1/2)",
         "softcap(3)", "temperature(2)", "gqa(groups=1)", "prefix(2)",
         "sink_tokens(1)"]  # fmt: skip


def specs(seed: int) -> list[tuple[str, str]]:
    """Pairs of compositions that can be read as a claim about outputs."""
    draw = random.Random(seed)
    found = []
    while len(found) < 12:
        sides = ["+".join(draw.sample(PARTS, draw.choice((1, 2, 2)))) for _ in range(2)]
        if draw.random() < 0.3:
            sides[1] = sides[0] + "+" + draw.choice(PARTS)
        try:
            read_claim(f"output({sides[0]}) == output({sides[1]})")
        except SymattnError:
            continue
        found.append((sides[0], sides[1]))
    return found


def outputs(claim: TermClaim, number: int, seed: str) -> np.ndarray:
    """The outputs of one side, with numbers that both sides share by name."""
    form = claim.forms[min(number, len(claim.forms) - 1)]
    names_ = {p.name for p in form.parameters if p.kind == "integer" and not p.indices}
    fixed = {name: 2 for name in names_}
    base = instance(form, 5, d=4, d_v=4, heads=2 if claim.has_heads else None, sizes=fixed)
    return weights_and_output(filled(base, seed))[1]


def told_apart(claim: TermClaim) -> bool:
    """Whether floats differ clearly at one of a few random points."""
    for seed in ("one", "two", "three"):
        left, right = outputs(claim, 0, seed), outputs(claim, 1, seed)
        if left.shape == right.shape and not np.allclose(left, right, atol=1e-6, equal_nan=True):
            return True
    return False


@pytest.mark.parametrize("seed", range(6))
def test_the_trials_see_what_floats_see(seed: int) -> None:
    compared = 0
    for left, right in specs(seed):
        claim = read_claim(f"output({left}) == output({right})")
        assert isinstance(claim, TermClaim)
        answer = answer_trials(claim)
        try:
            apart = told_apart(claim)
        except (SymattnError, Usage):
            continue
        compared += 1
        if apart:
            assert not isinstance(answer, Yes), claim.text
        if isinstance(answer, No):
            case = replayed_term(claim, answer.point)
            one, other = two_sides(printed(case.replay))
            assert one != other, case.replay
    assert compared >= 4


def test_numbers_are_shared_by_name() -> None:
    """Or the tests above would compare two unrelated mechanisms."""
    claim = read_claim("output(causal+full) == output(causal)")
    assert isinstance(claim, TermClaim)
    assert not told_apart(claim)
