"""Certificates of claims about terms: what is right is accepted, and every change is rejected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from symattn.core.term_claim import TermClaim
from symattn.core.verdict import Certificate, Proved
from symattn.deciding.decide import decide
from symattn.deciding.kernel import Rejected
from symattn.deciding.recheck import recheck
from symattn.deciding.terms.goal import goals
from symattn.deciding.terms.proving import asked
from symattn.deciding.terms.replay import RULE, holds, obligation, plan_of, replayed
from symattn.reading.claim_text import read_claim

CLAIMS = (
    "row_sums(causal) == 1",
    "weights(causal+alibi(m)) == weights(causal+bias(m*j))",
    "sum(l, l <= i, s[l]) == sum(l, l < i, s[l]) + s[i]",
    "norm(rope(q[i],i)) == rope(norm(q[i]),i)",
    "output(causal) == online(causal, tile=b)",
    "weights(window(visible=w)) == weights(window(lookback=w - 1)) where w >= 2",
    "output(swap(causal,a,b)) == output(causal) where 0 <= a and a < i and 0 <= b and b < i",
)


@cache
def proved(text: str) -> tuple[TermClaim, Proved, Certificate]:
    claim = read_claim(text)
    assert isinstance(claim, TermClaim)
    shown = decide(claim).verdict
    assert isinstance(shown, Proved)
    assert shown.certificate is not None
    return claim, shown, shown.certificate


def without(things: tuple[str, ...], at: int) -> tuple[str, ...]:
    return (*things[:at], *things[at + 1 :])


def changed_obligations(right: Certificate) -> Iterator[Certificate]:
    """Each obligation renamed, or about something else."""
    every = right.obligations
    for at, told in enumerate(every):
        for wrong in (
            replace(told, name=f"{told.name} and n >= 1"),
            replace(told, reason="because"),
            replace(told, script=told.script + "; nothing\n"),
            replace(told, script="(set-logic ALL)\n(assert false)\n(check-sat)\n"),
        ):
            yield replace(right, obligations=(*every[:at], wrong, *every[at + 1 :]))


def changed_hints(right: Certificate) -> Iterator[Certificate]:
    """Each hint left out, or said in another way."""
    for at, hint in enumerate(right.hints):
        if not hint.startswith("cut "):  # a cut more than needed harms nobody
            yield replace(right, hints=without(right.hints, at))
        word, _, rest = hint.partition(" ")
        changes = {
            "goal": ["goal another", f"{hint} "],
            "case": ["case n >= 7", "case _1 == 0", "case z == 0", "case (", f"cut {rest}"],
            "keys": ["keys n", "keys n + i", "keys i / 2", "keys _1", "keys q"],
            "cut": ["cut", "cut _1 == 0", "cut z == 0", f"case {rest}"],
        }
        for wrong in changes[word]:
            yield replace(right, hints=(*right.hints[:at], wrong, *right.hints[at + 1 :]))
    yield replace(right, hints=())
    yield replace(right, hints=("nonsense", *right.hints))
    yield replace(right, hints=(*right.hints, "goal claim"))
    yield replace(right, rule="pairs")


@pytest.mark.parametrize("text", CLAIMS)
def test_the_right_certificate_is_accepted(text: str) -> None:
    claim, shown, right = proved(text)
    recheck(claim, right, shown.scope, shown.assumptions)


@pytest.mark.parametrize("text", CLAIMS)
def test_every_changed_obligation_is_rejected(text: str) -> None:
    claim, shown, right = proved(text)
    for wrong in changed_obligations(right):
        with pytest.raises(Rejected):
            recheck(claim, wrong, shown.scope, shown.assumptions)


@pytest.mark.parametrize("text", CLAIMS)
def test_an_obligation_is_missed_unless_the_rest_is_a_proof_without_it(text: str) -> None:
    claim, shown, right = proved(text)
    every, missed = right.obligations, 0
    for at, left_out in enumerate(every):
        rest = replace(right, obligations=(*every[:at], *every[at + 1 :]))
        try:
            recheck(claim, rest, shown.scope, shown.assumptions)
        except Rejected:
            missed += 1
        else:  # that a sum has a key need not be known where both sides divide by it
            assert left_out.name.startswith("0 <= i and i < n and "), left_out.name
    assert missed >= len(every) / 2


@pytest.mark.parametrize("text", CLAIMS)
def test_every_changed_hint_is_rejected(text: str) -> None:
    claim, shown, right = proved(text)
    for wrong in changed_hints(right):
        with pytest.raises(Rejected):
            recheck(claim, wrong, shown.scope, shown.assumptions)


@pytest.mark.parametrize("text", CLAIMS)
def test_another_scope_or_assumption_is_rejected(text: str) -> None:
    claim, shown, right = proved(text)
    assumed = shown.assumptions
    for scope in ("", "all n", f"{shown.scope} ", "n = 5"):
        with pytest.raises(Rejected):
            recheck(claim, right, scope, assumed)
    wrongs = [(*assumed, "n >= 1"), *(without(assumed, at) for at in range(len(assumed)))]
    for wrong in wrongs:
        with pytest.raises(Rejected):
            recheck(claim, right, shown.scope, wrong)


@pytest.mark.parametrize("text", CLAIMS)
def test_no_certificate_shows_another_claim(text: str) -> None:
    _, _, right = proved(text)
    for other in CLAIMS:
        if other != text:
            with pytest.raises(Rejected):
                replayed(goals(proved(other)[0]), right)


FORGED = {  # a false claim, and a plan that speaks of names which are bound or not whole
    "sum(l, l < 2, s[l]) == s[0] where n >= 2": ("case _1 == 0", "case not _1 == 0"),
    "sum(l, l < 2, s[l]) == s[1] where n >= 2": ("case _1 == 0", "case not _1 == 0", "cut _0 == 0"),
    "row_sum(2*j == i) == 1": ("case true", "keys i / 2"),
    "s[i] == s[j]": ("case i == j",),
    "sum(l, true, sum(t, true, s[t])) == n*s[0]": ("case true", "cut _2 == 0"),
}


@pytest.mark.parametrize("text", FORGED)
def test_a_plan_that_speaks_of_bound_names_or_of_halves_shows_nothing(text: str) -> None:
    claim = read_claim(text)
    assert isinstance(claim, TermClaim)
    (stated,) = goals(claim)
    facts = asked(stated)
    facts.scripts = {}
    assert not holds(stated, plan_of(FORGED[text]), facts.valid)
    told = tuple(obligation(name, script) for script, name in facts.scripts.items())
    with pytest.raises(Rejected):
        replayed((stated,), Certificate(RULE, ("goal claim", *FORGED[text]), told))
