"""Bugs planted into an engine: the other engine or the replay says so, and nothing is PROVED."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from symattn.core.expression import FALSE, TRUE
from symattn.core.verdict import Decision, Proved, Undecided
from symattn.deciding import term_verdicts
from symattn.deciding.answer import No, Point, Yes
from symattn.deciding.decide import decide
from symattn.deciding.term_verdicts import OUR_BUG
from symattn.deciding.terms import (
    elaboration,
    functions,
    goal,
    normal_form,
    order,
    polynomials,
    proving,
    summing,
    vectors,
)
from symattn.deciding.terms.polynomials import exponential, plus
from symattn.deciding.terms.proving import proof
from symattn.reading.claim_text import read_claim

Patch = pytest.MonkeyPatch


def exp_of_a_sum_is_a_sum(patch: Patch) -> None:
    def bad(poly: Any) -> Any:
        total: Any = {}
        for mono, c in poly.items():
            total = plus(total, exponential({mono: c}))
        return total

    patch.setitem(functions.ARITHMETIC, "exp", bad)  # type: ignore[misc]


def everything_leaves_a_sum(patch: Patch) -> None:
    patch.setattr(summing, "mentions", lambda *_: False)


def cuts_are_forgotten(patch: Patch) -> None:
    def bad(normal: Any, name: str, domain: Any, cut: Any, body: Any, given: Any) -> Any:
        return summing._over(normal, name, domain & cut, body, given)

    patch.setattr(summing, "_cut", bad)


def rotations_keep_their_sign(patch: Patch) -> None:
    def bad(word: Any) -> Any:
        start, *steps = word
        return (*reversed(steps), start)

    patch.setattr(vectors, "reversed_word", bad)


def everything_is_positive(patch: Patch) -> None:
    patch.setattr(polynomials, "positive_atom", lambda _: True)


def all_indices_are_equal(patch: Patch) -> None:
    def bad(self: Any, name: str, at: int, index: Any, _: Any) -> Any:
        return self.places.setdefault((name, at), [index])[0]

    patch.setattr(normal_form.Normal, "place", bad)


def all_domains_are_equal(patch: Patch) -> None:
    def bad(_: Any, name: str, *__: Any) -> Any:
        return summing.symbol(name) >= summing.ZERO

    patch.setattr(summing, "_domain", bad)


def roots_are_never_negative(patch: Patch) -> None:
    patch.setattr(polynomials, "never_negative", lambda _: True)


def less_is_more(patch: Patch) -> None:
    patch.setattr(order, "SIGNS", {">": 1, ">=": 1, "<": 1, "<=": 1})


def every_mask_is_seen(patch: Patch) -> None:
    patch.setattr(normal_form.Normal, "chosen", lambda _, expr, __: expr.parts[1])


def caches_know_the_future(patch: Patch) -> None:
    patch.setitem(elaboration.FOLDED, "decode", lambda form: form)  # type: ignore[misc]


def denominators_never_vanish(patch: Patch) -> None:
    patch.setattr(normal_form, "hollow", lambda *_: frozenset())


def signs_of_denominators_are_lost(patch: Patch) -> None:
    cleared = polynomials.cleared
    patch.setattr(goal, "plus", lambda a, b, factor=1: cleared([plus(a, b, factor)])[0])


PLANTED: tuple[tuple[Callable[[Patch], None], str], ...] = (
    (exp_of_a_sum_is_a_sum, "exp(a + c) == exp(a) + exp(c)"),
    (everything_leaves_a_sum,
     "n*sum(l, true, s[l]*b[l]) == sum(l, true, s[l])*sum(l, true, b[l])"),
    (cuts_are_forgotten, "sum(l, true, where(l <= i, s[l], b[l])) == sum(l, l <= i, s[l])"),
    (rotations_keep_their_sign, "dot(rope(q,i), rope(k,j)) == dot(rope(q,i + j), k)"),
    (everything_is_positive, "s[i] > 0"),
    (everything_is_positive, "dot(q[i], k[j]) >= 0"),
    (all_indices_are_equal, "s[i] == s[j]"),
    (all_indices_are_equal, "weights(full+bias(b[j])) == weights(full)"),
    (all_domains_are_equal, "sum(l, l <= i, s[l]) == sum(l, l < i, s[l])"),
    (roots_are_never_negative, "sqrt(a**2) == a"),
    (less_is_more, "exp(a) < 0"),
    (every_mask_is_seen, "tril(s[i,j]) == s[i,j]"),
    (caches_know_the_future, "decode(full, step=t) == row(output(full), t)"),
    (denominators_never_vanish, "sum(l, l < i, exp(s[l])) / sum(l, l < i, exp(s[l])) == 1"),
    (signs_of_denominators_are_lost, "1/(a - c) > 0"),
)  # fmt: skip


def decided(text: str) -> Decision:
    return decide(read_claim(text))


@pytest.mark.parametrize(("plant", "text"), PLANTED)
def test_a_planted_bug_in_the_normal_form_is_said_to_be_ours(
    plant: Callable[[Patch], None], text: str, monkeypatch: Patch
) -> None:
    claim = read_claim(text)
    assert not isinstance(proof(claim)[0], Yes)  # type: ignore[arg-type]
    plant(monkeypatch)
    assert isinstance(proof(claim)[0], Yes), "the bug does nothing"  # type: ignore[arg-type]
    shown = decided(text).verdict
    assert isinstance(shown, Undecided)
    assert OUR_BUG in shown.reason
    assert text.replace('"', "'") in shown.reproduction


def test_a_solver_that_always_says_yes_is_caught_by_the_replay(monkeypatch: Patch) -> None:
    def bad(_: Any, __: Any, statement: Any) -> bool:
        return statement not in (FALSE, ~TRUE)

    text = "where(l <= i, a, c) == where(j <= i, a, c)"
    monkeypatch.setattr(proving.Asked, "_decided", bad)
    assert isinstance(proof(read_claim(text))[0], Yes)  # type: ignore[arg-type]
    monkeypatch.setattr(term_verdicts, "answer_trials", lambda *_: Yes((), "nothing"))
    shown = decided(text).verdict
    assert isinstance(shown, Undecided)
    assert "does not re-check" in shown.reason


TRUE_CLAIM = "softmax(j, s[i,j] + c[i]) == softmax(j, s[i,j])"


def test_trials_that_say_no_to_a_true_claim_are_said_to_be_our_bug(monkeypatch: Patch) -> None:
    entries = {("s", (0, 0)): 0, ("s", (0, 1)): 1, ("c", (0,)): 1}
    point = Point({"n": 2, "i": 0, "j": 0}, entries)
    monkeypatch.setattr(term_verdicts, "answer_trials", lambda *_: No(point))
    shown = decided(TRUE_CLAIM).verdict
    assert isinstance(shown, Undecided)
    assert OUR_BUG in shown.reason
    assert shown.reproduction == f'symattn prove "{TRUE_CLAIM}"'


def test_fields_that_differ_for_certain_keep_a_proof_from_being_believed(
    monkeypatch: Patch,
) -> None:
    from symattn.deciding.trials import answering

    def different(*arguments: Any) -> Any:
        return ((place, "different") for place, _ in answering_likenesses(*arguments))

    answering_likenesses = answering.likenesses
    monkeypatch.setattr(answering, "likenesses", different)
    assert not isinstance(decided(TRUE_CLAIM).verdict, Proved)
