"""Sums over a bound name: shifts of it, and closed forms of sums of its powers. Part of the kernel.

Both are identities for every finite set of whole numbers; `docs/theory/terms.md`, section 3.3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import reduce
from itertools import permutations
from math import comb
from typing import Any, TypeAlias

from symattn.core.expression import (
    ONE,
    Expr,
    conjunction,
    free_names,
    substitute,
    symbol,
    tidy,
    walk,
)
from symattn.core.text import show
from symattn.deciding.terms.polynomials import (
    NOTHING,
    Mono,
    Poly,
    joined,
    order,
    plus,
    power,
    renamed,
    scaled,
    times,
)
from symattn.deciding.terms.words import nesting

SUMS = ("sum", "full", "nested", "full nested")
MOST_NAMES = 4  # of one sum over several names: all their orders are tried
Flat: TypeAlias = tuple[tuple[str, ...], tuple[Expr, ...], Mono, bool]
HIGHEST = 8  # power of the bound name that is summed
Ends = tuple[Expr, Expr]


def centred(
    name: str, domain: Expr, body: Expr, whole: Callable[[Expr], bool]
) -> tuple[Expr, Expr]:
    """The sum with its bound name shifted so that some index is the bound name itself.

    >>> from symattn.core.text import read
    >>> centred("l", read("1 <= l and l <= i + 1"), read("s[l - 1]"), lambda _: True)
    (Expr('1 <= l + 1 and l + 1 <= i + 1'), Expr('s[l + 1 - 1]'))
    """
    read = [node for node in walk(body) if node.op in ("table", "vector")]
    indices = [
        index
        for node in sorted(read, key=lambda node: node.name)
        for index in node.parts
        if name in free_names(index)
    ]
    moves = [_move(name, index, whole) for index in indices]
    if not moves or None in moves or any(move == symbol(name) for move in moves):
        return domain, body
    inner = {node.name for node in walk(body) if node.op == "sum"}
    first = moves[0]
    assert first is not None
    if inner & free_names(first):
        return domain, body  # a shift by a name that is bound further inside means nothing here
    moved = {symbol(name): first}
    return substitute(domain, moved), substitute(body, moved)


def _move(name: str, index: Expr, whole: Callable[[Expr], bool]) -> Expr | None:
    """What to put for the name so that an index name + c, name - c or c - name is the name."""
    at = symbol(name)
    if index == at:
        return at
    if index.op not in ("+", "-"):
        return None
    left, right = index.parts
    if not all(part == at or whole(part) for part in (left, right)):
        return None
    if left == at and name not in free_names(right):
        return at - right if index.op == "+" else at + right
    if right == at and name not in free_names(left):
        return at - left if index.op == "+" else left - at
    return None


def ends(name: str, conditions: list[Expr], surely: Callable[[Expr], bool]) -> Ends | None:
    """First and last number of a domain that is known to be an interval, perhaps an empty one."""
    lows: list[Expr] = []
    highs: list[Expr] = []
    for condition in conditions:
        found = _bound(name, condition)
        if found is None:
            return None
        (lows if found[0] else highs).append(found[1])
    low = next((a for a in lows if all(a == b or surely(b <= a) for b in lows)), None)
    high = next((a for a in highs if all(a == b or surely(a <= b) for b in highs)), None)
    if low is None or high is None or not surely(low <= high + ONE):
        return None
    return low, high


def _bound(name: str, condition: Expr) -> tuple[bool, Expr] | None:
    """Whether a comparison bounds the name from below, and by which number, included."""
    if condition.op not in ("<=", "<", ">=", ">"):
        return None
    left, right = condition.parts
    below = condition.op in ("<=", "<")  # left is the smaller side
    at = symbol(name)
    if at == left and name not in free_names(right):
        strict = condition.op in ("<", ">")
        return not below, tidy((right - ONE if below else right + ONE) if strict else right)
    if at == right and name not in free_names(left):
        strict = condition.op in ("<", ">")
        return below, tidy((left + ONE if below else left - ONE) if strict else left)
    return None


def flattened(name: str, domain: Expr, bound: Mono) -> Flat | None:
    """A sum of products with sums as one sum over several names, if there is such a product.

    Finite sums may be exchanged (Fubini), so the names have no order: the atom is the smallest one
    under all orders of them.
    """
    inner = [(part, e) for part, e in bound if part[0] in SUMS and e == 1]
    if not inner:
        return None
    rest: Mono = bound - frozenset(inner)
    names, conditions, full = [name], conjuncts(domain), True
    for part, _ in inner:
        own = part[1] if isinstance(part[1], tuple) else (part[1],)
        body, there = part[3], part[2]
        for old in own:
            fresh = f"_n{len(names)}"
            body, there = renamed(body, old, fresh), renamed(there, old, fresh)
            names.append(fresh)
        rest = joined(rest, body)
        conditions += conjuncts(there)
        full = full and part[0].startswith("full")
    return (tuple(names), tuple(conditions), rest, full) if len(names) <= MOST_NAMES else None


def names_of(flat: Flat, full: bool) -> list[tuple[Any, ...]]:
    """The atoms of a sum over several names, one for each order of them, the smallest first."""
    names, conditions, body, inside = flat
    first = 1 + nesting(body)
    own = tuple(f"#{first + at}" for at in range(len(names)))
    kind = "full nested" if full and inside else "nested"
    found = []
    for order_of in permutations(own):
        told, mono = conditions, body
        for name, new in zip(names, order_of, strict=True):
            told = tuple(renamed(c, name, new) for c in told)
            mono = renamed(mono, name, new)
        found.append((kind, own, reduce(conjunction, sorted(set(told), key=show)), mono))
    return sorted(found, key=order)


def with_plain_names(own: tuple[str, ...], domain: Expr) -> Expr:
    """A domain with names that a fact may use."""
    for at, name in enumerate(own, 1):
        domain = renamed(domain, name, f"_{at}")
    return domain


def exponent_of(name: str, bound: Mono) -> int | None:
    """p, if a monomial is the p-th power of the bound name."""
    if not bound:
        return 0
    if len(bound) != 1:
        return None
    ((part, p),) = bound
    whole = part == ("symbol", name) and p.denominator == 1 and 0 < p <= HIGHEST
    return int(p) if whole else None


def summed(p: int, low: Poly, high: Poly) -> Poly:
    """low**p + (low + 1)**p + ... + high**p, which is 0 if high = low - 1.

    >>> from symattn.deciding.terms.polynomials import constant
    >>> summed(2, constant(1), constant(4)) == constant(30)
    True
    """
    one: Poly = {frozenset(): Fraction(1)}
    return plus(_upto(p, plus(high, one)), _upto(p, low), -1)


def _upto(p: int, n: Poly) -> Poly:
    """0**p + 1**p + ... + (n - 1)**p as a polynomial in n (Faulhaber)."""
    total: Poly = NOTHING
    numbers = list(_bernoulli(p))
    for k in range(p + 1):
        factor = Fraction(comb(p + 1, k), p + 1) * numbers[k]
        total = plus(total, scaled(_power(n, p + 1 - k), factor))
    return total


def _power(n: Poly, p: int) -> Poly:
    return times(n, _power(n, p - 1)) if p > 1 else n if p else power(n, Fraction(0))


def _bernoulli(last: int) -> Iterator[Fraction]:
    """The Bernoulli numbers B_0, ..., B_last with B_1 = -1/2."""
    found: list[Fraction] = []
    for m in range(last + 1):
        known = sum((comb(m + 1, k) * b for k, b in enumerate(found)), Fraction(0))
        found.append(Fraction(1) if m == 0 else -known / (m + 1))
        yield found[-1]


def conjuncts(condition: Expr) -> list[Expr]:
    if condition.op == "and":
        return [c for part in condition.parts for c in conjuncts(part)]
    return [condition]
