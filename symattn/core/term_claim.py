"""`TermClaim`: one statement about numbers or vectors, such as weights, scores and outputs.

    score(causal, i, j) > score(causal, i, l) implies weight(causal, i, j) > weight(causal, i, l)

What stands for a quantity of a mechanism is a node `of` with its kind, the number of the Form in
`forms` and its arguments; every other node is of the language. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symattn.core.claim import at_most, below
from symattn.core.errors import Usage
from symattn.core.expression import ONE, ZERO, Expr, free_names, rebuild, symbol, tidy, walk
from symattn.core.form import Form, Parameter
from symattn.core.text import show

QUANTITIES: Mapping[str, tuple[str, ...]] = {  # kind -> what its arguments are
    "score": ("query", "key"),
    "weight": ("query", "key"),
    "row_sum": ("query",),
    "output": ("query",),
    "online": ("query", "tile"),  # an online softmax over tiles
    "decode": ("query",),  # one query at a time, with a cache of keys and values
    "recurrent": ("query",),  # one key at a time, with a state
}


@dataclass(frozen=True, slots=True)
class TermClaim:
    """For all open names with `where`: if all premises hold, then `left relation right`.

    Both sides are numbers, or both are vectors. `positions` are the open names that range over
    positions: "query" (0..n_q-1 from the offset) or "key" (0..n_k-1).
    """

    left: Expr
    relation: str  # "==", "!=", "<", "<=", ">" or ">="
    right: Expr
    forms: tuple[Form, ...] = ()
    premises: tuple[Expr, ...] = ()  # comparisons of numbers, as `dot(q[i], k[j]) == 0`
    where: tuple[Expr, ...] = ()  # conditions on whole numbers and parameters
    positions: tuple[tuple[str, str], ...] = ()
    parameters: tuple[Parameter, ...] = ()  # every other open name, those of the Forms included
    text: str = ""

    @property
    def expressions(self) -> Iterator[Expr]:
        """Everything that stands in the claim itself."""
        yield from (self.left, self.right, *self.premises, *self.where)

    @property
    def lengths(self) -> tuple[str, str]:
        """The names of the number of queries and of keys: both "n" unless n_q or n_k is named."""
        names = set().union(*map(free_names, self.expressions), *(f.names for f in self.forms))
        square = "n" in names or names.isdisjoint(("n_q", "n_k"))
        return ("n", "n") if square else ("n_q", "n_k")

    @property
    def has_heads(self) -> bool:
        """Whether anything depends on the head h."""
        own = any("h" in free_names(e) for e in self.expressions)
        return own or any(form.has_heads for form in self.forms)


def quantity(kind: str, form: int, *arguments: Expr) -> Expr:
    """The node of a quantity of the Form with this number."""
    return Expr("of", (kind, form, *arguments))


def quantities(expr: Expr) -> Iterator[Expr]:
    """Every quantity of a mechanism that stands in an expression."""
    return (node for node in walk(expr) if node.op == "of")


def shown(claim: TermClaim, expr: Expr) -> str:
    """The text of a side of a claim, with the names of its mechanisms."""

    def change(node: Expr) -> Expr | None:
        if node.op != "of":
            return None
        form = claim.forms[_number(node)]
        inside = (_named(part, change) for part in node.parts)
        return Expr("call", (node.name, symbol(form.name or "this form"), *inside))

    return show(rebuild(expr, change))


def _named(part: Expr, change: object) -> Expr:
    return rebuild(part, change)  # type: ignore[arg-type]


def form_of(claim: TermClaim, node: Expr) -> Form:
    """The Form that a quantity is of."""
    return claim.forms[_number(node)]


def _number(node: Expr) -> int:
    number = node.args[1]
    assert isinstance(number, int)
    return number


def first_query(claim: TermClaim) -> Expr:
    """The position of the first query."""
    offsets = {form.offset for form in claim.forms} or {ZERO}
    if len(offsets) > 1:
        raise Usage("mechanisms whose queries start at different positions")
    return offsets.pop()


def sizes_of(claim: TermClaim) -> list[str]:
    """The lengths, widths and head counts that a claim leaves open."""
    names = set().union(*map(free_names, claim.expressions), *(f.names for f in claim.forms))
    if any(names_vector(node) for e in claim.expressions for node in walk(e)):
        names.add("d")
    found = [*dict.fromkeys(claim.lengths), *(s for s in ("d", "d_v", "H", "H_k") if s in names)]
    return found if "H" in found or not claim.has_heads else [*found, "H"]


def names_vector(node: Expr) -> bool:
    """Whether a node is a query, a key or a token, of width d."""
    return node.op == "vector" and node.name in ("q", "k", "x")


def given(claim: TermClaim) -> Iterator[Expr]:
    """Domains of sizes, positions and parameters, conditions of the Forms, and `where`."""
    first = first_query(claim)
    queries, keys = claim.lengths
    for size in sizes_of(claim):
        yield symbol(size) >= ONE
    for name, role in claim.positions:
        low, size = (first, queries) if role == "query" else (ZERO, keys)
        yield at_most(low, symbol(name))
        yield below(symbol(name), tidy(low + symbol(size)))
    if claim.has_heads:
        yield from (at_most(ZERO, symbol("h")), below(symbol("h"), symbol("H")))
    for p in claim.parameters:
        if p.bound is not None and not p.indices and p.kind in ("integer", "real"):
            yield Expr(p.relation, (symbol(p.name), p.bound))
    for form in claim.forms:
        yield from form.conditions
    yield from claim.where
