"""Matrix formulas, with rows and with columns, are the same matrices (transposed)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symattn.core.expression import Expr, symbol
from symattn.rendering.latex import RULES, latex
from symattn.rendering.names import Names
from symattn.rendering.notation import PRESETS, Notation
from symattn.rendering.pen import ATOM, CALL, Pen, Piece
from tests.katex_tool import render
from tests.rendering.latex_cases import some
from tests.rendering.latex_reader import read
from tests.rendering.latex_values import Misread

SHAPES = {"n": 3, "d": 2, "e": 4}
MATRICES = {  # name -> shape; sequences have a row for each position, parameters keep their shape
    "Q": "nd", "K": "nd", "dO": "nd", "Q1": "nd", "X": "ne", "P": "nn", "dS": "nn", "Mask": "nn",
    "W_q": "ed", "A": "de", "dW_q": "ed",
}  # fmt: skip
KEPT = ("W_q", "A", "dW_q")
LOOKS = {
    "dO": r"\mathrm{d}O", "dS": r"\mathrm{d}S", "Q1": "Q^(1)", "dW_q": r"\mathrm{d}W_q",
    "Mask": "M",
}  # fmt: skip
NAMES = Names(matrices=frozenset(("W_q", "A")), own=frozenset(("W_q", "A", "T")), complete=True)
ROWS, COLUMNS = PRESETS["vaswani"], PRESETS["columns"]
CALLS = frozenset((r"\mathrm{rowsum}", r"\mathrm{colsum}", r"\mathrm{softmax}"))


def array(name: str) -> Any:
    height, width = (SHAPES[letter] for letter in MATRICES[name])
    return np.array([[some(name, r, c) for c in range(width)] for r in range(height)], dtype=object)


def value(expr: Expr) -> Any:
    """The matrix, by NumPy."""
    op, parts = expr.op, expr.parts
    if op == "matrix":
        return array(expr.name)
    if op == "symbol":
        return some(expr.name)
    found = [value(part) for part in parts]
    if op == "transpose":
        return found[0].T
    if op == "product":
        return found[0] @ found[1]
    if op == "rowsum":
        return found[0].sum(axis=1, keepdims=True) + np.zeros_like(found[0])
    if op == "softmax":
        return softmax(found[0])
    rules = {"+": np.add, "-": np.subtract, "*": np.multiply, "hadamard": np.multiply}
    rules |= {"/": np.true_divide}
    return rules[op](*found) if op != "neg" else -found[0]


def softmax(matrix: Any) -> Any:
    """An opaque function of rows, exact."""
    return (matrix * matrix + 1) / (matrix * matrix + 1).sum(axis=1, keepdims=True)


def meaning(text: str, rows: bool) -> Any:
    turned = {
        LOOKS.get(name, name): array(name) if rows or name in KEPT else array(name).T
        for name in MATRICES
    }
    turned["M"] = array("Mask")  # given entry by entry, so never turned
    sums = {
        r"\mathrm{rowsum}": lambda m: m.sum(axis=1, keepdims=True) + np.zeros_like(m),
        r"\mathrm{colsum}": lambda m: m.sum(axis=0, keepdims=True) + np.zeros_like(m),
        r"\mathrm{softmax}": softmax if rows else lambda m: softmax(m.T).T,
    }
    said = read(text.replace(r"_{\text{col}}", ""), CALLS)
    return said({**turned, **sums, "T": some("T"), "sqrt": Fraction, "d": Fraction(2)})


def check(expr: Expr) -> None:
    wanted = value(expr)
    for style, rows in ((ROWS, True), (COLUMNS, False)):
        text = latex(expr, style, names=NAMES)
        got = meaning(text, rows)
        if (got if rows else got.T).tolist() != wanted.tolist():
            raise AssertionError(f"{expr} is {wanted}, but {text} reads as {got}")


def check_all(expressions: list[Expr]) -> None:
    for expr in expressions:
        check(expr)


def matrices(shape: str, depth: int) -> st.SearchStrategy[Expr]:
    """Random matrix expressions of a shape."""
    leaves = [Expr("matrix", (name,)) for name, known in MATRICES.items() if known == shape]
    turned = [
        Expr("transpose", (Expr("matrix", (name,)),))
        for name, known in MATRICES.items()
        if known == shape[::-1]
    ]
    simple = st.sampled_from([*leaves, *turned])
    if depth == 0:
        return simple
    same = matrices(shape, depth - 1)
    products = [
        st.builds(lambda a, b: Expr("product", (a, b)), matrices(shape[0] + inner, depth - 1),
                  matrices(inner + shape[1], depth - 1))
        for inner in "nde" if _possible(shape[0] + inner) and _possible(inner + shape[1])
    ]  # fmt: skip
    choices = [
        simple, *products, same.map(lambda a: Expr("neg", (a,))),
        *(
            st.builds(lambda a, b, op=op: Expr(op, (a, b)), same, same)
            for op in ("+", "-", "hadamard")
        ),
        same.map(lambda a: symbol("T") * a), same.map(lambda a: a / symbol("T")),
    ]  # fmt: skip
    if shape == "nn":
        choices += [same.map(lambda a, op=op: Expr(op, (a,))) for op in ("rowsum", "softmax")]
    return st.one_of(choices)


def _possible(shape: str) -> bool:
    return any(known in (shape, shape[::-1]) for known in MATRICES.values())


@pytest.mark.parametrize("shape", ["nn", "nd", "ed", "ne"])
def test_rows_and_columns_are_the_same_matrices(shape: str) -> None:
    @settings(deadline=None, max_examples=120, derandomize=True)
    @given(matrices(shape, 3))
    def run(expr: Expr) -> None:
        check(expr)

    run()


Q, K, P, DO, DS, W, A = (Expr("matrix", (n,)) for n in ("Q", "K", "P", "dO", "dS", "W_q", "A"))


def product(*parts: Expr) -> Expr:
    total = parts[0]
    for part in parts[1:]:
        total = Expr("product", (total, part))
    return total


def turn(expr: Expr) -> Expr:
    return Expr("transpose", (expr,))


SAMPLES = [
    product(Q, turn(K)) / symbol("T"), product(turn(P), DO), product(turn(DS), Q),
    product(turn(product(Q, turn(K))), Q), product(turn(Expr("matrix", ("X",))), Q),
    product(Expr("matrix", ("X",)), turn(A)), product(Q, A), product(Expr("hadamard", (P, DS)), K),
    Expr("hadamard", (P, DS - Expr("rowsum", (Expr("hadamard", (P, DS)),)))),
    product(Expr("softmax", (product(Q, turn(K)) + Expr("matrix", ("Mask",)),)), Q),
    product(product(Expr("matrix", ("X",)), W), turn(K)), turn(W) * symbol("T"),
    Expr("hadamard", (product(Q, turn(K)), P)), Expr("hadamard", (P, product(Q, turn(K)))),
]  # fmt: skip


@pytest.mark.parametrize("expr", SAMPLES, ids=str)
def test_samples_are_right_and_typeset(expr: Expr) -> None:
    check(expr)
    assert render(latex(expr, ROWS, names=NAMES))
    assert render(latex(expr, COLUMNS, names=NAMES))


def unturned(expr: Expr, pen: Pen) -> Piece:
    return pen.write(expr.parts[0])


RIGHT = dict(RULES)


def in_the_order_of_rows(expr: Expr, pen: Pen) -> Piece:
    columns = pen.notation.vectors == "columns"
    return RIGHT["product"](Expr("product", expr.args[::-1]) if columns else expr, pen)


def as_it_stands(expr: Expr, pen: Pen) -> Piece:
    return (expr.name, ATOM, False) if len(expr.name) == 1 else RIGHT["matrix"](expr, pen)


def as_product(expr: Expr, pen: Pen) -> Piece:
    return RIGHT["product"](Expr("product", expr.args), pen)


def by_columns(expr: Expr, pen: Pen) -> Piece:
    return rf"\mathrm{{colsum}}({pen.write(expr.parts[0])[0]})", CALL, False


PLANTED = {
    "a transpose forgotten": ("transpose", unturned),
    "factors in the order of rows": ("product", in_the_order_of_rows),
    "a parameter turned": ("matrix", as_it_stands),
    "entrywise as a product": ("hadamard", as_product),
    "sums of columns": ("rowsum", by_columns),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_wrong_rule_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    op, wrong = PLANTED[name]
    monkeypatch.setitem(RULES, op, wrong)  # type: ignore[arg-type]
    with pytest.raises((AssertionError, Misread, ValueError, KeyError)):
        check_all(SAMPLES)


@pytest.mark.parametrize("letter", ["A", "P", "alpha"])
def test_weights_and_their_gradient_have_one_letter(letter: str) -> None:
    style: Notation = replace(ROWS, weights=letter, entrywise="circ")
    shown = {"alpha": "P"}.get(letter, letter)
    written = latex(Expr("hadamard", (P, Expr("matrix", ("dP",)))), style)
    assert written == rf"{shown} \circ \mathrm{{d}}{shown}"
    entry = latex(Expr("table", ("dP", symbol("i"), symbol("j"))), style)
    assert entry == rf"\mathrm{{d}}{shown}_{{i,j}}"
