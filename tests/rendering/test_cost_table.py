"""Cost tables in every format: the same formulas and numbers, well formed, nothing computed."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import pytest
from jsonschema import Draft202012Validator, ValidationError

from symattn.core.cost_table import CostLine, CostTable, MechanismCost
from symattn.core.interpret import Environment
from symattn.core.text import read
from symattn.derivation.costs.cost import cost
from symattn.mechanisms.registry import names
from symattn.mechanisms.spec import mechanism
from symattn.rendering import cost_table
from symattn.rendering.document import preamble
from symattn.rendering.notation import PRESETS
from tests.katex_tool import render
from tests.rendering.test_document import compiled

SCHEMA = json.loads(files("symattn").joinpath("schemas", "cost@1.json").read_text("utf-8"))
MIXED = (
    "causal",
    "window(visible=4)",
    "window(visible=w)",
    "(window(visible=2) | sink_tokens(1)) + causal",
    "padding+causal",
    "mla+causal",
    "retention",
    "prefix(3)",
)


def table(*specs: str, **numbers: int) -> CostTable:
    return cost([mechanism(spec) for spec in specs], **numbers)


def test_the_table_of_the_textbook():
    shown = cost_table.text(table("causal", "full", n=7, d=4)).splitlines()
    assert shown[0] == "n = 7, d = 4, t = 6"
    assert shown[2].split() == ["causal", "full", "recurrent", "layer"]
    wanted = {
        "products of a query and a key": ("n(n+1)/2 = 28", "n^2 = 49", "-"),
        "both matrix products, multiply-adds": (
            "d*n(n+1) = 224", "2d*n^2 = 392", "2d^2*n = 224 [1]",
        ),
        "both matrix products, floating-point operations": (
            "2d*n(n+1) = 448 [2]", "4d*n^2 = 784 [2]", "4d^2*n = 448",
        ),
        "products, without a cache": ("n(n+1)(n+2)/6 = 84", "- [3]", "-"),
        "KV cache for each token, numbers": ("2d = 8", "2d = 8", "-"),
        "KV cache for each token, bytes": ("2*bytes*d", "2*bytes*d", "-"),
    }  # fmt: skip
    for label, cells in wanted.items():
        line = next(x for x in shown if x.startswith(f"  {label}  "))
        assert tuple(re.split(r"\s{2,}", line.strip())[1:]) == cells
    assert (
        "causal against the recurrent layer: as many multiply-adds at n = 2d - 1 = 7; "
        "fewer for shorter sequences, more from n = 8 on" in shown
    )
    assert (
        "full against the recurrent layer: as many multiply-adds at n = d = 4; "
        "fewer for shorter sequences, more from n = 5 on" in shown
    )
    assert "[3] not causal: a new token changes earlier rows" in shown


def test_columns_stand_below_each_other():
    shown = cost_table.text(table(*MIXED, n=9, d=2)).splitlines()
    starts = [shown[2].index(f" {name}") + 1 for name in MIXED]
    rows = [x for x in shown[3:] if x.startswith("  ")]
    assert len(rows) > 20
    for row in rows:
        for start in starts:
            assert row[start - 2 : start] == "  ", row
            assert row[start] != " ", row


def test_formulas_say_from_which_length_they_hold():
    short = cost_table.text(table("window(visible=4)", n=2, d=1))
    assert "3 (4n - 6 for n >= 3)" in short
    assert "4n - 6 = 34 for n >= 3" in cost_table.text(table("window(visible=4)", n=10, d=1))


def test_letters_are_explained():
    shown = cost_table.text(table("window(visible=w)", "padding+causal"))
    assert (
        "window(visible=w): P = m*n - m(m-1)/2 is the number of visible pairs of a query and a key,"
        " with m = min(w, n)" in shown
    )
    assert "padding+causal: P is the number of visible pairs" in shown
    assert "(no formula: depends on keep)" in shown


def test_markdown_has_full_rows():
    shown = cost_table.markdown(table(*MIXED, n=5))
    rows = [line for line in shown.splitlines() if line.startswith("|")]
    assert len(rows) > 25
    for row in rows:
        assert len(re.findall(r"(?<!\\)\|", row)) == len(MIXED) + 3, row
        assert row.count("`") % 2 == 0
    assert "(window(visible=2) \\| sink\\_tokens(1)) + causal" in rows[0].replace("_", "\\_")


@pytest.mark.parametrize("preset", PRESETS)
def test_every_formula_is_good_latex(preset):
    shown = cost_table.latex(table(*MIXED, "transformer_xl", n=5, d=3), PRESETS[preset])
    pieces = shown.split("$")
    assert len(pieces) % 2 == 1
    assert len(pieces) > 200
    for formula in dict.fromkeys(pieces[1::2]):
        render(formula, display=False)
    rows = [line for line in shown.splitlines() if line.endswith(r"\\")]
    assert {line.count(" & ") for line in rows} == {0, len(MIXED) + 2}


def test_every_mechanism_is_good_latex():
    for name in names():
        shown = cost_table.latex(table(name), PRESETS["foundations"])
        for formula in dict.fromkeys(shown.split("$")[1::2]):
            render(formula, display=False)


@pytest.mark.tex
def test_the_table_compiles(tmp_path):
    shown = cost_table.latex(table(*MIXED[:4], n=2, d=3), PRESETS["foundations"])
    page = preamble() + "\n\\begin{document}\\tiny\n"
    log = compiled(page + shown + "\\end{document}\n", tmp_path)
    assert "undefined" not in log.lower()


def valid(record: object) -> None:
    Draft202012Validator(SCHEMA).validate(record)


def test_json_is_what_its_schema_says():
    Draft202012Validator.check_schema(SCHEMA)
    for numbers in ({}, {"n": 6}, {"n": 10**9, "d": 64, "bytes": 2, "heads": 8}):
        record = json.loads(cost_table.json_text(table(*MIXED, **numbers)))
        valid(record)
        assert [x["mechanism"] for x in record["mechanisms"]] == [*MIXED, "recurrent layer"]
    for key in record:
        with pytest.raises(ValidationError):
            valid({k: v for k, v in record.items() if k != key})
    with pytest.raises(ValidationError):
        valid(record | {"surprise": 1})


def test_json_formulas_are_read_by_sympy():
    import sympy

    env = Environment({"d_c": 3, "d_r": 2, "w": 3})
    specs = [spec for spec in MIXED if not spec.startswith("padding")]
    found = cost([mechanism(spec) for spec in specs], n=9, d=4, bytes=2, heads=2, env=env)
    record = json.loads(cost_table.json_text(found))
    checked = 0
    for column in record["mechanisms"]:
        known = {**record["numbers"], **{q["name"]: q["value"] for q in column["quantities"]}}
        letters = {name: sympy.Symbol(name, integer=True) for name in known}
        values = {letters[name]: value for name, value in known.items()}
        for line in column["lines"]:
            if line["closed_form"] is not None:
                assert (
                    sympy.sympify(line["closed_form"], locals=letters).subs(values) == line["value"]
                )
                checked += 1
    assert checked > 100
    (causal, *_) = record["cross_overs"]
    assert (causal["length"], causal["value"], causal["overtakes"]) == ("2*H*d - 1", "15", 16)


def test_nothing_is_computed_here():
    """Whatever the record says is shown, also where it is wrong."""
    line = CostLine("k", "group", "name", "units", read("n + 1"), 99)
    made = CostTable((("n", 3),), (MechanismCost("odd", (), (line,)),), ())
    assert "n + 1 = 99" in cost_table.text(made)
    assert "`n + 1` = `99`" in cost_table.markdown(made)
    assert "$n + 1 = 99$" in cost_table.latex(made, PRESETS["vaswani"])
    assert json.loads(cost_table.json_text(made))["mechanisms"][0]["lines"][0]["value"] == 99


def test_notes_are_numbered_once():
    shown = cost_table.text(table("full", "prefix(3)", n=4))
    assert shown.count("not causal: a new token changes earlier rows") == 1
    assert "[1] W h and U x" in shown


def test_names_of_users_stay_harmless():
    made = CostTable((), (MechanismCost(r"a|b & \c_1 % $x$", (), (
        CostLine("k", "g", "n", "u", read("n")),
    )),), ())  # fmt: skip
    assert "$x$" not in cost_table.latex(made, PRESETS["foundations"])
    assert r"a\|b" in cost_table.markdown(made)
