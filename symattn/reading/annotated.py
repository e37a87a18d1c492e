r"""Equations in Markdown and LaTeX documents that a comment before them makes claims.

    <!-- symattn: {id: shift, kind: equal} -->        % symattn: {id: shift, kind: equal}
    $$ e^{a} e^{b} = e^{a+b} $$                       \begin{equation} ... \end{equation}

The comment is a claim in the YAML of claim files without its `claim`, which is the next display
equation. Labels, numbers and what stands behind a `%` are no part of an equation; an alignment of
several lines is refused, since it says several things.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from symattn.reading.claim_file import Entry, bytes_of, entry, text_of
from symattn.reading.nodes import BadFile, Node
from symattn.reading.yaml_nodes import yaml_node

IN_LATEX = re.compile(r"^[ \t]*%+[ \t]*symattn:(.*)$", re.MULTILINE)
IN_MARKDOWN = re.compile(r"<!--[ \t]*symattn:(.*?)-->", re.DOTALL)
DISPLAY = re.compile(
    r"\s*(?:\$\$(?P<dollars>.*?)\$\$|\\\[(?P<brackets>.*?)\\\]"
    r"|\\begin\{(?P<name>equation\*?|displaymath|math)\}(?P<inside>.*?)\\end\{(?P=name)\}"
    r"|```(?:math|\{math\})[^\n]*\n(?P<fence>.*?)```)",
    re.DOTALL,
)
COMMENT = re.compile(r"(?<!\\)%.*")
LABEL = re.compile(
    r"(?m:^:[a-z]+:.*$)|\\(?:label|tag)\*?\{[^{}]*\}|\\(?:nonumber|notag|displaystyle)\b"
)
FARTHEST = 20_000  # characters of an equation


@dataclass(frozen=True, slots=True)
class Annotation:
    """A comment of ours: its text, the line where it stands, and the end of it."""

    text: str
    line: int
    end: int


def comments(text: str, *, latex: bool) -> Iterator[Annotation]:
    """The comments of ours in a document.

    >>> [c.text for c in comments("x\\n% symattn: {id: a}\\n", latex=True)]
    [' {id: a}']
    """
    for match in (IN_LATEX if latex else IN_MARKDOWN).finditer(text):
        yield Annotation(match[1], text.count("\n", 0, match.start()) + 1, match.end())


def equation(text: str, start: int) -> str:
    r"""The display equation that follows a comment, without labels and comments.

    >>> equation("\\begin{equation}\\label{x} a = b % c\n\\end{equation}", 0)
    'a = b'
    """
    match = DISPLAY.match(text[start : start + FARTHEST])
    if match is None:
        raise BadFile("expected a display equation behind this comment", 0)
    found = match["dollars"] or match["brackets"] or match["inside"] or match["fence"] or ""
    plain = " ".join(LABEL.sub("", COMMENT.sub("", found)).split()).rstrip(".,; ")
    if "\\\\" in plain or "&" in plain:
        raise BadFile("an equation of several lines; give each line a comment of its own", 0)
    if not plain:
        raise BadFile("the equation behind this comment is empty", 0)
    return plain


def read_annotated(
    text: str, shown: str, known: dict[str, int], *, latex: bool
) -> Iterator[Entry | BadFile]:
    """The claims of a document, in its order; complaints in their places."""
    for found in comments(text, latex=latex):
        try:
            node = yaml_node(found.text.strip())
            if not isinstance(node.value, dict):
                raise BadFile("expected keys such as {id: shift, kind: equal}", 1)
            if "claim" in node.value:
                raise BadFile("the claim is the equation that follows; leave out 'claim'", 1)
            formula = Node(f"${equation(text, found.end)}$", 0)
            whole = Node({**node.value, "claim": formula}, found.line)
            yield entry(_at_line(whole, found.line), {}, shown, known)
        except BadFile as error:
            yield BadFile(error.message, found.line, shown)


def _at_line(node: Node, line: int) -> Node:
    """The node with all of its parts in one line: that of the comment."""
    inside = node.value
    if isinstance(inside, dict):
        return Node({key: _at_line(part, line) for key, part in inside.items()}, line)
    if isinstance(inside, list):
        return Node([_at_line(part, line) for part in inside], line)
    return Node(inside, line)


def read_latex_document(path: Path, shown: str = "") -> Iterator[Entry | BadFile]:
    """The claims of a LaTeX document."""
    shown = shown or str(path)
    try:
        text = text_of(bytes_of(path))
    except BadFile as error:
        yield error.within(shown)
        return
    yield from read_annotated(text, shown, {}, latex=True)
