"""Faults of indices: swapped, off by one, the wrong one, a bound one forgotten, the wrong axis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from symattn.core.expression import ONE, Expr, rebuild, symbol
from symattn.deciding.repair.change import (
    INDEXED,
    POSITIONAL,
    Change,
    Site,
    index_names,
    nodes,
    put,
    with_parts,
)
from symattn.deciding.repair.masks import moved

CONTENT = frozenset("qkvxQKVX")


def family(site: Site, name: str) -> str:
    """The kind of fault that an index at this name is."""
    if site.words.differentiated:
        return "gradient"
    return "operand" if name[:1] in CONTENT else "positions"


def swapped(site: Site) -> Iterator[Change]:
    """Two indices in the wrong order."""
    node = site.node
    if node.op not in (*INDEXED, "of") or len(node.parts) < 2:
        return
    for at in range(len(node.parts) - 1):
        parts = list(node.parts)
        parts[at], parts[at + 1] = parts[at + 1], parts[at]
        if (new := with_parts(node, parts)) != node:
            transposed = node.name[:1] in CONTENT or node.name in ("alpha", "A", "W")
            told = "a transpose is missing: " if transposed else ""
            yield Change(
                "operand" if node.op == "of" else family(site, node.name),
                "index-swapped",
                told + "the indices are swapped: {0} must be {1}",
                new,
                (node, new),
                2,
                node.name,
            )


def stepped(site: Site) -> Iterator[Change]:
    """An index off by one."""
    node = site.node
    if node.op not in INDEXED:
        return
    for at, index in enumerate(node.parts):
        if not index_names(index):
            continue
        for step in (-1, 1):
            parts = list(node.parts)
            parts[at] = moved(index, step)
            new = with_parts(node, parts)
            yield Change(
                "positions",
                "index-off-by-one",
                "the index is off by one: {0} must be {1}",
                new,
                (node, new),
                4,
                f"{node.name}{at}{step}",
            )


def replaced(site: Site) -> Iterator[Change]:
    """Another index: a bound one forgotten, or one free index for another."""
    node, parent = site.node, site.parent
    if node.op != "symbol" or parent is None:
        return
    indices = indices_of(site)
    if node.name not in indices:
        return
    holder = _holder(site)
    for name in sorted(indices - {node.name}):
        new = symbol(name)
        if name not in site.bound and name in _bound_anywhere(site):
            continue
        about = (holder, _put_back(site, new))
        kind = "normalisation" if holder.op not in INDEXED else family(site, holder.name)
        if name in site.bound and node.name not in site.bound:
            yield Change(
                kind,
                "bound-index-forgotten",
                "the sum does not use its index: {0} must be {1}",
                new,
                about,
                3,
                f"{node.name} {name}",
            )
        else:
            yield Change(
                family(site, getattr(holder, "name", "") if holder.op in INDEXED else ""),
                "index-wrong",
                "the wrong index: {0} must be {1}",
                new,
                about,
                4,
                f"{node.name} {name}",
            )


def indices_of(site: Site) -> frozenset[str]:
    """Names of indices, and everything that is bound."""
    found: set[str] = set(site.bound)
    for root in (site.side, *site.words.roots):
        for node in nodes(root):
            if node.op in INDEXED or node.op in ("delta", "of"):
                for part in node.parts:
                    found |= index_names(part)
    return frozenset(found - _sizes(site)) | POSITIONAL & index_names(site.side)


def _sizes(site: Site) -> set[str]:
    """Lengths and widths: what sums end at."""
    sums = (n for root in (site.side, *site.words.roots) for n in nodes(root) if n.op == "sum")
    ends = {name for n in sums if len(n.parts) == 3 for name in index_names(n.parts[1])}
    return {"d", *(ends - POSITIONAL)}


def _bound_anywhere(site: Site) -> frozenset[str]:
    roots = (site.side, *site.words.roots)
    return frozenset(n.name for root in roots for n in nodes(root) if n.op == "sum")


def _holder(site: Site) -> Expr:
    """The smallest thing around an index that is worth naming."""
    for node in reversed(site.above[-2:]):
        if node.op in INDEXED:
            return node
    return site.above[-1]


def _put_back(site: Site, new: Expr) -> Expr:
    holder = _holder(site)
    depth = len(site.above) - max(at for at, n in enumerate(site.above) if n is holder)
    return put(holder, site.path[-depth:], new)


def axes(site: Site) -> Iterator[Change]:
    """A sum whose bound index stands for the query where it must stand for the key."""
    node = site.node
    if node.op != "sum":
        return
    bound, body = node.name, node.parts[-1]
    free = sorted(indices_of(site) - _bound_anywhere(site))
    here = index_names(body)
    for one in free if bound in here else ():
        for other in free:
            if one != other and other in here and one not in here:
                new = renamed(body, {bound: one, other: bound})
                told = "normalised over the wrong axis: {0} stands in the sum for {1}"
                yield Change(
                    "normalisation",
                    "wrong-axis",
                    told,
                    with_parts(node, (*node.parts[:-1], new)),
                    (body, new),
                    4,
                )


def renamed(expr: Expr, names: Mapping[str, str]) -> Expr:
    """All plain symbols renamed at once."""

    def change(node: Expr) -> Expr | None:
        if node.op == "symbol" and node.name in names:
            return symbol(names[node.name])
        return None

    return rebuild(expr, change)


def distances(site: Site) -> Iterator[Change]:
    """A distance off by one."""
    node = site.node
    if node.op == "-" and all(p.op == "symbol" for p in node.parts):
        for op in "+-":
            new = Expr(op, (node, ONE))
            yield Change(
                "positions",
                "distance-off-by-one",
                "{0} is off by one: it must be {1}",
                new,
                (node, new),
                8,
                op,
            )


RULES = (swapped, replaced, stepped, axes, distances)
