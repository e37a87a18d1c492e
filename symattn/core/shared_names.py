"""Names that two parts of a composition would share without anybody saying so: refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from symattn.core.errors import Usage

if TYPE_CHECKING:
    from symattn.core.compose import Part

# What adds up when a mechanism stands twice; a support that stands twice is said once.
ADDS_UP = ("term", "operator", "query", "key", "mixed")


def refuse_shared(parts: tuple[Part, ...], used: set[str]) -> None:
    """Refuse a name that one part left open and another part uses as well.

    Two parts may share a name that was given to both: that is how a composition says so.
    """
    for at, part in enumerate(parts):
        for other in parts[:at]:
            twice = part.name == other.name
            if twice and all(getattr(part, slot) is None for slot in ADDS_UP):
                continue
            for name in _shared(other, part):
                if name in used:
                    both = name in other.open and name in part.open
                    raise Usage(_complaint(name, other, part, both))


def _shared(one: Part, two: Part) -> Iterator[str]:
    for name in (*one.open, *two.open):
        if name in (*one.open, *one.given) and name in (*two.open, *two.given):
            yield name


def _complaint(name: str, one: Part, two: Part, both: bool) -> str:
    opener, giver = (one, two) if name in one.open else (two, one)
    fact = (
        f"{one.name} and {two.name} both leave {name!r} open"
        if both
        else f"{opener.name} leaves {name!r} open, and {giver.name} was given that name"
    )
    for part in (two, one):
        call = dict(part.renamed).get(name)
        if call is not None:
            return f"{fact}; give one of them another name, like {call}"
    return f"{fact}; state one of them as a text, with another name"
