"""A picture as a list of marks: what to draw, never how; SVG and PNG are two ways to draw it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from unicodedata import combining, east_asian_width

from symattn.rendering.inline_math import Run
from symattn.rendering.label import JOINERS

SCRIPT = 0.72  # size of a raised or lowered run, against the line
RAISED, LOWERED = 0.38, 0.18  # how far, against the size of the line


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle; `name` says what it is: cell, masked, paper, rule, scale."""

    name: str
    x: int
    y: int
    width: int
    height: int
    fill: str


@dataclass(frozen=True, slots=True)
class Strokes:
    """Straight lines of one colour, each from (x, y) to (x, y)."""

    name: str
    lines: tuple[tuple[int, int, int, int], ...]
    colour: str


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text whose baseline starts, is centred or ends at (x, y)."""

    name: str
    x: float
    y: float
    size: float
    runs: tuple[Run, ...]
    anchor: str = "start"  # or "middle", "end"
    colour: str = "#1d2330"
    turned: bool = False  # a quarter turn to the left, around (x, y)


@dataclass(frozen=True, slots=True)
class Drawing:
    """Marks in the order in which they are painted, on a canvas of `width` by `height`."""

    width: int
    height: int
    title: str
    description: str
    marks: tuple[Box | Strokes | Words, ...]


def ems(text: str) -> float:
    """About how wide a text is in a book face, against its size; rather too much than too little.

    >>> ems("ill") < ems("abc") < ems("WMW")
    True
    """
    return sum(_em(char) for char in text)


def _em(char: str) -> float:
    if char in JOINERS or combining(char):
        return 0.0
    if east_asian_width(char) in "WF":
        return 1.0
    if char in " .,:;'|!ijlt()[]/":
        return 0.32
    return 0.92 if char in "mwMW—…@%" else 0.72 if char.isupper() else 0.54


def width_of(runs: tuple[Run, ...], size: float) -> float:
    """About how wide the runs are at this size."""
    return size * sum(ems(run.text) * (SCRIPT if run.level else 1) for run in runs)


def fold(text: str, size: float, width: float) -> list[str]:
    """The text in lines of about `width`; a word that is longer is broken.

    >>> fold("one two three", 10, 45)
    ['one two', 'three']
    """
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and ems(joined) * size <= width:
            lines[-1] = joined
        else:
            lines += _pieces(word, size, width)
    return lines


def _pieces(word: str, size: float, width: float) -> list[str]:
    count = max(ceil(ems(word) * size / max(width, size)), 1)
    step = ceil(len(word) / count)
    return [word[at : at + step] for at in range(0, len(word), step)]
