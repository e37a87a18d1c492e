"""Every name of a Form gets a declaration: as given, by the usual letters, or by its use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symattn.core.errors import Usage, did_you_mean
from symattn.core.expression import (
    CONDITIONS,
    H_INDEX,
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
from symattn.core.text import show

WIDTHS = {"q": symbol("d"), "k": symbol("d"), "v": symbol("d_v"), "o": symbol("d_v")}
RESERVED = frozenset((*POSITIONS, *SIZES, *WIDTHS))


def declared(form: Form) -> Form:
    """The Form with exactly one declaration for every name that it uses, in order of names.

    >>> from symattn.core.form_text import form
    >>> [p.kind for p in form(support="doc[i] == doc[j]", score="dot(u, k[j]) - m").parameters]
    ['integer', 'real', 'vector']
    """
    _check_places(form)
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
    check_widths(form, found)
    used = form.names | set().union(*(shape_names(p) for p in found.values()))
    if unused := sorted(set(found) - used):
        raise Usage(f"{unused[0]!r} is declared and never used")
    return replace(form, parameters=tuple(found[name] for name in sorted(found)))


def _check_places(form: Form) -> None:
    """Refuse what is too tall, a position without a value, and a head map that nothing reads."""
    if any(height(expr) > TALLEST for expr in form.expressions):
        raise Usage(f"{form.name or 'the form'} has over {TALLEST} operations inside one another")
    weights = [("a coefficient of the weights", row.coefficient, ("j",)) for row in form.rows]
    sinks = [row.normaliser.extra for row in form.rows]
    for what, expr, positions in (
        *weights,
        *(("a sink", sink, ("j",)) for sink in sinks if sink is not None),
        ("the output", form.output, ("j",)),
        ("the offset", form.offset, POSITIONS),
        *([] if form.heads is None else [("the head map", form.heads, ("i", "j"))]),
    ):
        for name in positions:
            if name in free_names(expr):
                raise Usage(f"{what} cannot depend on {name}, got {show(expr)}")
    if form.heads not in (None, H_INDEX) and not any(map(form.reads_key_head, form.expressions)):
        raise Usage(
            f"{form.name or 'the form'} has a head map, {show(form.key_head)}, and nothing that "
            "reads it: it has no k or v of its own for each head"
        )


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
            plain = expr == form.value and _plain(form) and width(expr, found) is None
            wanted = symbol("d_v") if plain else None
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
    for expr in expressions:
        _refuse_partial_turns(expr, found)
    return found


def _refuse_partial_turns(expr: Expr, found: dict[str, Parameter]) -> None:
    """A rope that says nothing of its width must turn the whole vector."""
    for node in walk(expr):
        size = width(node.parts[0], found) if node.op == "rope" else None
        if size not in (None, symbol("d")) and node.parts[4] == symbol("d"):
            assert size is not None
            shown = show(size)
            raise Usage(f"{show(node)} would turn d of {shown} entries; say width={shown}")


def _plain(form: Form) -> bool:
    return form.output == Expr("vector", ("o", I))


def width(expr: Expr, found: dict[str, Parameter]) -> Expr | None:
    """The width of a vector expression, when it is known.

    >>> width(Expr("vector", ("v",)), {})
    Expr('d_v')
    """
    if expr.op == "vector":
        shape = found[expr.name].shape if expr.name in found else ()
        return shape[0] if shape else WIDTHS.get(expr.name)
    if expr.op == "matmul":
        return _size(expr.parts[1], 1, found)
    known = (width(part, found) for part in expr.parts if kind(part) == "vector")
    return next((size for size in known if size is not None), None)


def rows_of(matrix: Expr, found: dict[str, Parameter]) -> Expr | None:
    """The width of the vectors that a matrix takes, when it is known."""
    return _size(matrix, 0, found)


def _size(matrix: Expr, axis: int, found: dict[str, Parameter]) -> Expr | None:
    flipped = matrix.op == "transpose"
    named = matrix.parts[0] if flipped else matrix
    shape = found[named.name].shape if named.name in found else ()
    return shape[1 - axis if flipped else axis] if shape else None


def check_widths(form: Form, found: dict[str, Parameter]) -> None:
    """Refuse sums and products of vectors whose declared widths differ."""
    mixed = width(form.value, found)
    if mixed is not None:
        found = {**found, "o": Parameter("o", "vector", 1, (mixed,))}
    for expr in form.expressions:
        for node in walk(expr):
            if node.op == "matmul":
                sizes = [width(node.parts[0], found), rows_of(node.parts[1], found)]
            elif node.op == "dot" or (node.op in ("+", "-") and kind(node) == "vector"):
                sizes = [width(part, found) for part in node.parts]
            else:
                continue
            known = [show(size) for size in sizes if size is not None]
            if len(set(known)) == 2:
                _refuse_widths(node, *known)


def _refuse_widths(node: Expr, left: str, right: str) -> None:
    rows = " rows" if node.op == "matmul" else ""
    raise Usage(
        f"{show(node.parts[0])} has {left} entries and {show(node.parts[1])} has {right}{rows}: "
        f"{show(node)} needs equal widths"
    )


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
        _settle(expr.parts[0], rows_of(expr.parts[1], found), found)
        return
    for part in expr.parts:
        if kind(part) == "vector":
            _settle(part, wanted, found)
