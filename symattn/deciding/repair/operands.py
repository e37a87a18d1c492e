"""Faults of what is added and multiplied: lost, one too many, another number."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symattn.core.expression import ONE, Expr, kind, make, number, rebuild
from symattn.deciding.repair.change import (
    INDEXED,
    PRODUCTS,
    Change,
    Site,
    Vocabulary,
    counts,
    index_names,
    nodes,
    positional,
    skeleton,
    with_parts,
)

MOST = 12  # words of the reference that are tried at one place


def extra_terms(site: Site) -> Iterator[Change]:
    """A term or a factor that does not belong."""
    node = site.node
    if node.op in ("+", "-"):
        for keep, lose in (node.parts, node.parts[::-1]):
            one = lose in (ONE, Expr("exp", (number(0),)))
            kind_, code, told = (
                family(site.words, lose),
                "term-extra",
                "the term {0} does not belong",
            )
            in_row = site.inside("softmax", "exp") and lose.op == "table" and len(lose.parts) == 1
            if in_row:
                kind_ = "normalisation"
                told += ": softmax forgets only what is the same for all keys"
            elif one and any(n.op in ("exp", "sum") for n in nodes(keep)):
                code, told = "softmax1", "1 is added to the denominator, as in softmax-one"
            elif one and (positional(keep) or site.inside("**")):
                kind_, code, told = "positions", "distance-off-by-one", "{1} is off by one"
            elif one and counts(site.side):
                kind_, code = "mask", "diagonal-miscounted"
                told = "the diagonal is counted wrongly: {1} is off by one"
            if node.op == "-" and keep is node.parts[1]:
                keep = make("neg", keep)
            cost = 3 if one else 5
            yield Change(kind_, code, told, keep, (lose, node), cost, skeleton(lose))
    if node.op in ("*", "cdot"):
        for keep, lose in (node.parts, node.parts[::-1]):
            yield Change(
                family(site.words, lose),
                "factor-extra",
                "the factor {0} does not belong",
                keep,
                (lose,),
                5,
                skeleton(lose),
            )


def family(words: Vocabulary, term: Expr) -> str:
    """The kind of fault that a lost term is."""
    ops = {n.op for n in nodes(term)}
    if words.differentiated:
        return "gradient"
    sums = term.op == "table" and term.name.partition("^")[0] in ("ell", "l", "Z")
    if term == ONE or sums or "exp" in ops or "diag" in ops or term.op == "symbol":
        return "normalisation"
    if ops & {"cos", "sin"}:
        return "encoding"
    relative = term.op == "table" and any(part.parts for part in term.parts)
    if positional(term) or relative or (term.op == "table" and len(term.parts) > 1):
        return "positions"
    return "operand"


def lost_terms(site: Site) -> Iterator[Change]:
    """A term of the reference, or one like its neighbours, that is not there."""
    node, parent = site.node, site.parent
    chained = parent is not None and parent.op in ("+", "-")
    whole = parent is None or parent.op in ("exp", "softmax", "/", "row", "log", "case", "sum")
    if chained or not whole or (node.op == "number" and node != ONE):
        return
    for term in site.words.addends[:MOST]:
        if term != node and kind(term) == kind(node):
            yield _lost(site, node, term, Expr("+", (node, term)), 4)
            yield _lost(site, node, term, Expr("-", (node, term)), 6)
    for term in _neighbours(site):
        yield _lost(site, node, term, first(term, node), 6)


def first(term: Expr, node: Expr) -> Expr:
    """The sum with one more term in front."""
    if node.op in ("+", "-"):
        return Expr(node.op, (first(term, node.parts[0]), node.parts[1]))
    return Expr("+", (term, node))


def _lost(site: Site, node: Expr, term: Expr, new: Expr, cost: int) -> Change:
    if term == ONE and counts(site.side):
        told = "the count is off by one: {1}"
        return Change("mask", "diagonal-miscounted", told, new, (term, new), cost)
    return Change(
        family(site.words, term),
        "term-lost",
        "the term {0} is lost",
        new,
        (term, node),
        cost,
        skeleton(term),
    )


def _neighbours(site: Site) -> Iterator[Expr]:
    """Terms of a chain with one number among the indices replaced by another: x_1 -> x_0."""
    chain = list(_chain(site.node))
    numbers = sorted(
        {whole(p) for n in nodes(site.side) if n.op in INDEXED for p in n.parts if p.op == "number"}
    )
    found: dict[Expr, None] = {}
    for term in chain:
        here = {
            whole(n.parts[-1])
            for n in nodes(term)
            if n.op in INDEXED and n.parts and n.parts[-1].op == "number"
        }
        for old in here:
            for new in numbers:
                changed = _renumbered(term, old, new)
                if changed not in chain:
                    found.setdefault(changed)
    yield from list(found)[:MOST]


def whole(expr: Expr) -> int:
    """The value of a number."""
    return int(Fraction(expr.args[0]))  # type: ignore[arg-type]


def _renumbered(term: Expr, old: int, new: int) -> Expr:
    def change(node: Expr) -> Expr | None:
        if node.op in INDEXED and node.parts and node.parts[-1] == number(old):
            return with_parts(node, (*node.parts[:-1], number(new)))
        return None

    return rebuild(term, change)


def _chain(node: Expr) -> Iterator[Expr]:
    if node.op in ("+", "-"):
        for part in node.parts:
            yield from _chain(part)
    else:
        yield node


def lost_factors(site: Site) -> Iterator[Change]:
    """A factor of the reference that is not there."""
    node, parent = site.node, site.parent
    inside = parent is not None and parent.op in (
        *PRODUCTS,
        *INDEXED,
        "**",
        "transpose",
        "exp",
        "sqrt",
    )
    if node.op in ("number", "row", "rows", "list") or (inside and node.op not in ("diag", "exp")):
        return
    own = index_names(node) | _labels(node)
    for factor in site.words.factors[:MOST]:
        if factor == node or factor.op == "number":
            continue
        stray = len((index_names(factor) | _labels(factor)) - own)
        for new in (before(factor, node), Expr("*", (node, factor))):
            yield Change(
                family(site.words, factor),
                "factor-lost",
                "the factor {0} is lost",
                new,
                (factor, node),
                4 + stray,
                f"{skeleton(factor)} {skeleton(node)} {new.parts[-1] != factor}",
            )


def before(factor: Expr, node: Expr) -> Expr:
    """The product with one more factor in front, as somebody would write it.

    >>> from symattn.core.expression import lift
    >>> before(lift("c"), lift("a * b"))
    Expr('c * a * b')
    """
    if node.op == "*":
        return Expr("*", (before(factor, node.parts[0]), node.parts[1]))
    return Expr("*", (factor, node))


def _labels(expr: Expr) -> frozenset[str]:
    """The numbers among the indices, as words."""
    return frozenset(
        str(p.args[0]) for n in nodes(expr) if n.op in INDEXED for p in n.parts if p.op == "number"
    )


def constants(site: Site) -> Iterator[Change]:
    """A number that is another one; a count of all pairs."""
    node = site.node
    if node.op == "number":
        value = node.args[0]
        other = [n.args[0] for n in site.words.nodes if n.op == "number"]
        for new in dict.fromkeys([*other, value + 1, value - 1]):  # type: ignore[operator]
            if new != value:
                made = number(new)  # type: ignore[arg-type]
                yield Change("operand", "constant", "{0} must be {1}", made, (node, made), 8)
    square = node.op == "**" and node.parts[1] == number(2)
    if square or (node.op == "*" and node.parts[0] == node.parts[1]):
        n = node.parts[0]
        for sign, told in (
            ("+", "all pairs are counted: the mask is ignored"),
            ("-", "all pairs are counted: the mask is ignored"),
        ):
            new = Expr("/", (Expr("*", (n, Expr(sign, (n, ONE)))), number(2)))
            yield Change("mask", "mask-ignored", told, new, (node,), 3 + (sign == "-"))


RULES = (extra_terms, lost_terms, lost_factors, constants)
