"""The rows of one head of a Form at concrete sizes: each is computed once, when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TYPE_CHECKING, Any

from symattn.core import region
from symattn.core.attend import output_of, weights_of
from symattn.core.errors import NotConcrete
from symattn.core.expression import MIXED
from symattn.core.form import Form
from symattn.core.instance import Instance, instance
from symattn.core.interpret import Algebra, Environment, evaluate
from symattn.core.meaning import Free, environment
from symattn.core.numbers import Numbers

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
        return evaluate(self.form.rows[0].score, self.algebra, self.at(i).at(j=j))

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
    base = world.bases.get(number)
    if base is None:
        base = world.bases[number] = base_of(world, number)
    env = environment(base, world.algebra, head, Free(world.entry, lambda _: world.function))
    env = region.sized(env, base.sizes["n_q"], base.sizes["n_k"])
    region.check_conditions(base.form, env)
    keys_of = region.solver(base.form.support, base.sizes["n_k"], env)
    return Rows(base.form, world.algebra, env, keys_of, base.offset)


def base_of(world: World, number: int) -> Instance:
    """A Form of the claim at the sizes of the world, without any other number."""
    form, scalars = world.plan.forms[number], world.env.scalars
    widths = {"d": "d", "d_v": "d_v"}
    own = {p.name for p in form.parameters if p.kind in ("integer", "boolean") and not p.indices}
    own |= set(widths)
    sizes = {n: int(size) for n, size in world.sizes.items() if n in own}
    flags = {n: size for n, size in sizes.items() if n not in widths and _flag(form, n)}
    return instance(
        form,
        int(scalars["n_k"]),
        n_q=scalars["n_q"],
        heads=scalars["H"] if world.plan.many else None,
        sizes={n: size for n, size in sizes.items() if n not in flags},
        numbers=Numbers(parameters=flags) if flags else Numbers(),  # type: ignore[arg-type]
    )


def _flag(form: Form, name: str) -> bool:
    return form.parameter(name).kind == "boolean"
