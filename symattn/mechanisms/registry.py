"""The registry: every file of this room that states a MECHANISM, loaded when it is named."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path

from symattn.core.errors import Usage, did_you_mean
from symattn.core.statement import Mechanism

SCAFFOLDING = frozenset(("__init__", "registry", "spec", "loops"))


@cache
def names() -> tuple[str, ...]:
    """The names of all mechanisms, in alphabetical order.

    >>> "causal" in names()
    True
    """
    here = Path(__file__).parent
    return tuple(sorted(p.stem for p in here.glob("*.py") if p.stem not in SCAFFOLDING))


ALIASES = {"mla": "mla_expanded"}


@cache
def named(name: str) -> Mechanism:
    """The mechanism of that name.

    >>> named("causal").title
    'Causal attention: a query sees itself and what came before'
    """
    name = ALIASES.get(name, name)
    if name not in names():
        raise unknown(name)
    module = import_module(f"symattn.mechanisms.{name}")
    assert isinstance(module.MECHANISM, Mechanism)
    title, citation, *_ = (module.__doc__ or "\n\n").split("\n\n")
    citation = " ".join(citation.split())
    return replace(module.MECHANISM, name=name, title=title.rstrip("."), citation=citation)


def unknown(name: str, place: str = "") -> Usage:
    """The complaint about a name that no mechanism has.

    >>> print(unknown("causl"))
    no mechanism 'causl'; did you mean 'causal'? See: symattn list
    """
    hint = did_you_mean(name, [*names(), *ALIASES])
    return Usage(f"no mechanism {name!r}{place}{'; ' + hint if hint else '.'} See: symattn list")
