"""One line of a set of formulas."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A formula without delimiters, and a word for what it says: "score", "weights", "where"."""

    label: str
    latex: str

    @property
    def aligned(self) -> str:
        """The same with `&` before the first `=` that stands outside brackets.

        >>> Line("index", r"\\sum_{t=0} t = 1").aligned
        '\\\\sum_{t=0} t &= 1'
        """
        depth = 0
        for at, sign in enumerate(self.latex):
            depth += (sign == "{") - (sign == "}")
            if sign == "=" and depth == 0:
                return f"{self.latex[:at]}&{self.latex[at:]}"
        return f"& {self.latex}"
