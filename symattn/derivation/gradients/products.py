"""Products in a readable order: a number, scalars, at most one vector or matrix, a denominator.

Gradients are sums of products, and a factor that a bound name does not touch belongs in front of
the sum. Nothing here multiplies out, and a factor is cancelled only against itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce

from symattn.core.expression import ONE, ZERO, Expr, free_names, kind, number

LONGEST = 16  # a longer sum keeps its brackets, so that chains of sums stay shallow
HIGHEST = 8  # a whole power up to this one counts as repeated factors


@dataclass(frozen=True, slots=True)
class Product:
    """coefficient * up * vec / down, with `vec` the only factor that is not a number."""

    coefficient: Fraction = Fraction(1)
    up: tuple[Expr, ...] = ()
    down: tuple[Expr, ...] = ()
    vec: Expr | None = None

    def __mul__(self, other: Product) -> Product:
        assert self.vec is None or other.vec is None, "a product has one vector"
        up, down = Counter(self.up + other.up), Counter(self.down + other.down)
        shared = up & down
        return Product(
            self.coefficient * other.coefficient,
            _without(self.up + other.up, shared),
            _without(self.down + other.down, shared),
            other.vec if self.vec is None else self.vec,
        )

    def inverse(self) -> Product:
        assert self.vec is None, "one divides by numbers only"
        return Product(1 / self.coefficient, self.down, self.up)

    def expr(self) -> Expr:
        """The product as an expression."""
        if not self.coefficient:
            return ZERO
        size = abs(self.coefficient)
        top = [*_numeral(size.numerator), *_powers(self.up)]
        top += [] if self.vec is None else [self.vec]
        bottom = [*_numeral(size.denominator), *_powers(self.down)]
        found = _chain(top) if top else ONE
        if bottom:
            found = Expr("/", (found, _chain(bottom)))
        if found == ONE or found.op == "number":
            return number(self.coefficient)
        return Expr("neg", (found,)) if self.coefficient < 0 else found


def _without(factors: tuple[Expr, ...], shared: Counter[Expr]) -> tuple[Expr, ...]:
    left = shared.copy()
    kept = []
    for factor in factors:
        if left[factor]:
            left[factor] -= 1
        else:
            kept.append(factor)
    return tuple(kept)


def _numeral(value: int) -> list[Expr]:
    return [] if value == 1 else [number(value)]


def _powers(factors: Iterable[Expr]) -> list[Expr]:
    """Every factor once, with its power, in order of first appearance."""
    counted = Counter(factors)
    return [f if times == 1 else f ** number(times) for f, times in counted.items()]


def _chain(factors: list[Expr]) -> Expr:
    return reduce(lambda a, b: Expr("*", (a, b)), factors)


def factors(expr: Expr) -> Product:
    """The factors of an expression.

    >>> from symattn.core.text import read
    >>> factors(read("-2 * a * b / (3 * c)")).expr()
    Expr('-(2 * a * b / (3 * c))')
    """
    if expr.op == "number":
        return Product(Fraction(expr.args[0]))  # type: ignore[arg-type]
    if expr.op == "neg":
        return Product(Fraction(-1)) * factors(expr.parts[0])
    if expr.op in ("*", "/"):
        left, right = expr.parts
        if expr.op == "*":
            return factors(left) * factors(right)
        if right != ZERO:
            return factors(left) * factors(right).inverse()
    if kind(expr) != "number":
        return Product(vec=expr)
    if expr.op == "**" and expr.parts[1].op == "number":
        power = expr.parts[1].args[0]
        if isinstance(power, int) and 1 < power <= HIGHEST:
            return Product(up=(expr.parts[0],) * power)
    return Product(up=(expr,))


def times(*terms: Expr) -> Expr:
    """The product of the terms; 0 if one of them is.

    >>> from symattn.core.text import read
    >>> times(read("-a / c"), read("c * b"))
    Expr('-(a * b)')
    """
    if ZERO in terms:
        return ZERO
    return reduce(lambda a, b: a * b, map(factors, terms)).expr()


def over(top: Expr, bottom: Expr) -> Expr:
    """The quotient; a common factor is cancelled."""
    return ZERO if top == ZERO else (factors(top) * factors(bottom).inverse()).expr()


def minus(expr: Expr) -> Expr:
    """The opposite; two signs are none."""
    return times(number(-1), expr)


def plus(left: Expr, right: Expr) -> Expr:
    """The sum without brackets, written as a difference when the right side has a sign.

    >>> from symattn.core.text import read
    >>> plus(read("a"), read("b - c"))
    Expr('a + b - c')
    """
    if ZERO in (left, right):
        return right if left == ZERO else left
    if right.op in ("+", "-") and _terms(right) <= LONGEST:
        first, second = right.parts
        return plus(plus(left, first), second if right.op == "+" else minus(second))
    negative = factors(right).coefficient < 0
    return left - minus(right) if negative else left + right


def _terms(expr: Expr) -> int:
    """How many terms the sum has, counted from the right, up to one more than `LONGEST`."""
    found = 1
    while expr.op in ("+", "-") and found <= LONGEST:
        found, expr = found + 1, expr.parts[0]
    return found


def linear(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """A linear map of a vector, with the numbers in front of the vector kept in front."""
    if expr == ZERO:
        return ZERO
    found = factors(expr)
    assert found.vec is not None, "a linear map needs a vector"
    return (replace(found, vec=None) * factors(change(found.vec))).expr()


def dotted(left: Expr, right: Expr) -> Expr:
    """The inner product, with the numbers of both vectors in front of it.

    >>> from symattn.core.text import read
    >>> dotted(read("a * q[i]"), read("k[j] / b"))
    Expr('a * dot(q[i], k[j]) / b')
    """
    return linear(left, lambda u: linear(right, lambda w: Expr("dot", (u, w))))


def summed(name: str, total: Callable[[Expr], Expr], body: Expr) -> Expr:
    """A sum over `name`, with the factors that do not depend on it in front.

    >>> from symattn.core.text import read
    >>> summed("j", lambda b: Expr("sum", ("j", read("j <= i"), b)), read("-c * m[j] / d"))
    Expr('-(c * sum(j, j <= i, m[j]) / d)')
    """
    if body == ZERO:
        return ZERO
    found = factors(body)

    def split(parts: Iterable[Expr]) -> tuple[tuple[Expr, ...], tuple[Expr, ...]]:
        several = tuple(parts)
        inside = tuple(part for part in several if name in free_names(part))
        return inside, tuple(part for part in several if name not in free_names(part))

    (up, up_out), (down, down_out) = split(found.up), split(found.down)
    inside_vec = found.vec is not None and name in free_names(found.vec)
    inner = Product(up=up, down=down, vec=found.vec if inside_vec else None).expr()
    front = Product(found.coefficient, up_out, down_out, None if inside_vec else found.vec)
    return (front * factors(total(inner))).expr()
