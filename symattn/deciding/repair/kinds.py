"""`fits`: whether an edited expression still says something, before anybody computes with it."""

from __future__ import annotations

from symattn.core.expression import COMPARISONS, FUNCTIONS, Expr, kind

NUMBERS = frozenset((*FUNCTIONS, "//", "%", "**", *COMPARISONS))


def fits(expr: Expr) -> bool:
    """Whether numbers, vectors and conditions stand where they may.

    >>> from symattn.core.expression import QUERY, lift
    >>> fits(lift("dot(q[i], k[j]) + 1")), fits(Expr("+", (QUERY, lift("1"))))
    (True, False)
    """
    if not all(map(fits, expr.parts)):
        return False
    kinds = [kind(part) for part in expr.parts]
    op = expr.op
    if op in NUMBERS:
        return set(kinds) <= {"number"}
    if op in ("and", "or", "not"):
        return set(kinds) <= {"condition"}
    if op in ("+", "-", "neg"):
        return len(set(kinds)) == 1 and kinds[0] in ("number", "vector")
    if op == "*":
        return kinds.count("number") >= 1 and "condition" not in kinds
    if op == "/":
        return kinds[1] == "number" and kinds[0] != "condition"
    if op == "dot":
        return kinds == ["vector", "vector"]
    if op in ("vector", "table", "symbol", "of"):
        return set(kinds) <= {"number"}
    if op == "sum":
        return kinds[-1] in ("number", "vector") and kinds[0] in ("number", "condition")
    return op != "cdot"
