"""Rewrites of numbers and vectors: rings, exponentials, roots, products, rotations and sums."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from symattn.core.expression import (
    ONE,
    Expr,
    kind,
    number,
    symbol,
    walk,
)
from tests.campaign.rewrites.rewriting import Rule, table

REAL: list[Rule] = []
_number, _vector = table("number", REAL), table("vector", REAL)


def fn(name: str, *args: Expr) -> Expr:
    return Expr(name, args)


def positive(e: Expr) -> bool:
    """Whether a number is positive wherever it has a value, as can be read off."""
    if e.op == "number":
        return Fraction(e.args[0]) > 0  # type: ignore[arg-type]
    if e.op in ("exp", "sigmoid"):
        return True
    if e.op == "symbol":
        return e.name in ("d", "n", "H", "d_v")
    if e.op == "sqrt":
        return positive(e.parts[0])
    return e.op in ("+", "*", "/", "max") and all(map(positive, e.parts)) and kind(e) == "number"


def scalar(rng: Random) -> Expr:
    return rng.choice(
        [symbol("c"), number(rng.randint(2, 5)), number(Fraction(1, 3)), -symbol("c")]
    )


@_number("ring", "a + b = b + a, a - b = a + (-b), a (b + c) = a b + a c")
def _ring(e: Expr, rng: Random) -> Expr | None:
    if e.op in ("+", "*"):
        a, b = e.parts
        if e.op == "*" and b.op in ("+", "-") and rng.random() < 0.6:
            return Expr(b.op, tuple(a * part for part in b.parts))
        return Expr(e.op, (b, a))
    if e.op == "-":
        return rng.choice([e.parts[0] + -e.parts[1], -(e.parts[1] - e.parts[0])])
    return None


@_number("associate", "(a + b) + c = a + (b + c)")
def _associate(e: Expr, _: Random) -> Expr | None:
    if e.op not in ("+", "*") or e.parts[0].op != e.op:
        return None
    (a, b), c = e.parts[0].parts, e.parts[1]
    return Expr(e.op, (a, Expr(e.op, (b, c))))


@_number("halves", "a = a / 2 + a / 2 = 3 a - 2 a")
def _halves(e: Expr, rng: Random) -> Expr | None:
    if e.op == "number":
        return None
    return rng.choice([e / 2 + e / 2, 3 * e - 2 * e, (e + 1) - 1])


@_number("over", "(a + b) / c = a / c + b / c; a / b = a (1 / b); (a / b) / c = a / (b c)")
def _over(e: Expr, _: Random) -> Expr | None:
    if e.op != "/":
        return None
    a, b = e.parts
    if a.op in ("+", "-"):
        return Expr(a.op, tuple(Expr("/", (part, b)) for part in a.parts))
    if a.op == "/":
        return Expr("/", (a.parts[0], a.parts[1] * b))
    return a * Expr("/", (ONE, b)) if a != ONE else None


@_number("exponential of a sum", "exp(a + b) = exp(a) exp(b)")
def _exp_sum(e: Expr, _: Random) -> Expr | None:
    if e.op == "exp" and e.parts[0].op in ("+", "-"):
        a, b = e.parts[0].parts
        return Expr("*" if e.parts[0].op == "+" else "/", (fn("exp", a), fn("exp", b)))
    return None


@_number("exponential by parts", "exp(a) = exp(a - c) exp(c) = 1 / exp(-a)")
def _exp_parts(e: Expr, rng: Random) -> Expr | None:
    if e.op != "exp" or any(node.op == "infinity" for node in walk(e)):
        return None
    a, c = e.parts[0], scalar(rng)
    return rng.choice([fn("exp", a - c) * fn("exp", c), Expr("/", (ONE, fn("exp", -a)))])


@_number("power of an exponential", "exp(2 a) = exp(a) ** 2, exp(a) = exp(a / 2) ** 2")
def _exp_power(e: Expr, _: Random) -> Expr | None:
    if e.op != "exp" or any(node.op == "infinity" for node in walk(e)):
        return None
    a = e.parts[0]
    if a.op == "*" and a.parts[0] == number(2):
        return fn("exp", a.parts[1]) ** 2
    return fn("exp", a / 2) ** 2


@_number("logarithm", "log(exp(a)) = a; log(a b) = log(a) + log(b) for positive numbers")
def _log(e: Expr, rng: Random) -> Expr | None:
    if e.op == "log" and e.parts[0].op in ("*", "/") and all(map(positive, e.parts[0].parts)):
        a, b = e.parts[0].parts
        return Expr("+" if e.parts[0].op == "*" else "-", (fn("log", a), fn("log", b)))
    if e.op in ("symbol", "table", "dot"):
        return fn("log", fn("exp", e))
    return fn("exp", fn("log", e)) if positive(e) and rng.random() < 0.5 else None


@_number("sigmoid", "sigmoid(a) = 1 / (1 + exp(-a)) = 1 - sigmoid(-a)")
def _sigmoid(e: Expr, rng: Random) -> Expr | None:
    if e.op != "sigmoid":
        return None
    a = e.parts[0]
    return rng.choice([
        ONE / (1 + fn("exp", -a)), 1 - fn("sigmoid", -a), fn("exp", a) / (1 + fn("exp", a)),
        (1 + fn("tanh", a / 2)) / 2,
    ])  # fmt: skip


@_number("tanh", "tanh(a) = 2 sigmoid(2 a) - 1, in exponentials, and odd")
def _tanh(e: Expr, rng: Random) -> Expr | None:
    if e.op != "tanh":
        return None
    a = e.parts[0]
    two = fn("exp", 2 * a)
    return rng.choice([2 * fn("sigmoid", 2 * a) - 1, (two - 1) / (two + 1), -fn("tanh", -a)])


@_number("root", "sqrt(a b) = sqrt(a) sqrt(b); a = sqrt(a) sqrt(a) for positive numbers")
def _root(e: Expr, rng: Random) -> Expr | None:
    if e.op == "sqrt":
        a = e.parts[0]
        if a.op == "*" and all(map(positive, a.parts)):
            return fn("sqrt", a.parts[0]) * fn("sqrt", a.parts[1])
        return a / e if positive(a) else None
    if positive(e) and e.op in ("number", "symbol"):
        return fn("sqrt", e) * fn("sqrt", e) if rng.random() < 0.5 else fn("sqrt", e * e)
    return None


@_number("extremes", "max(a, b) = -min(-a, -b) = max(b, a) = max(a - c, b - c) + c")
def _extremes(e: Expr, rng: Random) -> Expr | None:
    if e.op == "abs":
        return fn("max", e.parts[0], -e.parts[0])
    if e.op not in ("max", "min") or len(e.parts) != 2:
        return None
    (a, b), c = e.parts, scalar(rng)
    other = {"max": "min", "min": "max"}[e.op]
    return rng.choice([
        -fn(other, -a, -b), fn(e.op, b, a), fn(e.op, a - c, b - c) + c, a + b - fn(other, a, b),
        fn(e.op, a, fn(e.op, b, a)),
    ])  # fmt: skip


@_number("where", "where(p, a, b) = where(not p, b, a); f(where(p, a, b)) = where(p, f(a), f(b))")
def _where(e: Expr, _: Random) -> Expr | None:
    if e.op == "where":
        p, a, b = e.parts
        return Expr("where", (Expr("not", (p,)), b, a))
    if e.op in ("exp", "tanh", "sigmoid", "neg") and e.parts[0].op == "where":
        p, a, b = e.parts[0].parts
        if a.op == "infinity" or b.op in ("infinity", "neg"):
            return None
        return Expr("where", (p, Expr(e.op, (a,)), Expr(e.op, (b,))))
    return None


@_number("bilinear", "dot(a + b, c) = dot(a, c) + dot(b, c), dot(c a, b) = c dot(a, b)")
def _bilinear(e: Expr, _: Random) -> Expr | None:
    if e.op != "dot":
        return None
    a, b = e.parts
    if a.op in ("+", "-"):
        return Expr(a.op, tuple(fn("dot", part, b) for part in a.parts))
    if a.op == "*":
        return a.parts[0] * fn("dot", a.parts[1], b)
    if a.op == "/":
        return fn("dot", a.parts[0], b) / a.parts[1]
    return None


@_number("symmetric", "dot(a, b) = dot(b, a)")
def _symmetric(e: Expr, _: Random) -> Expr | None:
    return fn("dot", e.parts[1], e.parts[0]) if e.op == "dot" else None


@_number("transposed", "dot(a W, b) = dot(a, b W^T)")
def _transposed(e: Expr, _: Random) -> Expr | None:
    if e.op != "dot" or e.parts[0].op != "matmul":
        return None
    (a, w), b = e.parts[0].parts, e.parts[1]
    turned = w.parts[0] if w.op == "transpose" else Expr("transpose", (w,))
    return fn("dot", a, Expr("matmul", (b, turned)))


@_number("relative rotation", "dot(R_a u, R_b v) = dot(R_(a - b) u, v)")
def _relative(e: Expr, rng: Random) -> Expr | None:
    if e.op != "dot" or any(p.op != "rope" for p in e.parts):
        return None
    (u, a, *same), (v, b, *others) = e.parts[0].args, e.parts[1].args
    if same != others:
        return None
    assert isinstance(a, Expr)
    assert isinstance(b, Expr)
    assert isinstance(v, Expr)
    turned = Expr("rope", (u, a - b, *same))
    shifted = [Expr("rope", (x, y + 3, *same)) for x, y in ((u, a), (v, b))]
    return rng.choice([fn("dot", turned, v), fn("dot", *shifted)])


@_vector("vector space", "u + w = w + u, 2 u = u + u, c (u + w) = c u + c w")
def _space(e: Expr, rng: Random) -> Expr | None:
    if e.op == "+":
        return e.parts[1] + e.parts[0]
    if e.op == "*" and e.parts[1].op in ("+", "-"):
        return Expr(e.parts[1].op, tuple(e.parts[0] * part for part in e.parts[1].parts))
    return rng.choice([3 * e - 2 * e, Expr("/", (2 * e, number(2)))]) if e.op == "vector" else None


@_vector("norm", "norm(c u) = norm(u) for c > 0")
def _norm(e: Expr, rng: Random) -> Expr | None:
    if e.op != "norm":
        return None
    c = rng.choice([number(2), fn("exp", symbol("c")), number(Fraction(1, 3))])
    return fn("norm", c * e.parts[0])


@_vector("norm and rotation", "norm(R u) = R norm(u); R_a R_b = R_(a + b)")
def _turned_norm(e: Expr, rng: Random) -> Expr | None:
    if e.op == "norm" and e.parts[0].op == "rope":
        u, *rest = e.parts[0].args
        assert isinstance(u, Expr)
        return Expr("rope", (fn("norm", u), *rest))
    if e.op != "rope":
        return None
    u, a, *rest = e.args
    assert isinstance(u, Expr)
    assert isinstance(a, Expr)
    if u.op == "norm" and rng.random() < 0.5:
        return fn("norm", Expr("rope", (u.parts[0], a, *rest)))
    return Expr("rope", (Expr("rope", (u, a - 2, *rest)), number(2), *rest))


@_vector("linear rotation", "R (u + w) = R u + R w, R (c u) = c R u")
def _linear(e: Expr, _: Random) -> Expr | None:
    if e.op not in ("rope", "matmul"):
        return None
    u, *rest = e.args
    assert isinstance(u, Expr)
    if u.op in ("+", "-"):
        return Expr(u.op, tuple(Expr(e.op, (part, *rest)) for part in u.parts))
    return u.parts[0] * Expr(e.op, (u.parts[1], *rest)) if u.op == "*" else None
