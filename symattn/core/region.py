"""The support as a region of positions: which keys a query may see, row by row, as ranges.

Atoms that compare an affine or monotone expression in j with a number become an interval by
bisection; the others are tried key by key. Exact integers throughout; no row is ever sampled.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from symattn.core.errors import NotConcrete, Usage
from symattn.core.expression import COMPARISONS, Expr, free_names
from symattn.core.form import Form
from symattn.core.interpret import Environment, exact, holds
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
    for i in range(first, first + n_q):
        yield i, row(form.support, i, n_k, env)


def sized(env: Environment, n_q: int, n_k: int) -> Environment:
    """The environment with its lengths; `n` means both and needs them equal."""
    lengths = {"n_q": n_q, "n_k": n_k, **({"n": n_k} if n_q == n_k else {})}
    return env.at(**lengths)


def check_conditions(form: Form, env: Environment) -> None:
    """Refuse numbers that break a condition of the Form; open names are not judged."""
    for condition in form.conditions:
        try:
            if not holds(condition, env):
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
    op = condition.op
    if op == "true":
        return (range(n_k),) if n_k else ()
    if op == "false":
        return ()
    if op == "and":
        left, right = condition.parts
        return intersect(row(left, i, n_k, env), row(right, i, n_k, env))
    if op == "or":
        left, right = condition.parts
        return union(row(left, i, n_k, env), row(right, i, n_k, env))
    if op == "not":
        return complement(row(condition.parts[0], i, n_k, env), n_k)
    names = free_names(condition)
    if "j" not in names:
        return (range(n_k),) if n_k and holds(condition, env.at(i=i)) else ()
    if op in COMPARISONS:
        return _compared(condition, i, n_k, env)
    return from_keys([j for j in range(n_k) if holds(condition, env.at(i=i, j=j))])


def _compared(condition: Expr, i: int, n_k: int, env: Environment) -> Ranges:
    left, right = condition.parts
    difference = left - right
    slope = monotone(difference, env)
    if slope == 0:
        return from_keys([j for j in range(n_k) if holds(condition, env.at(i=i, j=j))])
    at = env.at(i=i)

    def first(wanted: int) -> int:
        """The first j at which slope * difference is at least `wanted` (0) or above it (1)."""
        low, high = 0, n_k
        while low < high:
            middle = (low + high) // 2
            value = slope * exact(difference, at.at(j=middle))
            low, high = (
                (low, middle) if value > 0 or (value == 0 and not wanted) else (middle + 1, high)
            )
        return low

    zero, above = first(0), first(1)  # difference is < 0 | = 0 | > 0 on the three stretches
    stretches = (range(0, zero), range(zero, above), range(above, n_k))
    low, middle, high = stretches if slope > 0 else stretches[::-1]
    kept = {"<": (low,), "<=": (low, middle), ">": (high,), ">=": (middle, high),
            "==": (middle,), "!=": (low, high)}[condition.op]  # fmt: skip
    return union(tuple(sorted((r for r in kept if r), key=lambda r: r.start)), ())


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
