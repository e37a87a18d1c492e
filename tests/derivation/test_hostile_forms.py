"""Forms that once came out wrong: empty rows, names taken by the Form, masked entries of tables."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from symattn.core.attend import attend
from symattn.core.errors import NotConcrete, Unreadable, Usage
from symattn.core.form import Form
from symattn.core.form_text import read_form
from symattn.core.instance import instance
from symattn.core.interpret import Environment, evaluate, exact
from symattn.core.meaning import environment
from symattn.core.numbers import numbers
from symattn.core.text import read
from symattn.deciding.exponentials import ALGEBRA
from symattn.derivation import entries
from symattn.library import derive, enumerate_products, mechanism, show

ONE_ROW = "support: j < i - {gap}\nscore: b[i, j]\nweights: linear\nempty: {empty}"
TWO_ROWS = (
    "support: j < i - {gap}\nscore 1: b[i, j]\nscore 2: c[i, j]\n"
    "weights: linear[1] - lam * linear[2]\nempty: {empty}"
)
PROJECTED = ONE_ROW + "\noutput: 2 * o[i]"


def given(n_q: int, n_k: int) -> dict[str, object]:
    """Positive scores, so that no row sum is zero."""
    table = [[3 * i + 2 * j + 1 for j in range(n_k)] for i in range(n_q)]
    other = [[i + 5 * j + 2 for j in range(n_k)] for i in range(n_q)]
    values = [[Fraction(1, j + 2), 7 - j] for j in range(n_k)]
    return {"b": table, "c": other, "V": values, "parameters": {"lam": Fraction(1, 3)}}


@pytest.mark.parametrize("text", [ONE_ROW, TWO_ROWS, PROJECTED])
@pytest.mark.parametrize("empty", ["zero", "uniform"])
@pytest.mark.parametrize("gap", [0, 1])
def test_entries_are_what_the_form_says_in_empty_rows_too(text: str, empty: str, gap: int) -> None:
    form = read_form(text.format(gap=gap, empty=empty))
    for n_q, n_k in product(range(1, 4), repeat=2):
        known = {k: v for k, v in given(n_q, n_k).items() if k != "c" or "c[" in text}
        if "lam" not in text:
            del known["parameters"]
        base = instance(form, n_k, n_q=n_q, numbers=numbers(known))
        truth = attend(base, ALGEBRA)
        compare(form, base, truth, n_q, n_k)


def compare(form: Form, base: object, truth: object, n_q: int, n_k: int) -> None:
    """Raise at the first printed entry that is not what `attend` computes."""
    closed = entries.products(form, n_q, n_k, Environment())
    env = environment(base, ALGEBRA)
    for entry in entries.weights(closed):
        i, j = entry.place
        assert evaluate(entry.right, ALGEBRA, env) == truth.weights[i][j], (n_q, n_k, i, j)
    outputs = list(entries.outputs(closed))
    mixed = {e.place: e.right for e in outputs if e.left.name == "o"}
    last = {e.place: e.right for e in outputs}
    assert len(mixed) == n_q
    for (i,), right in last.items():
        at = env
        if right != mixed[i,]:
            value = evaluate(mixed[i,], ALGEBRA, env)
            value = value if isinstance(value, list) else [value] * 2
            vectors = {**env.vectors, "o": lambda _, value=value: value}
            at = Environment(env.scalars, env.tables, vectors, env.matrices, env.functions)
        found = evaluate(right, ALGEBRA, at)
        found = found if isinstance(found, list) else [found] * 2  # a plain 0 for a zero vector
        assert found == list(truth.output[i]), (n_q, n_k, i)


@pytest.mark.parametrize("spec", ["causal+shaw", "shaw+causal", "window(visible=2)+shaw(clip=2)",
                                  "causal+transformer_xl", "prefix(p=1)+shaw+alibi"])  # fmt: skip
def test_tables_by_distance_may_have_entries_that_only_masked_pairs_ask_for(spec: str) -> None:
    assert "alpha[i, j] = exp(" in str(derive(spec))


@pytest.mark.parametrize(
    ("score", "names"),
    [
        ("s + S + score + dot(q[i], k[j])", ()),
        ("dot(q[i], k[j]) + z * Z * masked * j", ()),
        ("dot(q[i], k[j]) + l * l1 * l2 * j", ("l", "l1", "l2")),
        ("sum(l, l <= j, dot(q[i], k[l]))", ("l",)),
        ("sum(l, 0, 2, l * dot(q[i], k[j]))", ("l",)),
        ("alpha * A * weight * dot(q[i], k[j])", ()),
    ],
)
def test_names_that_the_form_uses_are_never_bound_again(score: str, names: tuple[str]) -> None:
    text = derive(f"support: j <= i\nscore: {score}", steps=True).to("text")
    assert text.count("checked: ") in (5, 6)  # score, mask, softmax, ...: a wrong one raises
    for name in names:
        assert f"sum({name}, {name} <= i" not in text


def test_numbered_scores_are_not_taken_for_tables_of_the_form() -> None:
    text = "score 1: s2[i, j]\nscore 2: dot(q[i], k[j])\nweights: softmax[1] - softmax[2]"
    assert "s2[i, j] = dot(q[i], k[j])" not in derive(text, steps=True).to("text")


def test_a_mechanism_that_adds_up_does_not_share_its_open_parameter_with_itself() -> None:
    with pytest.raises(Usage, match="temperature and temperature both leave 'T' open"):
        mechanism("temperature") + mechanism("temperature")
    assert mechanism("window+window").form.support == mechanism("window").form.support


def test_supports_with_open_parameters_unite() -> None:
    support = mechanism("(window | sink_tokens) + causal").form.support
    assert support == read("(j <= i and i - j < visible or j < tokens) and j <= i")


def test_a_number_of_queries_without_a_size_is_refused() -> None:
    with pytest.raises(Usage, match="give n as well"):
        derive("causal", n_q=3)


def test_labels_name_the_positions_that_there_are() -> None:
    with pytest.raises(Usage, match="3 labels for 8 positions"):
        show("support: j <= i\noffset: 5", 3, labels=("a", "b", "c"))
    with pytest.raises(Usage, match="before 0"):
        show("support: j <= i\noffset: n_k - n_q", 2, n_q=4, labels=("a", "b", "c", "d"))


@pytest.mark.parametrize("text", ["10 ** 9999", "(9 ** 9999) ** 9999", "(1 / 7) ** 9999"])
def test_powers_are_refused_before_they_are_computed(text: str) -> None:
    with pytest.raises(NotConcrete, match="bits"):
        exact(read(text), Environment())
    assert exact(read("(-1) ** 9999 + 2 ** 100"), Environment()) == 2**100 - 1


@pytest.mark.parametrize("text", ["j <= i + \u0663", "j <= i + \uff11", "j\u00a0<= i"])
def test_look_alikes_are_not_read(text: str) -> None:
    with pytest.raises(Unreadable, match="unexpected character"):
        read(text)


@pytest.mark.parametrize(
    "support", ["(i / 2) // 1 <= j % 2", "(i / 2) // 1 >= j", "(i - j) / 2 // 1 == 0",
                "not ((i / 2) // 1 <= max(i - 5, 0))", "i // 1 == j // 1"],
)  # fmt: skip
def test_division_by_one_still_takes_the_floor(support: str) -> None:
    for n, n_q in product(range(1, 13), (1, 2, 5, 12)):
        for offset in (0, n - n_q):
            text = f"support: {support}\noffset: {offset}"
            pairs = [
                (i, j) for i in range(offset, offset + n_q) for j in range(n)
                if eval(support, {"i": Fraction(i), "j": j})  # the support is Python, too
            ]  # fmt: skip
            found = enumerate_products(text, n, n_q=n_q)
            assert (list(found), found.count) == (pairs, len(pairs)), (n, n_q, offset)
