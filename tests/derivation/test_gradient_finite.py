"""Gradients against central differences of computations that never saw a symbol.

Those are the loops written from the papers for a mechanism, and NumPy on whole arrays for a
composition. Every entry of a name moves at once, along slopes drawn for it.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest

from symattn.core.instance import Instance, instance, with_numbers
from symattn.core.numbers import Numbers
from symattn.deciding.sampling import filled
from symattn.derivation.gradients.gradient import Gradient, gradient
from symattn.derivation.gradients.gradient_entries import given, places, settled, values
from symattn.derivation.witness import FLOATS, loops, whole_arrays
from symattn.mechanisms.spec import mechanism
from tests.derivation import gradient_cases as cases

STEP = Fraction(1, 10**4)
ALGEBRA = {**FLOATS, "elu1": lambda x: x + 1 if x > 0 else np.exp(x)}
PRIMES = {"f_prime": lambda x: 0.5 - 0.4 * x}


def slope(name: str, index: tuple[Any, ...]) -> Fraction:
    drawn = Random(f"{name}/{index}")
    return Fraction(drawn.choice((-1, 1)) * drawn.randint(1, 9), 10)


def several_heads(found: Gradient) -> Instance:
    """Uneven lengths where the form allows them; one head where the oracle has no axis of heads."""
    n_q, n_k = (4, 4) if found.same_length else (3, 4)
    alone = found.same_length and not found.form.has_heads
    heads = 4 if found.form.heads is not None else 2
    base = instance(found.form, n_k, n_q=n_q, d=4, d_v=3, heads=None if alone else heads)
    return filled(base, "finite differences")


def moved(base: Instance, name: str, step: Fraction) -> Instance:
    """The Instance with every entry of a name moved along its slope."""
    arrays, singles = dict(base.arrays), {n: Fraction(v) for n, v in base.scalars.items()}
    if name in arrays:
        axes = base.layouts[name].axes
        arrays[name] = shifted(arrays[name], (), [axis.start for axis in axes], name, step)
    else:
        singles[name] += step * slope(name, ())
    return with_numbers(base, Numbers(arrays, singles, base.functions))


def shifted(
    array: Any, index: tuple[int, ...], starts: list[int], name: str, step: Fraction
) -> Any:
    if isinstance(array, Fraction):
        return array + step * slope(name, index)
    if isinstance(array, tuple):
        inner = enumerate(array, starts[len(index)])
        return tuple(shifted(a, (*index, at), starts, name, step) for at, a in inner)
    return {at: shifted(a, (*index, at), starts, name, step) for at, a in array.items()}


def loss(output: Any, base: Instance) -> float:
    g = np.empty(output.shape)
    for h, r, c in np.ndindex(output.shape):
        g[h, r, c] = float(cases.upstream(h, r + base.offset, c))
    return float((g * output).sum())


def along(found: Gradient, base: Instance, name: str) -> float:
    """The sum of the name's gradient entries times its slopes, over all heads."""
    formula = next(f for f in found.entrywise if f.of == name)
    own = name in base.layouts and base.layouts[name].own_head
    n_q, n_k = base.sizes["n_q"], base.sizes["n_k"]
    total = 0.0
    for head in range(1 if found.heads else base.sizes["H"]):
        env = given(found, base, ALGEBRA, cases.upstream, head)
        env = replace(env, functions={**env.functions, **PRIMES})
        value = values(found, n_q, n_k, env, ALGEBRA)
        for place in places(formula, found, settled(found, n_q, n_k, env)):
            for index, entry in cases.flat(value(formula.name, *place), place):
                whole = (head, *index) if own and not found.heads else index
                total += float(entry) * float(slope(name, whole))
    return total


def compare(found: Gradient) -> None:
    """Raise unless every gradient is the central difference, to six digits."""
    base = several_heads(found)
    compute = whole_arrays if loops(base) is None else loops
    for name in sorted({formula.of for formula in found.formulas if formula.of}):
        up, down = (loss(compute(moved(base, name, s * STEP)).output, base) for s in (1, -1))
        expected = (up - down) / float(2 * STEP)
        got = along(found, base, name)
        np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-6, err_msg=name)


def of(case: str) -> Gradient:
    found = gradient(mechanism(case))
    return found if found.same_length else gradient(mechanism(case), heads=True)


@pytest.mark.parametrize("case", [*cases.registered(), *cases.COMPOSITIONS])
def test_central_differences_agree(case: str) -> None:
    compare(of(case))


@pytest.mark.parametrize("case", cases.registered())
def test_it_is_the_loops_that_a_mechanism_is_compared_with(case: str) -> None:
    assert loops(several_heads(of(case))) is not None


@pytest.mark.parametrize(("case", "name"), [("causal", "dS"), ("alibi", "dm"), ("mqa", "dK")])
def test_a_sign_would_be_seen(case: str, name: str) -> None:
    found = of(case)
    wrong = replace(found.formula(name), right=-found.formula(name).right)
    spoiled = tuple(wrong if f is found.formula(name) else f for f in found.formulas)
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        compare(replace(found, formulas=spoiled))
