"""Every name of a Form gets a declaration: as given, by the usual letters, or by its use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symattn.core.errors import Usage, did_you_mean
from symattn.core.expression import (
    CONDITIONS,
    ONE,
    TALLEST,
    Expr,
    I,
    free_names,
    height,
    kind,
    symbol,
    walk,
)
from symattn.core.form import POSITIONS, SIZES, Form, Parameter

WIDTHS = {"q": symbol("d"), "k": symbol("d"), "v": symbol("d_v"), "o": symbol("d_v")}
RESERVED = frozenset((*POSITIONS, *SIZES, *WIDTHS))


def declared(form: Form) -> Form:
    """The Form with exactly one declaration for every name that it uses, in order of names.

    >>> from symattn.core.form_text import form
    >>> [p.kind for p in form(support="doc[i] == doc[j]", score="dot(u, k[j]) - m").parameters]
    ['integer', 'real', 'vector']
    """
    if any(height(expr) > TALLEST for expr in form.expressions):
        raise Usage(f"{form.name or 'the form'} has over {TALLEST} operations inside one another")
    given = {p.name: p for p in form.parameters}
    for name in given:
        if name in RESERVED:
            raise Usage(f"the name {name!r} has a fixed meaning and cannot be declared")
    found = dict(given)
    for size in sorted(set().union(*(shape_names(p) for p in given.values())) - RESERVED):
        found.setdefault(size, Parameter(size, "integer", relation=">=", bound=ONE))
    for name, use in uses(form):
        if name in RESERVED:
            continue
        if name not in found:
            hint = did_you_mean(name, given)
            if hint and len(name) > 3 and use.kind in ("integer", "real") and not use.indices:
                raise Usage(f"unknown name {name!r}; {hint} (or declare it in 'where:')")
            found[name] = use
        agree(found[name], use)
    found = widths(form, found)
    used = form.names | set().union(*(shape_names(p) for p in found.values()))
    if unused := sorted(set(found) - used):
        raise Usage(f"{unused[0]!r} is declared and never used")
    return replace(form, parameters=tuple(found[name] for name in sorted(found)))


def shape_names(parameter: Parameter) -> set[str]:
    return set().union(*(free_names(size) for size in parameter.shape))


def uses(form: Form) -> Iterator[tuple[str, Parameter]]:
    """What each occurrence of a free name says about it; integers before reals."""
    integral = [
        form.support,
        form.offset,
        *form.conditions,
        *([] if form.heads is None else [form.heads]),
    ]
    for expr in integral:
        yield from occurrences(expr, "integer", frozenset())
    for expr in form.expressions:
        for node in walk(expr):
            if node.op in ("table", "vector", "matrix"):
                for index in node.parts:
                    yield from occurrences(index, "integer", bound_names(expr))
    for expr in form.expressions:
        if expr not in integral:
            yield from occurrences(expr, "real", frozenset())


def bound_names(expr: Expr) -> frozenset[str]:
    return frozenset(node.name for node in walk(expr) if node.op == "sum")


def occurrences(
    expr: Expr, number_kind: str, bound: frozenset[str]
) -> Iterator[tuple[str, Parameter]]:
    """Declarations read off the places where names stand."""
    inside = "integer" if expr.op in CONDITIONS or expr.op in ("table", "vector") else number_kind
    if expr.op == "symbol" and expr.name not in bound:
        yield expr.name, Parameter(expr.name, number_kind)
    elif expr.op == "table":
        yield expr.name, Parameter(expr.name, number_kind, len(expr.parts))
    elif expr.op in ("vector", "matrix"):
        yield expr.name, Parameter(expr.name, expr.op, len(expr.parts))
    elif expr.op == "call":
        yield expr.name, Parameter(expr.name, "function", 0)
    elif expr.op in ("holds", "sum"):
        yield from _scoped(expr, inside, bound)
        return
    parts = expr.parts[:2] if expr.op == "rope" else expr.parts
    for part in parts:
        yield from occurrences(part, inside, bound)
    if expr.op == "rope" and expr.parts[2].op != "number":
        yield from occurrences(expr.parts[2], "real", bound)
    if expr.op == "rope" and expr.parts[4].op != "number":
        yield from occurrences(expr.parts[4], "integer", bound)


def _scoped(expr: Expr, number_kind: str, bound: frozenset[str]) -> Iterator[tuple[str, Parameter]]:
    """What a condition `keep[j]` says about its table, and a sum about all but its own name."""
    if expr.op == "holds":
        held = expr.parts[0]
        yield held.name, Parameter(held.name, "boolean", len(held.parts))
        for part in held.parts:
            yield from occurrences(part, "integer", bound)
        return
    *limits, body = expr.parts
    scope = bound | {expr.name}
    for limit in limits:  # of `sum(t, condition, body)` the condition is in scope, too
        yield from occurrences(limit, "integer", scope if len(limits) == 1 else bound)
    yield from occurrences(body, number_kind, scope)


def agree(known: Parameter, use: Parameter) -> None:
    """Refuse a name that is used as two different things."""
    numbers = ("integer", "real", "boolean")
    same = known.kind == use.kind or (known.kind in numbers and use.kind in numbers)
    if not same:
        raise Usage(f"{known.name!r} is used as a {known.kind} and as a {use.kind}")
    if known.indices != use.indices:
        raise Usage(f"{known.name!r} is used with {known.indices} and with {use.indices} indices")


def widths(form: Form, found: dict[str, Parameter]) -> dict[str, Parameter]:
    """The declarations with the missing widths of vectors read off the terms beside them."""
    found = dict(found)
    expressions: list[Expr] = list(form.expressions)
    for _ in range(4):  # each pass can settle one more neighbour
        for expr in expressions:
            wanted = symbol("d_v") if expr == form.value and _plain(form) else None
            for node in walk(expr):
                if node.op == "dot":
                    left, right = node.parts
                    _settle(left, width(right, found), found)
                    _settle(right, width(left, found), found)
            if kind(expr) == "vector":
                _settle(expr, wanted, found)
    if "x" in found and not found["x"].shape:
        found["x"] = replace(found["x"], shape=(symbol("d"),))
    for parameter in found.values():
        if parameter.kind in ("vector", "matrix") and not parameter.shape:
            example = "d" if parameter.kind == "vector" else "d_x d"
            mark = "[" + ", ".join("_" * parameter.indices) + "]" if parameter.indices else ""
            raise Usage(
                f"the size of the {parameter.kind} {parameter.name!r} is not known; say "
                f"'where: {parameter.name}{mark}: {parameter.kind} {example}'"
            )
    return found


def _plain(form: Form) -> bool:
    return form.output == Expr("vector", ("o", I))


def width(expr: Expr, found: dict[str, Parameter]) -> Expr | None:
    """The width of a vector expression, when it is known.

    >>> width(Expr("vector", ("v",)), {})
    Expr('d_v')
    """
    if expr.op == "vector":
        if expr.name in WIDTHS:
            return WIDTHS[expr.name]
        shape = found[expr.name].shape if expr.name in found else ()
        return shape[0] if shape else None
    if expr.op == "matmul":
        matrix = expr.parts[1]
        flipped = matrix.op == "transpose"
        named = matrix.parts[0] if flipped else matrix
        shape = found[named.name].shape if named.name in found else ()
        return shape[0 if flipped else 1] if shape else None
    known = (width(part, found) for part in expr.parts if kind(part) == "vector")
    return next((size for size in known if size is not None), None)


def _settle(expr: Expr, wanted: Expr | None, found: dict[str, Parameter]) -> None:
    """Give every vector of a sum the width that the sum must have."""
    wanted = width(expr, found) if wanted is None else wanted
    if wanted is None:
        return
    if expr.op == "vector":
        known = found.get(expr.name)
        if known is not None and not known.shape:
            found[expr.name] = replace(known, shape=(wanted,))
        return
    if expr.op == "matmul":
        return
    for part in expr.parts:
        if kind(part) == "vector":
            _settle(part, wanted, found)
