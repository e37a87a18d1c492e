"""Whether a number is surely whole, as indices and keys must be. Part of the kernel."""

from __future__ import annotations

from collections.abc import Mapping

from symattn.core.expression import COMPARISONS, Expr
from symattn.core.form import Parameter

KEPT = frozenset(("+", "-", "*", "neg", "abs", "min", "max", "where", "%"))  # of whole numbers


SIMPLE = frozenset((*KEPT, "number", "symbol", "table", *COMPARISONS, "and", "or", "not", "//"))


def simple(expr: Expr) -> bool:
    """Whether a solver may know what a condition or number says: no powers, functions, sums.

    >>> from symattn.core.text import read
    >>> simple(read("a >= b + 1")), simple(read("exp(a)"))
    (True, False)
    """
    return expr.op in SIMPLE and all(map(simple, expr.parts))


def whole(expr: Expr, declared: Mapping[str, Parameter]) -> bool:
    """Whether an expression has no value but whole ones; names that bind are whole.

    >>> from symattn.core.text import read
    >>> declared = {"i": Parameter("i", "integer")}
    >>> whole(read("(i + 1) // 2"), declared), whole(read("i / 2"), declared)
    (True, False)
    """
    if expr.op == "number":
        return isinstance(expr.args[0], int)
    if expr.op in ("symbol", "table"):
        known = declared.get(expr.name)
        if known is None:
            return expr.op == "symbol" and expr.name[0] == "_"
        return known.kind in ("integer", "boolean")
    if expr.op in ("//", "floor", "floor_log"):
        return True
    parts = expr.parts[1:] if expr.op == "where" else expr.parts
    return expr.op in KEPT and all(whole(part, declared) for part in parts)
