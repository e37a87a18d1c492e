"""What the names of a claim mean to the oracle: small numbers that depend on a seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from hashlib import sha256
from typing import Any

from symattn.core.form import Form, Parameter
from symattn.core.term_claim import TermClaim

Vector = list[Any]


@dataclass(frozen=True, slots=True)
class World:
    """Numbers for every name of a claim."""

    claim: TermClaim
    names: Mapping[str, Any]  # sizes, scalars, positions and bound names
    seed: str
    form: Form | None = None
    declared: Mapping[str, Parameter] = field(default_factory=dict)
    mixed: Vector | None = None  # o[i]

    def at(self, **names: Any) -> World:
        return replace(self, names={**self.names, **names})

    def entry(self, name: str, *index: Any) -> Fraction:
        return drawn(self.seed, name, tuple(map(int, index)), self.kind(name))

    def kind(self, name: str) -> str:
        return self.declared[name].kind if name in self.declared else "real"


@cache
def drawn(seed: str, name: str, index: tuple[int, ...], of: str) -> Fraction:
    """A small number that depends on nothing but its arguments."""
    code = int.from_bytes(sha256(f"{seed}|{name}|{index}".encode()).digest()[:6], "big")
    if of == "boolean":
        return Fraction(code % 2)
    if of == "integer":
        return Fraction(code % 3)
    return Fraction(code % 41 - 20, 1 + code // 41 % 7) / 4
