"""Claims that hold are never refuted; claims that fail are, by a case that replays and prints."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symattn.deciding.answer import No, Unsure
from symattn.deciding.trials.answering import answer_trials, counterexample
from tests.deciding_trials.truth import claim_of, passed, printed, refuted, two_sides

TRUE = """
weights(causal+alibi(m)) == weights(causal+bias(m*j))
row_sums(causal) == 1
score(causal,i,j) > score(causal,i,l) implies weight(causal,i,j) > weight(causal,i,l) where j <= i and l <= i
score(causal,i,j) == score(causal,i,l) implies weight(causal,i,j) == weight(causal,i,l) where j <= i and l <= i
output(gqa(groups=H)) == output(multihead)
output(gqa(groups=1)) == output(mqa)
output(mla_absorbed) == output(mla_expanded)
dot(rope(q, i), rope(k, j)) == dot(rope(q, i+t), rope(k, j+t))
output(causal) == online(causal, tile=b)
output(learned_sink+causal) == online(learned_sink+causal, tile=b)
decode(causal, step=t) == row(output(causal), t)
decode(window(visible=w)+causal, step=t) == row(output(window(visible=w)+causal), t)
output(linear+causal) == recurrent(linear+causal)
output(retention) == recurrent(retention)
exp(a+c) == exp(a)*exp(c)
softmax(j, s[i,j] + c) == softmax(j, s[i,j])
lse(j, s[i,j]) == log(sum(l, 0, n-1, exp(s[i,l])))
weights(causal) == weights(full) where n == 1
weights(causal) == weights(causal+alibi(m)) where m == 0
weight(causal, i, j) >= 0
weight(cross, i, j) <= 1
weights(full+temperature(1)) == weights(full)
tanh(a) == 2*sigmoid(2*a) - 1
max(a, c) == max(c, a)
log(exp(a)) == a
a/a == 1
exp(a) >= 1 + a
a > c implies exp(a) > exp(c)
dot(q, k) <= dot(q, q) + dot(k, k)
norm(2*q) == norm(q)
weights(chunked(c)) == weights(block_local(c)) where c >= n
""".strip().splitlines()  # noqa: E501


@pytest.mark.parametrize("text", TRUE)
def test_what_holds_is_never_refuted(text: str) -> None:
    assert passed(text)


FALSE = {  # claim -> left and right at the smallest case
    "weights(causal+alibi(m)) == weights(causal+alibi(0))": ("0.268941", "1/2"),
    "row_sums(softmax1) == 1": ("1/2", "1"),
    "row_sums(causal+learned_sink) == 1": ("1/2", "1"),
    "dot(x[i],x[j]) == 0 implies weight(simple, i, j) == 0 where j <= i": ("1", "0"),
    "score(causal,i,j) == score(causal,i,l) implies j == l where j <= i and l <= i": ("0", "1"),
    "score(full,i,j) > score(full,i,l) implies weight(full,i,j) > 2*weight(full,i,l)": None,
    "softmax(j, where(j <= i, s[i,j], -10**9)) == softmax(j, where(j <= i, s[i,j], -oo))":
        ("1.24953e-434294482", "0"),
    "softmax(j, where(j <= i, s[i,j], -oo)) == softmax(j, where(j <= i, s[i,j], -10**4))":
        ("0", "1.13548e-4343"),
    "softmax(j, where(j < i, s[i,j], -oo)) == 0": ("nan", "0"),
    "weights(bias(where(j <= i, 0, -100))) == weights(causal)": None,
    "exp(10**-30 * a) == 1": None,
    "exp(a) == 1 + a + a**2/2": ("2.71828", "5/2"),
    "exp(a) > 1 + a": ("1", "1"),
    "weight(causal,i,j) > 0": ("0", "0"),
    "weight(causal,i,j) >= 1/4 where j <= i": None,
    "sqrt(a**2) == a": ("1", "-1"),
    "min(a, c) == a": ("0", "1"),
    "scores(causal+softcap(50)) == scores(causal)": ("0.999867", "1"),
    "norm(q) == q": ("[1]", "[2]"),
    "norm(q+k) == norm(q) + norm(k)": ("[1]", "[2]"),
    "output(dilated(2)+causal) == output(causal)": None,
    "output(gqa(groups=2)) == output(mqa)": None,
    "output(full) == online(causal, tile=b)": None,
    "decode(full, step=t) == row(output(full), t)": None,
    "output(retention(g=1/2)) == recurrent(retention(g=1/3))": ("[1/2]", "[1/3]"),
    "output(linear+causal) == recurrent(retention)": ("[1]", "[0]"),
    "output(simple) == output(causal+log_n)": None,
    "output(shaw) == output(full)": None,
    "output(differential) == output(causal)": None,
    "weights(rope) == weights(rope(base=500))": None,
    "weights(rope) == weights(rope(pairing=interleaved))": None,
    "weights(fire) == weights(full)": None,
    "output(t5+causal) == output(causal)": None,
    "output(mla_absorbed) == output(multihead)": None,
    "weights(packed+causal) == weights(causal)": ("0", "1/2"),
    "weights(causal+padding) == weights(causal)": ("0", "1"),
    "weights(causal) == weights(window(visible=w))": ("1/2", "0"),
    "weights(temperature(T)) == weights(full)": None,
    "weights(cross) == weights(causal) where n_q == 2 and n_k == 3": ("1/3", "1"),
    "sum(l, 0, n-1, l**2) == n*(n-1)/2": ("5", "3"),
    "s[i,j] == s[j,i]": ("0", "1"),
    "dot(rope(q, i), rope(k, j)) == dot(q, k)": ("0.540302", "1"),
    "1 == 2": ("1", "2"),
    "1 != 1": ("1", "1"),
}  # fmt: skip


@pytest.mark.parametrize("text", FALSE)
def test_what_fails_is_refuted_and_the_line_shows_it(text: str) -> None:
    case = refuted(text)
    expected = FALSE[text]
    assert expected is None or (case.left, case.right) == expected
    left, right = two_sides(printed(case.replay))
    if case.left == case.right:  # both sides are equal, and the claim says that they are not
        assert float(left) == float(right)
    else:
        assert left != right
    assert len(case.replay) < 2500


def test_the_first_case_is_the_smallest() -> None:
    one = counterexample(claim_of("weights(causal) == weights(window(visible=w))"))
    assert one is not None
    assert one.values == {"n": 2, "d": 1, "w": 1, "i": 1, "j": 0}
    assert set(one.entries.values()) == {0}
    two = counterexample(claim_of("weights(causal+alibi(m)) == weights(causal+alibi(2*m))"))
    assert two is not None
    assert two.values == {"n": 2, "d": 1, "m": 1, "i": 1, "j": 0}
    three = counterexample(claim_of("output(gqa(groups=2)) == output(multihead)"))
    assert three is not None
    assert three.values["H"] == 4  # with 2 heads both are the same
    assert three.values["h"] == 1


@pytest.mark.parametrize("w", range(1, 6))
def test_windows_show_at_the_first_length_that_they_cut(w: int) -> None:
    """n <= window hides what a window does: by brute force the first length is w + 1."""
    point = counterexample(claim_of(f"weights(window(visible={w})+causal) == weights(causal)"))
    assert point is not None
    assert (point.values["n"], point.values["i"], point.values["j"]) == (w + 1, w, 0)


def test_a_difference_at_a_large_length_needs_a_hint() -> None:
    text = "weights(window(visible=4096)+causal) == weights(causal)"
    assert "n <= 6" in passed(text)
    case = refuted(text, n=4097, i=4096, j=0)
    assert dict(case.values) == {"n": 4097, "d": 1, "i": 4096, "j": 0}
    assert (case.left, case.right) == ("0", "1/4097")
    assert case.entries == ()  # all 0
    assert len(case.replay) < 800
    left, right = two_sides(printed(case.replay))
    assert float(left) == 0 != float(right)


def test_an_order_that_fails_at_a_large_length_needs_a_hint_too() -> None:
    text = "weights(window(visible=2000)+causal) >= weights(causal)"
    assert "no counterexample" in passed(text)
    case = refuted(text, n=2001, i=2000, j=0)
    assert (case.left, case.right) == ("0", "1/2001")


def test_a_hint_does_not_hide_smaller_cases() -> None:
    case = refuted("weights(causal+alibi(m)) >= weights(causal)", n=2001, i=2000, j=0)
    assert dict(case.values)["n"] == 2


def test_values_that_show_a_window_over_a_long_sequence() -> None:
    case = refuted("output(window(visible=900)+causal) == output(causal)", n=901, i=900)
    assert (case.left, case.right) == ("[0]", "[1/901]")


def test_functions_that_stay_open_are_named() -> None:
    case = refuted("weights(fire) == weights(full)")
    assert "f(x) = x + x**2" in case.note


def test_conditions_hold_in_every_case() -> None:
    case = refuted("weights(causal) == weights(full) where n >= 4 and d >= 2 and i >= 1")
    values = dict(case.values)
    assert values["n"] == 4
    assert values["d"] == 2
    assert values["i"] == 1


def test_conditions_on_parameters_are_kept() -> None:
    case = refuted("weights(causal+alibi(m)) == weights(causal) where m > 3/2 and m < 2")
    assert Fraction(3, 2) < dict(case.values)["m"] < 2


def test_equations_among_the_premises_are_solved() -> None:
    case = refuted("3*dot(x[i], x[j]) + 1 == dot(x[i], x[i]) implies dot(x[i], x[j]) == 7")
    assert case.entries


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("weights(causal) == weights(full) where n >= 10**6", "no small case"),
        ("weights(causal) == weights(full) where n < 1", "no small case"),
        ("output(causal) == recurrent(causal)", "a recurrence of"),
        ("output(linear+causal) == online(linear+causal, tile=b)", "an online softmax of"),
        ("scores(differential) == scores(full)", "several rows"),
        ("sum(l, 1, 10**6, l) == 3", "more steps than the budget"),
    ],
)
def test_what_cannot_be_tried_is_said(text: str, reason: str) -> None:
    answer = answer_trials(claim_of(text))
    assert isinstance(answer, Unsure)
    assert reason in answer.reason


def test_widths_that_must_agree_are_equal() -> None:
    answer = answer_trials(claim_of("output(simple) == output(causal)"))
    assert isinstance(answer, No)
    assert answer.point.values.get("d") == answer.point.values.get("d_v")
