"""The words of the language as plain Python, one rule for each; see `replay_code`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from keyword import iskeyword
from typing import TYPE_CHECKING

from symattn.core.expression import ONE, TRUE, Expr, kind, number, symbol, walk
from symattn.core.text import show

if TYPE_CHECKING:
    from symattn.deciding.trials.replay_code import Code

TAKEN = frozenset(
    ("exp", "sqrt", "log", "tanh", "cos", "sin", "inf", "nan", "floor", "sigmoid", "dot", "plus",
     "minus", "times", "mult", "norm", "phi", "rope", "floor_log", "sum", "zip", "range", "len",
     "print", "arb", "ctx", "fmpq", "min", "max", "abs", "int")
)  # fmt: skip


def fresh(name: str) -> str:
    """A name that is no word of Python and none of the line's own."""
    own = name[0] in "swaorm" and name[1:].isdigit()
    return f"{name}_" if iskeyword(name) or name in TAKEN or own else name


def _quantity(code: Code, node: Expr) -> Expr:
    at = node.args[1]
    assert isinstance(at, int)
    code.asked[node.name, at] = None
    letter = {"score": "s", "weight": "a", "row_sum": "r"}.get(node.name, "o")
    mark = "c" if node.name in ("decode", "recurrent") else ""
    parts = node.parts[:1] if node.name == "online" else node.parts
    head = (symbol("h"),) if code.claim.has_heads else ()
    return Expr("call", (f"{letter}{at}{mark}", *head, *map(code.python, parts)))


def _number(code: Code, node: Expr) -> Expr | None:
    value = node.args[0]
    if isinstance(value, Fraction) and code.exact:
        return Expr("call", ("fmpq", number(value.numerator), number(value.denominator)))
    return None


def _over(code: Code, node: Expr) -> Expr | None:
    if not code.exact:
        return None
    top, bottom = map(code.python, node.parts)
    return Expr("/", (Expr("call", ("arb", top)), bottom))


def _power(code: Code, node: Expr) -> Expr | None:
    if not code.exact:
        return None
    base, exponent = (Expr("call", ("arb", code.python(part))) for part in node.parts)
    return Expr("**", (base, exponent))


def _infinity(code: Code, _: Expr) -> Expr:
    code.used.add("inf")
    return symbol("inf")


def _sum(code: Code, node: Expr) -> Expr:
    name, body = fresh(node.name), code.text(node.parts[-1])
    if len(node.parts) == 3:
        low, high = (code.text(part) for part in node.parts[:2])
        domain = f"range(int({low}), int({high}) + 1)"
    else:
        size = {"i": code.lengths[0], "h": "H"}.get(name[0], code.lengths[1])
        domain = f"range({size})"
    plain = len(node.parts) == 3 or node.parts[0] == TRUE
    only = "" if plain else f" if {code.text(node.parts[0])}"
    if kind(node) == "vector":
        return symbol(f"[sum(z) for z in zip(*({body} for {name} in {domain}{only}))]")
    return symbol(f"sum({body} for {name} in {domain}{only})")


def _where(code: Code, node: Expr) -> Expr:
    condition, yes, no = map(code.text, node.parts)
    return symbol(f"({yes} if {condition} else {no})")


def _indexed(code: Code, node: Expr) -> Expr:
    parts = (*(code.own(node.name) if node.op == "vector" else ()), *node.parts)
    if not parts:
        return symbol(fresh(node.name))
    return Expr("table", (fresh(node.name), *(_index(code, part) for part in parts)))


def _index(code: Code, part: Expr) -> Expr:
    """An index, whole for Python as well."""
    broken = any(e.op == "/" for e in walk(part))
    return Expr("call", ("int", code.python(part))) if broken else code.python(part)


def _matmul(code: Code, node: Expr) -> Expr:
    code.used.add("mult")
    left, right = node.parts
    turned = right.op == "transpose"
    matrix = code.python(right.parts[0] if turned else right)
    if turned:
        matrix = symbol(f"list(zip(*{show(matrix)}))")
    return Expr("call", ("mult", code.python(left), matrix))


def _rope(code: Code, node: Expr) -> Expr:
    code.used.add("rope")
    vector, position, base, pairing, width = node.parts
    word = symbol(f"'{pairing.name}'")
    parts = [code.python(part) for part in (vector, position, base)]
    return Expr("call", ("rope", *parts, word, code.python(width)))


def _floor(code: Code, node: Expr) -> Expr:
    return Expr("//", (code.python(node.parts[0]), ONE))


RULES: Mapping[str, Callable[[Code, Expr], Expr | None]] = {
    "of": _quantity,
    "number": _number,
    "/": _over,
    "**": _power,
    "infinity": _infinity,
    "sum": _sum,
    "where": _where,
    "table": _indexed,
    "vector": _indexed,
    "matrix": _indexed,
    "matmul": _matmul,
    "rope": _rope,
    "floor": _floor,
    "symbol": lambda _, node: symbol(fresh(node.name)),
    "true": lambda *_: symbol("True"),
    "false": lambda *_: symbol("False"),
}
