r"""The rules for indexed names, vectors and matrices, with rows or with columns.

With rows, vectors are rows: the product is q_i k_j^T, a projection is x_i W, a rotation is
q_i R_i^T (R_i turns a column by position i). With columns all of it is transposed: q_i^T k_j,
W^T x_i, R_i q_i; and a matrix that has one row for each position (Q, K, V, scores, weights, their
gradients) has one column for each instead, so QK^T is written K^T Q. Parameter matrices, whose
names start with W, keep their shape.
"""

from __future__ import annotations

from collections.abc import Mapping

from symattn.core.expression import Expr, number, symbol
from symattn.rendering.letters import indexed, letter, lowered
from symattn.rendering.names import PAIRS
from symattn.rendering.notation import Notation
from symattn.rendering.pen import (
    ATOM,
    CALL,
    DOT,
    MOD,
    OPEN,
    PRODUCT,
    RAISED,
    Pen,
    Piece,
    Rule,
    applied,
    beside,
    bracketed,
)

WEIGHTS = {"alpha": r"\alpha", "A": "A", "P": "P"}  # the letters of the notation
MATRIX_OF_WEIGHTS = {"alpha": "P", "A": "A", "P": "P"}
MASKS = {"Mask": r"\mathrm{Mask}", "M": "M"}
TEN_THOUSAND, HALF, WIDTH = number(10_000), symbol("half"), symbol("d")


def _table(expr: Expr, pen: Pen) -> Piece:
    return _indexed(expr, pen, False)


def _vector(expr: Expr, pen: Pen) -> Piece:
    if len(expr.args) == 1:
        return letter(expr.name, pen.notation.bold), ATOM, False
    return _indexed(expr, pen, pen.notation.bold)


def _indexed(expr: Expr, pen: Pen, bold: bool) -> Piece:
    name, *index = expr.args
    assert isinstance(name, str)
    stem, mark = _letter(name, pen, bold)
    small, words, tall = pen.small, [], False
    for part in index:
        assert isinstance(part, Expr)
        value = part.args[0] if part.op == "number" else None
        if type(value) is int:
            words.append(str(value))
            continue
        text, high = small.at(part, MOD)
        words.append(text)
        tall = tall or high
    if tall or (len(words) > 1 and pen.notation.pair == "function" and _paired(name, pen)):
        stem += f"^{{{mark}}}" if mark else ""
        return applied(stem, [pen.at(p, OPEN) for p in index if isinstance(p, Expr)], ",")
    below = lowered(",".join(words))
    return (f"{stem}^{{{mark}}}{below}", RAISED, False) if mark else (stem + below, ATOM, False)


def _letter(name: str, pen: Pen, bold: bool) -> tuple[str, str]:
    """The letter of an indexed name; weights, masks and gradients that are ours have their own."""
    rest = _gradient_of(name, pen)
    if rest:
        stem, mark = _letter(rest, pen, bold)
        return rf"\mathrm{{d}}{stem}", mark
    ours = _ours(name, pen)
    return (ours, "") if ours else indexed(name, bold)


def _gradient_of(name: str, pen: Pen) -> str:
    """X for `dX` that no Form uses itself."""
    gradient = name[0] == "d" and (name[1:2].isupper() or pen.names.source(name))
    return name[1:] if gradient and name not in pen.names.own else ""


def _ours(name: str, pen: Pen) -> str:
    """The letter of a name that no Form uses itself, if the notation has one for it."""
    if name in pen.names.own:
        return ""
    return {
        "alpha": WEIGHTS[pen.notation.weights],
        "P": MATRIX_OF_WEIGHTS[pen.notation.weights],
        "Mask": MASKS[pen.notation.mask],
    }.get(name, "")


def _paired(name: str, pen: Pen) -> bool:
    """PE(i,j), and the scores and weights that we name ourselves."""
    ours = name.rstrip("0123456789") in PAIRS and name not in pen.names.own
    return ours or (len(name) > 1 and name.isalpha() and name.isupper())


def _dot(expr: Expr, pen: Pen) -> Piece:
    left, right = expr.parts
    style = pen.notation.product
    if style == "transpose":
        if pen.notation.vectors == "rows":
            first, high = pen.at(left, PRODUCT)
            second, tall = transposed(right, pen)
        else:
            first, high = transposed(left, pen)
            second, tall = pen.at(right, PRODUCT)
        return beside(first, second), PRODUCT, high or tall
    if style == "dot":
        (first, high), (second, tall) = pen.at(left, RAISED), pen.at(right, RAISED)
        return rf"{first} \cdot {second}", DOT, high or tall
    (first, high), (second, tall) = pen.at(left, OPEN), pen.at(right, OPEN)
    if high or tall:
        return rf"\left\langle {first}, {second} \right\rangle", ATOM, True
    return rf"\langle {first}, {second} \rangle", ATOM, False


def transposed(expr: Expr, pen: Pen) -> tuple[str, bool]:
    """The transpose of a vector or matrix; that of a rotated vector is written out."""
    sign = pen.notation.transpose
    if expr.op == "rope":
        turn, (inner, tall) = rotation(expr, pen), transposed(expr.parts[0], pen)
        if pen.notation.vectors == "rows":
            return beside(turn, inner), tall
        return beside(inner, turn + sign), tall
    text, power, tall = pen.write(expr)
    return (text if power >= CALL else bracketed(text, tall)) + sign, tall


def _matmul(expr: Expr, pen: Pen) -> Piece:
    """A row times a matrix, or the transposed matrix times a column."""
    what, right = expr.parts
    text, tall = pen.at(what, PRODUCT)
    flipped = right.op == "transpose"
    name, power, _ = _matrix_name(right.parts[0] if flipped else right, pen)
    rows = pen.notation.vectors == "rows"
    if flipped == rows:
        name = (name if power >= CALL else f"({name})") + pen.notation.transpose
    return (beside(text, name) if rows else beside(name, text)), PRODUCT, tall


def rotation(expr: Expr, pen: Pen) -> str:
    r"""R_{i}, with the parameters that are not the usual ones after semicolons."""
    _, position, base, pairing, width = expr.parts
    small = pen.small
    words = [small.write(position)[0]]
    if expr.parts[2:] == pen.names.rotation:
        return "R" + lowered(words[0])
    if pairing != HALF:
        words.append(rf"\mathrm{{{pairing.name}}}")
    if base != TEN_THOUSAND:
        words.append(rf"\mathrm{{base}}={small.write(base)[0]}")
    if width != WIDTH:
        words.append(rf"\mathrm{{width}}={small.write(width)[0]}")
    return "R" + lowered(r";\,".join(words))


def _rope(expr: Expr, pen: Pen) -> Piece:
    text, tall = pen.at(expr.parts[0], PRODUCT)
    turn = rotation(expr, pen)
    if pen.notation.vectors == "rows":
        return beside(text, turn + pen.notation.transpose), PRODUCT, tall
    return beside(turn, text), PRODUCT, tall


def _of_vector(name: str) -> Rule:
    return lambda expr, pen: applied(name, [pen.at(expr.parts[0], OPEN)])


# Matrices as wholes ------------------------------------------------------------------------------


def _matrix_name(expr: Expr, pen: Pen) -> Piece:
    """The name as it stands, whatever the notation does with rows and columns."""
    if len(expr.args) > 1:
        return _indexed(expr, pen, False)
    rest = _gradient_of(expr.name, pen)
    lead, name = (r"\mathrm{d}", rest) if rest else ("", expr.name)
    stem, mark = indexed(name)
    if mark.startswith("("):  # Q1 is Q^{(1)}, as its rows are q^{(1)}_i
        return f"{lead}{stem}^{{{mark}}}", RAISED, False
    return lead + (_ours(name, pen) or letter(name)), ATOM, False


KEPT = frozenset(("Mask", "B", "C", "E", "F", "G"))


def is_parameter(expr: Expr, pen: Pen) -> bool:
    """Whether a matrix keeps its shape with columns: W_q, dW_q, and what is given as B_{i,j}."""
    if expr.op != "matrix":
        return False
    name = expr.name.removeprefix("d")
    return (
        not pen.names.matrices.isdisjoint((name, expr.name))
        or name.startswith("W")
        or name in KEPT
        or (len(name) > 1 and name.isalpha() and name.isupper())
    )


def _matrix(expr: Expr, pen: Pen) -> Piece:
    name, power, tall = _matrix_name(expr, pen)
    if pen.notation.vectors == "columns" and is_parameter(expr, pen):
        return (name if power >= CALL else f"({name})") + pen.notation.transpose, RAISED, tall
    return name, power, tall


def _transpose(expr: Expr, pen: Pen) -> Piece:
    (inner,) = expr.parts
    if pen.notation.vectors == "columns" and is_parameter(inner, pen):
        return _matrix_name(inner, pen)
    text, tall = transposed(inner, pen)
    return text, RAISED, tall


def _matrix_product(expr: Expr, pen: Pen) -> Piece:
    left, right = expr.parts
    if pen.notation.vectors == "columns":
        left, right = right, left
    (first, high), (second, tall) = pen.at(left, PRODUCT), pen.at(right, PRODUCT)
    return beside(first, second), PRODUCT, high or tall


def _entrywise(expr: Expr, pen: Pen) -> Piece:
    """Binds less tightly than a product of matrices, inside which it always gets brackets."""
    left, right = expr.parts
    first, high = pen.at(left, DOT if left.op == "hadamard" else PRODUCT)
    second, tall = pen.at(right, PRODUCT)
    return rf"{first} \{pen.notation.entrywise} {second}", DOT, high or tall


def _rowsum(expr: Expr, pen: Pen) -> Piece:
    name = "rowsum" if pen.notation.vectors == "rows" else "colsum"
    return _of_vector(rf"\mathrm{{{name}}}")(expr, pen)


def softmax_word(notation: Notation) -> str:
    return rf"\mathrm{{{notation.softmax}}}"


def _softmax(expr: Expr, pen: Pen) -> Piece:
    """The softmax of each row; of each column where the queries are columns."""
    word = softmax_word(pen.notation)
    word = word if pen.notation.vectors == "rows" else rf"{word}_{{\text{{col}}}}"
    return _of_vector(word)(expr, pen)


VECTOR_RULES: Mapping[str, Rule] = {
    "table": _table,
    "vector": _vector,
    "dot": _dot,
    "matmul": _matmul,
    "rope": _rope,
    "norm": _of_vector(r"\mathrm{norm}"),
    "phi": _of_vector(r"\phi"),
    "matrix": _matrix,
    "transpose": _transpose,
    "product": _matrix_product,
    "hadamard": _entrywise,
    "rowsum": _rowsum,
    "softmax": _softmax,
}
