"""The checkers of gradients are checked: every planted bug must be caught by each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import mpmath
import pytest

from symattn.core.expression import TRUE, Expr, kind, rebuild, symbol, walk
from symattn.core.instance import Instance, instance
from symattn.core.text import read
from symattn.deciding.sampling import filled
from symattn.derivation.checking import WrongStep
from symattn.derivation.gradients.gradient import Gradient, steps
from symattn.derivation.gradients.gradient_check import checked_gradient
from tests.derivation import gradient_cases as cases

Spoil = Callable[[Expr], Expr]


def put(old: str | Expr, new: str | Expr) -> Spoil:
    """An expression exchanged for another wherever it stands, bound names or not."""
    found, other = (read(e) if isinstance(e, str) else e for e in (old, new))
    return lambda right: rebuild(right, lambda node: other if node == found else None)


def first(op: str, right: Expr, sort: str = "") -> Expr:
    return next(n for n in walk(right) if n.op == op and sort in ("", kind(n)))


def unprojected(right: Expr) -> Expr:
    """x / r taken as linear in x: the part of g along x is kept."""
    sort = "matrix" if kind(right) == "matrix" else "vector"
    minus = first("-", right, sort)
    return put(minus, minus.parts[0])(right)


def unsloped(right: Expr) -> Expr:
    product = first("hadamard", right)
    return put(product, product.parts[1])(right)


def unmasked(right: Expr) -> Expr:
    """The sum of a row over all keys."""
    total = first("sum", right)
    return put(total, Expr("sum", (total.name, TRUE, total.parts[-1])))(right)


def without_the_one(right: Expr) -> Expr:
    top, bottom = right.parts
    return top / bottom.parts[1]


def transposed(name: str) -> Spoil:
    return put(f"{name}[i, j]", f"{name}[j, i]")


def matrix(name: str) -> Expr:
    return Expr("matrix", (name,))


def renamed(old: str, new: str) -> Spoil:
    return put(f"{old}[i]", f"{new}[i]")


def one_query_head(right: Expr) -> Expr:
    """Each key head hears the first of its query heads only."""
    return put("h // (H / 2) == g", "h == g * (H / 2)")(right)


BUGS: dict[str, tuple[str, str, Spoil]] = {  # the bug -> where, which formula, how
    "row sum dropped": ("causal+bias", "dS", put("dP[i, j] - D[i]", "dP[i, j]")),
    "row sum added": ("causal+bias", "dS", put("dP[i, j] - D[i]", "dP[i, j] + D[i]")),
    "row sum of dP alone": ("causal+bias", "D", put("alpha[i, l] * dP[i, l]", "dP[i, l]")),
    "softmax without the mask": ("causal+bias", "alpha", unmasked),
    "weight forgotten": ("causal+bias", "dS", put("alpha[i, j]", "1")),
    "sign": ("causal+bias", "dQ", lambda right: -right),
    "scale": ("causal+bias", "dQ", lambda right: right.parts[0]),
    "scale twice": ("causal+bias", "dK", lambda right: right / read("sqrt(d)")),
    "transposed dS": ("bias", "dK", transposed("dS")),
    "transposed P": ("bias", "dV", transposed("alpha")),
    "transposed dPE": ("bias", "dPE", transposed("dS")),
    "value of the query": ("bias", "dP", put("v[j]", "v[i]")),
    "dP for dS": ("causal+bias", "dPE", put("dS[i, j]", "dP[i, j]")),
    "future keys": ("causal+bias", "dV", put("j <= i", "i <= j")),
    "slope with the wrong sign": ("alibi", "dm", lambda right: -right),
    "distance without its sign": ("alibi", "dm", put("i - j", "abs(i - j)")),
    "one query head": ("gqa(groups=2)", "dK", one_query_head),
    "turned forwards": ("rope", "dQ", put("j - i", "i - j")),
    "sink with a plus": ("learned_sink", "dsink", lambda right: -right),
    "one left out of the row": ("softmax1", "alpha", without_the_one),
    "cap without its slope": ("softcap(c=c)", "dQ", put("2", "0")),
    "norm not projected": ("qk_norm", "dQ", unprojected),
    "feature map without its slope": ("linear", "dK", unsloped),
    "quotient without its divisor": ("linear", "dS", put("Z[i]", "1")),
    "first row for the second": ("differential", "dlam", renamed("D2", "D1")),
    "coefficient left out": ("differential", "dS2", put("lam", "1")),
    "a bucket too far": ("t5(buckets=4, distance=8)", "db", put(symbol("t"), "t + 1")),
    "clipped at the wrong end": ("shaw(clip=1)", "da_v", put(symbol("t"), "-t")),
    "sigmoid with a row sum": ("sigmoid", "dS", put("dP[i, j]", "dP[i, j] - alpha[i, j]")),
    "output projected twice": ("mla_absorbed", "dW_uv", lambda right: right * 2),
    "value path forgotten": ("simple", "dX", lambda right: right - first("sum", right)),
    "temperature of dS": ("temperature", "dT", lambda right: right * symbol("T")),
}  # fmt: skip


def spoiled(found: Gradient, name: str, spoil: Spoil) -> Gradient:
    formula = found.formula(name)
    wrong = replace(formula, right=spoil(formula.right))
    assert wrong != formula, "nothing was planted"
    return replace(found, formulas=tuple(wrong if f is formula else f for f in found.formulas))


@cache
def measured(case: str) -> tuple[Gradient, Instance, dict[Any, Any]]:
    """A gradient, a square Instance in which a transpose can be read, and the truth there."""
    found = cases.of(case)
    heads = 4 if case.startswith("gqa") else 2 if found.heads else None
    base = filled(
        instance(found.form, 2, d=2, d_v=1 if found.heads else 2, heads=heads), f"{case}/planted"
    )
    return found, base, cases.truth(base)


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_seen_by_sympy(bug: str) -> None:
    case, name, spoil = BUGS[bug]
    found, base, expected = measured(case)
    cases.assert_same(cases.ours(found, base), expected)
    with pytest.raises(AssertionError, match="expected"):
        cases.assert_same(cases.ours(spoiled(found, name, spoil), base), expected)


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_seen_before_it_is_printed(bug: str) -> None:
    case, name, spoil = BUGS[bug]
    wrong = spoiled(cases.of(case), name, spoil)
    with pytest.raises(WrongStep):
        checked_gradient(wrong, steps(wrong))


LINES: dict[str, tuple[str, str, Spoil]] = {
    "row sum dropped": ("causal", "dS", unprojected),
    "transpose forgotten": ("causal", "dK", lambda right: _untransposed(right)),
    "scale": ("causal", "dQ", lambda right: right.parts[0]),
    "weights for scores": ("projected", "dW_q", put(matrix("dS"), matrix("P"))),
    "dO for V": ("causal", "dP", put(matrix("V"), matrix("dO"))),
}  # fmt: skip


def _untransposed(right: Expr) -> Expr:
    flipped = first("transpose", right)
    return put(flipped, flipped.parts[0])(right)


@pytest.mark.parametrize("bug", LINES)
def test_a_wrong_line_of_matrices_is_seen(bug: str) -> None:
    case, name, spoil = LINES[bug]
    found = cases.of(case)
    line = next(f for f in found.formulas if f.name == name and f.rule.endswith("as matrices"))
    wrong = replace(line, right=spoil(line.right))
    assert wrong != line, "nothing was planted"
    bad = replace(found, formulas=tuple(wrong if f is line else f for f in found.formulas))
    with pytest.raises(WrongStep, match="as matrices"):
        checked_gradient(bad, steps(bad))


def test_a_wrong_identity_is_seen() -> None:
    found = cases.of("causal")
    identities = tuple(replace(f, right=f.right * 2) for f in found.identities if f.name == "D")
    kept = tuple(f for f in found.identities if f.name != "D")
    bad = replace(found, identities=(*kept, *identities))
    with pytest.raises(WrongStep, match="row sum by the output"):
        checked_gradient(bad, steps(bad))


def test_the_comparison_raises_on_garbage() -> None:
    found, base, expected = measured("causal+bias")
    got = cases.ours(found, base)
    key = max(expected, key=lambda k: abs(expected[k]))
    with mpmath.workdps(cases.DIGITS):
        nearly = got[key] + mpmath.mpf(10) ** -30
    for bad in (
        {},
        {**got, key: nearly},
        {**got, key: mpmath.nan},
        {**got, key: mpmath.inf},
        {k: v for k, v in got.items() if k != key},
        {**got, ("unheard", (0,)): mpmath.mpf(1)},
    ):
        with pytest.raises(AssertionError):
            cases.assert_same(bad, expected)
    with pytest.raises(AssertionError, match="nothing to compare"):
        cases.assert_same(got, {})
