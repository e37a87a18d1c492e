"""A support with numbers for its parameters, in the shape that the counting theorem needs.

Terms are integer combinations of i, j and of floors and remainders of such terms by constants; abs,
min, max and where are split into cases. `docs/theory/counting.md` has the theorem. What does not
have the shape raises `NotCountable` with the reason; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from itertools import product
from typing import TypeAlias

from symattn.core.errors import NotConcrete
from symattn.core.expression import COMPARISONS, Expr
from symattn.core.interpret import Environment, exact
from symattn.core.text import show
from symattn.derivation.counts.affine import (
    FALSE,
    TRUE,
    Affine,
    Atom,
    Condition,
    Node,
    NotCountable,
    Position,
    Step,
    floor_of,
)

MOST_CASES = 64  # ways in which abs, min, max and where of one atom may come out
LENGTHS = ("n", "n_q", "n_k")  # all the same number n, unless they have numbers of their own
POSITIONS: Mapping[str, Position] = {"i": "i", "j": "j"}
Cases: TypeAlias = tuple[tuple[Condition, Affine], ...]  # exclusive guards, one of which holds


def lattice_condition(support: Expr, env: Environment) -> Condition:
    """The support with every name but i, j and the length n replaced by its number.

    >>> from symattn.core.text import read
    >>> lattice_condition(read("j <= i or j < p"), Environment({"p": 3})).kind
    'any'
    """
    op = support.op
    if op in ("true", "false"):
        return TRUE if op == "true" else FALSE
    if op in ("and", "or"):
        parts = tuple(lattice_condition(part, env) for part in support.parts)
        return Node("all" if op == "and" else "any", parts)
    if op == "not":
        return Node("not", (lattice_condition(support.parts[0], env),))
    if op in COMPARISONS:
        return _compared(support, env)
    if op == "holds":
        raise NotCountable(f"depends on {support.parts[0].name}")
    raise NotCountable(f"{show(support)} is no condition that can be counted")


def _compared(condition: Expr, env: Environment) -> Condition:
    left, right = (cases(part, env) for part in condition.parts)
    ways = tuple(
        Node("all", (guard, other, _atom(condition.op, a - b)))
        for (guard, a), (other, b) in _pairs(left, right)
    )
    return ways[0].parts[2] if len(ways) == 1 else Node("any", ways)


def _atom(op: str, difference: Affine) -> Condition:
    """`difference op 0` for a term whose values are whole after its denominators are cleared."""
    term = difference.times(Fraction(difference.scale))
    if op in (">", ">="):
        term, op = term.times(Fraction(-1)), {">": "<", ">=": "<="}[op]
    if op == "<":
        term = term + Affine(Fraction(1))
    atom = Atom(term, equality=op in ("==", "!="))
    return Node("not", (atom,)) if op == "!=" else atom


def _pairs(left: Cases, right: Cases) -> list[tuple[tuple[Condition, Affine], ...]]:
    if len(left) * len(right) > MOST_CASES:
        raise NotCountable(f"a term with over {MOST_CASES} cases")
    return list(product(left, right))


def cases(expr: Expr, env: Environment) -> Cases:
    """The ways in which a term comes out, each an affine term under a condition."""
    op = expr.op
    if op == "number":
        return ((TRUE, Affine(Fraction(expr.args[0]))),)  # type: ignore[arg-type]
    if op == "symbol":
        return ((TRUE, _symbol(expr.name, env)),)
    if op == "table":
        raise NotCountable(f"depends on {expr.name}")
    if op == "where":
        condition = lattice_condition(expr.parts[0], env)
        return (
            *_guarded(condition, cases(expr.parts[1], env)),
            *_guarded(Node("not", (condition,)), cases(expr.parts[2], env)),
        )
    rule = RULES.get(op)
    if rule is None:
        return ((TRUE, Affine(_constant(expr, env))),)
    if len(expr.parts) == 1:
        return tuple(
            (_both(guard, way), found)
            for guard, a in cases(expr.parts[0], env)
            for way, found in rule(a, a)
        )
    every = [cases(part, env) for part in expr.parts]
    return reduce(lambda left, right: _joined(left, right, rule), every[1:], every[0])


def _joined(left: Cases, right: Cases, rule: Rule) -> Cases:
    found = tuple(
        (_both(_both(guard, other), way), value)
        for (guard, a), (other, b) in _pairs(left, right)
        for way, value in rule(a, b)
    )
    if len(found) > MOST_CASES:
        raise NotCountable(f"a term with over {MOST_CASES} cases")
    return found


def _guarded(condition: Condition, found: Cases) -> Cases:
    return tuple((_both(condition, guard), value) for guard, value in found)


def _both(left: Condition, right: Condition) -> Condition:
    if left == TRUE:
        return right
    return left if right == TRUE else Node("all", (left, right))


def _symbol(name: str, env: Environment) -> Affine:
    if name in POSITIONS:
        return Affine(Fraction(0), ((POSITIONS[name], Fraction(1)),))
    value = env.scalars.get(name)
    if value is None and name in LENGTHS:
        return Affine(Fraction(0), (("n", Fraction(1)),))
    if not isinstance(value, (int, Fraction)):
        raise NotCountable(f"depends on {name}")
    return Affine(Fraction(value))


def _constant(expr: Expr, env: Environment) -> Fraction:
    try:
        return Fraction(exact(expr, env))
    except NotConcrete:
        raise NotCountable(f"{show(expr)} is not affine in i and j") from None


def _sum(a: Affine, b: Affine) -> Cases:
    return ((TRUE, a + b),)


def _difference(a: Affine, b: Affine) -> Cases:
    return ((TRUE, a - b),)


def _product(a: Affine, b: Affine) -> Cases:
    if a.terms and b.terms:
        raise NotCountable("a product of two positions")
    return ((TRUE, a.times(b.constant) if not b.terms else b.times(a.constant)),)


def _quotient(a: Affine, b: Affine) -> Cases:
    return ((TRUE, a.times(1 / _divisor(b))),)


def _floor(a: Affine, b: Affine) -> Cases:
    return ((TRUE, floor_of(a.times(1 / _divisor(b)))),)


def _remainder(a: Affine, b: Affine) -> Cases:
    by = _divisor(b)
    if a.scale == 1 and by.denominator == 1 and by > 0 and a.terms:
        step = Step("rest", a, int(by))
        return ((TRUE, Affine(Fraction(0), ((step, Fraction(1)),))),)
    return ((TRUE, a - floor_of(a.times(1 / by)).times(by)),)


def _divisor(b: Affine) -> Fraction:
    if b.terms or not b.constant:
        raise NotCountable("a division by a position or by zero")
    return b.constant


def _smaller(a: Affine, b: Affine) -> Cases:
    ordered = _atom("<=", a - b)
    return ((ordered, a), (Node("not", (ordered,)), b))


def _larger(a: Affine, b: Affine) -> Cases:
    ordered = _atom("<=", a - b)
    return ((ordered, b), (Node("not", (ordered,)), a))


def _absolute(a: Affine, _: Affine) -> Cases:
    return _larger(a, a.times(Fraction(-1)))


Rule: TypeAlias = Callable[[Affine, Affine], Cases]
RULES: Mapping[str, Rule] = {
    "+": _sum,
    "-": _difference,
    "*": _product,
    "/": _quotient,
    "//": _floor,
    "%": _remainder,
    "neg": lambda a, _: ((TRUE, a.times(Fraction(-1))),),
    "floor": lambda a, _: ((TRUE, floor_of(a)),),
    "min": _smaller,
    "max": _larger,
    "abs": _absolute,
}
