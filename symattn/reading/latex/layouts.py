"""Brackets, fractions, roots, matrices and cases as nodes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from symattn.reading.latex.commands import LINES, MATRICES
from symattn.reading.latex.grammar import Item
from symattn.reading.latex.tree import ABSENT, Node

if TYPE_CHECKING:
    from symattn.reading.latex.structure import Structure

OTHERWISE = frozenset(("otherwise", "else", "other"))


def _bracket(of: Structure, item: Item) -> Node:
    """Brackets around one expression, or a row of several."""
    from symattn.reading.latex.structure import split

    parts = split(item.parts[0], "COMMA")
    if len(parts) == 1:
        return of.whole(parts[0], item.at)
    if any(part and part[0].kind == "DOTS" for part in parts):
        return Node("list", tuple(of.whole(p, item.at) for p in parts), at=item.at)
    cells = tuple(of.whole(part, item.at) for part in parts)
    return Node("matrix", (Node("row", cells, at=item.at),), at=item.at)


def _function(op: str) -> Callable[[Structure, Item], Node]:
    def layout(of: Structure, item: Item) -> Node:
        return Node(op, (of.whole(item.parts[0], item.at),), at=item.at)

    return layout


def _angle(of: Structure, item: Item) -> Node:
    from symattn.reading.latex.structure import split

    parts = split(item.parts[0], "COMMA")
    if len(parts) != 2:
        raise of.wrong("angles hold two vectors", item.at)
    return Node("inner", tuple(of.whole(part, item.at) for part in parts), at=item.at)


def _frac(of: Structure, item: Item) -> Node:
    above, below = item.parts
    top, bottom = _opened(above), _opened(below)
    if _partial(top) and _partial(bottom):
        sides = of.whole(top[1:], item.at), of.whole(bottom[1:], item.at)
        return Node("derivative", sides, at=item.at)
    return Node("div", (of.whole(top, item.at), of.whole(bottom, item.at)), at=item.at)


def _opened(items: Sequence[Item]) -> Sequence[Item]:
    """What stands in the braces of an argument."""
    if len(items) == 1 and items[0].kind == "group" and not items[0].above:
        return items[0].parts[0]
    return items


def _partial(items: Sequence[Item]) -> bool:
    return len(items) > 1 and items[0].text == "partial"


def _binom(of: Structure, item: Item) -> Node:
    sides = (of.whole(_opened(part), item.at) for part in item.parts)
    return Node("binomial", tuple(sides), at=item.at)


def _sqrt(of: Structure, item: Item) -> Node:
    return Node("sqrt", (of.whole(_opened(item.parts[0]), item.at),), at=item.at)


def _root(of: Structure, item: Item) -> Node:
    order, inside = (of.whole(_opened(part), item.at) for part in item.parts)
    power = Node("div", (Node("number", value=Fraction(1), at=item.at), order), at=item.at)
    return Node("power", (inside, power), at=item.at)


def _environment(of: Structure, item: Item) -> Node:
    if item.text in LINES:
        raise of.wrong(f"{item.text} stands around the whole formula", item.at)
    rows = _rows(item.parts[0])
    if item.text in MATRICES:
        cells = [Node("row", tuple(of.whole(c, item.at) for c in row), at=item.at) for row in rows]
        if len({len(row.parts) for row in cells}) != 1:
            raise of.wrong("the rows of a matrix have different lengths", item.at)
        return Node("matrix", tuple(cells), at=item.at)
    return _cases(of, item, rows)


def _rows(items: Sequence[Item]) -> list[list[Sequence[Item]]]:
    from symattn.reading.latex.structure import split

    rows = [split(row, "AMP") for row in split(items, "ROW")]
    return [row for row in rows if any(row)]


def _cases(of: Structure, item: Item, rows: list[list[Sequence[Item]]]) -> Node:
    """Values with their conditions; `otherwise` is last, and without it the rest is undefined."""
    found: list[Node] = []
    for at, row in enumerate(rows):
        value, condition = _value_and_condition(of, item, row)
        value_node = of.whole(_no_comma(value), item.at)
        if not condition:
            if at != len(rows) - 1:
                raise of.wrong("a case without a condition that is not the last", item.at)
            found.append(Node("case", (value_node, ABSENT), at=item.at))
        else:
            conditions = of.condition_list(condition, item.at)
            node = conditions[0]
            for more in conditions[1:]:
                node = Node("and", (node, more), at=item.at)
            found.append(Node("case", (value_node, node), at=item.at))
    return Node("cases", tuple(found), at=item.at)


def _value_and_condition(
    of: Structure, item: Item, row: list[Sequence[Item]]
) -> tuple[Sequence[Item], Sequence[Item]]:
    if len(row) > 2:
        raise of.wrong("a case is a value and a condition", item.at)
    value, condition = row[0], list(row[1]) if len(row) == 2 else None
    if condition is None:
        words = [at for at, part in enumerate(value) if part.kind == "TEXT"]
        if not words:
            raise of.wrong("a case without a condition", item.at)
        value, condition = value[: words[0]], list(value[words[0] :])
    while condition and condition[0].kind == "TEXT":
        said = condition.pop(0).text.lower().strip(" ,.")
        if said in OTHERWISE:
            if condition:
                raise of.wrong("a condition after 'otherwise'", condition[0].at)
            return value, ()
        if said not in ("if", "for", "when", "where"):
            raise of.wrong(f"expected a condition, got {said!r}", item.at)
    while condition and condition[-1].kind in ("COMMA", "STOP", "SEMI"):
        condition.pop()
    if not condition:
        raise of.wrong("a case without a condition", item.at)
    return value, condition


def _no_comma(items: Sequence[Item]) -> Sequence[Item]:
    return items[:-1] if items and items[-1].kind in ("COMMA", "STOP", "SEMI") else items


LAYOUTS: Mapping[str, Callable[[Structure, Item], Node]] = {
    "group": _bracket, "paren": _bracket, "square": _bracket, "curly": _bracket,
    "bars": _function("abs"), "norm": _function("norm"), "floor": _function("floor"),
    "ceil": _function("ceil"), "angle": _angle, "frac": _frac, "binom": _binom, "sqrt": _sqrt,
    "root": _root, "environment": _environment,
}  # fmt: skip
