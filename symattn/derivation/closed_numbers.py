"""The numbers of a closed form: what its SymPy matrices give, as decimals or as balls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symattn.core.instance import Instance, with_numbers
from symattn.core.numbers import Function, Numbers
from symattn.core.symbolic import Matrices, Meaning, algebra, matrices
from symattn.deciding.balls import BITS, Ball, ball, of_sympy
from symattn.derivation.witness import Witness

DIGITS = 20


@dataclass(frozen=True, slots=True)
class Closed:
    """The matrices of every head, and the number that each symbol stands for."""

    heads: tuple[Matrices, ...]
    full: Instance
    functions: Mapping[str, Function]

    def value(self, meaning: Meaning) -> Fraction:
        """The number behind a symbol."""
        name, index = meaning
        if not index:
            return Fraction(self.full.scalars[name])
        value = self.full.entry(name, index)
        assert value is not None, f"{name}{list(index)} has no number"
        return value


def closed_forms(base: Instance, full: Instance) -> Closed:
    """The closed forms of `base`, free in all names but those that say which entry is meant."""
    discrete = {
        name: full.arrays[name]
        for name, layout in full.layouts.items()
        if layout.declared.kind in ("integer", "boolean")
    }
    whole = {p.name: Fraction(full.sizes[p.name]) for p in full.form.parameters
             if p.name in full.sizes}  # fmt: skip
    known = {name: Fraction(value) for name, value in base.scalars.items()}
    arrays = {**base.arrays, **discrete}
    partly = with_numbers(full, Numbers(arrays, {**whole, **known}, base.functions))
    heads = tuple(matrices(partly, head) for head in range(full.sizes["H"]))
    return Closed(heads, full, full.functions)


def decimals(closed: Closed) -> Witness:
    """The closed forms with numbers put in, by SymPy's own evaluation."""
    import numpy as np
    import sympy

    weights, output = [], []
    for made in closed.heads:
        numbers = {s: _rational(closed.value(meaning)) for s, meaning in made.symbols.items()}
        for matrix, found in ((made.weights, weights), (made.output, output)):
            put = [[_applied(entry, closed.functions).xreplace(numbers) for entry in row]
                   for row in matrix.tolist()]  # fmt: skip
            found.append([[float(sympy.N(entry, DIGITS)) for entry in row] for row in put])
    return Witness("closed form", np.array(weights), np.array(output))


def _rational(value: Fraction) -> Any:
    import sympy

    return sympy.Rational(value.numerator, value.denominator)


def _applied(entry: Any, functions: Mapping[str, Function]) -> Any:
    """The entry with opaque functions carried out."""
    import sympy

    for name, function in functions.items():
        opaque = sympy.Function(name)
        entry = entry.replace(opaque, lambda *x, f=function: f(algebra(), *x))
    return entry


def enclosures(closed: Closed, bits: int = BITS) -> Iterator[tuple[str, tuple[int, ...], Ball]]:
    """Every entry of the closed forms as a ball: its quantity, its place, and the enclosure."""
    from flint import ctx

    for h, made in enumerate(closed.heads):
        for quantity, matrix in (("weights", made.weights), ("output", made.output)):
            for i, row in enumerate(matrix.tolist()):
                for t, entry in enumerate(row):
                    with ctx.workprec(bits):  # inside the loop: a generator may be left half-way
                        values = {s: ball(closed.value(m)) for s, m in made.symbols.items()}
                        found = of_sympy(entry, values, closed.functions)
                    yield quantity, (h, i, t), found
