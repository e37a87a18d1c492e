"""`symattn cost`: what mechanisms cost, side by side, in closed form and in numbers."""

from __future__ import annotations

from typing import Annotated

import typer

from symattn.commands.shell import format_of, size, write
from symattn.core.errors import Usage

HELP = """Example: symattn cost causal --n 7 --d 4

\b
  symattn cost full causal "window(visible=4)" --n 1024 --d 64
  symattn cost multihead mqa "gqa(groups=2)" --heads 8 --d 64 --bytes 2
  symattn cost causal                        closed forms only
"""
FORMATS = ("text", "latex", "markdown", "json")


def run(
    mechanisms: Annotated[list[str], typer.Argument(help="Mechanisms or compositions.")],
    n: Annotated[str | None, typer.Option("--n", help="Length of the sequence.")] = None,
    d: Annotated[str | None, typer.Option("--d", help="Width of queries, keys and values.")] = None,
    d_v: Annotated[str | None, typer.Option("--d-v", help="Width of values, if not d.")] = None,
    heads: Annotated[str | None, typer.Option("--heads", help="Query heads.")] = None,
    bytes: Annotated[str | None, typer.Option("--bytes", help="Bytes of one number.")] = None,
    position: Annotated[
        str | None, typer.Option("--position", help="Position of the decode step (the last).")
    ] = None,
    numbers: Annotated[
        str | None, typer.Option("--with", help="Numbers for parameters and masks (JSON file).")
    ] = None,
    notation: Annotated[
        str, typer.Option("--notation", help="foundations, vaswani, columns, dot or FILE.toml.")
    ] = "vaswani",
    format: Annotated[
        str, typer.Option("--format", "-f", help="text, latex, markdown or json.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    output: Annotated[str | None, typer.Option("-o", "--output", help="Write to a file.")] = None,
) -> None:
    from symattn.commands.derive import form_text
    from symattn.library import cost

    chosen = format_of(format, as_json, output, FORMATS)
    found = cost(
        *map(form_text, mechanisms),
        n=size("--n", n),
        d=size("--d", d),
        d_v=size("--d-v", d_v),
        heads=size("--heads", heads),
        bytes=size("--bytes", bytes),
        position=_position(position),
        numbers=numbers,
        notation=notation,
    )
    write([found.to(chosen)], output)


def _position(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise Usage(f"--position counts from 0, got {text!r}")
    return int(text)
