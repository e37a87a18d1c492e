"""The LaTeX of expressions is read back by an independent reader and gives the same values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy

from symattn.core.expression import Expr, walk
from symattn.core.text import read
from symattn.rendering import latex_vectors, positions
from symattn.rendering.latex import RULES, latex
from symattn.rendering.notation import PRESETS
from symattn.rendering.pen import ATOM, PRODUCT, RAISED, SUM, Pen, Piece
from tests.katex_tool import render
from tests.rendering.latex_cases import NAMES, WrongLatex, check, condition, real, vectors, whole
from tests.rendering.latex_values import Misread

VASWANI, COLUMNS = PRESETS["vaswani"], PRESETS["columns"]
STYLES = {
    **PRESETS,
    **{f"{name} from 1": replace(style, base=1) for name, style in PRESETS.items()},
    "angle": replace(VASWANI, product="angle", exponential="function", bold=True),
    "angle columns": replace(COLUMNS, product="angle", pair="function", transpose="^T"),
}
KINDS = {
    "whole numbers": whole(3),
    "conditions": condition(3),
    "numbers": real(3),
    "vectors": vectors(3),
}
SOME = settings(
    deadline=None, derandomize=True, max_examples=40, suppress_health_check=list(HealthCheck)
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("style", STYLES)
def test_the_latex_of_random_expressions_reads_back_as_their_value(kind: str, style: str) -> None:
    compared = 0
    strategy: SearchStrategy[Expr] = KINDS[kind]

    @SOME
    @given(strategy)
    def run(expr: Expr) -> None:
        nonlocal compared
        for i, j in ((2, 1), (0, 3)):
            compared += check(expr, STYLES[style], i, j, 1)

    run()
    assert compared > 40


SAMPLES = [
    "(i - j) ** 2", "2 ** (i - j)", "(T ** 2) ** 3", "(-T) ** 2", "e ** T", "(T / 2) ** 2",
    "T - (lam - r1)", "T - (lam + r1)", "T + (lam - r1)", "T - -lam", "T + -lam * 2", "-(T + lam)",
    "-(T * lam)", "-(-T)", "(T + lam) * (T - lam)", "T * -lam", "-T * lam", "2 * 3", "2 * (1 / 3)",
    "m[1] * (1 / 3)",
    "T * (lam / r1)", "T / lam / r1", "T / (lam * r1)", "T / (lam / r1)", "exp(T / (lam * r1))",
    "exp(T / lam * r1)", "exp(-T / lam)", "exp(T * (lam + r1))", "exp(-(T + lam) / 2)",
    "(i + j) // 2", "-(i + j) // 2", "i * j // 3", "(i + j) % 3", "2 * (i % 3)", "i % 3 + j",
    "floor((i + j) / 2)", "floor_log(i + 8, 2, 3)", "abs(i - j) * T", "abs(i - abs(j - 4))",
    "max(i, j - 4) - min(i, j)", "m[h] * (i - j)", "m[h] * 3", "PE[i, j] * PE[j, i]",
    "where(j <= i, T, -lam) * 2", "where(i < j, T, where(i == j, lam, r1)) + 1",
    "sum(t, 0, 2, T * t) * lam", "lam * sum(t, 0, 2, T + t)", "-sum(t, 0, 2, t)",
    "sum(t, 0, 2, T * t) ** 2",
    "sum(t, 0, 2, t) - sum(t, 1, 2, t)", "sum(t, 0, 2, t) / 2", "exp(sum(t, 0, 1, T * t))",
    "sum(l, l <= i and i - l < 2, T * m[l])", "sum(l, keep[l], m[l])", "sum(l, j <= l, m[l])",
    "sum(l, l == i or l < j, m[l])", "sum(l, 0, n_k - 1, m[l])", "f(T + lam) * (T - lam)",
    "log(T + 2) * (T + lam)", "sigmoid(T) * tanh(lam)", "sqrt(T * T) ** 2", "cos(T) - sin(lam)",
    "dot(q[i], k[j])", "dot(q[i], k[j] + a_k[j - i])", "dot(q[i] + u, k[j]) * T",
    "T * dot(q[i], k[j])", "dot(T * q[i], k[j] / lam)", "dot(-q[i], k[j])", "-dot(q[i], k[j])",
    "dot(q[i], k[j]) / sqrt(d) - m[h] * (i - j)", "dot(x[i] @ W_q, x[j] @ W_q)",
    "dot(x[i] @ W_q.T, k[j])", "dot(x[i] @ W_h[h], k[j] @ W_h[h].T)", "dot((q[i] + u) @ W_q, u)",
    "dot(rope(q[i], i), rope(k[j], j))", "dot(rope(q[i] @ W_q, i), rope(k[j] + u, j))",
    "dot(rope(q[i], i, base=500, pairing=interleaved), k[j])", "dot(norm(q[i]), phi(k[j]))",
    "dot(rope(norm(q[i]), i // 2), norm(rope(k[j], j)))", "exp(dot(q[i], k[j]) / sqrt(d))",
    "dot(q[0], k[3] + a_k[-2]) * m[1]",
]  # fmt: skip
CONDITION_SAMPLES = [
    "j <= i", "j < p", "i < p or j < p", "0 <= i - j < 2", "j <= i and (i - j < 2 or j < p)",
    "j <= i and i - j < 2 or j < p", "not j <= i", "not (j <= i and i - j < 2)", "keep[j]",
    "not keep[j]", "doc[i] == doc[j]", "i // 2 == j // 2", "(i - j) % 2 == 0", "j != 0", "2 <= i",
    "abs(i - j) <= 1 and true", "i + 1 <= p", "p >= j", "p > i", "2 * j < p", "j >= i // 2",
]  # fmt: skip
ALL_SAMPLES = [read(text, "number") for text in SAMPLES]
ALL_SAMPLES += [read(text, "condition") for text in CONDITION_SAMPLES]


@pytest.mark.parametrize("expr", ALL_SAMPLES, ids=str)
def test_samples_read_back_in_every_style_and_typeset(expr: Expr) -> None:
    for style in STYLES.values():
        places = [(i, j) for i in range(4) for j in range(4)]
        assert sum(check(expr, style, i, j, 1) for i, j in places) >= 4
        assert render(latex(expr, style, names=NAMES))


RIGHT = dict(RULES)


def unbracketed(expr: Expr, pen: Pen) -> Piece:
    words = [pen.write(part)[0] for part in expr.parts]
    return f" {expr.op} ".join(words), SUM, False


def raised(expr: Expr, pen: Pen) -> Piece:
    base, exponent = (pen.write(part)[0] for part in expr.parts)
    return f"{base}^{{{exponent}}}", RAISED, False


def beside(expr: Expr, pen: Pen) -> Piece:
    return " ".join(pen.write(part)[0] for part in expr.parts), PRODUCT, False


def exchanged(op: str, written_as: str = "") -> Callable[[Expr, Pen], Piece]:
    right = RIGHT[written_as or op]
    return lambda expr, pen: right(Expr(written_as or op, expr.args[::-1]), pen)


def only_first(expr: Expr, pen: Pen) -> Piece:
    return pen.write(expr.parts[0])


def untransposed(expr: Expr, pen: Pen) -> Piece:
    return beside(expr, pen)


def untransposed_matrix(expr: Expr, pen: Pen) -> Piece:
    what, matrix = expr.parts
    plain = matrix.parts[0] if matrix.op == "transpose" else matrix
    return RIGHT["matmul"](Expr("matmul", (what, plain)), pen)


def as_atom(op: str) -> Callable[[Expr, Pen], Piece]:
    """The right words, said to bind tighter than they do."""
    right = RIGHT[op]

    def rule(expr: Expr, pen: Pen) -> Piece:
        text, _, tall = right(expr, pen)
        return text, ATOM, tall

    return rule


def no_floor(expr: Expr, pen: Pen) -> Piece:
    above, below = (pen.small.at(part, RAISED)[0] for part in expr.parts)
    return f"{above}/{below}", PRODUCT, False


PLANTED = {
    "a difference without brackets": ("-", unbracketed),
    "a power without brackets": ("**", raised),
    "a product without brackets": ("*", beside),
    "a product that claims to be an atom": ("*", as_atom("*")),
    "a sum that claims to be an atom": ("+", as_atom("+")),
    "a negative that claims to be an atom": ("neg", as_atom("neg")),
    "a fraction that claims to be an atom": ("/", as_atom("/")),
    "a remainder that claims to be an atom": ("%", as_atom("%")),
    "a big sum that claims to be an atom": ("sum", as_atom("sum")),
    "a fraction upside down": ("/", exchanged("/")),
    "an exchanged remainder": ("%", exchanged("%")),
    "a floor forgotten": ("//", no_floor),
    "an absolute value forgotten": ("abs", only_first),
    "a minus forgotten": ("neg", only_first),
    "max for min": ("min", RIGHT["max"]),
    "a transpose forgotten": ("dot", untransposed),
    "a matrix that lost its transpose": ("matmul", untransposed_matrix),
    "a projection from the wrong side": ("matmul", exchanged("matmul", "product")),
    "a rotation forgotten": ("rope", only_first),
    "a norm forgotten": ("norm", only_first),
    "and for or": ("or", lambda expr, pen: RIGHT["and"](Expr("and", expr.args), pen)),
    "an or without brackets": ("or", as_atom("or")),
    "a not forgotten": ("not", only_first),
    "< for <=": ("<=", lambda expr, pen: RIGHT["<"](Expr("<", expr.args), pen)),
    "the cases exchanged": (
        "where",
        lambda expr, pen: RIGHT["where"](Expr("where", (expr.parts[0], *expr.parts[:0:-1])), pen),
    ),
    "the scale squared": ("sqrt", only_first),
}


CAUGHT = (WrongLatex, Misread, KeyError, TypeError, AttributeError, ZeroDivisionError)
PLACES = ((3, 1), (0, 2), (1, 1), (0, 1), (3, 0))


def check_all(samples: list[Expr] = ALL_SAMPLES) -> None:
    """Raise at the first sample that says something wrong, or nothing, in some style."""
    for expr in samples:
        for style in (VASWANI, COLUMNS, STYLES["vaswani from 1"]):
            for i, j in PLACES:
                check(expr, style, i, j, 1)


def test_the_checker_finds_nothing_in_the_right_rules() -> None:
    check_all()


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_wrong_rule_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    op, wrong = PLANTED[name]
    monkeypatch.setitem(RULES, op, wrong)  # type: ignore[arg-type]
    with pytest.raises(CAUGHT):
        check_all()


@pytest.mark.parametrize(
    ("op", "wrong"),
    [
        ("symbol", lambda expr, _: (expr, 0)),
        ("table", lambda expr, _: (expr, 0)),
        ("vector", lambda expr, _: (expr, 0)),
        ("sum", lambda expr, _: (expr, 0)),
        ("rope", lambda expr, _: (expr, 0)),
        ("<", lambda expr, _: (expr, 0)),
        ("-", lambda expr, at: (expr, at.drift(expr.parts[0])[1])),
    ],
)
def test_a_planted_wrong_shift_is_caught(
    op: str, wrong: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(positions.RULES, op, wrong)  # type: ignore[arg-type]
    with pytest.raises(CAUGHT):
        check_all()


def test_a_planted_rotation_of_rows_by_the_wrong_side_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def wrong(expr: Expr, pen: Pen) -> Piece:
        return (
            f"{pen.at(expr.parts[0], PRODUCT)[0]} {latex_vectors.rotation(expr, pen)}",
            PRODUCT,
            False,
        )

    monkeypatch.setitem(RULES, "rope", wrong)  # type: ignore[arg-type]
    with pytest.raises(CAUGHT):
        check_all([e for e in ALL_SAMPLES if any(n.op == "rope" for n in walk(e))])


def test_a_long_sum_needs_no_recursion_and_is_written_once() -> None:
    terms = [read(f"exp(dot(q[5], k[{j}]))") for j in range(5000)]
    total = terms[0]
    for term in terms[1:]:
        total = Expr("+", (total, term))
    memo: dict[object, object] = {}
    first = latex(Expr("/", (terms[0], total)), VASWANI, memo)
    assert first.count("e^") == 5001
    before = len(memo["pen"].small.pieces)  # type: ignore[attr-defined]
    latex(Expr("/", (terms[1], total)), VASWANI, memo)
    assert len(memo["pen"].small.pieces) == before  # type: ignore[attr-defined]
    from_one = latex(total, replace(VASWANI, base=1))
    assert from_one.startswith(r"e^{q_6 k_1^\top} + e^{q_6 k_2^\top}")


def test_a_memo_serves_one_notation() -> None:
    memo: dict[object, object] = {}
    latex(read("q[i] + u", "vector"), VASWANI, memo)
    with pytest.raises(ValueError, match="one notation"):
        latex(read("q[i] + u", "vector"), COLUMNS, memo)
