"""Counts against brute force: every mechanism, every small parameter, every length up to 12."""

import subprocess
import sys
from dataclasses import replace
from functools import cache
from itertools import accumulate, product

import pytest

from symattn.core.count import Count
from symattn.core.errors import NotConcrete, SymattnError, Usage
from symattn.core.expression import free_names
from symattn.core.form_text import form
from symattn.core.interpret import Environment, exact
from symattn.derivation.counts import counting, quasi_linear
from symattn.derivation.counts.counting import count, count_over_lengths, row_count
from symattn.derivation.counts.symbolic_counts import row_formula
from symattn.mechanisms.spec import mechanism
from tests.derivation.supports import OPEN, ROWS_ONLY, brute_rows, concrete

LENGTHS = range(1, 13)
FREE = Environment()


@cache
def brute(spec: str, n: int) -> int:
    return sum(brute_rows(mechanism(spec), n, n))


def check_square(spec: str, lengths=LENGTHS) -> None:
    """Raise unless value and formula are right at all these lengths, and `valid_from` is least."""
    check_formula(count(mechanism(spec)), {n: brute(spec, n) for n in lengths})
    for n in lengths:
        assert count(mechanism(spec), n, n).value == brute(spec, n), (spec, n)


def check_formula(found: Count, totals: dict[int, int]) -> None:
    """Raise unless the formula gives these totals from exactly `valid_from` on."""
    assert found.closed_form is not None or found.residues, found
    for n, total in totals.items():
        right = exact(replace(found, valid_from=1).formula(n), FREE.at(n=n)) == total
        if n >= found.valid_from:
            assert right, f"wrong at {n} >= {found.valid_from}"
        elif n == found.valid_from - 1:
            assert not right, f"right at {n} already"


@pytest.mark.parametrize("spec", concrete())
def test_squares_with_numbers(spec):
    check_square(spec)


@pytest.mark.parametrize("spec", concrete())
def test_sums_over_lengths(spec):
    totals = dict(zip(LENGTHS, accumulate(brute(spec, n) for n in LENGTHS), strict=True))
    check_formula(count_over_lengths(mechanism(spec)), totals)
    for n, total in totals.items():
        assert count_over_lengths(mechanism(spec), n).value == total


@pytest.mark.parametrize("spec", concrete())
def test_rows_with_numbers(spec):
    made = mechanism(spec)
    formula = row_formula(made)
    for n in (1, 2, 3, 7, 12):
        for i, keys in enumerate(brute_rows(made, n, n)):
            assert row_count(made, i, n, n) == keys
            if formula is not None:
                assert exact(formula, FREE.at(i=i, n=n)) == keys


def values_of(made):
    """Small numbers for the open parameters of the support, as environments."""
    open_names = sorted(free_names(made.support) - {"i", "j"})
    low = [int(made.parameter(name).bound.args[0]) for name in open_names]
    for values in product(*(range(x, x + 6) for x in low)):
        yield dict(zip(open_names, values, strict=True))


@pytest.mark.parametrize("spec", OPEN)
def test_squares_with_open_parameters(spec):
    made = mechanism(spec)
    found, row = count(made), row_formula(made)
    assert found.closed_form is not None
    assert found.valid_from == 1
    over = count_over_lengths(made).closed_form
    for values in values_of(made):
        env, total = Environment(values), 0
        for n in range(1, 10):
            rows = brute_rows(made, n, n, env)
            total += sum(rows)
            assert [exact(row, env.at(i=i, n=n)) for i in range(n)] == rows, (values, n)
            assert exact(found.closed_form, env.at(n=n)) == sum(rows), (values, n)
            assert over is None or exact(over, env.at(n=n)) == total, (values, n)
        assert count(made, 9, 9, env).value == sum(rows)


@pytest.mark.parametrize("spec", ROWS_ONLY)
def test_rows_whose_sum_has_no_rule(spec):
    made = mechanism(spec)
    found, row = count(made), row_formula(made)
    assert found.closed_form is None
    assert found.reason
    for values in values_of(made):
        env = Environment(values)
        for n in (1, 2, 4, 9):
            rows = brute_rows(made, n, n, env)
            assert [exact(row, env.at(i=i, n=n)) for i in range(n)] == rows, (values, n)
            assert exact(found.as_sum, env.at(n=n)) == sum(rows)
            assert count(made, n, n, env).value == sum(rows)


ALIGNED = ("", "offset: n_k - n_q\n", "offset: 2\n")


@pytest.mark.parametrize("offset", ALIGNED)
@pytest.mark.parametrize(
    "support",
    ["j <= i", "true", "j <= i and i - j < 3", "abs(i - j) <= 2", "(i - j) % 3 == 0 and j <= i",
     "i // 3 == j // 3", "j < 2", "j <= i or j < 3", "j <= i + n_k - n_q", "n_k - j <= 2"],
)  # fmt: skip
def test_other_lengths_and_offsets(support, offset):
    made = mechanism(f"support: {support}\n{offset}")
    formula = count(made, 3, 4).closed_form
    for n_q, n_k in product((1, 2, 3, 5, 7), repeat=2):
        if "n_k - n_q" in offset and n_q > n_k:
            continue
        rows = brute_rows(made, n_q, n_k)
        found = count(made, n_q, n_k)
        assert found.value == sum(rows), (n_q, n_k)
        if formula is not None:
            env = FREE.at(n_q=n_q, n_k=n_k)
            assert exact(formula, env) == sum(rows), (n_q, n_k)
        if n_q != n_k:
            row = row_formula(made, square=False)
            first = int(exact(made.offset, FREE.at(n_q=n_q, n_k=n_k)))
            for at, keys in enumerate(rows):
                assert row_count(made, first + at, n_q, n_k) == keys
                if row is not None:
                    assert exact(row, FREE.at(i=first + at, n_q=n_q, n_k=n_k)) == keys


def test_causal_alignments_have_closed_forms():
    top = count(mechanism("causal"), 3, 5)
    assert top.text == "m*n_q - m(m-1)/2 with m = min(n_k, n_q)"
    bottom = mechanism("support: j <= i\noffset: n_k - n_q")
    assert count(bottom, 10**9, 2 * 10**9).value == 1_500_000_000_500_000_000
    assert count(bottom, 3, 5).closed_form is not None
    assert row_count(bottom, 4, 3, 5) == 5


BIG = 10**9
TEXTS = {
    "causal": "n(n+1)/2",
    "simple": "n(n+1)/2",
    "full": "n^2",
    "window(visible=4)": "4n - 6 for n >= 3",
    "window(left=2,right=1)": "4n - 4 for n >= 2",
    "dilated(2)+causal": "floor((n+1)^2/4)",
    "dilated(3)+causal": "floor((n+1)(n+2)/6)",
    "prefix(3)": "n(n+1)/2 + 3 for n >= 3",
    "chunked(512)+causal": "513n/2 - t(512-t)/2 with t = (n mod 512)",
    "sink_tokens(4)": "4n for n >= 4",
    "(window(visible=4096)|sink_tokens(4))+causal": "4100n - 8402950 for n >= 4099",
}


@pytest.mark.parametrize("spec", TEXTS)
def test_formulas_that_readers_see(spec):
    assert count(mechanism(spec), BIG, BIG).text == TEXTS[spec]


def test_window_with_an_open_size():
    found = count(mechanism("window(visible)"))
    assert found.text == "m*n - m(m-1)/2 with m = min(visible, n)"
    assert found.code == "Min(visible, n)*n - Min(visible, n)*(Min(visible, n) - 1)/2"


def test_causal_code():
    assert count(mechanism("causal+alibi"), 7, 7).code == "n*(n + 1)/2"


def triangle(n: int) -> int:
    return n * (n + 1) // 2


def windowed(n: int, w: int) -> int:
    """1 + 2 + ... + w + w + w + ..., n terms."""
    return triangle(min(n, w)) + max(0, n - w) * w


Q512, T512 = divmod(BIG, 512)
Q8192, T8192 = divmod(BIG, 8192)
Q1024, T1024 = divmod(BIG, 1024)
LARGE = {  # every number worked out by hand, without the theorem
    "causal": triangle(BIG),
    "full": BIG**2,
    "window(visible=1000000)": windowed(BIG, 10**6),
    "window(left=1000000,right=3)": windowed(BIG, 10**6 + 1) + windowed(BIG, 4) - BIG,
    "dilated(3)+window(visible=1000000)": BIG
    + 3 * triangle(333_332)
    + (BIG - 3 * 333_333) * 333_333,
    "strided(128)": 255 * BIG - 128 * 127 + 128 * (BIG // 128) ** 2 - BIG,
    "chunked(512)+causal": Q512 * triangle(512) + triangle(T512),
    "chunked(512)": Q512 * 512**2 + T512**2,
    "dilated(512)+causal": BIG + 512 * triangle(Q512 - 1) + T512 * Q512,
    "global_window(lookback=256,tokens=64)": BIG**2
    - (BIG - 64) ** 2
    + 513 * (BIG - 64)
    - 256 * 257,
    "chunked(8192)+causal": Q8192 * triangle(8192) + triangle(T8192),
    "chunked(8192)+window(visible=4096)": Q8192 * windowed(8192, 4096) + windowed(T8192, 4096),
    "chunked(1000000)+window(visible=3)": 1000 * windowed(10**6, 3),
    "block_local(1024)+causal": triangle(1024)
    + (Q1024 - 1) * (1024**2 + triangle(1024))
    + T1024 * 1024
    + triangle(T1024),
    "sink_tokens(5)+causal": windowed(BIG, 5),
    "prefix(1000)": triangle(BIG) + triangle(999),
}


@pytest.mark.parametrize("spec", LARGE)
def test_large_numbers_from_few_values(spec, monkeypatch):
    """A count at 10**9 is right and looks at no more rows than a few periods have."""
    asked = []
    at = quasi_linear.QuasiLinear.at
    monkeypatch.setattr(quasi_linear.QuasiLinear, "at", lambda s, m: asked.append(m) or at(s, m))
    assert count(mechanism(spec), BIG, BIG).value == LARGE[spec]
    assert len(set(asked)) <= 5000


def test_unknown_tables_are_named():
    for spec, name in (("padding", "keep"), ("packed+causal", "doc")):
        found = count(mechanism(spec), 5, 5)
        assert (found.value, found.closed_form) == (None, None)
        assert found.reason == f"depends on {name}"
    for spec, name in (("padding", "keep"), ("window(visible=w)", "w")):
        with pytest.raises(NotConcrete, match=f"depends on {name}"):
            row_count(mechanism(spec), BIG - 1, BIG, BIG)
    env = Environment(tables={"keep": lambda j: int(j % 2 == 0)})
    assert count(mechanism("padding+causal"), 5, 5, env).value == 9
    assert row_count(mechanism("padding+causal"), 4, 5, 5, env) == 3


def test_what_no_rule_counts_is_counted_or_refused():
    odd = form(support="i * j % 3 == 1 and i + j < 20")
    for n in LENGTHS:
        assert count(odd, n, n).value == sum(brute_rows(odd, n, n))
    found = count(odd)
    assert (found.value, found.closed_form) == (None, None)
    assert found.reason
    with pytest.raises(Usage, match=r"no counting rule fits .* 1000000 x 1000000 pairs"):
        count(odd, 10**6, 10**6)


def test_bounds_that_are_no_whole_numbers_get_no_formula():
    """j <= i / c is no bound at a whole number: rounding it silently would miscount."""
    for support in ("j <= i / c", "j <= i * 2 - c / 2", "2 * j <= i + c"):
        assert row_formula(form(support=support, where="c >= 1")) is None
    real = form(support="i - j < w", where="w: real > 0")
    assert row_formula(real) is None
    assert (
        count(real, 6, 6, Environment({"w": exact(form(offset="5 / 2").offset, FREE)})).value
        == 21 + 9
    )


def test_bad_lengths_and_broken_domains():
    for bad in (0, -1, True):
        with pytest.raises(Usage, match="whole number of at least 1"):
            count(mechanism("causal"), bad, bad)
    with pytest.raises(SymattnError, match="w must be >= 1"):
        count(mechanism("window(visible=w)+causal"), 3, 3, Environment({"w": 0}))
    with pytest.raises(Usage, match="no query at position 7"):
        row_count(mechanism("causal"), 7, 7, 7)


def test_huge_parameters_take_no_memory():
    """A remainder by 10**12 has a mask of 10**12 bits; nothing may try to hold one."""
    made = mechanism("dilated(1000000000000)+causal")
    assert count(made, BIG, BIG).value == BIG
    assert row_count(made, 5 * 10**12, 10**13, 10**13) == 6
    two = mechanism("dilated(999983)+dilated(999979)")
    with pytest.raises(Usage, match="would take too long"):
        count(two, BIG, BIG)
    assert count(mechanism(f"window(visible={10**30})"), 7, 7).value == 28
    assert count(mechanism(f"chunked({10**30})+causal"), BIG, BIG).value == triangle(BIG)


def test_a_planted_error_in_the_critical_blocks_is_caught(monkeypatch):
    """Without its critical blocks the fit would be a sample, and a window would look causal."""
    monkeypatch.setattr(quasi_linear, "merged", lambda _: ((0, 0),))
    with pytest.raises(AssertionError):
        check_square("window(visible=5)")


def test_a_planted_error_in_a_row_is_caught(monkeypatch):
    monkeypatch.setattr(quasi_linear, "size", lambda pieces: sum(p[1] - p[0] for p in pieces))
    with pytest.raises(AssertionError):
        check_square("dilated(3)+causal")


def test_a_planted_bound_is_caught(monkeypatch):
    smaller = counting.square_count

    def late(sequence):
        return replace(smaller(sequence), valid_from=2)

    monkeypatch.setattr(counting, "square_count", late)
    with pytest.raises(AssertionError, match="wrong at 2"):
        check_square("window(visible=4)")


def test_causal_needs_no_heavy_library():
    code = (
        "import sys; from symattn.derivation.counts.counting import count;"
        "from symattn.core.form_text import form; assert count(form(support='j <= i'), 7, 7).text;"
        "print(sorted({'sympy', 'numpy', 'z3', 'flint'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
