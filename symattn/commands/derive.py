"""`symattn derive`: scores, weights, output or gradient in closed form."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from symattn.commands.shell import choose, format_of, size, write
from symattn.core.errors import Usage

HELP = """Example: symattn derive causal --steps

\b
  symattn derive causal --n 4                          the weights, entry by entry
  symattn derive causal+alibi --what output --steps --format markdown
  symattn derive causal --n 3 --d 2 --format latex --document -o causal.tex
  symattn derive causal+bias --what gradient
"""
FORMATS = ("text", "latex", "markdown", "html", "json")


def run(
    mechanism: Annotated[str, typer.Argument(help="A mechanism, a composition, or a Form file.")],
    n: Annotated[
        str | None, typer.Option("--n", help="Number of keys; left out: for all n.")
    ] = None,
    n_q: Annotated[str | None, typer.Option("--n-q", help="Number of queries, if not n.")] = None,
    d: Annotated[str | None, typer.Option("--d", help="Width: writes out coordinates.")] = None,
    what: Annotated[
        str, typer.Option("--what", "-w", help="scores, weights, output or gradient.")
    ] = "weights",
    heads: Annotated[str | None, typer.Option("--heads", help="Number of query heads.")] = None,
    head: Annotated[
        str | None, typer.Option("--head", help="With heads: the one whose entries are shown (0).")
    ] = None,
    row: Annotated[
        str | None, typer.Option("--row", help="Only the query at this position.")
    ] = None,
    steps: Annotated[bool, typer.Option("--steps", help="The derivation, step by step.")] = False,
    numbers: Annotated[
        str | None, typer.Option("--with", help="Numbers: a JSON, NPZ or CSV file.")
    ] = None,
    check: Annotated[
        str, typer.Option("--check", help="Cross-check with numpy, rigorous (balls) or none.")
    ] = "numpy",
    notation: Annotated[
        str, typer.Option("--notation", help="foundations, vaswani, columns, dot or FILE.toml.")
    ] = "vaswani",
    format: Annotated[
        str, typer.Option("--format", "-f", help="text, latex, markdown, html or json.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    document: Annotated[
        bool, typer.Option("--document", help="LaTeX: a whole file that compiles.")
    ] = False,
    env: Annotated[
        str, typer.Option("--env", help="LaTeX environment: equation, align or gather.")
    ] = "align",
    label: Annotated[str, typer.Option("--label", help="LaTeX: a label to refer to.")] = "",
    preamble: Annotated[
        bool, typer.Option("--preamble", help="LaTeX: only the preamble that the output needs.")
    ] = False,
    output: Annotated[str | None, typer.Option("-o", "--output", help="Write to a file.")] = None,
) -> None:
    from symattn.library import derive
    from symattn.rendering.notation import notation as named

    chosen = format_of(format, as_json, output, FORMATS)
    choose("--what", what, ("scores", "weights", "output", "gradient"))
    choose("--check", check, ("numpy", "rigorous", "none"))
    choose("--env", env, ("equation", "align", "gather"))
    if (document or label or preamble) and chosen != "latex":
        raise Usage("--document, --label and --preamble belong to --format latex")
    if preamble:
        from symattn.rendering.document import preamble as needed

        write([needed() + "\n"], output)
        return
    base = named(notation).base if chosen in ("latex", "markdown", "html") else 0
    found = derive(
        form_text(mechanism),
        size("--n", n),
        size("--d", d),
        what=what,
        n_q=size("--n-q", n_q),
        heads=size("--heads", heads),
        head=position(head, base, "--head") or 0,
        row=position(row, base, "--row"),
        steps=steps,
        numbers=numbers,
        check=check,
        notation=notation,
    )
    look = {"document": document, "env": env, "label": label} if chosen == "latex" else {}
    write([found.to(chosen, **look)], output, exact=chosen in ("latex", "markdown", "html"))


def position(row: str | None, base: int, option: str) -> int | None:
    """The position that a number in the reader's base names."""
    if row is None:
        return None
    if not (row.isascii() and row.isdigit() and len(row) < 20):
        raise Usage(f"{option} counts from {base}, got {row!r}")
    if int(row) < base:
        raise Usage(f"{option} counts from {base}, got {row}")
    return int(row) - base


def form_text(spec: str) -> str:
    """A composition as it is, or the text of a Form file (`FILE.form`, `FILE.txt`, or `-`)."""
    from pathlib import Path

    if spec == "-":
        return sys.stdin.read(100_000)
    if spec.endswith((".form", ".txt")):
        path = Path(spec)
        if not path.is_file():
            raise Usage(f"there is no file {spec}")
        if path.stat().st_size > 100_000:
            raise Usage(f"{spec} is too large for a Form")
        return path.read_text(encoding="utf-8", errors="replace")
    return spec
