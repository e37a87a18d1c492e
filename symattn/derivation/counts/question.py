"""What is asked of a support before it is counted: lengths, numbers, positions from 0."""

from __future__ import annotations

from dataclasses import dataclass

from symattn.core import region
from symattn.core.errors import Usage
from symattn.core.expression import ZERO, Expr, I, substitute, tidy
from symattn.core.form import Form
from symattn.core.interpret import Environment


@dataclass(frozen=True, slots=True)
class Question:
    """A support to count, with i counted from the first query, and what is known about names."""

    form: Form
    support: Expr
    square: bool
    n_q: int | None
    n_k: int | None
    env: Environment

    @property
    def sizes(self) -> Environment:
        """The environment with the lengths, as far as they are numbers."""
        if self.n_q is None or self.n_k is None:
            return self.env
        return region.sized(self.env, self.n_q, self.n_k)


def asked(form: Form, n_q: int | None, n_k: int | None, env: Environment) -> Question:
    """The question as it is counted; lengths and numbers outside their domains are refused."""
    for name, length in (("n_q", n_q), ("n_k", n_k)):
        if length is not None and (isinstance(length, bool) or length < 1):
            raise Usage(f"{name} must be a whole number of at least 1, got {length}")
    if (n_q is None) != (n_k is None):
        raise Usage("give both lengths or neither")
    square = n_q == n_k
    region.check_conditions(form, env if n_q is None else region.sized(env, n_q, n_k or 1))
    support = form.support
    if form.offset != ZERO:
        support = tidy(substitute(support, {I: I + form.offset}))
    free = {k: v for k, v in env.scalars.items() if k not in ("n", "n_q", "n_k")}
    bare = Environment(free, env.tables)
    return Question(form, support, square, n_q, n_k, bare)
