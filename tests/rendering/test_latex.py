"""The LaTeX of expressions is read back by an independent reader and gives the same values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings

from symattn.core.expression import Expr
from symattn.core.text import read
from symattn.rendering.latex import RULES, latex
from symattn.rendering.notation import CHOICES, PRESETS, Notation
from tests.katex_tool import render
from tests.rendering.latex_cases import NAMES, WrongLatex, check, condition, real, vectors, whole
from tests.rendering.latex_reader import Misread

STYLES = [*PRESETS.values(), *(replace(n, base=1) for n in PRESETS.values())]
STYLES += [
    replace(PRESETS["vaswani"], product="angle", exponential="function", bold=True),
    replace(PRESETS["columns"], product="angle", pair="function"),
]
MANY = settings(deadline=None, max_examples=800, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("strategy", [whole(3), condition(3), real(3), vectors(3)], ids=[
    "whole numbers", "conditions", "numbers", "vectors",
])  # fmt: skip
@pytest.mark.parametrize("style", STYLES, ids=str)
def test_reading_back(strategy: object, style: Notation) -> None:
    compared = 0

    @MANY
    @given(strategy)
    def run(expr: Expr) -> None:
        nonlocal compared
        for i, j in ((2, 1), (0, 3)):
            compared += check(expr, style, i, j, 1)

    run()
    assert compared > 100
