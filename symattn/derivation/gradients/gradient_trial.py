"""A gradient at concrete lengths, with a number for every name: what its check is made at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from random import Random
from typing import Any

from symattn.core import region
from symattn.core.declare import width
from symattn.core.errors import SymattnError
from symattn.core.expression import kind, walk
from symattn.core.form import Form
from symattn.core.instance import Instance, instance
from symattn.core.interpret import Algebra, Environment
from symattn.deciding.sampling import filled
from symattn.derivation.checking import ball_field
from symattn.derivation.gradients.backward import Gradient
from symattn.derivation.gradients.gradient_entries import Place, Value, given, settled, values

HEADS = (4, 6, 8, 2, 3, 5, 9, 10, 12, 14, 16, 1)


@dataclass(frozen=True, slots=True)
class Trial:
    """A gradient at concrete lengths and numbers, in balls."""

    found: Gradient
    base: Instance
    env: Environment
    value: Value
    algebra: Algebra

    @property
    def heads(self) -> range:
        return range(self.base.sizes["H"])

    @property
    def known(self) -> Environment:
        sizes = self.base.sizes
        return settled(self.found, sizes["n_q"], sizes["n_k"], self.env)


def numbers_at(found: Gradient, n_q: int, n_k: int, attempt: int) -> Instance:
    """Numbers for every name, and heads that share keys where the Form lets them."""
    alone: Instance | None = None
    refused: SymattnError | None = None
    for heads in HEADS if found.heads else (None,):
        try:
            d_v = 4 if _one_width(found.form) else 3
            base = instance(found.form, n_k, n_q=n_q, d=4, d_v=d_v, heads=heads)
            full = filled(base, f"{found.form}/{n_q}/{n_k}/{attempt}")
        except SymattnError as error:  # as when groups do not divide the heads
            refused = error
            continue
        if full.sizes["H_k"] < full.sizes["H"] or found.form.heads is None or not found.heads:
            return full
        alone = full if alone is None else alone
    if alone is not None:
        return alone
    assert refused is not None
    raise refused


def _one_width(form: Form) -> bool:
    """Whether the Form adds or multiplies vectors whose widths have different names."""
    declared = {p.name: p for p in form.parameters}
    for expr in form.expressions:
        for node in walk(expr):
            if node.op in ("+", "-", "dot") and kind(node.parts[0]) == "vector":
                widths = {width(part, declared) for part in node.parts}
                if len(widths) > 1:
                    return True
    return False


def has_empty_row(base: Instance) -> bool:
    sizes = base.sizes
    rows = region.rows(base.form, sizes["n_q"], sizes["n_k"], _tables(base))
    return any(not keys for _, keys in rows)


def _tables(base: Instance) -> Environment:
    tables = {name: partial(_entry, base, name) for name in base.layouts}
    return Environment(base.known.scalars, tables)


def _entry(base: Instance, name: str, *index: int) -> Any:
    return base.entry(name, index)


def trial(found: Gradient, base: Instance) -> Trial:
    """The gradient at an Instance in which every name has a number."""
    algebra = ball_field().algebra
    env = given(found, base, algebra, partial(upstream, algebra))
    opaque = (name for name, _ in found.functions if not name.startswith("rope_by_"))
    primes = {name: partial(_prime, name, algebra) for name in opaque}
    env = replace(env, functions={**primes, **env.functions})
    n_q, n_k = base.sizes["n_q"], base.sizes["n_k"]
    return Trial(found, base, env, values(found, n_q, n_k, env, algebra), algebra)


def upstream(algebra: Algebra, *index: int) -> Any:
    return algebra["number"](direction("", index))


def _prime(name: str, algebra: Algebra, *arguments: Any) -> Any:
    """The derivative of `sampling.polynomial`, which stands for every opaque function."""
    at = int(name.rpartition("_prime")[2].strip("_") or 1) - 1
    slope = algebra["number"](Fraction(-2, 5 + at))
    return algebra["+"](algebra["number"](Fraction(1, 2 + at)), algebra["*"](slope, arguments[at]))


def direction(name: str, index: Place) -> Fraction:
    """A small number that only the name and the index decide."""
    drawn = Random(f"{name}{index}")
    return Fraction(drawn.choice((-1, 1)) * drawn.randint(1, 9), drawn.randint(1, 7))
