"""Ball arithmetic (python-flint): every result is a proven enclosure of the exact value.

It knows every function of the language, so it can replay what `exponentials` must refuse, and it
can say how far a float may be off. A ball that is not finite says so; it never turns into a number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from math import inf, isfinite, nextafter, ulp
from typing import Any, TypeAlias

from symattn.core.attend import attend
from symattn.core.errors import NotConcrete
from symattn.core.instance import Instance
from symattn.core.interpret import Algebra

Ball: TypeAlias = Any  # flint.arb
Matrix = tuple[tuple[Ball, ...], ...]
BITS = 128


def ball(value: int | Fraction) -> Ball:
    """The ball around a rational number, at the present precision."""
    from flint import arb, fmpq

    exact = Fraction(value)
    return arb(fmpq(exact.numerator, exact.denominator))


@cache
def algebra() -> Algebra:
    """The rule table of balls."""
    from flint import arb

    def power(base: Ball, exponent: Ball) -> Ball:
        if not base.is_zero() or exponent > 0:
            return base**exponent
        if exponent.is_zero():
            return arb(1)
        raise NotConcrete("zero to a power that may not be positive")

    return {
        "number": ball,
        "nan": arb.nan,
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": lambda a, b: a / b,
        "**": power,
        "neg": lambda a: -a,
        "sqrt": lambda a: a.sqrt(),
        "exp": lambda a: a.exp(),
        "log": lambda a: a.log(),
        "tanh": lambda a: a.tanh(),
        "sigmoid": lambda a: 1 / (1 + (-a).exp()),
        "cos": lambda a: a.cos(),
        "sin": lambda a: a.sin(),
        "abs": abs,
        "min": lambda first, *rest: _folded(arb.min, first, rest),
        "max": lambda first, *rest: _folded(arb.max, first, rest),
        "elu1": _elu1,
    }


def _folded(rule: Callable[[Ball, Ball], Ball], first: Ball, rest: tuple[Ball, ...]) -> Ball:
    for value in rest:
        first = rule(first, value)
    return first


def _elu1(a: Ball) -> Ball:
    """x + 1 for x > 0, else exp(x); both where the ball does not say which."""
    if a > 0:
        return a + 1
    return a.exp() if a <= 0 else (a + 1).union(a.exp())


def entries(base: Instance, bits: int = BITS) -> tuple[tuple[Matrix, ...], tuple[Matrix, ...]]:
    """Weights [h][i][j] and outputs [h][i][t] as balls, computed with so many bits.

    >>> from symattn.core.form_text import form
    >>> from symattn.core.instance import instance
    >>> from symattn.core.numbers import numbers
    >>> given = numbers({"Q": [[1], [1]], "K": [[0], [1]], "V": [[3], [4]]})
    >>> print(entries(instance(form("j <= i"), numbers=given), bits=60)[1][0][1][0])
    [3.73105857863000 +/- 4.90e-15]
    """
    from flint import ctx

    with ctx.workprec(bits):
        heads = [attend(base, algebra(), head) for head in range(base.sizes["H"])]
    return tuple(head.weights for head in heads), tuple(head.output for head in heads)


def error_in_ulps(value: float, enclosure: Ball) -> float:
    """A proven bound: the value differs from the exact one by at most so many of its own ulps.

    The bound is `inf` if the value or the ball is not finite.

    >>> error_in_ulps(0.5, ball(Fraction(1, 2))), error_in_ulps(1 + 2**-52, ball(1))
    (0.0, 1.0)
    """
    from flint import arb, ctx

    if not isfinite(value) or not enclosure.is_finite():
        return inf
    with ctx.workprec(max(BITS, 2 * ctx.prec)):
        distance = abs(enclosure - ball(Fraction(value))).abs_upper()
        if distance == 0:
            return 0.0
        bound = (distance / arb(ulp(value))).abs_upper()
    mantissa, exponent = (int(part) for part in bound.man_exp())
    exact = mantissa * Fraction(2) ** exponent
    rounded = float(exact)
    return rounded if Fraction(rounded) >= exact else nextafter(rounded, inf)


def of_sympy(expr: Any, values: Mapping[Any, Ball], functions: Mapping[str, Any]) -> Ball:
    """The value of a SymPy closed form, walked node by node; an unknown node is refused.

    >>> import sympy
    >>> x = sympy.Symbol("x")
    >>> of_sympy(sympy.exp(x) / 2, {x: ball(0)}, {})
    0.500000000000000
    """
    return walker(values, functions)(expr)


def walker(values: Mapping[Any, Ball], functions: Mapping[str, Any]) -> Callable[[Any], Ball]:
    """`of_sympy` for many expressions that share parts; the precision must not change between."""
    from sympy.core.function import AppliedUndef

    rules = _sympy_rules()

    @cache
    def visit(node: Any) -> Ball:
        if node in values:
            return values[node]
        if node.is_Rational:
            return ball(Fraction(int(node.p), int(node.q)))
        if node.is_Piecewise:
            return _piecewise(node, visit)
        name = type(node).__name__
        if isinstance(node, AppliedUndef):
            return functions[name](algebra(), *map(visit, node.args))
        if name not in rules:
            raise NotConcrete(f"no rule for the SymPy node {name}")
        return rules[name](*map(visit, node.args))

    return visit


def _piecewise(node: Any, visit: Callable[[Any], Ball]) -> Ball:
    """The first branch whose condition surely holds, when all before it surely fail."""
    for branch, condition in node.args:
        if condition == True:  # noqa: E712 (a SymPy truth value)
            return visit(branch)
        if type(condition).__name__ != "StrictGreaterThan":
            raise NotConcrete(f"no rule for the condition {condition}")
        left, right = map(visit, condition.args)
        if left > right:
            return visit(branch)
        if not left <= right:
            raise NotConcrete(f"{condition} is not decided at this precision")
    raise NotConcrete("no branch holds")


@cache
def _sympy_rules() -> Mapping[str, Callable[..., Ball]]:
    """The head of a SymPy node -> its rule."""
    from flint import arb

    rules = algebra()

    def added(*terms: Ball) -> Ball:
        return _folded(rules["+"], ball(0), terms)

    def multiplied(*factors: Ball) -> Ball:
        return _folded(rules["*"], ball(1), factors)

    same = ("exp", "log", "tanh", "cos", "sin")
    return {
        **{name: rules[name] for name in same},
        "Add": added,
        "Mul": multiplied,
        "Pow": rules["**"],
        "Abs": abs,
        "Min": rules["min"],
        "Max": rules["max"],
        "Exp1": lambda: arb(1).exp(),
        "NaN": arb.nan,
    }
