"""Exact positions on whole arrays: where a support holds, what stands at each place of an index.

The integer half of `vectorised`. Arrays hold Fractions, or None where a position is undefined, and
broadcast to (heads, queries, keys).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor, log
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from symattn.core.errors import NotConcrete
from symattn.core.expression import COMPARISONS, Expr
from symattn.core.instance import Instance
from symattn.core.layout import entries
from symattn.core.text import show

Floats: TypeAlias = NDArray[np.float64]
Exact: TypeAlias = NDArray[Any]  # of Fraction, or None where undefined
Booleans: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """All places at once: exact positions that broadcast to (heads, queries, keys)."""

    base: Instance
    names: Mapping[str, Exact]
    mixed: Floats | None = None  # o[i], once it is known


def positions(base: Instance) -> dict[str, Exact]:
    """i, j and h along their axes, and every size and parameter as a single exact number."""
    known = base.known.scalars
    lines = {
        "h": np.arange(base.sizes["H"])[:, None, None],
        "i": np.arange(base.offset, base.offset + base.sizes["n_q"])[None, :, None],
        "j": np.arange(base.sizes["n_k"])[None, None, :],
    }
    found = {name: FRACTION(line) for name, line in lines.items()}
    found.update({name: single(value) for name, value in known.items()})
    return found


def single(value: int | Fraction) -> Exact:
    return np.array([[[Fraction(value)]]], dtype=object)


def lifted(rule: Callable[..., Any], arguments: int) -> Callable[..., Any]:
    """A rule on exact numbers as a rule on arrays of them; undefined in, undefined out."""

    def careful(*values: Any) -> Any:
        if any(value is None for value in values):
            return None
        try:
            return rule(*values)
        except (ZeroDivisionError, NotConcrete):
            return None

    made: Callable[..., Any] = np.frompyfunc(careful, arguments, 1)
    return made


def _whole_power(base: Fraction, exponent: Fraction) -> Fraction | None:
    whole = exponent.denominator == 1 and abs(exponent) <= 10_000
    return base ** int(exponent) if whole else None


def _floor_log(value: Fraction, base: Fraction, times: Fraction) -> Fraction | None:
    """The largest whole t with base**t <= value**times: a guess in floats, corrected exactly."""
    if value <= 0 or base <= 1 or times <= 0 or times.denominator != 1:
        return None
    power = value ** int(times)
    t = floor(log(value) * float(times) / log(base))
    while base**t > power:
        t -= 1
    while base ** (t + 1) <= power:
        t += 1
    return Fraction(t)


FRACTION = np.frompyfunc(lambda value: Fraction(int(value)), 1, 1)
EXACT: Mapping[str, Callable[..., Any]] = {
    "+": lifted(lambda a, b: a + b, 2),
    "-": lifted(lambda a, b: a - b, 2),
    "*": lifted(lambda a, b: a * b, 2),
    "/": lifted(lambda a, b: a / b, 2),
    "//": lifted(lambda a, b: Fraction(a // b), 2),
    "%": lifted(lambda a, b: a % b, 2),
    "**": lifted(_whole_power, 2),
    "neg": lifted(lambda a: -a, 1),
    "abs": lifted(abs, 1),
    "floor": lifted(lambda a: Fraction(a // 1), 1),
    "floor_log": lifted(_floor_log, 3),
    **{op: lifted(rule, 2) for op, rule in (("min", min), ("max", max))},
}
COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "<=": lambda a, b: a <= b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def exact(expr: Expr, grid: Grid) -> Exact:
    """Positions: exact at every place, None where undefined."""
    rule = LEAVES.get(expr.op)
    if rule is not None:
        return rule(expr, grid)
    if expr.op not in EXACT:
        raise NotConcrete(f"{show(expr)} has no exact value")
    first, *rest = (exact(part, grid) for part in expr.parts)
    if expr.op in ("min", "max"):
        for value in rest:
            first = EXACT[expr.op](first, value)
        return first
    found: Exact = EXACT[expr.op](first, *rest)
    return found


def _symbol(expr: Expr, grid: Grid) -> Exact:
    if expr.name not in grid.names:
        raise NotConcrete(f"{expr.name!r} has no number")
    return grid.names[expr.name]


def _where(expr: Expr, grid: Grid) -> Exact:
    chosen, yes, no = expr.parts
    found: Exact = np.where(condition(chosen, grid), exact(yes, grid), exact(no, grid))
    return found


def _sum(expr: Expr, grid: Grid) -> Exact:
    total = single(0)
    for there, inside in bound(expr, grid):
        term: Exact = np.where(there, exact(expr.parts[-1], inside), single(0))
        total = EXACT["+"](total, term)
    return total


LEAVES: Mapping[str, Callable[[Expr, Grid], Exact]] = {
    "number": lambda expr, _: single(Fraction(expr.args[0])),  # type: ignore[arg-type]
    "symbol": _symbol,
    "table": lambda expr, grid: gathered(expr, grid, exactly=True),
    "where": _where,
    "sum": _sum,
}


def condition(expr: Expr, grid: Grid) -> Booleans:
    """Where a condition holds; nowhere where it is undefined."""
    if expr.op in COMPARISONS:
        return _truth(lifted(COMPARE[expr.op], 2)(*(exact(part, grid) for part in expr.parts)))
    if expr.op == "and":
        return condition(expr.parts[0], grid) & condition(expr.parts[1], grid)
    if expr.op == "or":
        return condition(expr.parts[0], grid) | condition(expr.parts[1], grid)
    if expr.op == "not":
        return ~condition(expr.parts[0], grid)
    if expr.op == "holds":
        return _truth(lifted(lambda value: value != 0, 1)(exact(expr.parts[0], grid)))
    return np.full((1, 1, 1), expr.op == "true")


def _truth(found: Exact) -> Booleans:
    truth: Booleans = found.astype(bool)
    return truth


def bound(expr: Expr, grid: Grid) -> list[tuple[Booleans, Grid]]:
    """For every value of a sum's bound name: where it is within the sum, and the grid with it."""
    found = []
    if len(expr.parts) == 2:
        size = {"i": "n_q", "h": "H"}.get(expr.name[0], "n_k")
        first = grid.base.offset if size == "n_q" else 0
        for value in range(first, first + grid.base.sizes[size]):
            inside = replace(grid, names={**grid.names, expr.name: single(value)})
            found.append((condition(expr.parts[0], inside), inside))
        return found
    low, high = (exact(part, grid) for part in expr.parts[:2])
    least, most = min(low.flat), max(high.flat)
    for value in range(-int(-least // 1), int(most // 1) + 1):
        inside = replace(grid, names={**grid.names, expr.name: single(value)})
        found.append(((low <= value) & (high >= value), inside))
    return found


def gathered(expr: Expr, grid: Grid, exactly: bool = False) -> Any:
    """The entries of a table, or the vectors or matrices of a name, at every place of its index."""
    base = grid.base
    layout = base.layouts[expr.name]
    index = [exact(part, grid) for part in expr.parts]
    if layout.own_head:
        own = Expr("symbol", ("h",)) if layout.axes[0].role == "head" else base.form.key_head
        index.insert(0, exact(own, grid))
    known = {at: value for at, value in entries(base.arrays[expr.name]) if value is not None}
    widths = tuple(axis.length or 0 for axis in layout.axes[len(index) :])
    shape = np.broadcast_shapes((1, 1, 1), *(line.shape for line in index))
    blank = None if exactly else np.nan
    found = np.full(shape + widths, blank, dtype=object if exactly else np.float64)
    starts = [axis.start for axis in layout.axes[: len(index)]]
    lines = [np.broadcast_to(line, shape) for line in index]
    for place in np.ndindex(shape):
        at = tuple(line[place] for line in lines)
        if None in at:
            continue
        row = tuple(int(a) - start for a, start in zip(at, starts, strict=True))
        for channel in np.ndindex(widths):
            value = known.get((*row, *channel))
            if value is not None:
                found[(*place, *channel)] = value
    return found
