r"""Long formulas in several rows, so that they fit on a page.

A formula is cut before a `+`, `-` or relation that stands outside all brackets. A fraction whose
denominator is too long gets a denominator of several rows. What cannot be cut stays as it is.
"""

from __future__ import annotations

import re

WIDEST = 68  # what fits beside an equation number, in letters of the main size
TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|.", re.DOTALL)
OPENING = frozenset(("{", r"\left", "(", "[", r"\begin", r"\lvert", r"\lfloor", r"\langle"))
CLOSING = frozenset(("}", r"\right", ")", "]", r"\end", r"\rvert", r"\rfloor", r"\rangle"))
SIGNS = frozenset(("+", "-", "="))
BREAKS = frozenset((r"\quad", r"\qquad"))
NO_WIDTH = frozenset(("{", "}", "_", "^", r"\left", r"\right", " ", "&", r"\,", r"\dfrac"))
WIDE = {r"\quad": 2, r"\qquad": 4, r"\log": 3, r"\max": 4, r"\min": 4, r"\exp": 3, r"\tanh": 4}


def tokens(latex: str) -> list[str]:
    return TOKEN.findall(latex)


def width(latex: str) -> float:
    r"""About how wide the formula is, in letters; a fraction is as wide as its wider half.

    >>> width("a + b"), width(r"\frac{a}{b + c}")
    (3.5, 3.5)
    """
    return _width(tokens(latex))


def _width(words: list[str]) -> float:
    total, at = 0.0, 0
    while at < len(words):
        word = words[at]
        if word in (r"\frac", r"\dfrac"):
            top, after = group(words, at + 1)
            bottom, after = group(words, after)
            total += max(_width(top), _width(bottom))
            at = after
            continue
        if word == r"\begin":
            body, after = _environment(words, at)
            total += max(_width(row) for row in body) + 1
            at = after
            continue
        if word in ("_", "^"):
            raised, after = group(words, at + 1)
            total += 0.65 * _width(raised)
            at = after
            continue
        if word in (r"\mathrm", r"\text", r"\mathbf", r"\mathbb", r"\substack"):
            at += 1
            continue
        total += 0 if word in NO_WIDTH else WIDE.get(word, 2 if word in SIGNS else 1)
        total -= 0.5 if word in SIGNS else 0
        at += 1
    return total


def group(words: list[str], at: int) -> tuple[list[str], int]:
    """The tokens of the group (or the token) that starts here, and where it ends."""
    while words[at] == " ":
        at += 1
    if words[at] != "{":
        return words[at : at + 1], at + 1
    depth, end = 1, at + 1
    while depth:
        depth += (words[end] == "{") - (words[end] == "}")
        end += 1
    return words[at + 1 : end - 1], end


def _environment(words: list[str], at: int) -> tuple[list[list[str]], int]:
    """The rows of the environment that starts here, and where it ends."""
    _, start = group(words, at + 1)
    depth, end = 1, start
    rows: list[list[str]] = [[]]
    while True:
        word = words[end]
        depth += (word == r"\begin") - (word == r"\end")
        if depth == 0:
            break
        if word == r"\\" and depth == 1:
            rows.append([])
        else:
            rows[-1].append(word)
        end += 1
    _, after = group(words, end + 1)
    return rows, after


def pieces(latex: str) -> list[str]:
    r"""The formula cut before every sign, relation and wide space outside brackets.

    >>> pieces(r"a = b + \frac{c + d}{e}")
    ['a ', '= b ', '+ \\frac{c + d}{e}']
    """
    found, depth, before = [""], 0, ""
    for word in tokens(latex):
        closing, opening = word in CLOSING, word in OPENING
        depth -= closing
        cut = depth == 0 and (word in BREAKS or (word in SIGNS and before not in ("", "=", ",")))
        if cut and found[-1].strip():
            found.append("")
        found[-1] += word
        depth += opening
        before = before if word == " " else word
    return found


def rows(latex: str, widest: float = WIDEST) -> list[str]:
    """The formula in rows that fit, each cut as late as possible; one row if it fits."""
    if len(latex) <= widest or width(latex) <= widest:
        return [latex]
    found: list[str] = []
    for piece in map(narrowed, pieces(latex)):
        if found and width(found[-1] + piece) <= widest:
            found[-1] += piece
        elif found and not _has_relation(found) and piece.startswith("="):
            found[-1] += piece  # the left side and its sign stay together
        else:
            found.append(piece)
    return [row.strip() for row in found]


def _has_relation(found: list[str]) -> bool:
    return any("=" in row for row in found)


def narrowed(piece: str, widest: float = WIDEST - 14) -> str:
    """A piece that is still too wide, with the sums inside its fractions in several rows."""
    if width(piece) <= widest:
        return piece
    words, out, at = tokens(piece), "", 0
    while at < len(words):
        if words[at] in (r"\frac", r"\dfrac"):
            top, after = group(words, at + 1)
            bottom, after = group(words, after)
            halves = (_stacked("".join(half), widest) for half in (top, bottom))
            out += r"\dfrac" + "".join(f"{{{half}}}" for half in halves)
            at = after
        else:
            out += words[at]
            at += 1
    return out


def _stacked(sum_: str, widest: float) -> str:
    """A sum in several rows, without alignment environments that need `&` outside."""
    if width(sum_) <= widest:
        return sum_
    found: list[str] = []
    for piece in pieces(sum_):
        if found and width(found[-1] + piece) <= widest:
            found[-1] += piece
        else:
            found.append(piece)
    if len(found) == 1:
        return sum_
    body = r" \\ ".join(rf"&{row.strip()}" for row in found)
    return rf"\begin{{aligned}} {body} \end{{aligned}}"
