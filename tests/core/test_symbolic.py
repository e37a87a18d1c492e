"""SymPy matrices: against matrices built by hand with plain SymPy, and what they refuse."""

from __future__ import annotations

from typing import Any

import pytest
import sympy

from symattn.core import symbolic
from symattn.core.errors import NotConcrete, Usage
from symattn.core.form_text import form
from symattn.core.instance import instance
from symattn.core.numbers import numbers
from symattn.core.symbolic import Matrices, matrices
from symattn.mechanisms.spec import mechanism


def made(spec: str, n: int = 3, head: int | None = None, **options: Any) -> Matrices:
    return matrices(instance(mechanism(spec), n, **options), head)


def named(letter: str, rows: int, width: int) -> sympy.Matrix:
    return sympy.Matrix(rows, width, lambda i, t: sympy.Symbol(f"{letter}_{{{i},{t}}}", real=True))


def weights_by_hand(scores: sympy.Matrix, visible: Any) -> sympy.Matrix:
    powers = sympy.Matrix(
        *scores.shape, lambda i, j: sympy.exp(scores[i, j]) if visible(i, j) else 0
    )
    return sympy.Matrix(*scores.shape, lambda i, j: powers[i, j] / sum(powers[i, :]))


@pytest.mark.parametrize("d", [1, 2, 3])
@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_causal_is_what_plain_sympy_builds(n: int, d: int) -> None:
    got = made("causal", n, d=d, d_v=2)
    Q, K, V = named("q", n, d), named("k", n, d), named("v", n, 2)
    scores = Q * K.T / sympy.sqrt(d)
    weights = weights_by_hand(scores, lambda i, j: j <= i)
    assert (got.Q, got.K, got.V) == (Q, K, V)
    assert got.mask == sympy.Matrix(n, n, lambda i, j: 0 if j <= i else -sympy.oo)
    assert sympy.expand(got.scores - scores) == sympy.zeros(n, n)
    assert got.masked == (got.scores + got.mask).as_immutable()
    assert all(got.weights[i, j] == 0 for i in range(n) for j in range(i + 1, n))
    assert sympy.expand(got.weights) == sympy.expand(weights)
    assert sympy.expand(got.output) == sympy.expand(weights * V)


def test_q_is_made_from_x_where_there_is_no_q() -> None:
    got = made("projected", 2, d=2, sizes={"d_x": 3})
    X = named("x", 2, 3)
    W = {c: sympy.Matrix(3, 2, lambda s, t, c=c: sympy.Symbol(f"W_{{{c},{s},{t}}}", real=True))
         for c in "qkv"}  # fmt: skip
    for letter, matrix in zip("qkv", (got.Q, got.K, got.V), strict=True):
        assert matrix == X * W[letter]
    for spec, letter in {"simple": "x", "rope": "q", "differential": "q1"}.items():
        assert named(letter, 2, 2) == made(spec, 2).Q
    assert matrices(instance(form(score="b[i, j]"), 2)).Q is None


def test_numbers_stay_exact_and_the_rest_stays_free() -> None:
    given = numbers({"Q": [["1/3", None], [0, 0]], "K": [[1, 0], [0, 1]]})
    got = made("full", 2, numbers=given)
    assert got.scores[0, 0] == sympy.sqrt(2) / 6
    assert got.scores[0, 1] == sympy.sqrt(2) / 2 * sympy.Symbol("q_{0,1}", real=True)
    assert got.weights[1, 0] == sympy.Rational(1, 2)


def one(spec: Any, **options: Any) -> Matrices:
    """Scores s = q k of width 1 with k = 1, so that the score of row i is the symbol q_{i,0}."""
    return matrices(instance(spec, 2, d=1, numbers=numbers({"K": [[1], [1]]}), **options))


def test_normalisers_are_their_formulas() -> None:
    s, z = (sympy.Symbol(name, real=True) for name in ("q_{1,0}", "z"))
    e = sympy.exp(s)
    content = "dot(q[i], k[j])"
    cases = {
        "softmax": sympy.Rational(1, 2),
        "softmax1": e / (1 + 2 * e),
        "softmax(sink=z)": e / (sympy.exp(z) + 2 * e),
        "sigmoid": 1 / (1 + sympy.exp(-s)),
        "linear": sympy.Rational(1, 2),
        "undivided": s,
    }
    for weights, expected in cases.items():
        got = one(form(score=content, weights=weights))
        assert got.weights[1, 0] == expected, weights
        assert sympy.expand(got.output[1, 0]) == sympy.expand(
            expected * sum(sympy.Symbol(f"v_{{{j},0}}", real=True) for j in range(2))
        )


@pytest.mark.parametrize("weights", ["softmax", "softmax1", "sigmoid", "linear", "undivided"])
def test_an_empty_row_is_what_the_form_says(weights: str) -> None:
    v = sum(sympy.Symbol(f"v_{{{j},0}}", real=True) for j in range(2))
    expected = {"zero": (0, 0), "uniform": (sympy.Rational(1, 2), v / 2)}
    for empty, (weight, output) in expected.items():
        got = one(form("j < i", "dot(q[i], k[j])", weights=weights, empty=empty))
        assert list(got.weights[0, :]) == [weight, weight]
        assert sympy.expand(got.output[0, 0] - output) == 0
    got = one(form("j < i", "dot(q[i], k[j])", weights=weights, empty="nan"))
    assert set(got.weights[0, :]) | set(got.output[0, :]) == {sympy.nan}
    assert sympy.nan not in set(got.weights[1, :]) | set(got.output[1, :])


def test_several_rows_and_an_output_expression() -> None:
    got = made("differential+causal", 2, d=1, d_v=1)
    lam = sympy.Symbol("lam", real=True)
    v = named("v", 2, 1)
    assert got.weights[0, 0] == 1 - lam
    assert sympy.expand(sum(got.weights[1, :])) != 0
    assert got.output[0, 0] == (1 - lam) * v[0, 0]
    assert len(got.all_scores) == len(got.all_masked) == 2
    with pytest.raises(ValueError, match="mix 2 rows"):
        _ = got.scores
    absorbed = made("mla_absorbed", 1, d=2, sizes={"d_r": 2, "d_c": 2})
    assert absorbed.weights == sympy.Matrix([[1]])
    c = named("c", 1, 2)
    W = sympy.Matrix(2, 2, lambda s, t: sympy.Symbol(f"W_{{uv,h,{s},{t}}}", real=True))
    assert absorbed.output == c * W


def test_each_head_reads_its_own_key_head() -> None:
    base = instance(mechanism("gqa(groups=2)"), 1, d=1, heads=4)
    for head in range(4):
        got = matrices(base, head)
        assert got.Q[0, 0].name == f"q_{{{head},0,0}}"
        assert got.K[0, 0].name == f"k_{{{head // 2},0,0}}"
        assert got.V[0, 0].name == f"v_{{{head // 2},0,0}}"
    with pytest.raises(Usage, match="there are 4 heads: say which, 0 to 3"):
        matrices(base)
    with pytest.raises(Usage, match="no head 4"):
        matrices(base, 4)


def test_names_print_well_and_never_collide() -> None:
    labels = {
        "alibi": "m_{h}", "shaw(clip=1)": "a_{k,-1,0}", "transformer_xl": "W_{r,0,1}",
        "bias": "PE_{1,0}",
    }  # fmt: skip
    for spec, label in labels.items():
        assert label in {str(symbol) for symbol in made(spec, 2).symbols}, spec
    # a_1[0] and a[1, 0] would both be a_{1,0}
    clash = form(score="a_1[i] + a[1, i] + a_b_1[i]")
    symbols = matrices(instance(clash, 2)).symbols
    assert {"{a_1}_{0}", "a_{1,0}", "{a_b_1}_{0}"} <= {str(symbol) for symbol in symbols}
    assert len({str(symbol) for symbol in symbols}) == len(symbols) == 10


def test_assumptions_come_from_the_declarations() -> None:
    found = {str(s): s for s in made("temperature+causal", 2).symbols}
    assert found["T"].is_positive
    assert found["q_{0,0}"].is_real
    assert found["q_{0,0}"].is_positive is None


def test_a_table_too_small_for_masked_pairs_is_no_obstacle() -> None:
    relative = form("j <= i", "dot(q[i], k[j]) + b[i - j]")
    got = matrices(instance(relative, 2, numbers=numbers({"b": [5, 7]})))
    assert got.scores[0, 1] == sympy.nan
    assert got.masked[0, 1] == -sympy.oo
    assert got.weights[0, :] == sympy.Matrix([[1, 0]])
    with pytest.raises(Usage, match="expected an entry"):
        matrices(instance(relative, 2, numbers=numbers({"b": [5]})))


@pytest.mark.parametrize(
    ("spec", "said"), [("window", "'visible' needs a number"), ("packed", "table 'doc' needs")]
)
def test_a_support_that_is_not_known_is_refused(spec: str, said: str) -> None:
    with pytest.raises(NotConcrete, match=said):
        made(spec)


def test_division_by_zero_is_refused() -> None:
    given = numbers({"Q": [[0]], "K": [[1]]})
    with pytest.raises(NotConcrete, match="division by zero"):
        matrices(instance(form(score="1 / dot(q[i], k[j])"), 1, d=1, numbers=given))


def test_sizes_that_sympy_cannot_bear_are_refused() -> None:
    with pytest.raises(Usage, match="take too long"):
        made("full", 1000)


def test_a_symbol_from_nowhere_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As when SymPy lets a bound index escape from a sum."""
    rules = dict(symbolic.algebra())
    rules["exp"] = lambda a: sympy.exp(a + sympy.Symbol("t"))
    monkeypatch.setattr(symbolic, "algebra", lambda: rules)
    with pytest.raises(AssertionError, match="appeared from nowhere"):
        made("causal", 2)
