"""The numbers of a closed form: what its SymPy matrices give, as balls and as decimals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from symattn.core.instance import Instance, with_numbers
from symattn.core.numbers import Function, Numbers
from symattn.core.symbolic import Matrices, Meaning, matrices
from symattn.deciding.balls import Ball, ball, walker
from symattn.derivation.witness import Witness

PRECISIONS = (160, 1600)  # bits
ENOUGH = 80  # bits of a ball that stand beyond doubt; a float has 53


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


def decimals(enclosed: Mapping[str, list[list[list[Ball]]]]) -> Witness:
    """The middles of the balls as floats; NaN where a ball says nothing."""
    import numpy as np

    floats = {
        quantity: np.array(
            [[[float(ball.mid()) for ball in row] for row in head] for head in heads]
        )
        for quantity, heads in enclosed.items()
    }
    return Witness("closed form", **floats)


def enclosures(closed: Closed) -> Mapping[str, list[list[list[Ball]]]]:
    """Every entry of the closed forms as a ball, [head][query][key or channel].

    A ball too wide for a float is computed once more with many more bits.
    """
    found = _enclosures(closed, PRECISIONS[0])
    balls = (ball for heads in found.values() for head in heads for row in head for ball in row)
    if all(ball.is_nan() or ball.rel_accuracy_bits() >= ENOUGH or ball.is_zero() for ball in balls):
        return found
    return _enclosures(closed, PRECISIONS[1])


def _enclosures(closed: Closed, bits: int) -> Mapping[str, list[list[list[Ball]]]]:
    from flint import ctx

    found: dict[str, list[list[list[Ball]]]] = {"weights": [], "output": []}
    with ctx.workprec(bits):
        for made in closed.heads:
            used = made.weights.free_symbols | made.output.free_symbols
            values = {s: ball(closed.value(made.symbols[s])) for s in used}
            evaluate = walker(values, closed.functions)
            for quantity, heads in found.items():
                matrix = getattr(made, quantity).tolist()
                heads.append([[evaluate(entry) for entry in row] for row in matrix])
    return found
