"""Formulas as SymPy code and as lines for readers: the same values, and exact wording."""

import re
from itertools import product
from random import Random

import pytest

from symattn.core.formula_text import code_text, line_text
from symattn.core.interpret import Environment, exact, holds
from symattn.core.text import read, show
from symattn.derivation.counts.counting import count
from symattn.mechanisms.spec import mechanism
from tests.derivation.test_polynomials import NAMES, points, random_expr


def test_sympy_reads_the_code_as_the_same_formula():
    import sympy

    names = dict(zip(NAMES, sympy.symbols(NAMES, integer=True), strict=True))
    random = Random(7)
    for _ in range(60):
        expr = random_expr(random, random.randint(1, 3))
        parsed = sympy.sympify(code_text(expr), locals=names)
        for env in list(points())[::5]:
            values = {names[name]: env.scalars[name] for name in NAMES}
            wanted = exact(expr, env)
            got = parsed.subs(values)
            assert got == sympy.Rational(*wanted.as_integer_ratio()), show(expr)


@pytest.mark.parametrize(
    "text",
    ["i < 2 and n != 3", "i < 2 or n == 3", "not i < n", "not (0 <= n // 2 and n // 2 < 2)",
     "not (i == n or not n > 2) and i <= n", "true", "i < 2 and not (i == 1 and n == 2)"],
)  # fmt: skip
def test_sympy_reads_conditions(text):
    import sympy

    i, n = sympy.symbols("i n", integer=True)
    parsed = sympy.sympify(code_text(read(f"where({text}, n, i + 1)")), locals={"i": i, "n": n})
    for a, b in product(range(4), range(1, 5)):
        condition = holds(read(text, "condition"), Environment({"i": a, "n": b}))
        assert parsed.subs({i: a, n: b}) == (b if condition else a + 1)


def test_sympy_reads_sums():
    import sympy

    total = sympy.sympify(code_text(read("sum(i, 0, n - 1, i + 1)")))
    assert total.subs("n", 7).doit() == 28


def test_a_closed_form_with_negations_is_code_for_sympy():
    import sympy

    found = count(mechanism("support: not (0 <= n_k // 2 and n_k // 2 < 2)"))
    for n in range(1, 9):
        assert sympy.sympify(found.code).subs("n", n) == (0 if n < 4 else n * n)


def test_lines_can_only_be_read_one_way():
    """Undo the shorthand of a line by its written rules, and the value is the same."""
    random = Random(8)
    for _ in range(400):
        expr = random_expr(random, random.randint(1, 3))
        again = read(unfolded(line_text(expr)))
        for env in list(points())[::4]:
            assert exact(again, env) == exact(expr, env), (show(expr), line_text(expr))


def unfolded(line: str) -> str:
    """A line with its products, powers and remainders written out."""
    line = re.sub(r"floor\(", "floor!(", line)
    line = re.sub(r"(?<![a-z])(min|max)\(", r"\1!(", line)
    line = re.sub(r"(\d)([a-z])", r"\1*\2", line)
    line = re.sub(r"([\w)])\(", r"\1*(", line)
    return line.replace("!", "").replace("^", "**").replace(" mod ", " % ").replace("mod*", "% ")


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("n * (n + 1) / 2", "n(n+1)/2", "n*(n + 1)/2"),
        ("n * (n + 1) * (n + 2) / 6", "n(n+1)(n+2)/6", "n*(n + 1)*(n + 2)/6"),
        ("4 * n - 6", "4n - 6", "4*n - 6"),
        ("n ** 2", "n^2", "n**2"),
        ("m * n - m * (m - 1) / 2", "m*n - m(m-1)/2", "m*n - m*(m - 1)/2"),
        ("2 * n * d", "2n*d", "2*n*d"),
        ("2 * d_v * (n + 1)", "2d_v*(n+1)", "2*d_v*(n + 1)"),
        ("n / (2 * rate)", "n/(2*rate)", "n/(2*rate)"),
        ("3 * (n + 1)", "3(n+1)", "3*(n + 1)"),
        ("block * (n - 1)", "block*(n-1)", "block*(n - 1)"),
        ("x_1 * (n - 1)", "x_1*(n-1)", "x_1*(n - 1)"),
        ("(n + 1) ** 2 // 4", "floor((n+1)^2/4)", "floor((n + 1)**2/4)"),
        ("6 * (n // 3)", "6*floor(n/3)", "6*floor(n/3)"),
        ("n % 3 + 1", "(n mod 3) + 1", "Mod(n, 3) + 1"),
        ("2 * min(n, w + 1)", "2*min(n, w + 1)", "2*Min(n, w + 1)"),
        ("n - (w - 1)", "n - (w-1)", "n - (w - 1)"),
        ("n / (2 * c)", "n/(2c)", "n/(2*c)"),
        ("-n * 2", "-n*2", "-n*2"),
        ("n * 2 / 3", "n*2/3", "n*2/3"),
        ("(-2) ** n", "(-2)^n", "(-2)**n"),
    ],
)
def test_wording(text, line, code):
    assert line_text(read(text)) == line
    assert code_text(read(text)) == code
