"""`Sieve`: a fast look at an edited claim, in one pair of fields where the first one fails.

What passes is not proved: it is only worth asking. The numbers are those of the claim that was
refuted, so that all edits are tried at the same point.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from symattn.core.errors import SymattnError
from symattn.core.expression import equal
from symattn.core.term_claim import TermClaim
from symattn.deciding.answer import Unsupported
from symattn.deciding.fields.primes import pairs
from symattn.deciding.trials.lattice import Sizes, worlds
from symattn.deciding.trials.plan import Plan, plan
from symattn.deciding.trials.residues import alike, field_world
from symattn.deciding.trials.search import Numbers, Search
from symattn.deciding.trials.world import Place, Unequal

STEPS = 4_000  # of the largest sizes that are looked at
MOST_WORLDS = 3
CRASHES = (
    SymattnError,
    Unsupported,
    ArithmeticError,
    LookupError,
    TypeError,
    ValueError,
    AssertionError,
    AttributeError,
)


@dataclass(frozen=True)
class Sieve:
    """Sizes and places at which edited claims are looked at; the first place is a failure."""

    claim: TermClaim
    sizes: tuple[Sizes, ...]
    first: Place | None

    def passes(self, edited: TermClaim) -> bool:
        """Whether no difference is seen; an edit that cannot be computed does not pass."""
        try:
            ready = _ready(edited)
            if self.first is not None and self.sizes:
                world = field_world(ready, self.sizes[0], pairs(edited.text, 1))
                if alike(*world.sides(self.first)) == "different":
                    return False
            return all(self._agree(ready, sizes) for sizes in self.sizes)
        except CRASHES:  # an edit is a guess: what makes no sense is no repair
            return False

    def _agree(self, ready: Plan, sizes: Sizes) -> bool:
        return all(likeness != "different" for _, likeness in _looked(ready, sizes))


def _ready(claim: TermClaim) -> Plan:
    try:
        return plan(claim)
    except Unequal:
        return plan(claim, (equal("d", "d_v"),))


def _looked(ready: Plan, sizes: Sizes) -> Iterator[tuple[Place, str]]:
    world = field_world(ready, sizes, pairs(ready.claim.text, 1))
    for place in world.places():
        likeness = alike(*world.sides(place))
        if likeness == "open":
            numbers = Numbers(ready, next(Search(ready).everywhere()))
            if Search(ready).fails(sizes, place, numbers, bare=False):
                likeness = "different"
        yield place, likeness


def sieve(claim: TermClaim) -> Sieve | None:
    """A sieve for edits of a refuted claim, or None if nobody can compute with it."""
    try:
        ready = _ready(claim)
        found = worlds(ready, STEPS, STEPS)
    except CRASHES:
        return None
    found = sorted(found, key=lambda s: [(int(v) < 2, int(v)) for v in s.values()])
    for at, sizes in enumerate(found):
        try:
            places = [p for p, likeness in _looked(ready, sizes) if likeness == "different"]
        except CRASHES:
            continue
        if places:
            others = sorted((s for k, s in enumerate(found) if k != at), key=_length)
            return Sieve(claim, (sizes, *others[-MOST_WORLDS + 1 :]), places[-1])
    return Sieve(claim, tuple(found[-MOST_WORLDS:]), None) if found else None


def _length(sizes: Sizes) -> list[int]:
    """The lengths first: in a long sequence more is seen."""
    return [int(sizes.get(name, 0)) for name in ("n", "n_q", "n_k")]


def agrees(claim: TermClaim) -> bool:
    """Whether no difference is seen at a few sizes; the same fields for all claims.

    >>> from symattn.core.expression import lift
    >>> from symattn.core.form import Parameter
    >>> names = (Parameter("a", "real"), Parameter("b", "real"))
    >>> sides = lift("exp(a) * exp(b)"), lift("exp(a + b)"), lift("exp(a - b)")
    >>> [agrees(TermClaim(sides[0], "==", other, parameters=names)) for other in sides[1:]]
    [True, False]
    """
    try:
        ready = _ready(replace(claim, text="a repair"))
        found = sorted(worlds(ready, STEPS, STEPS), key=_length)
        few = [*found[1:3], *found[-1:]] if len(found) > 3 else found
        return all(
            likeness != "different" for sizes in few for _, likeness in _looked(ready, sizes)
        )
    except CRASHES:  # an edit is a guess: what makes no sense is no repair
        return False
