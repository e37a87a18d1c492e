"""An algebra of numbers, lifted to lists and lists of lists: what gradients need beyond Forms.

Adds to the rules of `core.interpret.evaluate` the transpose and the product of matrices (u^T w of
two vectors, which are rows), products entry by entry, row sums, and the slopes of a rotation.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from typing import Any

from symattn.core.interpret import Algebra

ENTRYWISE = ("+", "-", "*", "/", "neg", "min", "max")


def lifted(algebra: Algebra) -> Algebra:
    """The algebra with + - * / and the like entry by entry, `transpose`, `product`, `hadamard`.

    >>> rules = lifted({"*": lambda a, b: a * b, "+": lambda a, b: a + b})
    >>> rules["product"](rules["transpose"]([1, 2]), [3, 4])
    [[3, 4], [6, 8]]
    """
    found = dict(algebra)
    for op in ENTRYWISE:
        if op in algebra:
            found[op] = _entrywise(algebra[op])
    found["transpose"] = lambda rows: [list(column) for column in zip(*_rows(rows), strict=True)]
    found["product"] = lambda left, right: _product(left, right, algebra)
    found["rowsum"] = lambda rows: [[reduce(algebra["+"], row)] * len(row) for row in rows]
    found["hadamard"] = found["*"]
    return found


def _rows(matrix: list[Any]) -> list[list[Any]]:
    """A vector is a matrix of one row."""
    return matrix if matrix and isinstance(matrix[0], list) else [matrix]


def _product(left: list[Any], right: list[Any], algebra: Algebra) -> list[list[Any]]:
    columns = list(zip(*_rows(right), strict=True))
    return [
        [reduce(algebra["+"], map(algebra["*"], row, column)) for column in columns]
        for row in _rows(left)
    ]


def _entrywise(rule: Callable[..., Any]) -> Callable[..., Any]:
    def apply(*arguments: Any) -> Any:
        lists = [a for a in arguments if isinstance(a, list)]
        if not lists:
            return rule(*arguments)
        size = len(lists[0])
        columns = [a if isinstance(a, list) else [a] * size for a in arguments]
        return [apply(*entries) for entries in zip(*columns, strict=True)]

    return apply


def turned_by(name: str, algebra: Algebra) -> Callable[..., list[Any]]:
    """The derivative of a rotation by its position or its base, as the function of that name.

    Pair t is turned by position * base**(-2t/width); the derivative of the turned pair (x, y) is
    (-y, x) times that of the angle.
    """
    _, _, by, pairing = name.split("_")

    def slope(what: list[Any], position: Any, base: Any, width: Any) -> list[Any]:
        size = round(float(width))
        half = size // 2
        found = [algebra["number"](0)] * len(what)
        for t in range(half):
            a, b = (t, t + half) if pairing == "half" else (2 * t, 2 * t + 1)
            power = Fraction(-2 * t, size)
            slow = algebra["**"](base, algebra["number"](power))
            angle = algebra["*"](position, slow)
            grows = slow if by == "position" else _by_base(angle, base, power, algebra)
            cos, sin = algebra["cos"](angle), algebra["sin"](angle)
            x = algebra["-"](algebra["*"](what[a], cos), algebra["*"](what[b], sin))
            y = algebra["+"](algebra["*"](what[a], sin), algebra["*"](what[b], cos))
            found[a], found[b] = algebra["neg"](algebra["*"](grows, y)), algebra["*"](grows, x)
        return found

    return slope


def _by_base(angle: Any, base: Any, power: Fraction, algebra: Algebra) -> Any:
    """The derivative of position * base**power by base."""
    return algebra["/"](algebra["*"](algebra["number"](power), angle), base)
