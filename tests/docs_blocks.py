"""Markdown as data: the fenced code blocks of a page, its links and its headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"(```+)([^`\n]*)$")
ANY_FENCE = re.compile(r"\s*(```|~~~)")
LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)|!\[[^\]\n]*\]\(([^)\s]+)\)")
EXIT = re.compile(r"# exit code (\d+)$")


class NotTrue(AssertionError):
    """A page says something that is not so; the message begins with the place."""


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the file that it is saved as (or ""), its text."""

    page: str
    line: int  # of the first line inside the fence, from 1
    language: str
    file: str
    text: str

    def wrong(self, message: str) -> NotTrue:
        return NotTrue(f"{self.page}, line {self.line}: {message}")


@dataclass(frozen=True)
class Command:
    """One `$` line of a console block and what stands below it."""

    words: str
    expected: tuple[str, ...]
    exit_code: int
    first: int  # where the claim stands in the block, from 0
    end: int


def blocks(page: Path, name: str) -> list[Block]:
    """Every fenced block of a page; a fence that this reader could miss is an error."""
    found: list[Block] = []
    fence, language, file, start, inside = "", "", "", 0, [""]
    for at, line in enumerate(page.read_text("utf-8").splitlines(), 1):
        if fence:
            if line == fence:
                text = "\n".join(inside) + "\n"
                found.append(Block(name, start, language, file, text))
                fence = ""
            else:
                inside.append(line)
            continue
        opened = FENCE.match(line)
        if opened:
            fence, start, inside = opened[1], at + 1, []
            language, _, file = opened[2].strip().partition(" ")
        elif ANY_FENCE.match(line):
            raise NotTrue(f"{name}, line {at}: a fence must start the line and be made of ```")
    if fence:
        raise NotTrue(f"{name}, line {start}: this block is never closed")
    return found


def commands(block: Block) -> Iterator[Command]:
    """The commands of a console block, each with the output that it claims."""
    lines = block.text.splitlines()
    starts = [at for at, line in enumerate(lines) if line.startswith("$ ")]
    if not starts or starts[0] != 0:
        raise block.wrong("a console block starts with a line '$ command'")
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        first = start + 1
        words = lines[start][2:]
        while words.endswith("\\"):
            words, first = words[:-1] + lines[first].strip(), first + 1
        code = EXIT.match(lines[end - 1])
        expected = tuple(lines[first : end - 1 if code else end])
        yield Command(words, expected, int(code[1]) if code else 0, first, end)


def fits(expected: tuple[str, ...], got: tuple[str, ...]) -> bool:
    """Whether output is what is expected; a line `...` stands for any lines, even none.

    Inside a line ` ...` stands for one word or number.

    >>> fits(("a", "...", "z"), ("a", "b", "c", "z")), fits(("a", "..."), ("b", "c"))
    (True, False)
    >>> fits(("difference ... of 3",), ("difference 1e-15 of 3",)), fits(("x ...",), ("x 1 2",))
    (True, False)
    """
    pattern = ""
    for line in expected:
        if line == "...":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += re.escape(line).replace(r"\ \.\.\.", r"\ \S+?") + r"\n"
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in got)) is not None


def links(page: Path) -> Iterator[str]:
    """The targets of the links and images of a page, those inside code left out."""
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    for match in LINK.finditer(re.sub(r"`[^`\n]*`", "``", text)):
        yield match[1] or match[2]


def anchors(page: Path) -> set[str]:
    """The names that links may use for the headings of a page."""
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    titles = re.findall(r"^#+ +(.*)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}
