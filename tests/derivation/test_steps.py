"""Derivations are checked before they leave, and every planted wrong step is caught."""

from dataclasses import replace

import pytest

from symattn.core.expression import ONE, Expr, I, J, rebuild, substitute, symbol
from symattn.core.form_text import form
from symattn.core.steps import Step
from symattn.derivation.checking import WrongStep, checked
from symattn.derivation.general import shift_row, steps
from symattn.mechanisms.registry import named, names
from symattn.mechanisms.spec import mechanism

COMPOSITIONS = [
    "causal+alibi", "differential+causal", "softcap+causal+gqa(groups=2)", "packed+causal",
    "(window(visible=w)|sink_tokens(s))+causal", "t5+causal+learned_sink",
    "rope+causal+temperature",
]  # fmt: skip


LEFT_OPEN = {("t5", "output")}  # its table is read at quotients that stand on one side only


@pytest.mark.parametrize("what", ["scores", "weights", "output"])
@pytest.mark.parametrize("spec", [*names(), *COMPOSITIONS])
def test_every_derivation_holds_and_says_how_it_was_checked(spec, what):
    found = mechanism(spec)
    for step in checked(found, steps(found, what)):
        assert step.rule
        assert step.reason
        proved = step.check.startswith("for all n, by normal forms; ") or (spec, what) in LEFT_OPEN
        assert step.check == "by definition" or (proved and "at n = 1, 2, 3, 4" in step.check)


def test_the_steps_are_those_of_the_textbook():
    assert [s.rule for s in steps(mechanism("causal+alibi"), "output")] == [
        "score", "mask", "softmax", "masked terms vanish", "closed form", "cancelled terms",
        "output", "one denominator",
    ]  # fmt: skip


def flipped(expr: Expr, old: str, new: str) -> Expr:
    """The expression with its first operation `old` replaced by `new`."""
    done = []

    def change(node):
        if node.op == old and not done:
            done.append(node)
            return Expr(new, node.args)
        return None

    return rebuild(expr, change)


MUTATIONS = {
    "sign": lambda e: flipped(e, "+", "-"),
    "sign the other way": lambda e: flipped(e, "-", "+"),
    "mask off by one": lambda e: flipped(e, "<=", "<"),
    "mask on the wrong side": lambda e: flipped(e, "<=", ">="),
    "scale lost": lambda e: substitute(e, {Expr("sqrt", (symbol("d"),)): ONE}),
    "scale squared": lambda e: substitute(e, {Expr("sqrt", (symbol("d"),)): symbol("d")}),
    "query and key index exchanged": lambda e: substitute(e, {I: J, J: I}),
    "exponential forgotten": lambda e: rebuild(e, lambda n: n.parts[0] if n.op == "exp" else None),
    "denominator forgotten": lambda e: flipped(e, "/", "*"),
    "wrong key": lambda e: rebuild(e, lambda n: I if n == symbol("l") else None),
}


@pytest.mark.parametrize("bug", MUTATIONS)
def test_a_planted_wrong_step_is_caught(bug):
    found = mechanism("causal+alibi")
    right = steps(found, "output")
    caught = tried = 0
    for at, step in enumerate(right):
        try:
            wrong = replace(step, right=MUTATIONS[bug](step.right))
        except ValueError:  # the edit would capture a bound name
            continue
        if wrong == step:
            continue
        tried += 1
        with pytest.raises(WrongStep):
            checked(found, (*right[:at], wrong, *right[at + 1 :]))
        caught += 1
    assert tried > 0
    assert caught == tried


def test_a_condition_that_is_wrong_is_caught():
    found = mechanism("causal")
    *rest, last = steps(found, "weights")
    with pytest.raises(WrongStep):
        checked(found, (*rest, replace(last, condition=J < I)))


def test_a_derivation_of_another_form_is_caught():
    with pytest.raises(WrongStep):
        checked(mechanism("causal"), steps(mechanism("full"), "weights"))
    with pytest.raises(WrongStep):
        checked(mechanism("causal+softmax1"), steps(mechanism("causal"), "weights"))


@pytest.mark.parametrize(
    ("score", "kept"),
    [
        ("dot(q[i], k[j]) - m * (i - j)", "dot(q[i], k[j]) + m * j"),
        ("dot(q[i], k[j]) + a[i]", "dot(q[i], k[j])"),
        ("dot(q[i], k[j]) - (a[i] - b[j])", "dot(q[i], k[j]) + b[j]"),
        ("a[i] + m * i", "0"),
        ("dot(q[i], k[j]) * (a[i] + 1)", "dot(q[i], k[j]) * (a[i] + 1)"),
        ("2 * (dot(q[i], k[j]) + a[i])", "2 * dot(q[i], k[j])"),
    ],
)
def test_terms_free_of_j_cancel_in_a_softmax(score, kept):
    [row] = form(score=score).rows
    assert repr(shift_row(row)) == f"Expr({kept!r})"


def test_no_term_cancels_where_the_normaliser_sees_it():
    for word in ("softmax1", "sigmoid", "undivided", "linear", "softmax(sink=z)"):
        [row] = form(score="dot(q[i], k[j]) + a[i]", weights=word).rows
        assert shift_row(row) == row.score


def test_masked_rows_are_not_claimed():
    """A query that sees nothing has no softmax; the derivation says nothing about it."""
    empty = form(support="j < i")  # query 0 sees nothing
    assert checked(empty, steps(empty, "output"))


def test_every_mechanism_of_the_registry_has_a_title_and_a_citation():
    for name in names():
        found = named(name)
        assert found.title
        assert any(letter.isdigit() for letter in found.citation), name


def test_a_step_keeps_its_own_condition():
    found = checked(mechanism("causal"), steps(mechanism("causal"), "weights"))
    assert isinstance(found[-1], Step)
    assert found[-1].condition == mechanism("causal").support
