"""An evaluator of terms for the campaign alone: rational numbers, balls, and vectors as lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from symattn.core.expression import COMPARISONS, Expr, kind, walk
from tests.campaign.arithmetic import OPERATIONS, Unclear, exact, sign
from tests.campaign.world import Vector, World

HEADED = ("q", "k", "v")


def value(e: Expr, w: World) -> Any:
    """The number, vector (a list) or truth of a term."""
    rule = SPECIAL.get(e.op)
    if rule is not None:
        return rule(e, w)
    return OPERATIONS[e.op](*(value(part, w) for part in e.parts))


def whole(e: Expr, w: World) -> int:
    found = value(e, w)
    if not exact(found) or Fraction(found).denominator != 1:
        raise Unclear("an index that is no whole number")
    return int(found)


def holds(e: Expr, w: World) -> bool:
    if e.op in COMPARISONS:
        left, right = (value(part, w) for part in e.parts)
        answer = related(left, e.op, right)
        if answer is None:
            raise Unclear("a comparison that balls do not decide")
        return answer
    if e.op in ("and", "or"):
        return (all if e.op == "and" else any)(holds(part, w) for part in e.parts)
    if e.op == "not":
        return not holds(e.parts[0], w)
    return bool(value(e.parts[0], w) != 0) if e.op == "holds" else e.op == "true"


def related(left: Any, relation: str, right: Any) -> bool | None:
    """Whether a relation of two numbers or vectors holds; None if balls do not say."""
    if isinstance(left, list):
        same = [related(a, "==", b) for a, b in zip(left, right, strict=True)]
        equal = False if False in same else None if None in same else True
        return equal if relation == "==" or equal is None else not equal
    order = sign(OPERATIONS["-"](left, right))
    if order is None:
        return {"==": None, "!=": None}.get(relation)
    return {"==": order == 0, "!=": order != 0, "<": order < 0, "<=": order <= 0,
            ">": order > 0, ">=": order >= 0}[relation]  # fmt: skip


def _vector(e: Expr, w: World) -> Vector:
    name = e.name
    if name == "o" and w.mixed is not None:
        return w.mixed
    index = [whole(part, w) for part in e.parts]
    if name.rstrip("0123456789") in HEADED and w.claim.has_heads and e.parts:
        head = w.form.key_head if w.form and name[0] in "kv" else None
        index = [whole(head, w) if head is not None else w.names["h"], *index]
    shape = w.declared[name].shape if name in w.declared else ()
    size = whole(shape[0], w) if shape else w.names["d_v" if name[0] == "v" else "d"]
    return [w.entry(name, *index, t) for t in range(size)]


def _matmul(e: Expr, w: World) -> Vector:
    left, right = value(e.parts[0], w), e.parts[1]
    named = right.parts[0] if right.op == "transpose" else right
    index = [whole(part, w) for part in named.parts]
    shape = w.declared[named.name].shape
    rows, columns = (whole(s, w) for s in shape) if shape else (len(left), len(left))
    entries = [[w.entry(named.name, *index, r, c) for c in range(columns)] for r in range(rows)]
    if right.op == "transpose":
        entries = [list(column) for column in zip(*entries, strict=True)]
    return [_dot(left, column) for column in zip(*entries, strict=True)]


def _dot(a: Any, b: Any) -> Any:
    if len(a) != len(b):
        raise Unclear("vectors of two widths")
    products = [OPERATIONS["*"](x, y) for x, y in zip(a, b, strict=True)]
    return total(products)


def total(values: list[Any]) -> Any:
    found: Any = Fraction(0)
    for one in values:
        found = OPERATIONS["+"](found, one)
    return found


def _linear(e: Expr, w: World) -> Any:
    values = [value(part, w) for part in e.parts]
    rule = OPERATIONS[e.op]
    if not any(isinstance(v, list) for v in values):
        return rule(*values)
    size = next(len(v) for v in values if isinstance(v, list))
    columns = [v if isinstance(v, list) else [v] * size for v in values]
    return [rule(*entries) for entries in zip(*columns, strict=True)]


def _rope(e: Expr, w: World) -> Vector:
    what, position, base, pairing, width = e.parts
    u, place, size = value(what, w), value(position, w), whole(width, w)
    if size % 2 or size > len(u):
        raise Unclear("an odd width of a rotation")
    turned, half = list(u), size // 2
    for t in range(half):
        a, b = (2 * t, 2 * t + 1) if pairing.name == "interleaved" else (t, t + half)
        angle = OPERATIONS["*"](place, OPERATIONS["**"](value(base, w), Fraction(-2 * t, size)))
        c, s = OPERATIONS["cos"](angle), OPERATIONS["sin"](angle)
        turned[a], turned[b] = _dot([u[a], u[b]], [c, -s]), _dot([u[a], u[b]], [s, c])
    return turned


def _norm(e: Expr, w: World) -> Vector:
    u = value(e.parts[0], w)
    size = OPERATIONS["sqrt"](OPERATIONS["/"](_dot(u, u), Fraction(len(u))))
    return [OPERATIONS["/"](x, size) for x in u]


def _phi(e: Expr, w: World) -> Vector:
    u = value(e.parts[0], w)
    signs = [sign(x) for x in u]
    if None in signs:
        raise Unclear("a branch of elu")
    return [OPERATIONS["+"](x, Fraction(1)) if s and s > 0 else OPERATIONS["exp"](x)
            for x, s in zip(u, signs, strict=True)]  # fmt: skip


def _sum(e: Expr, w: World) -> Any:
    body, name = e.parts[-1], e.name
    if len(e.parts) == 2:
        keys = range(w.names["n_q" if name.startswith("i") else "n_k"])
        places = [w.at(**{name: l}) for l in keys if holds(e.parts[0], w.at(**{name: l}))]
    else:
        low, high = whole(e.parts[0], w), whole(e.parts[1], w)
        places = [w.at(**{name: l}) for l in range(low, high + 1)]
    terms = [value(body, at) for at in places]
    if kind(body) != "vector":
        return total(terms)
    if not terms:
        raise Unclear("an empty sum of vectors")
    return [total(list(column)) for column in zip(*terms, strict=True)]


def _infinity(_: Expr, __: World) -> Any:
    raise Unclear("an infinite number by itself")


def _symbol(e: Expr, w: World) -> Any:
    return w.names[e.name]


def _where(e: Expr, w: World) -> Any:
    return value(e.parts[1] if holds(e.parts[0], w) else e.parts[2], w)


def _exp(e: Expr, w: World) -> Any:
    """exp, with exp(where(c, s, -oo)) = where(c, exp(s), 0)."""
    inner = e.parts[0]
    if inner.op == "where":
        chosen = inner.parts[1] if holds(inner.parts[0], w) else inner.parts[2]
        return _exp(Expr("exp", (chosen,)), w)
    if inner.op == "neg" and inner.parts[0].op == "infinity":
        return Fraction(0)
    if inner.op in ("+", "-") and any(
        node.op == "neg" and node.parts[0].op == "infinity" for node in walk(inner)
    ):
        return _exp(Expr("exp", (_pushed(inner),)), w)
    return OPERATIONS["exp"](value(inner, w))


def _pushed(e: Expr) -> Expr:
    """a + where(c, x, -oo) as where(c, a + x, -oo)."""
    for at, part in enumerate(e.parts):
        if part.op == "where" and any(node.op == "infinity" for node in walk(part)):
            sides = []
            for side in part.parts[1:]:
                infinite = any(node.op == "infinity" for node in walk(side))
                args = tuple(side if k == at else p for k, p in enumerate(e.parts))
                sides.append(side if infinite else Expr(e.op, args))
            return Expr("where", (part.parts[0], *sides))
    raise Unclear("an infinite number in a sum")


def _of(e: Expr, w: World) -> Any:
    from tests.campaign import mechanism_oracle

    form = w.claim.forms[e.args[1]]  # type: ignore[index]
    places = [whole(part, w) for part in e.parts]
    return mechanism_oracle.QUANTITIES[str(e.args[0])](replace(w, form=form), form, *places)


SPECIAL: Mapping[str, Callable[[Expr, World], Any]] = {
    "number": lambda e, _: Fraction(e.args[0]),  # type: ignore[arg-type]
    "symbol": _symbol,
    "infinity": _infinity,
    "table": lambda e, w: w.entry(e.name, *(whole(part, w) for part in e.parts)),
    "vector": _vector,
    "matmul": _matmul,
    "dot": lambda e, w: _dot(*(value(part, w) for part in e.parts)),
    **dict.fromkeys(("+", "-", "*", "/", "neg"), _linear),
    "rope": _rope,
    "norm": _norm,
    "phi": _phi,
    "sum": _sum,
    "where": _where,
    "exp": _exp,
    "of": _of,
}
