"""`Claim`: one statement about mechanisms, and the `Problem` in integers that it stands for.

Nothing is decided here. The room that reads makes claims; the deciding room answers them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from symattn.core.errors import Usage
from symattn.core.expression import (
    ONE,
    ZERO,
    Expr,
    I,
    J,
    free_names,
    number,
    substitute,
    symbol,
    tidy,
    walk,
)
from symattn.core.form import SIZES, Form, Parameter

PAIRWISE = {"equal": "==", "subset": "<=", "no_future": "<="}  # questions about every pair (i, j)
OF_ROWS = ("nonempty", "row_count")  # questions about every query i
LARGEST_POWER = 64  # of a literal number
LENGTHS = ("n", "n_q", "n_k")


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody states: a question about Forms, the value it names, and its conditions.

    `question` is a key of the table of statements in `docs/theory/supports.md`.
    """

    question: str
    forms: tuple[Form, ...]
    value: Expr | None = None
    where: tuple[Expr, ...] = ()
    text: str = ""
    layers: Expr = ONE  # how many are stacked; only a claim about "reach" says it


@dataclass(frozen=True, slots=True)
class Unknown:
    """A number that a claim leaves open; `least` is its smallest value, when it has one."""

    name: str
    kind: str = "integer"  # or "real"
    least: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A claim as a statement about integers: for all unknowns with `given`, `left relation right`.

    For `==` and `<=` both sides are conditions on (i, j); for "nonempty", "row_count", "count" and
    "reach" the left one is the support and the right one, if any, the claimed number. `unknowns`
    stand in the order in which a counterexample is made small.
    """

    relation: str
    left: Expr
    right: Expr
    unknowns: tuple[Unknown, ...]
    tables: tuple[Parameter, ...]
    given: tuple[Expr, ...]
    keys: str  # the name of the number of keys: "n" or "n_k"
    queries: str
    first: Expr  # the position of the first query
    layers: Expr = ONE

    @property
    def expressions(self) -> tuple[Expr, ...]:
        return (self.left, self.right, *self.given)


def problem(claim: Claim) -> Problem:
    """The problem in integers that a claim about supports states.

    Without `n_q` and `n_k` anywhere the lengths are equal and called `n`; the name `n` makes them
    equal, too. Positions start at the offset of the first query; Forms whose offsets differ are
    compared row by row, with i counting rows.

    >>> from symattn.core.form_text import form
    >>> asked = Claim("no_future", (form(support="j <= i"),))
    >>> [str(u.name) for u in problem(asked).unknowns], problem(asked).right
    (['n', 'i', 'j'], Expr('j <= i'))
    """
    left, right, first = map(_without_powers, _sides(claim))
    used = [left, right, first, *claim.where, *(c for f in claim.forms for c in f.conditions)]
    names = set().union(*map(free_names, (*used, claim.layers)))
    square = "n" in names or names.isdisjoint(("n_q", "n_k"))
    if claim.question == "reach" and (not square or first != ZERO):
        raise Usage("stacked layers have as many queries as keys, and count both from 0")
    queries, keys = ("n", "n") if square else ("n_q", "n_k")
    found = _parameters(claim, names)
    scalars = [p for p in found if not p.indices]
    sizes = [s for s in SIZES if s in names or ("h" in names and s == "H")]
    sizes = [*dict.fromkeys((queries, keys)), *(s for s in sizes if s not in LENGTHS)]
    positions = _positions(claim, names)
    given = [*_at_least_one(sizes), *_places(positions, first, queries, keys)]
    given += [Expr(p.relation, (symbol(p.name), p.bound)) for p in found if p.bound is not None]
    conditions = [c for form in claim.forms for c in form.conditions]
    given += map(_without_powers, [*conditions, *claim.where])
    unknowns = [
        *(Unknown(size, least=1) for size in sizes),
        *(_unknown(p) for p in _as_written(scalars, claim.text)),
        *(Unknown(p, least=0 if first == ZERO else None) for p in positions),
    ]
    renamed = {symbol(s): symbol("n") for s in ("n_q", "n_k")} if square else {}
    return Problem(
        PAIRWISE.get(claim.question, claim.question),
        substitute(left, renamed),
        substitute(right, renamed),
        tuple(unknowns),
        tuple(p for p in found if p.indices),
        tuple(dict.fromkeys(substitute(condition, renamed) for condition in given)),
        keys,
        queries,
        substitute(first, renamed),
        substitute(claim.layers, renamed),
    )


def _sides(claim: Claim) -> tuple[Expr, Expr, Expr]:
    """The two sides, and the position of the first query."""
    offsets = [form.offset for form in claim.forms]
    supports = [form.support for form in claim.forms]
    first = offsets[0]
    if any(offset != first for offset in offsets):
        if any("i" in free_names(condition) for condition in claim.where):
            raise Usage("these mechanisms count positions from different places; 'where' has an i")
        supports = [
            tidy(substitute(support, {I: I + offset}))
            for support, offset in zip(supports, offsets, strict=True)
        ]
        first = ZERO
    if claim.question == "no_future":
        return supports[0], J <= I, first
    if len(supports) == 2:
        return supports[0], supports[1], first
    return supports[0], ZERO if claim.value is None else claim.value, first


def _without_powers(expr: Expr) -> Expr:
    """The expression with powers of literal numbers carried out: `10**6` is a number."""
    parts = tuple(_without_powers(a) if isinstance(a, Expr) else a for a in expr.args)
    if expr.op == "**":
        base, times = (
            p.args[0] if isinstance(p, Expr) and p.op == "number" else None for p in parts
        )
        if isinstance(base, int) and isinstance(times, int) and 0 <= times <= LARGEST_POWER:
            return number(base**times)
    return Expr(expr.op, parts)


def _positions(claim: Claim, names: set[str]) -> list[str]:
    head = ["h"] if "h" in names else []
    if claim.question in PAIRWISE:
        return [*head, "i", "j"]
    return [*head, "i"] if claim.question in OF_ROWS else head


def at_most(left: Expr, right: Expr) -> Expr:
    """The condition `left <= right`, in this order."""
    return Expr("<=", (left, right))


def below(left: Expr, right: Expr) -> Expr:
    """The condition `left < right`, in this order."""
    return Expr("<", (left, right))


def _at_least_one(sizes: Iterable[str]) -> Iterator[Expr]:
    for size in sizes:
        yield symbol(size) >= ONE


def _places(positions: list[str], first: Expr, queries: str, keys: str) -> Iterator[Expr]:
    """Free positions range over 0..n-1; those of the queries start at the offset."""
    if "h" in positions:
        yield from (at_most(ZERO, symbol("h")), below(symbol("h"), symbol("H")))
    if "i" in positions:
        yield from (at_most(first, I), below(I, tidy(first + symbol(queries))))
    if "j" in positions:
        yield from (at_most(ZERO, J), below(J, symbol(keys)))


def _parameters(claim: Claim, names: set[str]) -> list[Parameter]:
    """The declarations of the names that the problem uses; a name means one thing."""
    found: list[Parameter] = []
    kinds: dict[str, Parameter] = {}
    for declared in (*(form.parameters for form in claim.forms), _of_layers(claim)):
        for parameter in declared:
            if parameter.name not in names:
                continue
            known = kinds.setdefault(parameter.name, parameter)
            if (known.kind, known.indices) != (parameter.kind, parameter.indices):
                raise Usage(
                    f"{parameter.name!r} is a {known.kind} with {known.indices} indices on one "
                    f"side and a {parameter.kind} with {parameter.indices} on the other"
                )
            if parameter not in found:
                found.append(parameter)
    return found


def _of_layers(claim: Claim) -> tuple[Parameter, ...]:
    """The declaration of the number of layers, where it has a name of its own: at least 1."""
    if claim.layers.op != "symbol" or claim.layers.name in SIZES:
        return ()
    return (Parameter(claim.layers.name, "integer", relation=">=", bound=ONE),)


def _as_written(parameters: list[Parameter], text: str) -> list[Parameter]:
    """One declaration for each name, in the order in which the claim first says the names."""
    words = _words(text)
    last = len(words)
    order = {p.name: words.index(p.name) if p.name in words else last for p in parameters}
    by_name: dict[str, Parameter] = {}
    for p in parameters:
        known = by_name.setdefault(p.name, p)
        if known.bound is None or (p.bound is not None and _bound(p) > _bound(known)):
            by_name[p.name] = p
    return sorted(by_name.values(), key=lambda p: (order[p.name], p.name))


def _words(text: str) -> list[str]:
    from symattn.core.text import tokens

    return [token.text for token in tokens(text)] if text else []


def _bound(parameter: Parameter) -> int:
    bound = None if parameter.bound is None else parameter.bound.args[0]
    return bound if isinstance(bound, int) else -(10**9)


def _unknown(parameter: Parameter) -> Unknown:
    kind = "real" if parameter.kind == "real" else "integer"
    whole = kind == "integer" and parameter.relation == ">=" and parameter.bound is not None
    bound = parameter.bound.args[0] if whole and parameter.bound is not None else None
    return Unknown(parameter.name, kind, bound if isinstance(bound, int) else None)


def table_entries(problem: Problem) -> Iterator[Expr]:
    """Every place where the problem reads a table, each of them once, inner ones first."""
    seen: set[Expr] = set()
    for expr in problem.expressions:
        for node in reversed(list(walk(expr))):
            if node.op == "table" and node not in seen:
                seen.add(node)
                yield node
