"""`symattn show`: the heatmap of a mechanism."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from symattn.commands.shell import choose, format_of, size, write, write_bytes
from symattn.core.errors import Usage

if TYPE_CHECKING:
    from symattn.core.figure import Figure

HELP = """Example: symattn show causal --n 7

\b
  symattn show causal --n 7 --what products
  symattn show "window(visible=3)" --n 12 --format svg -o window.svg
  symattn show causal --n 7 --format html -o causal.html
  symattn show causal --labels "The quick brown fox"
"""
FORMATS = ("text", "svg", "png", "tikz", "html", "json")


def run(
    mechanism: Annotated[str, typer.Argument(help="A mechanism, a composition, or a Form file.")],
    n: Annotated[str | None, typer.Option("--n", help="Number of positions (7).")] = None,
    n_q: Annotated[str | None, typer.Option("--n-q", help="Number of queries, if not n.")] = None,
    what: Annotated[
        str, typer.Option("--what", "-w", help="products, scores or weights.")
    ] = "weights",
    values: Annotated[
        str, typer.Option("--values", help="uniform, or a file with numbers.")
    ] = "uniform",
    labels: Annotated[str | None, typer.Option("--labels", help="Words for the positions.")] = None,
    notation: Annotated[
        str, typer.Option("--notation", help="foundations, vaswani, columns, dot or FILE.toml.")
    ] = "vaswani",
    format: Annotated[
        str, typer.Option("--format", "-f", help="text, svg, png, tikz, html or json.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    ascii: Annotated[bool, typer.Option("--ascii", help="Text without block characters.")] = False,
    output: Annotated[str | None, typer.Option("-o", "--output", help="Write to a file.")] = None,
) -> None:
    from symattn.commands.derive import form_text
    from symattn.core.numbers import Numbers
    from symattn.figures import figure
    from symattn.library import numbers_of
    from symattn.mechanisms.spec import mechanism as named
    from symattn.rendering.enumeration import labels_of
    from symattn.rendering.notation import notation as look_of

    chosen = format_of(format, as_json, output, FORMATS)
    choose("--what", what, ("products", "scores", "weights"))
    words = tuple(labels_of(labels)) if labels is not None else ()
    length = size("--n", n) or len(words) or None
    if words and length != len(words):
        raise Usage(f"--labels has {len(words)} words, --n asks for {length} positions")
    made = figure(
        named(form_text(mechanism)),
        length if length or values != "uniform" else 7,
        size("--n-q", n_q),
        what,
        Numbers() if values == "uniform" else numbers_of(values),
        words,
        look_of(notation),
        formulas=chosen in ("html", "tikz", "json"),
    )
    if chosen == "png":
        from symattn.rendering.heatmap_png import draw

        write_bytes(draw(made), output)
        return
    drawn = _drawn(made, chosen, ascii or not _speaks_unicode(output))
    write([drawn], output, exact=chosen in ("svg", "tikz", "html"))


def _speaks_unicode(output: str | None) -> bool:
    """Files are written in UTF-8; a terminal says what it can show."""
    if output not in (None, "-") or sys.stdout is None:
        return True
    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    return encoding.startswith("utf")


def _drawn(made: Figure, format: str, ascii: bool) -> str:
    if format == "text":
        from symattn.rendering.heatmap_text import draw as text

        columns = os.environ.get("COLUMNS", "")
        known = len(columns) < 5 and columns.isascii() and columns.isdigit()
        width = int(columns) if known else 80
        return text(made, ascii=ascii, width=max(40, min(width, 400))).rstrip("\n") + "\n"
    if format == "svg":
        from symattn.rendering.heatmap_svg import draw as svg

        return svg(made)
    if format == "tikz":
        from symattn.rendering.heatmap_tikz import draw as tikz

        return tikz(made)
    if format == "html":
        from symattn.rendering.heatmap_html import draw as html

        return html(made)
    return _json(made)


def _json(made: Figure) -> str:
    import json
    from dataclasses import asdict

    record: dict[str, Any] = {"schema": "symattn/figure@1", **asdict(made)}
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"
