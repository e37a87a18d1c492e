"""What a normal form is computed under, and how it asks for more. Part of the kernel."""

from __future__ import annotations

from typing import TypeAlias

from symattn.core.expression import Expr, symbol

HOLE = symbol("_0")  # the bound name in cuts and in domains that are kept
Context: TypeAlias = tuple[Expr, ...]


class Split(Exception):
    """Whether this condition holds must be known; it names no bound index."""

    def __init__(self, condition: Expr) -> None:
        super().__init__(condition)
        self.condition = condition
