"""The truth about claims on numbers and vectors at small sizes: an evaluator of its own.

Names get random rational numbers; weights, outputs and recurrences are loops written here. A place
where two sides differ is certain (balls that do not meet); that none was found is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from hashlib import sha256
from itertools import product
from random import Random
from typing import Any

from symattn.core.expression import COMPARISONS, Expr, free_names, kind, walk
from symattn.core.form import Form, Parameter
from symattn.core.term_claim import TermClaim
from tests.campaign.arithmetic import BITS, OPERATIONS, Unclear, ctx, different, exact, sign

HEADED = ("q", "k", "v")
Vector = list[Any]


@dataclass(frozen=True, slots=True)
class World:
    """Numbers for every name of a claim."""

    claim: TermClaim
    names: Mapping[str, Any]  # sizes, scalars, positions and bound names
    seed: str
    form: Form | None = None
    declared: Mapping[str, Parameter] = field(default_factory=dict)
    mixed: Vector | None = None  # o[i]

    def at(self, **names: Any) -> World:
        return replace(self, names={**self.names, **names})

    def entry(self, name: str, *index: Any) -> Fraction:
        return drawn(self.seed, name, tuple(map(int, index)), self.kind(name))

    def kind(self, name: str) -> str:
        return self.declared[name].kind if name in self.declared else "real"


@cache
def drawn(seed: str, name: str, index: tuple[int, ...], of: str) -> Fraction:
    """A small number that depends on nothing but its arguments."""
    code = int.from_bytes(sha256(f"{seed}|{name}|{index}".encode()).digest()[:6], "big")
    if of == "boolean":
        return Fraction(code % 2)
    if of == "integer":
        return Fraction(code % 3)
    return Fraction(code % 41 - 20, 1 + code // 41 % 7) / 4


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


def worlds(claim: TermClaim, seed: int, times: int) -> Iterator[World]:
    """Numbers for all names that satisfy the conditions, at several sizes."""
    declared = {p.name: p for p in claim.parameters} | {
        p.name: p for form in claim.forms for p in form.parameters
    }
    rotates = any(node.op == "rope" for e in _every(claim) for node in walk(e))
    for draw in range(20 * times):
        rng = Random(f"{seed}:{draw}")
        sizes = _sizes(claim, rng, rotates)
        names = dict(sizes)
        for p in sorted(declared.values(), key=lambda p: p.name):
            if not p.indices and p.kind in ("integer", "real"):
                names[p.name] = _scalar(p, rng, f"{seed}:{draw}")
        world = World(claim, names, f"{seed}:{draw}", None, declared)
        plain = [c for f in claim.forms for c in f.conditions]
        if all(holds(c, world) for c in plain):
            yield world
            times -= 1
        if times == 0:
            return


def _every(claim: TermClaim) -> Iterator[Expr]:
    yield from claim.expressions
    for form in claim.forms:
        yield from form.expressions


def _sizes(claim: TermClaim, rng: Random, rotates: bool) -> dict[str, int]:
    queries, keys = claim.lengths
    n = rng.choice([1, 2, 3, 3, 4, 4, 5])
    other = n if queries == keys else rng.randint(1, 5)
    heads = rng.choice([1, 2, 4, 6]) if claim.has_heads else 1
    d = rng.choice([2, 4]) if rotates else rng.choice([1, 3, 3, 5])
    d_v = rng.choice([1, 2])
    return {"n": n, "n_q": n, "n_k": other, "H": heads, "H_k": heads, "d": d, "d_v": d_v}


def _scalar(p: Parameter, rng: Random, seed: str) -> Any:
    bound = p.bound.args[0] if p.bound is not None and p.bound.op == "number" else None
    if p.kind == "integer":
        if p.name in ("d_r", "width"):
            return rng.choice([2, 4])
        return int(bound) + rng.randint(0, 4) if bound is not None else rng.randint(-2, 5)  # type: ignore[call-overload]
    size = abs(drawn(seed, p.name, (), "real")) + Fraction(1, 3)
    if bound is not None and p.relation in (">", ">="):
        return Fraction(bound) + size  # type: ignore[arg-type]
    return size * rng.choice([1, -1])


def broken_terms(claim: TermClaim, seed: int = 0, times: int = 6) -> dict[str, Any] | None:
    """A place where the claim is false for certain, with both sides; None if none was found."""
    with ctx.workprec(BITS):
        for world in worlds(claim, seed, times):
            for here in _positions(claim, world):
                found = _sides(claim, here)
                if found is not None:
                    return {**here.names, "left": found[0], "right": found[1]}
    return None


def _positions(claim: TermClaim, world: World) -> Iterator[World]:
    heads = {"h": "H"} if claim.has_heads else {}
    roles = {name: {"query": "n_q", "key": "n_k"}[role] for name, role in claim.positions}
    ranges = {**heads, **roles}
    every = list(product(*(range(world.names[size]) for size in ranges.values())))
    for place in every if len(every) <= 30 else Random(world.seed).sample(every, 30):
        yield world.at(**dict(zip(ranges, place, strict=True)))


def _sides(claim: TermClaim, here: World) -> tuple[str, str] | None:
    """Both sides where the claim is false for certain."""
    try:
        if not all(holds(c, here) for c in (*claim.where, *claim.premises)):
            return None
        left, right = value(claim.left, here), value(claim.right, here)
    except Unclear:
        return None
    if claim.relation == "==" and not isinstance(left, list):
        return (str(left), str(right)) if different(left, right) else None
    if claim.relation == "==":
        differ = any(different(a, b) for a, b in zip(left, right, strict=True))
        return (str(left), str(right)) if differ else None
    return (str(left), str(right)) if related(left, claim.relation, right) is False else None


def evaluated(claim: TermClaim, seed: int = 0, times: int = 6) -> int:
    """At how many places both sides have a value: a claim that was never looked at is not true."""
    count = 0
    with ctx.workprec(BITS):
        for world in worlds(claim, seed, times):
            for here in _positions(claim, world):
                try:
                    if all(holds(c, here) for c in (*claim.where, *claim.premises)):
                        value(claim.left, here), value(claim.right, here)
                        count += 1
                except Unclear:
                    continue
    return count


__all__ = ["World", "broken_terms", "evaluated", "free_names", "holds", "total", "value"]
