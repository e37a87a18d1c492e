"""What the arguments of one mechanism may be set to, so that it may become another one.

Values at the edge of an argument's domain, the other's parameters, and the other's score term.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

from symattn.core.errors import SymattnError
from symattn.core.expression import Expr, free_names
from symattn.core.form import CONTENT, Form
from symattn.core.text import read, show
from symattn.mechanisms.spec import mechanism
from symattn.relating.nodes import Argument, Station

OPEN, EDGE, LETTER, TERM = "open", "edge", "letter", "term"  # what an argument is set to
LENGTH = "n"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of one argument."""

    argument: Argument
    text: str
    kind: str

    @property
    def is_set(self) -> bool:
        return self.kind != OPEN


@dataclass(frozen=True, slots=True)
class Setting:
    """A mechanism with some of its arguments set, beside another mechanism."""

    station: Station
    choices: tuple[Choice, ...]
    matched: frozenset[tuple[str, str]]  # own parameter and the other's that are one number

    @property
    def call(self) -> str:
        return self.station.called({c.argument.name: c.text for c in self.choices if c.is_set})

    @property
    def form(self) -> Form | None:
        """Its Form; None where a value is outside the domain of its argument."""
        return _form(self.call)

    @property
    def size(self) -> int:
        """How many arguments are set."""
        return sum(choice.is_set for choice in self.choices)

    @property
    def renames(self) -> bool:
        """Whether nothing but names changes: every argument has a name of the other mechanism."""
        return len(self.matched) == len(self.choices)

    def wide(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The call with as little set as may be enough, widest first: conditions instead of values.

        `window(visible=n)` is every `window(visible=visible)` with `visible >= n`.
        """
        seen: set[tuple[str, ...]] = set()
        for last, first in (
            ("{} >= n - 1", "{} <= 1"),
            ("{} >= n - 1", ""),
            ("{} >= n", "{} <= 1"),
            ("{} >= n", ""),
            ("", ""),
        ):
            given, where = {}, []
            for choice in self.choices:
                name, low = choice.argument.name, choice.argument.least == 0 == _whole(choice.text)
                rule = last if choice.text == LENGTH else first if low else ""
                if choice.kind == EDGE and rule and not choice.argument.parameter.indices:
                    where.append(rule.format(name))
                elif choice.is_set:
                    given[name] = choice.text
            if tuple(where) not in seen:
                seen.add(tuple(where))
                yield self.station.called(given), tuple(where)


def _whole(text: str) -> int | None:
    return int(text) if text.isdigit() else None


@cache
def _form(call: str) -> Form | None:
    try:
        return mechanism(call)
    except SymattnError:
        return None


def settings(station: Station, other: Station, names: set[str]) -> list[Setting]:
    """Every setting of the arguments in `names`, those that set least first."""
    arguments = [a for a in station.arguments if a.parameter.name in names]
    found = []
    for choices in product(*(list(_choices(a, station, other)) for a in arguments)):
        letters = [c.text for c in choices if c.kind == LETTER]
        if len(set(letters)) == len(letters):
            found.append(Setting(station, choices, frozenset(_matched(choices, other))))
    return sorted(found, key=lambda setting: setting.size)


def _choices(argument: Argument, station: Station, other: Station) -> Iterator[Choice]:
    yield Choice(argument, argument.text, OPEN)
    if argument.parameter.indices:
        if argument.parameter.kind == "real":
            yield Choice(argument, "0", EDGE)
            if {"i", "j"} <= free_names(read(argument.text)):
                yield from (Choice(argument, show(t), TERM) for t in _term(other.form))
        return
    yield from (Choice(argument, text, EDGE) for text in _edges(argument, station))
    for letter in other.letters:
        if letter.parameter.kind == argument.parameter.kind and letter.text != argument.text:
            yield Choice(argument, _shifted(letter, argument), LETTER)


def _edges(argument: Argument, station: Station) -> Iterator[str]:
    """The values at the edge of a domain."""
    if argument.parameter.kind != "integer":
        yield from ("0", "1")
        return
    least = 0 if argument.least is None else argument.least
    yield str(least)
    if least < 1:
        yield "1"
    yield LENGTH
    if any("H" in free_names(condition) for condition in station.form.conditions):
        yield "H"


def _shifted(letter: Argument, argument: Argument) -> str:
    """The other's parameter, moved so that both begin at their least values."""
    ours, theirs = argument.least, letter.least
    shift = 0 if ours is None or theirs is None else ours - theirs
    return letter.text + (f" {'+' if shift > 0 else '-'} {abs(shift)}" if shift else "")


def _matched(choices: tuple[Choice, ...], other: Station) -> Iterator[tuple[str, str]]:
    """The pairs of parameters that are one number: by a setting, or since both have one name."""
    theirs = {a.text for a in other.letters}
    for choice in choices:
        if choice.kind == LETTER:
            yield choice.argument.text, choice.text.split()[0]
        elif choice.kind == OPEN and choice.text in theirs:
            yield choice.argument.text, choice.text


def _term(form: Form) -> Iterator[Expr]:
    """What a Form adds to the scaled products, if that is all it does with them."""
    if len(form.rows) != 1:
        return
    score = form.score
    if score.op == "+" and score.parts[0] == CONTENT:
        yield score.parts[1]
    elif score.op == "-" and score.parts[0] == CONTENT:
        yield -score.parts[1]
