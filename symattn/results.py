"""What the library's verbs return: objects that print themselves and show themselves in a notebook.

They hold a record of `core` and ask `rendering` to write it; nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from symattn.core.form import Form
from symattn.mechanisms.spec import mechanism as form_of

if TYPE_CHECKING:
    from symattn.core.cost_table import CostTable
    from symattn.core.figure import Figure
    from symattn.core.relations import RelationMap
    from symattn.core.steps import Derivation
    from symattn.core.verdict import Counterexample, Decision, Verdict
    from symattn.derivation.enumeration import Enumeration


@dataclass(frozen=True)
class Attention:
    """A mechanism that composes with `+` and `|`, prints its Form and shows its formula.

    >>> print(mechanism("causal") + mechanism("temperature"))
    support: j <= i
    score:   dot(q[i], k[j]) / sqrt(d) / T
    value:   v[j]
    where:   T: real > 0
    """

    form: Form

    def __add__(self, other: Attention | str) -> Attention:
        return Attention(self.form + mechanism(other).form)

    def __or__(self, other: Attention | str) -> Attention:
        return Attention(self.form | mechanism(other).form)

    def __str__(self) -> str:
        return str(self.form)

    def _repr_latex_(self) -> str:
        from symattn.rendering.formulas import form_lines
        from symattn.rendering.notation import notation

        lines = [line.latex for line in form_lines(self.form, notation("vaswani"))]
        return "$$\\begin{gathered}" + r" \\ ".join(lines) + "\\end{gathered}$$"


def mechanism(spec: Attention | Form | str) -> Attention:
    """The mechanism that a composition names, or that lines like `support: j <= i` state."""
    return spec if isinstance(spec, Attention) else Attention(form_of(spec))


@dataclass(frozen=True)
class Products:
    """The query-key products of a mechanism; iterating gives the pairs (i, j)."""

    found: Enumeration
    notation: str = "foundations"

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return self.found.pairs()

    def __len__(self) -> int:
        return self.count

    @cached_property
    def count(self) -> int:
        from symattn.listings import count_of

        value = count_of(self.found).value
        assert value is not None  # every length is a number here
        return value

    def keys(self, i: int) -> tuple[int, ...]:
        """The keys that the query at position i meets."""
        return tuple(j for stretch in self.found.row(i) for j in stretch)

    def to(self, format: str) -> str:
        """The listing as text, latex, markdown, csv or json."""
        from symattn.listings import listing_of
        from symattn.rendering.enumeration import FORMATS

        return "".join(
            FORMATS[format](listing_of(self.found, notation=self.notation, format=format))
        )

    def __str__(self) -> str:
        return self.to("text")

    def _repr_latex_(self) -> str:
        body = self.to("latex").rsplit("\n%", 1)[0]
        return body.replace("align*", "aligned").join(("$$", "$$"))


@dataclass(frozen=True)
class Derived:
    """A derivation that prints and shows itself."""

    found: Derivation
    notation: str = "vaswani"
    with_steps: bool = False

    def to(self, format: str, **look: Any) -> str:
        """The derivation as text, latex, markdown, html or json."""
        from symattn.rendering.derivation import FORMATS, Look
        from symattn.rendering.notation import notation

        wanted = Look(notation(self.notation), steps=self.with_steps, **look)
        return "".join(FORMATS[format](self.found, wanted))

    def __str__(self) -> str:
        return self.to("text")

    def _repr_latex_(self) -> str:
        from symattn.rendering.derivation import Look, latex_lines
        from symattn.rendering.notation import notation

        look = Look(notation(self.notation), steps=self.with_steps)
        lines = r" \\ ".join(latex_lines(self.found, look))
        return f"$$\\begin{{aligned}}{lines}\\end{{aligned}}$$"


@dataclass(frozen=True)
class Heatmap:
    """A heatmap that prints itself in a terminal and shows itself in a notebook."""

    figure: Figure

    def svg(self) -> str:
        from symattn.rendering.heatmap_svg import draw

        return draw(self.figure)

    def html(self) -> str:
        from symattn.rendering.heatmap_html import draw

        return draw(self.figure)

    def __str__(self) -> str:
        from symattn.rendering.heatmap_text import draw

        return draw(self.figure, ascii=False)

    def _repr_svg_(self) -> str:
        return self.svg()


@dataclass(frozen=True)
class Costs:
    """A table of costs that prints and shows itself."""

    table: CostTable
    notation: str = "vaswani"

    def to(self, format: str) -> str:
        """The table as text, latex, markdown or json."""
        from symattn.rendering import cost_table as writers
        from symattn.rendering.notation import notation

        if format == "latex":
            return writers.latex(self.table, notation(self.notation))
        plain = {"text": writers.text, "markdown": writers.markdown, "json": writers.json_text}
        return plain[format](self.table).rstrip("\n") + "\n"

    def __str__(self) -> str:
        return self.to("text")

    def _repr_html_(self) -> str:
        return _plain(str(self))


@dataclass(frozen=True)
class Answer:
    """A claim with its verdict, which prints itself as the command does."""

    decision: Decision

    def __bool__(self) -> bool:
        """Whether the claim is proved, so that `assert prove(...)` says what it seems to say."""
        return self.word == "proved"

    @property
    def verdict(self) -> Verdict:
        """The record `Proved`, `Refuted`, `Relabelled` or `Undecided`."""
        return self.decision.verdict

    @property
    def word(self) -> str:
        """The verdict in a word: "proved", "refuted", "relabelled" or "undecided"."""
        return type(self.verdict).__name__.lower()

    @property
    def scope(self) -> str:
        """For which sizes the claim is proved; empty if it is not."""
        return str(getattr(self.verdict, "scope", ""))

    @property
    def counterexample(self) -> Counterexample | None:
        """The case in which the claim is false, if it is."""
        return getattr(self.verdict, "counterexample", None)

    def to_json(self) -> str:
        """The record `symattn/verdict@1`."""
        from json import dumps

        from symattn.rendering.verdict import verdict_record

        return dumps(verdict_record(self.decision), indent=1) + "\n"

    def __str__(self) -> str:
        from symattn.rendering.verdict import verdict_text

        return "\n".join(verdict_text(self.decision))

    def __repr__(self) -> str:
        return f"<{self.word}: {self.decision.claim.text}>"

    def _repr_html_(self) -> str:
        return _plain(str(self))


@dataclass(frozen=True)
class Atlas:
    """A map of mechanisms that prints itself and shows itself in a notebook."""

    found: RelationMap

    def text(self, *, everything: bool = False) -> str:
        """The map as text; with `everything` each claim that does not hold, too."""
        from symattn.rendering.atlas_text import text

        return text(self.found, everything=everything)

    def to(self, format: str) -> str:
        """The map as text, markdown, svg, html or json."""
        from symattn.rendering import atlas_html, atlas_svg, atlas_text

        writers: Mapping[str, Callable[[RelationMap], str]] = {
            "text": atlas_text.text,
            "markdown": atlas_text.markdown,
            "json": atlas_text.json_text,
            "svg": atlas_svg.draw,
            "html": atlas_html.draw,
        }
        return writers[format](self.found)

    def __str__(self) -> str:
        return self.text()

    def _repr_svg_(self) -> str:
        return self.to("svg")


def _plain(text: str) -> str:
    from html import escape

    return f"<pre>{escape(text)}</pre>"
