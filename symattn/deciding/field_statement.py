"""A claim at its own sizes as a graph of numbers: what both sides are at every place.

This is the meaning of a claim for proofs at a size, and part of what they trust. Rows of attention
are those of `core.attend`; no trial, no normal form and no residue is known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from symattn.core.errors import NotConcrete, SymattnError
from symattn.core.expression import Expr
from symattn.core.form import POSITIONS, SIZES
from symattn.core.interpret import Environment, evaluate, exact, holds
from symattn.core.term_claim import TermClaim, first_query, given
from symattn.deciding.field_graph import Builder, Value
from symattn.deciding.field_kernel import Graph
from symattn.deciding.field_rows import quantities_of, ready

LARGEST_SIZE, MOST_PLACES, MOST_WORK = 256, 20_000, 2_000_000
Number = int | Fraction


class NotAtASize(SymattnError):
    """The claim is no statement about finitely many numbers that can be compared in fields."""


@dataclass(frozen=True, slots=True)
class Statement:
    """The sizes that a claim states, and what it says there."""

    sizes: Mapping[str, Number]
    graph: Graph
    undefined: tuple[str, ...]  # places where neither side is a number: NaN, or the same infinity


def statement(claim: TermClaim) -> Statement:
    """The equations that a claim states at its sizes.

    >>> from symattn.core.expression import ONE, I, equal
    >>> from symattn.core.form_text import form
    >>> from symattn.core.term_claim import quantity
    >>> claim = TermClaim(quantity("row_sum", 0, I), "==", ONE, (form(score="b[j]"),), (),
    ...                   (equal("n", 2),), (("i", "query"),), form(score="b[j]").parameters)
    >>> print(*statement(claim).graph.lines, sep="; ")  # doctest: +ELLIPSIS
    node free b 0; node free b 1; node number 0; node exp 0; node exp 1; ...; equal 8 9 i=1
    """
    if claim.relation != "==" or claim.premises:
        raise NotAtASize("only equations without premises are decided at a size")
    try:
        return _stated(claim)
    except (NotConcrete, ValueError) as reason:
        raise NotAtASize(str(reason)) from None


def _stated(claim: TermClaim) -> Statement:
    sizes = pinned(claim)
    scalars = lengths(claim, sizes)
    builder = Builder()
    env = environment(claim, scalars, builder)
    _affordable(claim, env)
    sides = ready(claim.left, claim.has_heads), ready(claim.right, claim.has_heads)
    conditions = [ready(c, claim.has_heads) for c in given(claim)]
    equations: list[tuple[str, int, int]] = []
    undefined: list[str] = []
    for place in _places(claim, env):
        at = env.at(**place)
        if any(_surely_false(c, at) for c in conditions):
            continue
        told = " ".join(f"{name}={value}" for name, value in place.items())
        left, right = (evaluate(side, builder.algebra, at) for side in sides)
        for where, a, b in _entries(told, left, right):
            if isinstance(a, Value) and isinstance(b, Value):
                equations.append((where, a.at, b.at))
            elif a == b:
                undefined.append(where)
            else:
                raise NotAtASize(f"one side alone is a number at {where}")
    graph = Graph(tuple(builder.nodes), tuple(equations))
    return Statement(sizes, graph, tuple(undefined))


def _entries(told: str, left: Any, right: Any) -> Iterator[tuple[str, Any, Any]]:
    if not isinstance(left, list):
        yield told, left, right
        return
    for c, (a, b) in enumerate(zip(left, right, strict=True)):
        yield f"{told} [{c}]".strip(), a, b


def _surely_false(condition: Expr, at: Environment) -> bool:
    """A condition that is not decided here is left out: then more is proved than is claimed."""
    try:
        return not holds(condition, at)
    except NotConcrete:
        return False


def pinned(claim: TermClaim) -> dict[str, Number]:
    """The sizes and parameters to which equations of the claim give a number.

    >>> from symattn.core.expression import equal, lift
    >>> pinned(TermClaim(lift(0), "==", lift(0), where=(equal("n", 4), equal("d", "n - 1"))))
    {'n': 4, 'd': 3}
    """
    found: dict[str, Number] = {}
    places = {*dict(claim.positions), *POSITIONS, "h"}
    waiting = [part for c in claim.where for part in conjuncts(c) if part.op == "=="]
    for _ in waiting:
        for equation in waiting:
            for name, other in (equation.parts, equation.parts[::-1]):
                if name.op == "symbol" and name.name not in {*places, *found}:
                    try:
                        found[name.name] = exact(other, Environment(found))
                    except NotConcrete:
                        continue
    return found


def conjuncts(condition: Expr) -> Iterator[Expr]:
    """The parts of a conjunction."""
    if condition.op != "and":
        yield condition
        return
    for part in condition.parts:
        yield from conjuncts(part)


def lengths(claim: TermClaim, sizes: Mapping[str, Number]) -> dict[str, Any]:
    """The sizes with the number of queries and of keys, where they are known."""
    found: dict[str, Any] = dict(sizes)
    for name, value in sizes.items():
        if name in SIZES and not (isinstance(value, int) and 1 <= value <= LARGEST_SIZE):
            raise NotAtASize(f"{name} = {value} is no size between 1 and {LARGEST_SIZE}")
    queries, keys = claim.lengths
    if queries in found and keys in found:
        found |= {"n_q": found[queries], "n_k": found[keys]}
    if "n_q" in found and found["n_q"] == found.get("n_k"):
        found["n"] = found["n_q"]
    return found


def environment(claim: TermClaim, scalars: dict[str, Any], builder: Builder) -> Environment:
    """What all names of a claim mean: numbers for sizes, free quantities for the rest."""
    for p in claim.parameters:
        if p.kind == "real" and not p.indices and p.name not in scalars:
            scalars[p.name] = builder.free(p.name, ())
    scalars["offset"] = exact(first_query(claim), Environment(scalars))
    return quantities_of(claim, scalars, builder)


def _places(claim: TermClaim, env: Environment) -> Iterator[dict[str, int]]:
    """All positions, and all heads."""
    ranges: dict[str, range] = {}
    if claim.has_heads:
        ranges["h"] = range(_size("H", env))
    for name, role in claim.positions:
        first = int(env.scalars["offset"]) if role == "query" else 0
        length = _size("n_q" if role == "query" else "n_k", env)
        ranges[name] = range(first, first + length)
    if prod(map(len, ranges.values())) > MOST_PLACES:
        raise NotAtASize(f"more than {MOST_PLACES} places")
    for numbers in product(*ranges.values()):
        yield dict(zip(ranges, numbers, strict=True))


def _size(name: str, env: Environment) -> int:
    if name not in env.scalars:
        raise NotAtASize(f"{name} is not fixed by an equation")
    return int(env.scalars[name])


def _affordable(claim: TermClaim, env: Environment) -> None:
    """Refuse before any work what would take millions of steps."""
    known = {name: int(env.scalars.get(name, 1)) for name in ("n_q", "n_k", "H", "d", "d_v")}
    longest, widest = max(known["n_q"], known["n_k"]), max(known["d"], known["d_v"])
    places = prod(
        (known["n_q" if role == "query" else "n_k"] for _, role in claim.positions), start=1
    )
    heads = known["H"] if claim.has_heads else 1
    total = heads * places * sum(_work(e, longest, widest) for e in (claim.left, claim.right))
    for form in claim.forms:
        each = sum(_work(e, longest, widest) for e in form.expressions)
        total += heads * known["n_q"] * known["n_k"] * each
    if total > MOST_WORK:
        raise NotAtASize(f"a proof at this size takes over {MOST_WORK} steps")


def _work(expr: Expr, longest: int, widest: int) -> int:
    """About how many operations an expression takes."""
    inner = sum(_work(part, longest, widest) for part in expr.parts)
    if expr.op == "sum":
        try:
            low, high = (exact(part, Environment()) for part in expr.parts[:-1])
            return 1 + inner * max(int(high - low) + 1, 1)
        except (NotConcrete, ValueError):
            return 1 + inner * longest
    return inner + (widest**2 if expr.op == "matmul" else widest if expr.op in WIDE else 1)


WIDE = ("vector", "dot", "rope", "norm", "phi")
