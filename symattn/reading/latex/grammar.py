r"""The grammar of brackets, fractions and scripts (LALR, so linear in the length of the formula).

What stands side by side is kept as it stands: precedence and juxtaposition are for `structure`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput
from lark.lexer import Lexer

from symattn.core.errors import Unreadable
from symattn.reading.latex.letters import letters

GRAMMAR = """
start: seq
seq: item*
?item: atom
     | atom script+                                    -> scripted
     | OP | REL | COMMA | SEMI | COLON | STOP | AMP | ROW | TEXT | MID
?atom: basic | LSQUARE seq RSQUARE                     -> square
?basic: NAME | NUMBER | DOTS | BIG
      | LBRACE seq RBRACE                              -> group
      | LPAR seq RPAR                                  -> paren
      | LCURLY seq RCURLY                              -> curly
      | LABS seq RABS                                  -> bars
      | LNORM seq RNORM                                -> norm
      | LFLOOR seq RFLOOR                              -> floor
      | LCEIL seq RCEIL                                -> ceil
      | LANGLE seq RANGLE                              -> angle
      | BEGIN seq END                                  -> environment
      | FRAC basic basic                               -> frac
      | BINOM basic basic                              -> binom
      | SQRT basic                                     -> sqrt
      | SQRT LSQUARE seq RSQUARE basic                 -> root
script: CARET basic                                    -> above
      | CARET OP                                       -> above
      | UNDER basic                                    -> below
      | PRIME                                          -> prime
%declare NAME NUMBER DOTS BIG OP REL COMMA SEMI COLON STOP AMP ROW TEXT MID
%declare LBRACE RBRACE LPAR RPAR LSQUARE RSQUARE LCURLY RCURLY LABS RABS LNORM RNORM
%declare LFLOOR RFLOOR LCEIL RCEIL LANGLE RANGLE BEGIN END FRAC BINOM SQRT CARET UNDER PRIME
"""
SIDES = frozenset(
    [
        "LBRACE",
        "RBRACE",
        "LPAR",
        "RPAR",
        "LSQUARE",
        "RSQUARE",
        "LCURLY",
        "RCURLY",
        "LABS",
        "RABS",
        "LNORM",
        "RNORM",
        "LFLOOR",
        "RFLOOR",
        "LCEIL",
        "RCEIL",
        "LANGLE",
        "RANGLE",
        "FRAC",
        "BINOM",
        "SQRT",
        "CARET",
        "UNDER",
    ]
)


@dataclass(frozen=True, slots=True)
class Item:
    """What stands between its neighbours: a token, or something in brackets; with its scripts."""

    kind: str
    text: str
    at: int
    parts: tuple[tuple[Item, ...], ...] = ()
    above: tuple[tuple[Item, ...], ...] = field(default=())
    below: tuple[Item, ...] | None = None
    primes: int = 0


class _Tokens(Lexer):
    """Letters as tokens of lark; their place is where they stand in the text."""

    def __init__(self, *_: Any) -> None:
        pass

    def lex(self, data: Any) -> Any:  # type: ignore[override]
        for letter in data:
            yield Token(letter.type, letter.text, start_pos=letter.at)


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer=_Tokens)


class _Items(Transformer[Token, Any]):
    """The items of a parse tree."""

    def __default_token__(self, token: Token) -> Item:
        return Item(token.type, str(token), token.start_pos or 0)

    def __default__(self, data: Any, children: list[Any], meta: Any) -> Item:
        first = children[0]
        name = first.text if data == "environment" else str(data)
        parts = tuple(
            child if isinstance(child, tuple) else (child,)
            for child in children
            if isinstance(child, tuple) or child.kind not in (*SIDES, "BEGIN", "END")
        )
        return Item(str(data), name, first.at, parts)

    def start(self, children: list[Any]) -> Any:
        return children[0]

    def seq(self, children: list[Any]) -> tuple[Item, ...]:
        return tuple(children)

    def above(self, children: list[Any]) -> tuple[str, tuple[Item, ...], int]:
        return "above", _inside(children[1]), children[0].at

    def below(self, children: list[Any]) -> tuple[str, tuple[Item, ...], int]:
        return "below", _inside(children[1]), children[0].at

    def prime(self, children: list[Any]) -> tuple[str, tuple[Item, ...], int]:
        return "prime", (), children[0].at

    def scripted(self, children: list[Any]) -> Item:
        base, *scripts = children
        above = tuple(inside for kind, inside, _ in scripts if kind == "above")
        below = [inside for kind, inside, _ in scripts if kind == "below"]
        primes = sum(kind == "prime" for kind, _, _ in scripts)
        if len(below) > 1 or len(above) > 1:
            raise Twice(scripts[-1][2])
        inside = below[0] if below else None
        return Item(base.kind, base.text, base.at, base.parts, above, inside, primes)


class Twice(Exception):
    """Two superscripts or two subscripts at one letter; LaTeX refuses them, too."""


def _inside(item: Item) -> tuple[Item, ...]:
    return item.parts[0] if item.kind == "group" else (item,)


def items(text: str) -> tuple[Item, ...]:
    r"""The items of a formula.

    >>> [item.kind for item in items(r"\frac{1}{2} q_i + [0, 1]")]
    ['frac', 'NAME', 'OP', 'square']
    """
    found = letters(text)
    try:
        tree = _parser().parse(found)
        read: tuple[Item, ...] = _Items().transform(tree)
        return read
    except UnexpectedInput as error:
        raise _complaint(text, error) from None
    except Exception as error:
        twice = error if isinstance(error, Twice) else getattr(error, "orig_exc", None)
        if isinstance(twice, Twice):
            raise Unreadable(text, twice.args[0], "two scripts in one place") from None
        raise


def _complaint(text: str, error: UnexpectedInput) -> Unreadable:
    token = getattr(error, "token", None)
    if token is None or token.type == "$END":
        return Unreadable(text, len(text), "expected more, got the end")
    return Unreadable(text, token.start_pos or 0, f"unexpected {str(token)!r}")
