"""The plain way to a command: ordinary arguments read from its declaration, without a parser.

Typer 0.29 builds validation models at every start, which costs more than most of our commands. An
ordinary call (`--n 7`, `--n=7`, flags, positional arguments) needs none of that. Whatever is not
ordinary (help, a typo, a missing value, completion) is left to Typer, which then says so; a test
holds both readings to be the same.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from typer.models import ArgumentInfo, OptionInfo


@dataclass(frozen=True, slots=True)
class Declared:
    """One parameter of a command, as its declaration says."""

    name: str
    kind: type  # str, int, bool or list
    info: OptionInfo | ArgumentInfo
    required: bool

    @property
    def words(self) -> tuple[str, ...]:
        """The option's own spellings; inside `Annotated` Typer keeps the first one elsewhere."""
        if not isinstance(self.info, OptionInfo):
            return ()
        first = self.info.default
        return (*((first,) if isinstance(first, str) else ()), *(self.info.param_decls or ()))


@dataclass
class Reading:
    """What has been read so far."""

    values: dict[str, Any] = field(default_factory=dict)
    positional: list[str] = field(default_factory=list)


def plain_call(run: Callable[..., None], arguments: Sequence[str]) -> dict[str, Any] | None:
    """The keyword arguments of an ordinary call; None if Typer should look at it.

    >>> from symattn.commands.enumerate import run
    >>> plain_call(run, ["--n", "7", "--count"])
    {'n': '7', 'count': True}
    >>> plain_call(run, ["--help"]) is None
    True
    """
    if any(name.startswith("_") and name.endswith("_COMPLETE") for name in os.environ):
        return None  # a shell asks for completions
    declared = declarations(run)
    if declared is None:
        return None
    options = {word: d for d in declared for word in d.words}
    reading = Reading()
    tokens = list(arguments)
    while tokens:
        if not _read(tokens, options, reading):
            return None
    return _placed(declared, reading)


def _read(tokens: list[str], options: dict[str, Declared], reading: Reading) -> bool:
    """Take one option or argument off the tokens; False if it is not ordinary."""
    token = tokens.pop(0)
    if not token.startswith("-") or token == "-":
        reading.positional.append(token)
        return True
    word, given, value = token.partition("=") if token.startswith("--") else (token, "", "")
    option = options.get(word)
    if option is None or option.name in reading.values:
        return False
    if option.kind is bool:
        reading.values[option.name] = True
        return not given
    if not given:
        if not tokens or (tokens[0].startswith("-") and tokens[0] != "-"):
            return False
        value = tokens.pop(0)
    if option.kind is int:
        if not (value.isascii() and value.isdigit() and len(value) < 10):
            return False
        reading.values[option.name] = int(value)
        return True
    reading.values[option.name] = value
    return True


def _placed(declared: Sequence[Declared], reading: Reading) -> dict[str, Any] | None:
    """The values together with the positional ones, if these are as many as declared."""
    values, left = dict(reading.values), list(reading.positional)
    for d in declared:
        if isinstance(d.info, OptionInfo):
            continue
        if d.kind is list:
            if left:  # Typer gives the default for a list that is empty
                values[d.name], left = left, []
        elif left:
            values[d.name] = left.pop(0)
        if d.required and not values.get(d.name):
            return None
    return None if left else values


def declarations(run: Callable[..., None]) -> list[Declared] | None:
    """What a command declares, if it declares nothing out of the ordinary."""
    found = []
    for p in inspect.signature(run, eval_str=True).parameters.values():
        annotation, info = get_args(p.annotation)[:2]
        if not isinstance(info, (OptionInfo, ArgumentInfo)) or info.callback or info.envvar:
            return None
        kind = _kind(annotation)
        if kind is None:
            return None
        found.append(Declared(p.name, kind, info, p.default is inspect.Parameter.empty))
    if any("/" in word for declared in found for word in declared.words):  # --yes/--no
        return None
    return found


def _kind(annotation: Any) -> type | None:
    """str, int, bool or list, for these and for `str | None`."""
    if get_origin(annotation) in (Union, UnionType):
        several = [a for a in get_args(annotation) if a is not NoneType]
        annotation = several[0] if len(several) == 1 else None
    if annotation in (str, int, bool):
        return annotation  # type: ignore[no-any-return]
    return list if get_origin(annotation) is list and get_args(annotation) == (str,) else None
