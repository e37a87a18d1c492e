"""Counterexamples are tried again here, by plain Python written from the claim, before anybody
sees them; and the line that lets the reader do the same.

This file knows neither the engines nor `core.interpret`: it is the third opinion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symattn.core.claim import Problem
from symattn.core.errors import SymattnError
from symattn.core.expression import Expr, number, rebuild, symbol, walk
from symattn.core.text import show
from symattn.core.verdict import Counterexample
from symattn.deciding.answer import No, Number, Point


class DoesNotReplay(SymattnError):
    """The point is no counterexample: a bug of the engine that found it."""


def replayed(problem: Problem, found: No, note: str = "") -> Counterexample:
    """The counterexample at a point, after it was seen to break the claim."""
    point = found.point
    for condition in problem.given:
        if not value(condition, point, {}):
            raise DoesNotReplay(f"{show(condition)} does not hold there")
    left, right = sides(problem, point)
    if kept(problem.relation, left, right):
        raise DoesNotReplay(f"the claim holds there: {left} and {right}")
    return Counterexample(
        values=tuple(point.values.items()),
        entries=tuple((name, index, n) for (name, index), n in point.entries.items()),
        left=str(left),
        right=str(right),
        replay=line(problem, point),
        note=note,
    )


def sides(problem: Problem, point: Point) -> tuple[Any, Any]:
    """What both sides of the claim are at a point."""
    if problem.relation == "reach":
        return longest(problem, point), value(problem.right, point, {})
    first = int(value(problem.first, point, {}))
    keys = range(int(point.values[problem.keys]))
    rows = range(first, first + int(point.values[problem.queries]))

    def seen(**place: int) -> bool:
        return bool(value(problem.left, point, place))

    if problem.relation in ("==", "<="):
        return seen(), bool(value(problem.right, point, {}))
    if problem.relation == "count":
        size = sum(1 for i in rows for j in keys if seen(i=i, j=j))
    else:
        size = sum(1 for j in keys if seen(j=j))
    return size, 1 if problem.relation == "nonempty" else value(problem.right, point, {})


def longest(problem: Problem, point: Point) -> int:
    """How far the layers reach back, by the fewest hops from every position to every other."""
    n, layers = int(point.values["n"]), int(value(problem.layers, point, {}))
    seen = [[j for j in range(n) if value(problem.left, point, {"i": i, "j": j})] for i in range(n)]
    far = 0
    for start in range(n):
        hops, waiting = {start: 0}, [start]
        for place in waiting:  # which grows
            if hops[place] < layers:
                new = [j for j in seen[place] if j not in hops]
                hops.update(dict.fromkeys(new, hops[place] + 1))
                waiting += new
        far = max(far, start - min(hops))
    return far


def kept(relation: str, left: Any, right: Any) -> bool:
    """Whether the claim is true when its sides are these."""
    if relation == "<=":
        return bool(not left or right)
    return bool(left >= right) if relation == "nonempty" else bool(left == right)


@dataclass(frozen=True, slots=True)
class Lazy:
    """An operation that looks at its arguments one by one."""

    run: Callable[[tuple[Expr, ...], Callable[[Expr], Any]], Any]


def value(expr: Expr, point: Point, place: Mapping[str, int]) -> Any:
    """The value of a condition or number at a point."""

    def of(part: Expr) -> Any:
        return value(part, point, place)

    if expr.op == "number":
        return expr.args[0]
    if expr.op == "symbol":
        return place[expr.name] if expr.name in place else point.values[expr.name]
    if expr.op == "table":
        index = tuple(int(of(part)) for part in expr.parts)
        if (expr.name, index) not in point.entries:
            raise DoesNotReplay(f"{expr.name}{list(index)} has no number")
        return point.entries[expr.name, index]
    rule = PYTHON.get(expr.op)
    if rule is None:
        raise DoesNotReplay(f"{show(expr)} cannot be replayed")
    return rule.run(expr.parts, of) if isinstance(rule, Lazy) else rule(*map(of, expr.parts))


def _over(a: Number, b: Number) -> Fraction:
    return Fraction(a) / Fraction(b)


PYTHON: Mapping[str, Callable[..., Any] | Lazy] = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": _over,
    "//": lambda a, b: a // b, "%": lambda a, b: a % b, "**": lambda a, b: a**b,
    "neg": lambda a: -a, "abs": abs, "min": min, "max": max, "floor": lambda a: a // 1,
    "<=": lambda a, b: a <= b, "<": lambda a, b: a < b, ">=": lambda a, b: a >= b,
    ">": lambda a, b: a > b, "==": lambda a, b: a == b, "!=": lambda a, b: a != b,
    "and": Lazy(lambda parts, of: all(of(part) for part in parts)),
    "or": Lazy(lambda parts, of: any(of(part) for part in parts)),
    "not": lambda a: not a, "true": lambda: True, "false": lambda: False,
    "holds": lambda a: a != 0,
    "where": Lazy(lambda parts, of: of(parts[1]) if of(parts[0]) else of(parts[2])),
}  # fmt: skip


def line(problem: Problem, point: Point) -> str:
    """A line to paste into a shell that prints what both sides are.

    >>> from symattn.core.claim import Claim, problem
    >>> from symattn.core.form_text import form
    >>> line(problem(Claim("no_future", (form(),))), Point({"n": 2, "i": 0, "j": 1}))
    'python -c "n, i, j = 2, 0, 1; print(True, j <= i)"'
    """
    names = ", ".join(point.values)
    given = f"{names} = {', '.join(_text(n) for n in point.values.values())}"
    tables: dict[str, list[str]] = {}
    for (name, index), n in point.entries.items():
        at = str(index[0]) if len(index) == 1 else str(index)
        tables.setdefault(name, []).append(f"{at}: {_text(n)}")
    given += "".join(f"; {name} = {{{', '.join(told)}}}" for name, told in tables.items())
    left, right = python(problem.left), python(problem.right)
    first = python(problem.first)
    if problem.relation == "count":
        rows = f"range({first}, {first} + {problem.queries})"
        left = f"sum(bool({left}) for i in {rows} for j in range({problem.keys}))"
    elif problem.relation in ("nonempty", "row_count"):
        left = f"sum(bool({left}) for j in range({problem.keys}))"
    elif problem.relation == "reach":
        given, left = _reach_line(problem, given, left)
    shown = left if problem.relation == "nonempty" else f"{left}, {right}"
    needed = any(
        node.op == "call" for e in (problem.left, problem.right) for node in walk(_exact(e))
    )
    start = "from fractions import Fraction; " if needed or "Fraction" in given else ""
    return f'python -c "{start}{given}; print({shown})"'


def _reach_line(problem: Problem, given: str, left: str) -> tuple[str, str]:
    """The pairs that are joined by at most L hops, hop by hop; no name is one of the problem."""
    names = {u.name for u in problem.unknowns} | {t.name for t in problem.tables}
    seen, far, k = (_new(word, names) for word in ("seen", "far", "k"))
    given = f"from functools import reduce; {given}; {seen} = "
    given += f"[(i, j) for i in range(n) for j in range(n) if {left}]"
    start, times = "{(i, i) for i in range(n)}", f"range(min(n, {python(problem.layers)}))"
    more = f"{far} | {{(i, {k}) for i, j in {far} for hop, {k} in {seen} if hop == j}}"
    pairs = f"reduce(lambda {far}, _: {more}, {times}, {start})"
    return given, f"max(i - j for i, j in {pairs})"


def _new(word: str, names: set[str]) -> str:
    return word if word not in names else _new(word + "_", names)


def python(condition: Expr) -> str:
    """The text of a condition or number as Python reads it."""
    return show(_exact(condition))


def _exact(expr: Expr) -> Expr:
    """The expression with fractions, floors and choices in the words of Python."""

    def change(node: Expr) -> Expr | None:
        if node.op == "number" and isinstance(node.args[0], Fraction):
            top, bottom = node.args[0].numerator, node.args[0].denominator
            return Expr("call", ("Fraction", number(top), number(bottom)))
        if node.op == "/":
            top_, bottom_ = map(_exact, node.parts)
            return Expr("/", (Expr("call", ("Fraction", top_)), bottom_))
        if node.op == "floor":
            return Expr("//", (_exact(node.parts[0]), number(1)))
        if node.op in ("true", "false"):
            return symbol(node.op.capitalize())
        if node.op == "holds":
            return Expr("call", ("bool", *map(_exact, node.parts)))
        if node.op == "where":
            condition, yes, no = map(_exact, node.parts)
            return Expr("table", (f"({show(no)}, {show(yes)})", condition))
        return None

    return rebuild(expr, change)


def _text(n: Number) -> str:
    return str(n) if isinstance(n, int) else f"Fraction({n.numerator}, {n.denominator})"
