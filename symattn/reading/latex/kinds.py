"""What a letter may stand for, by declarations or by habit, and what that costs.

The cost counts departures from habit: capitals are matrices, q_i, k_j, v_j, x_i, o_i and y_i are
vectors, other small letters numbers. A reader tries what costs least; ties are read in every way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from symattn.core.expression import Expr
from symattn.reading.latex.commands import LATIN_GREEK
from symattn.reading.latex.tree import Node, walk

SEQUENCES = frozenset("qkvxoy")
COUNTS = frozenset("NTLHCB")  # capitals that are often numbers
SMALL_WORDS = frozenset(name for name in LATIN_GREEK if name.islower())
Costs = tuple[tuple[str, int], ...]
VECTOR: Costs = (("row", 0), ("column", 0))


@dataclass(frozen=True, slots=True)
class Declared:
    """What somebody said about a name."""

    kind: str  # scalar, positive, integer, vector, row, column, matrix, function
    indices: int = 0
    shape: tuple[Expr, ...] = ()


@dataclass(slots=True)
class Facts:
    """What the formulas say about their names before anything is typed."""

    counts: dict[str, set[int]] = field(default_factory=dict)  # family -> numbers of indices
    labels: dict[str, int] = field(default_factory=dict)
    integers: set[str] = field(default_factory=set)
    bound: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)  # names that stand as an index
    functions: set[str] = field(default_factory=set)
    bases: set[str] = field(default_factory=set)  # of powers with an open exponent: positive
    declared: Mapping[str, Declared] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        return set(self.counts) | self.bound | self.functions


def facts(nodes: Sequence[Node], declared: Mapping[str, Declared]) -> Facts:
    """What trees say about their names."""
    found = Facts(declared=declared)
    for tree in nodes:
        for node in walk(tree):
            _note(node, found)
    for tree in nodes:
        for node in walk(tree):
            if node.op in ("indicator", "case"):
                _compared(node.parts[-1], found)
            elif node.op == "concat":
                for part in node.parts:
                    for inner in part.parts:
                        _whole(inner, found, False)
    found.integers |= {name for name, d in declared.items() if d.kind == "integer"}
    return found


def _note(node: Node, found: Facts) -> None:
    """What one node says: how a letter is indexed, what is bound, what is a function."""
    if node.op == "name":
        found.counts.setdefault(node.family, set()).add(len(node.parts))
        found.labels[node.family] = node.labels
        for part in node.parts:
            _whole(part, found, True)
    elif node.op in ("sum", "prod", "max", "min") and node.name:
        found.bound.add(node.name)
        for limit in node.parts[:2]:
            _whole(limit, found, False)
        _compared(node.parts[2], found)
    elif node.op == "entry":
        for part in node.parts[1:]:
            _whole(part, found, True)
    elif node.op == "call":
        found.functions.add(node.name)
    elif node.op == "power" and any(part.op == "name" for part in walk(node.parts[1])):
        found.bases |= {node.parts[0].name} if node.parts[0].op == "name" else set()


def _whole(node: Node, found: Facts, place: bool) -> None:
    """Names in the place of an index or a limit are whole numbers."""
    for part in walk(node):
        if part.op == "name" and not part.parts:
            found.integers.add(part.name)
            if place:
                found.places.add(part.name)


def _compared(condition: Node, found: Facts) -> None:
    """A comparison that names a place is one of whole numbers."""
    for node in walk(condition):
        if node.op == "compare":
            bare = {p.name for p in walk(node) if p.op == "name" and not p.parts}
            if bare & (found.integers | found.bound | {"i", "j", "l"}):
                found.integers |= bare - found.bound


def candidates(key: str, count: int | None, known: Facts) -> Costs:
    """The kinds that a family may have; `count` is given when its arities are told apart."""
    name = key.removesuffix("^").removesuffix("!")
    if name in known.declared:
        return _of_declared(known.declared[name])
    labels = known.labels.get(key, 0)
    counts = {count} if count is not None else known.counts[key]
    least, span = min(counts), max(counts) - min(counts)
    bold, capital = key.rstrip("^").endswith("!"), name[0].isupper()
    if span == 0:
        return _alike(name, bold, capital, least - labels, labels)
    return _mixed(capital, span)


def _of_declared(declared: Declared) -> Costs:
    if declared.kind == "vector":
        return VECTOR
    if declared.kind in ("row", "column", "matrix"):
        return ((declared.kind, 0),)
    return (("scalar", 0),)


def _alike(name: str, bold: bool, capital: bool, indices: int, labels: int) -> Costs:
    """All occurrences have the same number of indices."""
    letter = name.split("_")[0]
    word = len(letter) > 1 and letter not in LATIN_GREEK
    if word:
        if indices == 0 or (indices == 1 and letter == "head"):
            if letter[0].isupper() or letter == "head":
                return ("matrix", 0), ("scalar", 1)
            return ("scalar", 0), ("matrix", 2)
        return ("scalar", 0), ("matrix", 1), ("row", 2), ("column", 2)
    if capital:
        if letter in COUNTS and indices == 0 and not labels:
            return ("scalar", 0), ("matrix", 1)
        if indices >= 2 and not bold:
            return ("scalar", 0), ("matrix", 2), ("row", 2), ("column", 2)
        return ("matrix", 0), ("row", 2), ("column", 2), ("scalar", 3)
    if bold:
        return (*VECTOR, ("scalar", 2), ("matrix", 2))
    if letter in SEQUENCES and (indices == 1 or (indices == 0 and letter in "qkv")):
        return (*VECTOR, ("scalar", 1))
    away = 2 if indices >= 2 and letter not in ("a", "r", "p") else 1
    return ("scalar", 0), ("row", away), ("column", away), ("matrix", 4)


def _mixed(capital: bool, span: int) -> Costs:
    """The occurrences have different numbers of indices."""
    if span == 1 and capital:
        return ("rows", 0), ("blocks", 0), ("row", 1), ("column", 1), ("apart", 2)
    if span == 1:
        return (*VECTOR, ("apart", 1))
    if span == 2:
        return ("matrix", 0), ("apart", 2)
    return (("apart", 0),)
