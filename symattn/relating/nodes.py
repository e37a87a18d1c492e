"""The mechanisms of a map: every way in which the registry states one, with open parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from symattn.core.expression import Expr, walk
from symattn.core.form import Form, Parameter
from symattn.core.statement import Mechanism, Statement
from symattn.core.text import read
from symattn.mechanisms.registry import ALIASES, named, names
from symattn.mechanisms.spec import mechanism


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument that a call leaves open, and the parameter that stands for it."""

    name: str
    text: str  # what it is when nothing is given: "visible", "m[h]"
    parameter: Parameter

    @property
    def least(self) -> int | None:
        """The least whole number that it may be, if it has one."""
        bound = self.parameter.bound
        value = None if bound is None or self.parameter.relation != ">=" else bound.args[0]
        return value if isinstance(value, int) else None


@dataclass(frozen=True, slots=True)
class Station:
    """A node before it is drawn: its Form, and how to call it with some arguments set."""

    call: str
    form: Form
    title: str = ""
    mechanism: str = ""
    fixed: tuple[tuple[str, str], ...] = ()  # options that chose the statement
    arguments: tuple[Argument, ...] = ()

    def called(self, given: Mapping[str, str]) -> str:
        """The call with these arguments set; an argument left out stays open."""
        if not given:
            return self.call
        words = dict(self.fixed) | {a.name: a.name for a in self.arguments if a.text == a.name}
        words |= given
        return f"{self.mechanism}({', '.join(f'{a}={text}' for a, text in words.items())})"

    @property
    def letters(self) -> tuple[Argument, ...]:
        """The arguments that are single numbers."""
        return tuple(a for a in self.arguments if not a.parameter.indices)


def stations(only: Sequence[str] = ()) -> list[Station]:
    """What is compared: the registered mechanisms, or those that are named.

    >>> [station.call for station in stations(("window", "causal+alibi"))]
    ['window(visible)', 'window(lookback=lookback)', 'window(left=left, right=right)', 'causal+alibi']
    """  # noqa: E501  (a line of output)
    found: dict[str, Station] = {}
    for spec in only or names():
        name = ALIASES.get(spec, spec)
        for station in _of(named(name)) if name in names() else [_composed(spec)]:
            found.setdefault(station.call, station)
    return list(found.values())


def _composed(spec: str) -> Station:
    form = mechanism(spec)
    return Station(form.name or spec, form)


def _of(found: Mechanism) -> Iterator[Station]:
    """One station for each statement, and for each word that an example puts into one."""
    seen: list[Form] = []
    for statement in found.statements:
        station = _stated(found, statement, {})
        seen.append(station.form)
        yield station
    for example in found.examples:
        numbers = any(read(text).op == "number" for text in example.values())
        if example and not numbers:
            statement = next(s for s in found.statements if set(example) <= _takes(s))
            station = _stated(found, statement, example)
            if station.form not in seen:
                seen.append(station.form)
                yield station


def _takes(statement: Statement) -> set[str]:
    return {*statement.arguments, *statement.choice}


def _stated(found: Mechanism, statement: Statement, given: Mapping[str, str]) -> Station:
    fixed = dict(statement.choice) | dict(given)
    first = statement is found.statements[0]
    words = [f"{a}={text}" for a, text in fixed.items()]
    opened = [a for a, text in statement.arguments.items() if text == a and a not in given]
    words += [a if first and not words else f"{a}={a}" for a in opened]
    call = f"{found.name}({', '.join(words)})" if words else found.name
    form = mechanism(call)
    arguments = tuple(
        Argument(name, text, parameter)
        for name, text in statement.arguments.items()
        if name not in given
        for parameter in _parameter(form, read(text))
    )
    return Station(call, form, found.title, found.name, tuple(fixed.items()), arguments)


def _parameter(form: Form, default: Expr) -> Iterator[Parameter]:
    """The parameter that a default is, if it is one and not an expression or a number."""
    if default.op in ("symbol", "table"):
        yield from (p for p in form.parameters if p.name == default.name)


def complexity(form: Form) -> int:
    """How much a Form says: what stands for a group of equal ones says least."""
    return sum(1 for expr in form.expressions for _ in walk(expr)) + len(form.parameters)
