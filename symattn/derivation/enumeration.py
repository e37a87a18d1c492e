"""The query-key products of a mechanism: which pairs there are, row by row, never all at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from symattn.core import region
from symattn.core.errors import Usage
from symattn.core.expression import Expr, number
from symattn.core.form import Form
from symattn.core.interpret import Environment

if TYPE_CHECKING:
    from symattn.core.numbers import Numbers


@dataclass(frozen=True, slots=True)
class Enumeration:
    """The products of a Form at given lengths; positions count from 0 here, always.

    >>> from symattn.core.form_text import form
    >>> e = enumeration(form(support="j <= i", name="causal"), n=3)
    >>> list(e.pairs())
    [(0, 0), (1, 0), (1, 1), (2, 0), (2, 1), (2, 2)]
    """

    form: Form
    n_q: int
    n_k: int
    env: Environment
    first: int  # the position of the first query

    def rows(self) -> Iterator[tuple[int, region.Ranges]]:
        """For every query its position and the keys it meets."""
        return region.rows(self.form, self.n_q, self.n_k, self.env)

    def row(self, i: int) -> region.Ranges:
        """The keys that the query at position i meets."""
        last = self.first + self.n_q - 1
        if not self.first <= i <= last:
            raise Usage(f"there is no query at position {i}; positions run {self.first}..{last}")
        env = region.sized(self.env, self.n_q, self.n_k)
        region.check_conditions(self.form, env)
        return region.row(self.form.support, i, self.n_k, env)

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Every (query, key) that meets, row by row."""
        return ((i, j) for i, ranges in self.rows() for keys in ranges for j in keys)

    def __len__(self) -> int:
        return sum(region.size(ranges) for _, ranges in self.rows())


def known_numbers(form: Form, n: int, n_q: int | None, numbers: Numbers | None) -> Environment:
    """The tables and parameters that have numbers, for deciding which keys are visible."""
    if numbers is None or not numbers.names:
        return Environment()
    from symattn.core.instance import instance
    from symattn.core.meaning import Free, environment

    base = instance(form, n, n_q=n_q, numbers=numbers)
    tables = environment(base, {}, 0, Free(_letter, _letter)).tables
    return Environment(
        base.known.scalars, {name: tables[name] for name in base.arrays if name in tables}
    )


def _letter(*_: object) -> Any:
    """What stands for a name without a number: nothing that a support could use."""


def enumeration(
    form: Form,
    n: int,
    n_q: int | None = None,
    env: Environment | None = None,
    offset: Expr | None = None,
) -> Enumeration:
    """The products of a Form for n keys and n_q queries (n of them, if nothing else is said)."""
    from symattn.core.interpret import exact

    env = Environment() if env is None else env
    n_q = n if n_q is None else n_q
    for name, value in (("n", n), ("n_q", n_q)):
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise Usage(f"{name} must be a whole number of at least 1, got {value}")
    if offset is not None:
        from dataclasses import replace

        form = replace(form, offset=offset)
    first = int(exact(form.offset, region.sized(env, n_q, n)))
    return Enumeration(form, n_q, n, env, first)


TOP_LEFT, BOTTOM_RIGHT = number(0), Expr("-", (Expr("symbol", ("n_k",)), Expr("symbol", ("n_q",))))
