"""What a goal and the hints of its proof may say: open names that are known, whole positions.

Bound names are `_1`, `_2`, ... in normal forms, so nothing else may have such a name. Part of the
kernel.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from symattn.core.expression import ONE, Expr, free_names, walk
from symattn.core.form import Form, Parameter
from symattn.core.term_claim import TermClaim, quantities
from symattn.deciding.answer import Unsupported
from symattn.deciding.terms.wholes import whole

BOUND = re.compile(r"_\d+")
NAMED = frozenset(("symbol", "table", "vector", "matrix", "call", "sum"))


def refuse_bound_names(expressions: Iterable[Expr]) -> None:
    """Refuse names that normal forms use for bound positions."""
    for node in (node for expr in expressions for node in walk(expr)):
        if node.op in NAMED and BOUND.fullmatch(node.name):
            raise Unsupported(f"the name {node.name}")


def refuse_broken(positions: Iterable[Expr], declared: Mapping[str, Parameter]) -> None:
    """Refuse positions that may lie between two whole numbers."""
    if not all(whole(at, declared) for at in positions):
        raise Unsupported("a position that may not be a whole number")


def tiles(claim: TermClaim) -> Iterator[Expr]:
    """The numbers of keys in tiles."""
    for side in (claim.left, claim.right, *claim.premises):
        yield from (node.parts[1] for node in quantities(side) if node.name == "online")


def tile_sizes(claim: TermClaim) -> Iterator[Expr]:
    """The conditions that tiles have a key."""
    for tile in dict.fromkeys(tiles(claim)):
        size = tile.args[0] if tile.op == "number" else 0
        if not (isinstance(size, int) and size >= 1):
            yield Expr(">=", (tile, ONE))


def knows(known: frozenset[str], expressions: Iterable[Expr]) -> bool:
    """Whether all open names are known."""
    return all(free_names(expr) <= known for expr in expressions)


def zero_for_zero(output: Expr) -> bool:
    """Whether an output is zero where the mixed value is.

    >>> from symattn.core.expression import MIXED, symbol, vector
    >>> zero_for_zero(symbol("c") * MIXED), zero_for_zero(MIXED + vector("u"))
    (True, False)
    """
    if output.op == "vector":
        return output.name == "o"
    if output.op in ("+", "-"):
        return all(map(zero_for_zero, output.parts))
    if output.op in ("matmul", "rope", "neg", "/"):
        return zero_for_zero(output.parts[0])
    return output.op == "*" and zero_for_zero(output.parts[1])


def alike_when_empty(one: Form, two: Form, quantity: str) -> bool:
    """Whether rows without keys yield the same in two Forms with one rule for them."""
    if quantity == "weight":
        coefficients = [[row.coefficient for row in form.rows] for form in (one, two)]
        return one.empty != "uniform" or coefficients[0] == coefficients[1]
    same = one.output == two.output or all(zero_for_zero(f.output) for f in (one, two))
    return one.empty != "uniform" and same
