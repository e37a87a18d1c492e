"""Values of both sides as claims about numbers: free indices, their ranges, what letters are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from symattn.core.declare import bound_names
from symattn.core.expression import (
    ONE,
    TALLEST,
    ZERO,
    Expr,
    free_names,
    height,
    number,
    substitute,
    symbol,
    tidy,
    walk,
)
from symattn.core.form import Parameter
from symattn.core.term_claim import TermClaim
from symattn.core.text import show
from symattn.reading.latex.dims import Dim
from symattn.reading.latex.meaning import Meaning, Mixed, NotSupported
from symattn.reading.latex.totals import last
from symattn.reading.latex.values import Index, Value

SIZES = frozenset(("n", "n_q", "n_k", "d", "d_v", "H", "H_k"))
MOST_ENTRIES = 40
QUERIES = frozenset(("i", "r", "t", "s"))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sides that are compared, by their numbers in the list of values."""

    left: int
    relation: str
    right: int


def claims_of(
    meaning: Meaning, values: Sequence[Value], pairs: Sequence[Pair], conditions: Sequence[Value]
) -> list[TermClaim]:
    """One claim for each pair and each entry that is written out."""
    found: list[TermClaim] = []
    for pair in pairs:
        left, right = values[pair.left], values[pair.right]
        for r, c, free in _entries(meaning, left):
            sides = left.entry(r, c), right.entry(r, c)
            found.append(_claim(meaning, sides, pair.relation, free, conditions))
        if len(found) > MOST_ENTRIES:
            raise NotSupported(f"over {MOST_ENTRIES} entries", 0)
    return list(dict.fromkeys(found))


def _entries(meaning: Meaning, value: Value) -> Iterator[tuple[Index, Index, dict[str, Dim]]]:
    """The entries of a value: those that are written out one by one, else at open places."""
    for r, free in _places(meaning, value.rows, "r"):
        for c, more in _places(meaning, value.columns, "c"):
            yield r, c, {**free, **more}


def _places(meaning: Meaning, dim: Dim, start: str) -> Iterator[tuple[Index, dict[str, Dim]]]:
    root = dim.root
    if root.one:
        yield None, {}
    elif root.literal is not None:
        first = meaning.sizes.first(root)
        for at in range(first, first + root.literal):
            yield number(at), {}
    elif root.blocks is not None:
        raise NotSupported("blocks that are not multiplied by anything", 0)
    else:
        name = meaning.fresh(start)
        yield name, {name.name: root}


def _claim(
    meaning: Meaning,
    sides: tuple[Expr, Expr],
    relation: str,
    free: dict[str, Dim],
    conditions: Sequence[Value],
) -> TermClaim:
    if max(map(height, sides)) > TALLEST:
        raise NotSupported(f"over {TALLEST} operations inside one another", 0)
    where = [condition.number for condition in conditions]
    free = {**{meaning.place_name(name): dim for name, dim in meaning.free.items()}, **free}
    left, right, *where = _renamed(meaning, [*sides, *where])
    names = set().union(*map(free_names, (left, right, *where)))
    positions: list[tuple[str, str]] = []
    whole: set[str] = set()
    for name, dim in free.items():
        if name not in names:
            continue
        low, high = number(meaning.sizes.first(dim)), last(meaning, dim)
        low, high = _renamed(meaning, [low, high])
        size = meaning.sizes.size(dim)
        if low == ZERO and size == symbol("n"):
            positions.append((name, "query" if name in QUERIES else "key"))
            continue
        whole.add(name)
        where += [Expr("<=", (low, symbol(name))), Expr("<=", (symbol(name), high))]
    parameters = tuple(_parameters(meaning, (left, right, *where), positions, whole))
    stated = f"{show(left)} {relation} {show(right)}"
    text = stated + (f" where {' and '.join(map(show, where))}" if where else "")
    return TermClaim(left, relation, right, (), (), tuple(where), tuple(sorted(positions)),
                     parameters, text)  # fmt: skip


def at_sizes(claim: TermClaim, fixed: Mapping[str, int]) -> TermClaim:
    """The claim at these sizes."""
    values: dict[Expr, Expr] = {symbol(name): number(k) for name, k in fixed.items()}
    left, right = substitute(claim.left, values), substitute(claim.right, values)
    where = [tidy(substitute(c, values)) for c in claim.where]
    for name, _ in claim.positions:  # they range over 0..n-1, and n may be set
        if "n" in fixed:
            where += [Expr("<", (symbol(name), values[symbol("n")]))]
    parameters = tuple(p for p in claim.parameters if p.name not in fixed)
    if "n" in fixed:
        where.append(Expr("==", (symbol("n"), values[symbol("n")])))
    text = f"{show(left)} {claim.relation} {show(right)}"
    text += f" where {' and '.join(map(show, where))}" if where else ""
    return replace(claim, left=left, right=right, where=tuple(where), parameters=parameters,
                   text=text)  # fmt: skip


def _renamed(meaning: Meaning, expressions: list[Expr]) -> list[Expr]:
    """The width of q and k is d in our language, however the paper calls it."""
    values: dict[Expr, Expr] = {}
    names = set().union(*map(free_names, expressions)) | meaning.sizes.taken
    for letter in ("q", "k"):
        if letter in meaning.widths:
            width = meaning.sizes.size(meaning.widths[letter])
            if width != symbol("d") and "d" not in names and width.op == "symbol":
                values[width] = symbol("d")
    return [substitute(e, values) for e in expressions] if values else expressions


def widths_fit(meaning: Meaning) -> bool:
    """Whether vectors q, k and v have the widths that they always have in our language."""
    usual = {"q": ("d",), "k": ("d",), "v": ("d_v",)}
    widths = {name: meaning.sizes.size(dim) for name, dim in meaning.widths.items()}
    if any(dim.root.literal is not None for dim in meaning.widths.values()):
        return False
    if "v" in widths and widths["v"] != symbol("d_v"):
        return False
    return all(
        name not in widths
        or widths[name] == symbol(usual[name][0])
        or "d" not in meaning.facts.names
        for name in ("q", "k")
    )


def _parameters(
    meaning: Meaning,
    expressions: Sequence[Expr],
    positions: Sequence[tuple[str, str]],
    whole: set[str],
) -> Iterator[Parameter]:
    """One declaration for every open name."""
    found: dict[str, Parameter] = {}
    bound = set().union(*map(bound_names, expressions))
    places = {name for name, _ in positions}
    free = set().union(*map(free_names, expressions))
    for expr in expressions:
        for node in walk(expr):
            if node.op not in ("table", "vector", "call", "symbol") or node.name not in free:
                continue
            if node.name in places | SIZES or (node.op == "symbol" and node.name in bound - free):
                continue
            parameter = _parameter(meaning, node, whole)
            if parameter is None:
                continue
            known = found.setdefault(parameter.name, parameter)
            if (known.kind, known.indices) != (parameter.kind, parameter.indices):
                raise Mixed(parameter.name)
    yield from (found[name] for name in sorted(found))


def _parameter(meaning: Meaning, node: Expr, whole: set[str]) -> Parameter | None:
    name = node.name
    if node.op == "call":
        return Parameter(name, "function")
    if node.op == "vector":
        if name in ("q", "k", "v", "o"):
            return None
        width = _renamed(meaning, [meaning.sizes.size(meaning.widths[name])])[0]
        return Parameter(name, "vector", len(node.parts), (width,))
    declared = meaning.facts.declared.get(name)
    if node.op == "table":
        return Parameter(name, "real", len(node.parts))
    if name in whole:
        return Parameter(name, "integer")
    if _counts(meaning, name):
        return Parameter(name, "integer", relation=">=", bound=ONE)
    bases = {meaning.table_name(base) for base in meaning.facts.bases}
    if name in bases or (declared is not None and declared.kind == "positive"):
        return Parameter(name, "real", relation=">", bound=ZERO)
    integers = {meaning.place_name(n) for n in meaning.facts.integers}
    return Parameter(name, "integer" if name in integers else "real")


def _counts(meaning: Meaning, name: str) -> bool:
    """Whether a name is a size: at least 1."""
    if name in set(meaning.sizes.names.values()) or name.startswith(("d_", "n_")):
        return True
    limits = name in {meaning.place_name(n) for n in meaning.facts.integers}
    return limits and name not in {meaning.place_name(n) for n in meaning.free}
