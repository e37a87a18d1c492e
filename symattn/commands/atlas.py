"""`symattn atlas`: how the mechanisms are related, with a verdict behind every edge."""

from __future__ import annotations

from typing import Annotated

import typer

from symattn.commands.shell import choose, format_of, write
from symattn.core.errors import Usage

HELP = """Example: symattn atlas causal window prefix full

\b
  symattn atlas causal window chunked --relation subset --all
  symattn atlas full alibi "causal+alibi" --relation subset -o map.html
  symattn atlas causal full --format svg -o map.svg
"""
FORMATS = ("text", "markdown", "svg", "html", "json")
RELATION = "--relation"


def run(
    mechanisms: Annotated[
        list[str] | None, typer.Argument(help="Only these mechanisms or compositions (all).")
    ] = None,
    only: Annotated[
        str | None, typer.Option("--only", help="The same: only this one and those that follow.")
    ] = None,
    relation: Annotated[
        str | None, typer.Option(RELATION, help="subset, equal, special-case or relabelled.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every claim that does not hold, too.")
    ] = False,
    format: Annotated[
        str, typer.Option("--format", "-f", help="text, markdown, svg, html or json.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    output: Annotated[str | None, typer.Option("-o", "--output", help="Write to a file.")] = None,
) -> None:
    from symattn.library import atlas

    chosen = format_of(format, as_json, output, FORMATS)
    if everything and chosen != "text":
        raise Usage(f"--all is for text; {chosen} has every claim")
    named = [*([only] if only is not None else []), *(mechanisms or [])]
    asked = (_relation(relation),) if relation is not None else ()
    found = atlas(*named, relations=asked)
    text = found.text(everything=everything) if chosen == "text" else found.to(chosen)
    write([text], output, exact=chosen in ("svg", "html"))


def _relation(word: str) -> str:
    from symattn.relating.relate import QUESTIONS

    return choose(RELATION, word, [q.replace(" ", "-") for q in QUESTIONS]).replace("-", " ")
