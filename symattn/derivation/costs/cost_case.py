"""A mechanism ready to be costed: its work, its counts, and how often each part of it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from symattn.core.count import Count
from symattn.core.errors import NotConcrete
from symattn.core.expression import TRUE, Expr, I, substitute, symbol
from symattn.core.form import Form
from symattn.core.interpret import Environment, Number, exact
from symattn.derivation.costs.causality import why_not_causal
from symattn.derivation.costs.cost_column import Letter
from symattn.derivation.costs.work import Setting, Work, key_heads, per_what, product_rows, work_of
from symattn.derivation.counts.counting import count, count_over_lengths, row_count
from symattn.derivation.counts.polynomial import Polynomial, lifted, polynomial, put, variable
from symattn.derivation.counts.symbolic_counts import row_formula

N, WIDTH, HEADS = (variable(symbol(name)) for name in ("n", "d", "H"))
SAME_WIDTH = {symbol("d_v"): WIDTH}
LENGTHS = (N * N + N) * Fraction(1, 2)  # 1 + 2 + ... + n


@dataclass(frozen=True, slots=True)
class Case:
    """A mechanism with what is known about it, ready to be costed."""

    setting: Setting
    numbers: Mapping[str, Number]
    work: tuple[Work, ...]
    not_causal: str  # why a decode step has no meaning; empty for a causal mechanism
    pairs: Letter
    row: Letter
    over_lengths: Letter
    distances: Polynomial  # different i - j in one pass
    widths: Mapping[Expr, Polynomial]  # d_v, when it is d

    @property
    def causal(self) -> bool:
        return not self.not_causal

    @property
    def name(self) -> str:
        return self.setting.form.name or "form"

    @property
    def layer_step(self) -> Polynomial:
        return layer_step(self.setting.many_heads)

    def total(self, kind: str, times: Mapping[str, Polynomial]) -> Polynomial:
        """All work of a kind, each part as often as `times` says."""
        found = Polynomial()
        for part in self.work:
            if part.kind == kind:
                found = found + part.amount * part.heads * times[part.per]
        return put(found, self.widths)

    def one_pass(self, kind: str) -> Polynomial:
        """The work of one pass over n positions."""
        times = {"pair": self.pairs.itself, "query": N, "key": N, "distance": self.distances}
        return self.total(kind, {**times, "once": lifted(1)})

    @property
    def one_pass_of_products(self) -> Polynomial:
        """Multiply-adds of Q K^T and of the mix."""
        return self.one_pass("score") + self.one_pass("mix") + self.one_pass("combination")

    def one_step(self, kind: str) -> Polynomial:
        """The work of one new token when everything about keys and distances is kept."""
        one, none = lifted(1), Polynomial()
        times = {"pair": self.row.itself, "query": one, "key": one, "distance": none}
        return self.total(kind, {**times, "once": none})

    def without_cache(self, kind: str) -> Polynomial:
        """The work of passes over 1, 2, ..., n positions.

        If only i - j decides, the last row of a pass sees each distance once, and so the distances
        of all passes together are the pairs of the last one.
        """
        apart = self.pairs.itself if self.by_distance else LENGTHS
        times = {"pair": self.over_lengths.itself, "query": LENGTHS, "key": LENGTHS}
        return self.total(kind, {**times, "distance": apart, "once": N})

    @property
    def by_distance(self) -> bool:
        """Whether the support looks at i - j alone."""
        return self.causal and per_what(self.setting.form.support) == "distance"

    def note(self, *kinds: str) -> str:
        """What a line must say when distances were counted that nobody may see."""
        form = self.setting.form
        if self.by_distance or form.support == TRUE:
            return ""
        apart = any(part.per == "distance" for part in self.work if part.kind in kinds)
        return "terms of the distance alone are counted for all distances" if apart else ""

    @property
    def products(self) -> Polynomial:
        """Products of a query with a key, for each visible pair."""
        return self.setting.heads * product_rows(self.setting.form)

    @property
    def rows(self) -> Polynomial:
        """Rows of weights for each query: those of all heads."""
        return self.setting.heads * len(self.setting.form.rows)


def case_of(
    form: Form, many: bool, numbers: Mapping[str, int], env: Environment, same_width: bool
) -> Case:
    """The mechanism with its counts."""
    setting = Setting(form, many)
    known: dict[str, Number] = {
        **{name: v for name, v in env.scalars.items() if isinstance(v, (int, Fraction))},
        **numbers,
    }
    if "H" in known and key_heads(form) == symbol("H_k"):
        known.setdefault("H_k", _distinct_key_heads(form, known))
    counted = Environment({k: v for k, v in known.items() if k not in ("n", "t")}, env.tables)
    n = numbers.get("n")
    p, r, g = _fresh(form, "P", "pairs"), _fresh(form, "R", "row"), _fresh(form, "G", "lengths")
    not_causal = why_not_causal(form, counted)
    causal = not not_causal
    over = count_over_lengths(form, n, counted) if causal else Count(None)
    return Case(
        setting,
        known,
        work_of(setting),
        not_causal,
        Letter(p, "visible pairs of a query and a key", count(form, n, n, counted)),
        Letter(r, "keys that position t sees", _row_at(form, counted, numbers.get("t")), True),
        Letter(g, "visible pairs at lengths 1, 2, ..., n together", over),
        _distances(form, causal, counted),
        SAME_WIDTH if same_width else {},
    )


def _fresh(form: Form, *wanted: str) -> str:
    return next(name for name in wanted if name not in form.names)


def _distinct_key_heads(form: Form, known: Mapping[str, Number]) -> int:
    heads = range(int(known["H"]))
    return len({exact(form.key_head, Environment({**known, "h": h})) for h in heads})


def _distances(form: Form, causal: bool, env: Environment) -> Polynomial:
    """How many different i - j are visible: those of the last row, if only i - j decides."""
    if not causal:
        return N * 2 - 1
    formula = row_formula(form, env) if per_what(form.support) == "distance" else None
    return N if formula is None else polynomial(substitute(formula, {I: symbol("n") - 1}))


def _row_at(form: Form, env: Environment, t: int | None) -> Count:
    """How many keys the newest of t + 1 positions sees."""
    formula = row_formula(form, env)
    if formula is not None:
        formula = substitute(formula, {I: symbol("t"), symbol("n"): symbol("t") + 1})
    value = None
    if t is not None:
        try:
            value = row_count(form, t, t + 1, t + 1, env)
        except NotConcrete:
            value = None
    reason = "" if formula is not None else "the support has no formula for a row"
    return Count(value, formula, reason=reason)


def layer_step(many: bool) -> Polynomial:
    """Multiply-adds of one step of h_t = f(W h + U x), as wide as all heads together."""
    width = WIDTH * HEADS if many else WIDTH
    return width * width * 2
