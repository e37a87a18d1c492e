"""One numeric world for any Form: what its names mean to core, and to a reader of its formulas.

Weights and outputs are computed here from the Form's own words, with an opaque exponential, and
compared with what the written lines say when the independent reader evaluates them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from symattn.core.expression import Expr, symbol, vector, walk
from symattn.core.form import Form, Parameter
from symattn.core.interpret import Environment, evaluate, exact, holds
from symattn.rendering.notation import Notation
from tests.rendering.latex_cases import ALGEBRA, OPAQUE, some
from tests.rendering.latex_reader import read
from tests.rendering.latex_values import Meaning

N = 4
SIZES = {"n": N, "n_q": N, "n_k": N, "d": 2, "d_v": 3, "H": 4, "H_k": 2}
WIDTHS = {"d_x": 5, "d_c": 5, "d_r": 4}
HEAD = 1
GREEK = {"lam": r"\lambda", "alpha": r"\alpha"}
BARE = tuple(map(symbol, "ijh"))
MINUS_INFINITY = float("-inf")


def zero_at_infinity(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda x: Fraction(0) if x == MINUS_INFINITY else function(x)


FUNCTIONS = {name: zero_at_infinity(OPAQUE[name]) for name in ("exp", "sigmoid")}
NUMERATORS = {**FUNCTIONS, "identity": lambda x: x}


def environment(form: Form) -> Environment:
    """Numbers for every name, with every domain obeyed."""
    scalars: dict[str, Any] = {**SIZES, **WIDTHS, "h": HEAD}
    tables: dict[str, Any] = {}
    vectors: dict[str, Any] = {
        name: _vectors(name, SIZES[size]) for name, size in (("q", "d"), ("k", "d"), ("v", "d_v"))
    }
    matrices: dict[str, Any] = {}
    functions: dict[str, Any] = {}
    for p in form.parameters:
        shape = [int(exact(size, Environment(scalars))) for size in p.shape]
        if p.kind == "vector":
            vectors[p.name] = _vectors(p.name, *shape)
        elif p.kind == "matrix":
            matrices[p.name] = _matrices(p.name, *shape)
        elif p.kind == "function":
            functions[p.name] = OPAQUE["f"]
        elif p.indices:
            tables[p.name] = _numbers(p)
        elif p.name not in WIDTHS:
            scalars[p.name] = 2 if p.kind == "integer" else abs(some(p.name)) + 1
    return Environment(scalars, tables, vectors, matrices, functions)


def _vectors(name: str, width: int) -> Callable[..., list[Fraction]]:
    return lambda *at: [some(name, *at, t) for t in range(width)]


def _matrices(name: str, height: int, width: int) -> Callable[..., list[list[Fraction]]]:
    return lambda *at: [[some(name, *at, r, c) for c in range(width)] for r in range(height)]


def _numbers(p: Parameter) -> Callable[..., Any]:
    if p.kind == "boolean":
        return lambda *at: int(sum(at) % 3 != 1)
    return lambda *at: int(some(p.name, *at)) if p.kind == "integer" else some(p.name, *at)


# Truth --------------------------------------------------------------------------------------------


def weights(form: Form, env: Environment) -> list[list[Fraction]]:
    """The weights of the Form, from its own words."""
    total = [[Fraction(0)] * N for _ in range(N)]
    for row in form.rows:
        rule, f = row.normaliser, NUMERATORS[row.normaliser.numerator]
        for i in range(N):
            keys = [j for j in range(N) if holds(form.support, env.at(i=i, j=j))]
            tops = {j: f(evaluate(row.score, ALGEBRA, env.at(i=i, j=j))) for j in keys}
            bottom = sum(tops.values(), Fraction(0))
            if rule.extra is not None:
                sink = evaluate(rule.extra, ALGEBRA, env.at(i=i))
                bottom += 1 if sink == 0 else FUNCTIONS["exp"](sink)
            factor = evaluate(row.coefficient, ALGEBRA, env.at(i=i))
            for j in keys:
                total[i][j] += factor * tops[j] / (bottom if rule.divide else 1)
    return total


def outputs(form: Form, env: Environment) -> list[list[Fraction]]:
    """The mixed values, and then what the Form makes of them."""
    found = []
    for i, row in enumerate(weights(form, env)):
        values = [evaluate(form.value, ALGEBRA, env.at(i=i, j=j)) for j in range(N)]
        mixed = [
            sum(w * v[t] for w, v in zip(row, values, strict=True)) for t in range(len(values[0]))
        ]
        there = env.at(i=i)
        known = {**there.vectors, "o": lambda _, mixed=mixed: mixed}
        there = Environment(there.scalars, there.tables, known, there.matrices, there.functions)
        found.append(evaluate(form.output, ALGEBRA, there))
    return found


# What a reader sees -------------------------------------------------------------------------------


def written(name: str, is_indexed: bool, bold: bool = False) -> str:
    """The LaTeX of a name, as the page on notation says it."""
    match = re.fullmatch(r"([A-Za-z]+)(\d*)(?:_([a-z]+))?", name)
    assert match is not None, name
    stem, digits, suffix = match.groups()
    stem = GREEK.get(stem, stem if len(stem) == 1 else rf"\mathrm{{{stem}}}")
    stem = rf"\mathbf{{{stem}}}" if bold else stem
    if is_indexed:
        return stem + (f"^({digits})" if digits else "") + (
            rf"^\mathrm{{{suffix.upper()}}}" if suffix else ""
        )  # fmt: skip
    below = digits or suffix
    return f"{stem}_{below}" if below else stem


def scope(form: Form, env: Environment, notation: Notation) -> dict[str, Any]:
    """Everything that the formulas may name, with positions from the notation's base."""
    base, rows = notation.base, notation.vectors == "rows"

    def array(values: list[Any]) -> Any:
        row = np.array([values], dtype=object)
        return row if rows else row.T

    found: dict[str, Any] = {
        **{name: OPAQUE[name] for name in ("tanh", "cos", "sin", "sqrt", "power")},
        **FUNCTIONS, "infinity": float("inf"), "domain": range(base, N + base),
        "phi": _of_rows("phi", rows), r"\mathrm{norm}": _of_rows("norm", rows),
        "sigma": FUNCTIONS["sigmoid"],
        "h": Fraction(HEAD + base), "d": Fraction(SIZES["d"]),
    }  # fmt: skip
    for name, value in env.scalars.items():
        if name != "h":
            shown = notation.width if name == "d" else written(name, False)
            found[shown] = Fraction(value)
    for name, function in env.functions.items():
        found[written(name, False)] = function
    counted = _positions(form)
    for name, table in env.tables.items():
        found[written(name, True)] = _shifted(table, counted[name], base)
    for name, made in env.vectors.items():
        key = written(name, True, notation.bold)
        positions = counted.get(name, (True,))
        if positions:
            found[key] = _shifted(lambda *at, made=made: array(made(*at)), positions, base)
        else:
            found[key] = array(made())
    for name, made in env.matrices.items():
        if counted.get(name):
            as_array = lambda *at, made=made: np.array(made(*at), dtype=object)  # noqa: E731
            found[written(name, True)] = _shifted(as_array, counted[name], base)
        else:
            found[written(name, False)] = np.array(made(), dtype=object)
    found["R"] = _rotation(form, env)
    return found


def _shifted(
    made: Callable[..., Any], positions: tuple[bool, ...], base: int
) -> Callable[..., Any]:
    return lambda *at: made(*(int(a) - base * p for a, p in zip(at, positions, strict=True)))


def _positions(form: Form) -> dict[str, tuple[bool, ...]]:
    """An index counts positions when it is a bare position somewhere in the Form."""
    found: dict[str, tuple[bool, ...]] = {}
    for expr in form.expressions:
        for node in walk(expr):
            if node.op in ("table", "vector", "matrix"):
                bare = tuple(p in BARE or node.name in "qkvx" for p in node.parts)
                before = found.get(node.name, (False,) * len(bare))
                found[node.name] = tuple(a or b for a, b in zip(bare, before, strict=True))
    return found


def _of_rows(op: str, rows: bool) -> Callable[[Any], Any]:
    """norm or phi of one vector, or of every row (column) of a matrix."""

    def one(values: list[Any]) -> list[Any]:
        env = Environment({}, {}, {"u": lambda: values})
        return list(evaluate(Expr(op, (vector("u"),)), ALGEBRA, env))

    def apply(matrix: Any) -> Any:
        lines = matrix if rows else matrix.T
        new = np.array([one(list(line)) for line in lines], dtype=object)
        return new if rows else new.T

    return apply


def _rotation(form: Form, env: Environment) -> Callable[..., Any]:
    """The one rotation of the Form, as a matrix that turns columns."""
    rope = next((n for e in form.expressions for n in walk(e) if n.op == "rope"), None)

    def turn(position: Fraction, *_: Any) -> Any:
        assert rope is not None
        what, _, base, pairing, width = rope.parts
        size = len(evaluate(what, ALGEBRA, env.at(i=0, j=0)))
        columns = []
        for t in range(size):
            vectors = {"unit": lambda t=t: [Fraction(c == t) for c in range(size)]}
            here = Environment({**env.scalars, "at": position}, {}, vectors)
            node = Expr("rope", (vector("unit"), symbol("at"), base, pairing, width))
            columns.append(evaluate(node, ALGEBRA, here))
        return np.array(columns, dtype=object).T

    return turn


def calls(form: Form) -> frozenset[str]:
    """Names that stand before brackets as functions."""
    words = {"f", r"\mathrm{norm}", r"\mathrm{PE}", r"\mathrm{Mask}", "s", "S"}
    words |= {"s^(1)", "s^(2)", r"\mathrm{softmax}", r"\mathrm{Softmax}", r"\mathrm{softmax}_col"}
    return frozenset(
        words | {written(p.name, False) for p in form.parameters if p.kind == "function"}
    )


def sides(line: str, names: frozenset[str]) -> tuple[str, Meaning]:
    """The left side of an equation as it is written, and what its right side means."""
    left, mark, right = line.partition(" = ")
    assert mark, line
    said = right.split(r" \quad ")[0]
    return left, read(said, names)


def softmax(by_rows: bool) -> Callable[[Any], Any]:
    def apply(matrix: Any) -> Any:
        lines = matrix if by_rows else matrix.T
        tops = [[FUNCTIONS["exp"](x) for x in line] for line in lines]
        new = np.array([[x / sum(line) for x in line] for line in tops], dtype=object)
        return new if by_rows else new.T

    return apply


def entrywise(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A function of numbers that also takes matrices, entry by entry."""
    return lambda x: np.vectorize(function, otypes=[object])(x) if np.ndim(x) else function(x)


def matrices(form: Form, env: Environment, notation: Notation) -> dict[str, Any]:
    """Q, K, V and whatever else has one row for each position."""
    rows = notation.vectors == "rows"
    found: dict[str, Any] = {}
    for name, made in env.vectors.items():
        if _positions(form).get(name, (True,)) == (True,):
            whole = np.array([made(i) for i in range(N)], dtype=object)
            stem = re.fullmatch(r"([a-z])(\d*)", name)
            if stem:
                mark = f"^({stem[2]})" if stem[2] else ""
                found[stem[1].upper() + mark] = whole if rows else whole.T
    return found
