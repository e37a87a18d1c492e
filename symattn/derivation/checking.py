"""No step is printed before both of its sides were evaluated and found equal.

The proof core proves each step for all n where it can (`proved_steps`), and all sides are
evaluated at small sizes and random rationals: exactly, with exponentials as free
symbols, or in balls where that field is too small. The last weights are compared with
`core.attend`, which is another walk through the Form. Nothing is ever compared with a tolerance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from symattn.core.attend import attend
from symattn.core.errors import NotConcrete, Usage
from symattn.core.expression import MIXED, ZERO, Expr
from symattn.core.form import Form
from symattn.core.instance import Instance, instance
from symattn.core.interpret import Algebra, Environment, evaluate, holds
from symattn.core.meaning import Free, environment
from symattn.core.steps import Step
from symattn.core.text import show
from symattn.deciding import balls, exponentials
from symattn.deciding.sampling import Drawn, filled
from symattn.derivation.general import names_for
from symattn.derivation.proved_steps import DEFINED, proofs

SIZES = (1, 2, 3, 4)
BITS = 200
NOTHING = object()  # minus infinity: what the exponential turns into 0


class WrongStep(Exception):
    """A derivation of ours that does not hold: a bug of ours, and never printed."""


@dataclass(frozen=True, slots=True)
class Field:
    """An arithmetic, how two of its numbers are compared, and how that is said."""

    algebra: Algebra
    same: Callable[[Any, Any], bool]
    said: str


def _balls_agree(left: Any, right: Any) -> bool:
    """Both enclosures overlap, and are so narrow that chance is no explanation."""
    return bool(left.overlaps(right)) and max(left.rad(), right.rad()) < 2.0**-100


EXACT = Field(
    exponentials.ALGEBRA,
    lambda left, right: bool(left == right),
    "exactly, with exponentials as free symbols",
)


def ball_field() -> Field:
    return Field(balls.algebra(), _balls_agree, "in balls of radius below 2^-100")


def checked(form: Form, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps with the way each of them was checked; a wrong one raises WrongStep.

    >>> from symattn.core.form_text import form
    >>> from symattn.derivation.general import steps
    >>> causal = form(support="j <= i")
    >>> checked(causal, steps(causal, "weights"))[-1].check  # doctest: +ELLIPSIS
    'for all n, by normal forms; exactly, with exponentials as free symbols, at n = 1, 2, 3, 4 ...'
    """
    said = ""
    for n in SIZES:
        said = _check_at(form, steps, filled(_instance(form, n), f"{form}/{n}"), said)
    sizes = ", ".join(map(str, SIZES))
    seen = f"{said}, at n = {sizes} and random rationals"
    return tuple(
        replace(step, check=how if how == DEFINED else f"{how}; {seen}" if how else seen)
        for step, how in zip(steps, proofs(form, steps), strict=True)
    )


def _instance(form: Form, n: int) -> Instance:
    return instance(form, n, d=4, d_v=3, heads=4 if form.has_heads else None)


def _check_at(form: Form, steps: tuple[Step, ...], base: Instance, said: str) -> str:
    """Check all steps at one Instance, exactly if that is possible."""
    if said != ball_field().said:
        try:
            _check_in(EXACT, form, steps, base)
        except NotConcrete:
            pass
        else:
            return EXACT.said
    with _precision():
        try:
            _check_in(ball_field(), form, steps, base)
        except NotConcrete as error:
            raise WrongStep(f"a step of {form.name} has no value: {error}") from None
    return ball_field().said


@contextmanager
def _precision() -> Iterator[None]:
    from flint import ctx

    with ctx.workprec(BITS):
        yield


def _with_nothing(algebra: Algebra) -> Algebra:
    """The algebra with minus infinity, which exists to be exponentiated."""
    zero = algebra["number"](0)

    def vanishing(op: str) -> Callable[[Any], Any]:
        return lambda x: zero if x is NOTHING else algebra[op](x)

    def finite(op: str) -> Callable[..., Any]:
        def rule(*parts: Any) -> Any:
            if any(part is NOTHING for part in parts):
                raise WrongStep(f"minus infinity stands in a {op}")
            return algebra[op](*parts)

        return rule

    return {
        **algebra,
        **{op: finite(op) for op in ("+", "-", "*", "/", "**")},
        "infinity": lambda: NOTHING,
        "neg": lambda x: NOTHING if x is NOTHING else algebra["neg"](x),
        "exp": vanishing("exp"),
        "sigmoid": vanishing("sigmoid"),
    }


def _check_in(field: Field, form: Form, steps: tuple[Step, ...], base: Instance) -> None:
    head = base.sizes["H"] - 1
    algebra = _with_nothing(field.algebra)
    drawn = Drawn(base, str(form))  # masked pairs have scores, too, and ask for further entries

    def beyond(name: str, index: tuple[int, ...]) -> Any:
        return drawn.value(base.layouts[name].declared, index)

    env = environment(base, field.algebra, head, Free(beyond))
    truth = attend(base, field.algebra, head)
    known: dict[str, Mapping[tuple[int, ...], Any]] = {}
    for step in steps:
        places = list(_places(step.left, base, truth))
        if step.rule == "score":  # a masked pair need not have a score
            places = [(i, j) for i, j in places if j in truth.visible[i - base.offset]]
        at = _with_names(env, known)
        values = {place: _value(step, place, algebra, at) for place in places}
        if step.rule == "score":
            _refuse_undefined(form, values)
        before = known.setdefault(step.left.name, values)
        for place in places:
            if not _same(field, before[place], values[place]):
                raise WrongStep(
                    f"{step.rule} does not hold at {place}, n = {base.sizes['n_k']}: "
                    f"{show(step.left)} = {show(step.right)}"
                )
    _compare_with_attend(field, form, known, base, truth)


def _refuse_undefined(form: Form, scores: Mapping[tuple[int, ...], Any]) -> None:
    """A visible pair without a score is the user's Form, not a wrong step of ours."""
    for (i, j), score in scores.items():
        finite = getattr(score, "is_finite", None)
        if finite is not None and not finite():
            raise Usage(f"{form.name or 'the form'} has no score at query {i}, key {j}")


def _places(left: Expr, base: Instance, truth: Any) -> Iterator[tuple[int, ...]]:
    """The positions of the left side; an output has no entry where no key is visible."""
    for row in range(base.sizes["n_q"]):
        i = row + base.offset
        if len(left.parts) == 1:
            if truth.visible[row]:
                yield (i,)
        else:
            yield from ((i, j) for j in range(base.sizes["n_k"]) if truth.visible[row])


def _with_names(
    env: Environment, known: Mapping[str, Mapping[tuple[int, ...], Any]]
) -> Environment:
    """The environment in which the names defined by earlier steps have their values."""
    readers = {name: _reader(values) for name, values in known.items()}
    return Environment(
        env.scalars,
        {**env.tables, **readers},
        {**env.vectors, **readers},
        env.matrices,
        env.functions,
    )


def _reader(values: Mapping[tuple[int, ...], Any]) -> Callable[..., Any]:
    def read(*place: int) -> Any:
        if place not in values:
            raise WrongStep(f"a step asks for a value at {place}, where there is none")
        return values[place]

    return read


def _value(step: Step, place: tuple[int, ...], algebra: Algebra, env: Environment) -> Any:
    """The right side at one place; 0 where its condition does not hold."""
    at = env.at(**dict(zip(("i", "j"), place, strict=False)))
    if step.condition is not None and not holds(step.condition, at):
        return evaluate(ZERO, algebra, at)
    return evaluate(step.right, algebra, at)


def _same(field: Field, left: Any, right: Any) -> bool:
    if isinstance(left, list):
        return len(left) == len(right) and all(
            _same(field, a, b) for a, b in zip(left, right, strict=True)
        )
    if left is NOTHING or right is NOTHING:
        return left is right
    return field.same(left, right)


def _compare_with_attend(
    field: Field, form: Form, known: Mapping[str, Any], base: Instance, truth: Any
) -> None:
    """The weights and the output must be those that `core.attend` computes from the Form."""
    names = names_for(form)
    last = "y" if form.output != MIXED else "o"
    for row in range(base.sizes["n_q"]):
        i = row + base.offset
        if not truth.visible[row]:
            continue
        pairs = [
            (known[names.weight][i, j], truth.weights[row][j])
            for j in range(base.sizes["n_k"])
            if names.weight in known
        ]
        if last in known:
            pairs.append((known[last][i,], list(truth.output[row])))
        if not all(_same(field, ours, theirs) for ours, theirs in pairs):
            raise WrongStep(f"the derivation of {form.name} is not what its Form says, row {i}")
