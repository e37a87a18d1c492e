"""A claim at sizes in pairs of finite fields: where its sides are equal, different or open."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Any

from symattn.core.form import Parameter
from symattn.deciding.fields.algebra import algebra, random_element
from symattn.deciding.fields.element import compare
from symattn.deciding.fields.functions import opaque
from symattn.deciding.fields.primes import Pair, pairs
from symattn.deciding.trials.draws import broad
from symattn.deciding.trials.lattice import ALL_HEADS, Sizes
from symattn.deciding.trials.plan import Plan
from symattn.deciding.trials.world import Index, Place, World


def likenesses(
    ready: Plan, sizes: Sizes, number: int, draw: int = 0
) -> Iterator[tuple[Place, str]]:
    """Every place with "equal", "different" or "open", in the pair of fields with this number."""
    world = field_world(ready, sizes, pairs(f"{ready.claim.text}/{number}", 1), draw)
    for place in world.places(_last_head(ready, sizes)):
        yield place, alike(*world.sides(place))


def _last_head(ready: Plan, sizes: Sizes) -> int | None:
    """The only head that is looked at in a long sequence."""
    longest = max((int(sizes[name]) for name in ready.lengths), default=1)
    return int(sizes["H"]) - 1 if ready.many and longest > ALL_HEADS else None


def alike(left: Any, right: Any) -> str:
    """ "equal", "different" or "open", of numbers and of vectors."""
    if not isinstance(left, list):
        return compare(left, right)
    found = {compare(a, b) for a, b in zip(left, right, strict=True)}
    return next((word for word in ("different", "open") if word in found), "equal")


def field_world(ready: Plan, sizes: Sizes, own: tuple[Pair, ...], draw: int = 0) -> World:
    """A claim at sizes with free quantities in a pair of fields."""
    seed = f"{ready.claim.text}/{sorted(sizes.items())}/{draw}"
    rational = broad(seed)
    declared, exact = ready.declared, ready.exact_names

    @cache
    def entry(name: str, index: Index) -> Any:
        of = declared[name]
        if name in exact or of.kind in ("integer", "boolean"):
            return rational(of, index)
        return random_element(name, index, own, seed, positive(of))

    def function(*arguments: Any) -> Any:
        return opaque("f", *arguments, free=True)

    return World(ready, sizes, algebra(own, seed), entry, function)


def positive(declared: Parameter) -> bool:
    """Whether a declaration allows positive numbers only (0 apart)."""
    if declared.bound is None or declared.bound.op != "number":
        return False
    return declared.relation in (">", ">=") and Fraction(declared.bound.args[0]) >= 0  # type: ignore[arg-type]
