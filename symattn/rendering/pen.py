r"""The hand that writes LaTeX: one rule for each operation, brackets where binding asks for them.

A rule gives a `Piece`: the LaTeX, how tightly its outermost operation binds, and whether it is tall
(then its brackets must grow). `Pen.write` looks the rule up and remembers the answer by identity,
so that a denominator that n entries share is written once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from symattn.core.expression import Expr
from symattn.rendering.letters import letter
from symattn.rendering.names import Names
from symattn.rendering.notation import Notation

Piece: TypeAlias = tuple[str, int, bool]
Rule: TypeAlias = "Callable[[Expr, Pen], Piece]"

# How tightly a piece binds. What may stand where is said in the rules, by comparing these.
OPEN, OR, AND, NOT, COMPARED, MOD, SUM = 0, 10, 20, 30, 40, 45, 50
NEG_OPEN = 54  # -a/b, or minus a big sum: nothing may follow it
NEG = 55  # a leading minus over a product: may stand first in a product
DOT = 57  # q \cdot k
SLASH = 58  # a/b
BIG = 59  # ends in a big sum: may stand last in a product
PRODUCT = 60
RAISED = 90  # one factor, which has an exponent or a mark already, or is a fraction
CALL = 95  # f(x): one factor, to which ^T may be put
ATOM = 100  # takes an exponent


class Pen:
    """Writes in one notation; tight, inside exponents and indices, with slashes for fractions."""

    __slots__ = ("names", "notation", "pieces", "rules", "small", "symbols", "tight")

    def __init__(
        self, notation: Notation, names: Names, rules: Mapping[str, Rule], tight: bool = False
    ) -> None:
        self.notation, self.names, self.rules, self.tight = notation, names, rules, tight
        self.pieces: dict[int, tuple[Expr, Piece]] = {}
        self.small: Pen = self if tight else Pen(notation, names, rules, True)
        self.symbols: dict[str, str] = {"d": notation.width}

    def write(self, expr: Expr) -> Piece:
        """The piece of an expression, which is kept so that its identity stays its own."""
        found = self.pieces.get(id(expr))
        if found is not None:
            return found[1]
        piece = self.rules[expr.op](expr, self)
        self.pieces[id(expr)] = (expr, piece)
        return piece

    def symbol(self, name: str) -> str:
        """A name without an index, in this notation."""
        found = self.symbols.get(name)
        if found is None:
            source = self.names.source(name)
            written = rf"\mathrm{{d}}{letter(source)}" if source else letter(name)
            found = self.symbols[name] = written
        return found

    def at(self, expr: Expr, power: int) -> tuple[str, bool]:
        """The LaTeX of an argument, in brackets if it binds less tightly than `power`."""
        text, own, tall = self.write(expr)
        return (bracketed(text, tall), tall) if own < power else (text, tall)


def bracketed(text: str, tall: bool) -> str:
    return rf"\left({text}\right)" if tall else f"({text})"


def applied(name: str, arguments: list[tuple[str, bool]], comma: str = ", ") -> Piece:
    r"""A function with its arguments: `\tanh(x)`."""
    tall = any(tall for _, tall in arguments)
    return name + bracketed(comma.join(text for text, _ in arguments), tall), CALL, tall


ENDING = re.compile(r"(?:^|[ (])\d+$")  # a number, not an index
CALLED = re.compile(r"\\mathrm\{[^}]*\}|\\sigma|\\phi")  # beside a bracket these would be functions


def beside(left: str, right: str) -> str:
    r"""A product: with \cdot where it would read as one number or as a call, else without.

    >>> beside("2", "3"), beside("m_h", "(i - j)"), beside("c", "x")
    ('2 \\cdot 3', 'm_h (i - j)', 'c x')
    """
    head = right[0]
    if head.isdigit() or (right.startswith(r"\frac") and ENDING.search(left)):
        return rf"{left} \cdot {right}"
    word = left[0] == "\\" and CALLED.fullmatch(left)
    if word and (head == "(" or right.startswith(r"\left(")):
        return rf"{left} \cdot {right}"
    name = left.startswith(r"\mathrm{") and left[8:10] != "d}" and left[-1] != ")"
    upright = name or right.startswith(r"\mathrm")
    return rf"{left} \, {right}" if upright else f"{left} {right}"
