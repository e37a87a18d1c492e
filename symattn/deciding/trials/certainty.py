"""How sure "equal" is at given sizes: both sides in fields, and the error bound as a theorem.

`docs/theory/fields.md`, theorem 2. Where one of its conditions fails at one place, no bound is
proved for the sizes.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

from symattn.core.errors import NotConcrete, Usage
from symattn.core.term_claim import TermClaim
from symattn.deciding.fields import bounds
from symattn.deciding.fields.growth import free
from symattn.deciding.fields.primes import pairs
from symattn.deciding.trials.draws import broad
from symattn.deciding.trials.lattice import Sizes, allowed, cost
from symattn.deciding.trials.plan import Plan, plan
from symattn.deciding.trials.residues import alike, field_world, positive
from symattn.deciding.trials.world import Index, World

MOST_STEPS = 100_000


def error_bound(claim: TermClaim, sizes: Sizes) -> Fraction | None:
    """The most that the probability is that equal residues at these sizes deceive; None if unknown.

    None, too, if the sides are not equal at all places of these sizes, or if some number there
    decides something and was only tried for one value.

    >>> from symattn.core.expression import lift
    >>> from symattn.core.form import Parameter
    >>> names = (Parameter("a", "real"), Parameter("c", "real"))
    >>> claim = TermClaim(lift("exp(a + c)"), "==", lift("exp(a) * exp(c)"), parameters=names)
    >>> bounds.shown(error_bound(claim, {}))
    '2^-114'
    """
    try:
        ready = plan(claim)
        if claim.relation != "==" or ready.premises or ready.draws or ready.deciding:
            return None
        if not allowed(ready, sizes) or cost(ready, sizes) > MOST_STEPS:
            return None
        return _bound(ready, sizes)
    except (NotConcrete, Usage):
        return None


def _bound(ready: Plan, sizes: Sizes) -> Fraction | None:
    own = pairs(f"{ready.claim.text}/certain", 2)
    fields, growth = field_world(ready, sizes, own), growth_world(ready, sizes)
    total, tried = Fraction(0), 0
    for place in fields.places():
        if alike(*fields.sides(place)) != "equal":
            return None
        left, right = growth.sides(place)
        sides = zip(left, right, strict=True) if isinstance(left, list) else [(left, right)]
        for a, b in sides:
            found = bounds.bound(a, b, own)
            if found is None:
                return None
            total, tried = total + found, tried + 1
    return total if tried else None


def growth_world(ready: Plan, sizes: Sizes) -> World:
    """A claim at sizes in the algebra of growth."""
    rational, declared = broad(f"{ready.claim.text}/growth"), ready.declared

    @cache
    def entry(name: str, index: Index) -> Any:
        of = declared[name]
        if name in ready.exact_names or of.kind in ("integer", "boolean"):
            return rational(of, index)
        return free(name, index, positive(of))

    def function(*_: Any) -> Any:
        raise NotConcrete("an open function has no bound")

    return World(ready, sizes, bounds.algebra(), entry, function)
