"""`Numbers`: exact values that a user gives to the names of a Form; what is not given stays free.

Texts such as "1/3", "-0.25" or "2e-3" are read exactly. Nothing here opens a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import isfinite
from typing import Any, TypeAlias

from symattn.core.errors import Unreadable, Usage

# An entry is None where it stays a symbol. Mappings carry tables with negative indices.
Array: TypeAlias = Fraction | tuple["Array", ...] | Mapping[int, "Array"] | None
Function: TypeAlias = Callable[..., Any]  # f(algebra, argument, ...) in any algebra

LONGEST, LARGEST_EXPONENT, DEEPEST, MOST_ENTRIES = 400, 400, 8, 1_000_000
RATIONAL = re.compile(r"\s*([+-]?\d+)\s*/\s*(\d+)\s*", re.ASCII)
DECIMAL = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE](?P<exponent>[+-]?\d+))?\s*", re.ASCII)
NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers by name: arrays (matrices, vectors, tables), single parameters, functions."""

    arrays: Mapping[str, Array] = field(default_factory=dict)
    parameters: Mapping[str, Fraction] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Every name that has a number here."""
        return [*self.arrays, *self.parameters, *self.functions]


def numbers(given: Mapping[str, Any]) -> Numbers:
    """Exact numbers from nested lists, arrays, texts and whole numbers, by name.

    >>> numbers({"Q": [["1", "1/3"]], "m": {"-1": 2}, "parameters": {"T": "0.5"}}).parameters
    {'T': Fraction(1, 2)}
    """
    parameters = given.get("parameters", {})
    if not isinstance(parameters, Mapping):
        raise Usage("parameters: expected names with numbers, like {'T': '1/2'}")
    arrays: dict[str, Array] = {}
    scalars: dict[str, Fraction] = {}
    functions: dict[str, Function] = {}
    left = iter(range(MOST_ENTRIES))
    for name, value in _named(given, parameters):
        if callable(value):
            functions[name] = value
            continue
        array = _array(value, name, left, DEEPEST)
        if isinstance(array, Fraction):
            scalars[name] = array
        elif array is not None:
            arrays[name] = array
    return Numbers(arrays, scalars, functions)


def _named(given: Mapping[str, Any], parameters: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The names and their values, those under "parameters" included; none twice."""
    seen: set[str] = set()
    for place, group in (("", given), ("parameters: ", parameters)):
        for name, value in group.items():
            if group is given and name == "parameters":
                continue
            if not isinstance(name, str) or not NAME.fullmatch(name):
                raise Usage(f"{place}expected a name like Q or W_q, got {str(name)[:40]!r}")
            if name in seen:
                raise Usage(f"{place}{name} is given twice")
            seen.add(name)
            yield name, value


def together(several: Iterable[Numbers]) -> Numbers:
    """The numbers of all of them; a name that two of them give is an error.

    >>> together([numbers({"Q": [[1]]}), numbers({"K": [[2]]})]).names
    ['Q', 'K']
    """
    whole = Numbers()
    for part in several:
        if twice := set(whole.names) & set(part.names):
            raise Usage(f"{min(twice)} is given twice")
        whole = Numbers(
            {**whole.arrays, **part.arrays},
            {**whole.parameters, **part.parameters},
            {**whole.functions, **part.functions},
        )
    return whole


def _array(value: Any, place: str, left: Iterator[int], depth: int) -> Array:
    """The value as nested tuples and mappings of exact numbers."""
    if hasattr(value, "tolist"):  # NumPy arrays and scalars
        value = value.tolist()
    if not isinstance(value, (list, tuple, Mapping)):
        if next(left, None) is None:
            raise Usage(f"{place}: more than {MOST_ENTRIES} numbers")
        return None if value is None else exact_number(value, place)
    if depth == 0:
        raise Usage(f"{place}: nested deeper than {DEEPEST}")
    if isinstance(value, Mapping):
        pairs = ((_key(key, place), entry) for key, entry in value.items())
        entries = [(key, _array(e, f"{place}[{key}]", left, depth - 1)) for key, e in pairs]
        if len(dict(entries)) != len(entries):
            raise Usage(f"{place}: an index is given twice")
        return dict(entries)
    return tuple(_array(e, f"{place}[{at}]", left, depth - 1) for at, e in enumerate(value))


def _key(key: Any, place: str) -> int:
    text = str(key)
    if not re.fullmatch(r"-?\d{1,9}", text, re.ASCII):
        raise Usage(f"{place}: expected an index like -2, got {text[:40]!r}")
    return int(text)


def exact_number(value: Any, place: str = "") -> Fraction:
    """The exact rational that a text, a whole number, a Fraction or a finite float is.

    >>> exact_number("-0.25"), exact_number("1/3"), exact_number(0.5), exact_number("2e-3")
    (Fraction(-1, 4), Fraction(1, 3), Fraction(1, 2), Fraction(1, 500))
    """
    if isinstance(value, str):
        return read_number(value, place)
    if isinstance(value, (int, Fraction)):  # True and False are 1 and 0: entries of boolean tables
        return Fraction(value)
    if isinstance(value, float):
        if not isfinite(value):
            raise Unreadable(str(value), 0, "expected a finite number", source=place)
        return Fraction(value)
    raise Unreadable(str(value)[:60], 0, "expected a number like 3, -0.25 or '1/3'", source=place)


def read_number(text: str, place: str = "") -> Fraction:
    """The exact rational that a text says, with limits that hold before any arithmetic."""
    if len(text) > LONGEST:
        raise Unreadable(text[:40], 0, f"a number of over {LONGEST} characters", source=place)
    if match := RATIONAL.fullmatch(text):
        if int(match[2]) == 0:
            raise Unreadable(text, match.start(2), "a denominator of 0", source=place)
        return Fraction(int(match[1]), int(match[2]))
    if match := DECIMAL.fullmatch(text):
        exponent = match["exponent"]
        if exponent and abs(int(exponent)) > LARGEST_EXPONENT:
            limit = f"an exponent beyond {LARGEST_EXPONENT}"
            raise Unreadable(text, match.start("exponent"), limit, source=place)
        return Fraction(text.strip())
    if text.strip().lower().lstrip("+-") in ("nan", "inf", "infinity"):
        raise Unreadable(text, 0, "expected a finite number", source=place)
    raise Unreadable(text, 0, "expected a number like 3, -0.25 or 1/3", source=place)
