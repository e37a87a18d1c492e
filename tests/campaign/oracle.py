"""The truth about claims on numbers and vectors at small sizes.

Names get random rational numbers. A place where two sides differ is certain (balls that do not
meet); that none was found is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

from symattn.core.expression import Expr, walk
from symattn.core.form import Parameter
from symattn.core.term_claim import TermClaim
from tests.campaign.arithmetic import BITS, Unclear, ctx, different
from tests.campaign.evaluation import holds, related, value
from tests.campaign.world import World, drawn


def worlds(claim: TermClaim, seed: int, times: int) -> Iterator[World]:
    """Numbers for all names that satisfy the conditions, at several sizes."""
    declared = {p.name: p for p in claim.parameters} | {
        p.name: p for form in claim.forms for p in form.parameters
    }
    rotates = any(node.op == "rope" for e in _every(claim) for node in walk(e))
    for draw in range(20 * times):
        rng = Random(f"{seed}:{draw}")
        sizes = _sizes(claim, rng, rotates)
        names = dict(sizes)
        for p in sorted(declared.values(), key=lambda p: p.name):
            if not p.indices and p.kind in ("integer", "real"):
                names[p.name] = _scalar(p, rng, f"{seed}:{draw}")
        world = World(claim, names, f"{seed}:{draw}", None, declared)
        plain = [c for f in claim.forms for c in f.conditions]
        if all(holds(c, world) for c in plain):
            yield world
            times -= 1
        if times == 0:
            return


def _every(claim: TermClaim) -> Iterator[Expr]:
    yield from claim.expressions
    for form in claim.forms:
        yield from form.expressions


def _sizes(claim: TermClaim, rng: Random, rotates: bool) -> dict[str, int]:
    queries, keys = claim.lengths
    n = rng.choice([1, 2, 3, 3, 4, 4, 5])
    other = n if queries == keys else rng.randint(1, 5)
    heads = rng.choice([1, 2, 4, 6]) if claim.has_heads else 1
    d = rng.choice([2, 4]) if rotates else rng.choice([1, 3, 3, 5])
    d_v = rng.choice([1, 2])
    return {"n": n, "n_q": n, "n_k": other, "H": heads, "H_k": heads, "d": d, "d_v": d_v}


def _scalar(p: Parameter, rng: Random, seed: str) -> Any:
    bound = p.bound.args[0] if p.bound is not None and p.bound.op == "number" else None
    if p.kind == "integer":
        if p.name in ("d_r", "width"):
            return rng.choice([2, 4])
        return int(bound) + rng.randint(0, 4) if bound is not None else rng.randint(-2, 5)  # type: ignore[call-overload]
    size = abs(drawn(seed, p.name, (), "real")) + Fraction(1, 3)
    if bound is not None and p.relation in (">", ">="):
        return Fraction(bound) + size  # type: ignore[arg-type]
    return size * rng.choice([1, -1])


def broken_terms(claim: TermClaim, seed: int = 0, times: int = 6) -> dict[str, Any] | None:
    """A place where the claim is false for certain, with both sides; None if none was found."""
    with ctx.workprec(BITS):
        for world in worlds(claim, seed, times):
            for here in _positions(claim, world):
                found = _sides(claim, here)
                if found is not None:
                    return {**here.names, "left": found[0], "right": found[1]}
    return None


def _positions(claim: TermClaim, world: World) -> Iterator[World]:
    heads = {"h": "H"} if claim.has_heads else {}
    roles = {name: {"query": "n_q", "key": "n_k"}[role] for name, role in claim.positions}
    ranges = {**heads, **roles}
    every = list(product(*(range(world.names[size]) for size in ranges.values())))
    for place in every if len(every) <= 30 else Random(world.seed).sample(every, 30):
        yield world.at(**dict(zip(ranges, place, strict=True)))


def _sides(claim: TermClaim, here: World) -> tuple[str, str] | None:
    """Both sides where the claim is false for certain."""
    try:
        if not all(holds(c, here) for c in (*claim.where, *claim.premises)):
            return None
        left, right = value(claim.left, here), value(claim.right, here)
    except Unclear:
        return None
    if claim.relation == "==" and not isinstance(left, list):
        return (str(left), str(right)) if different(left, right) else None
    if claim.relation == "==":
        differ = any(different(a, b) for a, b in zip(left, right, strict=True))
        return (str(left), str(right)) if differ else None
    return (str(left), str(right)) if related(left, claim.relation, right) is False else None


def evaluated(claim: TermClaim, seed: int = 0, times: int = 6) -> int:
    """At how many places both sides have a value: a claim that was never looked at is not true."""
    count = 0
    with ctx.workprec(BITS):
        for world in worlds(claim, seed, times):
            for here in _positions(claim, world):
                try:
                    if all(holds(c, here) for c in (*claim.where, *claim.premises)):
                        value(claim.left, here), value(claim.right, here)
                        count += 1
                except Unclear:
                    continue
    return count
