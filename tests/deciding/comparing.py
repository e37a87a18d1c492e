"""Comparisons that raise: two evaluators of one Instance must give the same arrays."""

from __future__ import annotations

from math import isnan
from typing import Any

import numpy as np
from flint import arb, ctx

from symattn.core.instance import Instance
from symattn.deciding import balls, exponentials, vectorised


def assert_same(left: Any, right: Any, digits: int = 11) -> None:
    """Raise unless both have the same shape and agree to so many digits; NaN is NaN only."""
    left, right = np.asarray(left, dtype=float), np.asarray(right, dtype=float)
    assert left.shape == right.shape, f"shapes {left.shape} and {right.shape}"
    np.testing.assert_allclose(left, right, rtol=10.0**-digits, atol=1e-13, equal_nan=True)


def assert_within(values: Any, enclosures: Any, ulps: float) -> None:
    """Raise unless every float is proven to be within so many ulps (of 1, for small values)."""
    flat = [b for head in enclosures for row in head for b in row]
    values = np.asarray(values)
    assert values.size == len(flat)
    for value, enclosure in zip(values.ravel().tolist(), flat, strict=True):
        if isnan(value):
            assert enclosure.is_nan(), f"NaN against {enclosure}"
            continue
        with ctx.workprec(200):
            off = abs(enclosure - arb(value))
            assert off < ulps * max(1.0, abs(value)) * 2.0**-52, f"{value} against {enclosure}"


def assert_equal_elements(left: Any, right: Any) -> None:
    """Raise unless two nests of tuples are exactly equal, entry by entry."""
    if isinstance(left, tuple):
        assert isinstance(right, tuple)
        assert len(left) == len(right)
        for a, b in zip(left, right, strict=True):
            assert_equal_elements(a, b)
        return
    assert left == right, f"{left} against {right}"


def floats(nest: Any) -> np.ndarray:
    return np.array([[[float(entry) for entry in row] for row in head] for head in nest])


def assert_evaluators_agree(full: Instance, exact: bool) -> None:
    """Raise unless NumPy, balls and (where asked) exact arithmetic say the same of an Instance."""
    weights, output = vectorised.weights_and_output(full)
    enclosed = balls.entries(full)
    assert_within(weights, enclosed[0], 400)
    assert_within(output, enclosed[1], 400)
    if exact:
        known = exponentials.entries(full)
        assert_same(weights, floats(known[0]))
        assert_same(output, floats(known[1]))
