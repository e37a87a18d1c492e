r"""The letters of LaTeX: tokens with their place, fonts folded into names, own commands expanded.

Limits hold here, before anything is built: length, tokens, depth, digits, expansions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from symattn.core.errors import Unreadable, did_you_mean
from symattn.reading.latex import commands

LONGEST, MOST_TOKENS, DEEPEST, MOST_DIGITS = 6000, 3000, 30, 40
RAW = re.compile(
    r"\s+|%[^\n]*(?:\n|$)|(?<=\\\\)\[[\d.]+[a-z]{2}\]|(?P<command>\\\\|\\(?:[A-Za-z]+\*?|[^A-Za-z]))|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<letter>[A-Za-z])|(?P<sign>[^\s%])",
    re.ASCII,
)
WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*")


@dataclass(frozen=True, slots=True)
class Letter:
    """One token: its type in the grammar, its text, its place."""

    type: str
    text: str
    at: int


def letters(text: str) -> list[Letter]:
    r"""The tokens of a formula, in the types of the grammar.

    >>> [letter.text for letter in letters(r"\mathbf{q}_i K^\top")]
    ['q!', '_', 'i', 'K', '^', 'top']
    """
    if len(text) > LONGEST:
        raise Unreadable(text[:80], 0, f"a formula of {len(text)} characters (limit {LONGEST})")
    raw = list(_raw(text))
    return Folding(text, expanded(text, raw)).folded()


def _raw(text: str) -> Iterator[Letter]:
    """Commands, numbers, letters and signs; spaces and comments are left out."""
    at = 0
    while at < len(text):
        match = RAW.match(text, at)
        assert match is not None
        kind = match.lastgroup
        found = match.group()
        if kind == "sign" and found not in commands.SIGNS:
            if found in commands.UNICODE:
                yield Letter("command", commands.UNICODE[found], at)
                at = match.end()
                continue
            what = "a letter outside ASCII" if not found.isascii() else "unexpected character"
            raise Unreadable(text, at, f"{what}, {found!a}")
        if kind == "command" and found.rstrip("*") in commands.TEXTS:
            words, at = _text(text, match.end(), at)
            yield words
            continue
        if kind == "number" and len(found) > MOST_DIGITS:
            raise Unreadable(text, at, f"a number of over {MOST_DIGITS} digits")
        if kind is not None:
            yield Letter(kind, found, at)
        at = match.end()


def _text(text: str, start: int, at: int) -> tuple[Letter, int]:
    r"""`\text{...}`: one token with the words inside; returns where it ends."""
    opening = re.compile(r"\s*\{").match(text, start)
    closing = text.find("}", start)
    if opening is None or closing < 0:
        raise Unreadable(text, at, r"expected {words} after \text")
    inside = text[opening.end() : closing]
    if "{" in inside or "\\" in inside or "$" in inside:
        raise Unreadable(text, opening.end(), "mathematics inside a text")
    return Letter("text", inside, at), closing + 1


def expanded(text: str, raw: list[Letter]) -> list[Letter]:
    r"""The tokens with the text's own `\newcommand`s carried out, at most MOST_TOKENS of them."""
    own: dict[str, tuple[int, list[Letter]]] = {}
    waiting = list(reversed(raw))
    done: list[Letter] = []
    steps = 0
    while waiting:
        token = waiting.pop()
        steps += 1
        if steps > 4 * MOST_TOKENS or len(waiting) + len(done) > 2 * MOST_TOKENS:
            raise Unreadable(text, token.at, "commands that expand without end")
        if token.text in commands.DEFINING and token.type == "command":
            name, meaning = _defined(text, token, waiting)
            own[name] = meaning
        elif token.type == "command" and token.text in own:
            count, body = own[token.text]
            given = [_argument(text, token, waiting) for _ in range(count)]
            waiting.extend(reversed(list(_filled(text, token, body, given))))
        else:
            done.append(token)
    if len(done) > MOST_TOKENS:
        raise Unreadable(text, 0, f"a formula of {len(done)} tokens (limit {MOST_TOKENS})")
    return done


def _filled(
    text: str, call: Letter, body: list[Letter], given: list[list[Letter]]
) -> Iterator[Letter]:
    """The body of a command with its arguments put in."""
    parts = iter(body)
    for part in parts:
        if part.text == "#":
            which = next(parts, call).text
            if not (which.isdigit() and 1 <= int(which) <= len(given)):
                raise Unreadable(text, call.at, f"{call.text} has no argument #{which}")
            yield from (replace(p, at=call.at) for p in given[int(which) - 1])
        else:
            yield replace(part, at=call.at)


def _argument(text: str, call: Letter, waiting: list[Letter]) -> list[Letter]:
    """The next token, or what stands in the next braces."""
    if not waiting:
        raise Unreadable(text, call.at, f"{call.text} needs an argument")
    first = waiting.pop()
    if first.text != "{":
        return [first]
    depth, found = 1, list[Letter]()
    while waiting:
        token = waiting.pop()
        depth += (token.text == "{") - (token.text == "}")
        if depth == 0:
            return found
        found.append(token)
    raise Unreadable(text, first.at, "a brace that is never closed")


def _defined(
    text: str, token: Letter, waiting: list[Letter]
) -> tuple[str, tuple[int, list[Letter]]]:
    r"""The name of a command of the text, how many arguments it takes, and its body."""
    named = _argument(text, token, waiting)
    if len(named) != 1 or named[0].type != "command":
        raise Unreadable(text, token.at, f"expected the name of a command after {token.text}")
    count = 0
    if waiting and waiting[-1].text in ("[", "#"):
        closes = waiting.pop().text == "["
        number = waiting.pop().text if waiting else ""
        if number not in "123" or (closes and (not waiting or waiting.pop().text != "]")):
            raise Unreadable(text, token.at, "a command takes 1 to 3 arguments")
        count = int(number)
    body = _argument(text, token, waiting)
    if token.text == r"\DeclareMathOperator":
        words = "".join(part.text for part in body)
        body = [Letter("text", words, token.at)]
    return named[0].text, (count, body)


class Folding:
    """A cursor that turns commands into tokens of the grammar."""

    def __init__(self, text: str, raw: list[Letter]) -> None:
        self.text, self.raw, self.at = text, raw, 0
        self.done: list[Letter] = []
        self.closers: list[str] = []
        self.single = 0  # digits that stand alone: \frac12

    def folded(self) -> list[Letter]:
        while self.at < len(self.raw):
            self.fold()
        if self.closers:
            raise Unreadable(
                self.text, len(self.text), f"expected {self.closers[-1]!r}, got the end"
            )
        return self.done

    def put(self, type_: str, text: str, at: int) -> None:
        self.done.append(Letter(type_, text, at))

    def wrong(self, message: str, at: int, hint: str = "") -> Unreadable:
        return Unreadable(self.text, at, message, hint)

    def fold(self) -> None:
        token = self.raw[self.at]
        self.at += 1
        if token.type == "number":
            self.number(token)
        elif token.type == "letter":
            self.put("NAME", token.text, token.at)
        elif token.type == "text":
            self.words(token)
        else:
            self.command(token)

    def number(self, token: Letter) -> None:
        digits = token.text
        before = self.done[-1].type if self.done else ""
        if len(digits) > 1 and (before in ("CARET", "UNDER", "FRAC", "BINOM") or self.single):
            self.put("NUMBER", digits[0], token.at)
            self.single = 1 if before in ("FRAC", "BINOM") else 0
            self.raw[self.at - 1] = Letter("number", digits[1:], token.at + 1)
            self.at -= 1
            return
        self.single = 0
        self.put("NUMBER", digits, token.at)

    def words(self, token: Letter) -> None:
        """A text is a name when it is one word that means nothing in English here."""
        said = " ".join(token.text.split())
        if WORD.fullmatch(said) and said.lower() not in commands.ENGLISH:
            self.put("NAME", said, token.at)
        elif said:
            self.put("TEXT", said, token.at)

    def command(self, token: Letter) -> None:
        text = token.text
        if text in commands.IGNORED:
            after = self.raw[self.at].text if self.at < len(self.raw) else ""
            if text in commands.UNNUMBERED and after == r"\\":
                self.at += 1  # the line goes on
            return
        if text in commands.SIZES:  # \left( is (; \left. is nothing
            if self.at < len(self.raw) and self.raw[self.at].text == ".":
                self.at += 1
            return
        rule = self.rule(text)
        if rule is not None:
            rule(token)
        elif text in commands.TOKENS:
            self.put(*commands.TOKENS[text], token.at)
        elif text.lstrip("\\") in commands.GREEK and text.startswith("\\"):
            self.put("NAME", commands.GREEK[text[1:]], token.at)
        else:
            hint = did_you_mean(text, commands.known())
            raise self.wrong(f"{text} is not supported yet", token.at, hint)

    def rule(self, text: str) -> Callable[[Letter], None] | None:
        """How a command is read that is more than one token."""
        if text in commands.FONTS:
            return self.font
        if text in commands.ACCENTS:
            return self.accent
        if text in commands.BRACKETS:
            return self.bracket
        return {
            r"\underbrace": self.brace, r"\overbrace": self.brace, r"\begin": self.environment,
            r"\end": self.environment, "|": self.bar, r"\|": self.bar, r"\vert": self.bar,
            r"\Vert": self.bar,
        }.get(text)  # fmt: skip

    def bracket(self, token: Letter) -> None:
        """A bracket, checked against the one that is open."""
        type_, closer = commands.BRACKETS[token.text]
        if closer:
            if len(self.closers) >= DEEPEST:
                raise self.wrong(f"nested deeper than {DEEPEST}", token.at)
            self.closers.append(closer)
        elif not self.closers or self.closers.pop() != type_:
            raise self.wrong(f"{token.text!r} closes nothing", token.at)
        self.put(type_, token.text, token.at)

    def bar(self, token: Letter) -> None:
        r"""A bar opens where a number may stand, and closes where an operator may."""
        norm = token.text in (r"\|", r"\Vert")
        name = "NORM" if norm else "ABS"
        before = self.done[-1] if self.done else None
        ends = before is not None and (
            before.type in ("NAME", "NUMBER", "PRIME") or before.type.startswith("R")
        )
        if before is not None and before.type == "REL":
            ends = False
        if ends and self.closers and self.closers[-1] == f"R{name}":
            self.closers.pop()
            self.put(f"R{name}", "|", token.at)
        elif ends and not norm and "RNORM" not in self.closers and "RABS" not in self.closers:
            self.put("MID", "|", token.at)
        else:
            if len(self.closers) >= DEEPEST:
                raise self.wrong(f"nested deeper than {DEEPEST}", token.at)
            self.closers.append(f"R{name}")
            self.put(f"L{name}", "|", token.at)

    def environment(self, token: Letter) -> None:
        """`\\begin{cases}` as one token."""
        name = "".join(p.text for p in _argument(self.text, token, self._rest()))
        name = name.rstrip("*")
        if name not in commands.ENVIRONMENTS:
            hint = did_you_mean(name, commands.ENVIRONMENTS)
            raise self.wrong(f"the environment {name!r} is not supported yet", token.at, hint)
        if token.text == r"\begin":
            if len(self.closers) >= DEEPEST:
                raise self.wrong(f"nested deeper than {DEEPEST}", token.at)
            self.closers.append(f"end of {name}")
            self.put("BEGIN", name, token.at)
            if name == "array" and self.at < len(self.raw) and self.raw[self.at].text == "{":
                _argument(self.text, token, self._rest())
        else:
            if not self.closers or self.closers.pop() != f"end of {name}":
                raise self.wrong(f"\\end{{{name}}} closes nothing", token.at)
            self.put("END", name, token.at)

    def _rest(self) -> _Rest:
        return _Rest(self)

    def taken(self, token: Letter) -> list[Letter]:
        """The argument of a font or accent."""
        return _argument(self.text, token, self._rest())

    def font(self, token: Letter) -> None:
        """A name in another font; a longer argument is a group whose letters have the font."""
        inside = self.taken(token)
        mark = commands.FONTS[token.text]
        word = "".join(part.text for part in inside)
        plain = all(part.type in ("letter", "number") for part in inside)
        if plain and word and (mark == "" or len(word) == 1) and word[0].isalpha():
            self.put("NAME", word + mark, token.at)
            return
        if plain and word.isdigit() and mark in ("!", "_bb"):
            self.put("NAME", f"one{mark}" if word == "1" else word, token.at)
            return
        if inside and inside[0].type == "text" and len(inside) == 1:
            self.words(inside[0])
            return
        if mark not in ("", "!"):
            raise self.wrong(f"{token.text} of more than a letter is not supported yet", token.at)
        inner = Folding(self.text, inside).folded()
        marked = [
            replace(part, text=part.text + mark)
            if part.type == "NAME" and mark not in part.text
            else part
            for part in inner
        ]
        single = len(marked) == 1
        self.done += (
            marked
            if single
            else [Letter("LBRACE", "{", token.at), *marked, Letter("RBRACE", "}", token.at)]
        )

    def accent(self, token: Letter) -> None:
        """A letter with an accent is a name of its own."""
        inner = Folding(self.text, self.taken(token)).folded()
        if len(inner) != 1 or inner[0].type != "NAME":
            raise self.wrong(f"{token.text} of more than a letter is not supported yet", token.at)
        name, bold = inner[0].text.removesuffix("!"), "!" if inner[0].text.endswith("!") else ""
        self.put("NAME", name + commands.ACCENTS[token.text] + bold, token.at)

    def brace(self, token: Letter) -> None:
        r"""What stands over the brace; what stands under it is talk."""
        inner = Folding(self.text, self.taken(token)).folded()
        self.done += [Letter("LBRACE", "{", token.at), *inner, Letter("RBRACE", "}", token.at)]
        if self.at < len(self.raw) and self.raw[self.at].text in ("_", "^"):
            self.at += 1
            self.taken(token)


class _Rest(list[Letter]):
    """What is left of the raw tokens, as the stack that `_argument` takes from."""

    def __init__(self, folding: Folding) -> None:
        self.folding = folding
        super().__init__()

    def __bool__(self) -> bool:
        return self.folding.at < len(self.folding.raw)

    def pop(self, _: object = None) -> Letter:
        self.folding.at += 1
        return self.folding.raw[self.folding.at - 1]
