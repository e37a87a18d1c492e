"""Trees of formulas as expressions that the catalogue of edits can change, and back.

The expressions are only looked at and changed, never computed with: they have operations (`cases`,
`matrix`, `list`) that no evaluator knows. Names keep their labels as a `^1` after the name.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from symattn.core.expression import COMPARISONS, INFINITY, Expr, make, number, symbol
from symattn.reading.latex.tree import ABSENT, Node

OPERATIONS: Mapping[str, str] = {
    "add": "+", "sub": "-", "mul": "*", "div": "/", "power": "**", "matrix": "rows",
}  # fmt: skip
NODES = {sign: word for word, sign in OPERATIONS.items()}
BINDING = ("sum", "prod", "max", "min")
NAMELESS, BOUND = "|", " over "


def expression_of(node: Node) -> Expr:
    """The tree as an expression.

    >>> name = Node("name", (), "a")
    >>> expression_of(Node("add", (name, Node("number", value=Fraction(1)))))
    Expr('a + 1')
    """
    parts = tuple(map(expression_of, node.parts))
    if node.op == "number":
        return number(node.value)
    if node.op == "infinity":
        return INFINITY
    if node.op == "name":
        mark = f"^{node.labels}" if node.labels else ""
        return Expr("table", (node.name + mark, *parts)) if parts else symbol(node.name)
    if node.op == "compare":
        return Expr(node.name, parts)
    if node.op in BINDING and node.name:
        return _bound(node, parts)
    if node.op == "call":
        return Expr("call", (node.name, *parts))
    if node.op in OPERATIONS or node.op == "neg":
        return make(OPERATIONS.get(node.op, node.op), *parts)
    return Expr(node.op, (*_leaf(node), *parts))


def _bound(node: Node, parts: tuple[Expr, ...]) -> Expr:
    low, high, condition, body = parts
    absent = Expr("absent", ())
    op = node.op if node.op in ("sum", "prod") else f"{node.op}{BOUND}"
    if condition == absent and absent not in (low, high):
        return Expr(op, (node.name, low, high, body))
    if low == high == absent:
        return Expr(op, (node.name, *([] if condition == absent else [condition]), body))
    return Expr(f"{op}{NAMELESS}", (node.name, low, high, condition, body))


def _leaf(node: Node) -> tuple[str | Fraction, ...]:
    """What a node says beside its parts, if that is more than their number."""
    plain = not node.name and not node.labels and node.value in (0, len(node.parts))
    return () if plain else (node.name, node.value, Fraction(node.labels))


def node_of(expr: Expr) -> Node:
    """The expression as a tree.

    >>> name = Node("name", (Node("name", (), "i"),), "q")
    >>> node_of(expression_of(Node("transpose", (name,)))) == Node("transpose", (name,))
    True
    """
    parts = tuple(map(node_of, expr.parts))
    if expr.op == "number":
        return _number(Fraction(expr.args[0]))  # type: ignore[arg-type]
    if expr.op == "symbol":
        return Node("name", (), expr.name)
    if expr.op == "table":
        name, _, labels = expr.name.partition("^")
        return Node("name", parts, name, labels=int(labels or 0))
    if expr.op in COMPARISONS:
        return Node("compare", parts, expr.op)
    word = expr.op.removesuffix(NAMELESS).removesuffix(BOUND)
    if word in BINDING and isinstance(expr.args[0], str):
        return _unbound(word, expr.name, parts)
    if expr.op == "call":
        return Node("call", parts, expr.name)
    if expr.args and not isinstance(expr.args[0], Expr):
        said, value, marks = expr.args[:3]
        return Node(expr.op, parts, str(said), Fraction(value), int(marks))  # type: ignore[arg-type]
    op = NODES.get(expr.op, expr.op)
    return Node(op, parts, value=Fraction(0) if op in _STRUCTURAL else Fraction(len(parts)))


_STRUCTURAL = frozenset((
    *OPERATIONS, "neg", "cdot", "odot", "mod", "transpose", "and", "or", "not", "indicator",
    "cases", "case", "row", "list", "dots", "infinity", "entry", "derivative",
    "binomial", "inner", "identity", "ones", "absent", "entrywise power",
))  # fmt: skip


def _number(value: Fraction) -> Node:
    if value < 0:
        return Node("neg", (_number(-value),))
    if value.denominator == 1:
        return Node("number", value=value)
    above, below = Fraction(value.numerator), Fraction(value.denominator)
    return Node("div", (Node("number", value=above), Node("number", value=below)))


def _unbound(op: str, name: str, parts: tuple[Node, ...]) -> Node:
    *given, body = parts
    if len(given) == 3:
        return Node(op, (*given, body), name)
    if len(given) == 2:
        return Node(op, (*given, ABSENT, body), name)
    condition = given[0] if given else ABSENT
    return Node(op, (ABSENT, ABSENT, condition, body), name)
