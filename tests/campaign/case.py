"""A claim with its truth, and the registries of the families that make such claims."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Case:
    """One line of text that is a claim, whether it is true, and how it was made."""

    family: str
    rule: str  # the rewrites or mutations, joined by " + "
    text: str
    true: bool
    seed: str = ""


Maker = Callable[[Random], tuple[str, str]]  # -> (text of a true claim, names of the rewrites)
FAMILIES: dict[str, list[Maker]] = {}


def family(name: str) -> Callable[[Maker], Maker]:
    """Register a function that makes true claims of a family."""

    def add(maker: Maker) -> Maker:
        FAMILIES.setdefault(name, []).append(maker)
        return maker

    return add
