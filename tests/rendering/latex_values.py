"""Exact values behind LaTeX: numbers, logarithms, arrays; and what print means by each operation.

Vectors and matrices are NumPy arrays, so that a row in place of a column shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

Value = Any
Scope = Mapping[str, Any]
Meaning = Callable[[Scope], Value]
TOKEN = re.compile(r"\s*(\\[A-Za-z]+|\\.|\d+|[A-Za-z]|[-+*/^_{}()\[\]<>=,;:&|])")


class Misread(AssertionError):
    """The LaTeX cannot be read in one way only."""


@dataclass(frozen=True)
class Log:
    """`times * log(argument)`, kept so that a floor of a ratio of logarithms stays exact."""

    argument: Value
    times: Value = 1


@dataclass(frozen=True)
class LogRatio:
    """`times * top / log(base)`."""

    top: Log
    base: Value
    times: Value = 1


def tokens(text: str) -> list[str]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise Misread(f"no token at {text[at : at + 10]!r}")
        found.append(match[1])
        at = match.end()
    return found


def number(value: Value) -> Value:
    """A logarithm counts as a plain number outside floor(log / log)."""
    if isinstance(value, Log):
        return value.times * opaque_log(value.argument)
    if isinstance(value, LogRatio):
        return value.times * number(value.top) / opaque_log(value.base)
    return value


def opaque_log(x: Value) -> Value:
    """Stands for the logarithm in exact arithmetic."""
    return 3 * x * x + 2


def added(left: Meaning, right: Meaning, sign: int) -> Meaning:
    def value(s: Scope) -> Value:
        a, b = number(left(s)), number(right(s))
        if np.shape(a) != np.shape(b) and not s.get("broadcast", False):
            raise Misread(f"a sum of shapes {np.shape(a)} and {np.shape(b)}")
        return a + b if sign > 0 else a - b

    return value


def scaled(factor: int, value: Value) -> Value:
    return factor * number(value)


def multiplied(left: Meaning, right: Meaning, sign: str) -> Meaning:
    def value(s: Scope) -> Value:
        a, b = left(s), right(s)
        if sign == "/":
            return divided(a, b)
        if isinstance(b, Log) and not isinstance(a, (Log, np.ndarray)):
            return Log(b.argument, a * b.times)
        if isinstance(b, LogRatio) and not isinstance(a, Log):
            return LogRatio(b.top, b.base, a * b.times)
        a, b = number(a), number(b)
        if np.ndim(a) and np.ndim(b):
            if sign == r"\cdot":
                return inner(a, b)
            if sign:
                return a * b
            if a.shape[1] != b.shape[0]:
                raise Misread(f"a product of shapes {a.shape} and {b.shape}")
            product = a @ b
            return product[0, 0] if product.shape == (1, 1) else product
        return a * b

    return value


def divided(top: Value, bottom: Value) -> Value:
    if isinstance(top, Log) and isinstance(bottom, Log):
        return LogRatio(top, bottom.argument)
    return number(top) / (Fraction(bottom) if isinstance(bottom, int) else number(bottom))


def floor(value: Value) -> Value:
    if isinstance(value, LogRatio):
        whole = 0
        times = Fraction(value.times * value.top.times)
        powered = Fraction(value.top.argument) ** int(times)
        base = Fraction(value.base)
        while base ** (whole + 1) <= powered:
            whole += 1
        while base**whole > powered:
            whole -= 1
        return whole
    return value // 1


def inner(a: Value, b: Value) -> Value:
    if a.shape != b.shape or 1 not in a.shape:
        raise Misread(f"an inner product of shapes {a.shape} and {b.shape}")
    return (a * b).sum()


def transposed(atom: Meaning) -> Meaning:
    def value(s: Scope) -> Value:
        inner = atom(s)
        if not np.ndim(inner):
            raise Misread("the transpose of a number")
        return inner.T

    return value


def powered(atom: Meaning, exponent: Meaning, natural: bool) -> Meaning:
    if natural:
        return lambda s: s["exp"](number(exponent(s)))
    return lambda s: s["power"](number(atom(s)), number(exponent(s)))
