"""How many query-key pairs a support has: the number at once for any length, and its closed form.

Nothing here enumerates. With numbers for all parameters the count is a quasi-polynomial by a
theorem about lattice points; with open parameters it is summed symbolically, row by row. Both are
proved in `docs/theory/counting.md`. What neither can say is refused with a reason, or counted row
by row while that is cheap.
"""

from __future__ import annotations

from dataclasses import replace

from symattn.core import region
from symattn.core.count import Count
from symattn.core.errors import NotConcrete, Usage
from symattn.core.expression import ZERO, Expr, free_names, symbol, tidy
from symattn.core.form import Form
from symattn.core.interpret import Environment, exact
from symattn.derivation.counts.affine import Condition, NotCountable
from symattn.derivation.counts.lattice import lattice_condition
from symattn.derivation.counts.lattice_rows import row_of
from symattn.derivation.counts.periodic_set import size
from symattn.derivation.counts.quasi_linear import QuasiLinear, growth, mentions_length, row_sizes
from symattn.derivation.counts.quasi_polynomial import QuasiPolynomial, square_count, summed
from symattn.derivation.counts.question import Question, asked

MOST_STEPS = 10**7  # pairs that may be tried one by one
LARGE_PERIOD = 600  # rows; a longer period is summed symbolically first
EMPTY = Environment()


def count(
    form: Form, n_q: int | None = None, n_k: int | None = None, env: Environment = EMPTY
) -> Count:
    """The number of pairs of n_q queries and n_k keys, and its closed form where there is one.

    Without lengths, or with two equal ones, the closed form is in n; otherwise in n_q and n_k.

    >>> from symattn.core.form_text import form
    >>> found = count(form(support="j <= i"), 10**9, 10**9)
    >>> found.value, found.text
    (500000000500000000, 'n(n+1)/2')
    """
    question = asked(form, n_q, n_k, env)
    found = _square(question) if question.square else None
    if found is None or (found.closed_form is None and not found.residues):
        found = _symbolic(question, found)
    if found.value is None and question.n_q is not None:
        found = replace(found, value=_value(question, found))
    return replace(found, n=question.n_k if question.square else None)


def lattice(question: Question) -> tuple[Condition, QuasiLinear]:
    """The support with its numbers, and how many pairs a square gains with each length."""
    condition = lattice_condition(question.support, question.env)
    if mentions_length(condition):
        raise NotCountable("depends on the length itself")
    return condition, growth(condition)


def _square(question: Question) -> Count | None:
    """The count of a square by the lattice theorem, if the support has numbers and its shape."""
    from symattn.derivation.counts.closed_forms import by_residue, readable

    try:
        _, sequence = lattice(question)
        if sequence.period > LARGE_PERIOD:
            return None
        found = square_count(sequence)
    except NotCountable:
        return None
    formula = readable(found)
    residues = () if formula is not None else by_residue(found)
    shown = formula is not None or residues
    return Count(
        value=None if question.n_k is None else _at(found, sequence, question.n_k),
        closed_form=formula,
        valid_from=found.valid_from,
        residues=residues,
        proof=f"lattice points: a quasi-polynomial of period {found.period} for n >= "
        f"{sequence.settled}, compared with every smaller n",
        reason="" if shown else f"a formula of its own for each of {found.period} residues of n",
    )


def _at(found: QuasiPolynomial, sequence: QuasiLinear, n: int) -> int:
    return found.at(n) if n >= found.valid_from else sequence.sum(n)


def _symbolic(question: Question, found: Count | None) -> Count:
    """The count by sums of row lengths between symbolic bounds."""
    from symattn.derivation.counts.symbolic_counts import symbolic_count

    value = None if found is None else found.value
    try:
        formula = symbolic_count(question)
    except NotCountable as refusal:
        reason = found.reason if found is not None and found.reason else str(refusal)
        return Count(value, as_sum=_row_sum(question), reason=reason)
    return Count(value, formula, proof="the sum of row lengths between bounds, for all n >= 1")


def _row_sum(question: Question) -> Expr | None:
    """The count as a sum over rows that no rule closes, if a row has a closed form."""
    from symattn.derivation.counts.symbolic_counts import row_in_place

    row = row_in_place(question)
    if row is None:
        return None
    last = tidy(symbol("n" if question.square else "n_q") - 1)
    return Expr("sum", ("i", ZERO, last, row))


def row_count(form: Form, i: int, n_q: int, n_k: int, env: Environment = EMPTY) -> int:
    """How many of n_k keys the query at position i sees.

    >>> from symattn.core.form_text import form
    >>> row_count(form(support="j <= i"), 5, 8, 8)
    6
    """
    from symattn.derivation.counts.symbolic_counts import row_formula

    sizes = region.sized(env, n_q, n_k)
    region.check_conditions(form, sizes)
    first = int(exact(form.offset, sizes))
    if not first <= i < first + n_q:
        raise Usage(f"there is no query at position {i}; positions run {first}..{first + n_q - 1}")
    try:
        return size(row_of(lattice_condition(form.support, sizes))(i, n_k))
    except NotCountable:
        formula = row_formula(form, env, square=n_q == n_k)
    if formula is not None and free_names(formula) <= {"i", *sizes.scalars}:
        return int(exact(formula, sizes.at(i=i)))
    if unknown := _unknown(form.support, sizes):
        raise NotConcrete(f"depends on {' and '.join(sorted(unknown))}")
    _refuse_endless(form, 1, n_k)
    return region.size(region.row(form.support, i, n_k, sizes))


def _value(question: Question, found: Count) -> int | None:
    """The number of pairs at these lengths; None while a name in it has no number."""
    n_q, n_k, sizes = question.n_q, question.n_k, question.sizes
    if n_q is None or n_k is None:
        return None
    if found.closed_form is not None and free_names(found.closed_form) <= set(sizes.scalars):
        return int(exact(found.closed_form, sizes))
    if _unknown(question.support, sizes):
        return None
    try:
        return row_sizes(lattice_condition(question.support, sizes), n_k).sum(n_q)
    except NotCountable:
        _refuse_endless(question.form, n_q, n_k)
        return sum(region.size(keys) for _, keys in region.rows(question.form, n_q, n_k, sizes))


def _unknown(support: Expr, sizes: Environment) -> set[str]:
    """The names in a support that have no numbers."""
    return free_names(support) - {"i", "j"} - set(sizes.scalars) - set(sizes.tables)


def _refuse_endless(form: Form, n_q: int, n_k: int) -> None:
    if n_q * n_k > MOST_STEPS:
        raise Usage(
            f"no counting rule fits the support of {form.name or 'this form'}, and trying all "
            f"{n_q} x {n_k} pairs would take too long; the limit is {MOST_STEPS} pairs"
        )


def count_over_lengths(form: Form, n: int | None = None, env: Environment = EMPTY) -> Count:
    """The sum of the counts of the squares 1 x 1, 2 x 2, ..., n x n.

    >>> from symattn.core.form_text import form
    >>> count_over_lengths(form(support="j <= i"), 10**6).text
    'n(n+1)(n+2)/6'
    """
    from symattn.derivation.counts.closed_forms import by_residue, readable

    question = asked(form, n, n, env)
    try:
        _, sequence = lattice(question)
        if sequence.period > LARGE_PERIOD:
            raise NotCountable("a long period")
        found = summed(square_count(sequence), sequence)
    except NotCountable:
        return _symbolic_over_lengths(question)
    formula = readable(found)
    value = None if n is None else found.at(n) if n >= found.valid_from else sequence.double_sum(n)
    return Count(
        value,
        formula,
        found.valid_from,
        () if formula is not None else by_residue(found),
        proof="the sum of a quasi-polynomial is one",
        n=n,
    )


def _symbolic_over_lengths(question: Question) -> Count:
    from symattn.derivation.counts.symbolic_counts import symbolic_count_over_lengths

    n = question.n_k
    try:
        formula = symbolic_count_over_lengths(question)
    except NotCountable as refusal:
        return Count(_double_sum(question), reason=str(refusal), n=n)
    known = n is not None and free_names(formula) <= set(question.sizes.scalars)
    value = int(exact(formula, question.sizes)) if known else None
    return Count(value, formula, proof="the sum of a closed form over all lengths", n=n)


def _double_sum(question: Question) -> int | None:
    """The number without a formula, if the support has numbers and is quick to sum."""
    if question.n_k is None:
        return None
    try:
        return lattice(question)[1].double_sum(question.n_k)
    except NotCountable:
        return None
