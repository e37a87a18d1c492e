"""Small rational numbers for everything that an Instance leaves free, the same for the same seed.

The numbers come from a hash of the seed, the name and the index, so that they depend neither on the
order in which they are asked for nor on the version of a random generator.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction
from hashlib import sha256
from math import ceil, floor
from typing import Any

from symattn.core.attend import attend
from symattn.core.errors import NotConcrete, SymattnError, Usage
from symattn.core.form import Parameter
from symattn.core.instance import Instance, whole_parameters, with_numbers
from symattn.core.interpret import Algebra
from symattn.core.layout import Layout
from symattn.core.meaning import Free
from symattn.core.numbers import Array, Numbers

ATTEMPTS = 60  # at whole parameters that fit all conditions
DENOMINATORS = (2, 3, 4, 5, 7)
Index = tuple[int, ...]


def filled(base: Instance, seed: str | int) -> Instance:
    """The Instance with a number for every name; those that were given stay.

    >>> from symattn.core.form_text import form
    >>> from symattn.core.instance import instance
    >>> near = form("i - j < w", "dot(q[i], k[j]) - m[h]", where="w >= 1")
    >>> one = filled(instance(near, n=2), "seed")
    >>> one.sizes["w"], one.entry("m", (0,)), one == filled(one, "another")
    (1, Fraction(-1, 5), True)
    """
    drawn = Drawn(base, str(seed))
    names = [p for p in whole_parameters(base.form) if p.name not in base.sizes]
    refusal: SymattnError | None = None
    for attempt in range(ATTEMPTS if names else 1):
        whole = {p.name: Fraction(drawn.whole(p, attempt)) for p in names}
        try:
            return _with_arrays(drawn, whole)
        except (NotConcrete, Usage) as error:  # as when groups do not divide H
            refusal = error
    assert refusal is not None
    raise refusal


def _with_arrays(drawn: Drawn, whole: Mapping[str, Fraction]) -> Instance:
    """The Instance with these whole parameters, and all the rest drawn."""
    base, form = drawn.base, drawn.base.form
    singles = dict(whole)
    singles.update({p.name: Fraction(base.sizes[p.name]) for p in whole_parameters(form)
                    if p.name in base.sizes})  # fmt: skip
    functions = dict(base.functions)
    for p in form.parameters:
        if p.kind == "function":
            functions.setdefault(p.name, polynomial)
        elif p.name not in base.layouts and p.name not in singles:
            known = base.scalars.get(p.name)
            singles[p.name] = drawn.value(p, ()) if known is None else Fraction(known)
    settled = with_numbers(base, Numbers(dict(base.arrays), singles, functions))
    drawn = Drawn(settled, drawn.seed)
    open_ended = any(a.role == "open" for v in settled.layouts.values() for a in v.axes)
    # Evaluating says which entries of a table are needed, and whether whole numbers drawn will do.
    asked = drawn.asked() if open_ended or whole else {}
    arrays = {
        name: _array(drawn, layout, asked.get(name, set()), ())
        for name, layout in settled.layouts.items()
    }
    return with_numbers(settled, Numbers(arrays, singles, functions))


def _array(drawn: Drawn, layout: Layout, asked: set[Index], index: Index) -> Array:
    """The numbers of a name from `index` inwards: given ones, and drawn ones for the others."""
    if len(index) == len(layout.axes):
        return drawn.entry(layout, index)
    axis = layout.axes[len(index)]
    if axis.length is not None:
        along = range(axis.start, axis.start + axis.length)
        return tuple(_array(drawn, layout, asked, (*index, at)) for at in along)
    known = drawn.known(layout.name, index)
    values = {used[len(index)] for used in asked} | set(known)
    return {at: _array(drawn, layout, asked, (*index, at)) for at in sorted(values)}


class Drawn:
    """The numbers that a seed draws for the names of an Instance."""

    def __init__(self, base: Instance, seed: str) -> None:
        self.base, self.seed = base, seed

    def asked(self) -> Mapping[str, set[Index]]:
        """The indices that evaluating the Instance asks for and that have no number yet."""
        found: dict[str, set[Index]] = defaultdict(set)

        def entry(name: str, index: Index) -> Fraction | int:
            found[name].add(index)
            value = self.value(self.base.layouts[name].declared, index)
            return value.numerator if value.denominator == 1 else value

        for head in range(self.base.sizes["H"]):
            attend(self.base, BLIND, head, Free(entry))
        return found

    def known(self, name: str, index: Index) -> list[int]:
        """The further indices along an open axis that have numbers."""
        array = self.base.arrays.get(name)
        starts = [axis.start for axis in self.base.layouts[name].axes]
        for at, start in zip(index, starts, strict=False):
            if array is None or isinstance(array, Fraction):
                return []
            array = array[at - start]
        if array is None or isinstance(array, Fraction):
            return []
        return list(array) if isinstance(array, Mapping) else list(range(len(array)))

    def entry(self, layout: Layout, index: Index) -> Fraction:
        given = self.base.entry(layout.name, index)
        return self.value(layout.declared, index) if given is None else given

    def value(self, declared: Parameter, index: Index) -> Fraction:
        """A small number within the domain of a declaration."""
        bits = self.bits(declared.name, index)
        if declared.kind in ("boolean", "integer"):
            return Fraction(self.discrete(declared, index))
        size = Fraction(1 + next(bits) % 5, DENOMINATORS[next(bits) % len(DENOMINATORS)])
        if declared.bound is None:
            return size if next(bits) % 2 else -size
        if declared.bound.op != "number":
            raise NotConcrete(f"the domain of {declared.name!r} depends on another name")
        return Fraction(declared.bound.args[0]) + size  # type: ignore[arg-type]

    def discrete(self, declared: Parameter, index: Index) -> int:
        """An entry of a table of whole numbers: a pattern, since a hash may draw all alike."""
        first = next(self.bits(declared.name, ()))
        pattern = (first + sum(at * (t + 1) for t, at in enumerate(index))) % 5
        if declared.kind == "boolean":
            return int(pattern not in (1, 3))
        return least_whole(declared) + pattern // 2

    def whole(self, declared: Parameter, attempt: int) -> int:
        """A small whole number at or above the bound; later attempts reach further."""
        return least_whole(declared) + next(self.bits(declared.name, (attempt,))) % (
            3 + attempt // 4
        )

    def bits(self, name: str, index: Index) -> Iterator[int]:
        """Independent bytes for one entry."""
        yield from sha256(f"{self.seed}/{name}/{','.join(map(str, index))}".encode()).digest()


def least_whole(declared: Parameter) -> int:
    """The least whole number that a declaration allows; 0 if it has no bound."""
    if declared.bound is None or declared.bound.op != "number":
        return 0
    bound = Fraction(declared.bound.args[0])  # type: ignore[arg-type]
    return floor(bound) + 1 if declared.relation == ">" else ceil(bound)


def polynomial(algebra: Algebra, *arguments: Any) -> Any:
    """1/3 + x/2 - x**2/5 + y/3 - y**2/6 + ...: stands for an opaque function, exact in any algebra.

    >>> polynomial({"number": Fraction, "+": lambda a, b: a + b, "*": lambda a, b: a * b}, 2)
    Fraction(8, 15)
    """
    number, plus, times = algebra["number"], algebra["+"], algebra["*"]
    total = number(Fraction(1, 3))
    for at, x in enumerate(arguments):
        inner = plus(number(Fraction(1, 2 + at)), times(number(Fraction(-1, 5 + at)), x))
        total = plus(total, times(x, inner))
    return total


def _nothing(*_: Any) -> int:
    return 0


# Computes nothing: it only lets the evaluator ask for the entries that it would need.
BLIND: Algebra = dict.fromkeys(
    ("number", "nan", "+", "-", "*", "/", "**", "neg", "sqrt", "exp", "log", "tanh", "sigmoid",
     "cos", "sin", "abs", "min", "max", "elu1"),
    _nothing,
)  # fmt: skip
