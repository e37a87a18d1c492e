"""Shapes of matrix expressions such as `softmax(Q @ K.T / sqrt(d)) @ V`; nothing is evaluated.

The letters have the shapes of the textbooks unless the claim gives others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from symattn.core.errors import Unreadable
from symattn.core.text import Token, tokens

Shape = tuple[str, str]
USUAL: Mapping[str, Shape] = {
    "Q": ("n", "d"), "K": ("n", "d"), "V": ("n", "d_v"), "X": ("n", "d_x"),
    "S": ("n", "n"), "P": ("n", "n"), "M": ("n", "n"), "Mask": ("n", "n"), "A": ("n", "n"),
    "O": ("n", "d_v"), "Y": ("n", "d_v"),
    "q": ("1", "d"), "k": ("1", "d"), "v": ("1", "d_v"), "x": ("1", "d_x"), "o": ("1", "d_v"),
    "W_q": ("d_x", "d"), "W_k": ("d_x", "d"), "W_v": ("d_x", "d_v"),
}  # fmt: skip
NUMBERS = ("n", "n_q", "n_k", "d", "d_k", "d_v", "d_x", "H", "H_k", "T", "tau", "scale")
SAME_SHAPE = ("softmax", "Softmax", "exp", "tanh", "relu", "mask", "dropout")
NUMBER: Shape = ("1", "1")
DEEPEST, LONGEST = 40, 1000
NONE = ("none", "undefined", "does not fit")


class DoesNotFit(Exception):
    """Two shapes that an operation cannot join; the message names both."""


class ShapeReader:
    """A cursor over a matrix expression; `of` says the shape of a letter."""

    def __init__(self, text: str, of: Callable[[str], Shape | None]) -> None:
        if len(text) > LONGEST:
            raise Unreadable(text[:80], 0, f"an expression of over {LONGEST} characters")
        self.text, self.of, self.tokens, self.at, self.depth = text, of, tokens(text), 0, 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.next
        self.at += token.kind != "end"
        return token

    def wrong(self, message: str) -> Unreadable:
        return Unreadable(self.text, self.next.position, message)

    def whole(self) -> Shape:
        """The shape of the whole text."""
        found = self.sum()
        if self.next.kind != "end":
            raise self.wrong(f"unexpected {self.next.text!r}")
        return found

    def sum(self) -> Shape:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.wrong(f"nested deeper than {DEEPEST}")
        found = self.product()
        while self.next.text in ("+", "-"):
            sign = self.take().text
            found = _entrywise(sign, found, self.product())
        self.depth -= 1
        return found

    def product(self) -> Shape:
        found = self.factor()
        while self.next.text in ("@", "*", "/") or self._follows():
            sign = self.take().text if self.next.text in ("@", "*", "/") else "@"
            right = self.factor()
            if sign == "@" and NUMBER not in (found, right):
                if found[1] != right[0]:
                    raise DoesNotFit(f"{_shown(found)} times {_shown(right)}")
                found = found[0], right[1]
            elif sign == "*" and NUMBER not in (found, right):
                raise self.wrong("'*' is between a number and a matrix; write '@' for a product")
            elif sign == "/" and right != NUMBER:
                raise DoesNotFit(f"division by {_shown(right)}")
            else:
                found = _entrywise(sign, found, right)
        return found

    def _follows(self) -> bool:
        """Whether a factor follows without a sign: `Q K.T` is a product."""
        return self.next.kind in ("name", "number") or self.next.text == "("

    def factor(self) -> Shape:
        if self.next.text == "-":
            self.take()
            return self.factor()
        token = self.take()
        if token.kind == "number":
            found = NUMBER
        elif token.text == "(":
            found = self.sum()
            self.expect(")")
        elif token.kind == "name" and self.next.text == "(" and self.of(token.text) is None:
            found = self.call(token)
        elif token.kind == "name":
            letter = self.of(token.text)
            found = letter if letter is not None else NUMBER
            if letter is None and token.text not in NUMBERS:
                self.at -= 1
                raise self.wrong(f"the shape of {token.text} is not known; say it in 'given'")
        else:
            self.at -= token.kind != "end"
            raise self.wrong(f"expected a matrix, got {token.text or 'the end'!r}")
        return self.turned(found)

    def turned(self, found: Shape) -> Shape:
        """The shape after `.T` and powers of numbers."""
        while self.next.text in (".", "**"):
            sign = self.take().text
            after = self.take()
            if sign == "." and after.text == "T":
                found = found[1], found[0]
            elif sign == "." or found != NUMBER:
                raise self.wrong("expected .T")
        return found

    def call(self, token: Token) -> Shape:
        self.take()
        found = self.sum()
        self.expect(")")
        if token.text in SAME_SHAPE or (token.text == "sqrt" and found == NUMBER):
            return found
        raise self.wrong(f"{token.text} is none of {', '.join(SAME_SHAPE)}")

    def expect(self, text: str) -> None:
        if self.next.text != text:
            raise self.wrong(f"expected {text!r}, got {self.next.text or 'the end'!r}")
        self.take()


def _entrywise(sign: str, left: Shape, right: Shape) -> Shape:
    if left == NUMBER or right == NUMBER:
        return right if left == NUMBER else left
    if left != right:
        raise DoesNotFit(f"{_shown(left)} {sign} {_shown(right)}")
    return left


def _shown(shape: Shape) -> str:
    return f"({shape[0]}, {shape[1]})"


def read_shape(text: str) -> Shape | None:
    """The shape that a text such as `(n, d)` or `n x d` says; None if it says that there is none.

    >>> read_shape("(n, d_v)"), read_shape("n x n"), read_shape("does not fit")
    (('n', 'd_v'), ('n', 'n'), None)
    """
    plain = text.strip().strip("$").lower()
    if plain in NONE:
        return None
    inside = text.strip().strip("$()[]")
    parts = inside.split(",") if "," in inside else inside.replace("×", " x ").split(" x ")
    if len(parts) != 2 or not all(part.strip() for part in parts):
        raise Unreadable(text[:80], 0, "expected a shape such as (n, d), or 'does not fit'")
    return parts[0].strip(), parts[1].strip()


def shape_of(text: str, known: Mapping[str, Shape] | None = None) -> Shape:
    """The shape of a matrix expression; DoesNotFit names the operation that has none.

    >>> shape_of("softmax(Q @ K.T / sqrt(d)) @ V"), shape_of("Q K.T")
    (('n', 'd_v'), ('n', 'n'))
    """
    letters = {**USUAL, **(known or {})}
    return ShapeReader(text, letters.get).whole()
