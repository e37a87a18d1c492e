"""The text face of expressions: `read` turns text into an Expr, `show` turns it back.

A Pratt parser over a table of binding powers. Limits on length, depth and digits hold before and
while reading; nothing is ever evaluated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from symattn.core.errors import Unreadable, did_you_mean
from symattn.core.expression import (
    COMPARISONS,
    FUNCTIONS,
    TALLEST,
    Expr,
    conjunction,
    kind,
    make,
    number,
    symbol,
)

LONGEST_TEXT, DEEPEST, MOST_DIGITS = 20_000, 60, 40
SEQUENCES = frozenset(("q", "k", "v", "x", "o"))  # letters that always name vectors
BINARY = {  # operator -> (binding power, binding power of its right side)
    "or": (1, 2), "and": (3, 4),
    **dict.fromkeys(COMPARISONS, (7, 8)),
    "+": (9, 10), "-": (9, 10),
    "*": (11, 12), "/": (11, 12), "//": (11, 12), "%": (11, 12), "@": (11, 12),
    "**": (16, 14),
}  # fmt: skip
NOT, NEGATIVE = 5, 13
WORDS = ("and", "or", "not", "true", "false")
PAIRINGS = ("half", "interleaved", "pairing")  # the last: left open inside a mechanism
CALLS = (*FUNCTIONS, "dot", "norm", "phi", "rope", "sum", "where")
TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][-+]?\d{1,3}(?!\w))?)|(?P<name>[A-Za-z_][A-Za-z_0-9]*)"
    r"|(?P<sign>\*\*|//|<=|>=|==|!=|[-+*/%@()\[\],<>=.|]))",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Token:
    kind: str  # "number", "name", "sign" or "end"
    text: str
    position: int


def tokens(text: str, start: int = 0) -> list[Token]:
    """The words of a text, closed by an "end" token.

    >>> [token.text for token in tokens("j <= i")]
    ['j', '<=', 'i', '']
    """
    if len(text) > LONGEST_TEXT:
        raise Unreadable(text[:80], 0, f"text of {len(text)} characters (limit {LONGEST_TEXT})")
    found, position = [], start
    while match := TOKEN.match(text, position):
        group = match.lastgroup or "sign"
        if group == "number" and len(match[group]) > MOST_DIGITS:
            raise Unreadable(text, match.start(group), f"a number of over {MOST_DIGITS} digits")
        found.append(Token(group, match[group], match.start(group)))
        position = match.end()
    rest = len(text) - len(text[position:].lstrip())
    if rest < len(text):
        raise Unreadable(text, rest, f"unexpected character {text[rest]!r}")
    return [*found, Token("end", "", len(text))]


class Reader:
    """A cursor over tokens; one method for each shape of the grammar."""

    def __init__(self, text: str) -> None:
        self.text, self.tokens, self.at, self.depth = text, tokens(text), 0, 0
        self.height = 0  # of the tallest tree among the operands read since it was last 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def accept(self, *texts: str) -> bool:
        if self.next.kind != "end" and self.next.text in texts:
            self.at += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise self.wrong(f"expected {text!r}, got {self.next.text or 'the end'!r}")

    def wrong(self, message: str, token: Token | None = None, hint: str = "") -> Unreadable:
        return Unreadable(self.text, (token or self.next).position, message, hint)

    def expression(self, power: int = 0) -> Expr:
        """The longest expression whose operators bind tighter than `power`."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.wrong(f"nested deeper than {DEEPEST}")
        beside, self.height = self.height, 0
        left = self.prefix()
        height = self.height + 2  # a call may wrap its arguments twice
        chained: Expr | None = None  # the last comparison, for `0 <= i - j < w`
        while True:
            token = self.next
            if token.kind == "end" or token.text not in BINARY or BINARY[token.text][0] < power:
                break
            self.take()
            self.height = 0
            right = self.expression(BINARY[token.text][1])
            height = max(height, self.height) + 1
            if height > TALLEST:
                raise self.wrong(f"over {TALLEST} operations inside one another", token)
            if token.text in COMPARISONS and chained is not None:
                middle = chained.parts[1]
                chained = self.join(token, middle, right)
                left = conjunction(left, chained)
            else:
                left = self.join(token, left, right)
                chained = left if token.text in COMPARISONS else None
        self.depth -= 1
        self.height = max(beside, height)
        return left

    def join(self, token: Token, left: Expr, right: Expr) -> Expr:
        """One binary operation, with the kinds of its two sides checked."""
        op = token.text
        if op in ("and", "or"):
            return Expr(op, (self.condition(left, token), self.condition(right, token)))
        if op == "@":
            return Expr("matmul", (self.vector(left, token), self.matrix(right, token)))
        if op in ("+", "-") and "vector" in (kind(left), kind(right)):
            return Expr(op, (self.vector(left, token), self.vector(right, token)))
        if op == "*" and kind(right) == "vector":
            return Expr(op, (self.number(left, token), right))
        if op == "/" and kind(left) == "vector":
            return Expr(op, (left, self.number(right, token)))
        return make(op, self.number(left, token), self.number(right, token))

    def prefix(self) -> Expr:
        token = self.take()
        if token.kind == "number":
            return number(Fraction(token.text))
        if token.text == "-":
            operand = self.expression(NEGATIVE)
            return make(
                "neg", operand if kind(operand) == "vector" else self.number(operand, token)
            )
        if token.text == "not":
            return Expr("not", (self.condition(self.expression(NOT), token),))
        if token.text == "(":
            inner = self.expression()
            self.expect(")")
            return inner
        if token.kind == "name":
            return self.named(token)
        got = repr(token.text) if token.text else "the end"
        raise self.wrong(f"expected a number, a name or '(', got {got}", token)

    def named(self, token: Token) -> Expr:
        """A name by itself, with an index, with arguments, or with a transpose sign."""
        if token.text in ("true", "false"):
            return Expr(token.text, ())
        if token.text in WORDS:
            raise self.wrong(f"expected a number or a name, got {token.text!r}", token)
        if token.text == "oo":
            hint = "which keys are seen is said by a support, as in causal+..."
            raise self.wrong("infinity is no number of a mechanism", token, hint)
        if self.accept("("):
            return self.call(token)
        if self.accept("["):
            index = self.index()
            op = "vector" if token.text in SEQUENCES else "table"
            return self.transposed(Expr(op, (token.text, *index)))
        return self.transposed(symbol(token.text))

    def transposed(self, expr: Expr) -> Expr:
        if self.next.text != ".":
            return expr
        token = self.take()
        if self.next.text != "T":
            raise self.wrong("expected 'T' after '.'")
        self.take()
        return Expr("transpose", (self.matrix(expr, token),))

    def index(self) -> list[Expr]:
        found = [self.number(self.expression(), self.next)]
        while self.accept(","):
            found.append(self.number(self.expression(), self.next))
        self.expect("]")
        return found

    def call(self, token: Token) -> Expr:
        """A known function, or an opaque one (which a Form must declare)."""
        name = token.text
        if name == "sum":
            return self.total(token)
        arguments, options = self.arguments()
        if options and name != "rope":
            raise self.wrong(f"{name} takes no option {next(iter(options))!r}", token)
        if name == "dot":
            self.count(token, len(arguments), 2, 2)
            return Expr("dot", tuple(self.vector(a, token) for a in arguments))
        if name in ("norm", "phi"):
            self.count(token, len(arguments), 1, 1)
            return Expr(name, (self.vector(arguments[0], token),))
        if name == "rope":
            return self.rope(token, arguments, options)
        if name == "where":
            self.count(token, len(arguments), 3, 3)
            condition, yes, no = arguments
            chosen = (self.number(yes, token), self.number(no, token))
            return Expr("where", (self.condition(condition, token), *chosen))
        if name in FUNCTIONS:
            self.count(token, len(arguments), *FUNCTIONS[name])
            return Expr(name, tuple(self.number(a, token) for a in arguments))
        return Expr("call", (name, *(self.number(a, token) for a in arguments)))

    def arguments(self) -> tuple[list[Expr], dict[str, Expr]]:
        """What stands between brackets: expressions, then `name=expression`."""
        found: list[Expr] = []
        options: dict[str, Expr] = {}
        if self.accept(")"):
            return found, options
        while True:
            start = self.next
            following = self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else start
            if start.kind == "name" and following.text == "=":
                self.at += 2
                if start.text in options:
                    raise self.wrong(f"{start.text!r} is given twice", start)
                options[start.text] = self.expression()
            elif options:
                raise self.wrong("an argument without a name follows one with a name", start)
            else:
                found.append(self.expression())
            if not self.accept(","):
                break
        self.expect(")")
        return found, options

    def count(self, token: Token, got: int, fewest: int, most: int) -> None:
        if not fewest <= got <= most:
            wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
            raise self.wrong(f"{token.text} takes {wanted} arguments, got {got}", token)

    def total(self, token: Token) -> Expr:
        """`sum(t, low, high, body)` (both ends included) or `sum(t, condition, body)`."""
        arguments, _ = self.arguments()
        self.count(token, len(arguments), 3, 4)
        bound, *middle, body = arguments
        if bound.op != "symbol":
            raise self.wrong("sum starts with the name that it binds", token)
        if len(middle) == 1:
            middle = [self.condition(middle[0], token)]
        return Expr("sum", (bound.name, *middle, self.number(body, token)))

    def rope(self, token: Token, arguments: list[Expr], options: dict[str, Expr]) -> Expr:
        """`rope(vector, position, base=10000, pairing=half, width=d)`."""
        self.count(token, len(arguments), 2, 2)
        known = {"base": number(10000), "pairing": symbol("half"), "width": symbol("d")}
        for name in options:
            if name not in known:
                raise self.wrong(f"rope has no option {name!r}", token, did_you_mean(name, known))
        known.update(options)
        if known["pairing"] not in map(symbol, PAIRINGS):
            raise self.wrong(f"pairing is {' or '.join(PAIRINGS[:2])}", token)
        return Expr("rope", (self.vector(arguments[0], token), arguments[1], *known.values()))

    def number(self, expr: Expr, token: Token) -> Expr:
        if kind(expr) == "number":
            return expr
        hint = "put it inside dot(...)" if kind(expr) == "vector" else ""
        raise self.wrong(f"expected a number, got the {kind(expr)} {show(expr)}", token, hint)

    def condition(self, expr: Expr, token: Token) -> Expr:
        if kind(expr) == "condition":
            return expr
        if expr.op == "table":
            return Expr("holds", (expr,))
        raise self.wrong(f"expected a condition, got {show(expr)}", token)

    def vector(self, expr: Expr, token: Token) -> Expr:
        """The expression read as a vector: `a[j - i]` and `u` name vectors here."""
        try:
            return as_vector(expr)
        except ValueError as reason:
            raise self.wrong(str(reason), token) from None

    def matrix(self, expr: Expr, token: Token) -> Expr:
        if expr.op in ("matrix", "transpose"):
            return expr
        if expr.op == "table" or (expr.op == "symbol" and expr.name not in SEQUENCES):
            return Expr("matrix", expr.args)
        raise self.wrong(f"expected the name of a matrix, got {show(expr)}", token)


def as_vector(expr: Expr) -> Expr:
    """The expression with names in vector places read as vectors.

    >>> as_vector(read("a[j - i]")).op
    'vector'
    """
    if expr.op in ("table", "symbol"):
        return Expr("vector", expr.args)
    if expr.op in ("+", "-", "neg"):
        return Expr(expr.op, tuple(as_vector(part) for part in expr.parts))
    if expr.op == "*":
        scalar, rest = expr.parts
        return Expr("*", (scalar, as_vector(rest)))
    if expr.op == "/":
        top, scalar = expr.parts
        return Expr("/", (as_vector(top), scalar))
    if kind(expr) != "vector":
        raise ValueError(f"expected a vector, got {show(expr)}")
    return expr


def finish(reader: Reader) -> None:
    if reader.next.kind != "end":
        raise reader.wrong(f"expected an operator or the end, got {reader.next.text!r}")


def read(text: str, wanted: str = "") -> Expr:
    """The expression that a text says; `wanted` is "number", "vector" or "condition".

    >>> read("0 <= i - j < w", "condition")
    Expr('0 <= i - j and i - j < w')
    """
    reader = Reader(text)
    expr = reader.expression()
    finish(reader)
    if not wanted:
        return expr
    checks = {"number": reader.number, "condition": reader.condition, "vector": reader.vector}
    return checks[wanted](expr, reader.tokens[0])


def show(expr: Expr) -> str:
    """The text of an expression; reading it gives the expression back.

    >>> show(read("dot(q[i],k[j])/sqrt(d)-m[h]*(i-j)"))
    'dot(q[i], k[j]) / sqrt(d) - m[h] * (i - j)'
    """
    return _show(expr)[0]


def _show(expr: Expr) -> tuple[str, int]:
    """The text of an expression and how tightly its outermost operator binds."""
    if expr.op in BINARY or expr.op in ("matmul", "product"):
        op = expr.op if expr.op in BINARY else "@"
        power, right_power = BINARY[op]
        left, right = expr.parts
        chained = op in COMPARISONS  # a comparison inside a comparison needs brackets
        strict = power + 1 if chained or op == "**" else power
        return f"{_at(left, strict)} {op} {_at(right, right_power)}", power
    if expr.op == "number":
        value = expr.args[0]
        if isinstance(value, Fraction):
            text = f"{value.numerator} / {value.denominator}"
            return text, BINARY["/"][0]
        return str(value), 99 if isinstance(value, int) and value >= 0 else NEGATIVE
    if expr.op == "neg":
        return f"-{_at(expr.parts[0], NEGATIVE)}", NEGATIVE
    if expr.op == "not":
        return f"not {_at(expr.parts[0], NOT)}", NOT
    return _show_named(expr), 99


def _show_named(expr: Expr) -> str:
    if expr.op in ("true", "false"):
        return expr.op
    if expr.op == "infinity":
        return "oo"
    if expr.op == "holds":
        return show(expr.parts[0])
    if expr.op == "transpose":
        return f"{show(expr.parts[0])}.T"
    if expr.op in ("symbol", "table", "vector", "matrix"):
        index = ", ".join(show(part) for part in expr.parts)
        return f"{expr.name}[{index}]" if index else expr.name
    if expr.op == "rope":
        what, position, base, pairing, width = expr.parts
        options = f", base={show(base)}" if base != number(10000) else ""
        options += f", pairing={show(pairing)}" if pairing != symbol("half") else ""
        options += f", width={show(width)}" if width != symbol("d") else ""
        return f"rope({show(what)}, {show(position)}{options})"
    named = expr.op in ("call", "sum")
    inside = [expr.name] if expr.op == "sum" else []
    inside += [show(part) for part in expr.parts]
    return f"{expr.name if named and expr.op == 'call' else expr.op}({', '.join(inside)})"


def _at(expr: Expr, power: int) -> str:
    text, own = _show(expr)
    return f"({text})" if own < power else text
