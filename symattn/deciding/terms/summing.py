"""Normal forms of sums over keys: domains, cuts, single keys, closed forms, several names.

Part of the kernel: nothing searches here. Theorems: `docs/theory/terms.md`, section 3.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial, reduce
from typing import TYPE_CHECKING, Any

from symattn.core.expression import (
    FALSE,
    ONE,
    ZERO,
    Expr,
    conjunction,
    disjunction,
    equal,
    free_names,
    kind,
    substitute,
    symbol,
    tidy,
)
from symattn.deciding.terms.polynomials import (
    NOTHING,
    OO,
    Atom,
    Mono,
    Poly,
    Unsupported,
    atom,
    mentions,
    plus,
    renamed,
    times,
)
from symattn.deciding.terms.splits import HOLE, Context, Split
from symattn.deciding.terms.sums import (
    centred,
    conjuncts,
    ends,
    exponent_of,
    flattened,
    names_of,
    summed,
    with_plain_names,
)
from symattn.deciding.terms.vectors import gathered_words
from symattn.deciding.terms.words import combined, nesting

if TYPE_CHECKING:
    from symattn.deciding.terms.normal_form import Normal

MOST_SINGLES = 3  # positions of the claim that may be the only key of a sum
MOST_CONDITIONS = 16  # on the keys of one sum


def total(normal: Normal, expr: Expr, given: Context) -> Any:
    """A sum over a bound name, of numbers or of vectors."""
    at = symbol(f"_{normal.depth + 1}")
    *limits, body = (substitute(p, {symbol(expr.name): at}) for p in expr.parts)
    if len(limits) == 2:
        domain = conjunction(limits[0] <= at, at <= limits[1])
    else:
        size = symbol({"i": normal.queries, "h": "H"}.get(expr.name[0], normal.keys))
        first = normal.first if expr.name[0] == "i" else ZERO
        domain = reduce(conjunction, (first <= at, at < tidy(first + size), limits[0]))
    domain, body = centred(at.name, domain, body, normal._whole)
    normal.depth += 1
    try:
        return _over(normal, at.name, domain, body, given)
    finally:  # a Split may leave from inside
        normal.depth -= 1


def _over(normal: Normal, name: str, domain: Expr, body: Expr, given: Context) -> Any:
    """The sum over one domain, which is cut where the body or a cut asks for it."""
    inside = (*given, domain)
    cut = _open_cut(normal, name, domain, inside)
    if cut is not None:
        return _cut(normal, name, domain, cut, body, given)
    only = _single(normal, name, domain, given, narrow=bool(normal.cuts))
    if only is not None:
        there = substitute(domain, {symbol(name): only})
        if normal.valid(given, ~there):
            return NOTHING
        for condition in conjuncts(there):
            if not normal.valid(given, condition):
                raise Split(condition)
        return normal.value(substitute(body, {symbol(name): only}), given)
    try:
        inner = normal.value(body, inside)
    except Split as ask:
        if name not in free_names(ask.condition):
            raise
        return _cut(normal, name, domain, ask.condition, body, given)
    domain = _domain(normal, name, domain, given)
    if kind(body) == "vector":
        return gathered_words(name, domain, inner)
    return gathered(normal, name, domain, inner, given)


def _open_cut(normal: Normal, name: str, domain: Expr, inside: Context) -> Expr | None:
    """A cut that goes through a domain: its condition is not decided there."""
    told = conjuncts(domain)
    for cut in (substitute(hole, {HOLE: symbol(name)}) for hole in normal.cuts):
        if cut in told or ~cut in told:
            continue
        if not normal.valid(inside, cut) and not normal.valid(inside, ~cut):
            return cut
    return None


def _cut(normal: Normal, name: str, domain: Expr, cut: Expr, body: Expr, given: Context) -> Any:
    """The sums over both sides of a cut; an empty side is nothing."""
    told = conjuncts(domain)
    if len(told) > MOST_CONDITIONS:
        raise Unsupported(f"a sum over keys with over {MOST_CONDITIONS} conditions")
    if cut in told or ~cut in told:
        raise Unsupported("a condition on the keys of a sum that nothing decides")
    total: Any = NOTHING
    for side in (cut, ~cut):
        if not normal.valid((*given, domain, side), FALSE):
            part = _over(normal, name, conjunction(domain, side), body, given)
            total = combined(total, part) if kind(body) == "vector" else plus(total, part)
    return total


def _single(normal: Normal, name: str, domain: Expr, given: Context, narrow: bool) -> Expr | None:
    """The only index that can be in a domain, if its conditions name one."""
    for other in (*_named_indices(name, domain, narrow), *normal.witnesses[:MOST_SINGLES]):
        here = equal(symbol(name), other)
        if not normal._whole(other):
            continue
        if here in conjuncts(domain) or normal.valid((*given, domain), here):
            return other
    return None


def _domain(normal: Normal, name: str, domain: Expr, given: Context) -> Expr:
    """The domain that stands for all domains known to be the same set."""
    own = substitute(domain, {symbol(name): HOLE})
    for other in normal.domains:
        there = substitute(other, {HOLE: symbol(name)})
        if other == own or (
            normal.valid((*given, domain), there) and normal.valid((*given, there), domain)
        ):
            return there
    bound = {free for free in free_names(own) if free[0] == "_"} - {HOLE.name}
    tried = () if bound else normal.witnesses
    shown = [substitute(own, {HOLE: witness}) for witness in tried]
    some = any(normal.valid(normal.base, seen) for seen in shown)
    normal.domains[own] = some or (
        len(shown) > 1 and normal.valid(normal.base, reduce(disjunction, shown))
    )
    return domain


def gathered(normal: Normal, name: str, domain: Expr, body: Poly, given: Context) -> Poly:
    """The sum of a normal form: what is free of the bound name leaves the sum."""
    total: Poly = NOTHING
    for mono, c in body.items():
        if mono == OO:
            raise Unsupported("a sum with infinity in it")
        bound = frozenset(part for part in mono if mentions(part, name))
        found = _closed(normal, name, domain, bound, given)
        if found is None:
            found = _sum_atom(normal, name, domain, bound)
        total = plus(total, times({mono - bound: c}, found))
    return total


def _closed(normal: Normal, name: str, domain: Expr, bound: Mono, given: Context) -> Poly | None:
    """The sum of a power of the bound name over an interval, as a polynomial in its ends."""
    p = exponent_of(name, bound)
    if p is None:
        return None
    found = ends(name, conjuncts(domain), partial(normal.valid, given))
    if found is None or not all(map(normal._whole, found)):
        return None
    low, high = (normal.number(end, given) for end in found)
    return summed(p, low, high)


def _sum_atom(normal: Normal, name: str, domain: Expr, bound: Mono) -> Poly:
    own = f"#{1 + nesting(bound)}"
    full = normal.domains.get(substitute(domain, {symbol(name): HOLE}), False)
    flat = flattened(name, domain, bound)
    if flat is not None:
        nested = _nested(normal, names_of(flat, full))
        return normal.known[nested] if nested in normal.known else atom(*nested)
    found = ("full" if full else "sum", own, *(renamed(x, name, own) for x in (domain, bound)))
    return normal.known[found] if found in normal.known else atom(*found)


def _nested(normal: Normal, orders: list[Atom]) -> Atom:
    """The atom that stands for all sums over several names known to be the same."""
    for other in normal.nested:
        there = with_plain_names(other[1], other[2])
        for found in orders:
            if found[1] == other[1] and found[3] == other[3]:
                here = with_plain_names(found[1], found[2])
                plain = not any(name[0] == "#" for name in free_names(here))
                same = found[2] == other[2] or (
                    plain
                    and normal.depth <= 1
                    and normal.valid((*normal.base, here), there)
                    and normal.valid((*normal.base, there), here)
                )
                if same:
                    return other
    normal.nested.append(orders[0])
    return orders[0]


def _named_indices(name: str, domain: Expr, narrow: bool) -> Iterator[Expr]:
    """Indices that equations of a domain name; `narrow`: that its bounds name, too."""
    at = symbol(name)
    for condition in conjuncts(domain):
        inner = condition.parts[0] if condition.op == "not" else condition
        if at not in inner.parts:
            continue
        left, right = inner.parts
        other = right if left == at else left
        if name in free_names(other):
            continue
        if condition.op == "==":
            yield other
        elif narrow or (other.op == "number" and other != ZERO) or inner.parts[1] == ZERO:
            yield from (other, other + ONE, other - ONE)
