"""Forms that no claim text can say: rules for empty rows, offsets, outputs, decays, infinities."""

from __future__ import annotations

from typing import Any

import pytest

from symattn.core.declare import RESERVED
from symattn.core.expression import INFINITY, Expr, I, J, number
from symattn.core.form import Form
from symattn.core.form_text import form
from symattn.core.term_claim import TermClaim, quantity
from symattn.deciding.answer import Yes
from symattn.deciding.relabelling import relabellings
from symattn.deciding.terms.proving import proof
from symattn.reading.term_names import declared_names, position_names

DOT = "dot(q[i], k[j])"
ALGORITHMS = {"online": (I, number(2)), "decode": (I,), "recurrent": (I,)}


def claim(kind: str, left: Form, right: Form) -> TermClaim:
    """The claim that a quantity of both Forms is the same; an algorithm is compared with output."""
    places: tuple[Expr, ...] = (I, J) if kind in ("weight", "score") else (I,)
    other = "output" if kind in ALGORITHMS else kind
    sides = (quantity(kind, 0, *ALGORITHMS.get(kind, places)), quantity(other, 1, *places))
    positions = position_names(sides)
    names = declared_names(sides, (left, right), set(positions) | RESERVED)
    ordered = tuple(sorted(positions.items()))
    return TermClaim(sides[0], "==", sides[1], (left, right), (), (), ordered, names)


def made(**parts: Any) -> Form:
    return form(**{"score": DOT, **parts})


def shown(kind: str, left: Form, right: Form | None = None) -> bool:
    answer, certificate = proof(claim(kind, left, left if right is None else right))
    assert isinstance(answer, Yes) == (certificate is not None)
    return isinstance(answer, Yes)


def infinite(support: str, bias: Expr) -> Form:
    """A Form with a score that infinity may be added to."""
    from dataclasses import replace

    plain = made(support=support)
    rows = tuple(replace(row, score=row.score + bias) for row in plain.rows)
    return replace(plain, rows=rows)


def masked(condition: Expr, support: str = "true") -> Form:
    return infinite(support, Expr("where", (condition, number(0), -INFINITY)))


@pytest.mark.parametrize("kind", ["weight", "output", "online", "decode"])
@pytest.mark.parametrize("empty", ["zero", "nan"])
def test_rows_that_are_empty_on_both_sides_are_alike(kind: str, empty: str) -> None:
    one = made(support="j < i", empty=empty)
    two = made(support="j < i", empty=empty, score=f"{DOT} + c[i]")
    assert shown(kind, one, two)
    other = made(support="j < i", empty="nan" if empty == "zero" else "zero")
    assert not shown(kind, one, other)
    assert not shown(kind, one, made(support="j <= i", empty=empty))


def test_uniform_rows_are_alike_only_as_weights() -> None:
    uniform = made(support="j < i", empty="uniform")
    assert shown("weight", uniform)
    assert not shown("output", uniform)
    assert not shown("decode", uniform)


def test_an_output_that_adds_something_is_not_that_of_an_empty_row() -> None:
    plain = made(support="j < i")
    moved = made(support="j < i", value="v[j] + u", output="o[i] - u", where="u: vector d_v")
    assert not shown("output", plain, moved)


def test_infinite_scores_are_masks_where_a_key_is_left() -> None:
    assert shown("weight", masked(J <= I), made(support="j <= i"))
    assert shown("output", masked(J <= I), made(support="j <= i"))
    assert not shown("output", masked(J < I), made(support="j < i"))
    assert not shown("weight", masked(J < I), made(support="j < i"))
    assert not shown("weight", infinite("true", INFINITY), made())


def test_queries_that_start_later_see_the_same_keys() -> None:
    late = made(support="j <= i", offset="2")
    assert shown("output", late)
    assert shown("decode", late)
    assert not shown("decode", made(offset="2"))


@pytest.mark.parametrize(
    "parts",
    [
        {"support": "j <= i + 1"},
        {},
        {"support": "j <= i", "score": f"{DOT} + sum(l, true, dot(q[i], k[l]))",
         "weights": "linear"},
        {"support": "j <= i", "score": f"{DOT} * dot(k[j], k[n - 1])", "weights": "linear"},
    ],
)  # fmt: skip
def test_a_cache_cannot_know_later_keys(parts: dict[str, str]) -> None:
    assert not shown("decode", made(**parts))


def test_a_state_takes_in_only_products() -> None:
    causal = {"support": "j <= i", "weights": "linear"}
    assert shown("recurrent", made(**causal))
    assert shown("recurrent", made(**causal | {"score": f"{DOT} * (i * j)"}))
    for score in (f"{DOT} + b[i - j]", f"{DOT} * cos(i - j)", f"{DOT} * dot(k[j], k[n - 1])"):
        assert not shown("recurrent", made(**causal | {"score": score}))
    assert not shown("recurrent", made(**causal | {"value": "b[i] * v[j]"}))
    assert not shown("recurrent", made(support="j <= i", weights="softmax"))
    decaying = causal | {"score": f"{DOT} * g ** (i - j)", "where": "g: real > 0"}
    assert shown("recurrent", made(**decaying))
    assert not shown("recurrent", made(**decaying, offset="1"))


@pytest.mark.parametrize(
    ("weights", "score", "other", "same"),
    [
        ("softmax", f"{DOT} + c[i]", "softmax", True),
        ("softmax", f"{DOT} + c[j]", "softmax", False),
        ("softmax1", f"{DOT} + c[i]", "softmax1", False),
        ("sigmoid", f"{DOT} + c[i]", "sigmoid", False),
        ("linear", f"c[i] * {DOT}", "linear", True),
        ("linear", f"c[i] + {DOT}", "linear", False),
        ("undivided", f"c[i] * {DOT}", "undivided", False),
        ("softmax(sink=s + c)", f"{DOT} + c", "softmax(sink=s)", True),
        ("softmax(sink=s)", f"{DOT} + c", "softmax(sink=s)", False),
        ("softmax(sink=0)", DOT, "softmax1", True),
    ],
)
def test_row_shifts_by_normaliser(weights: str, score: str, other: str, same: bool) -> None:
    assert shown("weight", made(weights=weights, score=score), made(weights=other)) == same


def test_values_that_are_keys_are_not_relabelled_by_channels() -> None:
    def turned(pairing: str, value: str) -> Form:
        ends = [f"rope({x}, pairing={pairing})" for x in ("q[i], i", "k[j], j")]
        return form(score=f"dot({', '.join(ends)})", value=value)

    for value, found in (("v[j]", 1), ("k[j]", 0)):
        asked = claim("output", turned("half", value), turned("interleaved", value))
        assert len(list(relabellings(asked))) == found
