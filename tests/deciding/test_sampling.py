"""Random numbers: within their domains, the same for the same seed, and nothing given is lost."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symattn.core.errors import SymattnError, Usage
from symattn.core.form_text import form
from symattn.core.instance import Instance, instance
from symattn.core.layout import entries
from symattn.core.numbers import numbers
from symattn.deciding.exponentials import ALGEBRA as EXACT
from symattn.deciding.sampling import filled, polynomial
from symattn.deciding.vectorised import weights_and_output
from symattn.mechanisms.registry import named, names
from symattn.mechanisms.spec import mechanism

CALLS = [
    f"{name}({', '.join(f'{a}={t}' for a, t in example.items())})"
    for name in names()
    for example in named(name).examples
]


def sample(spec: str, seed: str = "seed", **options: int) -> Instance:
    form_ = mechanism(spec.replace("()", ""))
    heads = 4 if form_.has_heads else None
    return filled(instance(form_, 5, heads=heads, d=4, d_v=3, **options), seed)  # type: ignore[arg-type]


def assert_complete(full: Instance) -> None:
    """Raise unless every name has numbers of its shape within its domain."""
    for p in full.form.parameters:
        known = {**full.sizes, **full.scalars, **full.arrays, **full.functions}
        assert p.name in known, f"{p.name} has no number"
        values = [known[p.name]] if p.name not in full.arrays else [
            value for _, value in entries(full.arrays[p.name])
        ]  # fmt: skip
        for value in values:
            if p.kind == "function":
                continue
            assert value is not None
            assert p.kind not in ("integer", "boolean") or Fraction(value).denominator == 1
            assert p.kind != "boolean" or value in (0, 1)
            if p.bound is not None:
                bound = Fraction(p.bound.args[0])  # type: ignore[arg-type]
                assert value > bound or (value == bound and p.relation == ">=")


@pytest.mark.parametrize("call", CALLS)
def test_every_mechanism_can_be_filled(call: str) -> None:
    full = sample(call)
    assert_complete(full)
    assert sample(call) == full
    assert filled(full, "another seed") == full
    weights, output = weights_and_output(full)
    assert weights.size
    assert output.size


def test_another_seed_draws_other_numbers() -> None:
    assert sample("causal", "one").arrays != sample("causal", "two").arrays


def test_entries_do_not_depend_on_the_sizes_around_them() -> None:
    small, large = (filled(instance(mechanism("causal"), n), "s") for n in (2, 4))
    assert small.entry("q", (1, 1)) == large.entry("q", (1, 1))


def test_given_numbers_stay() -> None:
    given = numbers({"Q": [["1/3", None], [None, 2]], "a_k": {"0": [9, 9]}, "parameters": {"T": 5}})
    form_ = mechanism("shaw(clip=1)+temperature")
    full = filled(instance(form_, 2, numbers=given), "s")
    assert (full.entry("q", (0, 0)), full.entry("q", (1, 1))) == (Fraction(1, 3), 2)
    assert full.entry("a_k", (0, 1)) == 9
    assert full.entry("a_k", (-1, 0)) is not None
    assert full.scalars["T"] == 5
    assert_complete(full)


def test_tables_are_never_all_alike() -> None:
    """A mask that lets everything through, or nothing, would hide every bug."""
    for seed in map(str, range(20)):
        keep = sample("padding", seed).arrays["keep"]
        doc = sample("packed", seed).arrays["doc"]
        assert len(set(keep)) == 2  # type: ignore[arg-type]
        assert len(set(doc)) > 1  # type: ignore[arg-type]
    full = filled(instance(form("m[h, i, j]", where="m[_, _, _]: boolean"), 4, heads=3), "s")
    entry = {index: value for index, value in entries(full.arrays["m"])}
    for a, b in (((0, 1, 2), (1, 0, 2)), ((0, 1, 2), (0, 2, 1)), ((0, 1, 2), (2, 1, 0))):
        assert any(
            entry[at] != entry[tuple(at[t] for t in map((a).index, b))]
            for at in entry if max(at) < 3
        )  # fmt: skip


def test_whole_parameters_fit_the_conditions() -> None:
    for heads in (3, 4, 5, 6):
        full = filled(instance(mechanism("gqa(groups=g)"), 3, heads=heads), "s")
        assert heads % full.sizes["g"] == 0
        assert full.sizes["H_k"] == full.sizes["g"]


def test_conditions_that_nothing_fits_are_said() -> None:
    impossible = form("i - j < w", where="w >= 1, w * w < w")
    with pytest.raises(Usage, match="does not hold"):
        filled(instance(impossible, 3), "s")


def test_what_cannot_be_evaluated_is_said() -> None:
    with pytest.raises(SymattnError):
        filled(instance(form(score="dot(q[i], k[j]) * b[i / 2]"), 3), "s")


def test_the_opaque_function_is_not_symmetric_and_exact() -> None:
    one, two = EXACT["number"](1), EXACT["number"](2)
    assert polynomial(EXACT, one, two) != polynomial(EXACT, two, one)
    assert polynomial(EXACT, two) == EXACT["number"](Fraction(8, 15))
