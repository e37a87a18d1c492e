"""Closed forms as one line for readers, `n(n+1)/2`, and as code for SymPy, `n*(n + 1)/2`.

Both are tables of precedence over the same expressions; nothing is simplified here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction

from symattn.core.expression import COMPARISONS, Expr
from symattn.core.text import show

SHORT = re.compile(r"[A-Za-z](_\w+)?(?!\w)")  # a name that a number may touch: 4n, 2d_v
SUM, PRODUCT, SIGN, POWER, NAME = range(1, 6)  # how tightly a text holds together
Shown = tuple[str, int]


def code_text(expr: Expr) -> str:
    """The expression in SymPy's words; `sympy.sympify` reads it.

    >>> from symattn.core.text import read
    >>> code_text(read("n * (n + 1) / 2")), code_text(read("6 * (n // 3) + n % 3"))
    ('n*(n + 1)/2', '6*floor(n/3) + Mod(n, 3)')
    """
    return _code(expr)[0]


CODE_CALLS = {"min": "Min", "max": "Max", "abs": "Abs", "%": "Mod", "sqrt": "sqrt",
              "exp": "exp", "log": "log", "floor": "floor",
              # Python's own words would ask a condition for its truth value
              "and": "And", "or": "Or", "not": "Not"}  # fmt: skip


def _code(expr: Expr) -> Shown:
    if expr.op in CODE_CALLS:
        inside = ", ".join(_code(part)[0] for part in expr.parts)
        return f"{CODE_CALLS[expr.op]}({inside})", NAME
    rule = CODE.get(expr.op)
    return (show(expr), NAME) if rule is None else rule(expr)


def _code_sum(expr: Expr) -> Shown:
    left, right = map(_code, expr.parts)
    return f"{left[0]} {expr.op} {_held(right, SUM + (expr.op == '-'))}", SUM


def _code_product(expr: Expr) -> Shown:
    left, right = map(_code, expr.parts)
    tight = PRODUCT + (expr.op == "/")
    return f"{_held(left, PRODUCT)}{expr.op}{_held(right, tight)}", PRODUCT


def _code_power(expr: Expr) -> Shown:
    base, power = map(_code, expr.parts)
    return f"{_held(base, NAME)}**{_held(power, NAME)}", POWER


def _code_floor(expr: Expr) -> Shown:
    return f"floor({_code_product(Expr('/', expr.args))[0]})", NAME


def _code_choice(expr: Expr) -> Shown:
    condition, yes, no = (_code(part)[0] for part in expr.parts)
    return f"Piecewise(({yes}, {condition}), ({no}, True))", NAME


def _code_total(expr: Expr) -> Shown:
    low, high, body = (_code(part)[0] for part in expr.parts)
    return f"Sum({body}, ({expr.name}, {low}, {high}))", NAME


def _code_comparison(expr: Expr) -> Shown:
    left, right = (_code(part)[0] for part in expr.parts)
    call = {"==": "Eq", "!=": "Ne"}.get(expr.op)
    return (f"{call}({left}, {right})", NAME) if call else (f"{left} {expr.op} {right}", 0)


CODE: Mapping[str, Callable[[Expr], Shown]] = {
    "number": lambda expr: _number(expr),
    "+": _code_sum,
    "-": _code_sum,
    "*": _code_product,
    "/": _code_product,
    "neg": lambda expr: (f"-{_held(_code(expr.parts[0]), PRODUCT)}", SIGN),
    "**": _code_power,
    "//": _code_floor,
    "where": _code_choice,
    "sum": _code_total,
    **dict.fromkeys(COMPARISONS, _code_comparison),
    "true": lambda _: ("True", NAME),
    "false": lambda _: ("False", NAME),
}


def _number(expr: Expr) -> Shown:
    value = expr.args[0]
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}", PRODUCT if value > 0 else SIGN
    return str(value), NAME if Fraction(str(value)) >= 0 else SIGN


def _held(shown: Shown, least: int) -> str:
    text, power = shown
    return text if power >= least else f"({text})"


def line_text(expr: Expr) -> str:
    """The expression in one line, products without signs where that cannot be misread.

    >>> from symattn.core.text import read
    >>> line_text(read("n * (n + 1) / 2")), line_text(read("4 * n - 6")), line_text(read("m * n"))
    ('n(n+1)/2', '4n - 6', 'm*n')
    """
    return _line(expr, " ")[0]


def _line(expr: Expr, space: str) -> Shown:
    rule = LINE.get(expr.op)
    if rule is not None:
        return rule(expr, space)
    if expr.op in COMPARISONS:
        left, right = (_line(part, "")[0] for part in expr.parts)
        return f"{left} {expr.op} {right}", 0
    if expr.op in ("min", "max", "abs", "sqrt", "exp", "log", "floor", "where"):
        return f"{expr.op}({', '.join(_line(part, ' ')[0] for part in expr.parts)})", NAME
    return show(expr), NAME


def _line_sum(expr: Expr, space: str) -> Shown:
    left, right = expr.parts
    tight = SUM + (expr.op == "-")
    text = f"{_line(left, space)[0]}{space}{expr.op}{space}{_in_line(right, tight, space)}"
    return text, SUM


def _in_line(expr: Expr, least: int, space: str = "") -> str:
    text, power = _line(expr, space)
    return text if power >= least else f"({_line(expr, '')[0]})"


def _line_product(expr: Expr, _: str) -> Shown:
    left, right = expr.parts
    first, second = _in_line(left, PRODUCT), _in_line(right, PRODUCT)
    bracket = second.startswith("(")
    if left.op == "number":
        close = bracket or SHORT.match(second) is not None
    else:
        close = bracket and (first.endswith(")") or (first[-1:].isalpha() and _single(first)))
    return f"{first}{'' if close else '*'}{second}", PRODUCT


def _single(text: str) -> bool:
    """Whether the last name of a text is one letter: n(n+1) is a product, block(n+1) is a call."""
    return (not text[-2:-1].isalnum() and text[-2:-1] != "_") or text[:-1].isdigit()


def _line_quotient(expr: Expr, _: str) -> Shown:
    above, below = expr.parts
    return f"{_in_line(above, PRODUCT)}/{_in_line(below, PRODUCT + 1)}", PRODUCT


def _line_negative(expr: Expr, _: str) -> Shown:
    return f"-{_in_line(expr.parts[0], PRODUCT)}", SIGN


def _line_power(expr: Expr, _: str) -> Shown:
    base, power = expr.parts
    return f"{_in_line(base, NAME)}^{_in_line(power, NAME)}", POWER


def _line_remainder(expr: Expr, _: str) -> Shown:
    left, right = (_in_line(part, PRODUCT + 1) for part in expr.parts)
    return f"({left} mod {right})", NAME


def _line_floor(expr: Expr, _: str) -> Shown:
    return f"floor({_line_quotient(expr, '')[0]})", NAME


def _line_total(expr: Expr, _: str) -> Shown:
    low, high, body = (_line(part, "")[0] for part in expr.parts)
    return f"sum of {body} over {expr.name} = {low}..{high}", 0


LINE: Mapping[str, Callable[[Expr, str], Shown]] = {
    "number": lambda expr, _: _number(expr),
    "+": _line_sum,
    "-": _line_sum,
    "*": _line_product,
    "/": _line_quotient,
    "//": _line_floor,
    "%": _line_remainder,
    "neg": _line_negative,
    "**": _line_power,
    "sum": _line_total,
}
