"""Gradients as lines of matrices, where the entrywise formulas are products of matrices.

P is the matrix of weights, Q that of the vectors q[i], and so on. A line is made from what the
entrywise formulas are made from; where a share does not fit, there is no line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from symattn.core.expression import TRUE, ZERO, Expr, I, J, free_names
from symattn.derivation.gradients.chain import Chain, Formula, Link
from symattn.derivation.gradients.gather import Gathered
from symattn.derivation.gradients.products import Product, factors, plus, times
from symattn.derivation.gradients.pullback import Share

ROWS = re.compile(r"[a-z]\d*")  # q, k, x, q1: vectors that are the rows of Q, K, X, Q1


def matrix_name(leaf: Expr) -> str:
    """Q for q[i], Q1 for q1[i]; every other name as it is."""
    rows = leaf.op == "vector" and leaf.parts and ROWS.fullmatch(leaf.name)
    return leaf.name.upper() if rows else leaf.name


@dataclass(frozen=True, slots=True)
class Lines:
    """A chain, and the names that keep a line from being written."""

    chain: Chain
    taken: frozenset[str]  # a matrix must not have these
    apart: frozenset[str]  # vectors whose rows for queries and for keys may differ

    def table(self, expr: Expr) -> Expr | None:
        """The matrix of a table of the chain in i and j: P for alpha, dP, dS."""
        if expr.op != "table" or expr.parts != (I, J):
            return None
        links = self.chain.links
        if expr in (self.chain.alpha, *(link.alpha for link in links)):
            return Expr("matrix", (expr.name.replace("alpha", "P"),))
        if expr in (self.chain.dP, *(link.dS for link in links)):
            return Expr("matrix", (expr.name,))
        return None

    def rows(self, expr: Expr, position: Expr) -> Expr | None:
        """The matrix with the vector at every position as its rows."""
        if expr.op == "vector" and expr.parts == (position,):
            if expr in (self.chain.dO, self.chain.upstream):
                return Expr("matrix", (expr.name,))
            name = matrix_name(expr)
            barred = name == expr.name or name in self.taken or expr.name in self.apart
            return None if barred else Expr("matrix", (name,))
        if expr.op == "matmul":
            left, right = expr.parts
            found = self.rows(left, position)
            own = right.parts[0] if right.op == "transpose" else right
            return None if found is None or own.parts else Expr("product", (found, right))
        return None


def of_link(formula: Formula, lines: Lines) -> list[Formula]:
    """dP = dO V^T and dS = P o (dP - rowsum(P o dP))."""
    chain = lines.chain
    right: Expr | None = None
    if formula.left == chain.dP:
        values, dO = lines.rows(chain.form.value, J), lines.rows(chain.dO, I)
        if values is not None and dO is not None:
            right = Expr("product", (dO, _flipped(values)))
    elif formula.left == chain.dO:
        right = lines.rows(formula.right, I)
    for link in chain.links:
        if formula.left == link.dS:
            right = _score_line(link, lines)
    left = lines.table(formula.left)
    left = lines.rows(formula.left, I) if left is None else left
    if right is None or left is None:
        return []
    return [replace(formula, left=left, right=right, rule=_rule(formula), where=TRUE)]


def _rule(formula: Formula) -> str:
    return f"{formula.rule}, as matrices"


def _score_line(link: Link, lines: Lines) -> Expr | None:
    chain, normaliser = lines.chain, link.row.normaliser
    P, dP = lines.table(link.alpha), lines.table(chain.dP)
    if P is None or dP is None:
        return None
    if chain.empty_row is not None or {"i", "j"} & free_names(link.row.coefficient):
        return None
    if normaliser.numerator == "exp":
        mixed = Expr("rowsum", (Expr("hadamard", (P, dP)),))
        found = Expr("hadamard", (P, dP - mixed if normaliser.divide else dP))
    elif normaliser.numerator == "sigmoid" and not normaliser.divide:
        found = Expr("hadamard", (P - Expr("hadamard", (P, P)), dP))
    elif normaliser.divide or chain.form.support != TRUE:
        return None
    else:
        found = dP
    return times(link.row.coefficient, found)


def of_family(formula: Formula, family: Gathered, lines: Lines) -> list[Formula]:
    """dV = P^T dO, dQ = dS K / sqrt(d), dK = dS^T Q / sqrt(d), dPE = dS, dW = X^T dS K, ..."""
    total = ZERO
    for share in family.shares:
        found = _of_share(share, lines)
        if found is None:
            return []
        total = plus(total, found)
    if formula.name != "d" + matrix_name(family.leaf) or formula.of in lines.apart:
        return []
    left = Expr("matrix", (formula.name,))
    return [replace(formula, left=left, right=total, rule=_rule(formula))]


def _of_share(share: Share, lines: Lines) -> Expr | None:
    """One share, summed over its scope, as a product of matrices."""
    found = factors(share.cotangent)
    tables = [(f, m) for f in found.up if (m := lines.table(f)) is not None]
    rest = tuple(f for f in found.up if lines.table(f) is None)
    front = Product(found.coefficient, rest, found.down)
    if len(tables) > 1 or {"i", "j", "h"} & free_names(front.expr()):
        return None
    if {b.name for b in share.scope} - {"h", "i", "j"}:
        return None
    middle = tables[0][1] if tables else None
    product = _product(share, found.vec, middle, lines)
    return None if product is None else (front * factors(product)).expr()


def _product(share: Share, vec: Expr | None, middle: Expr | None, lines: Lines) -> Expr | None:
    leaf = share.leaf
    if leaf.op == "table":
        return middle if vec is None and leaf.parts == (I, J) else None
    if vec is None or leaf.op not in ("vector", "matrix"):
        return None
    if leaf.op == "matrix":
        return None if leaf.parts else _outer(vec, middle, lines)
    if middle is None or len(leaf.parts) != 1:
        return None
    return _row(leaf.parts[0], vec, middle, lines)


def _row(position: Expr, vec: Expr, middle: Expr, lines: Lines) -> Expr | None:
    """Sums of middle[i, j] * vec over the position that is not the leaf's."""
    if position not in (I, J):
        return None
    over = lines.rows(vec, J if position == I else I)
    if over is None:
        return None
    return Expr("product", (middle if position == I else _flipped(middle), over))


def _outer(vec: Expr, middle: Expr | None, lines: Lines) -> Expr | None:
    """Sums of u^T middle[i, j] w over i and j; without a middle, of u^T w over i."""
    if vec.op != "product" or vec.parts[0].op != "transpose":
        return None
    u, w = vec.parts[0].parts[0], vec.parts[1]
    for first, second in ((I, J), (J, I)) if middle is not None else ((I, I),):
        left, right = lines.rows(u, first), lines.rows(w, second)
        if left is not None and right is not None:
            if middle is not None:
                right = Expr("product", (middle if first == I else _flipped(middle), right))
            return Expr("product", (_flipped(left), right))
    return None


def _flipped(matrix: Expr) -> Expr:
    """The transpose; that of a product is the product of the transposes, the last one first."""
    if matrix.op == "transpose":
        return matrix.parts[0]
    if matrix.op == "product":
        left, right = matrix.parts
        return Expr("product", (_flipped(right), _flipped(left)))
    return Expr("transpose", (matrix,))
