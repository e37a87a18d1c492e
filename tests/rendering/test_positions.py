"""Counting from 1: which formulas change, how, and that their values do not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from symattn.core.errors import Usage
from symattn.core.expression import Expr
from symattn.core.form_text import form, read_form
from symattn.core.interpret import Environment, holds
from symattn.core.text import read, show
from symattn.mechanisms.registry import names
from symattn.mechanisms.spec import mechanism
from symattn.rendering.latex import latex, latex_position
from symattn.rendering.names import Names, letters_of, names_of
from symattn.rendering.notation import Notation
from symattn.rendering.positions import rebase_for, rebased

FROM_ONE = Notation(base=1)

CASES = {
    "j <= i": "j <= i",
    "j <= i and i - j < w": "j <= i and i - j < w",
    "i < 1 + j": "i < 1 + j",
    "j < n_k": "j <= n_k",
    "j >= n": "j > n",
    "n_k <= j": "n_k < j",
    "n > i": "n >= i",
    "j < 4": "j < 5",
    "j == 0": "j == 1",
    "0 <= i": "1 <= i",
    "n_k == j + 1": "n_k == j",
    "n == j": "n == j - 1",
    "2 * j < n": "2 * j - 2 < n",
    "i + j <= n": "i + j - 2 <= n",
    "i // 3 == j // 3": "(i - 1) // 3 == (j - 1) // 3",
    "(i - j) % 3 == 0": "(i - j) % 3 == 0",
    "i % 3 == 0": "(i - 1) % 3 == 0",
    "max(i, j) <= n - 1": "max(i, j) <= n",
    "max(i, 2) <= n": "max(i - 1, 2) <= n",
    "abs(i - j) <= 1": "abs(i - j) <= 1",
}


@pytest.mark.parametrize("text", CASES)
def test_conditions_on_positions(text: str) -> None:
    condition = read(text, "condition")
    changed = rebased(condition)
    assert show(changed) == CASES[text]
    for i in range(7):
        for j in range(7):
            ours = Environment({"i": i, "j": j, "n": 4, "n_k": 4, "w": 3})
            theirs = ours.at(i=i + 1, j=j + 1)
            assert holds(condition, ours) == holds(changed, theirs), (i, j)


def test_supports_of_all_mechanisms_keep_their_meaning() -> None:
    """Every registered support, at every place of a square that is larger than its parameters."""
    compared = 0
    for name in names():
        made = mechanism(name)
        values = {p.name: 2 for p in made.parameters if p.kind == "integer" and not p.indices}
        tables = {p.name: (lambda at: at % 3 and at % 2) for p in made.parameters if p.indices == 1}
        moved = {name: (lambda at, t=t: t(at - 1)) for name, t in tables.items()}
        changed = rebased(made.support, names_of(made))
        for i in range(8):
            for j in range(8):
                ours = Environment({**values, "i": i, "j": j, "n": 8, "n_k": 8, "n_q": 8}, tables)
                theirs = Environment({**ours.scalars, "i": i + 1, "j": j + 1}, moved)
                assert holds(made.support, ours) == holds(changed, theirs), (name, i, j)
                compared += 1
    assert compared == 64 * len(names())


def test_indices_shift_only_where_they_count_positions() -> None:
    bias = form(score="dot(q[i], k[j]) + PE[i, j] + b[i - j] + m[h]")
    known = names_of(bias)
    at = read("dot(q[3], k[0]) + PE[3, 0] + b[3] + m[0]")
    assert latex(at, FROM_ONE, names=known) == (r"q_4 k_1^T + \mathrm{PE}_{4,1} + b_3 + m_1")
    assert latex(at, Notation(), names=known) == r"q_3 k_0^T + \mathrm{PE}_{3,0} + b_3 + m_0"


def test_an_index_that_may_be_a_position_or_not_is_refused() -> None:
    with pytest.raises(Usage, match=r"whether the index of PE\[3, 1\] is a position"):
        latex(read("PE[3, 1]"), FROM_ONE)
    assert latex(read("PE[3, 1]"), Notation()) == r"\mathrm{PE}_{3,1}"
    assert latex(read("PE[i, j] + PE[3, 1]"), FROM_ONE) == (
        r"\mathrm{PE}_{i,j} + \mathrm{PE}_{4,2}"
    )


def test_coordinates_count_as_well() -> None:
    known = names_of(read_form("score: dot(x[i] @ W_q, a[i - j]) + dot(q[i], u)\nwhere: "
                               "x[_]: vector d_x, W_q: matrix d_x d"))  # fmt: skip
    entry = read("q1[0]")
    entries = {
        ("q", (2, 0)): "q_{3,1}", ("a", (2, 0)): "a_{2,1}", ("u", (0,)): "u_1",
        ("W_q", (0, 1)): r"W^{\mathrm{Q}}_{1,2}",
    }  # fmt: skip
    for (name, at), wanted in entries.items():
        entry = Expr("table", (name, *(Expr("number", (a,)) for a in at)))
        assert latex(entry, FROM_ONE, names=known) == wanted


def test_sums_over_positions_start_at_one_and_others_stay() -> None:
    cases = {
        "sum(l, 0, n - 1, dot(q[i], k[l]))": r"\sum_{l=1}^{n} q_i k_l^T",
        "sum(l, 0, i, dot(q[i], k[l]))": r"\sum_{l=1}^{i} q_i k_l^T",
        "sum(l, l < i, dot(q[i], k[l]))": r"\sum_{l < i} q_i k_l^T",
        "sum(t, 0, width / 2 - 1, cos(t))": r"\sum_{t=0}^{\mathrm{width}/2 - 1} \cos(t)",
        "sum(t, 0, i, cos(t))": r"\sum_{t=0}^{i - 1} \cos(t)",
        "sum(i, 0, 2, dot(q[i], u)) * i": r"\left(\sum_{i=1}^{3} q_i u^T\right) (i - 1)",
    }
    for text, wanted in cases.items():
        assert latex(read(text), FROM_ONE) == wanted


def test_values_that_are_positions_and_values_that_are_numbers() -> None:
    assert latex(read("i"), FROM_ONE) == "i - 1"
    assert latex_position(read("i"), FROM_ONE) == "i"
    assert latex_position(read("0"), FROM_ONE) == "1"
    assert latex_position(read("h // 2"), FROM_ONE) == r"\lfloor (h - 1)/2 \rfloor + 1"
    assert latex(read("dot(rope(q[i], i / 4), k[j])"), FROM_ONE) == r"q_i R_{(i - 1)/4}^T k_j^T"


def test_a_letter_that_an_equation_introduces_counts_on_both_sides() -> None:
    known = names_of(form(score="dot(x[i], x[j]) + a[i - j]", value="x[j]"))
    left, right = read("x[t]"), read("sum(i, t <= i, m[i] * (t + 1))")
    letters = letters_of(left, known)
    assert letters == {"t"}
    assert latex(left, FROM_ONE, None, known, letters) == "x_t"
    assert latex(right, FROM_ONE, None, known, letters) == r"\sum_{i :\, t \le i} m_i t"
    assert letters_of(read("a[t]"), known) == set()
    assert latex(right, FROM_ONE, None, known) == r"\sum_{i :\, t \le i - 1} m_i (t + 1)"


def test_shared_parts_stay_shared() -> None:
    shared = read("dot(q[0], k[0]) + dot(q[0], k[1])")
    rebase = rebase_for(Names(complete=True), shared)
    first, second = (
        rebase.plain(Expr("/", (read("T"), shared))),
        rebase.plain(Expr("/", (read("lam"), shared))),
    )
    assert first.parts[1] is second.parts[1]
    assert rebase.plain(read("j <= i")) == read("j <= i")


def test_base_zero_changes_nothing() -> None:
    for text in CASES:
        condition = read(text, "condition")
        zero = replace(FROM_ONE, base=0)
        assert latex(condition, zero) == latex(condition, Notation())
