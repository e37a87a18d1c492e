"""Derivations in every format: KaTeX typesets each line, JSON says all, pages ask for nothing."""

import json
import re

import pytest

from symattn.core.numbers import numbers
from symattn.derivation.deriving import Wish, derivation
from symattn.mechanisms.registry import names
from symattn.mechanisms.spec import mechanism
from symattn.rendering.derivation import FORMATS, Look, latex_lines
from symattn.rendering.notation import PRESETS
from tests.katex_tool import BadLatex, render

COMPOSITIONS = ["causal+alibi", "differential+causal+rope", "gqa(groups=2)+causal+softcap"]
NUMBERS = {
    "Q": [["1", "0"], ["1/3", "1"]],
    "K": [["1", "2"], ["0", "-1/2"]],
    "V": [["1", "0"], ["0", "1"]],
}
CONCRETE = {  # parameters that need a number before there are entries
    "window": "window(visible=2)", "dilated": "dilated(2)", "strided": "strided(2)",
    "prefix": "prefix(1)", "chunked": "chunked(2)", "block_local": "block_local(1)",
    "global_window": "global_window(1,1)", "sink_tokens": "sink_tokens(1)",
    "shaw": "shaw(clip=1)", "sandwich": "sandwich(width=4)", "fire": "fire(L=2)",
}  # fmt: skip
NEED_TABLES = ("padding", "packed")


def as_one(line: str) -> str:
    """An aligned line as a formula that stands alone."""
    return line.replace("&=", "=")


def typeset(found, look):
    lines = list(latex_lines(found, look))
    assert lines
    for line in lines:
        assert render(as_one(line))


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("spec", [*names(), *COMPOSITIONS])
def test_every_step_of_every_mechanism_is_typeset(spec, preset):
    found = derivation(mechanism(spec), Wish("output", check="none", steps=True))
    typeset(found, Look(PRESETS[preset], steps=True))


@pytest.mark.parametrize("spec", [*names(), *COMPOSITIONS])
def test_every_gradient_is_typeset(spec):
    found = derivation(mechanism(spec), Wish("gradient", check="none"))
    typeset(found, Look(PRESETS["vaswani"]))


@pytest.mark.parametrize("what", ["scores", "weights", "output"])
@pytest.mark.parametrize("spec", [n for n in names() if n not in NEED_TABLES])
def test_every_entry_is_typeset_as_products_and_in_coordinates(spec, what):
    form = mechanism(CONCRETE.get(spec, spec))
    for d in (None, 4):
        found = derivation(form, Wish(what, n=2, d=d, check="none"))
        typeset(found, Look(PRESETS["foundations"]))


def test_a_formula_that_katex_refuses_is_noticed():
    with pytest.raises(BadLatex):
        render(as_one(r"\alpha_{0} &= \frac{1}{2"))


def worked():
    return derivation(mechanism("causal"), Wish("weights", numbers=numbers(NUMBERS), check="none"))


def test_three_columns_are_in_every_format():
    found = worked()
    look = Look(PRESETS["vaswani"])
    typeset(found, look)
    text = "".join(FORMATS["text"](found, look))
    assert "exp((1 / 3 * 1 + 1 * 2) / sqrt(2))" in text
    assert re.search(r"= 0\.\d{12}$", text, re.M)
    table = "".join(FORMATS["markdown"](found, look))
    assert "| entry | formula | numbers put in | result |" in table
    assert all(line.count("|") == 5 for line in table.splitlines() if line.startswith("| $"))
    record = json.loads("".join(FORMATS["json"](found, look)))
    total = sum(
        float(w["decimal"]) for w in record["worked"] if w["place"][0] == 1 and w["decimal"]
    )
    assert abs(total - 1) < 1e-10


def test_json_has_every_step_with_its_check():
    found = derivation(mechanism("causal+alibi"), Wish("output", steps=True))
    record = json.loads("".join(FORMATS["json"](found, Look(PRESETS["vaswani"], steps=True))))
    assert record["schema"] == "symattn/derivation@1"
    assert [s["rule"] for s in record["steps"]] == [s.rule for s in found.steps]
    checks = [step["check"] for step in record["steps"]]
    assert all(check == "by definition" or "exactly" in check for check in checks)
    assert any(check.startswith("for all n") for check in checks)
    assert "largest difference" in record["check"]


def test_the_page_asks_for_nothing_from_outside():
    found = worked()
    page = "".join(FORMATS["html"](found, Look(PRESETS["vaswani"])))
    outside = re.findall(r"""(?:src|href)=["'](?!data:|#)[^"']+""", page)
    assert not outside
    assert page.count("<tr>") == 5


def test_latex_environments_and_labels():
    found = derivation(mechanism("causal"), Wish("weights", n=2, check="none"))
    for env in ("align", "equation", "gather"):
        written = "".join(FORMATS["latex"](found, Look(PRESETS["vaswani"], env=env, label="eq:w")))
        assert written.count(rf"\begin{{{env}}}") == written.count(rf"\end{{{env}}}") >= 1
        assert r"\label{eq:w:1}" in written
        assert ("&=" in written) == (env == "align")


def test_index_base_1_shifts_positions_and_nothing_else():
    one = PRESETS["vaswani"].__class__(base=1)
    found = derivation(mechanism("causal+alibi(m)"), Wish("weights", n=2, check="none"))
    last = list(latex_lines(found, Look(one)))[2]
    zero = list(latex_lines(found, Look(PRESETS["vaswani"])))[2]
    assert "q_2 k_1" in last
    assert "q_1 k_0" in zero
    assert last.count("- m") == zero.count("- m") == 2
