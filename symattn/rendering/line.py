"""One line of a set of formulas."""

from __future__ import annotations

import re
from dataclasses import dataclass

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|.", re.DOTALL)
RELATIONS = frozenset(("=", "<", ">", r"\le", r"\ge", r"\in", r"\mapsto", r"\colon"))


@dataclass(frozen=True, slots=True)
class Line:
    """A formula without delimiters, and a word for what it says: "score", "weights", "where"."""

    label: str
    latex: str

    @property
    def aligned(self) -> str:
        """The same with `&` before the first relation that stands outside brackets.

        >>> Line("index", r"\\sum_{t=0} t = 1").aligned
        '\\\\sum_{t=0} t &= 1'
        """
        depth = 0
        for match in TOKEN.finditer(self.latex):
            word = match[0]
            depth += word in ("{", r"\begin", r"\left")
            depth -= word in ("}", r"\end", r"\right")
            if word in RELATIONS and depth == 0:
                return f"{self.latex[: match.start()]}&{self.latex[match.start() :]}"
        return f"& {self.latex}"
