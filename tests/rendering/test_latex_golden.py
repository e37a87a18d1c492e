"""How every operation is written; the same texts are read back in `test_latex`."""

from __future__ import annotations

import pytest

from symattn.core.expression import COMPARISONS, FUNCTIONS, MATRICES, VECTORS, Expr, symbol
from symattn.core.text import read
from symattn.rendering.latex import RULES, latex
from symattn.rendering.notation import PRESETS
from tests.katex_tool import render

VASWANI, COLUMNS = PRESETS["vaswani"], PRESETS["columns"]
GOLDEN = {
    "number": ("3 / 4", r"\frac{3}{4}"),
    "symbol": ("lam", r"\lambda"),
    "table": ("PE[i, j + 1]", r"\mathrm{PE}_{i,j + 1}"),
    "vector": ("a_k[j - i]", r"a^{\mathrm{K}}_{j - i}"),
    "+": ("a + -b * c", "a - b c"),
    "-": ("a - (b - c)", "a - (b - c)"),
    "neg": ("-(a + b)", "-(a + b)"),
    "*": ("m[h] * (i - j)", "m_h (i - j)"),
    "/": ("a / b / c", r"\frac{a/b}{c}"),
    "//": ("(i + 1) // c", r"\lfloor (i + 1)/c \rfloor"),
    "%": ("(i - j) % rate", r"(i - j) \bmod \mathrm{rate}"),
    "**": ("(a + b) ** (i - j)", "(a + b)^{i - j}"),
    "abs": ("abs(i - j)", r"\lvert i - j \rvert"),
    "min": ("min(i, j, 2)", r"\min(i, j, 2)"),
    "max": ("max(i / 2, j)", r"\max\left(\frac{i}{2}, j\right)"),
    "sqrt": ("sqrt(d + d_r)", r"\sqrt{d_k + d_r}"),
    "exp": ("exp(dot(q[i], k[j]) / sqrt(d))", r"e^{q_i k_j^\top/\sqrt{d_k}}"),
    "log": ("s * log(n_k)", r"s \log(n_k)"),
    "tanh": ("c * tanh(s / c)", r"c \tanh\left(\frac{s}{c}\right)"),
    "sigmoid": ("sigmoid(-a)", r"\sigma(-a)"),
    "cos": ("cos(theta)", r"\cos(\theta)"),
    "sin": ("sin(alpha * 2)", r"\sin(\alpha \cdot 2)"),
    "floor": ("floor(n / 2)", r"\left\lfloor \frac{n}{2} \right\rfloor"),
    "floor_log": (
        "floor_log(i / 16, 8, 16)",
        r"\left\lfloor 16 \cdot \frac{\log(i/16)}{\log(8)} \right\rfloor",
    ),
    "call": ("f(i - j, 2)", "f(i - j, 2)"),
    "dot": ("dot(q[i], k[j] + u)", r"q_i (k_j + u)^\top"),
    "matmul": ("dot(x[i] @ W_q, x[j] @ W_k[h])", r"x_i W_q (x_j W^{\mathrm{K}}_h)^\top"),
    "rope": (
        "dot(rope(q[i], i), rope(k[j], j, base=500))",
        r"q_i R_i^\top R_{j;\,\mathrm{base}=500} k_j^\top",
    ),
    "norm": ("dot(norm(q[i]), u)", r"\mathrm{norm}(q_i) u^\top"),
    "phi": ("dot(u, phi(k[j]))", r"u \phi(k_j)^\top"),
    "where": (
        "where(j <= i, 0, a)",
        r"\begin{cases} 0 & \text{if } j \le i \\ a & \text{otherwise} \end{cases}",
    ),
    "sum": (
        "sum(t, 0, n - 1, a[t] + sum(l, l <= i and i - l < w, b[l]))",
        r"\sum_{t=0}^{n - 1} \left(a_t + \sum_{\substack{l \le i \\ i - l < w}} b_l\right)",
    ),
    "<=": ("j <= i", r"j \le i"),
    "<": ("j < i", "j < i"),
    ">=": ("j >= i", r"j \ge i"),
    ">": ("j > i", "j > i"),
    "==": ("i // c == j // c", r"\lfloor i/c \rfloor = \lfloor j/c \rfloor"),
    "!=": ("i != j", r"i \ne j"),
    "and": ("0 <= i - j < w and keep[j]", r"0 \le i - j < w \land \mathrm{keep}_j = 1"),
    "or": ("i < 2 or j < 2 and i < j", r"i < 2 \lor (j < 2 \land i < j)"),
    "not": ("not keep[j] and not i < j", r"\mathrm{keep}_j = 0 \land \lnot (i < j)"),
    "holds": ("keep[j] or i < j", r"\mathrm{keep}_j = 1 \lor i < j"),
    "true": ("true", r"\text{true}"),
    "false": ("false", r"\text{false}"),
}
Q, K, P, DP, W = (Expr("matrix", (name,)) for name in ("Q", "K", "P", "dP", "W_q"))
MATRIX_GOLDEN = {
    "matrix": (W, "W_q", r"W_q^\top"),
    "transpose": (Expr("transpose", (W,)), r"W_q^\top", "W_q"),
    "product": (Expr("product", (Q, Expr("transpose", (K,)))), r"Q K^\top", r"K^\top Q"),
    "hadamard": (Expr("hadamard", (P, DP)), r"P \odot \mathrm{d}P", r"P \odot \mathrm{d}P"),
    "rowsum": (
        Expr("hadamard", (P, DP - Expr("rowsum", (Expr("hadamard", (P, DP)),)))),
        r"P \odot (\mathrm{d}P - \mathrm{rowsum}(P \odot \mathrm{d}P))",
        r"P \odot (\mathrm{d}P - \mathrm{colsum}(P \odot \mathrm{d}P))",
    ),
    "softmax": (
        Expr("product", (Expr("softmax", (Q / Expr("sqrt", (symbol("d"),)),)), K)),
        r"\mathrm{softmax}\left(\frac{Q}{\sqrt{d_k}}\right) K",
        r"K \, \mathrm{softmax}_{\text{col}}\left(\frac{Q}{\sqrt{d}}\right)",
    ),
    "infinity": (-Expr("infinity", ()), r"-\infty", r"-\infty"),
    "elu1": (Expr("elu1", (symbol("a"),)), r"\mathrm{elu}(a) + 1", r"\mathrm{elu}(a) + 1"),
}


@pytest.mark.parametrize("op", GOLDEN)
def test_every_operation_is_written_like_this(op: str) -> None:
    text, wanted = GOLDEN[op]
    found = latex(read(text), VASWANI)
    assert found == wanted
    assert render(found)


@pytest.mark.parametrize("op", MATRIX_GOLDEN)
def test_matrices_are_written_like_this(op: str) -> None:
    expr, rows, columns = MATRIX_GOLDEN[op]
    assert (latex(expr, VASWANI), latex(expr, COLUMNS)) == (rows, columns)
    assert render(rows)
    assert render(columns)


def test_no_operation_is_forgotten() -> None:
    known = {*FUNCTIONS, *COMPARISONS, *VECTORS, *MATRICES, "number", "symbol", "table", "dot"}
    known |= {"and", "or", "not", "true", "false", "holds", "+", "-", "*", "/", "neg", "**", "//"}
    known |= {"%", "where", "sum", "call", "infinity", "elu1"}
    assert set(RULES) == known
    assert set(GOLDEN) | set(MATRIX_GOLDEN) == known


def test_negative_and_compound_indices_and_names() -> None:
    cases = {
        "a[-2]": "a_{-2}", "m[h]": "m_h", "x1[i]": "x^{(1)}_i", "d_model": r"d_{\mathrm{model}}",
        "m_h": r"m_{\mathrm{h}}", "keep[i + 1]": r"\mathrm{keep}_{i + 1}", "r1": "r_1",
        "gamma": r"\gamma", "n_k": "n_k", "W_q": "W_q", "theta_max": r"\theta_{\mathrm{max}}",
        "a_b_c": r"a_{\mathrm{b\_c}}", "visible * (i - j)": r"\mathrm{visible} \cdot (i - j)",
    }  # fmt: skip
    for text, wanted in cases.items():
        assert latex(read(text), VASWANI) == wanted
        assert render(wanted)
