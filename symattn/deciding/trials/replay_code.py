"""Expressions and quantities of mechanisms as plain Python, for the lines that readers paste."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from symattn.core.expression import MIXED, ONE, TRUE, Expr, kind, number, rebuild, symbol, walk
from symattn.core.form import Form, Row
from symattn.core.term_claim import TermClaim
from symattn.core.text import show
from symattn.deciding.answer import Number, Point
from symattn.deciding.trials.replay_words import RULES, fresh

MARKED = ("exp", "sqrt", "log", "tanh", "sigmoid", "cos", "sin", "dot", "norm", "phi", "floor_log")


@dataclass
class Code:
    """A claim as Python: with floats, or (`exact`) with balls and exact fractions."""

    claim: TermClaim
    exact: bool
    used: set[str] = field(default_factory=set)
    asked: dict[tuple[str, int], None] = field(default_factory=dict)  # kinds of quantities
    form: Form | None = None

    def number(self, value: Number) -> str:
        if isinstance(value, int):
            return str(value)
        top, bottom = value.numerator, value.denominator
        return f"fmpq({top}, {bottom})" if self.exact else f"{top}/{bottom}"

    def text(self, expr: Expr) -> str:
        """The Python text of an expression."""
        return show(self.python(expr))

    def read(self) -> Iterator[Expr]:
        """Every node that the line may read."""
        for expr in (self.claim.left, self.claim.right):
            yield from walk(expr)
        for kind_, at in self.asked:
            form = self.claim.forms[at]
            for expr in form.expressions:
                if expr is not form.value or kind_ not in ("score", "weight", "row_sum"):
                    yield from walk(expr)

    def named(self) -> set[str]:
        """The names of single numbers that the line reads."""
        found = {e.name for e in self.read() if e.op == "symbol"}
        found |= {n for n in self.lengths if self.asked or self._sums()}
        found |= {"h"} if self.claim.has_heads else set()
        return found

    def _sums(self) -> bool:
        return any(e.op == "sum" and len(e.parts) == 2 for e in self.read())

    @property
    def lengths(self) -> tuple[str, str]:
        return self.claim.lengths

    def python(self, expr: Expr) -> Expr:
        return rebuild(expr, self._changed)

    def _changed(self, node: Expr) -> Expr | None:
        if node.op in ("+", "-", "*", "/", "neg") and kind(node) == "vector":
            return self._linear(node)
        rule = RULES.get(node.op)
        if rule is not None:
            return rule(self, node)
        if node.op in MARKED:
            self.used.add(node.op)
        return None

    def inner(self, word: str) -> str:
        """A name for something bound that is no name of the claim."""
        names = {p.name for p in self.claim.parameters}
        names |= {e.name for e in self.read() if e.op == "symbol"}
        return word if word not in names else self.inner(f"{word}_")

    def _whole_vector(self, vector: Expr) -> str:
        text = self.text(vector)
        return text if vector.op in ("vector", "matmul", "rope", "norm", "phi") else f"({text})"

    def call(self, name: str, *parts: Expr) -> Expr:
        self.used.add(name)
        return Expr("call", (name, *map(self.python, parts)))

    def _linear(self, node: Expr) -> Expr:
        """Sums and multiples of vectors."""
        parts = node.parts
        if node.op in ("+", "-"):
            return self.call("plus" if node.op == "+" else "minus", *parts)
        if node.op == "neg":
            return self.call("times", number(-1), parts[0])
        if node.op == "/":
            return self.call("times", ONE / parts[1], parts[0])
        scalar, vector = parts if kind(parts[1]) == "vector" else parts[::-1]
        return self.call("times", scalar, vector)

    def own(self, name: str) -> tuple[Expr, ...]:
        """The head that comes first among the indices of q, k and v."""
        if not self.claim.has_heads or name[0] not in "qkv" or not (name[1:] or "0").isdigit():
            return ()
        if name[0] == "q" or self.form is None or self.form.heads is None:
            return (symbol("h"),)
        return (self.form.heads,)

    def definitions(self, point: Point) -> list[str]:
        """The open functions, and s, w and o of every Form that is asked about."""
        found: dict[str, None] = {}
        for p in self.claim.parameters:
            if p.kind == "function":
                x = "sum(t * (x + x * x) for t, x in enumerate(xs, 1))"
                found[f"{fresh(p.name)} = lambda *xs: {x}"] = None
        for kind_, at in list(self.asked):
            for text in self._of_form(kind_, at, point):
                found[text] = None
        return list(found)

    def _of_form(self, what: str, at: int, point: Point) -> Iterator[str]:
        form = self.form = self.claim.forms[at]
        h = "h, " if self.claim.has_heads else ""
        keys = fresh(self.lengths[1])
        condition = "" if form.support == TRUE else f" if {self.text(form.support)}"
        if what == "score":
            yield f"s{at} = lambda {h}i, j: {self.text(form.rows[0].score)}"
            return
        limit = " if j <= i" if what in ("decode", "recurrent") else ""
        mark = "" if not limit else "c"
        weights = [f"w{at}{mark}{r or ''}" for r, _ in enumerate(form.rows)]
        for name, row in zip(weights, form.rows, strict=True):
            scores = f"{{j: {self._top(row)} for j in range({keys}){condition}{limit}}}"
            yield f"{name} = lambda {h}i: {self._normalised(row, scores, form, keys)}"
        if what == "weight":
            sums = " + ".join(
                f"{self._factor(row)}{name}({h}i).get(j, 0)"
                for name, row in zip(weights, form.rows, strict=True)
            )
            yield f"a{at} = lambda {h}i, j: {sums}"
        elif what == "row_sum":
            sums = " + ".join(
                f"{self._factor(row)}sum({name}({h}i).values())"
                for name, row in zip(weights, form.rows, strict=True)
            )
            yield f"r{at} = lambda {h}i: {sums}"
        else:
            width = self._width(form, point)
            t, a = self.inner("t"), self.inner("a")
            value = f"{self._whole_vector(form.value)}[{t}]"
            sums = " + ".join(
                f"{self._factor(row)}sum({a} * {value} for j, {a} in {name}({h}i).items())"
                for name, row in zip(weights, form.rows, strict=True)
            )
            mixed = f"[{sums} for {t} in range({width})]"
            yield from self._output(form, at, mark, h, mixed)

    def _output(self, form: Form, at: int, mark: str, h: str, mixed: str) -> Iterator[str]:
        if form.output == MIXED:
            yield f"o{at}{mark} = lambda {h}i: {mixed}"
            return
        yield f"m{at}{mark} = lambda {h}i: {mixed}"
        made = _with_mixed(self.python(form.output), f"m{at}{mark}({h}i)")
        yield f"o{at}{mark} = lambda {h}i: {show(made)}"

    def _width(self, form: Form, point: Point) -> str:
        from symattn.core.declare import width

        found = width(form.value, {p.name: p for p in form.parameters})
        if found is None:
            return "1"
        return self.text(found) if found.op == "number" else str(point.values[found.name])

    def _factor(self, row: Row) -> str:
        if row.coefficient == ONE:
            return ""
        return f"({self.text(row.coefficient)}) * "

    def _top(self, row: Row) -> str:
        score = self.text(row.score)
        if row.normaliser.numerator == "identity":
            return score
        self.used.add(row.normaliser.numerator)
        return f"{row.normaliser.numerator}({score})"

    def _normalised(self, row: Row, scores: str, form: Form, keys: str) -> str:
        """The dictionary of weights, by key."""
        empty, s, x = "", self.inner("row"), self.inner("e")
        if form.empty != "zero":
            share = "nan" if form.empty == "nan" else f"{'arb(1)' if self.exact else 1}/{keys}"
            self.used |= {"nan"} if form.empty == "nan" else set()
            empty = f" if {s} else dict.fromkeys(range({keys}), {share})"
        if not row.normaliser.divide:
            return f"(lambda {s}: {s}{empty})({scores})" if empty else scores
        extra = ""
        if row.normaliser.extra is not None:
            self.used.add("exp")
            extra = f"exp({self.text(row.normaliser.extra)}) + "
        share = f"{x} / ({extra}sum({s}.values()))" if extra else f"{x} / sum({s}.values())"
        return f"(lambda {s}: {{j: {share} for j, {x} in {s}.items()}}{empty})({scores})"


def _with_mixed(expr: Expr, text: str) -> Expr:
    def change(node: Expr) -> Expr | None:
        return symbol(text) if node.op in ("vector", "table") and node.name == "o" else None

    return rebuild(expr, change)
