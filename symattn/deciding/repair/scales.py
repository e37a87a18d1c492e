"""Faults of the scale: missing, a wrong power, inverted, outside of the function, on the bias."""

from __future__ import annotations

from collections.abc import Iterator

from symattn.core.expression import Expr, make, number, symbol
from symattn.deciding.repair.change import INDEXED, PRODUCTS, Change, Site, nodes, put, skeleton

USUAL = Expr("sqrt", (symbol("d"),))
AROUND = ("exp", "softmax", "log", "tanh", "sigmoid", "call", "of")
MADE = frozenset((*PRODUCTS, *INDEXED, "transpose", "matmul", "product"))
LARGE = ("sum", "exp", "softmax", "of")


def free_of_places(expr: Expr) -> bool:
    """Whether an expression is a constant such as sqrt(d)."""
    return not any(n.op in INDEXED or n.op in LARGE for n in nodes(expr))


def missing(site: Site) -> Iterator[Change]:
    """What the reference divides by and this side does not."""
    node = site.node
    if not _may_be_scaled(site):
        return
    known = [d for d in site.words.divisors if d != node]
    scales = [d for d in known if free_of_places(d)]
    for scale in scales or ([USUAL] if node.op == "dot" else []):
        yield Change(
            "scale",
            "scale-missing",
            "the scale 1/{0} is missing",
            Expr("/", (node, scale)),
            (scale,),
            2,
            f"missing {skeleton(scale)}",
        )
        yield Change(
            "scale",
            "scale-extra",
            "{0} is divided by one {0} too many",
            Expr("*", (node, scale)),
            (scale,),
            12,
        )
    for below in known:
        if not free_of_places(below):
            yield Change(
                "normalisation",
                "normaliser-missing",
                "it is not divided by {0}",
                Expr("/", (node, below)),
                (below,),
                6,
            )


def _may_be_scaled(site: Site) -> bool:
    """Whether a node is a whole product, argument or side: no part of a larger product."""
    node, parent = site.node, site.parent
    if node.op in ("number", "transpose") or (free_of_places(node) and node.op != "*"):
        return False
    if parent is not None and parent.op in ("table", "vector", "sum", "transpose", *PRODUCTS):
        return node.op == "dot" or (parent.op == "sum" and site.path[-1] == len(parent.parts) - 1)
    return parent is None or node.op in MADE or parent.op in (*AROUND, "+", "-", "/")


def powers(site: Site) -> Iterator[Change]:
    """Divided by d and not by sqrt(d), or divided where nothing is."""
    node = site.node
    if node.op == "/" and free_of_places(node.parts[1]):
        above, below = node.parts
        others = [Expr("sqrt", (below,))]
        if below.op == "sqrt":
            others = [below.parts[0]]
        others += [
            d for d in site.words.divisors if free_of_places(d) and d not in (*others, below)
        ]
        for other in others:
            yield Change(
                "scale",
                "scale-power",
                "the scale is 1/{0}; it must be 1/{1}",
                Expr("/", (above, other)),
                (below, other),
                1,
                skeleton(other),
            )
        yield Change(
            "scale",
            "scale-extra",
            "the division by {0} does not belong",
            above,
            (below,),
            5,
            skeleton(below),
        )


def inverted(site: Site) -> Iterator[Change]:
    """Multiplied where one divides, or a root that does not belong."""
    node = site.node
    if node.op == "*":
        for keep, scale in (node.parts, node.parts[::-1]):
            if free_of_places(scale) and not free_of_places(keep) and _size(site, scale):
                yield Change(
                    "scale",
                    "scale-inverted",
                    "multiplied by {0}; it must be divided",
                    Expr("/", (keep, scale)),
                    (scale,),
                    2,
                    skeleton(scale),
                )
    if node.op == "sqrt" and site.parent is not None and site.parent.op in ("/", "*"):
        yield Change(
            "scale",
            "scale-power",
            "{0} stands where {1} belongs",
            node.parts[0],
            (node, node.parts[0]),
            3,
        )


def _size(site: Site, scale: Expr) -> bool:
    """Whether something looks like a scale: a root, or a width."""
    if scale in site.words.divisors:
        return True
    return any(n.op == "sqrt" or (n.op == "symbol" and n.name[0] == "d") for n in nodes(scale))


def outside(site: Site) -> Iterator[Change]:
    """The scale divides what comes out of softmax or exp, or multiplies it."""
    node = site.node
    if node.op not in ("/", "*"):
        return
    above, below = node.parts
    pairs = [(above, below)] if node.op == "/" else [(above, below), (below, above)]
    for inner, scale in pairs:
        if not free_of_places(scale) or free_of_places(inner) or scale.op == "number":
            continue
        for path, function in functions_in(inner):
            scaled = Expr(node.op, (function.parts[0], scale))
            new = put(inner, (*path, 0), scaled)
            told = "the scale {0} stands outside of " + function.op
            yield Change("scale", "scale-outside", told, new, (scale,), 2)


def functions_in(expr: Expr) -> Iterator[tuple[tuple[int, ...], Expr]]:
    """Functions that a product holds, with their place."""
    if expr.op in ("exp", "softmax", "log", "tanh", "sigmoid"):
        yield (), expr
    elif expr.op in (*PRODUCTS, "/"):
        for at, part in enumerate(expr.parts):
            for path, found in functions_in(part):
                yield (at, *path), found


def shared(site: Site) -> Iterator[Change]:
    """A bias that is divided by the scale of the products, or a product that is not."""
    node = site.node
    if node.op == "/" and node.parts[0].op in ("+", "-"):
        inner, below = node.parts
        a, b = inner.parts
        for bias, new in (
            (b, Expr(inner.op, (Expr("/", (a, below)), b))),
            (a, Expr(inner.op, (a, Expr("/", (b, below))))),
        ):
            if free_of_places(below):
                yield Change(
                    "scale", "scale-hits-bias", "{0} stands inside of the scale", new, (bias,), 2
                )
    if node.op in ("+", "-") and node.parts[0].op == "/" and free_of_places(node.parts[0].parts[1]):
        (product, below), bias = node.parts[0].parts, node.parts[1]
        new = Expr("/", (Expr(node.op, (product, bias)), below))
        yield Change(
            "scale", "scale-misses-term", "{0} stands outside of the scale", new, (bias,), 4
        )


def constants(site: Site) -> Iterator[Change]:
    """Twice or half of what it must be."""
    node = site.node
    if site.parent is None or site.parent.op in ("exp", "tanh", "neg", "+", "-"):
        two = number(2)
        yield Change(
            "scale",
            "factor-two",
            "a factor 2 is lost at {0}",
            make("*", two, node),
            (node,),
            9,
            "lost",
        )
        yield Change(
            "scale",
            "factor-two",
            "{0} is twice of what it must be",
            make("/", node, two),
            (node,),
            9,
            "twice",
        )


RULES = (powers, inverted, missing, outside, shared, constants)
