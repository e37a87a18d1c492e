"""Gradients at concrete lengths: each entry as a closed form, or as a value in any algebra.

`entries` puts in positions and writes out every sum; the links of the chain (alpha, dP, dS, ...)
stay names, with closed forms of their own. `values` computes any entry of the chain from numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from itertools import product
from typing import Any

from symattn.core import region
from symattn.core.declare import width
from symattn.core.errors import Usage
from symattn.core.expression import H_INDEX, MIXED, ZERO, Expr, I, vector
from symattn.core.form import Form
from symattn.core.instance import Instance
from symattn.core.interpret import Algebra, Environment, evaluate, exact, holds
from symattn.core.meaning import REFUSED, Free, environment
from symattn.core.specialise import specialise
from symattn.core.steps import Entry
from symattn.core.text import show
from symattn.derivation.gradients.backward import Gradient
from symattn.derivation.gradients.chain import Formula
from symattn.derivation.gradients.expanded import Written, expanded
from symattn.derivation.gradients.gather import Reach, is_own
from symattn.derivation.gradients.lifted import lifted, turned_by
from symattn.derivation.gradients.pullback import Binder

MOST_PAIRS = 4096


def entries(
    found: Gradient, n_q: int, n_k: int, env: Environment | None = None
) -> dict[str, tuple[Entry, ...]]:
    """The closed form of every entry of every formula, by the name of the formula.

    `env` holds whatever the support and the indices need: whole parameters, tables, and H where
    heads are numbered. Entries that no visible pair reads are 0, and listed only where they are
    numbered by positions or heads.

    >>> from symattn.mechanisms.spec import mechanism
    >>> from symattn.derivation.gradients.backward import gradient
    >>> for entry in entries(gradient(mechanism("causal")), 2, 2)["dK"]: print(entry.right)
    Expr('(dS[0, 0] * q[0] + dS[1, 0] * q[1]) / sqrt(d)')
    Expr('dS[1, 1] * q[1] / sqrt(d)')
    """
    if n_q * n_k > MOST_PAIRS:
        raise Usage(f"entry by entry is for n_q * n_k <= {MOST_PAIRS}, got {n_q * n_k}")
    known = settled(found, n_q, n_k, Environment() if env is None else env)
    return {f.name: tuple(_entries(f, found, known)) for f in found.entrywise}


def settled(found: Gradient, n_q: int, n_k: int, env: Environment) -> Environment:
    """The environment with lengths and offset, refused where the formulas do not hold."""
    form = found.form
    known = region.sized(env, n_q, n_k)
    known = known.at(offset=int(exact(form.offset, known)))
    if found.same_length and n_q != n_k:
        raise Usage(
            "queries and keys are read from one sequence, so that its gradient takes"
            f" n_q = n_k, got {n_q} and {n_k}"
        )
    if form.empty == "nan" and any(not keys for _, keys in region.rows(form, n_q, n_k, known)):
        raise Usage("a query sees no key: its output is NaN, and there is no gradient")
    region.check_conditions(form, known)
    return known


def _entries(formula: Formula, found: Gradient, known: Environment) -> Iterator[Entry]:
    written: Written = {}
    for place in places(formula, found, known):
        at = _at(formula, place, known)
        shown = tuple(index for index in place if index is not None)
        left = specialise(formula.left, at)
        if holds(formula.where, at):
            yield Entry(shown, left, expanded(formula.right, at, written))
        else:
            yield Entry(shown, left, ZERO, masked=True)


Place = tuple[int | None, ...]  # None for a head without a number


def _at(formula: Formula, place: Place, known: Environment) -> Environment:
    pairs = zip(formula.left.parts, place, strict=True)
    return known.at(
        **{part.name: at for part, at in pairs if part.op == "symbol" and at is not None}
    )


def places(formula: Formula, found: Gradient, known: Environment) -> list[Place]:
    """The indices of all entries of the left side, in order."""
    columns = [_column(part, found, known) for part in formula.left.parts]
    new = [at for at, column in enumerate(columns) if column is None]
    whole: list[Place] = []
    for hit in sorted({hit for reach in formula.reaches for hit in _hits(reach, new, known)}):
        put = dict(zip(new, hit, strict=True))
        whole += product(*([put[at]] if c is None else c for at, c in enumerate(columns)))
    return whole if new else list(product(*(column or () for column in columns)))


def _column(part: Expr, found: Gradient, known: Environment) -> Sequence[int | None] | None:
    """The values of one index of a left side; None where only the occurrences tell."""
    if part.op == "number":
        return [int(part.args[0])]  # type: ignore[arg-type]
    if part == H_INDEX and not found.heads:
        return [known.scalars.get("h")]
    sizes = {"i": "n_q", "j": "n_k", "h": "H"}
    if part.name not in sizes:
        return None
    if sizes[part.name] not in known.scalars:
        raise Usage("these formulas number the heads: say how many there are (H)")
    first = int(known.scalars["offset"]) if part.name == "i" else 0
    return range(first, first + int(known.scalars[sizes[part.name]]))


def _hits(reach: Reach, new: list[int], known: Environment) -> Iterator[tuple[int, ...]]:
    """The entries that one occurrence reads, at the places of their index that are new."""

    def visit(left: tuple[Binder, ...], at: Environment) -> Iterator[tuple[int, ...]]:
        if not left:
            if holds(reach.condition, at):
                yield tuple(int(exact(reach.index[place], at)) for place in new)
            return
        low, high = exact(left[0].low, at), exact(left[0].high, at)
        for value in range(-int(-low // 1), int(high // 1) + 1):
            yield from visit(left[1:], at.at(**{left[0].name: value}))

    return visit(reach.scope, known) if new else iter(())


Value = Callable[..., Any]


def values(found: Gradient, n_q: int, n_k: int, env: Environment, algebra: Algebra) -> Value:
    """The function of a formula's name and an index to the value of that entry.

    `env` means everything: the sizes, the names of the Form (with the head first where heads are
    numbered, see `given`), and the gradient of the output.
    """
    known = settled(found, n_q, n_k, env)
    known_formulas = {f.name: f for f in (*found.identities, *found.entrywise)}
    rules = lifted(algebra)
    turns = {name: turned_by(name, algebra) for name, _ in found.functions if "rope_by" in name}

    @cache
    def value(name: str, *index: int) -> Any:
        formula = known_formulas[name]
        at = _at(formula, index, known)
        right = expanded(formula.right, at) if holds(formula.where, at) else ZERO
        result = evaluate(right, rules, whole.at(**_positions(at)))
        return result if right != ZERO else _nothing(found, formula, index, result, known)

    tables = {name: partial(value, name) for name, f in known_formulas.items() if _is(f, "table")}
    vectors = {name: partial(value, name) for name, f in known_formulas.items() if _is(f, "vector")}
    whole = Environment(
        known.scalars,
        {**known.tables, **tables},
        {**known.vectors, **vectors},
        known.matrices,
        {**turns, **known.functions},
    )
    return value


def _is(formula: Formula, op: str) -> bool:
    return formula.left.op == op


def _positions(at: Environment) -> dict[str, Any]:
    return {name: at.scalars[name] for name in ("i", "j", "h") if name in at.scalars}


def _nothing(
    found: Gradient, formula: Formula, index: tuple[int, ...], zero: Any, known: Environment
) -> Any:
    """Zero in the shape of what the formula is a gradient of."""
    if _is(formula, "vector"):
        if formula.of:
            return [zero for _ in known.vectors[formula.of](*index)]
        return [zero] * _width(found.form, found.form.value, known)
    if _is(formula, "matrix"):
        return [[zero for _ in row] for row in known.matrices[formula.of](*index)]
    return zero


def given(
    found: Gradient,
    base: Instance,
    algebra: Algebra,
    upstream: Callable[[int, int, int], Any],
    head: int = 0,
    free: Free = REFUSED,
) -> Environment:
    """What `values` needs, from an Instance.

    `upstream(h, i, c)` is entry c of the gradient of the output of query i and head h; `head` says
    which head is meant where heads are not numbered.
    """
    heads = [environment(base, algebra, h, free) for h in range(base.sizes["H"])]
    one = heads[head]
    form = found.form
    size = _width(form, form.value if form.output == MIXED else form.output, one)
    name = found.upstream

    def row(h: int, i: int) -> list[Any]:
        return [upstream(h, i, c) for c in range(size)]

    if not found.heads:
        return _with_vectors(one, {name: lambda i: row(head, i)})
    readers = {base.key_head(h): h for h in range(base.sizes["H"])}
    vectors: dict[str, Callable[..., list[Any]]] = {name: row}
    for own, layout in base.layouts.items():
        if layout.declared.indices and is_own(vector(own, I)):
            to_head = (lambda h: h) if own[0] == "q" else readers.__getitem__
            vectors[own] = partial(_of_head, heads, own, to_head)
    return _with_vectors(one, vectors)


def _of_head(
    heads: list[Environment], name: str, to_head: Callable[[int], int], h: int, *index: int
) -> list[Any]:
    return heads[to_head(h)].vectors[name](*index)


def _with_vectors(env: Environment, vectors: dict[str, Callable[..., list[Any]]]) -> Environment:
    return Environment(
        env.scalars, env.tables, {**env.vectors, **vectors}, env.matrices, env.functions
    )


def _width(form: Form, expr: Expr, env: Environment) -> int:
    size = width(expr, {p.name: p for p in form.parameters})
    if size is None:
        raise Usage(f"the width of {show(expr)} is not known")
    return int(exact(size, env))
