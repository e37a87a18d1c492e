"""Claims in Markdown and MyST pages: fenced blocks that are called `symattn`.

    ```symattn                      ```{symattn} count-5
    id: count-5                     kind: count
    kind: count                     reference: causal
    ...                             ...
    ```                             ```

A block is one claim, or a list of claims, in the YAML of claim files; `defaults` stand in the front
matter of the page, under the key `symattn`. A display equation is a claim if a comment of ours
stands before it (see `annotated`). Everything else of the page is prose, and skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symattn.reading.annotated import read_annotated
from symattn.reading.claim_file import Entry, bytes_of, checked, entry, text_of
from symattn.reading.nodes import BadFile, Node
from symattn.reading.yaml_nodes import yaml_node

FENCE = re.compile(r"^( {0,3})(`{3,}|~{3,}|:{3,})[ \t]*(.*)$")
OURS = re.compile(r"(?:symattn|\{symattn\})(?:[ \t]+(\S+))?[ \t]*$")


@dataclass(frozen=True, slots=True)
class Block:
    """The text of a fenced block, its name, and the line before its first one."""

    text: str
    name: str
    line: int


def read_claim_page(path: Path, shown: str = "") -> Iterator[Entry | BadFile]:
    """The claims of a page, blocks before equations; complaints in their places."""
    shown = shown or str(path)
    try:
        text = text_of(bytes_of(path))
        defaults = _defaults(text)
    except BadFile as error:
        yield error.within(shown)
        return
    known: dict[str, int] = {}
    for block in blocks(text):
        try:
            node = yaml_node(block.text)
            several = node.value if isinstance(node.value, list) else [node]
        except BadFile as error:
            yield BadFile(error.message, error.line + block.line, shown)
            continue
        for one in several:
            try:
                yield entry(_named(one, block), defaults, shown, known, block.line)
            except BadFile as error:
                yield error.within(shown)
    yield from read_annotated(prose(text), shown, known, latex=False)


def _named(node: Node, block: Block) -> Node:
    """The claim, with the name of its block as its id."""
    if block.name and isinstance(node.value, dict) and "id" not in node.value:
        return Node({"id": Node(block.name, 0), **node.value}, node.line)
    return node


def blocks(text: str) -> Iterator[Block]:
    """The blocks of ours on a page; a fence inside another fence is text.

    >>> [b.text for b in blocks("a\\n```symattn\\nid: x\\n```\\n````md\\n```symattn\\n```\\n````")]
    ['id: x\\n']
    """
    fence, ours, name, start = "", False, "", 0
    inside: list[str] = []
    for at, line in enumerate(text.split("\n"), 1):
        match = FENCE.match(line.rstrip("\r"))
        if not fence:
            if match:
                fence, inside, start = match[2], [], at
                called = OURS.fullmatch(match[3].strip())
                ours, name = called is not None, (called[1] or "") if called else ""
        elif match and match[2].startswith(fence) and not match[3].strip():
            if ours:
                yield Block("".join(inside), name, start)
            fence = ""
        else:
            inside.append(line + "\n")
    if fence and ours:
        yield Block("".join(inside), name, start)


def prose(text: str) -> str:
    """The page with empty lines for its blocks of code; formulas in blocks stay.

    >>> prose("a\\n```text\\nb\\n```\\n```math\\nc\\n```")
    'a\\n\\n\\n\\n```math\\nc\\n```'
    """
    fence, kept = "", []
    formula = False
    for line in text.split("\n"):
        match = FENCE.match(line.rstrip("\r"))
        if not fence and match:
            fence, formula = match[2], match[3].strip() in ("math", "{math}")
            kept.append(line if formula else "")
            continue
        ends = bool(fence and match and match[2].startswith(fence) and not match[3].strip())
        kept.append(line if formula or not fence else "")
        fence = "" if ends else fence
        formula = formula and not ends
    return "\n".join(kept)


def _defaults(text: str) -> Mapping[str, Any]:
    """What the front matter of a page says under `symattn`."""
    lines = text.split("\n")
    if lines[0].strip() != "---":
        return {}
    end = next((at for at, line in enumerate(lines[1:], 1) if line.strip() in ("---", "...")), 0)
    front = "\n".join(lines[1:end])
    if "symattn" not in front:
        return {}
    node = yaml_node(front)
    if not isinstance(node.value, dict) or "symattn" not in node.value:
        return {}
    return checked(node.value["symattn"], "defaults", 1)
