"""The support as a region of positions: which keys a query may see, row by row, as ranges.

Atoms that compare an affine or monotone expression in j with a number become an interval by
bisection; the others are tried key by key. Exact integers throughout; no row is ever sampled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise

from symattn.core.errors import NotConcrete, Usage
from symattn.core.expression import COMPARISONS, Expr, free_names
from symattn.core.form import Form
from symattn.core.interpret import COMPARE, Environment, Number, exact, holds
from symattn.core.text import show

Ranges = tuple[range, ...]  # disjoint, increasing, none empty, none touching the next


def rows(form: Form, n_q: int, n_k: int, env: Environment) -> Iterator[tuple[int, Ranges]]:
    """For every query its position i and the keys it sees.

    >>> from symattn.core.form_text import form
    >>> for i, keys in rows(form(support="j <= i"), 3, 3, Environment()): print(i, keys)
    0 (range(0, 1),)
    1 (range(0, 2),)
    2 (range(0, 3),)
    """
    env = sized(env, n_q, n_k)
    first = int(exact(form.offset, env))
    check_conditions(form, env)
    keys = solver(form.support, n_k, env)
    for i in range(first, first + n_q):
        yield i, keys(i)


def sized(env: Environment, n_q: int, n_k: int) -> Environment:
    """The environment with its lengths; `n` means both and needs them equal."""
    lengths = {"n_q": n_q, "n_k": n_k, **({"n": n_k} if n_q == n_k else {})}
    return env.at(**lengths)


def check_conditions(form: Form, env: Environment) -> None:
    """Refuse numbers that break a condition of the Form; open names are not judged."""
    for condition in form.conditions:
        heads = range(int(env.scalars.get("H", 1))) if "h" in free_names(condition) else (0,)
        try:
            if not all(holds(condition, env.at(h=h)) for h in heads):
                raise Usage(f"the condition {show(condition)} does not hold for these numbers")
        except NotConcrete:
            continue
    for p in form.parameters:
        value = env.scalars.get(p.name)
        if p.bound is None or not isinstance(value, (int, Fraction)):
            continue  # open, or a symbol
        if not holds(Expr(p.relation, (Expr("symbol", (p.name,)), p.bound)), env):
            raise Usage(f"{p.name} must be {p.relation} {show(p.bound)}, got {value}")


def row(condition: Expr, i: int, n_k: int, env: Environment) -> Ranges:
    """The keys 0 <= j < n_k for which the condition holds at query i."""
    return solver(condition, n_k, env)(i)


Solver = Callable[[int], Ranges]


def solver(condition: Expr, n_k: int, env: Environment) -> Solver:
    """The function from a query's position to the keys for which the condition holds.

    >>> from symattn.core.text import read
    >>> solver(read("i - j < 2 and j <= i"), 9, Environment())(5)
    (range(4, 6),)
    """
    op = condition.op
    whole: Ranges = (range(n_k),) if n_k else ()
    if op in ("true", "false"):
        return lambda _: whole if op == "true" else ()
    if op == "not":
        inner = solver(condition.parts[0], n_k, env)
        return lambda i: complement(inner(i), n_k)
    if op in ("and", "or"):
        left, right = (solver(part, n_k, env) for part in condition.parts)
        join = intersect if op == "and" else union
        return lambda i: join(left(i), right(i))
    if "j" not in free_names(condition):
        return lambda i: whole if holds(condition, env.at(i=i)) else ()
    if op in COMPARISONS:
        lines = affine(condition.parts[0] - condition.parts[1], env)
        if lines is not None:
            return lambda i: _below_line(op, *lines, i, n_k)
        return lambda i: _compared(condition, i, n_k, env)
    return lambda i: _tried(condition, i, n_k, env)


def _tried(condition: Expr, i: int, n_k: int, env: Environment) -> Ranges:
    return from_keys([j for j in range(n_k) if holds(condition, env.at(i=i, j=j))])


def affine(expr: Expr, env: Environment) -> tuple[Number, Number, Number] | None:
    """(a, b, c) if the expression is surely a * i + b * j + c; None if that is not clear.

    >>> from symattn.core.text import read
    >>> affine(read("2 * (i - j) + w"), Environment({"w": 3})), affine(read("i % 2"), Environment())
    ((2, -2, 3), None)
    """
    if not _is_affine(expr):
        return None
    c, with_i, with_j = (
        exact(expr, env.at(i=at_i, j=at_j)) for at_i, at_j in ((0, 0), (1, 0), (0, 1))
    )
    return with_i - c, with_j - c, c


def _is_affine(expr: Expr) -> bool:
    moving = [not free_names(part).isdisjoint(("i", "j")) for part in expr.parts]
    if expr.op == "symbol" or not any(moving):
        return True
    if expr.op in ("+", "-", "neg"):
        return all(_is_affine(part) for part in expr.parts)
    if expr.op == "*":
        return moving.count(True) == 1 and _is_affine(expr.parts[moving.index(True)])
    return expr.op == "/" and not moving[1] and _is_affine(expr.parts[0])


def _below_line(op: str, a: Number, b: Number, c: Number, i: int, n_k: int) -> Ranges:
    """The keys with a * i + b * j + c `op` 0, without trying any."""
    start = a * i + c
    if b == 0:
        return (range(n_k),) if n_k and COMPARE[op](start, 0) else ()
    root = Fraction(-start) / Fraction(b)  # where the line crosses 0
    below = min(max(-(-root // 1), 0), n_k)  # keys before the root
    until = min(max(root // 1 + 1, 0), n_k)  # keys before it or at it
    if b > 0:
        low, middle, high = range(0, below), range(below, until), range(until, n_k)
    else:
        high, middle, low = range(0, below), range(below, until), range(until, n_k)
    return _kept(op, low, middle, high)


def _kept(op: str, low: range, middle: range, high: range) -> Ranges:
    """The stretches on which a difference is below, at and above 0, as far as `op` wants them."""
    kept = {"<": (low,), "<=": (low, middle), ">": (high,), ">=": (middle, high),
            "==": (middle,), "!=": (low, high)}[op]  # fmt: skip
    return union(tuple(sorted((r for r in kept if r), key=lambda r: r.start)), ())


def _compared(condition: Expr, i: int, n_k: int, env: Environment) -> Ranges:
    left, right = condition.parts
    difference = left - right
    slope = monotone(difference, env)
    if slope == 0:
        return _tried(condition, i, n_k, env)
    at = env.at(i=i)

    def first(wanted: int) -> int:
        """The first j at which slope * difference is at least `wanted` (0) or above it (1)."""
        low, high = 0, n_k
        while low < high:
            middle = (low + high) // 2
            value = slope * exact(difference, at.at(j=middle))
            if value > 0 or (value == 0 and not wanted):
                high = middle
            else:
                low = middle + 1
        return low

    zero, above = first(0), first(1)  # difference is < 0 | = 0 | > 0 on the three stretches
    stretches = (range(0, zero), range(zero, above), range(above, n_k))
    low, middle, high = stretches if slope > 0 else stretches[::-1]
    return _kept(condition.op, low, middle, high)


def monotone(expr: Expr, env: Environment) -> int:
    """1 or -1 if the expression surely grows (or falls) weakly with j; 0 if that is not clear.

    >>> from symattn.core.text import read
    >>> monotone(read("i - 2 * j"), Environment()), monotone(read("abs(i - j)"), Environment())
    (-1, 0)
    """
    if expr.op == "symbol" and expr.name == "j":
        return 1
    slopes = [monotone(part, env) if "j" in free_names(part) else None for part in expr.parts]
    moving = [s for s in slopes if s is not None]
    if expr.op in ("+", "min", "max", "floor"):
        return moving[0] if len(set(moving)) == 1 else 0
    if expr.op == "neg":
        return -moving[0]
    if expr.op == "-":
        signed = [s if at == 0 else -s for at, s in enumerate(slopes) if s is not None]
        return signed[0] if len(set(signed)) == 1 else 0
    if expr.op in ("*", "/", "//") and len(moving) == 1:
        still = expr.parts[1 if slopes[1] is None else 0]
        if (expr.op != "*" and slopes[1] is not None) or "i" in free_names(still):
            return 0
        factor = exact(still, env)
        return moving[0] * (1 if factor > 0 else -1 if factor < 0 else 0)
    return 0


def from_keys(keys: list[int]) -> Ranges:
    """Increasing keys as ranges.

    >>> from_keys([0, 1, 2, 5])
    (range(0, 3), range(5, 6))
    """
    if not keys:
        return ()
    cuts = [0, *(at + 1 for at, (a, b) in enumerate(pairwise(keys)) if b != a + 1), len(keys)]
    return tuple(range(keys[a], keys[b - 1] + 1) for a, b in pairwise(cuts))


def intersect(left: Ranges, right: Ranges) -> Ranges:
    """The keys in both."""
    found, a, b = [], 0, 0
    while a < len(left) and b < len(right):
        common = range(max(left[a].start, right[b].start), min(left[a].stop, right[b].stop))
        if common:
            found.append(common)
        if left[a].stop <= right[b].stop:
            a += 1
        else:
            b += 1
    return tuple(found)


def union(left: Ranges, right: Ranges) -> Ranges:
    """The keys in either."""
    found: list[range] = []
    for stretch in sorted((*left, *right), key=lambda r: r.start):
        if found and stretch.start <= found[-1].stop:
            found[-1] = range(found[-1].start, max(found[-1].stop, stretch.stop))
        else:
            found.append(stretch)
    return tuple(found)


def complement(ranges: Ranges, n_k: int) -> Ranges:
    """The keys below n_k in none of them."""
    edges = [0, *(edge for r in ranges for edge in (r.start, r.stop)), n_k]
    return tuple(range(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b)


def size(ranges: Ranges) -> int:
    return sum(map(len, ranges))
