"""The chain from the loss to the scores: weights, dP, D, dS, and what each of them starts.

With f the numerator and Z the divisor of a row, alpha = f(s) / Z gives

    dS = f'(s) / Z * (dP - D),    D = sum over the visible keys of alpha * dP

for every f and with or without a sink in Z; without a divisor dS = f'(s) * dP. For the softmax
f'(s) / Z is alpha itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from symattn.core.expression import (
    ONE,
    TRUE,
    ZERO,
    Expr,
    I,
    J,
    disjunction,
    equal,
    free_names,
    number,
    substitute,
    symbol,
    table,
    vector,
)
from symattn.core.form import Form, Row
from symattn.core.weights import NUMERATORS, mixture
from symattn.derivation.general import total, weight
from symattn.derivation.gradients.cotangents import Known
from symattn.derivation.gradients.gather import Reach
from symattn.derivation.gradients.products import dotted, minus, over, plus, times
from symattn.derivation.gradients.pullback import Binder, Share, pull, range_of

SUMMED, COUNTED = symbol("l"), symbol("l1")  # the keys of row sums, and of counting a row


@dataclass(frozen=True, slots=True)
class Formula:
    """`left = right` by a named rule, for a reason; where `where` does not hold it is 0."""

    name: str
    left: Expr
    right: Expr
    reason: str
    rule: str = ""
    where: Expr = TRUE
    of: str = ""  # the name whose gradient this is; "" for the links of the chain
    reaches: tuple[Reach, ...] = ()  # which entries occur, where the left side has a new index


@dataclass(frozen=True, slots=True)
class Link:
    """The names that belong to one row of weights."""

    row: Row
    alpha: Expr
    dS: Expr
    D: Expr
    Z: Expr
    sink: Expr


@dataclass(frozen=True, slots=True)
class Chain:
    """A Form with a name for every quantity on the way back from its output."""

    form: Form
    known: Known
    alpha: Expr
    dP: Expr
    links: tuple[Link, ...]
    upstream: Expr  # the gradient of the output: dO[i], or dY[i] where the Form projects o[i]
    dO: Expr
    mixed_value: Expr  # o[i]
    head: tuple[Expr, ...]  # (h,) if heads are numbered

    @property
    def several(self) -> bool:
        return self.links[0].alpha != self.alpha

    @property
    def empty_row(self) -> Expr | None:
        """The condition of an empty row, where such a row mixes all keys."""
        form = self.form
        if form.empty != "uniform" or form.support == TRUE:
            return None
        return equal(total(form, COUNTED, ONE), ZERO)

    @property
    def mixed(self) -> Expr:
        """The condition of the keys whose values query i mixes."""
        empty = self.empty_row
        return self.form.support if empty is None else disjunction(self.form.support, empty)

    def row_sum(self, body: Expr) -> Expr:
        form = replace(self.form, support=self.mixed)
        return total(form, SUMMED, substitute(body, {J: SUMMED}))

    def scope(self, *names: str) -> tuple[Binder, ...]:
        found = (*(head.name for head in self.head), *names)
        return tuple(range_of(name, self.known) for name in found)


def chain_of(form: Form, head: tuple[Expr, ...], taken: frozenset[str]) -> Chain:
    """The chain of a Form, under names that it does not use itself."""

    def fresh(name: str) -> str:
        return name if name not in taken else f"own_{name}"

    def pairs(name: str) -> Expr:
        return table(fresh(name), *head, I, J)

    def rows(name: str) -> Expr:
        return table(fresh(name), *head, I)

    several = len(form.rows) > 1 or form.rows[0].coefficient != ONE
    links = []
    for at, row in enumerate(form.rows, 1):
        mark = str(at) if several else ""
        links.append(
            Link(
                row,
                alpha=pairs("alpha" + mark),
                dS=pairs("dS" + mark),
                D=rows("D" + mark),
                Z=rows("Z" + mark),
                sink=rows("alpha_sink" + mark),
            )
        )
    dO, o = vector(fresh("dO"), *head, I), vector("o", *head, I)
    return Chain(
        form=form,
        known=Known.of(form),
        alpha=pairs("alpha"),
        dP=pairs("dP"),
        links=tuple(links),
        upstream=dO if form.output == o else vector(fresh("dY"), *head, I),
        dO=dO,
        mixed_value=o,
        head=head,
    )


def formulas(chain: Chain) -> Iterator[Formula]:
    """Every link from the weights to the gradients of the scores."""
    yield from _weights(chain)
    if chain.upstream != chain.dO:
        yield mixed_value(chain)
        yield _projected(chain)
    right = dotted(chain.dO, chain.form.value)
    reason = "the output is linear in each weight, with the value as its factor"
    yield Formula(chain.dP.name, chain.dP, right, reason, "gradient of the weights")
    for link in chain.links:
        normaliser = link.row.normaliser
        if normaliser.divide or _needs_row_sum(chain, link):
            right = chain.row_sum(times(link.alpha, chain.dP))
            reason = "all weights of a row share their divisor"
            yield Formula(link.D.name, link.D, right, reason, "row sum")
        if normaliser.divide and normaliser.numerator == "identity":
            yield Formula(link.Z.name, link.Z, _divisor(chain, link), "by definition", "divisor")
        if _has_moving_sink(chain, link):
            right = over(_sink(link), _divisor(chain, link))
            reason = "the part of the row that goes to no key"
            yield Formula(link.sink.name, link.sink, right, reason, "weight of the sink")
        yield _score_gradient(chain, link)


def _weights(chain: Chain) -> Iterator[Formula]:
    form, where = chain.form, chain.mixed
    for link in chain.links:
        right = weight(form, link.row, link.row.score, SUMMED)
        if chain.empty_row is not None:
            right = Expr("where", (form.support, right, number(1) / symbol("n_k")))
        reason = "the forward pass, kept for the way back"
        yield Formula(link.alpha.name, link.alpha, right, reason, "weights", where)
    if chain.several:
        right = mixture(form.rows, [link.alpha for link in chain.links])
        reason = "a linear combination of normalised rows"
        yield Formula(chain.alpha.name, chain.alpha, right, reason, "weights", where)


def mixed_value(chain: Chain) -> Formula:
    """What query i mixes: the output, before the Form projects it."""
    form = replace(chain.form, support=chain.mixed)
    right = total(form, J, times(chain.alpha, form.value))
    reason = "the forward pass, kept for the way back"
    return Formula(chain.mixed_value.name, chain.mixed_value, right, reason, "mixed value")


def _projected(chain: Chain) -> Formula:
    right = ZERO
    for share in pull(chain.form.output, chain.upstream, chain.known):
        if share.leaf == chain.mixed_value:
            right = plus(right, share.cotangent)
    reason = "the output expression, read backwards"
    return Formula(chain.dO.name, chain.dO, right, reason, "gradient of the mixed value")


def _divisor(chain: Chain, link: Link) -> Expr:
    f, _ = NUMERATORS[link.row.normaliser.numerator]
    score = substitute(link.row.score, {J: SUMMED})
    found = total(chain.form, SUMMED, f(score))
    return found if link.row.normaliser.extra is None else _sink(link) + found


def _sink(link: Link) -> Expr:
    extra = link.row.normaliser.extra
    assert extra is not None
    return ONE if extra == ZERO else Expr("exp", (extra,))


def _has_moving_sink(chain: Chain, link: Link) -> bool:
    extra = link.row.normaliser.extra
    return extra is not None and chain.known.moves(extra)


def _needs_row_sum(chain: Chain, link: Link) -> bool:
    factor = link.row.coefficient
    return chain.known.moves(factor) and "j" not in free_names(factor)


def _score_gradient(chain: Chain, link: Link) -> Formula:
    numerator, divide = link.row.normaliser.numerator, link.row.normaliser.divide
    slope, word = _slope(link)
    reached = chain.dP - link.D if divide else chain.dP
    right = times(link.row.coefficient, slope, reached)
    if numerator == "identity" and divide:
        right = over(right, link.Z)
    reason = f"{word}; the divisor of the row moves too" if divide else word
    rule = "backward through the softmax" if numerator == "exp" and divide else "normaliser"
    return Formula(link.dS.name, link.dS, right, reason, rule, chain.form.support)


def _slope(link: Link) -> tuple[Expr, str]:
    """f'(s), over the divisor where there is one, and why."""
    normaliser = link.row.normaliser
    if normaliser.numerator == "exp":
        return link.alpha, "exp is its own derivative"
    if normaliser.numerator == "identity":
        return ONE, "the weight is linear in the score"
    sigmoid = Expr("sigmoid", (link.row.score,)) if normaliser.divide else link.alpha
    return times(link.alpha, ONE - sigmoid), "sigmoid' = sigmoid (1 - sigmoid)"


def shares(chain: Chain) -> Iterator[Share]:
    """What every leaf of the Form gets, for each head, query and key."""
    form, row, pair = chain.form, chain.scope("i"), chain.scope("i", "j")
    value = times(chain.alpha, chain.dO)
    yield from _started(chain, form.value, value, "value", pair, chain.mixed)
    for link in chain.links:
        yield from _started(chain, link.row.score, link.dS, "score", pair, form.support)
    for link in chain.links:
        extra, factor = link.row.normaliser.extra, link.row.coefficient
        if extra is not None:
            g = minus(times(factor, link.sink, link.D))
            empty = chain.empty_row
            seen = TRUE if empty is None else ~empty
            yield from _started(chain, extra, g, "sink", row, seen)
        if "j" in free_names(factor):
            g = times(link.alpha, chain.dP)
            yield from _started(chain, factor, g, "coefficient", pair, chain.mixed)
        else:
            yield from _started(chain, factor, link.D, "coefficient", row, TRUE)
    if chain.upstream != chain.dO:
        found = _started(chain, form.output, chain.upstream, "output", row, TRUE)
        yield from (share for share in found if share.leaf != chain.mixed_value)


def _started(
    chain: Chain, expr: Expr, g: Expr, source: str, scope: Iterable[Binder], condition: Expr
) -> Iterator[Share]:
    conditions = () if condition == TRUE else (condition,)
    for share in pull(expr, g, chain.known):
        yield replace(
            share,
            scope=(*scope, *share.scope),
            conditions=(*conditions, *share.conditions),
            source=source,
        )
