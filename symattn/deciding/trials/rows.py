"""The rows of one head of a Form at concrete sizes: each is computed once, when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial, reduce
from typing import TYPE_CHECKING, Any

from symattn.core import region
from symattn.core.attend import output_of, weights_of
from symattn.core.errors import NotConcrete
from symattn.core.expression import MIXED
from symattn.core.form import Form
from symattn.core.interpret import Algebra, Environment, evaluate, exact
from symattn.core.layout import OWN_HEAD

if TYPE_CHECKING:
    from symattn.deciding.trials.world import World


@dataclass
class Rows:
    """One head of a Form: its environment, and the rows that were computed."""

    form: Form
    algebra: Algebra
    env: Environment
    keys_of: region.Solver
    first: int
    weighted: dict[int, list[Any]] = field(default_factory=dict)
    mixed: dict[int, list[Any]] = field(default_factory=dict)
    scored: dict[tuple[int, int], Any] = field(default_factory=dict)

    @property
    def n_q(self) -> int:
        return int(self.env.scalars["n_q"])

    @property
    def n_k(self) -> int:
        return int(self.env.scalars["n_k"])

    def at(self, i: int) -> Environment:
        if not self.first <= i < self.first + self.n_q:
            raise NotConcrete(f"query {i} is outside of the sequence")
        return self.env.at(i=i)

    def keys(self, i: int) -> list[int]:
        """The keys that query i sees."""
        return [j for stretch in self.keys_of(i) for j in stretch]

    def scores(self, i: int, row: int, keys: list[int]) -> dict[int, Any]:
        """The scores of some keys in one row of weights."""
        at, score = self.at(i), self.form.rows[row].score
        return {j: evaluate(score, self.algebra, at.at(j=j)) for j in keys}

    def value(self, i: int, j: int) -> list[Any]:
        found: list[Any] = evaluate(self.form.value, self.algebra, self.at(i).at(j=j))
        return found

    def score(self, i: int, j: int) -> Any:
        """The score of any pair, visible or not."""
        if len(self.form.rows) != 1:
            raise NotConcrete("the score of a mechanism that mixes several rows of weights")
        if not 0 <= j < self.n_k:
            raise NotConcrete(f"key {j} is outside of the sequence")
        if (i, j) not in self.scored:
            at = self.at(i).at(j=j)
            self.scored[i, j] = evaluate(self.form.rows[0].score, self.algebra, at)
        return self.scored[i, j]

    def weights(self, i: int) -> list[Any]:
        if i not in self.weighted:
            keys = self.keys(i)
            found = [self.scores(i, row, keys) for row in range(len(self.form.rows))]
            self.weighted[i] = weights_of(self.form, found, self.algebra, self.at(i))
        return self.weighted[i]

    def weight(self, i: int, j: int) -> Any:
        if not 0 <= j < self.n_k:
            raise NotConcrete(f"key {j} is outside of the sequence")
        return self.weights(i)[j]

    def row_sum(self, i: int) -> Any:
        return reduce(self.algebra["+"], self.weights(i))

    def output(self, i: int) -> list[Any]:
        if i not in self.mixed:
            keys = tuple(self.keys(i))
            row = self.weights(i)
            self.mixed[i] = output_of(self.form, row, keys, self.algebra, self.at(i))
        return self.mixed[i]

    def after(self, i: int, mixed: list[Any]) -> list[Any]:
        """What the output expression of the Form makes of mixed values."""
        if self.form.output == MIXED:
            return mixed
        at = self.at(i)
        at = replace(at, vectors={**at.vectors, "o": lambda _: mixed})
        found: list[Any] = evaluate(self.form.output, self.algebra, at)
        return found


def rows_of(world: World, number: int, head: int) -> Rows:
    """The rows of a Form of the claim, with the numbers of the world."""
    form, env = world.plan.forms[number], world.env.at(h=head)
    heads = {}
    if world.plan.many:
        heads = {"q": (head,), "k": (int(exact(form.key_head, env)),)}
    vectors = {
        name: partial(read, *heads["q" if name[0] == "q" else "k"])
        for name, read in env.vectors.items()
        if heads and OWN_HEAD.fullmatch(name)
    }
    env = replace(env, vectors={**env.vectors, **vectors})
    keys_of = region.solver(form.support, env.scalars["n_k"], env)
    return Rows(form, world.algebra, env, keys_of, env.scalars["offset"])
