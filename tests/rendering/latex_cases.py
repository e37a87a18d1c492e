"""Random expressions of the language, and one world in which both readings give them values.

`check` writes an expression, reads the LaTeX back with the independent reader and compares the two
values; it raises, and never returns a verdict.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any
from zlib import crc32

import numpy as np
from hypothesis import strategies as st

from symattn.core.errors import NotConcrete
from symattn.core.expression import COMPARISONS, Expr, number, symbol, table, vector
from symattn.core.interpret import Environment, evaluate, holds
from symattn.core.text import show
from symattn.rendering.latex import latex
from symattn.rendering.names import Names
from symattn.rendering.notation import Notation
from tests.rendering.latex_reader import read
from tests.rendering.latex_values import opaque_log

N_K, D = 4, 2
NAMES = Names(
    positions={
        "q": (True,), "k": (True,), "x": (True,), "v": (True,), "PE": (True, True), "m": (True,),
        "doc": (True,), "keep": (True,), "a_k": (False,), "b": (False, True), "W_h": (True,),
    },
    integers=frozenset(("p", "doc")),
    own=frozenset(("q", "k", "x", "v", "PE", "m", "doc", "keep", "a_k", "b", "T", "lam", "p")),
    complete=True,
)  # fmt: skip


def some(*key: Any) -> Fraction:
    """A small number that depends on the whole key."""
    words = repr([int(k) if isinstance(k, (int, Fraction)) else k for k in key])
    seed = crc32(words.encode())
    return Fraction(seed % 11 - 5 or 7, seed // 11 % 3 + 1)


def opaque(name: str) -> Callable[..., Fraction]:
    """A function that tells its arguments apart, so that a wrong argument shows."""
    a, b = some(name, 1), some(name, 2)
    return lambda *x: sum((a**n * t * t + b * t for n, t in enumerate(x, 1)), some(name, 3))


OPAQUE = {
    n: opaque(n) for n in ("exp", "tanh", "cos", "sin", "sqrt", "sigmoid", "f", "power", "elu1")
}
ALGEBRA: Mapping[str, Callable[..., Any]] = {
    **OPAQUE,
    "number": Fraction, "+": operator.add, "-": operator.sub, "*": operator.mul,
    "/": operator.truediv, "neg": operator.neg, "**": OPAQUE["power"], "abs": abs,
    "min": min, "max": max, "log": opaque_log,
}  # fmt: skip
SYMBOLS = {"T": some("T"), "lam": some("lam"), "e": some("e"), "r1": some("r1"), "d_v": some("d_v")}


def entries(name: str) -> Callable[..., list[Fraction]]:
    return lambda *index: [some(name, *index, t) for t in range(D)]


def square(name: str) -> Callable[..., list[list[Fraction]]]:
    return lambda *index: [[some(name, *index, r, c) for c in range(D)] for r in range(D)]


def world(i: int, j: int, h: int) -> Environment:
    """Ours: positions from 0."""
    tables = {n: (lambda *index, n=n: some(n, *index)) for n in ("PE", "m", "b")}
    tables["doc"] = lambda at: int(some("doc", at)) % 3
    tables["keep"] = lambda at: int(some("keep", at)) % 2
    return Environment(
        {**SYMBOLS, "i": i, "j": j, "h": h, "p": 2, "n_k": N_K, "n_q": N_K, "d": D},
        tables,
        {n: entries(n) for n in ("q", "k", "x", "v", "a_k", "u")},
        {"W_q": square("W_q"), "W_h": square("W_h")},
        {"f": OPAQUE["f"]},
    )


def scope(ours: Environment, notation: Notation) -> dict[str, Any]:
    """The reader's: LaTeX names, positions from the notation's base, arrays for vectors."""
    base, rows = notation.base, notation.vectors == "rows"
    stem = (lambda name: rf"\mathbf{{{name}}}") if notation.bold else (lambda name: name)

    def array(values: list[Fraction]) -> Any:
        row = np.array([values], dtype=object)
        return row if rows else row.T

    def counted(name: str, positions: tuple[bool, ...]) -> Callable[..., Any]:
        return lambda *at: ours.tables[name](
            *(int(a) - base * p for a, p in zip(at, positions, strict=True))
        )

    def vectors(name: str, shift: int) -> Callable[..., Any]:
        return lambda at: array(ours.vectors[name](int(at) - shift))

    def rotation(position: Fraction, base_: Fraction, pairing: str, width: Fraction) -> Any:
        columns = []
        for t in range(D):
            unit = {"unit": lambda t=t: [Fraction(c == t) for c in range(D)]}
            env = Environment({"at": position, "b": base_}, {}, unit)
            node = Expr(
                "rope",
                (vector("unit"), symbol("at"), symbol("b"), symbol(pairing), number(int(width))),
            )
            columns.append(evaluate(node, ALGEBRA, env))
        return np.array(columns, dtype=object).T  # turns a column

    def entrywise(op: str) -> Callable[[Any], Any]:
        def apply(values: Any) -> Any:
            env = Environment({}, {}, {"u": lambda: list(values.ravel())})
            return array(evaluate(Expr(op, (vector("u"),)), ALGEBRA, env))

        return apply

    exact = {n: Fraction(v) for n, v in ours.scalars.items()}
    matrices = {n: np.array(ours.matrices[n](), dtype=object) for n in ("W_q",)}
    return {
        **{n: OPAQUE[n] for n in ("exp", "tanh", "cos", "sin", "sqrt", "f", "power")},
        "sigma": OPAQUE["sigmoid"], "phi": entrywise("phi"), r"\mathrm{norm}": entrywise("norm"),
        r"\mathrm{elu}": lambda x: OPAQUE["elu1"](x) - 1,
        "T": exact["T"], r"\lambda": exact["lam"], "r_1": exact["r1"], "d_v": exact["d_v"],
        "e": exact["e"], "p": exact["p"], "n_k": exact["n_k"], notation.width: Fraction(D),
        "d": Fraction(D),
        **{n: exact[n] + base for n in ("i", "j", "h")},
        "domain": range(base, N_K + base),
        r"\mathrm{PE}": counted("PE", (True, True)), "m": counted("m", (True,)),
        "b": counted("b", (False, True)), r"\mathrm{doc}": counted("doc", (True,)),
        r"\mathrm{keep}": counted("keep", (True,)),
        **{stem(n): vectors(n, base) for n in ("q", "k", "x", "v")},
        stem("a") + r"^\mathrm{K}": vectors("a_k", 0), stem("u"): array(ours.vectors["u"]()),
        "W_q": matrices["W_q"], "R": rotation,
        r"W^\mathrm{H}": lambda h: np.array(ours.matrices["W_h"](int(h) - base), dtype=object),
    }  # fmt: skip


CALLS = frozenset(("f", r"\mathrm{norm}", r"\mathrm{elu}", r"\mathrm{PE}", "m", "b", "q", "k", "x"))
CALLS |= {r"\mathrm{doc}", r"\mathrm{keep}", r"a^\mathrm{K}", r"\mathbf{q}", r"\mathbf{k}"}
CALLS |= {r"\mathbf{x}", r"\mathbf{a}^\mathrm{K}"}  # an index that is too tall stands in brackets


class WrongLatex(AssertionError):
    """The LaTeX says something else than the expression."""


def check(expr: Expr, notation: Notation, i: int = 2, j: int = 1, h: int = 0) -> bool:
    """Raise unless the LaTeX has the expression's value; False if there is no value to compare."""
    ours = world(i, j, h)
    try:
        if is_condition(expr):
            expected: Any = holds(expr, ours)
        else:
            expected = evaluate(expr, ALGEBRA, ours)
    except (NotConcrete, ZeroDivisionError):
        return False
    text = latex(expr, notation, names=NAMES)
    got = read(text, CALLS)(scope(ours, notation))
    if isinstance(expected, list):
        got, wanted = got.ravel().tolist(), expected
    else:
        wanted = expected
    if got != wanted:
        raise WrongLatex(f"{show(expr)} is {wanted}, but {text} reads as {got}")
    return True


def is_condition(expr: Expr) -> bool:
    from symattn.core.expression import kind

    return kind(expr) == "condition"


# Random expressions ------------------------------------------------------------------------------


def node(op: str, *parts: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    return st.tuples(*parts).map(lambda found: Expr(op, found))


def whole(depth: int, bound: tuple[str, ...] = ()) -> st.SearchStrategy[Expr]:
    """Whole numbers with exact values."""
    leaves = st.one_of(
        st.sampled_from([symbol(n) for n in ("i", "j", "h", "p", "n_k", *bound)]),
        st.integers(-3, 4).map(number),
    )
    if depth == 0:
        return leaves
    a = whole(depth - 1, bound)
    return st.one_of(
        leaves,
        *(node(op, a, a) for op in ("+", "-", "*", "+", "-", "min", "max")),
        node("neg", a),
        node("abs", a),
        *(node(op, a, st.integers(2, 3).map(number)) for op in ("//", "%")),
        node("//", a, a),
        node("%", a, a),
        a.map(lambda at: table("doc", at)),
        node("where", condition(depth - 1, bound), a, a),
    )


def condition(depth: int, bound: tuple[str, ...] = ()) -> st.SearchStrategy[Expr]:
    a = whole(max(depth - 1, 0), bound)
    compared = st.one_of(*(node(op, a, a) for op in COMPARISONS))
    held = a.map(lambda at: Expr("holds", (table("keep", at),)))
    if depth <= 0:
        return st.one_of(compared, held)
    c = condition(depth - 1, bound)
    return st.one_of(
        compared, held, node("and", c, c), node("or", c, c), node("not", c),
        st.sampled_from([Expr("true", ()), Expr("false", ())]),
    )  # fmt: skip


def real(depth: int, bound: tuple[str, ...] = ()) -> st.SearchStrategy[Expr]:
    """Numbers of every kind."""
    at = whole(min(depth, 1), bound)
    leaves = st.one_of(
        st.sampled_from([symbol(n) for n in ("T", "lam", "e", "r1", "d_v", "i")]),
        st.builds(Fraction, st.integers(-5, 5), st.integers(1, 3)).map(number),
        at.map(lambda a: table("m", a)),
    )
    if depth == 0:
        return leaves
    a, v = real(depth - 1, bound), vectors(depth - 1, bound)
    functions = ("exp", "log", "tanh", "cos", "sin", "sqrt", "sigmoid", "abs", "elu1")
    choices = [
        leaves,
        *(node(op, a, a) for op in ("+", "-", "*", "/", "**", "+", "-", "*", "/", "min", "max")),
        node("neg", a),
        *(node(op, a) for op in functions),
        a.map(lambda x: Expr("call", ("f", x))),
        st.builds(lambda x, y: table("PE", x, y), at, at),
        st.builds(lambda x, y: table("b", x, y), at, at),
        node("dot", v, v),
        node("where", condition(1, bound), a, a),
        node("//", at, at),
        node("%", at, at),
        node("floor", whole(1, bound)),
        st.builds(
            lambda x, b, c: Expr("floor_log", (Expr("abs", (x,)) + 1, number(b), number(c))),
            at,
            st.integers(2, 9),
            st.integers(1, 3),
        ),
    ]
    if not bound:
        inner = real(depth - 1, ("t",))
        choices.append(
            st.builds(lambda low, high, x: Expr("sum", ("t", low, high, x)),
                      whole(0), whole(0), inner)
        )  # fmt: skip
        keys = real(depth - 1, ("l",))
        choices.append(
            st.builds(
                lambda c, x: Expr("sum", ("l", c, x)), condition(1, ("l",)).filter(_mentions), keys
            )
        )
    return st.one_of(*choices)


def _mentions(expr: Expr) -> bool:
    from symattn.core.expression import free_names

    return "l" in free_names(expr)


def vectors(depth: int, bound: tuple[str, ...] = ()) -> st.SearchStrategy[Expr]:
    """Vectors of width 2."""
    at = whole(min(max(depth, 0), 1), bound)
    leaves = st.one_of(
        *(at.map(lambda a, n=n: vector(n, a)) for n in ("q", "k", "x", "a_k")), st.just(vector("u"))
    )
    if depth <= 0:
        return leaves
    v, a = vectors(depth - 1, bound), real(0, bound)
    matrix = st.one_of(
        st.just(Expr("matrix", ("W_q",))),
        st.just(Expr("matrix", ("W_h", symbol("h")))),
    )
    turned = st.builds(
        lambda what, place, base, pairing, width: Expr(
            "rope", (what, place, base, symbol(pairing), width)
        ),
        v, at, st.sampled_from([number(10_000), number(500)]),
        st.sampled_from(["half", "interleaved"]), st.sampled_from([symbol("d"), number(2)]),
    )  # fmt: skip
    return st.one_of(
        leaves, node("+", v, v), node("-", v, v), node("neg", v), node("*", a, v), node("/", v, a),
        node("matmul", v, matrix), node("matmul", v, node("transpose", matrix)), turned,
        node("norm", v), node("phi", v),
    )  # fmt: skip
