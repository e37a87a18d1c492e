"""The lattice engine on random supports, and its sets of integers, against plain Python."""

from itertools import pairwise, product
from random import Random

import pytest

from symattn.core.expression import Expr, number, symbol
from symattn.core.interpret import Environment, holds
from symattn.core.text import read, show
from symattn.derivation.counts.affine import NotCountable, exchanged
from symattn.derivation.counts.lattice import lattice_condition
from symattn.derivation.counts.lattice_rows import row_of
from symattn.derivation.counts.periodic_set import (
    complement,
    intersect,
    interval,
    run,
    size,
    stairs,
    union,
)
from symattn.derivation.counts.quasi_linear import growth, row_sizes
from symattn.derivation.counts.quasi_polynomial import square_count

FREE = Environment()
BOUND = 40


def members(pieces, bound: int = BOUND) -> set[int]:
    """The set as a set, after checking that its pieces are disjoint, increasing and inside."""
    at = 0
    for start, stop, period, mask in pieces:
        assert at <= start < stop <= bound
        assert 0 < mask < 1 << period
        at = stop
    return {j for a, b, period, mask in pieces for j in range(a, b) if mask >> (j % period) & 1}


def samples(random: Random):
    """A random set of the integers below BOUND."""
    cuts = sorted(random.sample(range(BOUND + 1), 4))
    found = []
    for start, stop in pairwise(cuts):
        period = random.randint(1, 6)
        mask = random.randrange(1 << period)
        if mask and random.random() < 0.7:
            found.append((start, stop, period, mask))
    return tuple(found)


def test_sets_behave_like_sets():
    random = Random(1)
    everything = set(range(BOUND))
    for _ in range(300):
        a, b = samples(random), samples(random)
        assert members(intersect(a, b)) == members(a) & members(b)
        assert members(union(a, b, BOUND)) == members(a) | members(b)
        assert members(complement(a, BOUND)) == everything - members(a)
        assert size(a) == len(members(a))


def test_runs_and_stairs():
    for period, first, length in product(range(1, 6), range(-3, 8), range(7)):
        wanted = {(first + step) % period for step in range(length)}
        assert {s for s in range(period) if run(first, length, period) >> s & 1} == wanted
    random = Random(2)
    for _ in range(200):
        steps = [random.randint(-2, 7) for _ in range(random.randint(1, 5))]
        for below in (True, False):
            wanted = {j for j in range(BOUND) if (j // len(steps) < steps[j % len(steps)]) == below}
            assert members(stairs(steps, below, BOUND)) == wanted
    assert interval(4, 4) == ()


def random_term(random: Random, depth: int) -> Expr:
    kind = random.choice(["i", "j", "i-j", "number", "//", "%", "+", "abs", "min", "max", "where"])
    if depth == 0 or kind in ("i", "j"):
        return symbol(random.choice("ij"))
    if kind == "i-j":
        return symbol("i") - symbol("j")
    if kind == "number":
        return number(random.randint(-3, 5))
    inner = random_term(random, depth - 1)
    if kind in ("//", "%"):
        return Expr(kind, (inner, number(random.choice([2, 3, 4, -2]))))
    if kind == "abs":
        return Expr("abs", (inner,))
    if kind == "where":
        return Expr("where", (random_atom(random, 0), inner, random_term(random, depth - 1)))
    return Expr(kind, (inner, random_term(random, depth - 1)))


def random_atom(random: Random, depth: int) -> Expr:
    op = random.choice(["<=", "<", ">=", ">", "==", "!="])
    right = random.choice([random_term(random, depth), number(random.randint(-2, 4))])
    return Expr(op, (random_term(random, depth), right))


def random_support(random: Random) -> Expr:
    found = random_atom(random, random.randint(1, 2))
    for _ in range(random.randint(0, 2)):
        other = random_atom(random, random.randint(1, 2))
        other = Expr("not", (other,)) if random.random() < 0.2 else other
        found = Expr(random.choice(["and", "or"]), (found, other))
    return found


def seen(support: Expr, i: int, j: int) -> bool:
    return holds(support, FREE.at(i=i, j=j))


def test_random_rows_and_columns():
    random, kept = Random(3), 0
    for _ in range(400):
        support = random_support(random)
        try:
            condition = lattice_condition(support, FREE)
            row, column = row_of(condition), row_of(exchanged(condition))
        except NotCountable:
            continue
        kept += 1
        for i, bound in product((0, 1, 5, 11), (0, 1, 6, 13)):
            wanted = {j for j in range(bound) if seen(support, i, j)}
            assert members(row(i, bound), max(bound, 1)) == wanted, show(support)
            wanted = {j for j in range(bound) if seen(support, j, i)}
            assert members(column(i, bound), max(bound, 1)) == wanted, show(support)
    assert kept > 300


def test_random_counts():
    """The theorem itself: sums that skip, and formulas far beyond where their values were taken."""
    random, kept = Random(4), 0
    while kept < 120:
        support = random_support(random)
        try:
            condition = lattice_condition(support, FREE)
            sequence = growth(condition)
            if sequence.settled > 60:
                continue
            formula = square_count(sequence)
        except NotCountable:
            continue
        kept += 1
        far = sequence.settled + 5 * sequence.period + 7
        cells = [[seen(support, i, j) for j in range(far)] for i in range(far)]
        totals = [sum(sum(row[:n]) for row in cells[:n]) for n in range(far + 1)]
        wrong = [n for n in range(1, far + 1) if formula.at(n) != totals[n]]
        assert max(wrong, default=0) == formula.valid_from - 1, show(support)
        for n in (1, far // 2, far):
            assert growth(condition).sum(n) == totals[n], show(support)
            assert growth(condition).double_sum(n) == sum(totals[: n + 1]), show(support)
            wide = sum(sum(row[:n]) for row in cells)
            assert row_sizes(condition, n).sum(far) == wide, show(support)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("i + j < 9", "not one on i - j"),
        ("2 * j <= i", "not one on i - j"),
        ("i * j < 9", "a product of two positions"),
        ("keep[j]", "depends on keep"),
        ("doc[i] == doc[j]", "depends on doc"),
        ("j < w", "depends on w"),
        ("j // i < 2", "division by a position"),
        ("floor_log(j + 1, 2, 1) < 3", "not affine"),
        ("+".join(["abs(i - j)"] * 8) + " < 9", "cases"),
    ],
)
def test_what_has_not_the_shape_is_refused(text, reason):
    with pytest.raises(NotCountable, match=reason):
        growth(lattice_condition(read(text, "condition"), FREE))
