"""The gradient of each name: the shares of all its occurrences, summed over what reads the entry.

An entry of a table is hit by the pairs whose index expression gives it. Where that expression is a
bound name itself, the sum over the name disappears; elsewhere `index == entry` becomes a condition
of the sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from itertools import count

from symattn.core.expression import (
    H_INDEX,
    TRUE,
    ZERO,
    Expr,
    I,
    J,
    conjunction,
    equal,
    free_names,
    substitute,
    symbol,
)
from symattn.core.form import POSITIONS, Form
from symattn.core.layout import OWN_HEAD
from symattn.derivation.gradients.products import factors, plus, summed
from symattn.derivation.gradients.pullback import Binder, Share

LETTERS = ("t", "u", "w", "y", "z")  # for entries that no position names


@dataclass(frozen=True, slots=True)
class Reach:
    """The entries that one occurrence reads: an index for each value of its scope."""

    index: tuple[Expr, ...]
    scope: tuple[Binder, ...]
    condition: Expr


@dataclass(frozen=True, slots=True)
class Gathered:
    """The gradient of one name: entry `target` of it is `total`."""

    leaf: Expr  # any one of its occurrences
    target: tuple[Expr, ...]
    total: Expr
    reaches: tuple[Reach, ...]
    mixed: bool  # an entry is read both as a query and as a key
    shares: tuple[Share, ...]

    @property
    def over_heads(self) -> bool:
        """Whether it is a sum over heads, or the head that it belongs to is not h."""
        other = is_own(self.leaf) and self.target[0] != H_INDEX
        return other or (
            any(b.name == "h" for r in self.reaches for b in r.scope) and _binds(self.total, "h")
        )


@dataclass(frozen=True, slots=True)
class Gathering:
    """What the sums of one Form have in common."""

    form: Form
    guarded: bool  # lengths may differ: say which positions are queries and which are keys
    vanishing: frozenset[str]  # tables that are 0 for a masked pair
    masks: frozenset[Expr]  # the conditions that say which pairs are not masked
    taken: frozenset[str]


def is_own(leaf: Expr) -> bool:
    """Whether every head has vectors of this name for itself."""
    return leaf.op == "vector" and bool(leaf.parts) and bool(OWN_HEAD.fullmatch(leaf.name))


def _binds(expr: Expr, name: str) -> bool:
    bound = expr.op == "sum" and expr.name == name
    return bound or any(_binds(part, name) for part in expr.parts)


def gather(shares: Iterable[Share], known: Gathering) -> Iterator[Gathered]:
    """The gradient of every name that has a share, in order of first appearance."""
    families: dict[tuple[str, str, int], list[Share]] = {}
    for share in shares:
        leaf = share.leaf
        families.setdefault((leaf.op, leaf.name, len(leaf.parts)), []).append(share)
    for family in families.values():
        yield _family(tuple(family), known)


def _family(shares: tuple[Share, ...], known: Gathering) -> Gathered:
    indices = [share.leaf.parts for share in shares]
    target, mixed = _target(indices, known)
    total, reaches = ZERO, []
    for share, index in zip(shares, indices, strict=True):
        total = plus(total, _summed(share, index, target, mixed and known.guarded, known))
        condition = reduce(conjunction, share.conditions, TRUE)
        reaches.append(Reach(index, share.scope, condition))
    return Gathered(shares[0].leaf, target, total, tuple(reaches), mixed, shares)


def _target(indices: list[tuple[Expr, ...]], known: Gathering) -> tuple[tuple[Expr, ...], bool]:
    """A name for each place of the index: i, j, h where only that stands there, or a new one."""
    fresh = (symbol(name) for name in _fresh(known.taken))
    chosen: list[Expr] = []
    mixed = False
    for column in zip(*indices, strict=True):
        used = set(column)
        only = used.pop() if len(used) == 1 else None
        mixed = mixed or only is None
        plain = only is not None and (only.op == "number" or only in map(symbol, POSITIONS))
        if only is not None and plain and only not in chosen:
            chosen.append(only)
        elif only == known.form.key_head and "g" not in known.taken | {e.name for e in chosen}:
            chosen.append(symbol("g"))
        else:
            chosen.append(next(fresh))
    return tuple(chosen), mixed


def _fresh(taken: frozenset[str]) -> Iterator[str]:
    names = (f"{letter}{n or ''}" for n in count() for letter in LETTERS)
    return (name for name in names if name not in taken)


def _summed(
    share: Share, index: tuple[Expr, ...], target: tuple[Expr, ...], guarded: bool, known: Gathering
) -> Expr:
    """The share summed over every value of its scope for which `index` is `target`."""
    scope = {binder.name: binder for binder in share.scope}
    conditions = list(share.conditions)
    hidden = _vanishes(share.cotangent, known)
    changed: dict[Expr, Expr] = {}
    pairs = sorted(zip(index, target, strict=True), key=lambda pair: pair[0] != pair[1])
    for own, entry in pairs:
        if own.op == "symbol" and own.name in scope:
            binder = scope.pop(own.name)
            if own != entry:
                changed[own] = entry
                if guarded or not binder.whole:
                    conditions += [binder.low <= entry, entry <= binder.high]
        elif own != entry:
            conditions.append(equal(own, entry))
    put = [substitute(condition, changed) for condition in conditions]
    if hidden and not {"i", "j"} & set(scope):
        masks = {substitute(mask, changed) for mask in known.masks}
        put = [condition for condition in put if condition not in masks]
    limits = {
        name: replace(b, low=substitute(b.low, changed), high=substitute(b.high, changed))
        for name, b in scope.items()
    }
    return _total(substitute(share.cotangent, changed), list(limits.values()), put)


def _vanishes(cotangent: Expr, known: Gathering) -> bool:
    """Whether the share of a masked pair is 0 by itself."""
    return any(
        factor.op == "table" and factor.name in known.vanishing and factor.parts[-2:] == (I, J)
        for factor in factors(cotangent).up
    )


def _total(body: Expr, scope: list[Binder], conditions: list[Expr]) -> Expr:
    """Sums from the inside out; a condition stands at the innermost name that it speaks of."""
    left = conditions
    for binder in reversed(scope):
        own = [c for c in left if binder.name in free_names(c)]
        left = [c for c in left if c not in own]
        body = _over(binder, reduce(conjunction, own, TRUE), body)
    condition = reduce(conjunction, left, TRUE)
    return body if condition == TRUE or body == ZERO else Expr("where", (condition, body, ZERO))


def _over(binder: Binder, condition: Expr, body: Expr) -> Expr:
    if binder.whole and condition != TRUE:
        return summed(binder.name, lambda inner: Expr("sum", (binder.name, condition, inner)), body)
    if condition != TRUE:
        body = Expr("where", (condition, body, ZERO))
    limits = (binder.name, binder.low, binder.high)
    return summed(binder.name, lambda inner: Expr("sum", (*limits, inner)), body)
