"""Faults of place: a term outside of its function, a transpose on the other factor, `+` for `*`."""

from __future__ import annotations

from collections.abc import Iterator

from symattn.core.expression import ONE, Expr
from symattn.deciding.repair.change import (
    PRODUCTS,
    Change,
    Site,
    Vocabulary,
    nodes,
    put,
    with_parts,
)
from symattn.deciding.repair.operands import family
from symattn.deciding.repair.scales import free_of_places, functions_in

AROUND = ("softmax", "exp", "tanh", "log", "sigmoid")
MASKS = ("M", "Mask", "mask", "M_cal")


def outside(site: Site) -> Iterator[Change]:
    """A mask or a bias that is added after softmax, or a factor inside that belongs outside."""
    node = site.node
    if node.op in ("+", "-"):
        for at, part in enumerate(node.parts):
            other = node.parts[1 - at]
            for path, inner in functions_in(part):
                if inner.op in AROUND and not (node.op == "-" and at == 1):
                    new = put(part, (*path, 0), Expr(node.op, (inner.parts[0], other)))
                    kind = "mask" if _is_mask(other) else "normalisation"
                    told = "{0} stands outside of " + inner.op
                    yield Change(kind, "term-outside", told, new, (other,), 4)
    if node.op in AROUND and len(node.parts) == 1 and node.parts[0].op in ("*", "/"):
        inside = node.parts[0]
        for at, factor in enumerate(inside.parts):
            if free_of_places(factor) and not (inside.op == "/" and at == 0):
                rest = Expr(node.op, (inside.parts[1 - at],))
                pair = (factor, rest) if inside.op == "*" else (rest, factor)
                told = f"the factor {{0}} stands inside of {node.op}"
                yield Change("scale", "factor-inside", told, Expr(inside.op, pair), (factor,), 4)


def _is_mask(expr: Expr) -> bool:
    return any(n.op in ("symbol", "table") and n.name in MASKS for n in nodes(expr))


def operations(site: Site) -> Iterator[Change]:
    """`+` where a product belongs, entry by entry or not, and the other way round."""
    node = site.node
    known = {n.op for n in site.words.nodes}
    choices = [op for op in ("+", "*", "odot", "-") if op in known and op != node.op]
    if node.op in ("+", "*", "odot", "cdot"):
        for op in choices:
            if {op, node.op} != {"+", "-"}:
                new = Expr(op, node.parts)
                masked = any(map(_is_mask, node.parts))
                kind = "mask" if masked else "operand"
                told = "the operation is the wrong one: {0} must be {1}"
                yield Change(kind, "operation-wrong", told, new, (node, new), 5)


def transposes(site: Site) -> Iterator[Change]:
    """K Q^T for Q K^T, A B^T for A^T B, and factors of a longer product in the wrong order."""
    node = site.node
    if node.op not in ("*", "cdot", "product"):
        return
    a, b = node.parts
    told = "the product is the wrong way round: {0} must be {1}"
    for one, other in ((a, b), (b, a)):
        if other.op == "transpose" and one.op != "transpose":
            turned = Expr("transpose", (one,))
            first = one is a
            swapped = (other.parts[0], turned) if first else (turned, other.parts[0])
            moved = (turned, other.parts[0]) if first else (other.parts[0], turned)
            for code, parts, cost in (
                ("operands-swapped", swapped, 3),
                ("transpose-misplaced", moved, 4),
            ):
                new = with_parts(node, parts)
                kind = "operand" if code == "operands-swapped" else "shape"
                yield Change(kind, code, told, new, (node, new), cost)
    if a.op == node.op:
        new = with_parts(node, (with_parts(a, (a.parts[0], b)), a.parts[1]))
        told = "the factors stand in the wrong order: {0} must be {1}"
        yield Change("shape", "factors-order", told, new, (node, new), 6)


def gates(site: Site) -> Iterator[Change]:
    """A gate z where 1 - z belongs, and the other way round."""
    if site.path:
        return
    found = {n.parts[1] for n in nodes(site.side) if n.op == "-" and n.parts[0] == ONE}
    for gate in sorted(found, key=str):
        new = _exchanged(site.side, Expr("-", (ONE, gate)), gate)
        told = "{0} and {1} are exchanged"
        yield Change("operand", "operands-swapped", told, new, (gate, Expr("-", (ONE, gate))), 3)


def _exchanged(expr: Expr, one: Expr, other: Expr) -> Expr:
    if expr in (one, other):
        return other if expr == one else one
    return with_parts(expr, [_exchanged(part, one, other) for part in expr.parts])


def differing(side: Expr, reference: Expr) -> list[tuple[tuple[int, ...], Expr, Expr]] | None:
    """The smallest parts in which a side is not its reference; None if they are not built alike.

    >>> from symattn.core.expression import lift
    >>> differing(lift("a * (b + 1)"), lift("a * (b + c)"))
    [((1, 1), Expr('1'), Expr('c'))]
    """
    if side == reference:
        return []
    own, other = (tuple(a for a in e.args if not isinstance(a, Expr)) for e in (side, reference))
    alike = side.op == reference.op and len(side.parts) == len(reference.parts) and own == other
    if not alike or not side.parts:
        return [((), side, reference)]
    found: list[tuple[tuple[int, ...], Expr, Expr]] = []
    for at, (a, b) in enumerate(zip(side.parts, reference.parts, strict=True)):
        found += [((at, *path), x, y) for path, x, y in differing(a, b) or []]
    if len(found) > 1 and len(found) == len(side.parts) and all(len(p) == 1 for p, _, _ in found):
        return [((), side, reference)]
    return found


def substituted(side: Expr, words: Vocabulary) -> Iterator[tuple[tuple[int, ...], Change]]:
    """The one or two parts that are other ones in the reference, if they are small."""
    found = differing(side, words.roots[0]) if words.roots else None
    if not found or len(found) > 2:
        return
    replaced = sum(1 for _, here, _ in found for _ in nodes(here))
    if replaced > LARGEST * sum(1 for _ in nodes(side)):
        return
    for path, here, there in found:
        told = "{0} stands where {1} belongs"
        kind = _family(words, here, there)
        yield path, Change(kind, "expression-wrong", told, there, (here, there), 12, str(path))


LARGEST = 0.7  # of a side that is replaced as a whole


def _family(words: Vocabulary, here: Expr, there: Expr) -> str:
    if free_of_places(here) and free_of_places(there):
        return "scale"
    wider = here if len(list(nodes(here))) > len(list(nodes(there))) else there
    return family(words, wider) if wider.op not in PRODUCTS else "operand"


RULES = (outside, operations, transposes, gates)
