"""The cross-check: agrees where both sides are right, and raises on a bug planted in either."""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan
from typing import Any

import numpy as np
import pytest
import sympy
from flint import arb, ctx

from symattn.core import attend, region, symbolic
from symattn.core.errors import Usage
from symattn.core.expression import Expr, number
from symattn.core.form_text import form
from symattn.core.instance import instance
from symattn.core.interpret import Environment
from symattn.core.numbers import numbers
from symattn.deciding import places, vectorised
from symattn.deciding.sampling import filled, polynomial
from symattn.derivation import closed_numbers, crosscheck, witness
from symattn.derivation.closed_numbers import closed_forms, decimals, enclosures
from symattn.derivation.crosscheck import (
    CrossCheck,
    Disagreement,
    cross_check,
    cross_check_instance,
    differences,
    distance,
    setting,
)
from symattn.derivation.witness import Witness, loops, oracle_call
from symattn.mechanisms.spec import mechanism

COMPOSED = [
    "causal+alibi", "window(visible=3)+softcap(2)", "qk_norm+rope+causal", "projected+multihead",
    "gqa(groups=2)+causal", "differential+causal", "mla_absorbed+causal", "linear+causal",
]  # fmt: skip


@pytest.mark.parametrize("spec", COMPOSED)
def test_compositions_agree(spec: str) -> None:
    check = cross_check(mechanism(spec), 3)
    assert check.agrees
    assert check.witnesses == ("NumPy",)
    assert check.entries >= 3
    assert spec.split("+")[0] in check.form
    assert "closed form = NumPy on" in check.sentence()


@pytest.mark.parametrize(
    "spec", ["causal", "softcap(2)", "window(visible=w)", "window(left=1, right=2)", "alibi",
             "fire", "rope(pairing=interleaved)", "learned_sink", "projected(scale=1 / sqrt(d))"],
)  # fmt: skip
def test_one_mechanism_is_compared_with_its_oracle(spec: str) -> None:
    assert cross_check(mechanism(spec), 3).witnesses == ("NumPy", "loops")


def test_a_form_that_is_not_what_its_name_says_has_no_oracle() -> None:
    causal = mechanism("causal")
    changed = replace(causal, support=Expr("<", (Expr("symbol", ("j",)), Expr("symbol", ("i",)))))
    assert oracle_call(filled(setting(causal, 3), "s")) is not None
    assert oracle_call(filled(setting(changed, 3), "s")) is None
    assert oracle_call(filled(setting(mechanism("causal+alibi"), 3), "s")) is None
    assert oracle_call(filled(setting(mechanism("bias(b[j])"), 3), "s")) is None
    assert oracle_call(filled(setting(mechanism("support: j <= i"), 3), "s")) is None


def test_settings_hide_little() -> None:
    rope = setting(mechanism("rope"), 3).sizes
    assert (rope["n_q"], rope["n_k"], rope["d"], rope["d_v"], rope["H"]) == (3, 4, 4, 2, 3)
    assert setting(mechanism("causal"), 3).sizes["d"] == 3
    assert setting(mechanism("gqa(groups=2)"), 3).sizes["H"] == 4
    assert setting(mechanism("simple"), 3).sizes["n_k"] == 3
    assert setting(mechanism("projected"), 3).sizes["d_x"] == 4
    assert setting(mechanism("mla_expanded"), 3).sizes["d_r"] == 2
    with pytest.raises(Usage):
        setting(mechanism("gqa(groups=7)"), 3)


def test_the_seed_follows_from_the_form() -> None:
    one, two = cross_check(mechanism("causal"), 2), cross_check(mechanism("causal"), 2)
    assert one == two
    assert one.seed != cross_check(mechanism("full"), 2).seed
    assert cross_check(mechanism("causal"), 2, seed="other").largest != one.largest


def test_numbers_that_were_given_are_used() -> None:
    given = numbers({"Q": [[1, 2], ["1/3", 0]], "K": [[1, 0], [0, 1]], "V": [[5], [7]]})
    base = instance(mechanism("causal"), numbers=given)
    assert cross_check_instance(base, rigorous=True).agrees
    closed = closed_forms(base, filled(base, "s"))
    assert not closed.heads[0].symbols
    assert decimals(enclosures(closed)).output[0, 0, 0] == 5


@pytest.mark.parametrize(
    ("given", "place"),
    [({"Q": [["1e400", 1]]}, "q"), ({"Q": [["-1e101", 1]]}, "q"), ({"T": "1e101"}, "T")],
)
def test_numbers_that_no_float_holds_are_refused(given: dict[str, Any], place: str) -> None:
    base = instance(mechanism("causal+temperature"), 1, numbers=numbers(given))
    with pytest.raises(Usage, match=rf"^{place}.* is beyond 1e100, too large"):
        cross_check_instance(base)


def raises_disagreement(spec: str) -> CrossCheck:
    with pytest.raises(Disagreement) as refusal:
        cross_check(mechanism(spec), 3)
    check = refusal.value.check
    assert not check.agrees
    assert "differ" in str(refusal.value)
    return check


@pytest.mark.parametrize(
    ("spec", "op", "rule"),
    [
        ("causal", "sqrt", lambda a: a / a),  # a dropped scale
        ("causal", "/", lambda a, b: a / (b + sympy.Rational(1, 10**6))),
        ("alibi", "-", lambda a, b: a - 2 * b),
        ("rope", "sin", lambda a: -sympy.sin(a)),
        ("softcap(2)", "tanh", sympy.sin),
        ("linear", "elu1", lambda a: sympy.exp(a)),
        ("kerple(variant=power)", "**", lambda a, b: a**b * (1 + sympy.Rational(1, 10**6))),
    ],
)  # fmt: skip
def test_a_bug_in_the_symbolic_side_is_caught(
    monkeypatch: pytest.MonkeyPatch, spec: str, op: str, rule: Any
) -> None:
    assert cross_check(mechanism(spec), 3).agrees
    rules = {**symbolic.algebra(), op: rule}
    monkeypatch.setattr(symbolic, "algebra", lambda: rules)
    raises_disagreement(spec)


@pytest.mark.parametrize("shift", [1, -1])
def test_a_mask_off_by_one_is_caught(monkeypatch: pytest.MonkeyPatch, shift: int) -> None:
    original = region.solver

    def shifted(condition: Expr, n_k: int, env: Environment) -> region.Solver:
        keys = original(condition, n_k, env)
        return lambda i: keys(i + shift)

    assert cross_check(mechanism("causal"), 3).agrees
    monkeypatch.setattr(region, "solver", shifted)
    raises_disagreement("causal")


def test_a_wrong_normaliser_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    original = attend._normalised

    def without_sink(row: Any, *rest: Any) -> Any:
        return original(replace(row, normaliser=replace(row.normaliser, extra=None)), *rest)

    monkeypatch.setattr(attend, "_normalised", without_sink)
    raises_disagreement("softmax1")


@pytest.mark.parametrize(
    ("spec", "room", "table", "op", "rule"),
    [
        ("causal", vectorised, "NUMPY", "sqrt", np.ones_like),
        ("causal", places, "COMPARE", "<=", lambda a, b: a < b),
        ("rope", vectorised, "VECTORS", "rope", lambda e, g: vectorised.vector(e.parts[0], g)),
        ("gqa(groups=2)", places, "EXACT", "//", places.lifted(lambda a, b: a % b, 2)),
    ],
)  # fmt: skip
def test_a_bug_in_the_numpy_side_is_caught(
    monkeypatch: pytest.MonkeyPatch, spec: str, room: Any, table: str, op: str, rule: Any
) -> None:
    monkeypatch.setitem(getattr(room, table), op, rule)
    assert raises_disagreement(spec).largest.witness == "NumPy"


def test_a_bug_in_the_oracle_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(full: Any) -> Witness | None:
        found = loops(full)
        assert found is not None
        weights = found.weights.copy()
        weights[1, 2, 0] += 1e-6
        return Witness("loops", weights, found.output)

    monkeypatch.setattr(crosscheck, "loops", wrong)
    check = raises_disagreement("causal")
    assert (check.largest.witness, check.largest.place) == ("loops", (1, 2, 0))


def test_a_bug_that_both_evaluators_share_is_caught_by_the_oracle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The Form itself is wrong: SymPy and NumPy read it alike, the oracle never sees it."""
    stated = witness._stated
    wrong = mechanism("causal")
    wrong = replace(wrong, rows=(replace(wrong.rows[0], score=wrong.rows[0].score * number(2)),))
    right = stated(filled(setting(mechanism("causal"), 3), "s"))
    monkeypatch.setattr(witness, "_stated", lambda _: right)
    with pytest.raises(Disagreement) as refusal:
        cross_check(wrong, 3)
    assert refusal.value.check.largest.witness == "loops"


@pytest.mark.parametrize(
    "spec", ["causal", "rope", "fire", "linear", "qk_norm", "kerple(variant=power)", "sigmoid",
             "causal+softcap", "differential", "sandwich(width=6)"],
)  # fmt: skip
def test_the_bound_in_ulps_is_proven_and_small(spec: str) -> None:
    check = cross_check(mechanism(spec), 3, rigorous=True)
    assert check.ulps is not None
    assert 0 < check.ulps < 1000
    assert check.ulps_place
    assert "ulps" in check.sentence()


@pytest.mark.parametrize("spec", ["t5+rope+causal+learned_sink", "linear", "fire", "qk_norm"])
def test_balls_and_sympys_own_evaluation_agree(spec: str) -> None:
    base = setting(mechanism(spec), 2)
    closed = closed_forms(base, filled(base, "s"))
    enclosed = enclosures(closed)
    f = sympy.Function("f")
    for head, made in enumerate(closed.heads):
        put = {s: closed.value(m) for s, m in made.symbols.items() if s in made.output.free_symbols}
        numbers_ = {s: sympy.Rational(v.numerator, v.denominator) for s, v in put.items()}
        for (i, t), entry in zip(np.ndindex(made.output.shape), made.output, strict=True):
            plain = entry.replace(f, lambda x: polynomial(symbolic.algebra(), x))
            value = sympy.N(plain.xreplace(numbers_), 30)
            with ctx.workprec(128):
                assert abs(enclosed["output"][head][i][t] - arb(str(value))) < 1e-25


def test_a_wide_ball_is_computed_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closed_numbers, "PRECISIONS", (20, 300))
    base = setting(mechanism("causal"), 2)
    enclosed = enclosures(closed_forms(base, filled(base, "s")))
    for row in enclosed["output"][0]:
        assert all(entry.rel_accuracy_bits() > 200 for entry in row)


def test_a_bound_is_not_claimed_for_a_wrong_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A result that is off by 1e-10 passes the tolerance, but its bound in ulps says so."""
    original = crosscheck.whole_arrays
    monkeypatch.setattr(
        crosscheck, "whole_arrays",
        lambda full: replace(original(full), weights=original(full).weights * (1 + 1e-10)),
    )  # fmt: skip
    check = cross_check(mechanism("causal"), 3, rigorous=True)
    assert check.ulps is not None
    assert check.ulps > 1e5


@pytest.mark.parametrize("empty", ["zero", "nan", "uniform"])
def test_empty_rows_agree(empty: str) -> None:
    one = form("j < i", "dot(q[i], k[j])", empty=empty)
    assert cross_check(one, 3, rigorous=True).ulps is not None


def test_distances() -> None:
    assert distance(1.0, 1.0) == 0
    assert distance(nan, nan) == 0
    assert distance(nan, 1.0) == inf
    assert distance(inf, inf) == 0
    assert distance(1e-20, 2e-20) < 1e-9
    assert distance(1.0, 1.0 + 1e-8) > 1e-9


def test_other_shapes_are_a_difference() -> None:
    a = Witness("a", np.zeros((1, 2, 2)), np.zeros((1, 2, 1)))
    b = Witness("b", np.zeros((1, 2, 3)), np.zeros((1, 2, 1)))
    assert max(d.size for d in differences(a, b)) == inf
