"""What a student writes down: keys, query-key products, orders, in the many ways that people do.

    q_2k_1^T   q2 k1   q2·k1   (2,1)   q_4 k_{0..4}   0..4   The, quick, brown

Positions count from `base` in the text and from 0 in what is returned.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from symattn.core.errors import Unreadable

MOST, LONGEST = 1_000_000, 20_000
NUMBER = r"\{?\s*(?P<%s>\d{1,9})\s*\}?"
RANGE = re.compile(
    r"\{?\s*([kqvx]?)_?\{?\s*(\d{1,9})\s*\}?\s*(?:\.\.\.?|…|-)"
    r"\s*([kqvx]?)_?\{?\s*(\d{1,9})\s*\}?",
    re.ASCII,
)
ONE = re.compile(r"([kqvx]?)_?\{?\s*(\d{1,9})\s*\}?(?:\^\{?(?:T|\\top|\\mathsf T)\}?)?", re.ASCII)
PRODUCT = re.compile(
    r"q_?\{?\s*(\d{1,9})\s*\}?\s*(?:·|\*|@|\.|\\cdot|\\,|:)?\s*k_?\{?\s*"
    r"(\d{1,9}(?:\s*\.\.\.?\s*k?_?\d{1,9})?)\s*\}?\s*(?:\^?\s*\{?\s*(?:T|⊤|\\top)\s*\}?)?"
)
BRACKETS = re.compile(r"[(\[]\s*([^,()\[\]]+?)\s*,\s*([^,()\[\]]+?)\s*[)\]]")


@dataclass(frozen=True, slots=True)
class Positions:
    """How positions are written: the base of counting, and words for them."""

    base: int = 0
    labels: Sequence[str] = ()

    def keys(self, text: str, letters: str = "kvx") -> list[int]:
        """The positions that one word or one range means; their letters are of keys.

        >>> Positions(1).keys("1..3"), Positions(labels=("The", "fox")).keys("fox")
        ([0, 1, 2], [1])
        """
        word = text.strip().strip("$").strip()
        if word in self.labels:
            if list(self.labels).count(word) > 1:
                raise Unreadable(text[:80], 0, f"the word {word!r} stands at several positions")
            return [list(self.labels).index(word)]
        if match := RANGE.fullmatch(word):
            self._check({match[1], match[3]}, letters, text)
            first, last = int(match[2]), int(match[4])
            if last < first or last - first >= MOST:
                raise Unreadable(text[:80], 0, "a range runs upwards and has an end")
            return [at - self.base for at in range(first, last + 1)]
        if match := ONE.fullmatch(word):
            self._check({match[1]}, letters, text)
            return [int(match[2]) - self.base]
        known = f", {', '.join(self.labels[:6])}" if self.labels else ""
        raise Unreadable(text[:80], 0, f"expected a position such as 3, k3 or 0..4{known}")

    def _check(self, found: set[str], letters: str, text: str) -> None:
        if wrong := found - {"", *letters}:
            message = f"expected one of the letters {', '.join(letters)}, got {min(wrong)}"
            raise Unreadable(text[:80], 0, message)

    def named(self, at: int) -> str:
        """A position as a reader writes it."""
        if self.labels and 0 <= at < len(self.labels):
            return self.labels[at]
        return str(at + self.base)

    def product(self, pair: tuple[int, int]) -> str:
        """A product as a reader writes it."""
        return f"q{pair[0] + self.base} k{pair[1] + self.base}^T"


def read_keys(answer: Any, how: Positions) -> list[int]:
    """The positions that an answer lists, in its order.

    >>> read_keys("0..2, 4", Positions()), read_keys(["k_0", 1], Positions())
    ([0, 1, 2, 4], [0, 1])
    """
    return _all(
        answer, lambda part: how.keys(part) if isinstance(part, str) else [_whole(part, how)]
    )


def _whole(part: Any, how: Positions) -> int:
    if isinstance(part, int) and not isinstance(part, bool):
        return part - how.base
    raise Unreadable(str(part)[:80], 0, "expected a position")


def read_pairs(answer: Any, how: Positions) -> list[tuple[int, int]]:
    """The query-key products that an answer lists, in its order.

    >>> read_pairs("q_2k_1^T, q2·k0, (1, 0..1)", Positions())
    [(2, 1), (2, 0), (1, 0), (1, 1)]
    """

    def pairs(part: Any) -> list[tuple[int, int]]:
        if isinstance(part, list) and len(part) == 2:
            left, right = (str(p) for p in part)
        elif isinstance(part, str):
            left, right = _sides(part)
        else:
            raise Unreadable(str(part)[:80], 0, "expected a product such as q2 k1 or (2, 1)")
        queries, keys = how.keys(left, "qx"), how.keys(right)
        return [(i, j) for i in queries for j in keys]

    return _all(answer, pairs, nested=True)


def _sides(text: str) -> tuple[str, str]:
    word = text.strip().strip("$").strip()
    match = PRODUCT.fullmatch(word) or BRACKETS.fullmatch(word)
    if match is None:
        raise Unreadable(text[:80], 0, "expected a product such as q2 k1, q_2k_1^T or (2, 1)")
    return match[1], match[2]


def _all(answer: Any, read: Any, nested: bool = False) -> list[Any]:
    """Everything that the parts of an answer mean, one after the other."""
    parts = answer if isinstance(answer, list) else [answer]
    if nested and len(parts) == 2 and all(isinstance(p, int) for p in parts):
        parts = [parts]  # one pair
    found: list[Any] = []
    for part in parts:
        for piece in split(part) if isinstance(part, str) else [part]:
            found += read(piece)
            if len(found) > MOST:
                raise Unreadable(str(part)[:80], 0, f"an answer of over {MOST} items")
    return found


def split(text: str) -> Iterator[str]:
    """The items of a line: between commas, semicolons and line ends outside brackets.

    >>> list(split("{(2,1), q1 k0; q1 k1}"))
    ['(2,1)', 'q1 k0', 'q1 k1']
    """
    if len(text) > LONGEST:
        raise Unreadable(text[:80], 0, f"an answer of over {LONGEST} characters")
    inside = text.strip()
    if inside.startswith("{") and inside.endswith("}"):
        inside = inside[1:-1]
    depth, start = 0, 0
    for at, letter in enumerate(inside):
        depth += (letter in "([{") - (letter in ")]}")
        if letter in ",;\n" and depth == 0:
            if inside[start:at].strip():
                yield inside[start:at].strip()
            start = at + 1
    if inside[start:].strip():
        yield inside[start:].strip()


def shortened(positions: Sequence[int], how: Positions) -> str:
    """Positions with neighbours joined to ranges.

    >>> shortened([0, 1, 2, 5], Positions())
    '{0..2, 5}'
    """
    runs: list[list[int]] = []
    for at in positions:
        if runs and at == runs[-1][-1] + 1:
            runs[-1][-1:] = [runs[-1][-1], at] if len(runs[-1]) == 1 else [at]
        else:
            runs.append([at])
    words = [
        how.named(r[0]) if len(r) == 1 else f"{how.named(r[0])}..{how.named(r[-1])}" for r in runs
    ]
    return "{" + ", ".join(words) + "}"
