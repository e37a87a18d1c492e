r"""Expressions as LaTeX: `latex(expr, notation)`.

A rule table from operation to LaTeX; vectors and matrices have theirs in `latex_vectors`. Few
brackets, never wrong ones: a test reads the LaTeX back and evaluates it. Conventions worth knowing:
`\log` is the natural logarithm; `\lfloor a/b \rfloor` is `a // b`; `a \bmod b` is `a % b`, which
has the sign of b; `\sum` reaches as far as the product after it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from symattn.core.expression import Expr
from symattn.rendering.latex_conditions import CONDITION_RULES
from symattn.rendering.latex_vectors import VECTOR_RULES
from symattn.rendering.names import NOTHING, Names
from symattn.rendering.notation import Notation
from symattn.rendering.pen import (
    ATOM,
    BIG,
    DOT,
    MOD,
    NEG,
    NEG_OPEN,
    OPEN,
    PRODUCT,
    RAISED,
    SLASH,
    SUM,
    Pen,
    Piece,
    Rule,
    applied,
    beside,
    bracketed,
)
from symattn.rendering.positions import rebase_for

Memo = dict[Any, Any]  # what one notation and one Form have written so far


def latex(
    expr: Expr,
    notation: Notation,
    memo: Memo | None = None,
    names: Names | None = None,
    letters: frozenset[str] = frozenset(),
) -> str:
    r"""The LaTeX of an expression, without delimiters.

    `memo` (a dict of yours, for one notation) lets expressions share what they have in common.
    `names` are the `names_of` a Form; counting from 1, concrete indices need them. `letters` are
    the `letters_of` the left side of an equation, where that introduces letters for positions.

    >>> from symattn.core.text import read
    >>> from symattn.rendering.notation import PRESETS
    >>> latex(read("dot(q[i], k[j]) / sqrt(d) - m[h] * (i - j)"), PRESETS["vaswani"])
    '\\frac{q_i k_j^\\top}{\\sqrt{d_k}} - m_h (i - j)'
    """
    return _written(expr, notation, memo, names or NOTHING, letters, 0)


def latex_position(
    expr: Expr, notation: Notation, memo: Memo | None = None, names: Names | None = None
) -> str:
    """The LaTeX of a position or a head, as a number that counts from the notation's base.

    >>> from symattn.core.text import read
    >>> from symattn.rendering.notation import Notation
    >>> latex_position(read("n - 1"), Notation(base=1)), latex_position(read("n - 1"), Notation())
    ('n', 'n - 1')
    """
    return _written(expr, notation, memo, names or NOTHING, frozenset(), notation.base)


def _written(
    expr: Expr,
    notation: Notation,
    memo: Memo | None,
    names: Names,
    letters: frozenset[str],
    add: int,
) -> str:
    memo = {} if memo is None else memo
    pen = memo.get("pen")
    if pen is None:
        pen = memo["pen"] = Pen(notation, names, RULES)
    elif (pen.notation is not notation and pen.notation != notation) or pen.names != names:
        raise ValueError("a memo serves one notation and one Form")
    if notation.base == 1:
        rebase = memo.get(letters) or rebase_for(names, expr, letters)
        if names.complete:
            memo[letters] = rebase
        expr = rebase.plain(expr, add)
    text: str = pen.write(expr)[0]
    return text


def _number(expr: Expr, pen: Pen) -> Piece:
    value = expr.args[0]
    if type(value) is int:
        return str(value), ATOM if value >= 0 else NEG, False
    assert isinstance(value, Fraction)
    top, bottom, minus = abs(value.numerator), value.denominator, "-" if value < 0 else ""
    if pen.tight:
        return f"{minus}{top}/{bottom}", NEG_OPEN if minus else SLASH, False
    return rf"{minus}\frac{{{top}}}{{{bottom}}}", NEG if minus else RAISED, True


def _symbol(expr: Expr, pen: Pen) -> Piece:
    return pen.symbol(expr.args[0]), ATOM, False  # type: ignore[arg-type]


def _sum(expr: Expr, pen: Pen) -> Piece:
    """A chain of + and -, walked without recursion: denominators have thousands of terms."""
    terms: list[tuple[str, Expr]] = []
    while expr.op in ("+", "-"):
        left, right = expr.args
        terms.append((expr.op, right))  # type: ignore[arg-type]
        expr = left  # type: ignore[assignment]
    first, tall = pen.at(expr, SUM)
    words = [first]
    for op, term in reversed(terms):
        text, power, high = pen.write(term)
        tall = tall or high
        minus = text[0] == "-"
        if op == "+" and minus and power >= SUM:
            words.append(f" - {text[1:]}")
        elif power < SUM or (op == "-" and (minus or power == SUM)):
            words.append(f" {op} {bracketed(text, high)}")
        else:
            words.append(f" {op} {text}")
    return "".join(words), SUM, tall


def _neg(expr: Expr, pen: Pen) -> Piece:
    text, power, tall = pen.write(expr.parts[0])
    if power < DOT:
        return f"-{bracketed(text, tall)}", NEG, tall
    return f"-{text}", NEG if power >= PRODUCT else NEG_OPEN, tall


def _product(expr: Expr, pen: Pen) -> Piece:
    (left, first, high), (right, second, tall) = (pen.write(part) for part in expr.parts)
    if first < PRODUCT and first != NEG:
        left, first = bracketed(left, high), ATOM
    if second < BIG:
        right, second = bracketed(right, tall), ATOM
    joined = beside(left, right)
    open_end = second == BIG
    if first == NEG:
        return joined, NEG_OPEN if open_end else NEG, high or tall
    return joined, BIG if open_end else PRODUCT, high or tall


def _quotient(expr: Expr, pen: Pen) -> Piece:
    above, below = expr.parts
    if pen.tight:
        return _slash(above, below, pen)
    top, bottom = pen.small.write(above)[0], pen.small.write(below)[0]
    return rf"\frac{{{top}}}{{{bottom}}}", RAISED, True


def _slash(above: Expr, below: Expr, pen: Pen) -> Piece:
    top, power, high = pen.write(above)
    if power < PRODUCT and power not in (NEG, DOT):
        top, power = bracketed(top, high), ATOM
    bottom, tall = pen.at(below, RAISED)
    return f"{top}/{bottom}", NEG_OPEN if power == NEG else SLASH, high or tall


def _floor_division(expr: Expr, pen: Pen) -> Piece:
    above, below = expr.parts
    text, _, tall = _slash(above, below, pen.small)
    return _floored(text, tall)


def _floored(text: str, tall: bool) -> Piece:
    if tall:
        return rf"\left\lfloor {text} \right\rfloor", ATOM, True
    return rf"\lfloor {text} \rfloor", ATOM, False


def _floor(expr: Expr, pen: Pen) -> Piece:
    text, _, tall = pen.write(expr.parts[0])
    return _floored(text, tall)


def _floor_log(expr: Expr, pen: Pen) -> Piece:
    """floor(times * log(value) / log(base)), as it is defined."""
    value, base, times = (pen.small.write(part)[0] for part in expr.parts)
    factor, _ = pen.small.at(expr.parts[2], PRODUCT)
    if pen.tight:
        lead = "" if times == "1" else f"{factor} "
        return rf"\lfloor {lead}\log({value})/\log({base}) \rfloor", ATOM, False
    lead = "" if times == "1" else f"{factor} \\cdot "
    return _floored(rf"{lead}\frac{{\log({value})}}{{\log({base})}}", True)


def _modulo(expr: Expr, pen: Pen) -> Piece:
    (left, high), (right, tall) = (pen.at(part, RAISED) for part in expr.parts)
    return rf"{left} \bmod {right}", MOD, high or tall


def _power(expr: Expr, pen: Pen) -> Piece:
    base, tall = pen.at(expr.parts[0], ATOM)
    base = f"({base})" if base == "e" else base  # a parameter e, not the number
    exponent = pen.small.write(expr.parts[1])[0]
    return f"{base}^{{{exponent}}}", RAISED, tall


def _exp(expr: Expr, pen: Pen) -> Piece:
    """e^{x}, except where the exponent is too tall to be read up there."""
    if pen.notation.exponential == "power":
        text = pen.small.write(expr.parts[0])[0]
        if r"\begin" not in text and r"\sum" not in text:
            return f"e^{{{text}}}", RAISED, False
    return _function(r"\exp")(expr, pen)


def _sqrt(expr: Expr, pen: Pen) -> Piece:
    text, _, tall = pen.small.write(expr.parts[0])
    return rf"\sqrt{{{text}}}", ATOM, tall


def _abs(expr: Expr, pen: Pen) -> Piece:
    text, _, tall = pen.write(expr.parts[0])
    if tall:
        return rf"\left\lvert {text} \right\rvert", ATOM, True
    return rf"\lvert {text} \rvert", ATOM, False


def _function(name: str) -> Rule:
    def rule(expr: Expr, pen: Pen) -> Piece:
        return applied(name, [pen.at(part, OPEN) for part in expr.parts])

    return rule


PRIME = re.compile(r"(.+)_prime(\d*)")


def _call(expr: Expr, pen: Pen) -> Piece:
    r"""f(x); the derivative `f_prime(x)` is f'(x), and `f_prime2(x, y)` is \partial_2 f(x, y)."""
    match = PRIME.fullmatch(expr.name) if expr.name not in pen.names.own else None
    if match is None:
        name = pen.symbol(expr.name)
    elif match[2]:
        name = rf"\partial_{{{match[2]}}} {pen.symbol(match[1])}"
    else:
        name = f"{pen.symbol(match[1])}'"
    return _function(name)(expr, pen)


def _elu1(expr: Expr, pen: Pen) -> Piece:
    text, _, tall = _function(r"\mathrm{elu}")(expr, pen)
    return f"{text} + 1", SUM, tall


def _infinity(_: Expr, __: Pen) -> Piece:
    return r"\infty", ATOM, False


RULES: Mapping[str, Rule] = {
    "number": _number,
    "symbol": _symbol,
    "infinity": _infinity,
    "+": _sum,
    "-": _sum,
    "neg": _neg,
    "*": _product,
    "/": _quotient,
    "//": _floor_division,
    "%": _modulo,
    "**": _power,
    "floor": _floor,
    "floor_log": _floor_log,
    "exp": _exp,
    "sqrt": _sqrt,
    "abs": _abs,
    "call": _call,
    "elu1": _elu1,
    "sigmoid": _function(r"\sigma"),
    **{op: _function(rf"\{op}") for op in ("log", "tanh", "cos", "sin", "min", "max")},
    **CONDITION_RULES,
    **VECTOR_RULES,
}
