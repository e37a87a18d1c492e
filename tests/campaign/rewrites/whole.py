"""Rewrites of conditions on whole numbers: boolean algebra, comparisons, // and % by numbers."""

from __future__ import annotations

from random import Random

from symattn.core.expression import COMPARISONS, ONE, ZERO, Expr, I, J, equal, number
from tests.campaign.rewrites.rewriting import Rule, table

WHOLE: list[Rule] = []
_condition, _number = table("condition", WHOLE), table("number", WHOLE)
FLIPPED = {"<=": ">=", ">=": "<=", "<": ">", ">": "<", "==": "==", "!=": "!="}
NEGATED = {"<=": ">", ">=": "<", "<": ">=", ">": "<=", "==": "!=", "!=": "=="}


def _both(a: Expr, b: Expr) -> Expr:
    return Expr("and", (a, b))


def _either(a: Expr, b: Expr) -> Expr:
    return Expr("or", (a, b))


def _no(a: Expr) -> Expr:
    return Expr("not", (a,))


def cut(rng: Random) -> Expr:
    """A condition to split cases by."""
    left, right = rng.choice([(J, I), (I, number(rng.randint(0, 5))), (I - J, number(2)), (J, ONE)])
    return Expr(rng.choice(COMPARISONS), (left, right))


@_condition("double negation", "not not a = a")
def _double(e: Expr, _: Random) -> Expr:
    return _no(_no(e))


@_condition("de Morgan", "a and b = not (not a or not b)")
def _de_morgan(e: Expr, _: Random) -> Expr | None:
    other = {"and": "or", "or": "and"}.get(e.op)
    return _no(Expr(other, tuple(map(_no, e.parts)))) if other else None


@_condition("swap", "and, or commute")
def _swap(e: Expr, _: Random) -> Expr | None:
    return Expr(e.op, e.args[::-1]) if e.op in ("and", "or") else None


@_condition("distribute", "a and (b or c) = (a and b) or (a and c), and the dual")
def _distribute(e: Expr, _: Random) -> Expr | None:
    other = {"and": "or", "or": "and"}.get(e.op)
    if other is None:
        return None
    a, b = e.parts
    if b.op != other:
        return None
    return Expr(other, tuple(Expr(e.op, (a, part)) for part in b.parts))


@_condition("split into cases", "a = (a and c) or (a and not c)")
def _split(e: Expr, rng: Random) -> Expr:
    c = cut(rng)
    return _either(_both(e, c), _both(e, _no(c)))


@_condition("absorption", "a = a and (a or c) = a or (a and c)")
def _absorb(e: Expr, rng: Random) -> Expr:
    c = cut(rng)
    return rng.choice([_both(e, _either(e, c)), _either(e, _both(e, c))])


@_condition("negated comparison", "a <= b = not a > b")
def _negated(e: Expr, _: Random) -> Expr | None:
    return _no(Expr(NEGATED[e.op], e.args)) if e.op in COMPARISONS else None


@_condition("turned comparison", "a <= b = b >= a")
def _turned(e: Expr, _: Random) -> Expr | None:
    return Expr(FLIPPED[e.op], e.args[::-1]) if e.op in COMPARISONS else None


@_condition("next whole number", "a <= b = a < b + 1 for whole numbers")
def _next(e: Expr, rng: Random) -> Expr | None:
    if e.op not in COMPARISONS[:4]:
        return None
    a, b = e.parts
    if e.op == "<=":
        return rng.choice([a < b + 1, a - 1 < b])
    if e.op == "<":
        return rng.choice([a <= b - 1, a + 1 <= b])
    if e.op == ">=":
        return rng.choice([a > b - 1, a + 1 > b])
    return rng.choice([a >= b + 1, a - 1 >= b])


@_condition("shifted", "a <= b = a + c <= b + c")
def _shifted(e: Expr, rng: Random) -> Expr | None:
    if e.op not in COMPARISONS:
        return None
    c = rng.choice([I, J, number(rng.randint(1, 4)), I - J])
    return Expr(e.op, tuple(p + c for p in e.parts))


@_condition("brought to one side", "a <= b = a - b <= 0")
def _one_side(e: Expr, _: Random) -> Expr | None:
    return Expr(e.op, (e.parts[0] - e.parts[1], ZERO)) if e.op in COMPARISONS else None


@_condition("scaled", "a <= b = c a <= c b for c > 0, and turned for c < 0")
def _scaled(e: Expr, rng: Random) -> Expr | None:
    if e.op not in COMPARISONS:
        return None
    c = rng.choice([2, 3, -1, -2])
    sides = tuple(number(c) * p for p in e.parts)
    return Expr(e.op if c > 0 else FLIPPED[e.op], sides)


@_condition("slack", "c a <= c b + r for 0 <= r < c, for whole numbers")
def _slack(e: Expr, rng: Random) -> Expr | None:
    if e.op != "<=":
        return None
    c = rng.randint(2, 4)
    a, b = e.parts
    return number(c) * a <= number(c) * b + rng.randint(0, c - 1)


@_condition("two comparisons", "a == b = a <= b and a >= b; a != b = a < b or a > b")
def _two(e: Expr, _: Random) -> Expr | None:
    a, b = e.parts if e.op in ("==", "!=") else (ZERO, ZERO)
    if e.op == "==":
        return _both(a <= b, a >= b)
    return _either(a < b, a > b) if e.op == "!=" else None


@_condition("unfolded abs", "abs(a) <= b = -b <= a and a <= b")
def _abs(e: Expr, _: Random) -> Expr | None:
    if e.op not in ("<=", "<") or e.parts[0].op != "abs":
        return None
    a, b = e.parts[0].parts[0], e.parts[1]
    return _both(Expr(e.op, (-b, a)), Expr(e.op, (a, b)))


@_condition("unfolded max", "max(a, b) <= c = a <= c and b <= c, and so on")
def _extremes(e: Expr, _: Random) -> Expr | None:
    if e.op not in COMPARISONS[:4] or e.parts[0].op not in ("min", "max"):
        return None
    every = (e.parts[0].op == "max") == (e.op in ("<=", "<"))
    a, b, *more = (Expr(e.op, (p, e.parts[1])) for p in e.parts[0].parts)
    return None if more else _both(a, b) if every else _either(a, b)


@_condition("both sides in one block", "a // c <= b = a < c b + c")
def _block(e: Expr, _: Random) -> Expr | None:
    if e.op not in ("<=", "==") or e.parts[0].op != "//":
        return None
    (a, c), b = e.parts[0].parts, e.parts[1]
    if not _positive(c):
        return None
    below = a < c * b + c
    return below if e.op == "<=" else _both(c * b <= a, below)


@_condition("rest by quotient", "a % c == 0 = a == c (a // c)")
def _divisible(e: Expr, _: Random) -> Expr | None:
    if e.op != "==" or e.parts[0].op != "%" or e.parts[1] != ZERO:
        return None
    a, c = e.parts[0].parts
    return equal(a, c * (a // c)) if _positive(c) else None


def _positive(expr: Expr) -> bool:
    value = expr.args[0] if expr.op == "number" else 0
    return isinstance(value, int) and value > 0


@_number("rest", "a % c = a - c (a // c)")
def _rest(e: Expr, _: Random) -> Expr | None:
    if e.op != "%" or not _positive(e.parts[1]):
        return None
    a, c = e.parts
    return a - c * (a // c)


@_number("period", "(a + k c) % c = a % c; (a + k c) // c = a // c + k")
def _period(e: Expr, rng: Random) -> Expr | None:
    if e.op not in ("%", "//") or not _positive(e.parts[1]):
        return None
    (a, c), k = e.parts, number(rng.choice([1, 2, -1]))
    moved = Expr(e.op, (a + k * c, c))
    return moved if e.op == "%" else moved - k


@_number("nested quotient", "a // (b c) = (a // b) // c; a // b = (c a) // (c b)")
def _nested(e: Expr, rng: Random) -> Expr | None:
    if e.op != "//" or not _positive(e.parts[1]):
        return None
    a, c = e.parts
    if c == number(4):
        return (a // number(2)) // number(2)
    k, value = rng.randint(2, 3), c.args[0]
    assert isinstance(value, int)
    return (number(k) * a) // number(k * value)


@_number("quotient of the opposite", "a // c = -((-a + c - 1) // c)")
def _ceiling(e: Expr, _: Random) -> Expr | None:
    if e.op != "//" or not _positive(e.parts[1]):
        return None
    a, c = e.parts
    return -((-a + (c - 1)) // c)


@_number("floor", "a // c = floor(a / c)")
def _floor(e: Expr, rng: Random) -> Expr | None:
    if e.op != "//" or not _positive(e.parts[1]) or rng.random() < 0.5:
        return None
    return Expr("floor", (Expr("/", e.args),))


@_number("by extremes", "abs(a) = max(a, -a); max(a, b) = -min(-a, -b)")
def _by_extremes(e: Expr, _: Random) -> Expr | None:
    if e.op == "abs":
        a = e.parts[0]
        return Expr("max", (a, -a))
    other = {"max": "min", "min": "max"}.get(e.op)
    return -Expr(other, tuple(-p for p in e.parts)) if other else None


@_number("by cases", "max(a, b) = where(a >= b, a, b); abs by its sign")
def _by_cases(e: Expr, _: Random) -> Expr | None:
    if e.op == "abs":
        a = e.parts[0]
        return Expr("where", (a >= 0, a, -a))
    if e.op not in ("max", "min") or len(e.parts) != 2:
        return None
    a, b = e.parts
    return Expr("where", (a >= b if e.op == "max" else a <= b, a, b))


@_number("ring", "a + b = b + a, a - b = -(b - a), a = a + c - c")
def _ring(e: Expr, rng: Random) -> Expr | None:
    if e.op == "+":
        return e.parts[1] + e.parts[0]
    if e.op == "-":
        return rng.choice([-(e.parts[1] - e.parts[0]), e.parts[0] + -e.parts[1]])
    if e.op == "symbol" and rng.random() < 0.3:
        return (e - 2) + 2
    return None
