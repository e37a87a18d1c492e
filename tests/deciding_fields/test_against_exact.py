"""Random expressions: equal in the field exactly if they are equal as numbers.

The witness is `exponentials.Element`, which shares no code with the fields.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import pytest

from symattn.core.attend import attend
from symattn.core.errors import NotConcrete
from symattn.core.form_text import form
from symattn.core.instance import instance
from symattn.core.meaning import Free
from symattn.core.numbers import numbers
from symattn.deciding import exponentials
from symattn.deciding.fields.algebra import algebra, free_names
from symattn.deciding.fields.element import compare, literal
from symattn.deciding.fields.field import field
from symattn.deciding.fields.primes import pairs
from symattn.deciding.sampling import filled

PAIRS = pairs("against exact numbers")
HERE = field(PAIRS, "point")
RULES = algebra(PAIRS, "point")


def tree(random: Random, depth: int, exponents: bool = True):
    """A random expression as nested tuples; exponents are rational."""
    if depth == 0:
        return Fraction(random.randint(-3, 3), random.randint(1, 2))
    op = random.choice(["+", "-", "*", "/", "exp"] if exponents else ["+", "-", "*", "/"])
    if op == "exp":
        return ("exp", tree(random, depth - 1, False))
    return (op, tree(random, depth - 1, exponents), tree(random, depth - 1, exponents))


def value(expression, rules):
    if isinstance(expression, Fraction):
        return rules["number"](expression)
    op, *parts = expression
    return rules[op](*(value(part, rules) for part in parts))


def exact(expression):
    try:
        return value(expression, exponentials.ALGEBRA)
    except NotConcrete:
        return None  # a division by zero


@pytest.mark.parametrize("seed", range(6))
def test_random_expressions_are_equal_exactly_if_they_are_equal_numbers(seed):
    random = Random(seed)
    made = [tree(random, random.randint(1, 3)) for _ in range(70)]
    found = [(exact(t), t) for t in made]
    kept = [(number, value(t, RULES)) for number, t in found if number is not None]
    assert len(kept) > 40
    same = 0
    for (a, left), (b, right) in product(kept, repeat=2):
        assert compare(left, right) == ("equal" if a == b else "different")
        same += a == b
    assert same > len(kept)  # some that are written in different ways are equal


def test_zero_divisors_are_refused_wherever_the_number_is_zero():
    random, refused = Random(7), 0
    for _ in range(2000):
        t = tree(random, 3)
        if exact(t) is None:
            refused += 1
            with pytest.raises((NotConcrete, AssertionError)):
                assert isinstance(value(t, RULES), type(literal(HERE, 1)))  # 0/0 is NaN
    assert refused > 20


TEXTS = [
    form("j <= i"),
    form("j <= i", "dot(q[i], k[j]) / sqrt(d)"),
    form("i - j < 2", "dot(q[i], k[j]) / 2 - m[h] * (i - j)"),
    form("j <= i", "dot(q[i], k[j]) * g ** (i - j)"),
]


@pytest.mark.parametrize("at", range(len(TEXTS)))
def test_attention_agrees_with_exact_numbers(at):
    """Every two entries of weights and outputs: equal residues exactly for equal numbers."""
    base = filled(instance(TEXTS[at], n=3, d=4), f"seed {at}")
    left = attend(base, exponentials.ALGEBRA)
    right = attend(base, RULES)
    pairs_of_entries = [
        (a, b)
        for rows, others in ((left.weights, right.weights), (left.output, right.output))
        for row, other in zip(rows, others, strict=True)
        for a, b in zip(row, other, strict=True)
    ]
    assert len(pairs_of_entries) == 9 + 12
    for (a, x), (b, y) in product(pairs_of_entries, repeat=2):
        assert compare(x, y) == ("equal" if a == b else "different")


def test_free_names_are_shared_by_forms():
    one = form("j <= i", "dot(q[i], k[j]) / sqrt(d)")
    other = form("j <= i", "dot(q[i], k[j]) * d ** (-1/2) + dot(q[i], q[i])")
    wrong = form("j <= i", "dot(q[i], k[j]) * d ** (-1/2) + dot(q[i], q[j])")
    found = [
        attend(instance(f, n=3, d=3), RULES, 0, free_names(PAIRS, "point")).output
        for f in (one, other, wrong)
    ]
    for a, b, c in zip(*(sum(rows, ()) for rows in found), strict=True):
        assert compare(a, b) == "equal"
        if a is not found[0][0][0] and a not in found[0][0]:
            assert compare(a, c) == "different"


def test_a_function_without_a_meaning_is_any_function():
    one = form("j <= i", "f(i - j)", where="f: function")
    other = form("j <= i", "f(2 * i - j - i)", where="f: function")
    wrong = form("j <= i", "f(j - i)", where="f: function")
    a, b, c = (
        attend(instance(f, n=3), RULES, 0, free_names(PAIRS, "point")).weights[2]
        for f in (one, other, wrong)
    )
    assert [compare(x, y) for x, y in zip(a, b, strict=True)] == ["equal"] * 3
    assert [compare(x, y) for x, y in zip(a, c, strict=True)] == ["different"] * 3


def test_given_numbers_and_free_ones_meet():
    given = numbers({"Q": [[1], [1]], "K": [[0], [1]]})
    base = instance(form("j <= i"), numbers=given)
    assert isinstance(free_names(PAIRS, "point"), Free)
    row = attend(base, RULES, 0, free_names(PAIRS, "point"))
    e = RULES["exp"](RULES["number"](1))
    assert row.weights[1][1] == e / (e + 1)


def named(random: Random, depth: int, exponents: bool = True):
    """A random expression in x and y and small numbers."""
    if depth == 0:
        return random.choice(["x", "y", "x", "y", Fraction(random.randint(1, 3))])
    op = random.choice(["+", "-", "*", "/", "exp"] if exponents else ["+", "-", "*"])
    if op == "exp":
        return ("exp", named(random, depth - 1, False))
    return (op, named(random, depth - 1, exponents), named(random, depth - 1, exponents))


def rewritten(random: Random, t):
    """The same function, written in another way."""
    if not isinstance(t, tuple):
        return random.choice(
            [t, ("+", t, Fraction(0)), ("*", Fraction(1), t), ("-", t, Fraction(0))]
        )
    op, *parts = t
    parts = [rewritten(random, part) for part in parts]
    if op == "exp":
        inner = parts[0]
        if isinstance(inner, tuple) and inner[0] in "+-" and random.random() < 0.7:
            return ("*" if inner[0] == "+" else "/", ("exp", inner[1]), ("exp", inner[2]))
        half = ("exp", ("*", Fraction(1, 2), inner))
        return random.choice([("exp", inner), ("*", half, half)])
    a, b = parts
    choices = [(op, a, b)]
    if op in "+*":
        choices.append((op, b, a))
    if op == "-":
        choices.append(("+", a, ("*", Fraction(-1), b)))
    if op == "/":
        choices.append(("*", a, ("/", Fraction(1), b)))
    if op == "*" and isinstance(b, tuple) and b[0] in "+-":
        choices.append((b[0], ("*", a, b[1]), ("*", a, b[2])))
    return random.choice(choices)


def mutated(random: Random, t):
    """Changed at one place: another operation, name or number."""
    if not isinstance(t, tuple):
        return random.choice(["x", "y", Fraction(2)])
    op, *parts = t
    if random.random() < 0.3 and op != "exp":
        return (random.choice(["+", "-", "*"]), *parts)
    at = random.randrange(len(parts))
    parts[at] = mutated(random, parts[at])
    return (op, *parts)


def at_point(t, rules, names):
    if isinstance(t, str):
        return names[t]
    if isinstance(t, Fraction):
        return rules["number"](t)
    op, *parts = t
    return rules[op](*(at_point(part, rules, names) for part in parts))


GIVEN = [
    (Fraction(2, 3), Fraction(-5, 7)),
    (Fraction(-3), Fraction(1, 2)),
    (Fraction(5), Fraction(7)),
]


def exactly_equal(left, right) -> bool | None:
    """Whether two expressions are equal at all given points where both are defined."""
    found = []
    for x, y in GIVEN:
        names = {"x": exponentials.rational(x), "y": exponentials.rational(y)}
        try:
            found.append(
                at_point(left, exponentials.ALGEBRA, names)
                == at_point(right, exponentials.ALGEBRA, names)
            )
        except NotConcrete:
            continue
    return all(found) if found else None


@pytest.mark.parametrize("seed", range(4))
def test_functions_of_free_quantities(seed):
    """Rewritten expressions are equal; mutated ones are different unless they are no mutation."""
    random = Random(seed)
    names = {name: free_names(PAIRS, "point").entry(name, ()) for name in "xy"}
    met = {"equal": 0, "different": 0}
    for _ in range(120):
        t = named(random, random.randint(1, 4))
        other = rewritten(random, t)
        if random.random() < 0.6:
            other = rewritten(random, mutated(random, other))
        wanted = exactly_equal(t, other)
        try:
            found = compare(at_point(t, RULES, names), at_point(other, RULES, names))
        except NotConcrete:
            continue
        if wanted is None:
            continue
        assert found == ("equal" if wanted else "different"), (t, other)
        met[found] += 1
    assert min(met.values()) > 20
