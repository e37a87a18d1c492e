"""Enumerations as text, LaTeX, Markdown, CSV and JSON, streamed row by row.

A row is one `str.join` over key words made once, so that time goes into writing and memory never
holds more than a row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from symattn.core.region import Ranges, size


@dataclass(frozen=True, slots=True)
class Product:
    """How the product of query i and key j is written: `query` with i, then `key` with j.

    >>> Product("q{} ", "k{}^T").of(2, 1)
    'q2 k1^T'
    """

    query: str
    key: str

    def of(self, i: int, j: int) -> str:
        return self.query.format(i) + self.key.format(j)


@dataclass(frozen=True, slots=True)
class Listing:
    """What a listing shows: rows of (position, keys), in the words and base of the reader."""

    mechanism: str
    n_q: int
    n_k: int
    first: int
    rows: Callable[[], Iterator[tuple[int, Ranges]]]
    product: Product
    base: int = 0
    labels: tuple[str, ...] = ()
    closed_form: str | None = None  # as text: n(n+1)/2
    closed_form_code: str | None = None  # as SymPy writes it: n*(n + 1)/2
    total: int | None = None  # the number of cells, when not all rows are listed

    @property
    def cells(self) -> int:
        return self.n_q * self.n_k if self.total is None else self.total


def joined(listing: Listing, between: str) -> Iterator[tuple[int, Ranges, str]]:
    """For every row its position, its keys and its products, joined."""
    base, key = listing.base, listing.product.key
    many = listing.total is None  # then every word is made once; one row may lie far out
    keys = [key.format(j + base) for j in range(listing.n_k)] if many else []
    for i, ranges in listing.rows():
        query = listing.product.query.format(i + base)
        glue = between + query
        parts = [
            keys[r.start : r.stop] if many else [key.format(j + base) for j in r] for r in ranges
        ]
        words = glue.join([glue.join(part) for part in parts])
        yield i, ranges, query + words if words else ""


def closing(listing: Listing, count: int) -> str:
    """The last line: how many products, by which formula, how many cells are masked.

    >>> from symattn.rendering.enumeration import Listing, Product
    >>> closing(Listing("causal", 2, 2, 0, lambda: iter(()), Product("", "")), 3)
    '3 products, 1 masked'
    """
    word = "product" if count == 1 else "products"
    formula = f" = {listing.closed_form}" if listing.closed_form else ""
    return f"{count} {word}{formula}, {listing.cells - count} masked"


def text(listing: Listing) -> Iterator[str]:
    """One line per query, then the count."""
    count = 0
    for i, ranges, products in joined(listing, ", "):
        count += size(ranges)
        label = f" {listing.labels[i]}" if listing.labels else ""
        seen = f"  ({seen_words(listing, ranges)})" if listing.labels else ""
        yield f"q{i + listing.base}{label}: {products or '(no key)'}{seen}\n"
    yield closing(listing, count) + "\n"


def seen_words(listing: Listing, ranges: Ranges) -> str:
    return ", ".join(listing.labels[j] for r in ranges for j in r) or "nothing"


def latex(listing: Listing) -> Iterator[str]:
    """An `align*` with one row per query."""
    count = 0
    yield "\\begin{align*}\n"
    for at, (i, ranges, products) in enumerate(joined(listing, ",\\; ")):
        count += size(ranges)
        lead = " \\\\\n" if at else ""
        yield f"{lead}q_{{{i + listing.base}}} &\\colon\\; {products or chr(92) + 'varnothing'}"
    yield f"\n\\end{{align*}}\n% {closing(listing, count)}\n"


def markdown(listing: Listing) -> Iterator[str]:
    """A table with one row per query."""
    count = 0
    yield "| query | keys | products |\n|---|---|---|\n"
    for i, ranges, products in joined(listing, ", "):
        count += size(ranges)
        label = f" {cell(listing.labels[i])}" if listing.labels else ""
        keys = keys_in_words(ranges, listing.base)
        yield f"| q{i + listing.base}{label} | {keys} | {cell(products)} |\n"
    yield f"\n{closing(listing, count)}\n"


def cell(words: str) -> str:
    return words.replace("|", "\\|").replace("\n", " ")


def keys_in_words(ranges: Ranges, base: int = 0) -> str:
    """The keys as ranges.

    >>> keys_in_words((range(0, 1), range(2, 5)))
    '0, 2..4'
    """
    return ", ".join(
        str(r.start + base) if len(r) == 1 else f"{r.start + base}..{r.stop - 1 + base}"
        for r in ranges
    )


def csv(listing: Listing) -> Iterator[str]:
    """`query,key,product`, one line per product."""
    base, labelled = listing.base, bool(listing.labels)
    yield "query,key,product" + (",query_label,key_label" if labelled else "") + "\n"
    for i, ranges in listing.rows():
        yield "".join(
            f"{i + base},{j + base},{listing.product.of(i + base, j + base)}"
            + (f",{field(listing.labels[i])},{field(listing.labels[j])}\n" if labelled else "\n")
            for r in ranges
            for j in r
        )


def field(words: str) -> str:
    """A CSV field, quoted when it must be; a leading =, +, - or @ is no formula."""
    if words[:1] in ("=", "+", "-", "@"):
        words = f"'{words}"
    return '"' + words.replace('"', '""') + '"' if set(words) & set('",\r\n') else words


def json_text(listing: Listing) -> Iterator[str]:
    """`symattn/enumeration@1`; the count comes last because it is counted on the way."""
    import json

    yield json.dumps(_head(listing))[:-1] + ', "pairs": ['
    count, base = 0, listing.base
    for i, ranges in listing.rows():
        keys = size(ranges)
        if keys:
            pairs = ", ".join(f"[{i + base}, {j + base}]" for r in ranges for j in r)
            yield (", " if count else "") + pairs
        count += keys
    tail: dict[str, object] = {
        "count": count,
        "masked": listing.cells - count,
        "closed_form": listing.closed_form_code,
    }
    if listing.labels:
        tail["labels"] = list(listing.labels)
    yield "], " + json.dumps(tail)[1:] + "\n"


def _head(listing: Listing) -> dict[str, object]:
    head: dict[str, object] = {
        "schema": "symattn/enumeration@1",
        "mechanism": listing.mechanism,
        "n": listing.n_k,
    }
    if listing.n_q != listing.n_k:
        head |= {"n_q": listing.n_q, "n_k": listing.n_k}
    if listing.first:
        head["offset"] = listing.first
    return head | {"base": listing.base}


def count_json(listing: Listing, count: int) -> str:
    """The same record without its pairs."""
    import json

    tail = {
        "count": count,
        "masked": listing.cells - count,
        "closed_form": listing.closed_form_code,
    }
    return json.dumps(_head(listing) | tail) + "\n"


FORMATS: dict[str, Callable[[Listing], Iterator[str]]] = {
    "text": text,
    "latex": latex,
    "markdown": markdown,
    "csv": csv,
    "json": json_text,
}


def labels_of(words: str) -> Sequence[str]:
    """Labels from one string: cut at commas if it has any, else at spaces.

    >>> labels_of("The quick brown fox")
    ('The', 'quick', 'brown', 'fox')
    """
    cut = words.split(",") if "," in words else words.split()
    return tuple(word.strip() for word in cut)
