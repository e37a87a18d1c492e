"""The library's verbs, from `mechanism` to `atlas`.

Rooms do not know each other; they are joined here (and in `commands/`). Every verb returns an
object of `results.py` that prints itself and shows itself in a notebook.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from symattn.core.errors import Usage
from symattn.core.form import Form
from symattn.core.interpret import Environment
from symattn.core.numbers import Numbers
from symattn.results import (
    Answer,
    Atlas,
    Attention,
    Costs,
    Derived,
    Heatmap,
    Products,
    mechanism,
)

GIVEN = Numbers | Mapping[str, Any] | str | None  # numbers, or a dictionary, or a file


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


def prove(claim: str) -> Answer:
    """The verdict about a claim: a proof for all sizes, the smallest case against it, or neither.

    >>> prove("no_future(causal)").scope
    'all n >= 1'
    >>> prove("support(full) <= support(causal)").counterexample.values
    (('n', 2), ('i', 0), ('j', 1))
    """
    from symattn.deciding.decide import decide
    from symattn.reading.claim_text import read_claim

    if not isinstance(claim, str):
        raise Usage(f"prove takes a claim as text, got {claim!r}")
    return Answer(decide(read_claim(claim)))


def atlas(*specs: str, relations: Sequence[str] = ()) -> Atlas:
    """How mechanisms are related, with a verdict behind every edge; all of them if none is named.

    `relations` are some of "subset", "equal", "special case", "relabelled"; all if none is named.

    >>> found = atlas("causal", "full", relations=["subset"]).found
    >>> [edge.decision.claim.text for edge in found.held("subset")]
    ['support(causal) <= support(full)']
    """
    from symattn.relating.relate import QUESTIONS, related

    return Atlas(related(specs, tuple(relations) or QUESTIONS))


__all__ = [
    "Answer", "Atlas", "Attention", "Costs", "Derived", "Heatmap", "Products",
    "atlas", "cost", "derive", "enumerate_products", "mechanism", "numbers_of", "prove", "show",
]  # fmt: skip
