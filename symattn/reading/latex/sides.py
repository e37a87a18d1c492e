"""Which sides of which formulas are compared, what is known of them, and what only names them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from symattn.core.errors import Unreadable
from symattn.reading.latex.claims import Pair
from symattn.reading.latex.kinds import Declared
from symattn.reading.latex.statements import Chain, Statement, statement
from symattn.reading.latex.tree import Node, replaced, walk


@dataclass(slots=True)
class Sides:
    """Trees that are claimed to be equal; `trusted` is the number of the reference."""

    trees: list[Node]
    pairs: list[Pair]
    heads: list[Node] = field(default_factory=list)
    conditions: list[Node] = field(default_factory=list)
    index: str = ""  # the last index of what the formula defines
    trusted: int | None = None


def sides_of(
    text: str,
    reference: str | None,
    where: Sequence[str],
    choices: dict[str, bool],
    known: Mapping[str, Declared],
) -> Sides:
    """What a text claims, against its reference if there is one."""
    functions = [name for name, d in known.items() if d.kind == "function"]
    said = statement(text, choices, functions)
    extra = [statement(w, choices, functions) for w in where]
    definitions = [*said.chains[1:], *(c for s in extra for c in s.chains if len(c.sides) > 1)]
    conditions = [*said.conditions, *(c for s in extra for c in s.conditions)]
    conditions += [c.sides[0] for s in extra for c in s.chains if len(c.sides) == 1]
    main = said.chains[0]
    if reference is not None:
        found = _against(
            text, main, statement(reference, choices, functions), definitions, conditions
        )
    else:
        found = _alone(text, main, definitions, known)
    found.conditions += conditions
    for chain in definitions:
        _define(text, chain, found)
    _same_type(found)
    return found


def _same_type(found: Sides) -> None:
    """A letter in bold on one side and plain on the other is one letter; not if a side has both."""
    everything = [*found.trees, *found.heads, *found.conditions]
    names = [{node.name for node in walk(tree)} for tree in everything]
    bold = {name for own in names for name in own if name.endswith("!")}
    kept = {name for own in names for name in own & bold if name.removesuffix("!") in own}
    plain = {name: name.removesuffix("!") for name in bold - kept if any(
        name.removesuffix("!") in own for own in names)}  # fmt: skip
    if plain:
        found.trees = [_plain(tree, plain) for tree in found.trees]
        found.heads = [_plain(tree, plain) for tree in found.heads]
        found.conditions = [_plain(tree, plain) for tree in found.conditions]


def _unmarked(tree: Node) -> Node:
    """The tree with all letters in plain type."""
    bold = {n.name: n.name.removesuffix("!") for n in walk(tree) if n.name.endswith("!")}
    return _plain(tree, bold) if bold else tree


def _plain(tree: Node, names: Mapping[str, str]) -> Node:
    """The tree with these letters in plain type."""
    parts = tuple(_plain(part, names) for part in tree.parts)
    name = names.get(tree.name, tree.name)
    return Node(tree.op, parts, name, tree.value, tree.labels, tree.at)


def _head(chain: Chain) -> bool:
    """Whether the first side only names what the second one says."""
    first, *others = chain.sides
    if not others:
        return False
    if chain.signs[0] in (":=", "<-", "propto"):
        return True
    inside = {node.family for side in others for node in walk(side) if node.op in ("name", "call")}
    return first.op in ("name", "call") and first.family not in inside


def _against(
    text: str, main: Chain, told: Statement, definitions: list[Chain], conditions: list[Node]
) -> Sides:
    """The last sides of a formula and of its reference."""
    right = told.chains[0]
    definitions += told.chains[1:]
    conditions += told.conditions
    if len(main.sides) > 1 and len(right.sides) > 1:
        if _unmarked(main.sides[0]) != _unmarked(right.sides[0]):
            raise Unreadable(text, 0, "the formula and its reference say what different things are")
        if "propto" in (*main.signs, *right.signs):
            return _proportional(text, main, right)
        sides = [right.sides[-1], *main.sides[1:]]
    elif len(main.sides) == len(right.sides) == 1:
        sides = [right.sides[0], main.sides[0]]
    else:
        sides = [right.sides[-1], main.sides[-1]]
    pairs = [Pair(at, "==", 0) for at in range(1, len(sides))]
    return _with_head(Sides(sides, pairs, trusted=0), main if len(main.sides) > 1 else right)


def _with_head(found: Sides, chain: Chain) -> Sides:
    """The shape and the last index of what is defined."""
    if len(chain.sides) > 1 and chain.sides[0].op == "name":
        head = chain.sides[0]
        if not any(head.family == n.family for tree in found.trees for n in walk(tree)) or True:
            found.heads.append(head)
        if head.parts and head.parts[-1].op == "name":
            found.index = head.parts[-1].name
    return found


def _alone(
    text: str, main: Chain, definitions: list[Chain], known: Mapping[str, Declared]
) -> Sides:
    """A chain by itself: neighbours are compared; a head that is defined is none of them."""
    sides = list(main.sides)
    if len(sides) == 1:
        return _comparison(text, sides[0], main)
    defined = {c.sides[0].family for c in definitions if c.sides}
    head = sides[0]
    named = {n.family for n in walk(head)} & (defined | set(known))
    if _head(main) and not named:
        if len(sides) == 2:
            what = head.name or "its left side"
            raise Unreadable(text, main.at, f"this defines {what}: there is nothing to compare it "
                             "with", "give the right formula with --reference")  # fmt: skip
        pairs = [Pair(0, "==", at) for at in range(1, len(sides) - 1)]
        return _with_head(Sides(sides[1:], pairs), main)
    return Sides(sides, [Pair(at, "==", at + 1) for at in range(len(sides) - 1)])


def _comparison(text: str, side: Node, main: Chain) -> Sides:
    if side.op != "compare":
        raise Unreadable(
            text, main.at, "expected an equation", "a formula by itself needs --reference"
        )
    return Sides(list(side.parts), [Pair(0, side.name, 1)])


def _proportional(text: str, main: Chain, right: Chain) -> Sides:
    r"""`A \propto B` against `A \propto C`: B / C does not depend on the last index."""
    head = main.sides[0]
    last = head.parts[-1] if head.op == "name" and head.parts else None
    if last is None or last.op != "name" or main.signs != right.signs or len(main.sides) != 2:
        raise Unreadable(text, 0, "both formulas say \\propto of one thing with an index")
    other = Node("name", (), f"{last.name}_prime", at=last.at)
    one, two = main.sides[1], right.sides[1]
    moved = [_moved(tree, last.name, other) for tree in (one, two)]
    trees = [Node("mul", (two, moved[0])), Node("mul", (one, moved[1]))]
    return Sides(trees, [Pair(1, "==", 0)], index=last.name)


def _moved(tree: Node, name: str, other: Node) -> Node:
    """The tree with a free name renamed."""
    if tree.op == "name" and not tree.parts and tree.name == name:
        return other
    if tree.op in ("sum", "prod", "max", "min") and tree.name == name:
        return tree
    return replaced(tree, tuple(_moved(part, name, other) for part in tree.parts))


def _define(text: str, chain: Chain, found: Sides) -> None:
    """Put a definition in wherever its name stands."""
    name, body = chain.sides[0], chain.sides[-1]
    if name.op != "name":
        raise Unreadable(text, chain.at, "a definition names a letter on its left")
    parameters = []
    for part in name.parts:
        if part.op != "name" or part.parts:
            raise Unreadable(text, chain.at, "the indices of a definition are letters")
        parameters.append(part.name)
    found.trees = [_put(tree, name, parameters, body) for tree in found.trees]
    found.conditions = [_put(tree, name, parameters, body) for tree in found.conditions]


def _put(tree: Node, name: Node, parameters: list[str], body: Node) -> Node:
    parts = tuple(_put(part, name, parameters, body) for part in tree.parts)
    if tree.op == "name" and tree.family == name.family and len(parts) >= len(parameters):
        found = body
        for parameter, value in zip(parameters, parts, strict=False):
            found = _moved(found, parameter, value)
        rest = parts[len(parameters) :]
        return Node("entry", (found, *rest), at=tree.at) if rest else found
    return replaced(tree, parts)
