"""Enumerations ready to be written: products from `derivation` in the words of `rendering`."""

from __future__ import annotations

from collections.abc import Sequence

from symattn.core.count import Count
from symattn.derivation.counts.counting import count
from symattn.derivation.enumeration import Enumeration
from symattn.rendering.enumeration import Listing
from symattn.rendering.notation import notation as named
from symattn.rendering.symbols_text import words_for


def count_of(found: Enumeration) -> Count:
    """How many products an enumeration has, with the closed form where there is one."""
    return count(found.form, found.n_q, found.n_k, found.env)


def listing_of(
    found: Enumeration,
    *,
    base: int | None = None,
    words: Sequence[str] = (),
    notation: str = "",
    format: str = "text",
    wants_form: bool = True,
) -> Listing:
    """The enumeration in the words and base of a reader."""
    look = named(notation or "foundations")
    counted = count_of(found) if wants_form else None
    shown = counted if counted is not None and counted.applies else None
    return Listing(
        mechanism=found.form.name or "form",
        n_q=found.n_q,
        n_k=found.n_k,
        first=found.first,
        rows=found.rows,
        product=words_for(look, latex=format == "latex"),
        base=look.base if base is None else base,
        labels=tuple(words),
        closed_form=shown.text if shown else None,
        closed_form_code=shown.code if shown else None,
    )
