"""What the names of a claim mean at a size: free quantities, and rows of its mechanisms.

A row is written out by its definition: the keys for which the support holds, one by one, and what
`core.attend` says about weights and outputs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial, reduce
from typing import Any

from symattn.core.attend import output_of, weights_of
from symattn.core.declare import WIDTHS
from symattn.core.errors import NotConcrete
from symattn.core.expression import H_INDEX, Expr, kind, rebuild
from symattn.core.form import KEY_LETTERS, Form, Parameter
from symattn.core.interpret import Environment, evaluate, exact, holds
from symattn.core.layout import OWN_HEAD
from symattn.core.term_claim import TermClaim
from symattn.deciding.field_graph import Builder


def ready(expr: Expr, heads: bool) -> Expr:
    """The expression with quantities as tables and vectors, and its head as their first index."""
    own = (H_INDEX,) if heads else ()

    def change(node: Expr) -> Expr | None:
        parts = tuple(ready(part, heads) for part in node.parts)
        if node.op == "of":
            what = "table" if kind(node) == "number" else "vector"
            return Expr(what, (f"{node.name} {node.args[1]}", *own, *parts))
        if node.op == "vector" and heads and OWN_HEAD.fullmatch(node.name):
            return Expr("vector", (node.name, *own, *parts))
        return None

    return rebuild(expr, change)


def quantities_of(claim: TermClaim, scalars: Mapping[str, Any], builder: Builder) -> Environment:
    """What all names of a claim mean, with numbers for its sizes."""
    shared = any(form.key_head != H_INDEX for form in claim.forms)
    if claim.has_heads and shared and _reads_keys(claim):
        raise NotConcrete("k and v by themselves where heads share keys")
    plain = Environment(scalars)
    letters = {name: Parameter(name, "vector", 1, (width,)) for name, width in WIDTHS.items()}
    names = {**letters, **{p.name: p for p in claim.parameters}}
    entries = {
        kind_: {p.name: partial(rule, builder, plain, p) for p in names.values() if p.kind == kind_}
        for kind_, rule in (("vector", _vector), ("matrix", _matrix))
    }
    tables: dict[str, Callable[..., Any]] = {
        p.name: partial(_entry, builder, p.name)
        for p in names.values()
        if p.indices and p.kind in ("real", "integer", "boolean")
    }
    env = Environment(scalars, dict(tables), dict(entries["vector"]), entries["matrix"])
    for number, form in enumerate(claim.forms):
        known: dict[int, Rows] = {}
        for what, rule in QUANTITIES.items():
            read = partial(_read, claim.has_heads, form, env, builder, known, rule)
            place = entries["vector"] if what == "output" else tables
            place[f"{what} {number}"] = read
    return replace(env, tables=tables, vectors=entries["vector"])


def _reads_keys(claim: TermClaim) -> bool:
    def reads(expr: Expr) -> bool:
        own = expr.op == "vector" and KEY_LETTERS.fullmatch(expr.name)
        return bool(own) or any(map(reads, expr.parts))

    return any(map(reads, claim.expressions))


def _entry(builder: Builder, name: str, *index: int) -> Any:
    return builder.free(name, index)


def _vector(builder: Builder, env: Environment, of: Parameter, *index: int) -> list[Any]:
    width = int(exact(of.shape[0], env))
    return [builder.free(of.name, (*index, t)) for t in range(width)]


def _matrix(builder: Builder, env: Environment, of: Parameter, *index: int) -> list[list[Any]]:
    rows, columns = (int(exact(size, env)) for size in of.shape)
    return [[builder.free(of.name, (*index, r, c)) for c in range(columns)] for r in range(rows)]


@dataclass(slots=True)
class Rows:
    """One head of a Form, row by row."""

    form: Form
    env: Environment
    builder: Builder
    weighted: dict[int, tuple[tuple[int, ...], list[Any]]] = field(default_factory=dict)

    def row(self, i: int) -> tuple[tuple[int, ...], list[Any]]:
        """The keys that query i sees, and the weights of all keys."""
        if i not in self.weighted:
            at = self.at(i)
            keys = tuple(
                j for j in range(at.scalars["n_k"]) if holds(self.form.support, at.at(j=j))
            )
            algebra = self.builder.algebra
            scores = [
                {j: evaluate(row.score, algebra, at.at(j=j)) for j in keys}
                for row in self.form.rows
            ]
            self.weighted[i] = keys, weights_of(self.form, scores, algebra, at)
        return self.weighted[i]

    def at(self, i: int) -> Environment:
        first, many = self.env.scalars["offset"], self.env.scalars.get("n_q")
        if many is None or not first <= i < first + many:
            raise NotConcrete(f"query {i} is outside of the sequence")
        return self.env.at(i=i)

    def score(self, i: int, j: int) -> Any:
        if not 0 <= j < self.env.scalars["n_k"] or len(self.form.rows) != 1:
            raise NotConcrete(f"no score of query {i} and key {j}")
        return evaluate(self.form.score, self.builder.algebra, self.at(i).at(j=j))

    def weight(self, i: int, j: int) -> Any:
        if not 0 <= j < self.env.scalars["n_k"]:
            raise NotConcrete(f"key {j} is outside of the sequence")
        return self.row(i)[1][j]

    def row_sum(self, i: int) -> Any:
        return reduce(self.builder.plus, self.row(i)[1])

    def output(self, i: int) -> list[Any]:
        keys, weights = self.row(i)
        return output_of(self.form, weights, keys, self.builder.algebra, self.at(i))


QUANTITIES: Mapping[str, Callable[..., Any]] = {
    "score": Rows.score,
    "weight": Rows.weight,
    "row_sum": Rows.row_sum,
    "output": Rows.output,
}


def _read(
    heads: bool,
    form: Form,
    env: Environment,
    builder: Builder,
    known: dict[int, Rows],
    rule: Callable[..., Any],
    *index: int,
) -> Any:
    """A quantity of a Form at its positions, in its head."""
    head, *places = index if heads else (0, *index)
    if head not in known:
        known[head] = Rows(form, _in_head(form, env, head) if heads else env.at(h=0), builder)
    return rule(known[head], *places)


def _in_head(form: Form, env: Environment, head: int) -> Environment:
    """The names of a Form for one head: q of that head, k and v of its key head."""
    at = env.at(h=head)
    shared = exact(form.key_head, at)
    if not isinstance(shared, int) or shared < 0:
        raise NotConcrete(f"head {head} reads no whole key head")
    own = {
        name: partial(read, head if name[0] == "q" else shared)
        for name, read in env.vectors.items()
        if OWN_HEAD.fullmatch(name)
    }
    return replace(at, vectors={**env.vectors, **own})
