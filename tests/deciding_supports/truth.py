"""The truth about supports at small sizes, by Python's own evaluation of their text.

Nothing of the deciding room is used here: the text of a condition is compiled by Python, every case
is looked at, and the first one that breaks a claim is returned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from typing import Any

from symattn.core.claim import Claim, Problem, problem
from symattn.core.text import show

BUILT_IN = {
    "__builtins__": {}, "abs": abs, "min": min, "max": max, "true": True, "false": False,
    "where": lambda condition, yes, no: yes if condition else no, "floor": lambda x: x // 1,
}  # fmt: skip


class Table(dict[Any, int]):
    """A table that holds a number at every index: 0 where nothing is said."""

    def __missing__(self, index: Any) -> int:
        return 0


def compiled(expr: Any) -> Any:
    text = show(expr)
    return compile(text, text, "eval")


def cases(asked: Problem, largest: int, width: int) -> Iterator[dict[str, Any]]:
    """All lengths up to `largest` and parameters up to `width` values, in order of size."""
    names = [u for u in asked.unknowns if u.name not in ("i", "j", "h")]
    values = [
        range(1, largest + 1)
        if u.name in ("n", "n_q", "n_k")
        else range(u.least, u.least + width)
        if u.least is not None
        else sorted(range(-width // 2, width // 2 + 1), key=lambda x: (abs(x), x < 0))
        for u in names
    ]
    for numbers in product(*values):
        yield {u.name: number for u, number in zip(names, numbers, strict=True)}


def contents_of(asked: Problem, known: Mapping[str, Any]) -> Iterator[dict[str, Table]]:
    """All tables of 0 and 1 with one index, for lengths up to 4."""
    size = min(known[asked.keys], 4)
    options = [product((0, 1), repeat=size) for _ in asked.tables]
    for chosen in product(*options):
        yield {
            table.name: Table(enumerate(numbers))
            for table, numbers in zip(asked.tables, chosen, strict=True)
        }


def broken(claim: Claim, largest: int = 5, width: int = 6) -> dict[str, Any] | None:
    """The first small case at which a claim fails, with the numbers of both sides."""
    asked = problem(claim)
    given = [compiled(condition) for condition in asked.given]
    left, right = compiled(asked.left), compiled(asked.right)
    positions = [u.name for u in asked.unknowns if u.name in ("i", "j")]

    def at(code: Any, names: dict[str, Any]) -> Any:
        return eval(code, BUILT_IN, names)

    for names in cases(asked, largest, width):
        lengths = {"i": names[asked.queries], "j": names[asked.keys]}
        places = product(*(range(lengths[p]) for p in positions))
        for place, contents in product(places, list(contents_of(asked, names))):
            here = names | dict(zip(positions, place, strict=True)) | contents
            if not all(at(condition, here) for condition in given):
                continue
            if asked.relation in ("==", "<="):
                sides = bool(at(left, here)), bool(at(right, here))
                fine = sides[0] == sides[1] if asked.relation == "==" else sides[0] <= sides[1]
            else:
                rows = [here["i"]] if "i" in here else range(names[asked.queries])
                size = sum(
                    bool(at(left, here | {"i": i, "j": j}))
                    for i in rows
                    for j in range(names[asked.keys])
                )
                wanted = 1 if asked.relation == "nonempty" else exact(at, right, here)
                sides = size, wanted
                fine = size >= 1 if asked.relation == "nonempty" else size == wanted
            if not fine:
                return here | {"sides": sides}
    return None


def exact(at: Any, code: Any, names: dict[str, Any]) -> Any:
    """A value with exact division."""
    return at(code, {k: Fraction(v) if type(v) is int else v for k, v in names.items()})
