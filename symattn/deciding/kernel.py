"""The kernel: what must have no solution for a claim to hold, as SMT-LIB scripts, and their replay.

A certificate is trusted only because of this file. It writes the obligations from the claim and the
hints by itself, compares them with the certificate letter by letter, and asks a fresh solver about
each. It imports nothing of the search; why the obligations suffice is proved in
`docs/theory/supports.md`, section 6.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from itertools import combinations

from symattn.core.claim import Problem, at_most, below
from symattn.core.errors import SymattnError
from symattn.core.expression import (
    COMPARISONS,
    FALSE,
    ONE,
    ZERO,
    Expr,
    I,
    J,
    conjunction,
    disjunction,
    equal,
    free_names,
    number,
    substitute,
    symbol,
)
from symattn.core.text import read, show
from symattn.core.verdict import Certificate, Obligation

STEPS = 8_000_000  # of the solver, for one obligation
RULES = {"==": "pairs", "<=": "pairs", "nonempty": "witness", "row_count": "intervals",
         "count": "induction"}  # fmt: skip
N = symbol("n")
Part = tuple[str, str, list[Expr]]  # name, reason, and what must not be true at once


class Rejected(SymattnError):
    """The certificate does not show the claim."""


def recheck(problem: Problem, certificate: Certificate) -> None:
    """Accept a certificate that shows the claim; anything else is Rejected, with the reason."""
    if certificate.rule != RULES[problem.relation]:
        raise Rejected(f"the rule {certificate.rule!r} is not one for this claim")
    expected = obligations(problem, certificate.hints)
    if expected != certificate.obligations:
        raise Rejected("the obligations are not those of the claim and its hints")
    for obligation in expected:
        answer = solved(obligation.script)
        if answer != "unsat":
            raise Rejected(f"the obligation {obligation.name!r} is {answer}, not unsat")


def solved(script: str) -> str:
    """The answer of a fresh solver to a script: "sat", "unsat" or "unknown"."""
    import z3

    solver = z3.Solver()
    solver.set("rlimit", STEPS)
    solver.from_string(script)
    return str(solver.check())


def obligations(problem: Problem, hints: tuple[str, ...]) -> tuple[Obligation, ...]:
    """What must be unsatisfiable for the claim to hold."""
    found: list[Obligation] = []
    bottoms: dict[Expr, None] = {}
    for name, reason, constraints in PARTS[RULES[problem.relation]](problem, hints):
        script = Script(problem)
        found.append(Obligation(name, reason, script.write(constraints)))
        bottoms.update(script.bottoms)
    # Only conditions that divide by nothing open may say that a denominator is positive.
    plain = [c for c in problem.given if not Script(problem).met(c)]
    for bottom in bottoms:
        text = Script(problem).write([*plain, bottom <= ZERO])
        found.append(Obligation(f"{show(bottom)} > 0", "a denominator is positive", text))
    return tuple(found)


def _pairs(problem: Problem, _: tuple[str, ...]) -> Iterator[Part]:
    left, right, given = problem.left, problem.right, problem.given
    yield "left implies right", "no pair is on the left alone", [*given, left, ~right]
    if problem.relation == "==":
        yield "right implies left", "no pair is on the right alone", [*given, right, ~left]


def _witness(problem: Problem, hints: tuple[str, ...]) -> Iterator[Part]:
    missed = []
    for hint in hints:
        key = _integer(hint, problem)
        seen = substitute(problem.left, {J: key})
        missed.append(
            ~reduce(conjunction, [at_most(ZERO, key), below(key, symbol(problem.keys)), seen])
        )
    yield "a witness is seen", "every row sees one of the witnesses", [*problem.given, *missed]


def _intervals(problem: Problem, hints: tuple[str, ...]) -> Iterator[Part]:
    stretches = [_stretch(hint, problem) for hint in hints]
    places, given = [at_most(ZERO, J), below(J, symbol(problem.keys))], problem.given
    yield from _covered("row", problem.left, stretches, places, given)
    yield "size", "the sizes add up", [*given, ~equal(problem.right, _sizes(stretches))]


def _induction(problem: Problem, hints: tuple[str, ...]) -> Iterator[Part]:
    """From n to n + 1 a square gains the row n up to key n, and the column n above it."""
    if {problem.keys, problem.queries} != {"n"} or "n" in free_names(problem.left):
        raise Rejected("the induction needs a square, and a support that does not mention n")
    rows = [_stretch(h[4:], problem) for h in hints if h.startswith("row ")]
    columns = [_stretch(h[7:], problem) for h in hints if h.startswith("column ")]
    row, column = substitute(problem.left, {I: N}), substitute(problem.left, {J: N, I: J})
    later = [substitute(c, {N: N + ONE}) for c in problem.given]
    both = [*problem.given, *later]
    for condition in problem.given:
        if "n" in free_names(condition):
            before = [*later, N >= ONE, ~condition]
            yield f"{show(condition)} before", "conditions at n + 1 hold at n", before
    yield from _covered("row", row, rows, [at_most(ZERO, J), at_most(J, N)], both)
    yield from _covered("column", column, columns, [at_most(ZERO, J), below(J, N)], both)
    corner = substitute(problem.left, {I: ZERO, J: ZERO})
    first = equal(substitute(problem.right, {N: ONE}), Expr("where", (corner, ONE, ZERO)))
    yield "n = 1", "the claim holds at n = 1", [*problem.given, equal(N, ONE), ~first]
    gain = substitute(problem.right, {N: N + ONE}) - problem.right
    grows = equal(gain, _sizes([*rows, *columns]))
    yield "step", "the value grows by the new pairs", [*both, ~grows]


Stretch = tuple[Expr, Expr]  # first and last key; empty when the last is before the first


def _covered(
    name: str, seen: Expr, stretches: list[Stretch], places: list[Expr], given: Iterable[Expr]
) -> Iterator[Part]:
    """The stretches hold exactly the keys seen, all in their range, and no key twice."""
    inside = [conjunction(at_most(low, J), at_most(J, high)) for low, high in stretches]
    missed = ~reduce(disjunction, inside, FALSE)
    yield f"{name}: all keys", "every key seen is in a stretch", [*given, *places, seen, missed]
    outside = ~reduce(conjunction, [*places, seen])
    for k, within in enumerate(inside, 1):
        yield f"{name}: stretch {k}", "its keys are in range and seen", [*given, within, outside]
    for (a, first), (b, second) in combinations(enumerate(inside, 1), 2):
        yield f"{name}: stretches {a} and {b}", "no key in both", [*given, first, second]


def _sizes(stretches: list[Stretch]) -> Expr:
    sizes = (Expr("max", (ZERO, high - low + ONE)) for low, high in stretches)
    return reduce(lambda a, b: a + b, sizes, ZERO)


def _stretch(hint: str, problem: Problem) -> Stretch:
    low, mark, high = hint.partition(" to ")
    if not mark:
        raise Rejected(f"{hint!r} is not a stretch of keys")
    return _integer(low, problem), _integer(high, problem)


def _integer(text: str, problem: Problem) -> Expr:
    """A hint: a whole number in the names of the problem, free of j."""
    expr = read(text, "number")
    known = {u.name for u in problem.unknowns if u.kind == "integer"} - {"j"}
    if not free_names(expr) <= known or not _whole(expr):
        raise Rejected(f"{text!r} is not a whole number that the claim knows")
    return expr


def _whole(expr: Expr) -> bool:
    if expr.op == "number":
        return isinstance(expr.args[0], int)
    return expr.op in (*"+-*", "neg", "symbol", "min", "max", "//", "%") and all(
        map(_whole, expr.parts)
    )


PARTS: Mapping[str, Callable[[Problem, tuple[str, ...]], Iterator[Part]]] = {
    "pairs": _pairs,
    "witness": _witness,
    "intervals": _intervals,
    "induction": _induction,
}


@dataclass(slots=True)
class Script:
    """The SMT-LIB script of some constraints; `bottoms` are the denominators that it met."""

    problem: Problem
    bottoms: dict[Expr, None] = field(default_factory=dict)
    entries: dict[str, None] = field(default_factory=dict)  # of boolean tables

    def write(self, constraints: list[Expr]) -> str:
        """Declarations, one assertion for each constraint, and the question."""
        told = [f"(assert {self.truth(c)})" for c in dict.fromkeys(constraints)]
        told += [f"(assert (<= 0 {entry} 1))" for entry in self.entries]
        used = sorted(set().union(*map(free_names, constraints)))
        kinds = {u.name: u.kind for u in self.problem.unknowns}
        tables = {t.name: t for t in self.problem.tables if t.name in used}
        lines = [
            f"(declare-const ${name} {SORTS[kinds.get(name, 'integer')]})"
            for name in used
            if name not in tables
        ]
        for t in tables.values():
            places = " ".join(["Int"] * t.indices)
            lines.append(f"(declare-fun ${t.name} ({places}) {SORTS[t.kind]})")
        return "\n".join(["(set-logic ALL)", *lines, *told, "(check-sat)", ""])

    def met(self, condition: Expr) -> bool:
        """Whether a condition divides by something that is not a number."""
        self.truth(condition)
        return bool(self.bottoms)

    def truth(self, expr: Expr) -> str:
        """A condition as a formula."""
        if expr.op in COMPARISONS:
            left, right = self.alike(*map(self.number, expr.parts))
            return {"==": f"(= {left} {right})", "!=": f"(not (= {left} {right}))"}.get(
                expr.op, f"({expr.op} {left} {right})"
            )
        if expr.op in ("and", "or", "not"):
            return f"({expr.op} {' '.join(map(self.truth, expr.parts))})"
        if expr.op == "holds":
            return f"(not (= {self.number(expr.parts[0])[0]} 0))"
        if expr.op in ("true", "false"):
            return expr.op
        raise Rejected(f"{show(expr)} has no meaning in an obligation")

    def number(self, expr: Expr) -> tuple[str, bool]:
        """A number as a term, and whether it is a whole one."""
        op, parts = expr.op, expr.parts
        if op == "number":
            return _literal(Fraction(expr.args[0]))  # type: ignore[arg-type]
        if op == "symbol":
            kinds = {u.name: u.kind for u in self.problem.unknowns}
            return f"${expr.name}", kinds.get(expr.name, "integer") == "integer"
        if op == "table":
            return self.entry(expr)
        if op == "**" and parts[1].args in [(times,) for times in range(1, 9)]:
            factors = [parts[0]] * int(show(parts[1]))
            return self.number(reduce(lambda a, b: a * b, factors))
        if op in ("//", "%", "floor", "/"):
            return self.divided(op, parts[0], parts[1] if op != "floor" else ONE)
        if op == "where":
            yes, no = self.alike(*map(self.number, parts[1:]))
            return f"(ite {self.truth(parts[0])} {yes} {no})", self.whole(*parts[1:])
        if op in ("min", "max") and len(parts) > 2:
            return self.number(Expr(op, (Expr(op, parts[:2]), *parts[2:])))
        if op in TERMS:
            return TERMS[op].format(*self.alike(*map(self.number, parts))), self.whole(*parts)
        raise Rejected(f"{show(expr)} has no meaning in an obligation")

    def whole(self, *parts: Expr) -> bool:
        return all(self.number(part)[1] for part in parts)

    def alike(self, *terms: tuple[str, bool]) -> list[str]:
        """The terms, as reals if one of them is."""
        if all(whole for _, whole in terms):
            return [text for text, _ in terms]
        return [f"(to_real {text})" if whole else text for text, whole in terms]

    def entry(self, expr: Expr) -> tuple[str, bool]:
        table = next((t for t in self.problem.tables if t.name == expr.name), None)
        if table is None or table.indices != len(expr.parts) or not self.whole(*expr.parts):
            raise Rejected(f"{show(expr)} is not an entry of a table")
        text = f"(${expr.name} {' '.join(self.number(part)[0] for part in expr.parts)})"
        if table.kind == "boolean":
            self.entries[text] = None
        return text, table.kind != "real"

    def divided(self, op: str, top: Expr, bottom: Expr) -> tuple[str, bool]:
        """Division; SMT-LIB's `div` rounds down when the denominator is positive, as here."""
        literal = Fraction(bottom.args[0]) if bottom.op == "number" else None  # type: ignore[arg-type]
        if literal == 0 or (literal is None and op == "/"):
            raise Rejected(f"a quotient by {show(bottom)} has no meaning in an obligation")
        if literal is not None and literal < 0:  # x // -c is -x // c; x % -c is -(-x % c)
            text, whole = self.divided(op, -top, number(-literal))
            return (f"(- {text})" if op == "%" else text), whole
        if literal is None:
            self.bottoms[bottom] = None
        if op == "/":
            return f"(/ {self.real(top)} {self.real(bottom)})", False
        if self.whole(top, bottom):
            sign = "div" if op != "%" else "mod"
            return f"({sign} {self.number(top)[0]} {self.number(bottom)[0]})", True
        if literal is None:
            raise Rejected(f"a rest of reals by {show(bottom)} has no meaning in an obligation")
        floor = f"(to_int (/ {self.real(top)} {self.real(bottom)}))"
        rest = f"(- {self.real(top)} (* {self.real(bottom)} (to_real {floor})))"
        return (rest, False) if op == "%" else (floor, True)

    def real(self, expr: Expr) -> str:
        text, whole = self.number(expr)
        return f"(to_real {text})" if whole else text


def _literal(value: Fraction) -> tuple[str, bool]:
    size = abs(value)
    whole = size.denominator == 1
    text = str(size.numerator) if whole else f"(/ {size.numerator}.0 {size.denominator}.0)"
    return (f"(- {text})" if value < 0 else text), whole


SORTS = {"integer": "Int", "boolean": "Int", "real": "Real"}
TERMS = {
    "+": "(+ {0} {1})", "-": "(- {0} {1})", "*": "(* {0} {1})", "neg": "(- {0})",
    "abs": "(ite (>= {0} 0) {0} (- {0}))",
    "min": "(ite (<= {0} {1}) {0} {1})", "max": "(ite (>= {0} {1}) {0} {1})",
}  # fmt: skip
