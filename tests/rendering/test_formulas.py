"""The written definition of every registered mechanism says what the Form says."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from symattn.core.errors import Usage
from symattn.core.form_text import read_form
from symattn.mechanisms.registry import named, names
from symattn.mechanisms.spec import mechanism
from symattn.rendering.formulas import form_lines
from symattn.rendering.line import Line
from symattn.rendering.notation import PRESETS
from tests.katex_tool import render
from tests.rendering.latex_values import Misread
from tests.rendering.lines_check import Wrong, check_lines

STYLES = {**PRESETS, "vaswani from 1": replace(PRESETS["vaswani"], base=1)}
STYLES["columns from 1"] = replace(PRESETS["columns"], base=1, weights="A", mask="Mask")


def specs() -> list[str]:
    """Every mechanism with every set of arguments that it is tried with, and compositions."""
    found = []
    for name in names():
        for example in named(name).examples:
            inside = ", ".join(f"{a}={text}" for a, text in example.items())
            found.append(f"{name}({inside})" if inside else name)
    return [
        *found,
        "causal+alibi", "causal+rope+bias", "(window(visible=w) | sink_tokens(s)) + causal",
        "causal+qk_norm+rope+softcap(30)", "causal+differential", "prefix+learned_sink",
        "causal+linear", "causal+sigmoid", "temperature+log_n+causal",
        "causal+padding+gqa(groups=2)",
    ]  # fmt: skip


@cache
def lines_of(spec: str, style: str) -> tuple[Line, ...]:
    return form_lines(mechanism(spec), STYLES[style])


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("spec", specs())
def test_every_mechanism_says_what_its_form_says(spec: str, style: str) -> None:
    lines = lines_of(spec, style)
    checked = check_lines(mechanism(spec), STYLES[style], lines)
    assert {"score", "weights", "output"} <= checked


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("spec", specs())
def test_every_mechanism_typesets(spec: str, style: str) -> None:
    for line in lines_of(spec, style):
        assert render(line.latex)
        assert render(rf"\begin{{aligned}} {line.aligned} \end{{aligned}}")


OTHER_FORMS = {
    "unusual names": """
        support: j <= i and s[j] == s[i]
        score:   alpha * dot(q[i], k[j]) - sum(l, 0, 2, o1[l] * l) - B[i - j]
        value:   lam * v[j]
    """,
    "positions in sums and bounds": """
        support: j <= i + n_k - n_q
        score:   dot(q[i], k[j]) + sum(t, 0, j, m[t]) / (1 + i) + where(j == 0, T, 0)
        offset:  n_k - n_q
    """,
    "two rows": """
        score 1: dot(q[i], k[j]) * T + PE[j, i]
        score 2: dot(q[i], u) * j
        weights: -lam * softmax[1] + (T - lam) * linear[2]
        where:   u: vector d
    """,
    "tall indices": """
        score:   dot(q[i], k[j]) + b[where(i < j, 2, j // 2), h] - b[where(i < j, 2, j // 2), h + 1]
        value:   v[where(j % 2 == 0, j, 0)]
    """,
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", OTHER_FORMS)
def test_forms_of_users_say_what_they_say(name: str, style: str) -> None:
    made = read_form(OTHER_FORMS[name])
    lines = form_lines(made, STYLES[style])
    check_lines(made, STYLES[style], lines)
    assert all(render(line.latex) for line in lines)


PLANTED = {  # a word of the right formulas, and what stands there instead
    "the wrong sum": (r"l \le i", "l < i"),
    "the scale lost": (r"\sqrt{d}", "1"),
    "the sign of the penalty": ("- m_h", "+ m_h"),
    "the mask upside down": (r"-\infty", r"\infty"),
    "the mask open": ("cases} 0 ", "cases} 1 "),
    "query for key": ("k_j^T", "q_j^T"),
    "the condition of the weights": (r"\text{if } j \le i", r"\text{if } j < i"),
    "a value of the query": (r"\alpha(i,j) v_j", r"\alpha(i,j) v_i"),
    "values first": (r"\right) V", r"\right) K"),
    "the weights transposed": (r"\alpha(i,j) v_j", r"\alpha(j,i) v_j"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_wrong_line_is_caught(name: str) -> None:
    right, wrong = PLANTED[name]
    style, made = STYLES["foundations"], mechanism("causal+alibi")
    lines = form_lines(made, style)
    changed = tuple(Line(line.label, line.latex.replace(right, wrong)) for line in lines)
    assert changed != lines
    with pytest.raises((Wrong, Misread, ZeroDivisionError)):
        check_lines(made, style, changed)


def test_a_missing_mask_is_caught() -> None:
    style, made = STYLES["foundations"], mechanism("causal")
    lines = tuple(line for line in form_lines(made, style) if line.label != "mask")
    with pytest.raises(Wrong, match="mask"):
        check_lines(made, style, lines)


def lines(spec: str, style: str = "vaswani") -> dict[str, str]:
    return {line.label: line.latex for line in form_lines(mechanism(spec), STYLES[style])}


def test_the_course_writes_causal_attention_like_this() -> None:
    assert lines("causal+bias", "foundations")["definition"] == (
        r"\alpha(i,j) = \mathrm{Softmax}_j\left(\frac{q_i k_j^T}{\sqrt{d}} + \mathrm{PE}(i,j)"
        r" + \mathrm{Mask}(i,j)\right)"
    )
    found = lines("causal")
    assert found["weights"] == (
        r"\alpha_{i,j} = \frac{e^{s_{i,j}}}{\sum_{l \le i} e^{s_{i,l}}}"
        r" \quad \text{if } j \le i, \text{ otherwise } 0"
    )
    assert found["mask"] == (
        r"M_{i,j} = \begin{cases} 0 & \text{if } j \le i \\ -\infty & \text{otherwise} \end{cases}"
    )
    assert found["matrix"] == (
        r"O = \mathrm{softmax}\left(\frac{Q K^\top}{\sqrt{d_k}} + M\right) V"
    )
    assert lines("causal", "columns")["matrix"] == (
        r"O = V \, \mathrm{softmax}_{\text{col}}\left(\frac{K^\top Q}{\sqrt{d}} + M^\top\right)"
    )


def test_normalisers_are_spelled_out() -> None:
    total = r"\sum_{l=0}^{n_k - 1} e^{s_{i,l}}"
    fraction = r"\alpha_{i,j} = \frac{e^{s_{i,j}}}"
    assert lines("softmax1")["weights"] == rf"{fraction}{{1 + {total}}}"
    assert lines("learned_sink")["weights"] == rf"{fraction}{{e^{{\mathrm{{sink}}_h}} + {total}}}"
    assert lines("sigmoid")["weights"] == r"\alpha_{i,j} = \sigma(s_{i,j})"
    assert lines("retention")["matrix"] in (r"G_{i,j} = g^{i - j}",)
    assert "{s_{i,l}}" in lines("linear")["weights"].replace(r"n_k - 1} s", "n_k - 1} {s")


def test_heads_empty_rows_and_offsets_have_lines_of_their_own() -> None:
    assert lines("gqa", "vaswani from 1")["heads"].endswith(
        r"\lfloor (h - 1)/(H/\mathrm{groups}) \rfloor + 1"
    )
    assert lines("mqa")["heads"].endswith("reads key head } 0")
    made = read_form("support: j < i\nempty: uniform\noffset: n_k - n_q")
    found = {line.label: line.latex for line in form_lines(made, STYLES["vaswani from 1"])}
    assert found["empty rows"].startswith(r"\alpha_{i,j} = \frac{1}{n_k}")
    assert found["positions"].startswith("i = n_k - n_q + r + 1")
    assert "matrix" not in found


def test_domains_and_conditions_stand_in_the_last_line() -> None:
    where = lines("window+alibi+temperature+gqa")["where"]
    assert where == (
        r"T \in \mathbb{R}_{> 0},\quad \mathrm{groups} \in \mathbb{Z}_{\ge 1},\quad "
        r"m_h \in \mathbb{R},\quad \mathrm{visible} \in \mathbb{Z}_{\ge 1},\quad "
        r"H \bmod \mathrm{groups} = 0"
    )
    assert lines("projected")["where"].startswith(r"W_k \in \mathbb{R}^{d_x \times d_k}")


@pytest.mark.parametrize(
    "text",
    [
        "score: dot(q[i], k[j]) + lam * lambda",
        "score: dot(q[i], k[j]) * r1 + r[j]",
        "score: dot(q[i], k[j]) * a1 + a_1",
    ],
)
def test_names_that_would_look_alike_are_refused(text: str) -> None:
    with pytest.raises(Usage, match="alike"):
        form_lines(read_form(text), PRESETS["vaswani"])
