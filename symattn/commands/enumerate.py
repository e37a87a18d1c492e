"""`symattn enumerate`: the query-key products of a mechanism."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from symattn.commands.shell import choose, format_of, size, write
from symattn.core.errors import Usage

if TYPE_CHECKING:
    from symattn.derivation.enumeration import Enumeration
    from symattn.rendering.enumeration import Listing

HELP = """Example: symattn enumerate --n 7

\b
  symattn enumerate --n 8 --row 5              which keys position 5 meets, and how many
  symattn enumerate --n 10**9 --count          the number and its closed form, at once
  symattn enumerate --n 6 --mechanism "window(visible=3)" --format markdown
  symattn enumerate --labels "The quick brown fox"
"""
LONGEST_ROW = 1_000_000


def run(
    n: Annotated[str | None, typer.Option("--n", help="Number of keys (and of queries).")] = None,
    mechanism: Annotated[
        str, typer.Option("--mechanism", "-m", help="A mechanism, a composition, or a Form file.")
    ] = "causal",
    base: Annotated[
        int | None, typer.Option("--base", help="Count positions from 0 or from 1.")
    ] = None,
    n_q: Annotated[str | None, typer.Option("--n-q", help="Number of queries, if not n.")] = None,
    align: Annotated[
        str | None,
        typer.Option(
            "--align",
            help="With --n-q: top-left (queries at 0, 1, ...) or bottom-right (the last);"
            " left out: as the mechanism says.",
        ),
    ] = None,
    row: Annotated[
        str | None, typer.Option("--row", help="Only the query at this position (or label).")
    ] = None,
    count: Annotated[
        bool, typer.Option("--count", help="Only the number, in closed form.")
    ] = False,
    labels: Annotated[str | None, typer.Option("--labels", help="Words for the positions.")] = None,
    numbers: Annotated[
        str | None, typer.Option("--with", help="Numbers for tables and parameters (JSON file).")
    ] = None,
    notation: Annotated[
        str, typer.Option("--notation", help="foundations, vaswani, columns, dot or FILE.toml.")
    ] = "foundations",
    format: Annotated[
        str, typer.Option("--format", "-f", help="text, latex, markdown, csv or json.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    output: Annotated[str | None, typer.Option("-o", "--output", help="Write to a file.")] = None,
) -> None:
    from symattn.listings import listing_of
    from symattn.rendering import enumeration as rendering

    chosen = format_of(format, as_json, output, rendering.FORMATS)
    if base not in (None, 0, 1):
        raise Usage(f"--base is 0 or 1, got {base}")
    if row is not None and count:
        raise Usage("--row and --count exclude each other; --row prints its count")
    words = tuple(rendering.labels_of(labels)) if labels is not None else None
    length = size("--n", n) or len(words or ()) or 7
    found = _enumeration(mechanism, length, size("--n-q", n_q), align, numbers)
    if words is not None and found.first < 0:
        raise Usage("--labels cannot name the positions before 0 that bottom-right gives here")
    if words is not None and len(words) != (wanted := max(length, found.first + found.n_q)):
        raise Usage(f"--labels has {len(words)} words for {wanted} positions")
    listing = listing_of(
        found,
        base=base,
        words=words or (),
        notation=notation,
        format=chosen,
        wants_form=row is None,
    )
    if count:
        pieces = _count(found, listing, chosen)
    elif row is not None:
        pieces = _row(found, listing, chosen, row)
    else:
        _refuse_early(found)
        pieces = rendering.FORMATS[chosen](listing)
    write(pieces, output, exact=chosen in ("latex", "markdown", "csv"))


def _enumeration(
    mechanism: str, n: int, n_q: int | None, align: str | None, numbers: str | None
) -> Enumeration:
    from symattn.commands.derive import form_text
    from symattn.derivation.enumeration import BOTTOM_RIGHT, TOP_LEFT, enumeration
    from symattn.mechanisms.spec import mechanism as named

    form = named(form_text(mechanism))
    if align is not None:  # before the tables are read: a query's entry depends on where it stands
        choose("--align", align, ("top-left", "bottom-right"))
        form = replace(form, offset=BOTTOM_RIGHT if align == "bottom-right" else TOP_LEFT)
    env = None
    if numbers is not None:
        from symattn.derivation.enumeration import known_numbers
        from symattn.reading.numbers import read_numbers

        env = known_numbers(form, n, n_q, read_numbers(numbers))
    return enumeration(form, n, n_q, env)


def _refuse_early(found: Enumeration) -> None:
    """Say no before anything is written: to a list without end, to a name without numbers."""
    if found.n_q > 200_000 or found.n_k > 1_000_000:
        raise Usage(
            f"listing {found.n_q} x {found.n_k} positions would never end; "
            "--count gives the number, --row one row"
        )
    next(found.rows())


def _count(found: Enumeration, listing: Listing, format: str) -> Iterable[str]:
    from symattn.listings import count_of
    from symattn.rendering.enumeration import closing, count_json

    counted = count_of(found)
    number = counted.value
    if number is None:
        if counted.text is None or format != "text":
            reason = counted.reason or "names without numbers"
            raise Usage(f"the number of products of {listing.mechanism}: {reason}")
        return [f"{counted.text} products, for n keys and queries\n"]
    if format == "json":
        return [count_json(listing, number)]
    if format not in ("text", "latex", "markdown"):
        raise Usage(f"--count has no {format} form; use text or json")
    return [closing(listing, number) + "\n"]


def _row(found: Enumeration, listing: Listing, format: str, row: str) -> Iterable[str]:
    from symattn.core.region import size as width
    from symattn.rendering.enumeration import FORMATS, keys_in_words

    position = _position(row, listing)
    ranges = found.row(position)
    if width(ranges) > LONGEST_ROW:
        keys = keys_in_words(ranges, listing.base)
        raise Usage(f"--row {row} meets {width(ranges)} keys, too many to list: {keys}")
    one = replace(
        listing,
        rows=lambda: iter([(position, ranges)]),
        total=found.n_k,
        closed_form=None,
        closed_form_code=None,
    )
    yield from FORMATS[format](one)
    if format == "text" and width(ranges):
        yield f"keys {keys_in_words(ranges, listing.base)}\n"


def _position(row: str, listing: Listing) -> int:
    """The position that a number in the reader's base, or a label, names."""
    if row in listing.labels:
        if listing.labels.count(row) > 1:
            raise Usage(f"the label {row!r} stands at several positions; give a number")
        return listing.labels.index(row)
    digits = row[1:] if row.startswith("-") else row
    if not (digits.isascii() and digits.isdigit() and len(digits) < 20):
        raise Usage(f"--row is a position{' or a label' if listing.labels else ''}, got {row!r}")
    position = int(row) - listing.base
    last = listing.first + listing.n_q - 1
    if not listing.first <= position <= last:
        first, last = listing.first + listing.base, last + listing.base
        raise Usage(f"--row {row}: positions run from {first} to {last}")
    return position
