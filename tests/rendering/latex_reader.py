r"""An independent reading of our LaTeX: tokens, the usual conventions of print, exact values.

It shares no code with the writer. A formula becomes a function of a scope (name -> value); where
print would be ambiguous (`a/b c`, `a \bmod b \bmod c`, a sign after a sign) it refuses to read.
One grammar in one class, though it is long: a reader must see at a glance what stands where.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from tests.rendering.latex_values import (
    Log,
    Meaning,
    Misread,
    Scope,
    Value,
    added,
    divided,
    floor,
    inner,
    multiplied,
    number,
    powered,
    scaled,
    tokens,
    transposed,
)

MARK = re.compile(r"\^(\(\d+\)|\\mathrm\{[A-Z]+\})")
FUNCTIONS = (r"\log", r"\exp", r"\tanh", r"\cos", r"\sin", r"\min", r"\max", r"\sigma", r"\phi")
COMPARE: dict[str, Callable[[Value, Value], bool]] = {
    r"\le": lambda a, b: a <= b, "<": lambda a, b: a < b, r"\ge": lambda a, b: a >= b,
    ">": lambda a, b: a > b, "=": lambda a, b: a == b, r"\ne": lambda a, b: a != b,
}  # fmt: skip
ENDS = {")", "}", ",", ";", "&", r"\\", r"\end", r"\rvert", r"\rfloor", r"\rangle", r"\right", ""}
AFTER_TERM = ENDS | set(COMPARE) | set("+-") | {
    r"\bmod", r"\land", r"\lor", r"\text", r"\odot", r"\circ",
}  # fmt: skip
SPACES = {r"\,", r"\;", r"\!", r"\quad", r"\qquad"}


class Parser:
    def __init__(self, text: str) -> None:
        self.tokens = [t for t in tokens(text) if t not in SPACES]
        self.at = 0
        self.calls: frozenset[str] = frozenset()  # names of functions

    @property
    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, wanted: str = "") -> str:
        token = self.next
        if wanted and token != wanted:
            raise Misread(f"expected {wanted}, got {token!r} after {self.tokens[: self.at]}")
        self.at += 1
        return token

    def accept(self, *wanted: str) -> bool:
        found = bool(self.next) and self.next in wanted
        self.at += found
        return found

    # conditions ---------------------------------------------------------------------------------

    def content(self) -> Meaning:
        """What may stand in brackets, or alone: cases, a condition, a number."""
        return self.cases() if self.next == r"\begin" else self.condition()

    def condition(self) -> Meaning:
        parts = [self.conjunction()]
        while self.accept(r"\lor"):
            parts.append(self.conjunction())
        return parts[0] if len(parts) == 1 else lambda s: any(p(s) for p in parts)

    def conjunction(self, sign: str = r"\land") -> Meaning:
        parts = [self.negation()]
        while self.accept(sign):
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else lambda s: all(p(s) for p in parts)

    def negation(self) -> Meaning:
        if self.accept(r"\lnot"):
            inner = self.negation()
            return lambda s: not inner(s)
        return self.comparison()

    def comparison(self) -> Meaning:
        sides, signs = [self.remainder()], []
        while self.next in COMPARE:
            signs.append(COMPARE[self.take()])
            sides.append(self.remainder())
        if not signs:
            return sides[0]
        steps = list(zip(signs, sides, sides[1:], strict=False))
        return lambda s: all(sign(a(s), b(s)) for sign, a, b in steps)

    # numbers and vectors ------------------------------------------------------------------------

    def remainder(self) -> Meaning:
        left, single = self.addition()
        if not self.accept(r"\bmod"):
            return left
        right = self.factor()
        if not single or self.next not in ENDS | set(COMPARE) | {r"\land", r"\lor", r"\text"}:
            raise Misread(r"\bmod beside another operation")
        return lambda s: left(s) % right(s)

    def addition(self) -> tuple[Meaning, bool]:
        """A sum; and whether it is a single factor."""
        total, single = self.signed()
        while self.next in ("+", "-"):
            op, before = self.take(), total
            if self.next in ("+", "-"):
                raise Misread("a sign after a sign")
            term, _ = self.entrywise()
            total, single = added(before, term, 1 if op == "+" else -1), False
        return total, single

    def signed(self) -> tuple[Meaning, bool]:
        if not self.accept("-"):
            return self.entrywise()
        if self.next in ("+", "-"):
            raise Misread("a sign after a sign")
        term, _ = self.entrywise()
        return (lambda s: scaled(-1, term(s))), False

    def entrywise(self) -> tuple[Meaning, bool]:
        """Products, multiplied entry by entry."""
        product, single = self.term()
        while self.accept(r"\odot", r"\circ"):
            before, (factor, _) = product, self.term()
            product, single = multiplied(before, factor, r"\odot"), False
        return product, single

    def term(self) -> tuple[Meaning, bool]:
        """Factors side by side, with \\cdot, or one slash at the end."""
        product, count, sliced, last = self.factor(), 1, False, self.tokens[self.at - 1]
        while self.next not in AFTER_TERM:
            if sliced:
                raise Misread("a factor after a slash")
            sign = self.take() if self.next in ("/", r"\cdot") else ""
            if not sign and last.isdigit() and self.next.isdigit():
                raise Misread("two numbers side by side")
            before, factor = product, self.factor()
            product, count = multiplied(before, factor, sign), count + 1
            sliced, last = sign == "/", self.tokens[self.at - 1]
        return product, count == 1

    def factor(self) -> Meaning:
        """An atom, with its powers and its transpose."""
        if self.next == r"\sum":
            return self.big_sum()
        start, atom = self.at, self.atom()
        raised = 0
        while self.accept("^"):
            raised += 1
            if self.next in ("T", r"\top") or self.tokens[self.at : self.at + 2] == [
                "{",
                r"\mathsf",
            ]:
                self.group_tokens()
                atom = transposed(atom)
                continue
            if self.tokens[start] in (r"\frac", r"\log", r"\min", r"\max") or raised > 1:
                raise Misread("a power of something that is no atom")
            exponent = self.group()
            atom = powered(
                atom, exponent, self.tokens[start] == "e" and self.tokens[start + 1] == "^"
            )
        return atom

    def atom(self) -> Meaning:
        token = self.next
        if token.isdigit():
            value = Fraction(self.take())
            return lambda _: value
        if token in ("(", r"\left"):
            return self.brackets()
        if token == r"\frac":
            self.take()
            top, bottom = self.group(), self.group()
            return lambda s: divided(top(s), bottom(s))
        if token == r"\sqrt":
            self.take()
            return self.applied("sqrt", [self.group()])
        if token in (r"\lvert", r"\lfloor", r"\langle"):
            return self.fence()
        if token in FUNCTIONS:
            name = self.take()[1:]
            return self.applied(name, self.arguments())
        if token == r"\text":
            self.take()
            word = "".join(self.group_tokens())
            truth = {"true": True, "false": False}[word]
            return lambda _: truth
        if token == r"\infty":
            self.take()
            return lambda s: s["infinity"]
        return self.named()

    def brackets(self) -> Meaning:
        tall = self.accept(r"\left")
        if tall and self.next != "(":
            return self.fence(tall=True)
        self.take("(")
        inner = self.content()
        if tall:
            self.take(r"\right")
        self.take(")")
        return inner

    def fence(self, tall: bool = False) -> Meaning:
        kind = self.take()
        parts = [self.content()]
        while self.accept(","):
            parts.append(self.content())
        if tall:
            self.take(r"\right")
        self.take({r"\lvert": r"\rvert", r"\lfloor": r"\rfloor", r"\langle": r"\rangle"}[kind])
        if kind == r"\langle":
            left, right = parts
            return lambda s: inner(left(s), right(s))
        (only,) = parts
        return (lambda s: abs(number(only(s)))) if kind == r"\lvert" else lambda s: floor(only(s))

    def cases(self) -> Meaning:
        self.take(r"\begin"), self.group_tokens()
        rows: list[tuple[Meaning, Meaning]] = []
        while True:
            value = self.cases() if self.next == r"\begin" else self.remainder()
            self.take("&"), self.take(r"\text")
            word = "".join(self.group_tokens())
            rows.append((self.condition() if "if" in word else lambda _: True, value))
            if not self.accept(r"\\"):
                break
        self.take(r"\end"), self.group_tokens()
        return lambda s: next(value(s) for condition, value in rows if condition(s))

    def arguments(self) -> list[Meaning]:
        tall = self.accept(r"\left")
        self.take("(")
        found = [self.content()]
        while self.accept(","):
            found.append(self.content())
        if tall:
            self.take(r"\right")
        self.take(")")
        return found

    def applied(self, name: str, arguments: list[Meaning]) -> Meaning:
        if name == "log":
            return lambda s: Log(number(arguments[0](s)))
        if name in ("min", "max"):
            choose = min if name == "min" else max
            return lambda s: choose(number(a(s)) for a in arguments)
        return lambda s: s[name](*(number(a(s)) for a in arguments))

    def group(self) -> Meaning:
        if self.next != "{":
            return self.atom()
        self.take("{")
        inner = self.content()
        self.take("}")
        return inner

    def group_tokens(self) -> list[str]:
        """The tokens of a group, not read."""
        if self.next != "{":
            return [self.take()]
        self.take("{")
        found, depth = [], 1
        while depth:
            token = self.take()
            depth += (token == "{") - (token == "}")
            found.append(token)
        return found[:-1]

    def big_sum(self) -> Meaning:
        self.take(r"\sum"), self.take("_")
        low = high = condition = None
        start = self.at
        limits = self.group_tokens()
        end, self.at = self.at, start
        if limits[1:2] == ["="]:
            self.take("{")
            bound = self.take()
            self.take("=")
            low = self.remainder()
            self.take("}"), self.take("^")
            high = self.group()
        else:
            bound = next(t for t in limits if t not in (r"\substack", "{"))
            if len(limits) > 1:
                condition = self.stacked()
            self.at = end
        body, _ = self.term()

        def value(s: Scope) -> Value:
            values = range(int(low(s)), int(high(s)) + 1) if low and high else s["domain"]
            inside = [{**s, bound: Fraction(t)} for t in values]
            kept = [number(body(t)) for t in inside if condition is None or condition(t)]
            return sum(kept[1:], kept[0]) if kept else Fraction(0)

        return value

    def stacked(self) -> Meaning:
        """The condition of a sum, perhaps after `l :`; rows of a substack all hold."""
        self.take("{")
        if self.tokens[self.at + 1] == ":":
            self.at += 2
        if not self.accept(r"\substack"):
            return self.condition()
        self.take("{")
        if self.tokens[self.at + 1] == ":":
            self.at += 2
        return self.conjunction("\\\\")

    # names --------------------------------------------------------------------------------------

    def named(self) -> Meaning:
        name = self.base_name()
        mark = index = ""
        parts: list[Meaning] = []
        tokens: list[str] = []
        if self.next == "^":  # a raised mark is a number in brackets, or upright capitals
            start = self.at
            self.take()
            mark = "^" + "".join(self.group_tokens())
            upright = mark.startswith(r"^\mathrm") and self.next not in ("_", "(", r"\left")
            if upright or not MARK.fullmatch(mark):
                mark, self.at = "", start
        if self.accept("_"):
            start = self.at
            tokens = self.group_tokens()
            index = "_" + "".join(tokens)
            end, self.at = self.at, start
            parts = self.indices() if name != "R" else []
            self.at = end
        if not index and name + mark in self.calls and self.next in ("(", r"\left"):
            called, arguments = name + mark, self.arguments()
            return lambda s: s[called](*(number(a(s)) for a in arguments))
        if name == "e" and not mark and not index:
            return lambda s: s["e"]
        full = name + mark + index

        def value(s: Scope) -> Value:
            if full in s:
                return s[full]
            return s[name + mark](*(p(s) for p in parts))

        return value if name != "R" else self.rotation(" ".join(tokens))

    def rotation(self, index: str) -> Meaning:
        position, *options = index.split(";")
        where = read(position)
        known = dict(
            o.replace(r"\mathrm", "").replace(" ", "").split("=") for o in options if "=" in o
        )
        known = {key.strip("{}"): read(text) for key, text in known.items()}
        pairing = "interleaved" if any("interleaved" in o for o in options) else "half"

        def value(s: Scope) -> Value:
            base = known["base"](s) if "base" in known else Fraction(10_000)
            width = known["width"](s) if "width" in known else s["d"]
            return s["R"](where(s), base, pairing, width)

        return value

    def base_name(self) -> str:
        token = self.take()
        if token == r"\mathrm" and self.tokens[self.at : self.at + 3] == ["{", "d", "}"]:
            self.at += 3  # \mathrm{d}S is one name
            return r"\mathrm{d}" + self.base_name()
        if token in (r"\mathrm", r"\mathbf", r"\boldsymbol"):
            return f"{token}{{{''.join(self.group_tokens())}}}"
        if not (token.isalpha() or re.fullmatch(r"\\[A-Za-z]+", token)):
            raise Misread(f"expected a name, got {token!r} at {self.tokens[self.at - 5 : self.at]}")
        return token

    def indices(self) -> list[Meaning]:
        if self.next != "{":
            return [self.atom()]
        self.take("{")
        found = [self.remainder()]
        while self.accept(","):
            found.append(self.remainder())
        self.take("}")
        return found


def read(latex: str, calls: frozenset[str] = frozenset()) -> Meaning:
    """What the LaTeX says, as a function of a scope; `calls` are the names of functions."""
    parser = Parser(latex)
    parser.calls = calls
    found = parser.content()
    if parser.next:
        raise Misread(f"left over: {parser.tokens[parser.at :]}")
    return lambda s: number(found(s))
