"""Whether a support never shows a query a later key: proved, refuted by a pair, or not known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import combinations, product

from symattn.core.errors import NotConcrete
from symattn.core.expression import Expr, I, free_names, substitute, symbol, tidy
from symattn.core.form import SIZES, Form
from symattn.core.interpret import Environment, holds
from symattn.derivation.costs.facts import Facts, facts_of
from symattn.derivation.counts.affine import Affine, Atom, Node, NotCountable
from symattn.derivation.counts.lattice import lattice_condition
from symattn.derivation.counts.polynomial import polynomial, variable
from symattn.derivation.counts.quasi_linear import growth, mentions_length
from symattn.derivation.counts.quasi_polynomial import square_count
from symattn.derivation.counts.row_bounds import stretches

NOT_CAUSAL = "not causal: a new token changes earlier rows"
NOT_ALWAYS = "not causal for all values of its parameters"
NOT_PROVED = "not proved to be causal"
LONGEST, LARGEST = 6, 3  # how far pairs that see the future are looked for
SAME = {symbol("n_q"): symbol("n"), symbol("n_k"): symbol("n")}
EMPTY = Environment()


def why_not_causal(form: Form, env: Environment = EMPTY) -> str:
    """Nothing, if every visible key is proved to stand at j <= i at every length; else why not.

    >>> from symattn.core.form_text import form
    >>> why_not_causal(form(support="keep[j] and 0 <= i - j < 4"))
    ''
    >>> why_not_causal(form())
    'not causal: a new token changes earlier rows'
    """
    offset = tidy(substitute(form.offset, SAME))
    shift = I if not polynomial(offset).terms else I + offset
    support = tidy(substitute(tidy(substitute(form.support, SAME)), {I: shift}))
    n = variable(symbol("n"))
    facts = Facts((variable(I), n - 1 - variable(I), *facts_of(form)))
    if _before(support, facts):
        return ""
    try:
        return NOT_CAUSAL if _sees_later(support, env) else ""
    except NotCountable:
        return _by_a_pair(form, support, env)


def _before(condition: Expr, facts: Facts) -> bool:
    """Whether the condition implies j <= i, by the bounds of its parts."""
    if condition.op == "and":
        return any(_before(part, facts) for part in condition.parts)
    if condition.op == "or":
        return all(_before(part, facts) for part in condition.parts)
    try:
        found = stretches(condition, facts)
    except NotCountable:
        return False
    return all(any(facts.prove(variable(I) - u) for u in s.upper) for s in found)


def _sees_later(support: Expr, env: Environment) -> bool:
    """Whether the number of visible pairs with j > i is 0 for every n, by the counting theorem."""
    condition = lattice_condition(support, env)
    if mentions_length(condition):
        raise NotCountable("depends on the length itself")
    later = Atom(Affine(Fraction(1), (("i", Fraction(1)), ("j", Fraction(-1)))))
    found = square_count(growth(Node("all", (condition, later))))
    return found.valid_from > 1 or any(any(row) for row in found.differences)


def _by_a_pair(form: Form, support: Expr, env: Environment) -> str:
    """What a search among short sequences says; tables without numbers are taken to be 1."""
    tables = {p.name: lambda *_: 1 for p in form.parameters if p.indices}
    open_names = sorted(free_names(support) - {"i", "j", *SIZES} - set(env.scalars) - set(tables))
    for values in _small(form, open_names):
        known = Environment({**env.scalars, **values}, {**tables, **env.tables})
        for n in range(1, LONGEST + 1):
            for i, j in combinations(range(n), 2):
                try:
                    if holds(support, known.at(i=i, j=j, n=n)):
                        return NOT_ALWAYS if open_names else NOT_CAUSAL
                except (NotConcrete, LookupError):
                    continue
    return NOT_PROVED


def _small(form: Form, names: list[str]) -> Iterator[Mapping[str, int]]:
    """Small numbers for open parameters, within their domains where those are numbers."""
    least = []
    for name in names:
        bound = next((p.bound for p in form.parameters if p.name == name), None)
        low = int(bound.args[0]) if bound is not None and bound.op == "number" else 1  # type: ignore[arg-type]
        least.append(range(low, low + LARGEST))
    for values in product(*least):
        yield dict(zip(names, values, strict=True))
