"""A tree with kinds for its letters becomes a value by its entries; sizes meet on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from keyword import iskeyword

from symattn.core.expression import Expr, number, symbol, table, tidy
from symattn.reading.latex.dims import Dim, ShapeError, Sizes, single, unify
from symattn.reading.latex.kinds import Facts
from symattn.reading.latex.tree import Node
from symattn.reading.latex.values import Index, Value, number_of, scalar

RESERVED = frozenset(
    [
        "i",
        "j",
        "h",
        "n",
        "n_q",
        "n_k",
        "d",
        "d_v",
        "H",
        "H_k",
        "q",
        "k",
        "v",
        "o",
        "x",
        "oo",
        "exp",
        "log",
        "sqrt",
        "tanh",
        "sigmoid",
        "cos",
        "sin",
        "abs",
        "min",
        "max",
        "floor",
        "floor_log",
        "dot",
        "norm",
        "phi",
        "rope",
        "sum",
        "where",
        "softmax",
        "state",
        "merge",
        "weight",
        "score",
        "output",
        "online",
        "decode",
        "and",
        "or",
        "not",
        "true",
        "false",
        "implies",
        "layers",
        "support",
        "row",
        "swap",
        "change",
        "independent",
    ]
)
MOST_STEPS = 400_000


class NeedKind(Exception):
    """A letter without a kind; the search chooses one and starts again."""

    def __init__(self, key: str, count: int | None) -> None:
        super().__init__(key)
        self.key, self.count = key, count


class Mixed(Exception):
    """A vector is read whole in one place and by its entries in another."""


class NotSupported(Exception):
    """Something that is read but has no meaning here yet."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


@dataclass(slots=True)
class Meaning:
    """What is known while trees become values; made anew for every choice of kinds."""

    kinds: Mapping[tuple[str, int | None], str]
    facts: Facts
    sizes: Sizes
    components: bool  # dot products of named vectors are sums over entries
    head: str = ""  # the last index on the left: what a softmax of numbers runs over
    env: dict[str, tuple[Expr, Dim, int | None, Expr | None]] = field(default_factory=dict)
    free: dict[str, Dim] = field(default_factory=dict)  # free names that are places
    slots: dict[tuple[str, int], Dim] = field(default_factory=dict)
    shapes: dict[str, tuple[Dim, Dim]] = field(default_factory=dict)
    used: dict[str, tuple[str, int, tuple[Dim, ...]]] = field(default_factory=dict)
    blocked: list[Dim] = field(default_factory=list)  # sizes that must turn out to be blocks
    written: dict[str, str] = field(default_factory=dict)  # letter -> its name in our language
    taken: set[str] = field(default_factory=set)
    widths: dict[str, Dim] = field(default_factory=dict)  # of vectors that stand in dot products
    opaque: dict[Expr, tuple[str, Expr]] = field(default_factory=dict)
    extreme_sizes: set[str] = field(default_factory=set)  # that say how many a maximum is of
    notes: dict[str, None] = field(default_factory=dict)
    penalty: int = 0
    entries_read: bool = False  # an entry of a named vector was asked for
    atoms_read: bool = False
    pointwise: int = 0  # inside exp or diag, where vectors are divided entry by entry
    steps: int = 0

    def of(self, node: Node) -> Value:
        """The value of a tree."""
        from symattn.reading.latex.rules import RULES

        self.steps += 1
        rule = RULES.get(node.op)
        if rule is None:
            raise NotSupported(f"{node.op} is not supported yet", node.at)
        return rule(self, node)

    def number(self, node: Node, what: str = "a number") -> Value:
        return number_of(self.of(node), node.at, what)

    def fresh(self, start: str) -> Expr:
        """A name for what a sum binds that nothing else has."""
        known = {self.expr_name(name) for name in self.facts.names}
        name, at = start, 0
        while name in self.taken or name in known or name in RESERVED:
            at += 1
            name = f"{start}{at}"
        self.taken.add(name)
        return symbol(name)

    def expr_name(self, name: str) -> str:
        """The name of a letter in our language."""
        plain = name.removesuffix("^").removesuffix("!")
        if name.rstrip("^").endswith("!") and plain in self.facts.counts:
            plain += "_bold"
        return f"{plain}_" if iskeyword(plain) else plain

    def table_name(self, name: str, vector: bool = False) -> str:
        """The name of a table or vector; letters that are taken in our language get another."""
        plain = self.expr_name(name)
        if name.endswith("^") and name.removesuffix("^") in self.facts.counts:
            plain += "_at"
        if plain not in RESERVED or (vector and plain in ("q", "k", "v", "x")):
            return plain
        if plain.upper() not in RESERVED and plain.upper() not in self.facts.names:
            return plain.upper()
        return f"{plain}_"

    def place_name(self, name: str) -> str:
        """The name of a whole number; letters of vectors and heads are taken."""
        plain = self.expr_name(name)
        taken = ("q", "k", "v", "o", "x", "h", *(("n", "d") if name in self.facts.places else ()))
        return f"{plain}_" if plain in taken else plain

    def index_names(self) -> set[str]:
        """The names of all places, free and bound."""
        return {self.place_name(name) for name in self.free} | self.taken

    def kind(self, key: str, count: int | None = None) -> str:
        found = self.kinds.get((key, count))
        if found is None:
            raise NeedKind(key, count)
        return found

    def place(self, name: str) -> Dim:
        """The class of a free name that is a place."""
        if name not in self.free:
            self.free[name] = Dim(places=True)
        return self.free[name]

    def slot(self, key: str, at: int) -> Dim:
        return self.slots.setdefault((key, at), Dim(places=True, usual=["n"]))

    def put(self, value: Value, dim: Dim, at: int) -> Callable[[], Expr]:
        """A number that stands as an index into `dim`: what it says about that size."""
        number_of(value, at, "a number as an index")
        if value.index is not None:
            name, shift = value.index
            if not name:
                dim.root.literals.add(shift)
            elif name in self.env:
                _, own, low, high = self.env[name]
                unify(dim, own, at)
                if low is not None and low + shift in (0, 1):
                    dim.root.lows.add(low + shift)
                if high is not None:
                    dim.root.highs.append(tidy(high + number(shift)))
            else:
                unify(dim, self.place(name), at)
        return lambda: value.number


def name_value(self: Meaning, node: Node) -> Value:
    """A letter with its indices."""
    key, count = node.family, len(node.parts)
    if not node.parts:
        if node.name in self.env:
            found = self.env[node.name][0]
            return scalar(lambda: found, (node.name, 0))
        if node.name in self.facts.integers:
            whole = symbol(self.place_name(node.name))
            self.used[node.name] = ("integer", 0, ())
            if node.name in self.facts.places or node.name in ("i", "j", "l"):
                self.place(node.name)
                return scalar(lambda: whole, (node.name, 0))
            return scalar(lambda: whole)
        if node.name in ("n", "d") or node.name.startswith(("n_", "d_")):
            size = symbol(self.expr_name(node.name))
            self.used[node.name] = ("size", 0, ())
            return scalar(lambda: size)
    kind = self.kind(key)
    own = key
    if kind == "apart":
        kind = self.kind(key, count)
        own = f"{key}{count}"
    least = min(self.facts.counts[key]) if own == key else count
    name = self.table_name(key, kind in ("row", "column"))
    if own != key:
        name = f"{name}_{'at' * bool(count)}{count}" if count else name
    self.written[own] = name
    parts = [self.of(part) for part in node.parts]
    lead = [self.put(value, self.slot(own, at), node.at) for at, value in enumerate(parts[:least])]
    return SHAPED[kind](self, Letter(own, name, node, lead, parts[least:]))


@dataclass(frozen=True, slots=True)
class Letter:
    """An occurrence of a letter whose kind is known."""

    key: str
    name: str
    node: Node
    lead: list[Callable[[], Expr]]
    rest: list[Value]

    def indices(self) -> list[Expr]:
        return [index() for index in self.lead]

    def cell(self, *at: Index) -> Expr:
        flat = [e for i in at if i is not None for e in (i if isinstance(i, tuple) else (i,))]
        index = [*self.indices(), *flat]
        return table(self.name, *index) if index else symbol(self.name)


def _usual(letter: str) -> tuple[list[str], list[str]]:
    """The sizes that the rows and columns of a matrix of that letter usually have."""
    base = letter.split("_")[0]
    if base in ("Q", "K"):
        return ["n"], ["d_k", "d"]
    if base in ("V", "O"):
        return ["n"], ["d_v", "d"]
    if base in ("X", "H", "Y"):
        return ["n"], ["d", "d_model"]
    return (["n"], ["n"]) if base in ("S", "P", "A", "M", "Mask", "B", "D") else ([], [])


def _shape(self: Meaning, letter: Letter, kind: str) -> tuple[Dim, Dim]:
    if letter.key not in self.shapes:
        plain = letter.key.rstrip("^0123456789").removesuffix("!")
        declared = self.facts.declared.get(plain)
        given = declared.shape if declared else ()
        if kind in ("row", "column"):
            base = plain.split("_")[0]
            usual = {"q": ["d_k", "d"], "k": ["d_k", "d"], "v": ["d_v", "d"], "o": ["d_v", "d"],
                     "x": ["d", "d_model"], "p": ["n"], "s": ["n"]}.get(base, [])  # fmt: skip
            long = Dim(usual=usual, size=given[0] if given else None)
            self.shapes[letter.key] = (single(), long) if kind == "row" else (long, single())
        else:
            rows, columns = _usual(plain)
            sizes = [Dim(usual=rows), Dim(usual=columns)]
            for dim, size in zip(sizes, given, strict=False):
                dim.size = size
            self.shapes[letter.key] = (sizes[0], sizes[1])
    return self.shapes[letter.key]


def _declare(self: Meaning, letter: Letter, kind: str, dims: tuple[Dim, ...] = ()) -> None:
    self.used[letter.key] = (kind, len(letter.lead), dims)


def _scalar(self: Meaning, letter: Letter) -> Value:
    _declare(self, letter, "scalar")
    found = scalar(letter.cell)
    return Value(found.rows, found.columns, found.entry, scalar_name=True)


def _vector(kind: str) -> Callable[[Meaning, Letter], Value]:
    def shaped(self: Meaning, letter: Letter) -> Value:
        rows, columns = _shape(self, letter, kind)
        size = columns if kind == "row" else rows
        _declare(self, letter, kind, (size,))
        if letter.rest:
            place = self.put(letter.rest[0], size, letter.node.at)
            return scalar(lambda: _component(self, letter, place()))

        def entry(r: Index, c: Index) -> Expr:
            return _component(self, letter, r if kind == "column" else c)

        def atom() -> Expr | None:
            if self.components:
                return None
            self.atoms_read = True
            self.widths[letter.name] = size
            return Expr("vector", (letter.name, *letter.indices()))

        def named() -> tuple[str, list[Expr]]:
            return self.expr_name(letter.key), letter.indices()

        return Value(rows, columns, entry, atom=atom, named=named)

    return shaped


def _component(self: Meaning, letter: Letter, at: Index) -> Expr:
    self.entries_read = True
    plain = self.table_name(letter.key.rstrip("0123456789"))
    named = Letter(letter.key, letter.name if letter.name not in RESERVED else plain,
                   letter.node, letter.lead, letter.rest)  # fmt: skip
    self.written[letter.key] = named.name
    return named.cell(at)


def _matrix(self: Meaning, letter: Letter) -> Value:
    rows, columns = _shape(self, letter, "matrix")
    _declare(self, letter, "matrix", (rows, columns))
    if len(letter.rest) == 1:
        row = self.put(letter.rest[0], rows, letter.node.at)
        return Value(single(), columns, lambda _, c: letter.cell(row(), c))
    if len(letter.rest) == 2:
        places = [
            self.put(value, dim, letter.node.at)
            for value, dim in zip(letter.rest, (rows, columns), strict=True)
        ]
        return scalar(lambda: letter.cell(*(place() for place in places)))
    return Value(rows, columns, letter.cell)


def _blocks(self: Meaning, letter: Letter) -> Value:
    """W and W_a: the row blocks of one matrix."""
    rows, columns = _shape(self, letter, "matrix")
    _declare(self, letter, "blocks", (rows, columns))
    inner = self.shapes.setdefault(letter.key + " block", (Dim(), Dim()))[0]
    self.notes[f"{letter.name}[a] are the row blocks of {letter.name}"] = None
    if letter.rest:
        block = letter.rest[0]
        number_of(block, letter.node.at)
        return Value(inner, columns, lambda r, c: letter.cell(block.number, r, c))
    blocks = rows.root.blocks
    self.blocked.append(rows)
    if blocks is not None:
        unify(blocks[2], inner, letter.node.at)
    return Value(rows, columns, letter.cell)


SHAPED: Mapping[str, Callable[[Meaning, Letter], Value]] = {
    "scalar": _scalar, "row": _vector("row"), "column": _vector("column"), "matrix": _matrix,
    "rows": _matrix, "blocks": _blocks,
}  # fmt: skip

__all__ = ["Meaning", "NeedKind", "NotSupported", "ShapeError", "name_value"]
