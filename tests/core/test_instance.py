"""Instances: which entry stands at which index, and shapes that do not fit."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from symattn.core.errors import NotConcrete, Usage
from symattn.core.form_text import form
from symattn.core.instance import instance, with_numbers
from symattn.core.meaning import Free, environment
from symattn.core.numbers import Numbers, numbers
from symattn.mechanisms.spec import mechanism

CAUSAL = mechanism("causal")
NUMBERED = Free(entry=lambda name, index: (name, index))


def rows(n: int, d: int, first: int = 1) -> list[list[int]]:
    return [[first + d * r + t for t in range(d)] for r in range(n)]


def test_sizes_have_usual_values() -> None:
    assert instance(CAUSAL, n=3).sizes == {
        "n_q": 3, "n_k": 3, "d": 2, "d_v": 2, "H": 1, "H_k": 1,
    }  # fmt: skip
    assert instance(CAUSAL, n=3, n_q=2, d=4).sizes["d_v"] == 4
    mla = instance(mechanism("mla_expanded"), n=3, d=4, sizes={"d_r": 6})
    assert (mla.sizes["d_r"], mla.sizes["d_c"]) == (6, 4)
    assert instance(mechanism("projected"), n=3, d=3).sizes["d_x"] == 3


def test_sizes_are_read_off_the_numbers() -> None:
    given = numbers({"Q": rows(3, 2), "K": rows(5, 2), "V": rows(5, 4)})
    found = instance(CAUSAL, numbers=given).sizes
    assert (found["n_q"], found["n_k"], found["d"], found["d_v"]) == (3, 5, 2, 4)
    found = instance(CAUSAL, numbers=numbers({"Q": [rows(3, 2)] * 4})).sizes
    assert (found["H"], found["n_q"], found["n_k"]) == (4, 3, 3)
    found = instance(mechanism("simple"), numbers=numbers({"x": rows(6, 3)})).sizes
    assert (found["n_q"], found["n_k"], found["d"]) == (6, 6, 3)


@pytest.mark.parametrize("label", ["q", "Q"])
def test_upper_and_lower_case_are_the_same_matrix(label: str) -> None:
    found = instance(CAUSAL, n=2, numbers=numbers({label: rows(2, 2)}))
    assert found.entry("q", (1, 0)) == 3
    with pytest.raises(Usage, match="q and Q are the same matrix"):
        instance(CAUSAL, n=2, numbers=numbers({"q": rows(2, 2), "Q": rows(2, 2)}))


def test_every_entry_stands_where_its_axes_say() -> None:
    """Exhaustive: heads share key heads, queries start at the offset, tables have open indices."""
    text = form(
        "j <= i", "dot(q[i], k[j]) + PE[i, j] + b[j - i, h]", heads="h // 2", offset="n_k - n_q"
    )
    H, n_q, n_k, d = 4, 2, 3, 2
    names = {
        "Q": (H, n_q, d), "K": (H // 2, n_k, d), "PE": (n_q, n_k),
    }  # fmt: skip
    made: dict[str, object] = {}
    for name, shape in names.items():
        made[name] = nested(name, shape, ())
    made["b"] = {r: [100 * r + h for h in range(H)] for r in range(-3, 1)}
    one = instance(text, n=n_k, n_q=n_q, d=d, heads=H, numbers=numbers(made))
    for h, r, j in product(range(H), range(n_q), range(n_k)):
        env, i = environment(one, {}, h), r + n_k - n_q
        assert env.vectors["q"](i) == [code("Q", (h, r, t)) for t in range(d)] if j == 0 else True
        assert env.vectors["k"](j) == [code("K", (h // 2, j, t)) for t in range(d)]
        assert env.tables["PE"](i, j) == code("PE", (r, j))
        if j <= i:
            assert env.tables["b"](j - i, h) == 100 * (j - i) + h


def code(name: str, index: tuple[int, ...]) -> int:
    return sum(10**t * at for t, at in enumerate(index, 1)) + len(name)


def nested(name: str, shape: tuple[int, ...], index: tuple[int, ...]) -> object:
    if not shape:
        return code(name, index)
    return [nested(name, shape[1:], (*index, at)) for at in range(shape[0])]


def test_no_negative_index_wraps_around() -> None:
    relative = form(score="dot(q[i], k[j]) + b[i - j]")
    one = instance(relative, n=3, numbers=numbers({"b": [7, 8, 9]}))
    env = environment(one, {}, free=NUMBERED)
    assert env.tables["b"](2) == 9
    with pytest.raises(Usage, match=r"b: expected an entry \[-1\] as well"):
        env.tables["b"](-1)
    with pytest.raises(Usage, match=r"q has no entry \[3"):
        env.vectors["q"](3)


def test_what_a_mapping_leaves_out_is_free() -> None:
    relative = form(score="dot(q[i], k[j]) + b[i - j]")
    one = instance(relative, n=3, numbers=numbers({"b": {"-1": 7}}))
    env = environment(one, {}, free=NUMBERED)
    assert (env.tables["b"](-1), env.tables["b"](1)) == (7, ("b", (1,)))


def test_what_has_no_number_is_asked_for_or_refused() -> None:
    one = instance(CAUSAL, n=2, numbers=numbers({"Q": [[1, None], None]}))
    env = environment(one, {}, free=NUMBERED)
    assert env.vectors["q"](0) == [1, ("q", (0, 1))]
    assert env.vectors["q"](1) == [("q", (1, 0)), ("q", (1, 1))]
    with pytest.raises(NotConcrete, match=r"q\[1, 0\] has no number"):
        environment(one, {}).vectors["q"](1)


def test_parameters_are_exact_and_widths_count_as_sizes() -> None:
    form_ = mechanism("window(visible=w)+softcap(c)")
    one = instance(form_, n=4, numbers=numbers({"parameters": {"w": 2, "c": "1/3"}}))
    assert (one.sizes["w"], one.scalars["c"]) == (2, Fraction(1, 3))
    assert instance(form_, n=4, sizes={"w": 2}).sizes["w"] == 2


@pytest.mark.parametrize(
    ("spec", "given", "said"),
    [
        ("causal", {"Q": [[1, 2], [1, 2, 3], [1, 2]]},
         r"Q: expected 3 rows of 2 numbers \(n_q = 3, d = 2\), got row 1 with 3"),
        ("causal", {"K": rows(2, 2)}, r"K: expected 3 rows of 2 numbers .*, got 2 rows"),
        ("causal", {"V": [1, 2, 3]}, r"V: expected .*, got a single number at row 0"),
        ("causal", {"Q": [[[1]], [[1]], [[1]]]}, r"Q: expected"),
        ("causal", {"Q": {"0": [1, 2]}}, "got entries by index"),
        ("causal", {"Q": 3}, "Q: expected a list of numbers, got the single number 3"),
        ("causal", {"W": rows(3, 2)}, "causal has no 'W'; its names are k, q, v"),
        ("simple", {"Q": rows(3, 2)}, "simple has no 'Q'; its names are x"),
        ("alibi", {"mm": [1]}, "did you mean 'm'"),
        ("alibi", {"m": [1, 2], "Q": rows(3, 2)},
         r"Q: expected 2 heads of 3 rows of 2 numbers \(H = 2, n_q = 3, d = 2\), got 3 heads"),
        ("alibi", {"m": [[1, 2], [1, 2]]}, r"m: expected 2 numbers \(H = 2\), got a list at numb"),
        ("softcap", {"c": [1]}, "c: expected a single number, got a list"),
        ("softcap", {"parameters": {"c": 0}}, "c must be > 0, got 0"),
        ("window", {"parameters": {"visible": "1/2"}}, "visible is a whole number, got 1/2"),
        ("window", {"parameters": {"visible": 0}}, "visible must be >= 1, got 0"),
        ("padding", {"keep": [0, 2, 1]}, r"keep\[1\] is 0 or 1, got 2"),
        ("packed", {"doc": [0, "1/2", 1]}, r"doc\[1\] is a whole number"),
        ("fire", {"f": [1]}, "f: expected a single number, got a list"),
        ("fire", {"parameters": {"f": 1}}, "f: expected a function"),
    ],
)  # fmt: skip
def test_numbers_that_do_not_fit_are_refused(
    spec: str, given: dict[str, object], said: str
) -> None:
    with pytest.raises(Usage, match=said):
        instance(mechanism(spec), n=3, d=2, numbers=numbers(given))


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ({"n": 0}, "n is a whole number from 1"),
        ({"n": -3}, "n is a whole number from 1"),
        ({"n": 10**9}, "n is a whole number from 1 to"),
        ({"n": 2, "d": 0}, "d is a whole number from 1"),
        ({"n": 2, "heads": 0}, "H is a whole number from 1"),
        ({"n": 2, "sizes": {"d_s": 2}}, "no size 'd_s'"),
        ({"n": True}, "whole number"),
        ({}, "causal needs a size"),
    ],
)
def test_sizes_that_are_none_are_refused(sizes: dict[str, object], said: str) -> None:
    with pytest.raises(Usage, match=said):
        instance(CAUSAL, **sizes)  # type: ignore[arg-type]


def test_heads_that_do_not_fit_are_refused() -> None:
    with pytest.raises(Usage, match=r"H % 2 == 0 does not hold .* heads is not given"):
        instance(mechanism("gqa(groups=2)"), n=2)
    assert instance(mechanism("gqa(groups=2)"), n=2, heads=4).sizes["H_k"] == 2
    assert instance(mechanism("mqa"), n=2, heads=4).sizes["H_k"] == 1


def test_a_row_or_column_may_stand_for_a_list() -> None:
    for given in ([[1, 2, 3]], [[1], [2], [3]], [1, 2, 3]):
        one = instance(mechanism("alibi"), n=2, heads=3, numbers=numbers({"m": given}))
        assert one.entry("m", (2,)) == 3


def test_other_numbers_keep_the_sizes() -> None:
    base = instance(
        mechanism("mla_absorbed+window(visible=w)"), n=4, n_q=3, d=2, heads=2, sizes={"d_r": 4}
    )
    again = with_numbers(base, Numbers(parameters={"w": Fraction(2)}))
    assert again.sizes == {**base.sizes, "w": 2}
    assert with_numbers(again, again.numbers) == again
