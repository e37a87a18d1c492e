"""Faults of signs and directions: a term, an exponent, a rotation, a ratio, an inverse."""

from __future__ import annotations

from collections.abc import Iterator

from symattn.core.expression import ONE, Expr, make, number, tidy
from symattn.deciding.repair.change import (
    INDEXED,
    PRODUCTS,
    Change,
    Site,
    counts,
    index_names,
    nodes,
    positional,
    skeleton,
)
from symattn.deciding.repair.indices import indices_of

EXPONENTS = ("exp", "**")
ARGUMENTS = ("exp", "tanh", "sigmoid", "softmax")  # whose argument may have the wrong sign


def terms(site: Site) -> Iterator[Change]:
    """The sign of one term of a sum."""
    node = site.node
    if node.op in ("+", "-"):
        left, right = node.parts
        other = "-" if node.op == "+" else "+"
        yield _sign(site, right, Expr(other, (left, right)), 1)
        if left.op == "neg":
            yield _sign(site, left.parts[0], Expr(node.op, (left.parts[0], right)), 1)
        elif left.op != "+" and left.op != "-":
            yield _sign(site, left, Expr(node.op, (make("neg", left), right)), 3)
    elif node.op == "neg":
        yield _sign(site, node.parts[0], node.parts[0], 2)
    elif site.parent is None or site.parent.op in ("row", "case", *ARGUMENTS):
        yield _sign(site, node, make("neg", node), 3)


def _sign(site: Site, term: Expr, new: Expr, cost: int) -> Change:
    turns = {n.op for n in nodes(term)} & {"sin"}
    kind, code, told = "operand", "sign", "the sign of {0} is wrong"
    if site.words.differentiated:
        kind = "gradient"
    elif turns:
        kind, code = "encoding", "rotation-reversed"
        told = "the sign of {0} is wrong: it rotates the other way"
    elif positional(term):
        kind, told = "positions", "the sign of the position term {0} is wrong"
    elif term == ONE and counts(site.side):
        kind, code, told = "mask", "diagonal-miscounted", "the diagonal is counted wrongly: {1}"
    elif site.parent is not None and site.parent.op == "exp":
        kind, told = "normalisation", "the exponent has the wrong sign: it must be {1}"
    return Change(kind, code, told, new, (term, new), cost, "sin" if turns else skeleton(term))


def differences(site: Site) -> Iterator[Change]:
    """b - a where a - b belongs."""
    node = site.node
    if node.op == "-":
        left, right = node.parts
        new = Expr("-", (right, left))
        kind, code, told, cost = "operand", "difference-reversed", "{0} must be {1}", 2
        if site.words.differentiated:
            kind = "gradient"
        if site.parent is None or site.parent.op == "==":
            code, told = "sign", "the sign is wrong: {0} must be {1}"
        if site.inside(*EXPONENTS):
            kind, code, cost = "normalisation", "exponent-reversed", 1
            scales = any(n.op in (*PRODUCTS, "diag") for n in site.above[-2:])
            so = ", so the rescale is inverted" if scales else ""
            told = f"the exponent has the wrong sign{so}: {{0}} must be {{1}}"
        places = indices_of(site)
        steps = bool(site.above) and site.above[-1].op == "**"  # gamma ** (i - j): a distance
        if {left.op, right.op} == {"symbol"} and (steps or index_names(node) <= places):
            kind, code = "positions", "difference-reversed"
            told = "the distance has the wrong sign: {0} must be {1}"
        yield Change(kind, code, told, new, (node, new), cost, skeleton(node))
    if node.op in ("+", "-") and node.parts[0].op == "neg" and node.op == "+":
        left, right = node.parts
        new = Expr("-", (left.parts[0], right))
        yield Change("operand", "sign", "the sign is wrong: {0} must be {1}", new, (node, new), 3)


def ratios(site: Site) -> Iterator[Change]:
    """b / a where a / b belongs, an inverse too many or too few, a power with the wrong sign."""
    node = site.node
    if node.op == "/" and node.parts[0] != ONE:
        new = Expr("/", node.parts[::-1])
        yield Change(
            "normalisation",
            "ratio-inverted",
            "the ratio is inverted: {0} must be {1}",
            new,
            (node, new),
            4,
            skeleton(node),
        )
    if node.op == "**" and _minus_one(node.parts[1]):
        base = node.parts[0]
        rescales = any(n.op in ("exp", "/", "diag") for n in nodes(base))
        told = (
            "the rescale is inverted: {0} must be {1}" if rescales else "{0} must not be inverted"
        )
        yield Change(
            "normalisation", "rescale-inverted", told, base, (node, base), 1, skeleton(node)
        )
    if node.op in ("diag", "exp") and not (site.parent is not None and site.parent.op == "**"):
        new = Expr("**", (node, number(-1)))
        yield Change(
            "normalisation",
            "rescale-inverted",
            "the rescale is inverted: {0} must be {1}",
            new,
            (node, new),
            5,
            skeleton(node),
        )
    if node.op == "**" and not _minus_one(node.parts[1]):
        exponent = tidy(make("neg", node.parts[1]))
        new = Expr("**", (node.parts[0], exponent))
        yield Change(
            "encoding", "power-inverted", "the exponent of {0} has the wrong sign", new, (node,), 4
        )


def _minus_one(exponent: Expr) -> bool:
    return exponent in (number(-1), Expr("neg", (ONE,)))


def turns(site: Site) -> Iterator[Change]:
    """Rotations: sine and cosine exchanged, an angle with the wrong sign."""
    node = site.node
    if node.op in ("cos", "sin"):
        other = Expr("sin" if node.op == "cos" else "cos", node.parts)
        yield Change(
            "encoding", "sine-for-cosine", "{0} must be {1}", other, (node, other), 3, node.op
        )
    words = [part.op for part in node.parts]
    if node.op == "*" and sorted(words) == ["cos", "sin"]:
        turned = [Expr("sin" if p.op == "cos" else "cos", p.parts) for p in node.parts]
        new = Expr("*", tuple(turned))
        yield Change("encoding", "sine-for-cosine", "{0} must be {1}", new, (node, new), 3)
    if node.op == "rope" and len(node.parts) > 1:
        for at, part in enumerate(node.parts[1:], 1):
            args = [a for a in node.args]
            args[at] = make("neg", part)
            new = Expr("rope", tuple(args))
            yield Change(
                "encoding", "rotation-reversed", "it rotates the other way at {0}", new, (node,), 6
            )


def logarithms(site: Site) -> Iterator[Change]:
    """The base of a logarithm or of a power."""
    node = site.node
    two = Expr("log", (number(2),))
    if node.op == "log" and node != two and site.parent != Expr("/", (node, two)):
        new = Expr("/", (node, two))
        yield Change(
            "normalisation", "log-base", "the logarithm must have the base 2", new, (node,), 6
        )
    if node.op == "/" and node.parts[0].op == node.parts[1].op == "log":
        told = "the base of the logarithm is wrong: the natural one belongs there"
        yield Change("normalisation", "log-base", told, node.parts[0], (node,), 2, "log")
    if node.op == "**" and node.parts[0].op == "number":
        new = Expr("exp", (node.parts[1],))
        yield Change(
            "normalisation", "log-base", "the base is e, not {0}", new, (node.parts[0],), 2, "log"
        )
    if node.op == "exp":
        new = Expr("**", (number(2), node.parts[0]))
        yield Change("normalisation", "log-base", "the base is 2, not e", new, (node,), 9, "log")


def replaced(site: Site) -> Iterator[Change]:
    """`min` for `max`, and a map of heads or blocks by `%` for `//`."""
    node = site.node
    if node.op in ("max", "min"):
        word = "min" if node.op == "max" else "max"
        yield Change(
            "normalisation",
            "extremum",
            f"{word} must stand where {node.op} stands",
            Expr(word, node.args),
            (node,),
            3,
        )
    if node.op in ("//", "%"):
        other = Expr("%" if node.op == "//" else "//", node.parts)
        yield Change(
            "operand",
            "head-map",
            "the map of heads or blocks is {0}; it must be {1}",
            other,
            (node, other),
            2,
        )


def functions(site: Site) -> Iterator[Change]:
    """A function that is lost, or that does not belong."""
    node = site.node
    if node.op in ("exp", "tanh", "log", "sigmoid", "abs") and len(node.parts) == 1:
        yield Change(
            "normalisation",
            "function-extra",
            f"{node.op} does not belong around {{0}}",
            node.parts[0],
            node.parts,
            7,
            node.op,
        )
    if node.op in (*INDEXED, "dot", "+", "-", "*", "/"):
        for word in ("exp", "tanh", "log", "sigmoid"):
            lost = any(n.op == word for n in site.words.nodes)
            if lost and not (site.parent is not None and site.parent.op in (word, "dot")):
                yield Change(
                    "normalisation",
                    "function-lost",
                    f"{word} is lost around {{0}}",
                    Expr(word, (node,)),
                    (node,),
                    8,
                    word,
                )


RULES = (differences, terms, ratios, turns, logarithms, replaced, functions)
