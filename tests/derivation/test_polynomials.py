"""Polynomials, their presentation, and proofs of `>= 0`, against numbers."""

from fractions import Fraction
from itertools import product
from random import Random

import pytest

from symattn.core.expression import Expr, number, symbol
from symattn.core.interpret import Environment, exact, holds
from symattn.core.text import read, show
from symattn.derivation.costs.facts import Facts, facts_of
from symattn.derivation.counts.affine import NotCountable
from symattn.derivation.counts.polynomial import plain, polynomial
from symattn.derivation.counts.presentation import is_whole, presented
from symattn.derivation.counts.row_bounds import stretches
from symattn.derivation.counts.row_counts import row_count
from symattn.derivation.counts.row_totals import over_lengths, positive, total
from symattn.mechanisms.spec import mechanism

NAMES = ("n", "w", "c")


def random_expr(random: Random, depth: int) -> Expr:
    if depth == 0:
        return random.choice([*map(symbol, NAMES), number(random.randint(-3, 4))])
    op = random.choice(["+", "-", "*", "min", "max", "%", "//", "/", "**"])
    left, right = (random_expr(random, depth - 1) for _ in range(2))
    if op in ("%", "//"):
        right = random.choice([symbol("c"), number(3)])
    if op == "/":
        right = random.choice([symbol("c"), number(2)])
    if op == "**":
        right = number(random.randint(0, 3))
    return Expr(op, (left, right))


def points():
    for values in product((1, 2, 5), (1, 3, 4), (1, 2, 3)):
        yield Environment(dict(zip(NAMES, values, strict=True)))


def test_every_writing_has_the_same_value():
    random = Random(5)
    for _ in range(250):
        expr = random_expr(random, random.randint(1, 3))
        multiplied = polynomial(expr)
        for env in points():
            wanted = exact(expr, env)
            assert exact(plain(multiplied), env) == wanted, show(expr)
            assert exact(presented(multiplied), env) == wanted, show(expr)
        if is_whole(multiplied):
            assert all(Fraction(exact(expr, env)).denominator == 1 for env in points())


@pytest.mark.parametrize(
    "text",
    ["n * (n + 1) / 2", "4 * n - 6", "m * n - m * (m - 1) / 2", "n ** 2",
     "n * (n + 1) * (n + 2) / 6", "n * (c + 1) / 2 - n % c * (c - n % c) / 2", "(n + 1) ** 2",
     "3 - n", "-n", "i // c + 1",
     "n * (a + b - 1) - a * (a - 1) / 2 - b * (b - 1) / 2", "max(i + 1, p)", "0"],
)  # fmt: skip
def test_readable_forms_stay_as_they_are(text):
    assert show(presented(polynomial(read(text)))) == text


def test_proofs_are_true():
    """Whatever is proved from i >= 0, i < n, w >= 1, c >= 1 holds at every such point."""
    random, proved = Random(6), 0
    i, n, w, c = (polynomial(symbol(name)) for name in ("i", "n", "w", "c"))
    facts = Facts((i, n - 1 - i, w - 1, c - 1))
    for _ in range(1500):
        left, right = (random_expr(random, 2) for _ in range(2))
        claim = polynomial(left - right)
        if facts.prove(claim):
            proved += 1
            assert all(exact(plain(claim), env) >= 0 for env in points()), show(left - right)
    assert proved > 100
    assert not facts.prove(w - 2)
    assert not facts.prove(n - i - 2)
    assert facts.prove(n + w - 2)


def test_facts_of_a_form_are_its_domains():
    made = mechanism("support: i - j < w and j < p and j % s == 0\nwhere: w >= 1, p > 1/2, s >= 2")
    known = set(map(str, facts_of(made)))
    for name, least in (("w", 1), ("p", 1), ("s", 2)):
        facts = Facts(facts_of(made))
        assert facts.prove(polynomial(symbol(name) - least)), known
        assert not facts.prove(polynomial(symbol(name) - (least + 1))), known


def test_sums_of_positive_parts():
    n = polynomial(symbol("n"))
    for text in ("i - e", "e - i", "i + e", "e", "n - 1 - e - i", "i - i % c - c",
                 "i - i % c + c - n", "i - i % c - 2 * c", "i - i % c + 3 * c - n",
                 "i - i % c"):  # fmt: skip
        formula = plain(
            positive(polynomial(read(text)), n, Facts((n - 1, polynomial(read("c - 1")))))
        )
        for size, shift, step in product(range(1, 9), range(-4, 7), range(1, 5)):
            env = Environment({"n": size, "e": shift, "c": step})
            wanted = sum(max(0, exact(read(text), env.at(i=i))) for i in range(size))
            assert exact(formula, env) == wanted, (text, size, shift, step)


def test_sums_without_a_rule_are_refused():
    n = polynomial(symbol("n"))
    for text in ("i ** 3", "i * (i % c)", "min(i, w, c)", "(i + 1) % c", "min(2 * i, w)"):
        with pytest.raises(NotCountable):
            total(polynomial(read(text)), n, Facts((n - 1,)))
    for text in ("n % c * n", "min(w, n) * min(c, n)", "max(w, n)", "n ** 3"):
        with pytest.raises(NotCountable):
            over_lengths(polynomial(read(text)), symbol("n"), Facts((n - 1,)))


def test_a_choice_over_lengths_needs_a_bound_of_at_least_zero():
    """Below 0 the choice is never n, and the rule would count lengths that are not there."""
    n, w = polynomial(symbol("n")), polynomial(symbol("w"))
    choice = polynomial(read("min(w, n)"))
    with pytest.raises(NotCountable):
        over_lengths(choice, symbol("n"), Facts((n - 1,)))
    assert over_lengths(choice, symbol("n"), Facts((n - 1, w)))


@pytest.mark.parametrize(
    "text",
    ["2 * j <= i", "j ** 2 <= i", "abs(j) + j <= i", "j % 3 < 2", "j // i < 2", "j // c < 2",
     "keep[j]", "not keep[j]", "j % c == 1", "i < w and j <= i", "max(i, j) < w",
     "abs(2 * j - i) < 3"],
)  # fmt: skip
def test_bounds_without_a_rule_are_refused(text):
    with pytest.raises(NotCountable):
        stretches(read(text, "condition"), Facts(()))


SAME = (
    "j == i",
    "j != i",
    "not j <= i",
    "abs(i - j) > c",
    "abs(i - j) == c",
    "i - c < j <= i",
    "max(j, j - i) <= c",
    "min(i + j, j + 1) >= c",
    "min(j, j - i) <= c",
    "max(j - i, j - 2) >= 1",
    "j // c == i // c",
    "(i + j) // c <= 2",
    "(j - i) % c == 0",
    "(i + j) % c == 0 and j <= i",
    "j // c != i // c",
    "not (j > i or j < c)",
    "not (i - j <= c and j <= i)",
    "false or j <= i",
    "true and i // c - j // c <= 1",
)


def test_conditions_become_stretches_of_the_same_keys():
    i, n, c = (polynomial(symbol(name)) for name in ("i", "n", "c"))
    facts = Facts((i, n - 1 - i, c - 1))
    for text in SAME:
        condition = read(text, "condition")
        formula = plain(row_count(stretches(condition, facts), n, facts))
        for size, step in product(range(1, 8), range(1, 5)):
            env = Environment({"n": size, "c": step})
            for row in range(size):
                wanted = sum(holds(condition, env.at(i=row, j=key)) for key in range(size))
                assert exact(formula, env.at(i=row)) == wanted, (text, size, step, row)
