"""Faults of which thing stands where: swapped names, a wrong operand, a wrong order."""

from __future__ import annotations

from collections.abc import Iterator

from symattn.core.expression import ONE, Expr, rebuild
from symattn.deciding.repair.change import (
    INDEXED,
    POSITIONAL,
    PRODUCTS,
    Change,
    Site,
    nodes,
    with_parts,
)
from symattn.deciding.repair.operands import family


def exchanged(site: Site) -> Iterator[Change]:
    """Two names or two numbered letters that stand for each other."""
    node = site.node
    if site.parent is not None and node.op not in ("+", "-", "row", *PRODUCTS):
        return
    heads = _heads(node)
    for at, one in enumerate(heads):
        for other in heads[at + 1 :]:
            if _comparable(one, other):
                new = swap(node, one, other)
                if new != node:
                    turned = any(n.op in ("cos", "sin") for n in nodes(node))
                    kind_ = "encoding" if turned else "operand"
                    yield Change(
                        kind_,
                        "operands-swapped",
                        "{0} and {1} are swapped",
                        new,
                        (one, other),
                        2 + len(site.path) // 2,
                    )


def _heads(node: Expr) -> list[Expr]:
    """Names without their indices (as symbols), and numbered letters as they stand."""
    found: dict[Expr, None] = {}
    indices = POSITIONAL | {"n", "d", "h"}
    for n in nodes(node):
        if n.op in INDEXED:
            found.setdefault(Expr(n.op, (n.name,)))
            if n.parts:
                found.setdefault(n)
        elif n.op == "symbol" and n.name not in indices:
            found.setdefault(n)
    return list(found)


def _comparable(one: Expr, other: Expr) -> bool:
    """Whether somebody takes one name for the other: q and k, W_q and W_k, x_1 and x_2."""
    if bool(one.parts) != bool(other.parts):
        return False
    if one.parts:
        return one.name[:1] == other.name[:1] and len(one.parts) == len(other.parts)
    a, b = one.name, other.name
    return one.op == other.op and a != b and (len(a) == len(b) or a[:1] == b[:1])


def swap(node: Expr, one: Expr, other: Expr) -> Expr:
    """The expression with two names (whatever their indices) or two nodes exchanged."""

    def change(n: Expr) -> Expr | None:
        if n in (one, other):
            return other if n == one else one
        if not one.parts and n.op == one.op and n.args[0] in (one.name, other.name):
            name = other.name if n.args[0] == one.name else one.name
            return Expr(n.op, (name, *(swap(p, one, other) for p in n.parts)))
        return None

    return rebuild(node, change)


def wrong_operands(site: Site) -> Iterator[Change]:
    """One name where another one belongs."""
    node = site.node
    if node.op == "symbol" or node.op in INDEXED:
        heads = [h for root in site.words.roots for h in _heads(root) if not h.parts]
        for head in dict.fromkeys(heads):
            if (
                head.op == node.op
                and head.name != node.name
                and (node.op in INDEXED or node.name.isupper())
            ):
                new = Expr(node.op, (head.name, *node.parts))
                yield Change(
                    "operand",
                    "operand-wrong",
                    "{0} stands where {1} belongs",
                    new,
                    (node, new),
                    4,
                    f"{node.name} {head.name}",
                )
    spelled = site.parent is not None and site.parent.op in (*INDEXED, "sum", "prod")
    for leaf in site.words.leaves if node == ONE and not spelled else ():
        if leaf.op in ("table", "symbol", "indicator"):
            kind_ = "gradient" if leaf.op == "indicator" else family(site.words, leaf)
            yield Change(kind_, "one-for-symbol", "1 stands where {0} belongs", leaf, (leaf,), 3)


def ordered(site: Site) -> Iterator[Change]:
    """Factors, or the members of a list, in the wrong order; a transpose too many or too few."""
    node = site.node
    if node.op in ("*", "cdot", "product"):
        a, b = node.parts
        inner = a.op == "transpose" and a.parts[0] == b
        outer = b.op == "transpose" and b.parts[0] == a
        told = "the factors stand in the wrong order: {0} must be {1}"
        told = (
            "an inner product where the outer product belongs: {0} must be {1}" if inner else told
        )
        told = (
            "an outer product where the inner product belongs: {0} must be {1}" if outer else told
        )
        new = with_parts(node, (b, a))
        code = "outer-inner" if inner or outer else "factors-order"
        yield Change("shape", code, told, new, (node, new), 3 if inner or outer else 6)
    if node.op in ("list", "concat") and len(node.parts) > 1:
        new = with_parts(node, node.parts[::-1])
        yield Change(
            "operand",
            "order-reversed",
            "they stand in reverse order: {0} must be {1}",
            new,
            (node, new),
            1,
        )
    if node.op == "transpose":
        yield Change(
            "shape", "transpose-extra", "{0} must not be transposed", node.parts[0], node.parts, 4
        )
    elif (node.op in ("symbol", "table") and node.name[:1].isupper()) or node.op == "rows":
        yield Change(
            "shape",
            "transpose-lost",
            "{0} must be transposed",
            Expr("transpose", (node,)),
            (node,),
            4,
        )


RULES = (exchanged, ordered, wrong_operands)
