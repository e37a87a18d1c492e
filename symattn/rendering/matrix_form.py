"""The matrix form of a Form, `O = softmax(Q K^T / sqrt(d) + Mask) V`, where it has one.

A score has a matrix form when it is a sum of products of rows with rows and of terms in i and j,
perhaps inside a function that acts entry by entry. Terms in i and j are collected in a matrix B,
factors in a matrix G, and both are said entry by entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from symattn.core.expression import (
    MIXED,
    TRUE,
    Expr,
    I,
    J,
    free_names,
    kind,
    symbol,
    table,
    tidy,
    vector,
    walk,
)
from symattn.core.form import SOFTMAX, Form, Normaliser, Row

Equation = tuple[Expr, Expr]
ENTRYWISE = ("tanh",)
ADDED = {SOFTMAX: "softmax", Normaliser("sigmoid", divide=False): "sigmoid"}
FACTOR = Normaliser("identity", divide=False)


@dataclass(slots=True)
class Collected:
    """Matrices that are only known entry by entry."""

    fresh: Callable[..., str]
    equations: list[Equation] = field(default_factory=list)

    def named(self, letters: tuple[str, ...], entry: Expr) -> Expr:
        """A matrix with these entries, under a new letter."""
        used = {left.name for left, _ in self.equations}
        name = self.fresh(*(letter for letter in letters if letter not in used))
        self.equations.append((table(name, I, J), entry))
        return Expr("matrix", (name,))


def matrix_form(form: Form, fresh: Callable[..., str]) -> tuple[Equation, ...] | None:
    """The output as one product of matrices, then the entries of what it names; or nothing.

    >>> from symattn.core.form_text import form
    >>> matrix_form(form(), lambda *letters: letters[0])[0]
    (Expr('O'), Expr('softmax(Q @ K.T / sqrt(d)) @ V'))
    """
    collected = Collected(fresh)
    values = rows_matrix(form.value, "j")
    mixed: Expr | None = None
    for row in form.rows:
        weights = _weights(row, form.support != TRUE, collected)
        if weights is None or values is None or form.empty != "zero":
            return None
        minus = row.coefficient.op == "neg" and mixed is not None
        factor = row.coefficient.parts[0] if minus else row.coefficient
        term = tidy(factor * weights)
        mixed = term if mixed is None else mixed - term if minus else mixed + term
    assert mixed is not None
    assert values is not None
    output = Expr("product", (mixed, values))
    if form.output == MIXED:
        return (Expr("matrix", (fresh("O"),)), output), *collected.equations
    if form.output.op != "matmul" or form.output.parts[0] != vector("o", I):
        return None
    whole = Expr("product", (output, form.output.parts[1]))
    return (Expr("matrix", (fresh("Y"),)), whole), *collected.equations


def _weights(row: Row, masked: bool, collected: Collected) -> Expr | None:
    scores = score_matrix(row.score, collected)
    mask = Expr("matrix", ("Mask",))
    if scores is None or kind_of(scores) != "matrix":
        return None
    if row.normaliser == FACTOR:
        return Expr("hadamard", (scores, mask)) if masked else scores
    word = ADDED.get(row.normaliser)
    return None if word is None else Expr(word, (scores + mask if masked else scores,))


def kind_of(expr: Expr) -> str:
    """As `kind`, and a function that acts entry by entry on a matrix gives one."""
    if any(node.op in ENTRYWISE and kind_of(node.parts[0]) == "matrix" for node in walk(expr)):
        return "matrix"
    return kind(expr)


def score_matrix(score: Expr, collected: Collected) -> Expr | None:
    """The matrix with these entries; a number that is the same for all entries stays a number."""
    if free_names(score).isdisjoint(("i", "j")):
        return score
    if not any(node.op == "dot" for node in walk(score)):
        return _entries(score, collected)
    if score.op == "dot":
        return _products(score)
    if score.op in ("+", "-"):
        return _sum(score, collected)
    parts = [score_matrix(part, collected) for part in score.parts]
    if None in parts:
        return None
    if score.op == "*":
        return _scaled(score, parts)
    inside = tuple(part for part in parts if part is not None)
    divided = score.op == "/" and free_names(score.parts[1]).isdisjoint(("i", "j"))
    return Expr(score.op, inside) if divided or score.op in ("neg", *ENTRYWISE) else None


def _scaled(score: Expr, parts: list[Expr | None]) -> Expr | None:
    """A number times a matrix, or two matrices entry by entry."""
    left, right = parts
    assert left is not None
    assert right is not None
    if "matrix" not in (kind_of(left), kind_of(right)):
        return None
    if kind_of(left) == kind_of(right):
        return Expr("hadamard", (left, right))
    return Expr(score.op, (left, right) if kind_of(right) == "matrix" else (right, left))


def _sum(score: Expr, collected: Collected) -> Expr | None:
    """The products first; all terms in i and j without a product are one matrix."""
    whole: Expr | None = None
    rest: Expr | None = None
    for sign, term in _terms(score, 1):
        alone = not any(node.op == "dot" for node in walk(term))
        if alone and not free_names(term).isdisjoint(("i", "j")):
            rest = _joined(rest, sign, term)
            continue
        found = score_matrix(term, collected)
        if found is None:
            return None
        whole = _joined(whole, sign, found)
    assert whole is not None
    return whole if rest is None else whole + _entries(rest, collected)


def _joined(total: Expr | None, sign: int, term: Expr) -> Expr:
    if total is None:
        return term if sign > 0 else -term
    return total + term if sign > 0 else total - term


def _terms(expr: Expr, sign: int) -> Iterator[tuple[int, Expr]]:
    if expr.op in ("+", "-"):
        left, right = expr.parts
        yield from _terms(left, sign)
        yield from _terms(right, sign if expr.op == "+" else -sign)
    else:
        yield sign, expr


def _entries(term: Expr, collected: Collected) -> Expr:
    if term.op == "table" and term.parts == (I, J):
        return Expr("matrix", (term.name,))
    letters = ("G", "F", "E") if term.op == "**" else ("B", "C", "F")
    return collected.named(letters, term)


def _products(dot: Expr) -> Expr | None:
    left, right = (rows_matrix(part, at) for part, at in zip(dot.parts, "ij", strict=True))
    if left is None or right is None:
        return None
    return Expr("product", (left, Expr("transpose", (right,))))


def rows_matrix(what: Expr, at: str) -> Expr | None:
    """The matrix with this vector in row i (or j), if the vector is made of rows only."""
    if what.op == "vector":
        plain = len(what.name.rstrip("0123456789")) == 1 and what.parts == (symbol(at),)
        return Expr("matrix", (what.name.upper(),)) if plain else None
    if what.op == "matmul":
        rows = rows_matrix(what.parts[0], at)
        return None if rows is None else Expr("product", (rows, what.parts[1]))
    if what.op in ("norm", "phi"):
        rows = rows_matrix(what.parts[0], at)
        return None if rows is None else Expr(what.op, (rows,))
    return None
