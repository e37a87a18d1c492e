"""Attention of an Instance on whole NumPy arrays, by broadcasting over heads, queries and keys.

The second witness beside `core.attend`: it shares the Form, the numbers and nothing else. Axes are
(head, query, key) and one more for the channels of a vector. Positions are exact, numbers are
float64. What is undefined is NaN, and a visible NaN reaches the result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from symattn.core.errors import NotConcrete
from symattn.core.expression import Expr, kind
from symattn.core.form import Row
from symattn.core.instance import Instance
from symattn.deciding.places import (
    Booleans,
    Floats,
    Grid,
    bound,
    condition,
    exact,
    gathered,
    positions,
)


def weights_and_output(base: Instance) -> tuple[Floats, Floats]:
    """Weights of shape (H, n_q, n_k) and outputs of shape (H, n_q, width).

    >>> from symattn.core.form_text import form
    >>> from symattn.core.instance import instance
    >>> from symattn.core.numbers import numbers
    >>> given = numbers({"Q": [[0], [0]], "K": [[0], [1]], "V": [[3], [4]]})
    >>> weights_and_output(instance(form("j <= i"), numbers=given))[1].tolist()
    [[[3.0], [3.5]]]
    """
    form = base.form
    with np.errstate(all="ignore"):  # masked places may be undefined; results are not hidden
        grid = Grid(base, positions(base))
        shape = (base.sizes["H"], base.sizes["n_q"], base.sizes["n_k"])
        support = np.broadcast_to(condition(form.support, grid), shape)
        empty = ~support.any(axis=-1, keepdims=True)
        weights = np.zeros(shape)
        for row in form.rows:
            share = _normalised(row, support, grid)
            if form.empty == "uniform":
                share = np.where(empty, 1 / shape[-1], share)
            weights = weights + number(row.coefficient, grid) * share
        used = support | (empty if form.empty == "uniform" else False)
        weights = np.where(used, weights, 0.0)
        values = np.where(used[..., None], vector(form.value, grid), 0.0)
        mixed = np.einsum("hij,hijt->hit", weights, values)
        output = vector(form.output, replace(grid, mixed=mixed[:, :, None, :]))
        output = np.broadcast_to(output, (*shape[:2], 1, output.shape[-1]))[:, :, 0, :].copy()
        if form.empty == "nan":
            weights = np.where(empty, np.nan, weights)
            output = np.where(empty, np.nan, output)
    return weights, output


NUMPY: Mapping[str, Callable[..., Any]] = {
    "number": lambda value: np.float64(float(value)),
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "**": np.power,
    "neg": np.negative,
    "sqrt": np.sqrt,
    "exp": np.exp,
    "log": np.log,
    "tanh": np.tanh,
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
    "cos": np.cos,
    "sin": np.sin,
    "abs": np.abs,
    "min": np.minimum,
    "max": np.maximum,
}


def number(expr: Expr, grid: Grid) -> Floats:
    """Numbers as floats at every place."""
    rule = NUMBERS.get(expr.op)
    if rule is not None:
        return rule(expr, grid)
    if expr.op in ("//", "%", "floor", "floor_log", "number", "symbol"):
        return exact(expr, grid).astype(np.float64)
    first, *rest = (number(part, grid) for part in expr.parts)
    if expr.op in ("min", "max"):
        for value in rest:
            first = NUMPY[expr.op](first, value)
        return first
    found: Floats = NUMPY[expr.op](first, *rest)
    return found


def _dot(expr: Expr, grid: Grid) -> Floats:
    left, right = (vector(part, grid) for part in expr.parts)
    found: Floats = (left * right).sum(axis=-1)
    return found


def _where(expr: Expr, grid: Grid) -> Floats:
    chosen, yes, no = expr.parts
    return np.where(condition(chosen, grid), number(yes, grid), number(no, grid))


def _sum(expr: Expr, grid: Grid) -> Floats:
    total = np.zeros((1, 1, 1))
    for there, inside in bound(expr, grid):
        total = total + np.where(there, number(expr.parts[-1], inside), 0.0)
    return total


def _vector_sum(expr: Expr, grid: Grid) -> Floats:
    total = np.zeros((1, 1, 1, 1))
    for there, inside in bound(expr, grid):
        total = total + np.where(there[..., None], vector(expr.parts[-1], inside), 0.0)
    return total


def _call(expr: Expr, grid: Grid) -> Floats:
    function = grid.base.functions.get(expr.name)
    if function is None:
        raise NotConcrete(f"the function {expr.name!r} has no meaning here")
    found: Floats = function(NUMPY, *(number(part, grid) for part in expr.parts))
    return found


NUMBERS: Mapping[str, Callable[[Expr, Grid], Floats]] = {
    "table": gathered,
    "dot": _dot,
    "where": _where,
    "sum": _sum,
    "call": _call,
}


def vector(expr: Expr, grid: Grid) -> Floats:
    """Vectors at every place, their channels on the last axis."""
    return VECTORS[expr.op](expr, grid)


def _vector(expr: Expr, grid: Grid) -> Floats:
    if expr.name == "o" and grid.mixed is not None:
        return grid.mixed
    found: Floats = gathered(expr, grid)
    return found


def _matmul(expr: Expr, grid: Grid) -> Floats:
    left, right = expr.parts
    flipped = right.op == "transpose"
    matrix = gathered(right.parts[0] if flipped else right, grid)
    how = "...s,...ts->...t" if flipped else "...s,...st->...t"
    found: Floats = np.einsum(how, vector(left, grid), matrix)
    return found


def _linear(expr: Expr, grid: Grid) -> Floats:
    """+ - * / neg where at least one argument is a vector."""
    found: Floats = NUMPY[expr.op](
        *(
            vector(part, grid) if kind(part) == "vector" else number(part, grid)[..., None]
            for part in expr.parts
        )
    )
    return found


def _rope(expr: Expr, grid: Grid) -> Floats:
    """Pairs of channels as complex numbers, turned by position * base**(-2t/width)."""
    what, position, base, pairing, width = expr.parts
    flat = vector(what, grid)
    size = int(exact(width, grid).item())
    if size % 2 or size > flat.shape[-1]:
        raise NotConcrete(f"rope turns pairs: its width {size} does not fit {flat.shape[-1]}")
    if pairing.name == "half":
        real, imaginary = slice(0, size // 2), slice(size // 2, size)
    else:
        real, imaginary = slice(0, size, 2), slice(1, size, 2)
    speed = number(base, grid)[..., None] ** (-np.arange(0, size, 2) / max(size, 1))
    angle = number(position, grid)[..., None] * speed
    pairs = (flat[..., real] + 1j * flat[..., imaginary]) * np.exp(1j * angle)
    turned = np.broadcast_to(flat, (*pairs.shape[:-1], flat.shape[-1])).copy()
    turned[..., real], turned[..., imaginary] = pairs.real, pairs.imag
    return turned


def _norm(expr: Expr, grid: Grid) -> Floats:
    flat = vector(expr.parts[0], grid)
    found: Floats = flat / np.sqrt((flat**2).mean(axis=-1, keepdims=True))
    return found


def _phi(expr: Expr, grid: Grid) -> Floats:
    flat = vector(expr.parts[0], grid)
    found: Floats = np.where(flat > 0, flat + 1, np.exp(np.minimum(flat, 0)))
    return found


VECTORS: Mapping[str, Callable[[Expr, Grid], Floats]] = {
    "vector": _vector,
    "matmul": _matmul,
    **dict.fromkeys(("+", "-", "*", "/", "neg"), _linear),
    "rope": _rope,
    "norm": _norm,
    "phi": _phi,
    "sum": _vector_sum,
}


def _normalised(row: Row, support: Booleans, grid: Grid) -> Floats:
    """The weights of one row of a Form; an empty row has none."""
    normaliser = row.normaliser
    scores = np.broadcast_to(number(row.score, grid), support.shape)
    powers: Floats
    extra = number(normaliser.extra, grid) if normaliser.extra is not None else np.array(-np.inf)
    if normaliser.numerator == "exp" and normaliser.divide:
        logits = np.where(support, scores, -np.inf)
        top = np.maximum(logits.max(axis=-1, keepdims=True), extra)
        top = np.where(np.isneginf(top), 0.0, top)
        powers, sink = np.exp(logits - top), np.exp(extra - top)
    else:
        powers = np.where(support, FUNCTIONS[normaliser.numerator](scores), 0.0)
        sink = np.exp(extra)
    if not normaliser.divide:
        return powers
    total = powers.sum(axis=-1, keepdims=True) + sink
    found: Floats = np.where(support.any(axis=-1, keepdims=True), powers / total, 0.0)
    return found


FUNCTIONS: Mapping[str, Callable[[Floats], Floats]] = {
    "exp": np.exp,
    "identity": lambda scores: scores,
    "sigmoid": NUMPY["sigmoid"],
}
