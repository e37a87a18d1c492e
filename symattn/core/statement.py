"""How a mechanism states itself: texts with named arguments, turned into a Part by a call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from symattn.core.compose import WHOLE_WIDTH, Part
from symattn.core.declare import RESERVED
from symattn.core.errors import Usage, did_you_mean
from symattn.core.expression import Expr, free_names, rebuild, substitute, symbol, tidy, walk
from symattn.core.form import Normaliser, Parameter, Row
from symattn.core.form_text import read_normaliser, read_where
from symattn.core.interpret import Environment, holds
from symattn.core.text import PAIRINGS, read, show

LETTERS = RESERVED | {
    "x",
    WHOLE_WIDTH.name,
    *PAIRINGS,
}  # names that mean the same in every mechanism
SLOTS = {  # the texts of a statement, and what each of them is
    "support": "condition", "term": "number", "operator": "number", "query": "vector",
    "key": "vector", "mixed": "vector", "value": "vector", "output": "vector",
    "heads": "number", "offset": "number",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """One way to state a mechanism; the texts may use the names of its arguments.

    >>> Statement(arguments={"w": "visible"}, support="i - j < w").part("near", {}).support
    Expr('i - j < visible')
    """

    arguments: Mapping[str, str] = field(default_factory=dict)  # name -> text when left out
    choice: Mapping[str, str] = field(default_factory=dict)  # option -> the word that chooses this
    support: str = ""
    content: str | Mapping[str, str] = ""  # a score, or coefficient -> score
    term: str = ""
    operator: str = ""
    query: str = ""
    key: str = ""
    mixed: str = ""
    value: str = ""
    output: str = ""
    heads: str = ""
    offset: str = ""
    weights: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    where: str = ""

    def part(self, name: str, given: Mapping[str, Expr]) -> Part:
        """The Part for these arguments; those left out stay symbols."""
        values = {symbol(a): given.get(a, read(text)) for a, text in self.arguments.items()}

        def fill(expr: Expr) -> Expr:
            return tidy(substitute(expr, values))

        slots: dict[str, Any] = {
            slot: fill(read(getattr(self, slot), wanted))
            for slot, wanted in SLOTS.items()
            if getattr(self, slot)
        }
        parameters, conditions = read_where(self.where)
        settled = {a: read(text) for a, text in self.arguments.items() if text != a} | dict(given)
        declared, demands = _given_domains(name, parameters, settled)
        _check_pairing(name, slots.values())
        rows, normaliser = self._rows(fill), self._normaliser(fill)
        logits = [] if normaliser is None or normaliser.extra is None else [normaliser.extra]
        contents = [e for row in rows or () for e in (row.score, row.coefficient)]
        named = set().union(*map(free_names, (*slots.values(), *contents, *logits)))
        chosen = set().union(*map(free_names, given.values())) - LETTERS
        opened = (named | {p.name for p in parameters if p.name not in settled}) - chosen - LETTERS
        return Part(
            name=name,
            content=rows,
            normaliser=normaliser,
            sources=tuple(self.sources.items()),
            roles=tuple(self.roles.items()),
            parameters=declared,
            open=tuple(sorted(opened)),
            given=tuple(sorted(chosen)),
            renamed=tuple(self._renamed(name, opened)),
            conditions=tuple(
                _open(name, [*((c, fill(c)) for c in conditions), *((d, d) for d in demands)])
            ),
            **slots,
        )

    def _renamed(self, name: str, opened: set[str]) -> Iterator[tuple[str, str]]:
        """For each open name that an argument can replace the call that does so."""
        for argument, text in self.arguments.items():
            expr = read(text)
            for old in sorted(opened & free_names(expr)):
                yield old, f"{name}({argument}={show(_with_name(expr, old, f'{old}2'))})"

    def _rows(self, fill: Callable[[Expr], Expr]) -> tuple[Row, ...] | None:
        if not self.content:
            return None
        contents = {"1": self.content} if isinstance(self.content, str) else self.content
        return tuple(
            Row(fill(read(score, "number")), coefficient=fill(read(factor, "number")))
            for factor, score in contents.items()
        )

    def _normaliser(self, fill: Callable[[Expr], Expr]) -> Normaliser | None:
        if not self.weights:
            return None
        normaliser = read_normaliser(self.weights)
        extra = normaliser.extra
        return normaliser if extra is None else replace(normaliser, extra=fill(extra))


def _with_name(expr: Expr, old: str, new: str) -> Expr:
    def change(node: Expr) -> Expr | None:
        if node.op in ("symbol", "table") and node.name == old:
            return Expr(node.op, (new, *node.args[1:]))
        return None

    return rebuild(expr, change)


def _open(name: str, conditions: Iterable[tuple[Expr, Expr]]) -> Iterator[Expr]:
    """The filled conditions that are still open; one that numbers already break is an error."""
    for stated, condition in conditions:
        if free_names(condition):
            yield condition
        elif not holds(condition, Environment()):
            raise Usage(f"{name} needs {show(stated)}, which does not hold")


def _check_pairing(name: str, texts: Iterable[Expr]) -> None:
    for expr in texts:
        for node in walk(expr):
            if node.op == "rope" and node.parts[3].args[0] not in ("half", "interleaved"):
                got = show(node.parts[3])
                raise Usage(f"{name}(pairing=...) is half or interleaved, got {got}")


def _given_domains(
    name: str, parameters: Sequence[Parameter], given: Mapping[str, Expr]
) -> tuple[tuple[Parameter, ...], tuple[Expr, ...]]:
    """Declarations and conditions that hold the given arguments to their domains."""
    declared: list[Parameter] = []
    demands: list[Expr] = []
    for parameter in parameters:
        if parameter.name not in given:
            declared.append(parameter)
            continue
        value = given[parameter.name]
        moving = not free_names(value).isdisjoint(("i", "j"))
        if moving and parameter.bound is not None and parameter.kind == "integer":
            raise Usage(
                f"{name}({parameter.name}=...) is one size for all positions, got {show(value)}"
            )
        if value.op == "symbol" and value.name not in ("i", "j", "h"):
            renamed = replace(parameter, name=value.name)
            if value.name not in ("n", "n_q", "n_k", "d", "d_v", "H", "H_k"):
                declared.append(renamed)
        elif parameter.bound is not None:
            demand = Expr(parameter.relation, (value, parameter.bound))
            if value.op != "number":
                demands.append(demand)
            else:
                _check_number(name, parameter, value)
        if value.op == "number" and parameter.kind == "integer" and not _whole(value):
            raise Usage(f"{name}({parameter.name}=...) is a whole number, got {show(value)}")
    return tuple(declared), tuple(demands)


def _whole(value: Expr) -> bool:
    return isinstance(value.args[0], int)


def _check_number(name: str, parameter: Parameter, value: Expr) -> None:
    assert parameter.bound is not None
    got, least = Fraction(value.args[0]), Fraction(parameter.bound.args[0])  # type: ignore[arg-type]
    if got < least or (got == least and parameter.relation == ">"):
        raise Usage(f"{name}({parameter.name}=...) must be {parameter.relation} {least}, got {got}")


@dataclass(frozen=True, slots=True)
class Mechanism:
    """A named mechanism: its statements, its oracle by loops, and where it comes from.

    Name, title and citation are those of its file: the registry fills them in.
    """

    statements: tuple[Statement, ...]
    oracle: Callable[..., Any]
    examples: tuple[Mapping[str, str], ...] = ({},)  # arguments that the conformance test tries
    name: str = ""
    title: str = ""
    citation: str = ""

    def part(self, positional: Sequence[Expr], named: Mapping[str, Expr]) -> Part:
        """The Part for a call like `window(visible=3)`; the first statement that fits is used."""
        statement, given = self._called(positional, named)
        return statement.part(self.name, given)

    def arguments(
        self, positional: Sequence[Expr], named: Mapping[str, Expr]
    ) -> Mapping[str, Expr]:
        """What a call gives, by the names of the arguments; options such as a variant too."""
        _, given = self._called(positional, named)
        return {**named, **given}

    def _called(
        self, positional: Sequence[Expr], named: Mapping[str, Expr]
    ) -> tuple[Statement, dict[str, Expr]]:
        known = list(dict.fromkeys(a for s in self.statements for a in (*s.choice, *s.arguments)))
        for name in named:
            if name not in known:
                hint = did_you_mean(name, known) or (
                    f"its arguments are {', '.join(known)}" if known else "it takes none"
                )
                raise Usage(f"{self.name} has no argument {name!r}; {hint}")
        statement = self._statement(positional, named)
        order = [a for a in statement.arguments if a not in named]
        if len(positional) > len(order):
            raise Usage(f"{self.name} takes {len(order)} arguments here, got {len(positional)}")
        given = {a: e for a, e in named.items() if a in statement.arguments}
        given.update(zip(order, positional, strict=False))
        return statement, given

    def _statement(self, positional: Sequence[Expr], named: Mapping[str, Expr]) -> Statement:
        for statement in self.statements:
            chosen = all(
                named[option] == symbol(word)
                for option, word in statement.choice.items()
                if option in named
            )
            if chosen and all(a in statement.arguments or a in statement.choice for a in named):
                return statement
        shown = ", ".join([*map(show, positional), *(f"{a}={show(e)}" for a, e in named.items())])
        ways = " or ".join(
            f"{self.name}({', '.join([f'{o}={w}' for o, w in s.choice.items()] + [*s.arguments])})"
            for s in self.statements
        )
        raise Usage(f"{self.name}({shown}) fits none of its forms: {ways}")
