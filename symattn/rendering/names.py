"""What a writer must know about names: which indices are positions, which values are whole.

A Form tells it all (`names_of`); an expression alone tells what its own indices show. In base 0
nobody asks. In base 1 positions, heads and coordinates are shown one higher, and distances are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from symattn.core.expression import Expr, walk
from symattn.core.form import POSITIONS, SIZES, Form

COUNTED = frozenset(POSITIONS)  # i, j and h count from the base
SEQUENCES = frozenset("qkvxoy")  # vectors with one row for each position
PAIRS = frozenset(("alpha", "A", "P", "weight", "s", "S", "score", "z", "Z", "masked", "Mask"))
INDEXED = frozenset(("table", "vector", "matrix"))
WHOLE = frozenset((*POSITIONS, *SIZES))
CLOSED = frozenset(("+", "-", "*", "neg", "abs", "min", "max", "//", "%"))  # whole from whole


@dataclass(frozen=True, slots=True)
class Names:
    """`positions[name]` says for each index whether it counts positions (or heads)."""

    positions: Mapping[str, tuple[bool, ...]] = field(default_factory=dict)
    integers: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()  # tables of numbers, that a condition may also hold
    matrices: frozenset[str] = frozenset()  # parameters, which keep their shape with columns
    own: frozenset[str] = frozenset()  # names that the Form uses itself
    rotation: tuple[Expr, ...] | None = None  # base, pairing, width, said elsewhere once for all
    complete: bool = False  # from a Form: an index that nobody shows to be a position is none

    def counts(self, name: str, slots: int) -> tuple[bool | None, ...]:
        """For each index of the name: a position, or not, or unknown (None).

        Names that a Form does not use are ours: a gradient has the indices of what it belongs to,
        and whatever else we name (weights, scores) has positions and heads.
        """
        known = self._known(name)
        if known is None and name not in self.own:
            known = self._known(self.source(name))
        if known is None and name not in self.own and (self.complete or _ours(name)):
            return (True,) * slots
        if known is None:
            return ((False,) if self.complete else (None,)) * slots
        return (*known, *(True for _ in range(slots - len(known))))[:slots]  # heads, coordinates

    def _known(self, name: str) -> tuple[bool, ...] | None:
        known = self.positions.get(name)
        return (True,) if known is None and name in SEQUENCES else known

    def source(self, name: str) -> str:
        """What a gradient like `dQ` or `dm` belongs to; nothing for other names."""
        if len(name) < 2 or name[0] != "d" or name in self.own:
            return ""
        rest = name[1:]
        return next((n for n in (rest, rest.lower()) if n in self.own or n in SEQUENCES), "")


def _ours(name: str) -> bool:
    return name.rstrip("0123456789") in PAIRS


NOTHING = Names()


def names_of(form: Form) -> Names:
    """Everything that a Form says about its names.

    >>> from symattn.core.form_text import form
    >>> bias = names_of(form(score="dot(q[i], k[j]) + PE[i, j] + b[i - j]"))
    >>> bias.positions["PE"], bias.positions["b"]
    ((True, True), (False,))
    """
    kinds = {p.name: p.kind for p in form.parameters}
    entries = {
        p.name: (False,) * p.indices for p in form.parameters if p.kind in ("vector", "matrix")
    }
    return Names(
        positions=entries | shown_positions(form.expressions),
        integers=frozenset(n for n, k in kinds.items() if k == "integer"),
        numbers=frozenset(n for n, k in kinds.items() if k in ("integer", "real")),
        matrices=frozenset(n for n, k in kinds.items() if k == "matrix"),
        own=frozenset(form.names),
        complete=True,
    )


def shown_positions(expressions: Iterable[Expr]) -> dict[str, tuple[bool, ...]]:
    """Which indices of each name move along with i, j and h wherever these stand in them."""
    found: dict[tuple[str, int], set[bool]] = {}
    sizes: dict[str, int] = {}
    for expr in expressions:
        for node in _indexed(expr):
            sizes[node.name] = len(node.parts)
            for at, index in enumerate(node.parts):
                if not COUNTED.isdisjoint(_letters(index)):
                    found.setdefault((node.name, at), set()).add(drift(index) == 1)
    known = {
        name: tuple(found.get((name, at)) == {True} for at in range(size))
        for name, size in sizes.items()
        if any((name, at) in found for at in range(size))
    }
    known |= {name: (True,) for name in SEQUENCES if sizes.get(name) == 1}
    return known


def _indexed(expr: Expr) -> Iterator[Expr]:
    """Every node with indices, without recursion: a sum may have thousands of terms."""
    waiting = [expr]
    while waiting:
        node = waiting.pop()
        if node.parts and node.op in INDEXED:
            yield node
        waiting.extend(node.parts)


def _letters(expr: Expr) -> Iterator[str]:
    return (node.name for node in walk(expr) if node.op == "symbol")


def letters_of(left: Expr, names: Names) -> frozenset[str]:
    """The letters for positions that the left side of an equation introduces: t in `dX[t]`.

    >>> from symattn.core.text import read
    >>> letters_of(read("x[t]"), Names()) == {"t"}
    True
    """
    if left.op not in INDEXED:
        return frozenset()
    counts = names.counts(left.name, len(left.parts))
    return frozenset(
        index.name
        for index, counted in zip(left.parts, counts, strict=True)
        if counted and index.op == "symbol" and index.name not in names.own | WHOLE
    )


def drift(expr: Expr, moving: frozenset[str] = COUNTED) -> Fraction | None:
    """By how much the value grows when i, j and h all grow by one, if that is constant.

    >>> from symattn.core.text import read
    >>> drift(read("i + 1")), drift(read("i - j")), drift(read("i * j")) is None
    (Fraction(1, 1), Fraction(0, 1), True)
    """
    if expr.op == "symbol":
        return Fraction(expr.name in moving)
    parts = [drift(part, moving) for part in expr.parts]
    if not any(parts) and None not in parts:
        return Fraction(0)
    if None in parts:
        return None
    first, *rest = (part for part in parts if part is not None)
    if expr.op in ("+", "-"):
        return first + rest[0] if expr.op == "+" else first - rest[0]
    if expr.op == "neg":
        return -first
    if expr.op in ("min", "max") and len({first, *rest}) == 1:
        return first
    return None


def integral(expr: Expr, names: Names, bound: frozenset[str] = frozenset()) -> bool:
    """Whether the value is surely a whole number."""
    if expr.op == "number":
        return isinstance(expr.args[0], int)
    if expr.op == "symbol":
        return expr.name in WHOLE or expr.name in names.integers or expr.name in bound
    if expr.op == "table":
        return expr.name in names.integers
    if expr.op in ("floor", "floor_log"):
        return True
    return expr.op in CLOSED and all(integral(part, names, bound) for part in expr.parts)
