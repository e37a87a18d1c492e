r"""A text as statements: sides of a chain, definitions after `where`, conditions, words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from symattn.core.errors import Unreadable
from symattn.reading.latex.commands import LINES
from symattn.reading.latex.grammar import Item, items
from symattn.reading.latex.structure import Structure, split
from symattn.reading.latex.tree import ABSENT, Node

CHAIN = frozenset(("=", ":=", "<-", "propto"))
JOINING = frozenset(("where", "with", "and", "given", "for", "let", "if", "such that"))


@dataclass(frozen=True, slots=True)
class Chain:
    """Sides that are said to be equal; `signs` stand between them."""

    sides: tuple[Node, ...]
    signs: tuple[str, ...]
    at: int = 0


@dataclass(slots=True)
class Statement:
    """What one text says."""

    text: str
    chains: list[Chain] = field(default_factory=list)
    conditions: list[Node] = field(default_factory=list)
    met: dict[str, int] = field(default_factory=dict)


def statement(text: str, choices: dict[str, bool], functions: Sequence[str] = ()) -> Statement:
    """The chains and conditions of a text, read with these choices."""
    everything = _inside_lines(items(_undollared(text)))
    of = Structure(text, choices, everything, functions)
    found = Statement(text)
    lines = _lines(everything)
    for line in lines:
        if found.chains and line and line[0].kind == "REL" and line[0].text in CHAIN:
            last = found.chains[-1]
            more = _chain(of, line[1:])
            found.chains[-1] = Chain(
                (*last.sides, *more.sides), (*last.signs, line[0].text, *more.signs), last.at
            )
            continue
        _statements(of, line, found)
    if not found.chains and found.conditions:
        first, *found.conditions = found.conditions
        found.chains.append(Chain((first,), (), first.at))
    if not found.chains:
        raise Unreadable(text, 0, "expected a formula")
    found.met = of.met
    return found


def _undollared(text: str) -> str:
    """The text with the signs of mathematics around it blanked."""
    stripped = text.strip()
    for opening, closing in (("$$", "$$"), ("$", "$"), (r"\[", r"\]"), (r"\(", r"\)")):
        if (
            stripped.startswith(opening)
            and stripped.endswith(closing)
            and len(stripped) >= len(opening) + len(closing)
        ):
            start = text.index(opening)
            end = text.rindex(closing)
            inside = text[start + len(opening) : end]
            return " " * (start + len(opening)) + inside + " " * len(closing)
    return text


def _inside_lines(found: Sequence[Item]) -> Sequence[Item]:
    """What stands in an `align` around everything."""
    trimmed = [item for item in found if item.kind != "STOP" or item is not found[-1]]
    if len(trimmed) == 1 and trimmed[0].kind == "environment" and trimmed[0].text in LINES:
        return trimmed[0].parts[0]
    return found


def _lines(everything: Sequence[Item]) -> list[Sequence[Item]]:
    lines = [[item for item in line if item.kind != "AMP"] for line in split(everything, "ROW")]
    return [line for line in lines if line]


def _statements(of: Structure, line: Sequence[Item], found: Statement) -> None:
    """The statements of a line, between commas and words."""
    parts = _phrases(line)
    waiting: list[Node] = []
    for at, (word, run) in enumerate(parts):
        cases = any(later == "else" for later, _ in parts[at + 1 :])
        if word == "else":
            _otherwise(of, run, found, waiting)
            continue
        if word and word not in JOINING:
            raise of.wrong(f"the words {word!r}", run[0].at if run else 0)
        if not run:
            continue
        if any(item.kind == "REL" and item.text in CHAIN for item in run) and not (
            word in ("if", "for", "where") and found.chains and (cases or _comparing(run))
        ):
            found.chains.append(_chain(of, run))
        elif any(item.kind == "REL" for item in run) or any(i.text == "and" for i in run):
            waiting.append(of.whole(run, run[0].at))
        else:
            if found.chains:
                raise of.wrong("expected a comparison or a definition", run[0].at)
            found.chains.append(_chain(of, run))
    found.conditions += waiting


def _phrases(line: Sequence[Item]) -> list[tuple[str, list[Item]]]:
    """What stands between commas and words, each with the word before it."""
    parts: list[tuple[str, list[Item]]] = [("", [])]
    for item in line:
        if item.kind in ("COMMA", "SEMI", "STOP"):
            parts.append(("", []))
        elif item.kind == "TEXT":
            parts.append((item.text.lower().strip(" ,.;:"), []))
        else:
            parts[-1][1].append(item)
    return parts


def _comparing(run: Sequence[Item]) -> bool:
    """Whether a run with `=` is a condition: it has another comparison or a logical sign."""
    return any(
        (item.kind == "REL" and item.text not in CHAIN)
        or (item.kind == "OP" and item.text in ("and", "or", "not", "mod"))
        for item in run
    )


def _otherwise(of: Structure, run: Sequence[Item], found: Statement, waiting: list[Node]) -> None:
    r"""`... \text{where } j \le i \text{, else } 0`: the last side is one of two cases."""
    if not waiting or not found.chains or not run:
        raise of.wrong("'else' follows a condition", run[0].at if run else 0)
    condition = waiting[0]
    for more in waiting[1:]:
        condition = Node("and", (condition, more), at=more.at)
    waiting.clear()
    last = found.chains[-1]
    value = of.whole(run, run[0].at)
    cases = Node("cases", (Node("case", (last.sides[-1], condition), at=last.at),
                           Node("case", (value, ABSENT), at=last.at)), at=last.at)  # fmt: skip
    found.chains[-1] = Chain((*last.sides[:-1], cases), last.signs, last.at)


def _chain(of: Structure, run: Sequence[Item]) -> Chain:
    sides: list[list[Item]] = [[]]
    signs: list[str] = []
    for at, item in enumerate(run):
        if item.kind == "COLON" and at + 1 < len(run) and run[at + 1].text == "=":
            continue
        if item.kind == "REL" and item.text in CHAIN:
            before = run[at - 1] if at else None
            signs.append(":=" if before is not None and before.kind == "COLON" else item.text)
            sides.append([])
        else:
            sides[-1].append(item)
    at = run[0].at if run else 0
    if not all(sides):
        raise of.wrong("a side of the equation is missing", run[-1].at if run else 0)
    return Chain(tuple(of.whole(side, at) for side in sides), tuple(signs), at)
