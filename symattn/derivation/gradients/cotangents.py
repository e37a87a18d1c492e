"""One rule for each operation: the cotangent of an argument, from the cotangent of the whole.

A derivative that the language itself cannot write is an opaque function: `f_prime(x)` for a given
`f`, and `rope_by_position_half(x, position, base, width)` and the like for the angles of a turn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from symattn.core.declare import width
from symattn.core.expression import ONE, ZERO, Expr, equal, kind, number
from symattn.core.form import Form, Parameter
from symattn.derivation.gradients.products import dotted, linear, minus, over, times

FLAT = frozenset(("//", "floor", "floor_log"))  # constant between their jumps


@dataclass(frozen=True, slots=True)
class Known:
    """What the rules must know of a Form: which names move, and how wide vectors are."""

    parameters: Mapping[str, Parameter]
    names: frozenset[str]
    offset: Expr = ZERO

    @classmethod
    def of(cls, form: Form) -> Known:
        parameters = {p.name: p for p in form.parameters}
        return cls(parameters, frozenset(form.names), form.offset)

    def moves(self, expr: Expr) -> bool:
        """Whether the value of the expression can move: some leaf in it is a real number.

        Indices, conditions and limits of sums are whole numbers and never move.
        """
        if expr.op in ("vector", "matrix"):
            return True
        if expr.op in ("table", "symbol"):
            declared = self.parameters.get(expr.name)
            return declared is not None and declared.kind == "real"
        parts = expr.parts[-1:] if expr.op == "sum" else expr.parts
        parts = parts[1:] if expr.op == "where" else parts
        return any(self.moves(part) for part in parts)

    def prime(self, node: Expr, at: int) -> str:
        """The name of the derivative of an opaque function by its argument number `at`."""
        name = node.name + "_prime" + (str(at + 1) if len(node.parts) > 1 else "")
        while name in self.names:
            name += "_"
        return name


@dataclass(frozen=True, slots=True)
class Place:
    """One argument of one operation, with the cotangent of the whole."""

    node: Expr
    at: int
    g: Expr
    known: Known

    @property
    def argument(self) -> Expr:
        return self.node.parts[self.at]

    @property
    def other(self) -> Expr:
        return self.node.parts[1 - self.at]


Rule = Callable[[Place], Expr]


def outer(left: Expr, right: Expr) -> Expr:
    """The matrix left^T right of two row vectors; numbers stand in front of it."""
    return linear(
        right,
        lambda w: linear(left, lambda u: Expr("product", (Expr("transpose", (u,)), w))),
    )


def _product(place: Place) -> Expr:
    if kind(place.argument) == "number" and kind(place.other) == "vector":
        return dotted(place.g, place.other)
    return times(place.g, place.other)


def _quotient(place: Place) -> Expr:
    top, bottom = place.node.parts
    if place.at == 0:
        return over(place.g, bottom)
    met = dotted(place.g, top) if kind(top) == "vector" else times(place.g, top)
    return minus(over(over(met, bottom), bottom))


def _power(place: Place) -> Expr:
    base, exponent = place.node.parts
    if place.at == 0:
        lower = number(1) if exponent == number(2) else exponent - ONE
        return times(place.g, exponent, base if lower == ONE else base**lower)
    grown = times(place.node, Expr("log", (base,)))
    if not place.known.moves(base):  # 0**r is 0 for every r > 0, and log(0) is no number
        grown = Expr("where", (equal(base, ZERO), ZERO, grown))
    return times(place.g, grown)


def _matmul(place: Place) -> Expr:
    vector, matrix = place.node.parts
    if place.at == 0:
        flipped = matrix.parts[0] if matrix.op == "transpose" else Expr("transpose", (matrix,))
        return linear(place.g, lambda g: Expr("matmul", (g, flipped)))
    return outer(vector, place.g)


def _transpose(place: Place) -> Expr:
    """The cotangent u^T w of a transposed matrix is w^T u for the matrix."""

    def flip(product: Expr) -> Expr:
        left, right = product.parts
        return outer(right, left.parts[0])

    return linear(place.g, flip)


def _rope(place: Place) -> Expr:
    what, position, base, pairing, turned = place.node.parts
    options = (base, pairing, turned)
    if place.at == 0:
        return linear(place.g, lambda g: _turned_back(g, position, options))
    name = f"rope_by_{('position', 'base')[place.at - 1]}_{pairing.name}"
    slope = Expr("call", (name, what, position, base, turned))
    return linear(place.g, lambda g: Expr("dot", (g, slope)))


def _turned_back(g: Expr, position: Expr, options: tuple[Expr, ...]) -> Expr:
    """A turn is orthogonal: its transpose turns back; two turns are one by the sum of angles."""
    if g.op == "rope" and g.parts[2:] == options:
        return Expr("rope", (g.parts[0], g.parts[1] - position, *options))
    return Expr("rope", (g, minus(position), *options))


def _norm(place: Place) -> Expr:
    """x / r with r = sqrt(x . x / d): what is left of g across x, divided by r."""
    x, y = place.argument, place.node
    size = width(x, dict(place.known.parameters))
    size = Expr("dot", (y, y)) if size is None else size  # a normalised vector has y . y = d
    across = linear(place.g, lambda g: g - times(over(dotted(g, y), size), y))
    return over(across, Expr("sqrt", (over(Expr("dot", (x, x)), size),)))


def _phi(place: Place) -> Expr:
    """elu(x) + 1 grows by 1 for x > 0, and by exp(x), itself, below: by min(phi(x), 1)."""
    slope = Expr("min", (place.node, ONE))
    return linear(place.g, lambda g: Expr("hadamard", (slope, g)))


def _where(place: Place) -> Expr:
    condition = place.node.parts[0]
    chosen = (place.g, ZERO) if place.at == 1 else (ZERO, place.g)
    return Expr("where", (condition, *chosen))


def _call(place: Place) -> Expr:
    slope = Expr("call", (place.known.prime(place.node, place.at), *place.node.parts))
    return times(place.g, slope)


RULES: Mapping[str, Rule] = {  # operation -> the cotangent of one argument
    "+": lambda p: p.g,
    "-": lambda p: p.g if p.at == 0 else minus(p.g),
    "neg": lambda p: minus(p.g),
    "*": _product,
    "/": _quotient,
    "**": _power,
    "%": lambda p: p.g if p.at == 0 else minus(times(p.g, p.node.parts[0] // p.argument)),
    "dot": lambda p: times(p.g, p.other),
    "exp": lambda p: times(p.g, p.node),
    "log": lambda p: over(p.g, p.argument),
    "sqrt": lambda p: over(over(p.g, number(2)), p.node),
    "tanh": lambda p: times(p.g, ONE - p.node ** number(2)),
    "sigmoid": lambda p: times(p.g, p.node, ONE - p.node),
    "cos": lambda p: minus(times(p.g, Expr("sin", (p.argument,)))),
    "sin": lambda p: times(p.g, Expr("cos", (p.argument,))),
    "abs": lambda p: over(times(p.g, p.argument), p.node),  # the sign; at the kink it is 0/0
    "matmul": _matmul,
    "transpose": _transpose,
    "rope": _rope,
    "norm": _norm,
    "phi": _phi,
    "where": _where,
    "call": _call,
}
