"""What the open names of a claim are: positions, whole numbers, reals, vectors and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from symattn.core.declare import agree, bound_names, occurrences, width
from symattn.core.expression import ZERO, Expr, equal, free_names, kind, symbol, walk
from symattn.core.form import KEY_LETTERS, Form, Parameter
from symattn.core.term_claim import QUANTITIES
from symattn.core.text import show

USUAL = {"i": "query", "j": "key", "l": "key"}  # letters that are always positions
SEQUENCE = re.compile(r"[qkvx]\d*")


def position_names(expressions: Sequence[Expr]) -> dict[str, str]:
    """The open names that are positions, with "query" or "key"."""
    found: dict[str, str] = {}
    for expr in expressions:
        names, bound = free_names(expr), bound_names(expr)
        found.update({name: role for name, role in USUAL.items() if name in names})
        for part, role in _places(expr):
            if part.op == "symbol" and part.name not in bound and role != "tile":
                found.setdefault(part.name, role)
    return found


def _places(expr: Expr) -> Iterator[tuple[Expr, str]]:
    """Every place of a position, with its role."""
    for node in walk(expr):
        if node.op == "of":
            yield from zip(node.parts, QUANTITIES[node.name], strict=True)
        elif node.op == "vector" and node.parts and SEQUENCE.fullmatch(node.name):
            role = "key" if KEY_LETTERS.fullmatch(node.name) else "query"
            yield node.parts[-1], role


def shifted_positions(expressions: Sequence[Expr], forms: tuple[Form, ...]) -> list[Expr]:
    """Shifted positions stay within the sequence, too."""
    lengths = lengths_of(expressions, forms)
    found: dict[Expr, None] = {}
    for expr in expressions:
        bound = bound_names(expr)
        for part, role in _places(expr):
            if role in lengths and part.op != "symbol" and not free_names(part) & bound:
                first, size = ZERO, symbol(lengths[role])
                literal = part.args[0] if part.op == "number" else -1
                if isinstance(literal, int) and literal < 0:
                    found[Expr("<=", (first, part))] = None
                if part != ZERO:  # there is a first position
                    found[Expr("<", (part, size))] = None
    return list(found)


def lengths_of(expressions: Sequence[Expr], forms: tuple[Form, ...]) -> dict[str, str]:
    names = set().union(*map(free_names, expressions), *(f.names for f in forms))
    square = "n" in names or names.isdisjoint(("n_q", "n_k"))
    return dict.fromkeys(("query", "key"), "n") if square else {"query": "n_q", "key": "n_k"}


def declared_names(
    expressions: Sequence[Expr], forms: tuple[Form, ...], apart: set[str] | frozenset[str]
) -> tuple[Parameter, ...]:
    """One declaration for each open name: by the Forms, and else by its use."""
    found: dict[str, Parameter] = {}
    for form in forms:
        for parameter in form.parameters:
            known = found.get(parameter.name)
            if known is not None:
                agree(known, parameter)
            if known is None or _bound(parameter) > _bound(known):
                found[parameter.name] = parameter
    for wanted in ("whole", "any"):  # what must be whole is said first
        for expr in expressions:
            for name, use in _uses(expr, wanted == "whole"):
                if name in apart:
                    continue
                if name in found:
                    agree(found[name], use)
                else:
                    found[name] = _shaped(use)
    return tuple(_kept_above(found[name], expressions) for name in sorted(found))


def _kept_above(declared: Parameter, expressions: Sequence[Expr]) -> Parameter:
    """The declaration with the bound that a condition such as `c > 0` gives a name without one."""
    for condition in expressions if declared.bound is None else ():
        above = condition.op in (">", ">=") and condition.parts[0] == symbol(declared.name)
        if above and condition.parts[1].op == "number":
            return replace(declared, relation=condition.op, bound=condition.parts[1])
    return declared


def _uses(expr: Expr, whole: bool) -> Iterator[tuple[str, Parameter]]:
    """What the places of names say; `whole`: only those that must be whole numbers."""
    bound = bound_names(expr)
    if not whole:
        yield from occurrences(expr, "real", bound)
        return
    for node in walk(expr):
        places: tuple[Expr, ...] = ()
        if node.op in ("of", "table", "vector", "//", "%"):
            places = node.parts
        elif node.op == "sum" and len(node.parts) == 3:
            places = node.parts[:2]
        for part in places:
            if kind(part) == "number":
                yield from occurrences(part, "integer", bound)


def _shaped(use: Parameter) -> Parameter:
    """A vector has the width d and a matrix d rows and columns unless something else is said."""
    if use.kind in ("vector", "matrix") and not use.shape:
        return replace(use, shape=(symbol("d"),) * (1 if use.kind == "vector" else 2))
    return use


def _bound(parameter: Parameter) -> Fraction:
    if parameter.bound is None or not isinstance(parameter.bound.args[0], (int, Fraction)):
        return Fraction(-(10**9))
    return Fraction(parameter.bound.args[0])


def shared_widths(expressions: Sequence[Expr], forms: tuple[Form, ...]) -> list[Expr]:
    """Vectors that meet have one width, and so has one that two mechanisms share: conditions."""
    known: dict[str, Parameter] = {}
    declared = {p.name: p for form in forms for p in form.parameters}
    found: dict[Expr, None] = {}
    for node in (node for expr in expressions for node in walk(expr)):
        if node.op == "dot" or (node.op in ("+", "-") and kind(node) == "vector"):
            parts = [part for part in node.parts if kind(part) == "vector"]
            sizes = [width(part, declared) for part in parts]
            one, two = (symbol("d") if size is None else size for size in sizes)
            if one != two:
                found[equal(*sorted((one, two), key=show))] = None
    for form in forms:
        for p in form.parameters:
            other = known.setdefault(p.name, p)
            for one, two in zip(other.shape, p.shape, strict=False):
                if one != two:
                    found[equal(*sorted((one, two), key=show))] = None
    return list(found)
