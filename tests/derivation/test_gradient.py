"""Gradients of every mechanism, of compositions and of odd Forms, against SymPy's own `diff`."""

from __future__ import annotations

import mpmath
import pytest

from symattn.core.errors import NotConcrete, Usage
from symattn.core.form_text import form, read_form
from symattn.core.instance import instance
from symattn.core.interpret import Environment
from symattn.core.text import show
from symattn.deciding.sampling import filled
from symattn.derivation.gradients.gradient import entries, gradient, steps
from symattn.derivation.gradients.gradient_check import checked_gradient
from symattn.derivation.gradients.gradient_entries import entries as entries_by_name
from symattn.derivation.gradients.gradient_entries import given, values
from symattn.mechanisms.spec import mechanism
from tests.derivation import gradient_cases as cases

every_case = pytest.mark.parametrize("case", cases.CASES)


@every_case
def test_every_entry_is_what_sympy_differentiates(case: str) -> None:
    found = cases.of(case)
    base = cases.at_sizes(found)
    cases.assert_same(cases.ours(found, base), cases.truth(base))


@every_case
def test_forward_differentiation_agrees_and_every_step_says_why(case: str) -> None:
    found = cases.of(case)
    for step in checked_gradient(found, steps(found)):
        assert step.check.startswith("against forward differentiation in balls of radius below")
        assert step.rule
        assert step.reason
        assert "\n" not in step.rule + step.reason


@every_case
def test_every_name_has_its_gradient(case: str) -> None:
    found = cases.of(case)
    real = {p.name for p in found.form.parameters if p.kind in ("real", "vector", "matrix")}
    assert {f.of for f in found.formulas if f.of} == real | (found.form.names & {"q", "k", "v"})
    said = [(formula.left, formula.rule) for formula in found.formulas]
    assert len(said) == len(set(said))


def formulas(spec: str) -> list[str]:
    found = gradient(mechanism(spec))
    return [f"{show(f.left)} = {show(f.right)}" for f in found.formulas]


def test_the_textbook_lines_of_causal_attention() -> None:
    assert formulas("causal")[1:] == [
        "dP = dO @ V.T",
        "dP[i, j] = dot(dO[i], v[j])",
        "D[i] = sum(l, l <= i, alpha[i, l] * dP[i, l])",
        "dS = hadamard(P, dP - rowsum(hadamard(P, dP)))",
        "dS[i, j] = alpha[i, j] * (dP[i, j] - D[i])",
        "dV = P.T @ dO",
        "dV[j] = sum(i, j <= i, alpha[i, j] * dO[i])",
        "dQ = dS @ K / sqrt(d)",
        "dQ[i] = sum(j, j <= i, dS[i, j] * k[j]) / sqrt(d)",
        "dK = dS.T @ Q / sqrt(d)",
        "dK[j] = sum(i, j <= i, dS[i, j] * q[i]) / sqrt(d)",
    ]


@pytest.mark.parametrize(
    ("spec", "line"),
    [
        ("bias", "dPE = dS"),
        ("bias", "dPE[i, j] = dS[i, j]"),
        ("causal+alibi", "dm[h] = -sum(i, 0, n_q - 1, sum(j, j <= i, dS[i, j] * (i - j)))"),
        ("learned_sink", "dsink[h] = -sum(i, 0, n_q - 1, alpha_sink[i] * D[i])"),
        ("differential", "dlam = -sum(i, 0, n_q - 1, D2[i])"),
        ("simple", "dX = P.T @ dO + dS @ X + dS.T @ X"),
        ("projected", "dW_q = X.T @ (dS @ (X @ W_k))"),
        ("projected", "dW_v = X.T @ (P.T @ dO)"),
        ("sigmoid", "dS = hadamard(P - hadamard(P, P), dP)"),
        ("linear", "dS[i, j] = (dP[i, j] - D[i]) / Z[i]"),
        ("temperature", "dQ = dS @ K / (T * sqrt(d))"),
        (
            "mqa+causal",
            "dK[0, j] = sum(h, 0, H - 1, sum(i, j <= i, dS[h, i, j] * q[h, i])) / sqrt(d)",
        ),
        (
            "gqa+causal",
            "dV[g, j] = sum(h, h // (H / groups) == g, sum(i, j <= i, alpha[h, i, j] * dO[h, i]))",
        ),
        ("causal+rope", "dQ[i] = sum(j, j <= i, dS[i, j] * rope(k[j], j - i)) / sqrt(d)"),
        ("causal+rope", "dK[j] = sum(i, j <= i, dS[i, j] * rope(q[i], i - j)) / sqrt(d)"),
    ],
)
def test_lines_that_papers_print(spec: str, line: str) -> None:
    assert line in formulas(spec)


def test_the_row_sum_is_that_of_the_output_times_its_gradient() -> None:
    """D = rowsum(dO o O) = rowsum(P o dP), at numbers, for one row of weights per divisor."""
    for spec in ("causal", "causal+alibi", "shaw(clip=1)", "learned_sink", "linear+causal"):
        found = gradient(mechanism(spec))
        base = filled(instance(found.form, 4, d=2, d_v=3), "row sums")
        with mpmath.workdps(cases.DIGITS):
            env = given(found, base, cases.REALS, cases.upstream)
            value = values(found, 4, 4, env, cases.REALS)
            by_weights = {("D", (i,)): value("D", i) for i in range(4)}
            by_output = {
                ("D", (i,)): sum(
                    cases.real(cases.upstream(0, i, c)) * o for c, o in enumerate(value("o", i))
                )
                for i in range(4)
            }
        cases.assert_same(by_output, by_weights)
        assert [show(f.right) for f in found.identities if f.name == "D"] == ["dot(dO[i], o[i])"]


def test_entries_at_a_length() -> None:
    causal = mechanism("causal+alibi")
    shown = {show(e.left): show(e.right) for e in entries(causal, instance(causal, 3))}
    assert shown["dS[1, 0]"] == "alpha[1, 0] * (dP[1, 0] - D[1])"
    assert shown["dS[0, 1]"] == "0"
    assert shown["D[1]"] == "alpha[1, 0] * dP[1, 0] + alpha[1, 1] * dP[1, 1]"
    assert shown["dK[2]"] == "dS[2, 2] * q[2] / sqrt(d)"
    assert shown["dm[h]"] == "-(dS[1, 0] + dS[2, 0] * 2 + dS[2, 1])"


def test_entries_of_numbered_heads_and_of_buckets() -> None:
    grouped = mechanism("gqa(groups=2)+causal")
    found = list(entries(grouped, instance(grouped, 2, heads=4)))
    shown = {show(e.left): show(e.right) for e in found}
    assert shown["dV[1, 1]"] == "alpha[2, 1, 1] * dO[2, 1] + alpha[3, 1, 1] * dO[3, 1]"
    buckets = mechanism("causal+t5(buckets=4, distance=8)")
    by_name = entries_by_name(gradient(buckets), 3, 3, Environment({"h": 0}))
    assert [entry.place for entry in by_name["db"]] == [(0, 0), (1, 0), (2, 0)]
    assert show(by_name["db"][1].right) == "dS[1, 0] + dS[2, 1]"


def test_masked_entries_say_so() -> None:
    found = entries_by_name(gradient(mechanism("causal")), 3, 3)
    for name in ("alpha", "dS"):
        assert [e.place for e in found[name] if e.masked] == [(0, 1), (0, 2), (1, 2)]


def test_a_table_of_a_mask_is_used_and_missed() -> None:
    padding = mechanism("padding")
    full = filled(instance(padding, 4), "mask")
    seen = [j for j in range(4) if full.entry("keep", (j,))]
    masked = {e.place for e in entries(padding, full) if e.masked and len(e.place) == 2}
    assert masked == {(i, j) for i in range(4) for j in range(4) if j not in seen}
    with pytest.raises(NotConcrete, match="keep"):
        list(entries(padding, instance(padding, 4)))


def test_assumptions_and_opaque_derivatives_are_declared() -> None:
    kinks = gradient(form(score="max(dot(q[i], k[j]), m[j]) + sqrt(r) + floor(w)"))
    assert kinks.assumptions == (
        "the arguments of max(dot(q[i], k[j]), m[j]) differ",
        "r > 0",
        "floor(w) is not at a jump",
    )
    assert show(kinks.formula("dw").right) == "0"
    assert gradient(mechanism("fire")).functions == (("f_prime", "the derivative of f"),)
    turned = gradient(mechanism("rope(scale=s)")).functions
    assert [name for name, _ in turned] == ["rope_by_position_half"]
    assert gradient(mechanism("simple")).assumptions == (
        "n_q = n_k: x belongs to queries and keys alike",
    )
    assert gradient(mechanism("causal+softcap+qk_norm")).assumptions == (
        "q[i] is not the zero vector",
        "k[j] is not the zero vector",
    )


def test_one_sequence_of_two_lengths_needs_the_guarded_formulas() -> None:
    simple = mechanism("simple")
    with pytest.raises(Usage, match=r"takes n_q = n_k, got 2 and 3$"):
        entries_by_name(gradient(simple), 2, 3)
    guarded = gradient(simple, same_length=False)
    assert guarded.assumptions == ()
    assert not any(show(f.left) == "dX" for f in guarded.formulas)
    base = filled(instance(simple, 3, n_q=2), "guarded")
    cases.assert_same(cases.ours(guarded, base), cases.truth(base))
    checked_gradient(guarded, steps(guarded))


def test_an_empty_row_that_is_nan_has_no_gradient() -> None:
    strict = read_form("support: j < i\nempty: nan")
    with pytest.raises(Usage, match="NaN"):
        entries_by_name(gradient(strict), 3, 3)
    found = gradient(read_form("support: j <= i\nempty: nan"))
    assert found.assumptions == ("every query sees a key (the output of an empty row is NaN)",)
    with pytest.raises(NotConcrete, match="NaN"):
        checked_gradient(gradient(strict), steps(gradient(strict)))


def test_lengths_without_a_value_are_left_out_of_the_check() -> None:
    """log(1) = 0 leaves a linear row nothing to divide by at n = 1."""
    scaled = gradient(mechanism("linear+log_n"))
    assert checked_gradient(scaled, steps(scaled))[0].check.endswith("at n = 2, 3, 2 x 3")


@pytest.mark.parametrize("spec", ["shaw(clip=2)+causal+qk_norm", "shaw(clip=1)+simple"])
def test_masked_pairs_and_widths_that_must_agree(spec: str) -> None:
    found = gradient(mechanism(spec))
    assert checked_gradient(found, steps(found))


def test_many_heads_without_a_head_in_the_form_share_its_parameters() -> None:
    found = gradient(mechanism("kerple"), heads=True)
    assert found.heads
    assert show(found.formula("dr1").right).startswith("-sum(h, 0, H - 1, sum(i, 0, n_q - 1, ")
    assert not gradient(mechanism("kerple")).heads
    assert not gradient(mechanism("causal"), heads=True).heads


def test_no_name_is_used_twice() -> None:
    """A Form that uses alpha, dP and S itself gets other names for ours."""
    found = gradient(form(score="dot(q[i], k[j]) * dP + alpha[i] * j + S"))
    names = {formula.left.args[0] for formula in found.formulas}
    assert not names & found.form.names
    assert {"own_alpha", "own_dP", "grad_S", "dalpha", "ddP"} <= names


def test_sizes_have_a_limit() -> None:
    with pytest.raises(Usage, match="4096"):
        entries_by_name(gradient(mechanism("causal")), 65, 65)
