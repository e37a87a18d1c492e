"""Faults of masks and of the limits of sums: off by one, on the wrong side, over the wrong keys."""

from __future__ import annotations

from collections.abc import Iterator

from symattn.core.expression import COMPARISONS, ONE, Expr, make, number, substitute, symbol, tidy
from symattn.deciding.repair.change import POSITIONAL, Change, Site, index_names, nodes, with_parts

STRICTER = {"<=": "<", ">=": ">", "<": "<=", ">": ">="}
FLIPPED = {"<=": ">=", ">=": "<=", "<": ">", ">": "<"}
NEGATED = {"<=": ">", ">": "<=", "<": ">=", ">=": "<", "==": "!=", "!=": "=="}


def comparisons(site: Site) -> Iterator[Change]:
    """`<` for `<=`, `>=` for `<=`, a window off by one, a condition that is its own opposite."""
    node = site.node
    if node.op not in COMPARISONS:
        return
    if node.op in STRICTER:
        stricter = node.op in ("<", ">")
        plain = all(p.op == "symbol" for p in node.parts)
        if plain:
            told = "the diagonal is masked" if stricter else "the mask is off by one"
            yield _compared(node, STRICTER, "mask-off-by-one", f"{told}: {{0}} must be {{1}}", 1)
        else:
            told = "the limit is off by one: {0} must be {1}"
            yield _compared(node, STRICTER, "window-off-by-one", told, 2)
            for step in (ONE, number(-1)):
                right = tidy(make("+" if step == ONE else "-", node.parts[1], ONE))
                new = Expr(node.op, (node.parts[0], right))
                yield Change("mask", "window-off-by-one", told, new, (node, new), 3, f"by{step}")
        told = "the mask is on the wrong side: {0} must be {1}"
        yield _compared(node, FLIPPED, "mask-wrong-side", told, 2)
    told = "the mask is inverted: {0} must be {1}"
    yield _compared(node, NEGATED, "mask-inverted", told, 3)


def _compared(node: Expr, ops: dict[str, str], code: str, told: str, cost: int) -> Change:
    new = Expr(ops[node.op], node.args)
    # `j < i` with `j >= i` in another case: both boundaries move together
    alike = "boundary" if ops is STRICTER else "turn"
    return Change("mask", code, told, new, (node, new), cost, alike)


def conditions(site: Site) -> Iterator[Change]:
    """A condition lost, one too many, `and` for `or`, or that of other keys."""
    node = site.node
    if node.op in ("and", "or"):
        other = Expr("or" if node.op == "and" else "and", node.args)
        yield Change(
            "mask", "mask-joined-wrongly", "'{0}' joins with the wrong word", other, (node,), 6
        )
        for keep, lose in (node.parts, node.parts[::-1]):
            yield Change(
                "mask", "mask-extra", "the condition {0} does not belong", keep, (lose,), 6
            )
    of_sum = site.parent is not None and site.parent.op == "sum" and len(site.parent.parts) == 2
    if not (of_sum and site.path[-1] == 0):
        return
    assert site.parent is not None
    bound = symbol(site.parent.name)
    for name, limits in site.words.limits:
        if len(limits) == 1:
            told = substitute(limits[0], {symbol(name): bound})
            if told != node:
                yield Change(
                    "mask",
                    "mask-other",
                    "the sum runs over {0}, not over {1}",
                    told,
                    (node, told),
                    7,
                )


def limits(site: Site) -> Iterator[Change]:
    """A sum whose limits are off by one, or that runs over all keys or over too few."""
    node = site.node
    if node.op not in ("sum", "prod") or len(node.parts) != 3:
        return
    low, high, body = node.parts
    for step, told in (
        (1, "the last term is lost: the sum must end at {1}, not at {0}"),
        (-1, "the sum has one term too many: it must end at {1}, not at {0}"),
    ):
        new = moved(high, step)
        yield _limited(node, (low, new, body), (high, new), told, "limit-off-by-one", 1)
    for step, told in (
        (1, "the sum has one term too many: it must start at {1}, not at {0}"),
        (-1, "the first term is lost: the sum must start at {1}, not at {0}"),
    ):
        new = moved(low, step)
        yield _limited(node, (new, high, body), (low, new), told, "limit-off-by-one", 1)
    for name, known in site.words.limits:
        if len(known) == 2 and known != (low, high):
            yield _other(node, known, body)
        elif len(known) == 1 and node.op == "sum":
            keys = substitute(known[0], {symbol(name): symbol(node.name)})
            yield Change(
                "mask",
                "not-causal",
                "the sum runs over the wrong keys: it must be {0}",
                Expr("sum", (node.name, keys, body)),
                (keys,),
                3,
            )


def _other(node: Expr, known: tuple[Expr, ...], body: Expr) -> Change:
    """The same sum with the limits of the reference."""
    low, high = node.parts[:2]
    here, there = index_names(high) - {node.name}, index_names(known[1])
    told, code, family = "the sum ends at {0}; it must end at {1}", "limit-other", "normalisation"
    if there & POSITIONAL and not here & POSITIONAL:
        told = "not causal: the sum runs to {0}; it must end at {1}"
        code, family = "not-causal", "mask"
    elif here & POSITIONAL and not there & POSITIONAL:
        told, code, family = "the sum ends at {0}; it must run to {1}", "mask-extra", "mask"
    new = (*known, body)
    about = (high, known[1])
    if known[1] == high:
        told, about = "the sum starts at {0}; it must start at {1}", (low, known[0])
    return Change(family, code, told, with_parts(node, new), about, 3)


def _limited(
    node: Expr, parts: tuple[Expr, ...], about: tuple[Expr, Expr], told: str, code: str, cost: int
) -> Change:
    divides = bool({"exp", "phi"} & {n.op for n in nodes(node)})
    causal = bool(index_names(node.parts[1]) & POSITIONAL - {node.name})
    if causal:
        told = "the mask is off by one: " + told.partition(": ")[2]
        code = "mask-off-by-one"
    family = "mask" if causal else "normalisation" if divides else "operand"
    return Change(family, code, told, with_parts(node, parts), about, cost, f"{code}{told}")


def moved(limit: Expr, step: int) -> Expr:
    """A limit and 1 more or less, as somebody would write it.

    >>> from symattn.core.expression import lift
    >>> moved(lift("i - 1"), 1), moved(lift("i"), -1)
    (Expr('i'), Expr('i - 1'))
    """
    if limit.op in ("+", "-") and limit.parts[1].op == "number":
        base, constant = limit.parts
        total = int(constant.args[0]) * (1 if limit.op == "+" else -1) + step  # type: ignore[arg-type]
        if total == 0:
            return base
        return Expr("+" if total > 0 else "-", (base, number(abs(total))))
    if limit.op == "number":
        return number(limit.args[0] + step)  # type: ignore[operator,arg-type]
    return Expr("+" if step > 0 else "-", (limit, ONE))


RULES = (comparisons, limits, conditions)
