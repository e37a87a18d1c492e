"""Formulas in LaTeX as claims: in files, in pages and in documents."""

from __future__ import annotations

import pytest

from tests.claims.asking import ask, results, verdict

WEIGHT = r"\alpha_{ij} = \frac{e^{q_i k_j^T/\sqrt{d}}}{\sum_{l \le i} e^{q_i k_l^T/\sqrt{d}}}"
CAUSAL = {"mechanism": "causal", "output": "weight"}
CASES = (
    ({"claim": r"e^{a} \cdot e^{b} = e^{a+b}"}, "proved"),
    ({"claim": r"$e^{a} e^{b} = e^{a-b}$"}, "refuted"),
    ({"claim": r"\frac{e^{x}}{1+e^{x}}", "reference": r"\frac{1}{1+e^{-x}}"}, "proved"),
    ({"claim": r"\frac{e^{x}}{1-e^{x}}", "reference": r"\frac{1}{1+e^{-x}}"}, "refuted"),
    ({"claim": WEIGHT, "reference": CAUSAL}, "proved"),
    ({"claim": WEIGHT.replace("le", "ge"), "reference": CAUSAL}, "refuted"),
    ({"claim": WEIGHT.replace(r"/\sqrt{d}", ""), "reference": CAUSAL}, "refuted"),
    ({"claim": WEIGHT.replace("i", "t"), "reference": CAUSAL}, "unreadable"),
    ({"claim": WEIGHT.replace("q", "u"), "reference": CAUSAL}, "unreadable"),
    ({"claim": r"q_i k_j^T / \sqrt{d}", "reference": {**CAUSAL, "output": "score"}}, "proved"),
    ({"claim": r"q_i k_j^T / \sqrt{2}", "reference": {**CAUSAL, "output": "score"}}, "refuted"),
    ({"claim": r"\frac{1}{2", "reference": CAUSAL}, "unreadable"),
    ({"claim": r"\notacommand = 1"}, "unreadable"),
)


@pytest.mark.parametrize(("fields", "expected"), CASES)
def test_formulas(fields, expected):
    assert verdict(kind="equal", **fields) == expected


def test_steps_and_options_in_latex():
    lines = [r"\exp(a)\exp(b)", r"\exp(a+b)", r"\exp(a) + \exp(b)"]
    assert verdict(kind="steps", claim=lines, answer=2) == "proved"
    assert verdict(kind="steps", claim=lines, answer=1) == "refuted"
    options = {"A": "$e^{0} = 1$", "B": "$e^{0} = 0$"}
    assert all(r.ok for r in ask(kind="choice", options=options, answer="A"))


DOCUMENT = r"""\documentclass{article}
% symattn: {id: shift, kind: equal}
\begin{equation}\label{eq:x}
  e^{a} \cdot e^{b} = e^{a+b} . % always, even a = b
\end{equation}
% symattn: {id: wrong, kind: equal}
\[ e^{a} \cdot e^{b} = e^{a-b} \]
  % symattn: {id: weight, kind: equal, reference: {mechanism: causal}}
$$WEIGHT$$
% symattn: {id: none, kind: equal}
prose \[ a = a \]
% symattn: {id: lines, kind: equal}
\[ a &= b \\ &= c \]
% symattn: {id: own, kind: equal, claim: 1 == 1}
\[ \alpha = \alpha \]
% symattn: [
\[ \alpha = \alpha \]
% symattn is a word here
""".replace("WEIGHT", WEIGHT)
FOUND = [
    ("shift", "proved", 2), ("wrong", "refuted", 6), ("weight", "proved", 8),
    *((f"line-{line}", "unreadable", line) for line in (10, 12, 14, 16)),
]  # fmt: skip


def test_a_latex_document(tmp_path):
    found = results(tmp_path / "x.tex", DOCUMENT)
    assert [(r.id, r.verdict, r.place.line) for r in found] == FOUND


def test_equations_of_a_page(tmp_path):
    page = "\n".join([
        "<!-- symattn: {id: a, kind: equal} -->", r"$$ e^{a} e^{b} = e^{a+b} \cdot 1 $$", "",
        "````md", "<!-- symattn: {id: code, kind: equal} -->", "$$ 1 = 2 $$", "````",
        "<!-- symattn: {id: b, kind: equal} -->", "```{math}", ":label: x", r"\alpha = 2 \alpha",
        "```", "<!-- symattn: {id: c, kind: equal} -->", "```math", r"\alpha = 2 \alpha", "```",
        "```symattn", "{id: d, kind: equal, claim: 1 == 1}", "```",
    ])  # fmt: skip
    found = results(tmp_path / "x.md", page)
    assert [(r.id, r.verdict, r.place.line) for r in found] == [
        ("d", "proved", 18), ("a", "proved", 1), ("b", "refuted", 8), ("c", "refuted", 13),
    ]  # fmt: skip
