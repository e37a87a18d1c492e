"""The value of an expression of whole matrices, in any algebra."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symattn.core.expression import Expr, kind
from symattn.core.interpret import Algebra, Environment, evaluate
from symattn.derivation.gradients.lifted import lifted

Matrix = list[list[Any]]


def matrix_value(
    expr: Expr, named: Callable[[Expr], Matrix], algebra: Algebra, env: Environment
) -> Any:
    """The matrix (or number) that an expression is; `named` says what the matrices in it are.

    >>> A = Expr("matrix", ("A",))
    >>> gram = Expr("product", (A, Expr("transpose", (A,))))
    >>> rules = {"+": lambda a, b: a + b, "*": lambda a, b: a * b}
    >>> matrix_value(gram, lambda _: [[1, 2], [0, 1]], rules, Environment())
    [[5, 2], [2, 1]]
    """
    if expr.op == "matrix":
        return named(expr)
    if kind(expr) != "matrix":
        return evaluate(expr, algebra, env)
    parts = [matrix_value(part, named, algebra, env) for part in expr.parts]
    return lifted(algebra)[expr.op](*parts)
