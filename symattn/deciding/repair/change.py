"""`Change`: one small edit at one place of a side, with the name of the fault that it undoes.

A rule looks at a `Site`, a node with what stands around it, and yields changes. Sides are trees of
`Expr`; those of a formula in LaTeX may have operations that nobody can evaluate, rules only look at
their shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from symattn.core.expression import Expr, make

INDEXED = frozenset(("table", "vector", "matrix"))
POSITIONAL = frozenset("ijlmrst")  # letters that papers use for positions
GRADIENTS = tuple(Expr("symbol", (name,)) for name in ("J", "dQ", "dK", "dV", "dS", "dP"))
PRODUCTS = frozenset(("*", "cdot", "dot"))
Path = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What a node becomes; `sentence` says what is wrong, `{0}`, ... are what it is `about`."""

    family: str
    code: str
    sentence: str
    new: Expr
    about: tuple[Expr, ...] = ()
    cost: int = 10
    alike: str = ""  # changes with the same word belong together


@dataclass(frozen=True)
class Vocabulary:
    """What the reference side is made of: words that the other side may lack."""

    roots: tuple[Expr, ...]

    @cached_property
    def nodes(self) -> tuple[Expr, ...]:
        return tuple(dict.fromkeys(node for root in self.roots for node in nodes(root)))

    @cached_property
    def divisors(self) -> tuple[Expr, ...]:
        """What the reference divides by, roots and powers of sizes included."""
        found = [node.parts[1] for node in self.nodes if node.op == "/"]
        found += [Expr("sqrt", (n.parts[0],)) for n in self.nodes if _inverse_root(n)]
        found += [node for node in self.nodes if node.op == "sqrt"]
        return tuple(dict.fromkeys(found))

    @cached_property
    def factors(self) -> tuple[Expr, ...]:
        return tuple(dict.fromkeys(f for n in self.nodes if n.op in PRODUCTS for f in n.parts))

    @cached_property
    def addends(self) -> tuple[Expr, ...]:
        return tuple(dict.fromkeys(a for n in self.nodes if n.op in "+-" for a in n.parts))

    @cached_property
    def limits(self) -> tuple[tuple[str, tuple[Expr, ...]], ...]:
        """The bound name and the limits (or the condition) of every sum."""
        return tuple((n.name, n.parts[:-1]) for n in self.nodes if n.op == "sum")

    @cached_property
    def leaves(self) -> tuple[Expr, ...]:
        """Names with their indices."""
        return tuple(n for n in self.nodes if n.op in ("symbol", "indicator", *INDEXED))

    @cached_property
    def differentiated(self) -> bool:
        """Whether the reference is about a gradient."""
        return any(n.op == "derivative" or n in GRADIENTS or _of_loss(n) for n in self.nodes)


def _of_loss(node: Expr) -> bool:
    """Whether a node is dS_ij, dP_ij, ..., as two letters side by side."""
    if node.op != "*" or node.parts[0] != Expr("symbol", ("d",)):
        return False
    return node.parts[1].op in ("symbol", *INDEXED) and node.parts[1].name in tuple("SPQKVO")


def _inverse_root(node: Expr) -> bool:
    """Whether a node is something to the power of -1/2."""
    from symattn.core.expression import number

    if node.op != "**":
        return False
    exponent = node.parts[1]
    return exponent == make("/", number(-1), number(2)) or (
        exponent.op == "neg" and exponent.parts[0] == make("/", number(1), number(2))
    )


@dataclass(frozen=True, slots=True)
class Site:
    """A node with its place, the names that are bound there, what stands above, the vocabulary."""

    node: Expr
    path: Path
    bound: tuple[str, ...]
    above: tuple[Expr, ...]
    words: Vocabulary
    side: Expr

    @property
    def parent(self) -> Expr | None:
        return self.above[-1] if self.above else None

    def inside(self, *ops: str) -> bool:
        """Whether one of these operations stands above."""
        return any(node.op in ops for node in self.above)


def nodes(expr: Expr) -> Iterator[Expr]:
    """Every node, parents before children."""
    yield expr
    for part in expr.parts:
        yield from nodes(part)


def sites(side: Expr, words: Vocabulary) -> Iterator[Site]:
    """Every place of a side, parents first."""

    def visit(
        node: Expr, path: Path, bound: tuple[str, ...], above: tuple[Expr, ...]
    ) -> Iterator[Site]:
        yield Site(node, path, bound, above, words, side)
        for at, part in enumerate(node.parts):
            own = node.op == "sum" and (at == len(node.parts) - 1 or len(node.parts) == 2)
            inner = (*bound, node.name) if own else bound
            yield from visit(part, (*path, at), inner, (*above, node))

    yield from visit(side, (), (), ())


def with_parts(node: Expr, parts: Iterable[Expr]) -> Expr:
    """The node with other parts; what is no part stays.

    >>> from symattn.core.expression import lift
    >>> with_parts(lift("a - b"), [lift("b"), lift("a")])
    Expr('b - a')
    """
    waiting = iter(parts)
    return make(node.op, *(next(waiting) if isinstance(a, Expr) else a for a in node.args))


def at(expr: Expr, path: Path) -> Expr:
    """The node at a place."""
    for step in path:
        expr = expr.parts[step]
    return expr


def put(expr: Expr, path: Path, new: Expr) -> Expr:
    """The expression with another node at a place."""
    if not path:
        return new
    parts = list(expr.parts)
    parts[path[0]] = put(parts[path[0]], path[1:], new)
    return with_parts(expr, parts)


def names(expr: Expr) -> frozenset[str]:
    """Every name that occurs, bound ones included."""
    return frozenset(n.name for n in nodes(expr) if n.op in ("symbol", "call", *INDEXED))


def index_names(expr: Expr) -> frozenset[str]:
    """The names of plain symbols."""
    return frozenset(n.name for n in nodes(expr) if n.op == "symbol")


def skeleton(expr: Expr) -> str:
    """How an expression is built, all indices left out: what is alike is changed together."""
    if expr.op in INDEXED:
        return expr.name
    if expr.op == "symbol":
        return expr.name if len(expr.name) > 1 and not expr.name[-1].isdigit() else "_"
    if expr.op == "number":
        return str(expr.args[0])
    return f"{expr.op}({','.join(map(skeleton, expr.parts))})"


def counts(side: Expr) -> bool:
    """Whether a side counts: only sizes and numbers, no vector and no function."""
    plain = {"symbol", "number", "+", "-", "*", "/", "**", "neg", "binomial"}
    return all(n.op in plain for n in nodes(side))


def positional(expr: Expr) -> bool:
    """Whether a number depends on positions themselves, as in m * (i - j)."""
    if expr.op in INDEXED:
        return False
    if expr.op == "symbol":
        return expr.name in ("i", "j")
    return any(map(positional, expr.parts))
