"""No gradient is printed before it was compared with forward differentiation, in balls.

For every name the sum of gradient entries times a random direction must be the derivative of
sum(dO * O) along that direction, which one walk through the Form gives (`forward.py`, on
`core.attend`). Lines of matrices and identities are compared with the entrywise formulas. Nothing
is compared with a tolerance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial, reduce
from typing import Any

from symattn.core.attend import attend
from symattn.core.errors import NotConcrete, SymattnError
from symattn.core.expression import Expr
from symattn.core.instance import with_numbers
from symattn.core.interpret import holds
from symattn.core.meaning import Free
from symattn.core.numbers import Numbers
from symattn.core.steps import Step
from symattn.core.text import show
from symattn.derivation.checking import BITS, WrongStep, ball_field
from symattn.derivation.gradients.backward import Gradient, is_matrix_line
from symattn.derivation.gradients.chain import Formula
from symattn.derivation.gradients.forward import Moving, forward
from symattn.derivation.gradients.gradient_entries import Place, places, values
from symattn.derivation.gradients.gradient_trial import (
    Trial,
    direction,
    has_empty_row,
    numbers_at,
    trial,
    upstream,
)
from symattn.derivation.gradients.matrix_lines import matrix_name
from symattn.derivation.gradients.matrix_value import matrix_value

LENGTHS = ((1, 1), (2, 2), (3, 3), (2, 3))
ATTEMPTS = 30  # at numbers for which the Form has a derivative


def checked_gradient(found: Gradient, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps with the way they were checked; a wrong gradient raises WrongStep.

    >>> from symattn.derivation.gradients.backward import gradient, steps
    >>> from symattn.mechanisms.spec import mechanism
    >>> causal = gradient(mechanism("causal"))
    >>> checked_gradient(causal, steps(causal))[0].check
    'against forward differentiation in balls of radius below 2^-100, at n = 1, 2, 3, 2 x 3'
    """
    from flint import ctx

    lengths = [pair for pair in LENGTHS if pair[0] == pair[1] or not found.same_length]
    tried: list[str] = []
    refused: SymattnError | None = None
    with ctx.workprec(BITS):
        for n_q, n_k in lengths:
            try:
                _check_at(found, n_q, n_k)
            except NotConcrete as error:  # as where n = 1 leaves nothing to divide by
                refused = error
            else:
                tried.append(str(n_k) if n_q == n_k else f"{n_q} x {n_k}")
    if refused is not None and not tried:
        raise refused
    said = f"against forward differentiation {ball_field().said}, at n = {', '.join(tried)}"
    return tuple(replace(step, check=said) for step in steps)


def _check_at(found: Gradient, n_q: int, n_k: int) -> None:
    """Check at these lengths, at numbers for which the Form has a derivative."""
    refused: NotConcrete | None = None
    for attempt in range(ATTEMPTS):
        base = numbers_at(found, n_q, n_k, attempt)
        if found.form.empty == "nan" and has_empty_row(base):
            raise NotConcrete("a query sees no key: its output is NaN, and there is no gradient")
        try:
            return check(trial(found, base))
        except NotConcrete as kink:  # as where the arguments of max are equal
            refused = kink
    assert refused is not None
    raise refused


def check(tried: Trial) -> None:
    """Raise WrongStep unless every formula holds at this Instance."""
    _check_weights(tried)
    for formula in tried.found.entrywise:
        if formula.of:
            ours, truth = _along(tried, formula), _forward(tried, formula.of)
            _demand(tried, formula, ours, truth)
    even = tried.base.sizes["n_q"] == tried.base.sizes["n_k"]
    for formula in tried.found.formulas:
        if is_matrix_line(formula) and even:
            _check_line(tried, formula)
    for identity in tried.found.identities:
        for place in places(identity, tried.found, tried.known):
            ours = tried.value(identity.name, *place)
            other = replace(tried.found, identities=(), formulas=_with(tried.found, identity))
            sizes = tried.base.sizes
            theirs = values(other, sizes["n_q"], sizes["n_k"], tried.env, tried.algebra)
            _demand(tried, identity, ours, theirs(identity.name, *place))


def _with(found: Gradient, identity: Formula) -> tuple[Formula, ...]:
    """The formulas with an identity in the place of the formula of that name."""
    kept = (f for f in (*found.identities, *found.formulas) if f.name != identity.name)
    return (*kept, identity)


def _demand(tried: Trial, formula: Formula, ours: Any, truth: Any) -> None:
    if isinstance(ours, list) or isinstance(truth, list):
        if not (isinstance(ours, list) and isinstance(truth, list) and len(ours) == len(truth)):
            raise WrongStep(f"{show(formula.left)} has the wrong shape")
        for one, other in zip(ours, truth, strict=True):
            _demand(tried, formula, one, other)
        return
    if not (ours.is_finite() and truth.is_finite()):
        raise NotConcrete(f"{show(formula.left)} has no value at these numbers")
    if not ball_field().same(ours, truth):
        sizes = tried.base.sizes
        raise WrongStep(
            f"{formula.rule} does not hold at n_q = {sizes['n_q']}, n_k = {sizes['n_k']}: "
            f"{show(formula.left)} = {show(formula.right)} gives {ours}, not {truth}"
        )


def _check_weights(tried: Trial) -> None:
    """The weights that the chain starts with are those of `core.attend`."""
    formula = tried.found.weights
    for head in tried.heads:
        seen = attend(tried.base, tried.algebra, head)
        for r, row in enumerate(seen.weights):
            for j, weight in enumerate(row):
                place = (r + tried.base.offset, j)
                index = (head, *place) if tried.found.heads else place
                _demand(tried, formula, tried.value(formula.name, *index), weight)


def _along(tried: Trial, formula: Formula) -> Any:
    """The sum of gradient entries times the direction."""
    terms = [
        tried.algebra["*"](entry, tried.algebra["number"](direction(formula.of, index)))
        for place in places(formula, tried.found, tried.known)
        for index, entry in _flat(tried.value(formula.name, *place), place)
    ]
    return reduce(tried.algebra["+"], terms, tried.algebra["number"](0))


def _flat(value: Any, index: Place) -> Iterator[tuple[Place, Any]]:
    if not isinstance(value, list):
        yield index, value
        return
    for at, inner in enumerate(value):
        yield from _flat(inner, (*index, at))


def _forward(tried: Trial, name: str) -> Any:
    """The derivative of sum(dO * O) when every entry of the name moves along the direction."""
    base, algebra = tried.base, tried.algebra
    kept = {n: array for n, array in base.arrays.items() if n != name}
    singles = {n: Fraction(value) for n, value in base.scalars.items() if n != name}
    open_base = with_numbers(base, Numbers(kept, singles, base.functions))

    def entry(_: str, index: tuple[int, ...]) -> Moving:
        value = base.scalars[name] if not index else base.entry(name, index)
        number: Callable[[Any], Any] = algebra["number"]
        return Moving(number(value), number(direction(name, index)))

    total = algebra["number"](0)
    for head in tried.heads:
        seen = attend(open_base, forward(algebra), head, Free(entry))
        for r, row in enumerate(seen.output):
            for c, moving in enumerate(row):
                if moving.slope is not None:
                    g = upstream(algebra, head, r + base.offset, c)
                    total = algebra["+"](total, algebra["*"](g, moving.slope))
    return total


def _check_line(tried: Trial, line: Formula) -> None:
    ours = matrix_value(line.right, partial(_matrix, tried), tried.algebra, tried.known)
    _demand(tried, line, ours, _matrix(tried, line.left))


def _matrix(tried: Trial, expr: Expr) -> list[list[Any]]:
    """What a matrix of a line is: the entries of a formula, or the vectors of a name as rows."""
    n = tried.base.sizes["n_k"]
    first = tried.base.offset
    for formula in tried.found.entrywise:
        table = formula.left.op == "table"
        if expr.name == (formula.name.replace("alpha", "P") if table else formula.name):
            if formula.left.op == "matrix":
                found: list[list[Any]] = tried.value(formula.name)
                return found
            if table:
                rows = range(first, first + n)
                return [[_pair(tried, formula, i, j) for j in range(n)] for i in rows]
            along = _range(formula.left, n, first)
            return [tried.value(formula.name, at) for at in along]
    for formula in tried.found.entrywise:
        leaf = Expr(formula.left.op, (formula.of, *formula.left.parts))
        if leaf.op == "vector" and leaf.parts and expr.name == matrix_name(leaf):
            return _given(tried, formula.of, _range(formula.left, n, first))
    if expr.name in tried.env.matrices:
        return [[_number(tried, e) for e in row] for row in tried.env.matrices[expr.name]()]
    return _given(tried, expr.name, range(first, first + n))


def _pair(tried: Trial, formula: Formula, i: int, j: int) -> Any:
    """An entry in i and j; that of a masked pair need not exist, and its weight is 0."""
    try:
        return tried.value(formula.name, i, j)
    except NotConcrete:
        if holds(tried.found.weights.where, tried.known.at(i=i, j=j)):
            raise
        return tried.algebra["number"](0)


def _given(tried: Trial, name: str, along: range) -> list[list[Any]]:
    return [[_number(tried, e) for e in tried.env.vectors[name](at)] for at in along]


def _number(tried: Trial, value: Any) -> Any:
    return tried.algebra["number"](value) if isinstance(value, (int, Fraction)) else value


def _range(left: Expr, n: int, first: int) -> range:
    return range(first, first + n) if left.parts[-1].args[0] == "i" else range(n)
