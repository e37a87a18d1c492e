"""A problem as SMT-LIB text, for the kernel alone; engine A has a translation of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce

from symattn.core.claim import Problem
from symattn.core.errors import SymattnError
from symattn.core.expression import COMPARISONS, ONE, Expr, free_names, number
from symattn.core.text import show


class Unwritable(SymattnError):
    """An obligation has no words for something."""


@dataclass(slots=True)
class Script:
    """The SMT-LIB script of some constraints; `bottoms` are the denominators that it met."""

    problem: Problem
    bottoms: dict[Expr, None] = field(default_factory=dict)
    entries: dict[str, None] = field(default_factory=dict)  # of boolean tables
    quotients: dict[tuple[str, str], int] = field(default_factory=dict)
    known: dict[Expr, tuple[str, bool]] = field(default_factory=dict)

    def write(self, constraints: list[Expr]) -> str:
        """Declarations, one assertion for each constraint, and the question."""
        told = [f"(assert {self.truth(c)})" for c in dict.fromkeys(constraints)]
        told += [f"(assert (<= 0 {entry} 1))" for entry in self.entries]
        for key, k in self.quotients.items():
            told.append(DIVISION.format(*key, f"quotient{k}", f"rest{k}"))
        used = sorted(set().union(*map(free_names, constraints)))
        tables = {t.name: t for t in self.problem.tables if t.name in used}
        sorts = {u.name: SORTS[u.kind] for u in self.problem.unknowns}
        lines = [f"(declare-const ${x} {sorts.get(x, 'Int')})" for x in used if x not in tables]
        for t in tables.values():
            places = " ".join(["Int"] * t.indices)
            lines.append(f"(declare-fun ${t.name} ({places}) {SORTS[t.kind]})")
        for k in self.quotients.values():
            lines += [f"(declare-const {name}{k} Int)" for name in ("quotient", "rest")]
        return "\n".join(["(set-logic ALL)", *lines, *told, "(check-sat)", ""])

    def met(self, condition: Expr) -> bool:
        """Whether a condition divides by something that is not a number."""
        self.truth(condition)
        return bool(self.bottoms)

    def truth(self, expr: Expr) -> str:
        """A condition as a formula."""
        if expr.op in COMPARISONS:
            words = EQUAL.get(expr.op, f"({expr.op} {{}} {{}})")
            return words.format(*self.alike(*expr.parts))
        if expr.op in ("and", "or", "not"):
            return f"({expr.op} {' '.join(map(self.truth, expr.parts))})"
        if expr.op == "holds":
            return f"(not (= {self.number(expr.parts[0])[0]} 0))"
        if expr.op in ("true", "false"):
            return expr.op
        raise Unwritable(f"{show(expr)} has no meaning in an obligation")

    def number(self, expr: Expr) -> tuple[str, bool]:
        """A number as a term, and whether it is a whole one."""
        if expr not in self.known:
            self.known[expr] = self._number(expr)
        return self.known[expr]

    def _number(self, expr: Expr) -> tuple[str, bool]:
        op, parts = expr.op, expr.parts
        if op == "number":
            return _literal(Fraction(expr.args[0]))  # type: ignore[arg-type]
        if op == "symbol":
            real = any(u.name == expr.name and u.kind == "real" for u in self.problem.unknowns)
            return f"${expr.name}", not real
        if op == "table":
            return self.entry(expr)
        if op == "**" and parts[1].args in [(times,) for times in range(1, 9)]:
            return self.number(reduce(lambda a, b: a * b, [parts[0]] * int(show(parts[1]))))
        if op in ("//", "%", "floor", "/"):
            return self.divided(op, parts[0], parts[1] if op != "floor" else ONE)
        if op == "where":
            words = [self.truth(parts[0]), *self.alike(*parts[1:])]
            return f"(ite {' '.join(words)})", self.whole(*parts[1:])
        if op in ("min", "max") and len(parts) > 2:
            return self.number(Expr(op, (Expr(op, parts[:2]), *parts[2:])))
        if op in TERMS:
            return TERMS[op].format(*self.alike(*parts)), self.whole(*parts)
        raise Unwritable(f"{show(expr)} has no meaning in an obligation")

    def whole(self, *parts: Expr) -> bool:
        return all(self.number(part)[1] for part in parts)

    def alike(self, *parts: Expr, real: bool = False) -> list[str]:
        """The terms, as reals if one of them is."""
        real, terms = real or not self.whole(*parts), map(self.number, parts)
        return [f"(to_real {text})" if real and whole else text for text, whole in terms]

    def entry(self, expr: Expr) -> tuple[str, bool]:
        table = next((t for t in self.problem.tables if t.name == expr.name), None)
        if table is None or table.indices != len(expr.parts) or not self.whole(*expr.parts):
            raise Unwritable(f"{show(expr)} is not an entry of a table")
        text = f"(${expr.name} {' '.join(self.number(part)[0] for part in expr.parts)})"
        if table.kind == "boolean":
            self.entries[text] = None
        return text, table.kind != "real"

    def divided(self, op: str, top: Expr, bottom: Expr) -> tuple[str, bool]:
        """Division; SMT-LIB's `div` rounds down when the denominator is positive, as here."""
        literal = Fraction(bottom.args[0]) if bottom.op == "number" else None  # type: ignore[arg-type]
        whole = self.whole(top, bottom)
        if literal == 0 or (literal is None and (op == "/" or not whole)):
            raise Unwritable(f"a quotient by {show(bottom)} has no meaning in an obligation")
        if literal is not None and literal < 0:  # x // -c is -x // c; x % -c is -(-x % c)
            text, whole = self.divided(op, -top, number(-literal))
            return (f"(- {text})" if op == "%" else text), whole
        if literal is None:  # z3's `div` by a name may run past its budget of steps
            self.bottoms[bottom] = None
            key = self.number(top)[0], self.number(bottom)[0]
            at = self.quotients.setdefault(key, len(self.quotients))
            return f"{'rest' if op == '%' else 'quotient'}{at}", True
        whole = whole and op != "/"
        text = (WHOLES if whole else REALS)[op].format(*self.alike(top, bottom, real=not whole))
        return text, whole or op in ("//", "floor")


def _literal(value: Fraction) -> tuple[str, bool]:
    size = abs(value)
    whole = size.denominator == 1
    text = str(size.numerator) if whole else f"(/ {size.numerator}.0 {size.denominator}.0)"
    return (f"(- {text})" if value < 0 else text), whole


EQUAL = {"==": "(= {} {})", "!=": "(not (= {} {}))"}
SORTS = {"integer": "Int", "boolean": "Int", "real": "Real"}
TERMS = {  # a part that is said twice gets a name, so that texts stay as long as expressions
    "+": "(+ {0} {1})", "-": "(- {0} {1})", "*": "(* {0} {1})", "neg": "(- {0})",
    "abs": "(let ((a {0})) (ite (>= a 0) a (- a)))",
    "min": "(let ((a {0}) (b {1})) (ite (<= a b) a b))",
    "max": "(let ((a {0}) (b {1})) (ite (>= a b) a b))",
}  # fmt: skip
DIVISION = "(assert (or (<= {1} 0) (and (= {0} (+ (* {1} {2}) {3})) (<= 0 {3}) (< {3} {1}))))"
WHOLES = {"//": "(div {0} {1})", "floor": "(div {0} {1})", "%": "(mod {0} {1})"}
REALS = {
    "/": "(/ {0} {1})", "//": "(to_int (/ {0} {1}))", "floor": "(to_int (/ {0} {1}))",
    "%": "(let ((a {0}) (b {1})) (- a (* b (to_real (to_int (/ a b))))))",
}  # fmt: skip
