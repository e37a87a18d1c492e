"""Every kind proves right answers and refutes wrong ones, and says what is wrong with them."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from symattn.claims.judging import KINDS
from symattn.reading.claim_file import schema
from tests.claims.asking import ask, items, verdict

CAUSAL4 = {"reference": "causal", "given": {"n": 7, "i": 4}}
X = {"x": [[1, 0], [0, 1]], "i": 1}
SCORES = {"S": [[1, 2], [3, 4]]}
# kind -> its fields without the answer, right answers, wrong answers
ANSWERS: tuple[tuple[str, dict[str, Any], list[Any], list[Any]], ...] = (
    ("count", CAUSAL4, [5, "5", "i + 1 - i + 4", "10/2"], [4, 6, "n", "-5"]),
    ("count", {"reference": "causal"}, ["n*(n+1)/2"], ["n*n", "n*(n-1)/2"]),
    ("count", {"reference": "causal", "given": {"i": "i"}}, ["i + 1"], ["i", "n"]),
    ("count", {"reference": "window(visible=3)", "given": {"n": 9}}, [24], [27, 23]),
    ("set", CAUSAL4, ["0..4", [0, 1, 2, 3, 4], "k_4, k3, 2, 1, 0", "{0,1,2,3,4}", "k_0..k_4"],
     ["0..3", "0..5", "1..4", 4, "4..6"]),
    ("set", {"reference": "causal", "given": {"labels": ["The", "quick", "fox"], "i": 1}},
     ["The, quick", ["quick", "The"], "0..1"], ["The", "The, quick, fox", "fox"]),
    ("set", {"reference": "j <= i and i - j < 2", "given": {"n": 5, "i": 3}}, ["2, 3"], ["3"]),
    ("enumeration", {"reference": "causal", "given": {"n": 2}},
     ["q_0k_0^T, q_1k_0^T, q_1k_1^T", "q0 k0; q1 k0; q1 k1", "q0·k0, q1·k1, q1·k0",
      "(0,0), (1, 0..1)", [[0, 0], [1, 0], [1, 1]], r"$q_{0}k_{0}^\top$, (1,0), (1,1)"],
     ["(0,0), (1,0)", "(0,0), (0,1), (1,0), (1,1)", "(0,0), (1,0), (1,1), (1,1)", "(0,0..1)"]),
    ("matrix", {"reference": "causal"}, [["x 0", "x x"], [["a", 0], ["a", "a"]], ["x .", "x x"]],
     [["x x", "x x"], ["x x", "0 x"], ["x 0", "0 x"]]),
    ("matrix", {"reference": {"mechanism": "causal", "output": "mask"}}, [["0 -oo", "0 0"]],
     [["0 0", "0 0"], ["0 0", "-oo 0"]]),
    ("matrix", {"reference": {"mechanism": "causal", "output": "masked"}, "given": SCORES},
     [[[1, "-oo"], [3, 4]]], [[[1, 0], [3, 4]], [[1, 2], [3, 4]], [["-oo", 2], [3, 4]]]),
    ("matrix", {"reference": {"mechanism": "causal", "output": "weight"}, "given": SCORES},
     [[[1, 0], ["1/(1+exp(1))", "exp(1)/(1+exp(1))"]]], [[[1, 0], ["1/2", "1/2"]]]),
    ("value", {"claim": "dot(q, k)/sqrt(d) + PE", "given": {"q": [1, 2], "k": [3, 4], "d": 4,
     "PE": "0.5"}}, [6, "6.0", "12/2"], [5, "5.999", "-oo"]),
    ("value", {"reference": {"mechanism": "simple", "output": "output"}, "given": X},
     [["1/(1+exp(1))", "exp(1)/(1+exp(1))"]],
     [["1/2", "1/2"], ["0.269", "0.731"], ["exp(1)/(1+exp(1))", "1/(1+exp(1))"], [1]]),
    ("value", {"reference": {"mechanism": "simple", "output": "output"}, "given": X,
     "tolerance": "0.005"}, [["0.27", "0.73"], ["0.2689", "0.7311"]], [["0.28", "0.72"]]),
    ("value", {"reference": {"mechanism": "causal", "output": "score"},
     "given": {"Q": [[1], [2]], "K": [[1], [1]], "i": 0, "j": 1}}, ["-oo"], [0, 1]),
    ("value", {"claim": "sqrt(2) * sqrt(8)"}, [4], [5, "4.0000000001"]),
    ("shape", {"claim": "softmax(Q @ K.T / sqrt(d)) @ V"}, ["(n, d_v)", "n x d_v", ["n", "d_v"]],
     ["(n, d)", "(n, n)", "(d_v, n)", "does not fit"]),
    ("shape", {"claim": "Q K"}, ["does not fit"], ["(n, d)"]),
    ("shape", {"claim": "K.T V", "given": {"n": 7, "d": 4, "d_v": 2}}, ["(4, 2)"], ["(2, 4)"]),
    ("cost", {"reference": "causal"}, ["n*(n+1)*d", "d*n**2 + d*n"], ["2*n*n*d", "n*(n+1)/2*d"]),
    ("cost", {"reference": "causal", "given": {"line": "uncached_products", "n": 7}},
     [84, "7*8*9/6"], [28, "84.5"]),
    ("order", {"reference": "scores, mask < softmax < sum"},
     [["scores", "mask", "softmax", "sum"], "mask, scores, softmax, sum"],
     [["softmax", "scores", "mask", "sum"], ["scores", "mask", "softmax"],
      ["scores", "mask", "softmax", "sum", "sum"], ["scores", "mask", "softmax", "sum", "rest"]]),
    ("steps", {"claim": ["exp(a)*exp(b)", "exp(a+b)", "exp(a)+exp(b)", "exp(b)+exp(a)"]}, [2],
     [1, 3]),
)  # fmt: skip


@pytest.mark.parametrize(("kind", "fields", "right", "wrong"), ANSWERS)
def test_right_answers_are_proved_and_wrong_ones_refuted(kind, fields, right, wrong):
    for answer in right:
        (found,) = ask(kind=kind, answer=answer, **fields)
        assert found.verdict == "proved", (answer, found.record)
    for answer in wrong:
        (found,) = ask(kind=kind, answer=answer, **fields)
        assert found.verdict == "refuted", (answer, found.record)
        assert found.record["counterexample"]["left"] != found.record["counterexample"]["right"]


LINES = (
    ("equal", {"claim": "weights(causal+alibi(m)) == weights(causal+bias(m*j))"}, "proved"),
    ("equal", {"claim": "alibi(0)", "reference": {"mechanism": "full"}}, "proved"),
    ("equal", {"claim": "causal", "reference": {"mechanism": "full"}}, "refuted"),
    ("equal", {"claim": "a + b", "reference": "b + a"}, "proved"),
    ("truefalse", {"claim": "no_future(causal)", "answer": True}, "proved"),
    ("truefalse", {"claim": "no_future(full)", "answer": False}, "refuted"),
    ("independent", {"reference": "causal"}, "proved"),
    ("independent", {"reference": "full"}, "refuted"),
    ("count", {"claim": "row_count(causal, i) == i + 1"}, "proved"),
    ("matrix", {"claim": "count(causal) == n"}, "refuted"),
    ("steps", {"claim": ["2*(a+b)", "2*a + 2*b", "b*2 + a*2"]}, "proved"),
    ("steps", {"claim": ["2*(a+b)", "2*a + b"]}, "refuted"),
)


@pytest.mark.parametrize(("kind", "fields", "expected"), LINES)
def test_kinds_whose_question_is_a_line(kind, fields, expected):
    assert verdict(kind=kind, **fields) == expected


def test_every_kind_is_tried_here():
    tried = {kind for kind, *_ in ANSWERS} | {kind for kind, *_ in LINES} | {"choice"}
    assert tried == set(schema()["$defs"]["claim"]["properties"]["kind"]["enum"])
    assert tried - {"choice"} | {"distinct", "broken"} == set(KINDS)


def test_the_reply_names_missing_extra_and_future_items():
    (found,) = ask(kind="set", answer="0..2, 5..6", **CAUSAL4)
    assert items(found) == {"missing": ["3", "4"], "future": ["5", "6"]}
    fields = {"reference": "window(visible=2)", "given": {"n": 5, "i": 3}}
    (found,) = ask(kind="set", answer="1, 3, 4", **fields)
    assert items(found) == {"missing": ["2"], "future": ["4"], "extra": ["1"]}
    (found,) = ask(
        kind="enumeration", answer="(0,0),(0,1),(1,1),(1,1)", reference="causal", given={"n": 2}
    )
    assert items(found) == {"missing": ["q1 k0^T"], "future": ["q0 k1^T"], "twice": ["q1 k1^T"]}
    (found,) = ask(kind="order", reference="a < b, c", answer=["b", "a", "d"])
    assert items(found) == {"missing": ["c"], "extra": ["d"], "too early": ["b before a"]}
    (found,) = ask(kind="set", answer="The", reference="causal",
                   given={"labels": ["The", "fox"], "i": 1})  # fmt: skip
    assert items(found) == {"missing": ["fox"]}


def test_every_linear_extension_is_right_and_nothing_else():
    steps = ["a", "b", "c", "d"]
    for order in permutations(steps):
        right = all(order.index(x) < order.index(y) for x, y in ("ac", "bc", "cd"))
        found = verdict(kind="order", reference="a, b < c < d", answer=list(order))
        assert found == ("proved" if right else "refuted"), order


@pytest.mark.parametrize("n", range(1, 6))
@pytest.mark.parametrize("spec", ["causal", "full", "window(visible=2)", "chunked(2)", "prefix(1)"])
def test_sets_counts_and_products_at_small_sizes(spec, n):
    from symattn.core.interpret import Environment, holds
    from symattn.mechanisms.spec import mechanism

    support = mechanism(spec).support
    seen = {
        i: [j for j in range(n) if holds(support, Environment({"n": n, "i": i, "j": j}))]
        for i in range(n)
    }
    pairs = [[i, j] for i in range(n) for j in seen[i]]
    for i in range(n):
        given = {"n": n, "i": i}
        assert verdict(kind="set", reference=spec, given=given, answer=seen[i]) == "proved"
        assert verdict(kind="set", reference=spec, given=given, answer=[n, *seen[i]]) == "refuted"
        less = {"kind": "set", "reference": spec, "given": given, "answer": seen[i][1:]}
        assert verdict(**less) == ("refuted" if seen[i] else "proved")
        assert verdict(kind="count", reference=spec, given=given, answer=len(seen[i])) == "proved"
    given = {"n": n}
    assert verdict(kind="count", reference=spec, given=given, answer=len(pairs)) == "proved"
    assert verdict(kind="count", reference=spec, given=given, answer=len(pairs) + 1) == "refuted"
    assert verdict(kind="enumeration", reference=spec, given=given, answer=pairs) == "proved"
    assert verdict(kind="enumeration", reference=spec, given=given, answer=pairs[1:]) == "refuted"


def test_positions_count_from_one_where_the_file_says_so():
    one = {"index_base": 1}
    fields = {"reference": "causal", "given": {"n": 7, "i": 4}}
    assert verdict(one, kind="set", answer="1..4", **fields) == "proved"
    assert verdict(one, kind="set", answer="0..4", **fields) == "refuted"
    assert verdict(one, kind="count", answer=4, **fields) == "proved"
    (found,) = ask(one, kind="set", answer="1..5", **fields)
    assert items(found) == {"future": ["5"]}


def test_default_sizes_and_conditions():
    defaults = {"sizes": {"n": 7}, "where": "w >= 2"}
    assert verdict(defaults, kind="set", reference="causal", given={"i": 1}, answer="0, 1") == (
        "proved"
    )
    claim = "row_count(window(visible=w), i) >= 2 where i >= 1"
    assert verdict(defaults, kind="equal", claim=claim) == "unreadable"  # no comparison of counts
    claim = "support(window(visible=2)) <= support(window(visible=w))"
    assert verdict(kind="equal", claim=claim) == "refuted"
    assert verdict(defaults, kind="equal", claim=claim) == "proved"
    assert verdict(defaults, kind="equal", claim="1 == 1") == "proved"


CHOICE = {"kind": "choice", "of": "set", **CAUSAL4}


def test_a_choice_has_one_right_option_and_it_is_the_keyed_one():
    options = {"A": "0..4", "B": "0..3", "C": "4"}
    found = ask(options=options, answer="A", **CHOICE)
    assert [(r.id, r.verdict, r.ok) for r in found] == [
        ("a/A", "proved", True), ("a/B", "refuted", True), ("a/C", "refuted", True),
        ("a/distinct", "proved", True),
    ]  # fmt: skip
    found = ask(options=options, answer="B", **CHOICE)
    assert [r.ok for r in found] == [False, False, True, True]
    found = ask(options={"A": "0..4", "B": "0, 1, 2..4"}, answer="A", **CHOICE)
    assert [r.ok for r in found] == [True, False, True]  # two options hold


def test_wrong_options_that_say_the_same_are_found():
    found = ask(options={"A": "0..4", "B": "0..1", "C": "1, 0"}, answer="A", **CHOICE)
    assert (found[-1].verdict, items(found[-1])) == ("refuted", {"the same": ["B and C"]})
    options = {"A": "1 + 1 == 2", "B": "1 == 2", "C": "1  ==  2"}
    assert ask(kind="choice", options=options, answer="A")[-1].verdict == "refuted"
    options = {"A": "causal", "B": "full", "C": "full+bias(0)"}
    fields = {"reference": {"mechanism": "causal", "output": "weight"}, "options": options}
    found = ask(kind="choice", answer="A", **fields)
    assert (found[-1].verdict, items(found[-1])) == ("refuted", {"the same": ["B and C"]})


def test_wrong_variants_must_be_refuted():
    found = ask(kind="equal", claim="1 == 1", wrong=["1 == 2", "2 == 2"])
    assert [(r.id, r.expect, r.ok) for r in found] == [
        ("a", "proved", True), ("a/wrong-1", "refuted", True), ("a/wrong-2", "refuted", False),
    ]  # fmt: skip


def test_feedback_by_label():
    found = ask(kind="equal", claim="1 == 1", wrong=["2 == 2"], feedback={"right": "r", "1": "w"})
    assert [r.feedback for r in found] == ["r", "w"]


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "equal", "claim": "weights(causl) == weights(full)"},
        {"kind": "equal", "claim": "weights(causal) == "},
        {"kind": "set", "reference": "causal", "given": {"n": 7}, "answer": "0..4"},
        {"kind": "set", "reference": "causal", "given": {"n": 7, "i": 1}, "answer": "zero"},
        {"kind": "set", "reference": "causal", "given": {"n": 7, "i": 1}, "answer": "4..0"},
        {"kind": "set", "reference": "causal", "given": {"n": 7, "i": 1}, "answer": "0..999999999"},
        {"kind": "enumeration", "reference": "causal", "given": {"n": 2}, "answer": "q0"},
        {"kind": "order", "reference": "a < b < a", "answer": ["a", "b"]},
        {"kind": "steps", "claim": ["1", "1"], "answer": 5},
        {"kind": "shape", "claim": "Z @ Z", "answer": "(n, n)"},
        {"kind": "value", "claim": "1 +", "answer": 1},
        {"kind": "value", "claim": "1", "answer": True},
        {"kind": "value", "claim": "1", "answer": 1, "tolerance": "-1"},
        {"kind": "cost", "reference": "causal", "given": {"line": "flop"}, "answer": 1},
        {"kind": "matrix", "reference": "causal", "answer": ["0 -oo", "0 0"]},
        {"kind": "matrix", "reference": "causal", "answer": ["a", "a a"]},
        {"kind": "count", "reference": "causal", "given": {"n": "many"}, "answer": 1},
        {"kind": "equal"},
        {"kind": "choice", "options": {"A": "1 == 1", "B": "1 == 2"}, "answer": "C"},
    ],
)
def test_what_cannot_be_read_is_unreadable(fields):
    assert verdict(**fields) == "unreadable"


def test_what_we_cannot_decide_is_undecided():
    assert verdict(kind="set", reference="causal", given={"n": 7, "i": 9}, answer=1) == "undecided"
    given = {"n": 10**7, "i": 1}
    assert verdict(kind="set", reference="causal", given=given, answer=1) == "undecided"
    assert verdict(kind="value", claim="a + 1", answer=2) == "undecided"


def test_a_planted_bug_in_the_ranges_of_keys_proves_nothing(monkeypatch):
    """Two computations of the right answer differ: that is ours, and no verdict."""
    from symattn.core import region

    true = region.row
    wrong = lambda *a: tuple(range(r.start, r.stop + 1) for r in true(*a))  # noqa: E731
    monkeypatch.setattr("symattn.deciding.finite.region.row", wrong)
    for answer in ("0..4", "0..5"):
        (found,) = ask(kind="set", answer=answer, **CAUSAL4)
        assert found.verdict == "undecided"
        assert "our bug" in found.record["reason"]


def test_a_planted_bug_in_exact_arithmetic_proves_nothing(monkeypatch):
    from symattn.deciding import exponentials

    planted = {**exponentials.ALGEBRA, "exp": lambda a: a.exp() + exponentials.rational(1)}
    monkeypatch.setattr(exponentials, "ALGEBRA", planted)
    fields = {"kind": "value", "claim": "exp(a)", "given": {"a": 0}}
    (found,) = ask(answer=2, **fields)
    assert found.verdict == "refuted" or "our bug" in found.record["reason"]
    (found,) = ask(answer=1, **fields)
    assert found.verdict != "refuted" or "our bug" in found.record.get("reason", "")


def test_an_internal_error_costs_its_claim_only(monkeypatch):
    monkeypatch.setattr("symattn.claims.kinds.positions.keys_of", lambda *_: 1 / 0)
    (found,) = ask(kind="set", answer="0..4", **CAUSAL4)
    assert found.verdict == "undecided"
    assert "ZeroDivisionError" in found.record["reason"]


BASE1 = {"index_base": 1}


def test_formulas_in_answers_count_as_the_file_does():
    row = {"kind": "count", "reference": "causal", "given": {"i": "i"}}
    assert verdict(BASE1, answer="i", **row) == "proved"
    assert verdict(BASE1, answer="i + 1", **row) == "refuted"
    row = {"kind": "count", "reference": "causal", "given": {"i": 3}}
    assert verdict(BASE1, answer=3, **row) == verdict(answer=4, **row) == "proved"
    sized = {"kind": "count", "reference": "causal", "given": {"n": 7, "i": 3}}
    assert verdict(BASE1, answer="i", **sized) == verdict(answer="i + 1", **sized) == "proved"
    value = {"kind": "value", "claim": "dot(q[i], k[j])"}
    given = {"q": [[1], [2]], "k": [[5], [7]]}
    assert verdict(BASE1, answer=14, given={**given, "i": 2, "j": 2}, **value) == "proved"
    assert verdict(answer=14, given={**given, "i": 1, "j": 1}, **value) == "proved"


@pytest.mark.parametrize(
    "fields",
    [  # each of these was once answered, with something of it ignored
        {"kind": "set", **CAUSAL4, "answer": "q_0..q_4"},
        {"kind": "enumeration", "reference": "causal", "given": {"n": 2}, "answer": "(k0, q0)"},
        {"kind": "set", **CAUSAL4, "answer": "0..4", "claim": "1 == 1"},
        {"kind": "set", **CAUSAL4, "answer": "0..4", "tolerance": 1},
        {"kind": "count", "reference": "causal", "given": {"n": 3, "where": "n > 4"}, "answer": 6},
        {"kind": "count", "reference": "window(visible=w)", "given": {"w": 3}, "answer": "n"},
        {"kind": "equal", "claim": "1 == 1", "answer": 7},
        {"kind": "equal", "claim": "1 == 1", "given": {"n": 7}},
        {"kind": "order", "reference": "a < b", "answer": ["a", "b"], "given": {"n": 7}},
        {"kind": "value", "claim": "dot(q, k)", "answer": 1,
         "given": {"q": [[1], [2]], "k": [[1], [2]]}},
        {"kind": "value", "claim": "dot(q, k)", "answer": 1, "given": {"q": [1], "k": [1, 2]}},
        {"kind": "value", "claim": "q @ W", "answer": 1, "given": {"q": [1]}},
        {"kind": "shape", "claim": "u @ K.T", "answer": "(d, n)"},
        {"kind": "shape", "claim": "Q * K", "answer": "(n, d)"},
        {"kind": "set", "reference": "causal", "given": {"labels": ["1", "0"], "i": 1},
         "answer": "1, 0"},
    ],
)  # fmt: skip
def test_nothing_is_ignored(fields):
    assert verdict(**fields) == "unreadable"


def test_a_matrix_of_another_shape_is_wrong():
    fields = {"kind": "matrix", "reference": {"mechanism": "causal", "output": "masked"},
              "given": {"S": [[1, 2], [3, 4]]}}  # fmt: skip
    assert verdict(answer=[[1, "-oo", 3, 4]], **fields) == "refuted"
    assert verdict(answer=[[1], ["-oo"], [3], [4]], **fields) == "refuted"


def test_costs_at_some_sizes():
    fields = {"kind": "cost", "reference": "causal"}
    assert verdict(given={"d": 4}, answer="4*n*(n+1)", **fields) == "proved"
    assert verdict(given={"d": 4}, answer="n*(n+1)*d", **fields) == "proved"
    assert verdict(given={"d": 4}, answer="5*n*(n+1)", **fields) == "refuted"


def test_conditions_of_steps_stay():
    lines = ["sqrt(a)**2 where a >= 0", "a", "abs(a)"]
    assert verdict(kind="steps", claim=["w * x / w where w >= 1", "x", "w * x / w"]) == "proved"
    assert verdict(kind="steps", claim=lines) in ("proved", "undecided")


def test_a_default_condition_that_cannot_be_read():
    assert verdict({"where": "w >="}, kind="equal", claim="1 == 1") == "unreadable"
