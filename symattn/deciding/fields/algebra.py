"""The rule table of engine B for `core.interpret.evaluate` and `core.attend.attend`."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

from symattn.core.interpret import Algebra
from symattn.core.meaning import Free
from symattn.deciding.fields import functions, unknowns
from symattn.deciding.fields.element import Element, free, literal, number
from symattn.deciding.fields.field import Field, field
from symattn.deciding.fields.infinite import NAN, OO
from symattn.deciding.fields.primes import Pair

ONE_ARGUMENT: dict[str, Callable[[Any], Any]] = {
    "exp": functions.exp,
    "sqrt": functions.sqrt,
    "log": functions.log,
    "tanh": functions.tanh,
    "sigmoid": functions.sigmoid,
    "cos": functions.cos,
    "sin": functions.sin,
    "elu1": functions.elu1,
    "erf": functions.erf,
}


@lru_cache(maxsize=64)
def algebra(pairs: tuple[Pair, ...], seed: str) -> Algebra:
    """The rules of arithmetic at the point with this seed.

    >>> from symattn.deciding.fields.primes import pairs
    >>> rules = algebra(pairs("a claim"), "point 1")
    >>> two, three = rules["number"](2), rules["number"](3)
    >>> rules["exp"](rules["+"](two, three)) == rules["*"](rules["exp"](two), rules["exp"](three))
    True
    """
    here = field(pairs, seed)
    return {
        "number": partial(literal, here),
        "nan": lambda: NAN,
        "infinity": lambda: OO,
        "+": operator.add,
        "-": operator.sub,
        "*": operator.mul,
        "/": operator.truediv,
        "**": functions.power,
        "neg": operator.neg,
        "abs": abs,
        "min": unknowns.minimum,
        "max": unknowns.maximum,
        **{name: partial(_one, here, rule) for name, rule in ONE_ARGUMENT.items()},
    }


def _one(here: Field, rule: Callable[[Any], Any], x: Any) -> Any:
    """A rule that may give a plain 0, 1 or -1 for an infinite argument."""
    found = rule(x)
    return number(here, found) if isinstance(found, int) else found


def random_element(
    name: str, index: tuple[int, ...], pairs: tuple[Pair, ...], seed: str, positive: bool = False
) -> Element:
    """The free quantity of this name and index; Forms that share a name share the number."""
    return free(field(pairs, seed), name, index, positive)


def free_names(
    pairs: tuple[Pair, ...], seed: str, positive: Callable[[str], bool] = lambda _: False
) -> Free:
    """What stands for names without numbers: free quantities, and functions that are any function.

    `positive` says which names are declared to be positive numbers.
    """
    here = field(pairs, seed)

    def entry(name: str, index: tuple[int, ...]) -> Element:
        return free(here, name, index, positive(name))

    return Free(entry, lambda name: partial(functions.opaque, name, free=True))
