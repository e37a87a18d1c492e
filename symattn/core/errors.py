"""The ways in which symattn says no; every message is one line: the fact and the place."""

from __future__ import annotations

from collections.abc import Iterable


class SymattnError(Exception):
    """Any refusal of ours; an exception of another type is a bug of ours."""


class Usage(SymattnError):
    """The call is wrong: an option, a size, an unknown mechanism, two parts in conflict."""


class Unreadable(SymattnError):
    """A text could not be read; `position` counts from 0 inside `text`.

    `source` is where the text stands, such as a file or an entry of it.

    >>> print(Unreadable("j <= ", 5, "expected a number or a name"))
    column 6: expected a number or a name in 'j <= '
    >>> print(Unreadable("1/0", 2, "a denominator of 0", source="Q[0][1]").within("numbers.json"))
    numbers.json: Q[0][1]: column 3: a denominator of 0 in '1/0'
    """

    def __init__(
        self, text: str, position: int, message: str, hint: str = "", source: str = ""
    ) -> None:
        self.text, self.position, self.message, self.hint = text, position, message, hint
        self.source = source
        super().__init__(str(self))

    def within(self, source: str) -> Unreadable:
        """The same complaint about a text that stands in `source`."""
        place = f"{source}: {self.source}" if self.source else source
        return Unreadable(self.text, self.position, self.message, self.hint, place)

    def __str__(self) -> str:
        line, column, shown = self.place()
        where = f"line {line}, column {column}: " if "\n" in self.text else f"column {column}: "
        if self.source:  # a single word needs no column
            where = f"{self.source}: {where if self.position or line > 1 else ''}"
        inside = f" in {shown!r}" if self.text else ""
        return f"{where}{self.message}{inside}" + (f"; {self.hint}" if self.hint else "")

    def place(self) -> tuple[int, int, str]:
        """Line and column from 1, and the line itself (cut when it is long)."""
        before = self.text[: self.position]
        line = before.count("\n") + 1
        start = before.rfind("\n") + 1
        end = self.text.find("\n", start)
        shown = self.text[start : end if end >= 0 else None]
        return line, self.position - start + 1, shown if len(shown) <= 120 else shown[:117] + "..."

    def caret(self) -> str:
        """The line with a caret under the place."""
        _, column, shown = self.place()
        return f"  {shown}\n  {' ' * (column - 1)}^" if column <= 120 else f"  {shown}"


class NotConcrete(SymattnError):
    """A value is asked for while a name in it is still free (or it has no exact value)."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint with the nearest known name, or nothing.

    >>> did_you_mean("causl", ["causal", "window"])
    "did you mean 'causal'?"
    """
    from difflib import get_close_matches  # 2 ms that only a mistake should cost

    close = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else ""
