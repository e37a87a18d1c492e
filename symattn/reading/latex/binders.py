r"""What a sum binds: `m=0`, `j \le i`, `j : j \le i`, `l`, `i,j`, and conditions after a comma."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from symattn.reading.latex.grammar import Item
from symattn.reading.latex.names import single_letters
from symattn.reading.latex.tree import ABSENT, Node, walk

if TYPE_CHECKING:
    from symattn.reading.latex.structure import Structure

Bound = tuple[str, Node, Node, Node]  # a name, its lowest and highest value, a condition


def binder(of: Structure, item: Item, high: Node) -> list[Bound]:
    """The names that a sum binds, outer ones first."""
    from symattn.reading.latex.structure import split

    below = _lines(item)
    if not below:
        raise of.wrong(f"a {item.text} says what it runs over", item.at)
    for sign in ("COLON", "MID"):
        before, *rest = split(below, sign)
        if rest:
            bound = [_plain_name(of, part, item) for part in single_letters(before)]
            return _conditional(bound, [c for part in rest for c in _conditions(of, part, item)])
    parts = split(below, "COMMA")
    first = parts[0]
    equals = [at for at, part in enumerate(first) if part.kind == "REL" and part.text == "="]
    if equals and len(first) > 1 and first[0].kind == "NAME" and equals[0] == 1:
        name = _plain_name(of, first[:1], item)
        low = of.whole(first[2:], item.at)
        more = [c for part in parts[1:] for c in _conditions(of, part, item)]
        return [(name, low, high, _all(more))]
    if any(part.kind == "REL" for part in below):
        conditions = [c for part in parts for c in _conditions(of, part, item)]
        return _conditional([_bound_name(of, conditions[0], item)], conditions)
    every = [_plain_name(of, part, item) for run in parts for part in single_letters(run)]
    if high is not ABSENT:
        raise of.wrong("a sum with an upper limit has a lower one", item.at)
    return [(name, ABSENT, ABSENT, ABSENT) for name in every]


def _conditional(names: list[str], conditions: list[Node]) -> list[Bound]:
    """Names that are bound together; the condition stands at the innermost."""
    *outer, last = names
    return [*((name, ABSENT, ABSENT, ABSENT) for name in outer),
            (last, ABSENT, ABSENT, _all(conditions))]  # fmt: skip


def _lines(item: Item) -> Sequence[Item]:
    r"""What stands under a sum; `\substack` lines are joined by commas."""
    below = item.below or ()
    if below and below[0].text == "substack" and len(below) == 2 and below[1].kind == "group":
        inside = below[1].parts[0]
        return [Item("COMMA", ",", i.at) if i.kind == "ROW" else i for i in inside]
    return below


def _conditions(of: Structure, part: Sequence[Item], item: Item) -> list[Node]:
    if any(i.kind == "REL" and i.text == "in" for i in part):
        raise of.wrong("a sum over a set is not supported yet; write its condition", item.at)
    from symattn.reading.latex.structure import split

    return [of.whole(p, item.at) for p in split(part, "COMMA") if p]


def _all(conditions: list[Node]) -> Node:
    if not conditions:
        return ABSENT
    node = conditions[0]
    for condition in conditions[1:]:
        node = Node("and", (node, condition), at=condition.at)
    return node


def _plain_name(of: Structure, part: Sequence[Item], item: Item) -> str:
    if len(part) == 1 and part[0].kind == "NAME" and not part[0].above and part[0].below is None:
        return part[0].text.removesuffix("!") + "_prime" * part[0].primes
    raise of.wrong("a sum binds a letter", item.at)


def _bound_name(of: Structure, condition: Node, item: Item) -> str:
    """The name that a condition binds: the middle of a chain, else what stands on its left."""
    if condition.op == "and" and condition.parts[0].op == condition.parts[1].op == "compare":
        middle = condition.parts[1].parts[0]
        if middle.op == "name" and not middle.parts and middle == condition.parts[0].parts[1]:
            return middle.name
    compares = [node for node in walk(condition) if node.op == "compare"]
    for side in (0, 1):
        for node in compares[:1]:
            found = node.parts[side]
            if found.op == "name" and not found.parts:
                return found.name
    raise of.wrong("a sum names what it binds, as j in j <= i", item.at)
