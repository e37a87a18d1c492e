"""The library's verbs: `mechanism`, `enumerate_products`, `derive`, `show` and `cost`.

Rooms do not know each other; they are joined here (and in `commands/`). Every verb returns an
object that prints itself and shows itself in a notebook.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from symattn.core.errors import Usage
from symattn.core.form import Form
from symattn.core.interpret import Environment
from symattn.core.numbers import Numbers
from symattn.mechanisms.spec import mechanism as form_of

if TYPE_CHECKING:
    from symattn.core.cost_table import CostTable
    from symattn.core.figure import Figure
    from symattn.core.steps import Derivation
    from symattn.derivation.enumeration import Enumeration

GIVEN = Numbers | Mapping[str, Any] | str | None  # numbers, or a dictionary, or a file


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


def numbers_of(given: GIVEN) -> Numbers:
    """Numbers from a record, a dictionary of exact texts, or a file."""
    if given is None:
        return Numbers()
    if isinstance(given, Numbers):
        return given
    if isinstance(given, str):
        from symattn.reading.numbers import read_numbers

        found = read_numbers(given)
        if not found.names:
            raise Usage(f"{given} holds no numbers")
        return found
    from symattn.core.numbers import numbers

    return numbers(given)


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


def enumerate_products(
    spec: Attention | Form | str = "causal",
    n: int = 7,
    *,
    n_q: int | None = None,
    numbers: GIVEN = None,
    notation: str = "foundations",
) -> Products:
    """The query-key products of a mechanism at n positions.

    >>> e = enumerate_products("causal", n=3)
    >>> list(e)
    [(0, 0), (1, 0), (1, 1), (2, 0), (2, 1), (2, 2)]
    >>> e.count, e.keys(1)
    (6, (0, 1))
    """
    from symattn.derivation.enumeration import enumeration, known_numbers

    form = mechanism(spec).form
    env = known_numbers(form, n, n_q, numbers_of(numbers))
    return Products(enumeration(form, n, n_q, env), notation)


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


def derive(
    spec: Attention | Form | str,
    n: int | None = None,
    d: int | None = None,
    *,
    what: str = "weights",
    n_q: int | None = None,
    row: int | None = None,
    heads: int | None = None,
    head: int = 0,
    steps: bool = False,
    numbers: GIVEN = None,
    sizes: Mapping[str, int] | None = None,
    check: str = "numpy",
    notation: str = "vaswani",
) -> Derived:
    """Scores, weights, output or gradient in closed form: for all n, or entry by entry.

    >>> print(derive("causal", check="none"))
    weights of causal, for all n
      alpha[i, j] = exp(dot(q[i], k[j]) / sqrt(d)) / sum(l, l <= i, exp(dot(q[i], k[l]) / sqrt(d)))   where j <= i, else 0
    <BLANKLINE>
    """  # noqa: E501  (a line of output)
    from symattn.derivation.deriving import Wish, derivation

    wish = Wish(
        what, n, n_q, d, row, dict(sizes or {}), numbers_of(numbers), check, steps, heads, head
    )
    return Derived(derivation(mechanism(spec).form, wish), notation, steps)


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


def show(
    spec: Attention | Form | str,
    n: int | None = None,
    *,
    what: str = "weights",
    n_q: int | None = None,
    values: GIVEN = None,
    labels: Sequence[str] = (),
    notation: str = "vaswani",
) -> Heatmap:
    """The heatmap of a mechanism: queries down, keys across, darker means more.

    >>> print(show("causal", n=2).figure.assumption)
    The shades assume that all scores are equal (to zero).
    """
    from symattn.figures import figure
    from symattn.rendering.notation import notation as named

    form, given = mechanism(spec).form, numbers_of(values)
    return Heatmap(figure(form, n, n_q, what, given, tuple(labels), named(notation)))


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
        from html import escape

        return f"<pre>{escape(str(self))}</pre>"


def cost(
    *specs: Attention | Form | str,
    n: int | None = None,
    d: int | None = None,
    d_v: int | None = None,
    heads: int | None = None,
    bytes: int | None = None,
    position: int | None = None,
    numbers: GIVEN = None,
    notation: str = "vaswani",
) -> Costs:
    """What mechanisms cost, side by side, in closed form and (with sizes) in numbers.

    >>> cost("causal", n=7, d=4).table.columns[0].line("flops").value
    448
    """
    from symattn.derivation.costs.cost import cost as costs
    from symattn.derivation.enumeration import known_numbers

    forms = [mechanism(spec).form for spec in specs]
    given = numbers_of(numbers)
    env = Environment()
    for form in forms:
        env = known_numbers(form, n or 1, None, given) if given.names else env
    table = costs(forms, n=n, d=d, d_v=d_v, heads=heads, bytes=bytes, t=position, env=env)
    return Costs(table, notation)
