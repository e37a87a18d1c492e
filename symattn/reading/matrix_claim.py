"""An equation between matrices as a claim about its entries, or about its rows.

What the letters mean is written out from the definitions: weights and outputs are those of the
mechanism, gradients come from `core.true_gradients`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count

from symattn.core import matrices, true_gradients
from symattn.core.errors import Unreadable, Usage
from symattn.core.expression import Expr, I, J, free_names, kind, number, symbol, walk
from symattn.core.form import SIZES, Form, Parameter
from symattn.core.matrices import PLACED, Matrix
from symattn.core.term_claim import TermClaim, quantity
from symattn.core.text import tokens
from symattn.reading.matrix_shapes import shapes
from symattn.reading.matrix_text import BY_ENTRY, OF_FORMS, MatrixReader, Node, Stated
from symattn.reading.term_names import declared_names

UPSTREAM = "dO"
ROLES = {"queries": "query", "keys": "key"}


def read_matrix_claim(text: str) -> TermClaim:
    """The claim that an equation between matrices states.

    >>> claim = read_matrix_claim("P @ V == O for causal")
    >>> claim.left, claim.positions
    (Expr('sum(l1, true, of(i, l1) * v[l1])'), (('i', 'query'),))
    """
    stated = MatrixReader(text).stated()
    shape, free = shapes(stated)
    meanings = Meanings(stated, free)
    try:
        left, right = (meanings.of(side) for side in (stated.left, stated.right))
        return _claim(stated, meanings, shape, left, right)
    except Usage as reason:
        at = stated.relation.position
        raise Unreadable(text, at, f"not supported yet: {reason}") from None


@dataclass(slots=True)
class Meanings:
    """What the nodes of one equation mean."""

    stated: Stated
    free: Mapping[str, tuple[str, str]]
    forms: list[Form] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.taken = {token.text for token in tokens(self.stated.text)}

    def fresh(self, side: str) -> Expr:
        """A name for a sum that nothing else uses; those of queries begin with i."""
        start = "i" if side == "queries" else "l"
        name = next(n for at in count(1) if (n := f"{start}{at}") not in self.taken)
        self.taken.add(name)
        return symbol(name)

    def of(self, node: Node) -> Matrix:
        if node.op == "of":
            return self.of_form(node)
        if node.op in ("free", "free column"):
            return matrices.given(node.name, *self.free[node.name])
        if node.op == "number":
            assert node.value is not None
            return matrices.constant(number(node.value))
        if node.op == "scalar":
            return matrices.constant(symbol(node.name))
        inner = [self.of(part) for part in node.parts]
        if node.op in BY_ENTRY:
            return matrices.entrywise(inner[0], lambda x: Expr(node.op, (x,)))
        return RULES[node.op](self, *inner)

    def of_form(self, node: Node) -> Matrix:
        form = self.stated.form if node.form is None else node.form
        if form not in self.forms:
            self.forms.append(form)
            self.taken |= form.names
            self.taken |= {n.name for e in form.expressions for n in walk(e) if n.op == "sum"}
        return Matrix(*OF_FORMS[node.name], LETTERS[node.name](Letters(self, form)))


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of one mechanism, by entries and rows."""

    meanings: Meanings
    form: Form

    @property
    def number(self) -> int:
        return self.meanings.forms.index(self.form)

    def weight(self, i: Expr, j: Expr) -> Expr:
        return quantity("weight", self.number, i, j)

    def output(self, i: Expr) -> Expr:
        return quantity("output", self.number, i)

    def score(self, i: Expr, j: Expr) -> Expr:
        return true_gradients.masked_score(self.form, i, j)

    def mask(self, i: Expr, j: Expr) -> Expr:
        return true_gradients.mask(self.form, i, j)

    def upstream(self, i: Expr) -> Expr:
        return Expr("vector", (UPSTREAM, i))

    def of_weight(self, i: Expr, j: Expr) -> Expr:
        """dP: the derivative of the loss by a weight."""
        true_gradients.plain_values(self.form)
        return Expr("dot", (self.upstream(i), Expr("vector", ("v", j))))

    def of_score(self, i: Expr, j: Expr) -> Expr:
        return true_gradients.score_gradient(self.form, self.of_weight, i, j, self.meanings.fresh)

    def row_total(self, i: Expr, _: Expr) -> Expr:
        true_gradients.plain_values(self.form)
        return Expr("dot", (self.upstream(i), self.output(i)))

    def of_query(self, i: Expr) -> Expr:
        return true_gradients.query_gradient(self.form, self.of_score, i, self.meanings.fresh)

    def of_key(self, j: Expr) -> Expr:
        return true_gradients.key_gradient(self.form, self.of_score, j, self.meanings.fresh)

    def of_value(self, j: Expr) -> Expr:
        return true_gradients.value_gradient(
            self.form, self.weight, self.upstream, j, self.meanings.fresh
        )

    def letter(self, name: str) -> Callable[[Expr], Expr]:
        if "x" in self.form.names:
            raise Usage(f"{name.upper()} of {self.form.name or 'the form'}, which reads x")
        return lambda at: Expr("vector", (name, at))


LETTERS: Mapping[str, Callable[[Letters], Callable[..., Expr]]] = {
    "Q": lambda of: of.letter("q"), "K": lambda of: of.letter("k"), "V": lambda of: of.letter("v"),
    "S": lambda of: of.score, "M": lambda of: of.mask, "P": lambda of: of.weight,
    "O": lambda of: of.output, "D": lambda of: of.row_total, "dO": lambda of: of.upstream,
    "dP": lambda of: of.of_weight, "dS": lambda of: of.of_score,
    "dQ": lambda of: of.of_query, "dK": lambda of: of.of_key, "dV": lambda of: of.of_value,
}  # fmt: skip
RULES: Mapping[str, Callable[..., Matrix]] = {
    "T": lambda _, m: matrices.transposed(m),
    "neg": lambda _, m: matrices.entrywise(m, lambda x: -x),
    "+": lambda _, a, b: matrices.joined("+", a, b),
    "-": lambda _, a, b: matrices.joined("-", a, b),
    "@": lambda of, a, b: matrices.product(a, b, of.fresh),
    "o": lambda _, a, b: matrices.hadamard(a, b),
    "*": lambda _, a, b: matrices.hadamard(a, b),
    "/": lambda _, a, b: matrices.divided(a, b),
    "rowsum": lambda of, m: matrices.row_sums(m, of.fresh),
    "colsum": lambda of, m: matrices.transposed(
        matrices.row_sums(matrices.transposed(m), of.fresh)),
    "softmax": lambda of, m: matrices.softmax(m, of.fresh),
    "diag": lambda _, m: matrices.diagonal(m),
    "tril": lambda _, m: matrices.triangle(m, lambda i, j: j <= i),
    "triu": lambda _, m: matrices.triangle(m, lambda i, j: i <= j),
}  # fmt: skip


def _claim(
    stated: Stated, meanings: Meanings, shape: tuple[str, str], left: Matrix, right: Matrix
) -> TermClaim:
    """The record: both sides at a place, or multiplied by a free row vector."""
    rows, columns = shape
    at, positions, own = _places(meanings, rows, columns)
    sides = [side.at(*at) for side in (left, right)]
    if kind(sides[0]) == "vector" and stated.relation.text != "==":
        raise Usage(f"{stated.relation.text!r} between matrices with vectors in them")
    where = [] if stated.where is None else _conjuncts(stated.where)
    forms = tuple(meanings.forms or [stated.form])
    told = [*own, *_declared(meanings.free), Parameter(UPSTREAM, "vector", 1, (symbol("d_v"),))]
    given = {p.name: p for p in told}
    apart = {*dict(positions), *SIZES, "q", "k", "v", "h"}
    found = {p.name: p for p in declared_names([*sides, *where], forms, apart)}
    names = set().union(*map(free_names, (*sides, *where)), *(f.names for f in forms))
    if clash := sorted(set(given) & {p.name for form in forms for p in form.parameters}):
        raise Usage(f"{clash[0]!r} is a matrix, and a parameter of a mechanism")
    found |= {name: p for name, p in given.items() if name in names}
    return TermClaim(
        sides[0], stated.relation.text, sides[1], forms, (), tuple(where), positions,
        tuple(found[name] for name in sorted(found)), " ".join(stated.text.split()),
    )  # fmt: skip


def _places(
    meanings: Meanings, rows: str, columns: str
) -> tuple[tuple[Expr, ...], tuple[tuple[str, str], ...], list[Parameter]]:
    """Where both sides are read, the positions in it, and a free vector if there is one."""
    if rows not in PLACED and columns not in PLACED:
        probe = next(n for n in ("u", "u1", "u2", "u3") if n not in meanings.taken)
        row = Expr("vector", (probe,))
        return (row,), (), [Parameter(probe, "vector", 0, (symbol(rows),))]
    positions: dict[str, str] = {}
    at = []
    for side in (rows, columns):
        usual = {"queries": I, "keys": J}.get(side, number(0))
        if side in ROLES:
            if usual.name in positions:
                usual = meanings.fresh(side)
            positions[usual.name] = ROLES[side]
        if side in PLACED:
            at.append(usual)
    return tuple(at), tuple(sorted(positions.items())), []


def _declared(free: Mapping[str, tuple[str, str]]) -> list[Parameter]:
    found = []
    for name, sides in free.items():
        widths = tuple(symbol(side) for side in sides if side not in PLACED)
        indices = sum(side in ROLES for side in sides)
        found.append(Parameter(name, ("real", "vector", "matrix")[len(widths)], indices, widths))
    return found


def _conjuncts(condition: Expr) -> list[Expr]:
    if condition.op == "and":
        return [c for part in condition.parts for c in _conjuncts(part)]
    return [condition]
