"""Counts with open parameters: row lengths between symbolic bounds, and their sums."""

from __future__ import annotations

from dataclasses import replace

from symattn.core.expression import (
    FALSE,
    Expr,
    I,
    J,
    disjunction,
    free_names,
    number,
    substitute,
    symbol,
    tidy,
    walk,
)
from symattn.core.form import SIZES, Form
from symattn.core.interpret import Environment
from symattn.derivation.costs.facts import Facts, facts_of
from symattn.derivation.counts.affine import NotCountable
from symattn.derivation.counts.polynomial import Polynomial, polynomial, variable
from symattn.derivation.counts.presentation import presented
from symattn.derivation.counts.question import Question, asked
from symattn.derivation.counts.row_bounds import stretches
from symattn.derivation.counts.row_counts import row_count
from symattn.derivation.counts.row_totals import over_lengths, total

LENGTHS = {symbol("n_q"): symbol("n"), symbol("n_k"): symbol("n")}
EMPTY = Environment()


def _lengths(question: Question) -> tuple[Polynomial, Polynomial]:

    names = ("n", "n") if question.square else ("n_q", "n_k")
    return variable(symbol(names[0])), variable(symbol(names[1]))


def row_polynomial(question: Question) -> Polynomial:
    """How many keys row i sees, for all 0 <= i < n_q."""
    _check_names(question)
    rows, keys = _lengths(question)
    support = with_numbers(question.support, question.env)
    if question.square:
        support = tidy(substitute(support, LENGTHS))
    facts = Facts((variable(I), rows - 1 - variable(I), *facts_of(question.form)))
    guards, rest = _row_guards(support)
    found = row_count(stretches(rest, facts), keys, facts)
    if guards == FALSE:
        return found
    return variable(Expr("where", (guards, presented(keys), presented(found))))


def _check_names(question: Question) -> None:
    """Refuse tables, and parameters that may be no whole numbers."""
    tables = sorted({node.name for node in walk(question.support) if node.op == "table"})
    if tables:
        raise NotCountable(f"depends on {' and '.join(tables)}")
    for name in sorted(free_names(question.support) - {"i", "j", *SIZES}):
        value = question.env.scalars.get(name)
        declared = [p.kind for p in question.form.parameters if p.name == name]
        if not isinstance(value, int) and (value is not None or declared != ["integer"]):
            raise NotCountable(f"{name} may be no whole number")


def _row_guards(support: Expr) -> tuple[Expr, Expr]:
    """Conditions on the row alone, under which it sees every key, and the rest of the support."""
    if support.op == "or":
        (guards, left), (more, right) = map(_row_guards, support.parts)
        return disjunction(guards, more), disjunction(left, right)
    alone = "j" not in free_names(support) and support.op not in ("true", "false")
    return (support, FALSE) if alone else (FALSE, support)


def with_numbers(expr: Expr, env: Environment) -> Expr:
    """The expression with the whole numbers that are known put in."""
    known = {symbol(k): number(v) for k, v in env.scalars.items() if isinstance(v, int)}
    return tidy(substitute(expr, {k: v for k, v in known.items() if k not in (I, J)}))


def row_formula(form: Form, env: Environment = EMPTY, *, square: bool = True) -> Expr | None:
    """How many keys position i sees, in closed form for every length; None if no rule says it.

    >>> from symattn.core.form_text import form
    >>> row_formula(form(support="j <= i and i - j < w", where="w >= 1"))
    Expr('min(i + 1, w)')
    """
    found = row_in_place(replace(asked(form, None, None, env), square=square))
    if found is None:
        return None
    offset = with_numbers(form.offset, env)
    offset = tidy(substitute(offset, LENGTHS)) if square else offset
    if polynomial(offset) == Polynomial():
        return found
    return presented(polynomial(substitute(found, {I: I - offset})))


def row_in_place(question: Question) -> Expr | None:
    """How many keys row i sees, counted from the first query; None if no rule says it."""
    try:
        return presented(row_polynomial(question))
    except NotCountable:
        return None


def symbolic_count(question: Question) -> Expr:
    """The number of pairs in closed form, for all lengths."""
    return presented(total_polynomial(question))


def total_polynomial(question: Question) -> Polynomial:
    """The number of pairs, for all lengths."""
    rows, _ = _lengths(question)
    return total(row_polynomial(question), rows, Facts(facts_of(question.form)))


def symbolic_count_over_lengths(question: Question) -> Expr:
    """The sum of the number of pairs over all lengths up to n, in closed form."""
    facts = Facts(facts_of(question.form))
    return presented(over_lengths(total_polynomial(question), symbol("n"), facts))
