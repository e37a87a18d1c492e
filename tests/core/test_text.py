"""Text and expression are inverse; what cannot be read is refused with its place."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symattn.core.errors import NotConcrete, Unreadable
from symattn.core.expression import TALLEST, Expr, height, lift, make, number, symbol, table
from symattn.core.interpret import Environment, exact, holds
from symattn.core.text import DEEPEST, LONGEST_TEXT, read, show

leaves = st.one_of(
    st.integers(-5, 5).map(number),
    st.fractions(-3, 3, max_denominator=4).map(number),
    st.sampled_from(["i", "j", "w"]).map(symbol),
    st.sampled_from(["m", "b"]).map(lambda name: table(name, symbol("i"))),
)


def grown(inner):
    two = st.tuples(
        st.sampled_from(["+", "-", "*", "/", "//", "%", "**", "min", "max"]), inner, inner
    )
    one = st.tuples(st.sampled_from(["neg", "abs"]), inner)
    return two.map(lambda t: make(*t)) | one.map(lambda t: make(*t))


numbers = st.recursive(leaves, grown, max_leaves=12)


def grown_conditions(inner):
    two = st.tuples(st.sampled_from(["and", "or"]), inner, inner)
    return two.map(lambda t: Expr(t[0], t[1:])) | inner.map(lambda c: Expr("not", (c,)))


comparisons = st.tuples(st.sampled_from(["<=", "<", ">=", ">", "==", "!="]), numbers, numbers)
conditions = st.recursive(
    comparisons.map(lambda t: Expr(t[0], t[1:])), grown_conditions, max_leaves=5
)


@settings(max_examples=600, deadline=None)
@given(numbers)
def test_reading_what_is_shown_gives_the_expression_back(expr):
    assert read(show(expr)) == expr


@settings(max_examples=300, deadline=None)
@given(conditions)
def test_conditions_too(condition):
    assert read(show(condition)) == condition


@settings(max_examples=300, deadline=None)
@given(st.recursive(st.integers(0, 9).map(str), lambda s: st.tuples(
    s, st.sampled_from(["+", "-", "*", "//", "%"]), s).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
    max_leaves=8))  # fmt: skip
def test_arithmetic_means_what_python_says(text):
    try:
        expected = eval(text)  # an independent reader, on digits and signs that we made ourselves
    except ZeroDivisionError:
        return
    assert exact(read(text), Environment()) == expected
    assert (
        exact(read(text.strip("()")) if text[0] != "(" else read(text), Environment()) == expected
    )


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("", 1, "the end"),
        ("j <= ", 6, "the end"),
        ("j <= i)", 7, "expected an operator"),
        ("(j <= i", 8, "expected ')'"),
        ("i j", 3, "expected an operator"),
        ("m[i", 4, "expected ']'"),
        ("q[i] + 1", 6, "vector"),
        ("q[i] * k[j]", 6, "a number"),
        ("exp(q[i])", 1, "a number"),
        ("dot(q[i])", 1, "2 arguments"),
        ("rope(q[i], i, basis=3)", 1, "no option 'basis'"),
        ("rope(q[i], i, pairing=third)", 1, "half or interleaved"),
        ("i & j", 3, "unexpected character"),
        ("i and j", 3, "a condition"),
        ("sum(2, 0, 1, i)", 1, "binds"),
        ("x[0].S", 6, "'T'"),
        ("і <= j", 1, "unexpected character"),  # a Cyrillic look-alike of i
        ("__import__('os')", 12, "unexpected character"),
    ],
)
def test_malformed_text_is_refused_at_its_place(text, column, words):
    with pytest.raises(Unreadable) as error:
        read(text)
    assert error.value.place()[1] == column
    assert words in str(error.value)


def test_limits_hold_before_work_starts():
    for hostile in ("(" * 10**5, "9" * 41, "-" * (DEEPEST + 5) + "1", "i+" * LONGEST_TEXT):
        with pytest.raises(Unreadable):
            read(hostile)


@pytest.mark.parametrize(
    "text",
    [" or ".join(["j <= i"] * 900), "+".join(["i"] * 1200), "-".join(["b[i]"] * TALLEST),
     "0 < " * TALLEST + "i", "+".join(["dot(q[i], k[j])"] * 1200), "*".join(["i"] * 1200),
     "(" + "+".join(["i"] * 70) + ")" + "*j" * 70, "f(" + "+".join(["i"] * 70) + ")" + "*j" * 70],
)  # fmt: skip
def test_tall_trees_are_refused(text):
    with pytest.raises(Unreadable, match="inside one another"):
        read(text)


@pytest.mark.parametrize("operator", ["+", "-", "*", "/", " or ", " and ", " <= "])
def test_no_tree_that_is_read_is_taller_than_the_limit(operator):
    operand = "j <= i" if operator in (" or ", " and ") else "dot(q[i], k[j])"
    read_whole = 0
    for length in range(TALLEST // 2 - 8, TALLEST + 2):
        try:
            tree = read(operator.join([operand] * length))
        except Unreadable:
            continue
        assert height(tree) <= TALLEST
        read_whole = length
    assert TALLEST // 2 - 8 < read_whole <= TALLEST


def test_wide_trees_are_read():
    text = " + ".join(["(" + " + ".join(["i"] * 50) + ")"] * 40)
    assert exact(read(text), Environment({"i": 1})) == 50 * 40


def test_nested_sums_share_a_budget():
    nested = read("sum(t, 0, 999, sum(u, 0, 999, 1))")
    assert exact(nested, Environment()) == 10**6
    for text in (
        "sum(t, 0, 999999, sum(u, 0, 999999, 1))",
        "sum(t, 1, 101, sum(u, 1, 100, sum(w, 1, 100, t)))",
        "sum(t, sum(u, 0, 10**6, 1) < 0, 1)",
        "sum(t, sum(u, 0, 1000, 1) < 0, 1)",
        "sum(t, t < 0, 1) + sum(t, 0, 10**6 + 1, 1)",
    ):
        with pytest.raises(NotConcrete, match="more than a million terms"):
            exact(read(text), Environment({"n_k": 1000}))


def test_chained_comparisons_mean_both():
    between = read("0 <= i - j < 3")
    for i in range(6):
        for j in range(6):
            assert holds(between, Environment({"i": i, "j": j})) == (0 <= i - j < 3)


def test_python_face_builds_the_same_expressions():
    i, j = symbol("i"), symbol("j")
    assert (j <= i) & (i - j < 3) == read("j <= i and i - j < 3")
    assert 2 * i - j / 3 == read("2 * i - j / 3")
    assert ~(i > j) | (i // 2 >= j % 2) == read("not i > j or i // 2 >= j % 2")
    assert lift(Fraction(1, 2)) ** i == read("(1 / 2) ** i")
    with pytest.raises(TypeError, match="no truth value"):
        bool(i <= j)
