"""No entry is printed before it was evaluated: each closed form against the Form itself, in balls.

The left side is the printed expression, read with numbers for all its letters; the right side is
`core.attend` on the same numbers. Large tables are checked row by row up to a budget, and the
sentence says how far.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from symattn.core.attend import Head, attend
from symattn.core.expression import MIXED, Expr
from symattn.core.instance import Instance
from symattn.core.interpret import Environment, evaluate
from symattn.core.meaning import environment
from symattn.core.steps import Entry
from symattn.core.text import show
from symattn.deciding import balls
from symattn.deciding.sampling import filled
from symattn.derivation.checking import BITS, WrongStep, ball_field

BUDGET = 60_000  # visible keys of all checked entries together


def checked_entries(base: Instance, what: str, found: Iterable[Entry], head: int = 0) -> str:
    """How the entries were checked; a wrong one raises WrongStep.

    >>> from symattn.core.form_text import form
    >>> from symattn.core.instance import instance
    >>> from symattn.derivation.entries import in_coordinates
    >>> causal = instance(form(support="j <= i"), n=2)
    >>> checked_entries(causal, "weights", in_coordinates(causal, "weights"))
    'all 4 entries evaluated in balls of radius below 2^-100'
    """
    from flint import ctx

    numbers = filled(base, str(base.form))
    with ctx.workprec(BITS):
        env = _with_coordinates(numbers, environment(numbers, balls.algebra(), head))
        truth, mixed = _truth(numbers, what, head)
        env = replace(env, vectors={**env.vectors, "o": mixed})
        every = list(found)
        done, spent = 0, 0
        for entry in every:
            if spent > BUDGET:
                break
            _demand(entry, env, truth)
            done += 1
            spent += base.sizes["n_k"] if not entry.masked else 1
    share = f"all {done}" if done == len(every) else f"the first {done} of {len(every)}"
    return f"{share} entries evaluated {ball_field().said}"


Truth = Callable[[Entry], Any]


def _truth(numbers: Instance, what: str, head: int) -> tuple[Truth, Callable[[int], list[Any]]]:
    """What the Form says at the place of an entry, and the mixed value of a query."""
    whole = attend(numbers, balls.algebra(), head)
    plain = replace(numbers, form=replace(numbers.form, output=MIXED))
    mixed = attend(plain, balls.algebra(), head) if numbers.form.output != MIXED else whole
    rows: Mapping[str, Callable[[Entry, int], Any]] = {
        "scores": lambda entry, row: _score(whole, entry, row),
        "weights": lambda entry, row: whole.weights[row][entry.place[1]],
        "output": lambda entry, row: _part(
            (whole if entry.left.name == "y" else mixed), entry, row
        ),
    }
    truth = rows[what]
    return (
        lambda entry: truth(entry, entry.place[0] - numbers.offset),
        lambda i: list(mixed.output[i - numbers.offset]),
    )


def _part(head: Head, entry: Entry, row: int) -> Any:
    values = list(head.output[row])
    return values[entry.place[1]] if len(entry.place) > 1 else values


def _score(head: Head, entry: Entry, row: int) -> Any:
    digits = entry.left.name.lstrip("".join(c for c in entry.left.name if not c.isdigit()))
    at = int(digits) - 1 if digits and len(head.scores) > 1 else 0
    return head.scores[at][row].get(entry.place[1])


def _demand(entry: Entry, env: Environment, truth: Truth) -> None:
    theirs = truth(entry)
    if theirs is None:  # a masked score: there is no number to compare with
        if not entry.masked:
            raise WrongStep(f"{show(entry.left)} is masked, and has a score")
        return
    ours = _value(entry.right, env)
    pairs = zip(ours, theirs, strict=True) if isinstance(ours, list) else [(ours, theirs)]
    if isinstance(theirs, list) and not isinstance(ours, list):
        pairs = [(ours, each) for each in theirs]
    if not all(_same(a, b) for a, b in pairs):
        raise WrongStep(f"{show(entry.left)} = {show(entry.right)} is not what the Form says")


def _same(ours: Any, theirs: Any) -> bool:
    if ours.is_nan() or theirs.is_nan():
        return bool(ours.is_nan() and theirs.is_nan())
    return ball_field().same(ours, theirs)


def _value(expr: Expr, env: Environment) -> Any:
    if expr == Expr("symbol", ("nan",)):
        return balls.algebra()["nan"]()
    return evaluate(expr, balls.algebra(), env)


def _with_coordinates(numbers: Instance, env: Environment) -> Environment:
    """The environment in which q[1, 0] is a coordinate of q[1], and W[0, 1] an entry of W."""
    rows = {
        name: _coordinate(row, 1 if numbers.layouts[name].own_head else 0)
        for name, row in env.vectors.items()
    }
    cells = {name: _cell(matrix) for name, matrix in env.matrices.items()}
    return Environment(
        env.scalars, {**env.tables, **rows, **cells}, env.vectors, env.matrices, env.functions
    )


def _coordinate(row: Callable[..., list[Any]], heads: int) -> Callable[..., Any]:
    """A coordinate by its index, which starts with the head where heads have their own."""
    return lambda *at: row(*at[heads:-1])[at[-1]]


def _cell(matrix: Callable[..., list[list[Any]]]) -> Callable[..., Any]:
    return lambda *at: matrix(*at[:-2])[at[-2]][at[-1]]
