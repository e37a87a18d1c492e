"""Numbers as nodes of a graph: equal terms are one node, rational numbers are computed.

The arithmetic in which a claim at a size is written out. What has no place in a graph of `+ - * /`,
exponentials and roots of rational numbers is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from typing import Any, TypeAlias

from symattn.core.errors import NotConcrete
from symattn.core.interpret import Algebra
from symattn.deciding.field_kernel import LARGEST_POWER, Node

MOST_NODES, MOST_STEPS, MOST_BITS = 200_000, 2_000_000, 4096


@dataclass(frozen=True, slots=True)
class Value:
    """A number: its node, and the number itself where it is rational."""

    at: int
    exact: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Infinite:
    """+oo, -oo, and with the sign 0 NaN."""

    sign: int


Scalar: TypeAlias = Value | Infinite
NAN, OO, MINUS_OO = Infinite(0), Infinite(1), Infinite(-1)


@dataclass(slots=True)
class Builder:
    """A graph that grows.

    >>> builder = Builder()
    >>> x = builder.free("x", ())
    >>> builder.exp(builder.plus(x, x)) == builder.exp(builder.plus(x, x)), builder.nodes
    (True, [('free', 'x'), ('+', 0, 0), ('exp', 1)])
    """

    nodes: list[Node] = field(default_factory=list)
    known: dict[Node, int] = field(default_factory=dict)
    steps: int = 0

    def node(self, *what: str | int) -> int:
        """The place of a node, which is new or known."""
        self.steps += 1
        if self.steps > MOST_STEPS or len(self.nodes) > MOST_NODES:
            raise NotConcrete(f"a proof at this size has over {MOST_NODES} nodes or too many steps")
        if what not in self.known:
            self.known[what] = len(self.nodes)
            self.nodes.append(what)
        return self.known[what]

    def number(self, value: int | Fraction) -> Value:
        found = Fraction(value)
        if max(n.bit_length() for n in found.as_integer_ratio()) > MOST_BITS:
            raise NotConcrete(f"a rational number of over {MOST_BITS} bits")
        return Value(self.node("number", str(found)), found)

    def free(self, name: str, index: tuple[int, ...]) -> Value:
        return Value(self.node("free", " ".join(map(str, (name, *index)))))

    def plus(self, a: Scalar, b: Scalar) -> Scalar:
        if isinstance(a, Infinite) or isinstance(b, Infinite):
            signs = {x.sign for x in (a, b) if isinstance(x, Infinite)}
            return Infinite(signs.pop()) if len(signs) == 1 else NAN
        if a.exact is not None and b.exact is not None:
            return self.number(a.exact + b.exact)
        if a.exact == 0 or b.exact == 0:
            return b if a.exact == 0 else a
        return Value(self.node("+", a.at, b.at))

    def minus(self, a: Scalar, b: Scalar) -> Scalar:
        if isinstance(a, Infinite) or isinstance(b, Infinite):
            return self.plus(a, self.negative(b))
        if a.exact is not None and b.exact is not None:
            return self.number(a.exact - b.exact)
        return a if b.exact == 0 else Value(self.node("-", a.at, b.at))

    def negative(self, a: Scalar) -> Scalar:
        if isinstance(a, Infinite):
            return Infinite(-a.sign)
        return self.minus(self.number(0), a)

    def times(self, a: Scalar, b: Scalar) -> Scalar:
        if isinstance(a, Infinite) or isinstance(b, Infinite):
            return _infinite_product(a, b)
        if a.exact is not None and b.exact is not None:
            return self.number(a.exact * b.exact)
        for one, other in ((a, b), (b, a)):
            if one.exact == 0:
                return one
            if one.exact == 1:
                return other
        return Value(self.node("*", a.at, b.at))

    def over(self, a: Scalar, b: Scalar) -> Scalar:
        if isinstance(a, Infinite) or isinstance(b, Infinite):
            if isinstance(b, Value) and b.exact:
                return _infinite_product(a, b)
            if NAN in (a, b):
                return NAN
            raise NotConcrete("a quotient with an infinite value")
        if b.exact == 0:
            if a.exact == 0:
                return NAN
            raise NotConcrete("division by zero")
        if b.exact is not None:
            return self.times(a, self.number(1 / b.exact))
        return Value(self.node("/", a.at, b.at))

    def exp(self, a: Scalar) -> Scalar:
        if isinstance(a, Infinite):
            return self.number(0) if a.sign < 0 else a
        return self.number(1) if a.exact == 0 else Value(self.node("exp", a.at))

    def turned(self, op: str, a: Scalar) -> Scalar:
        """cos or sin."""
        if isinstance(a, Infinite):
            return NAN
        return self.number(int(op == "cos")) if a.exact == 0 else Value(self.node(op, a.at))

    def power(self, a: Scalar, b: Scalar) -> Scalar:
        if isinstance(a, Infinite) or isinstance(b, Infinite) or b.exact is None:
            raise NotConcrete("a power with an exponent that is not rational")
        times = b.exact
        if abs(times) > LARGEST_POWER:
            raise NotConcrete("a power with a large exponent")
        if times < 0 and times.denominator == 1:
            return self.over(self.number(1), self.power(a, self.number(-times)))
        if times.denominator == 1 and a.exact is None:
            whole = int(times)
            return [self.number(1), a][whole] if whole < 2 else self._power(a, times)
        if a.exact is None or a.exact < 0:
            raise NotConcrete("a root of a number that is not rational, or is negative")
        if times.denominator == 1:
            return self.number(a.exact ** int(times))
        return a if a.exact == 0 and times > 0 else self._root(a, times)

    def _power(self, a: Value, times: Fraction) -> Value:
        return Value(self.node("power", a.at, str(times)))

    def _root(self, a: Value, times: Fraction) -> Value:
        if a.exact == 0:
            raise NotConcrete("zero to a negative power")
        return a if a.exact == 1 else self._power(a, times)

    def sigmoid(self, a: Scalar) -> Scalar:
        if isinstance(a, Infinite):
            return {1: self.number(1), -1: self.number(0)}.get(a.sign, NAN)
        e = self.exp(a)
        return self.over(e, self.plus(self.number(1), e))

    def tanh(self, a: Scalar) -> Scalar:
        if isinstance(a, Infinite):
            return self.number(a.sign) if a.sign else NAN
        e, one = self.exp(self.plus(a, a)), self.number(1)
        return self.over(self.minus(e, one), self.plus(e, one))

    def exactly(self, name: str, rule: Callable[..., Any], *several: Scalar) -> Scalar:
        """A rule on rational numbers."""
        numbers = [a.exact for a in several if isinstance(a, Value) and a.exact is not None]
        if len(numbers) < len(several):
            raise NotConcrete(f"{name} of numbers that are not rational")
        return self.number(rule(*numbers))

    @property
    def algebra(self) -> Algebra:
        """The rules of the graph, for `core.interpret.evaluate`."""
        exactly: Mapping[str, Callable[..., Any]] = {"abs": abs, "min": min, "max": max}
        return {
            "number": self.number,
            "nan": lambda: NAN,
            "infinity": lambda: OO,
            "+": self.plus,
            "-": self.minus,
            "*": self.times,
            "/": self.over,
            "neg": self.negative,
            "**": self.power,
            "sqrt": lambda a: self.power(a, self.number(Fraction(1, 2))),
            "exp": self.exp,
            "sigmoid": self.sigmoid,
            "tanh": self.tanh,
            **{name: partial(self.exactly, name, rule) for name, rule in exactly.items()},
            **{name: partial(self.turned, name) for name in ("cos", "sin")},
            **{name: partial(_refused, name) for name in ("log", "elu1", "erf")},
        }


def _infinite_product(a: Scalar, b: Scalar) -> Infinite:
    signs = [x.sign if isinstance(x, Infinite) else _sign(x) for x in (a, b)]
    if NAN in (a, b) or 0 in signs:
        return NAN
    return Infinite(signs[0] * signs[1])


def _sign(value: Value) -> int:
    if value.exact is None:
        raise NotConcrete("an infinite value times a number whose sign is not known")
    return (value.exact > 0) - (value.exact < 0)


def _refused(name: str, *_: Any) -> Any:
    raise NotConcrete(f"{name} has no place in a proof at a size")
