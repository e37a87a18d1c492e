"""Costs against loops that count what they do, and against the distinct products of a Form."""

from fractions import Fraction
from itertools import product
from random import Random

import pytest

from symattn.core.declare import width
from symattn.core.errors import Usage
from symattn.core.expression import free_names, walk
from symattn.core.form_text import form
from symattn.core.interpret import Environment, exact, holds
from symattn.core.layout import layouts
from symattn.core.specialise import specialise
from symattn.core.text import show
from symattn.derivation.costs import cost_case, work
from symattn.derivation.costs.causality import why_not_causal
from symattn.derivation.costs.cost import cost
from symattn.mechanisms.registry import names
from symattn.mechanisms.spec import mechanism
from tests.derivation.metered import (
    Meter,
    folded,
    generated,
    one_pass,
    recurrent_layer,
    vectors,
)
from tests.derivation.supports import COMPOSITIONS

FREE = Environment()
CAUSAL = [
    "causal",
    "window(visible=3)",
    "window(lookback=1)",
    "dilated(2)+causal",
    "strided(2)+causal",
    "chunked(3)+causal",
    "block_local(2)+causal",
    "(window(visible=2) | sink_tokens(1)) + causal",
    "global_window(lookback=1,tokens=1)+causal",
]
TWO_SIDED = [
    "full",
    "prefix(2)",
    "window(left=2,right=1)",
    "chunked(2)",
    "dilated(3)",
    "sink_tokens(2)",
]


def lines_of(spec: str, **numbers):
    """The lines of a mechanism by key."""
    return {line.key: line for line in cost([mechanism(spec)], **numbers).columns[0].lines}


def values_of(spec: str, **numbers) -> dict[str, int | None]:
    return {key: line.value for key, line in lines_of(spec, **numbers).items()}


def sees_of(spec: str):
    support = mechanism(spec).support
    return lambda i, j: holds(support, FREE.at(i=i, j=j))


def inputs(n: int, d: int, d_v: int):
    random = Random(100 * n + 10 * d + d_v)
    return vectors(random, n, d), vectors(random, n, d), vectors(random, n, d_v)


def check_pass(spec: str, n: int, d: int, d_v: int) -> None:
    """Raise unless one pass of the loops does what the table says."""
    meter = Meter()
    one_pass(meter, *inputs(n, d, d_v), sees_of(spec))
    found, counted = values_of(spec, n=n, d=d, d_v=d_v), meter.counted
    assert found["products"] == counted["products"], (spec, n)
    assert found["score_multiply_adds"] == counted["score"], (spec, n)
    assert found["mix_multiply_adds"] == counted["mix"], (spec, n)
    assert found["multiply_adds"] == counted["score"] + counted["mix"]
    assert found["flops"] == 2 * (counted["score"] + counted["mix"])
    assert found["exponentials"] == counted["exponentials"], (spec, n)


@pytest.mark.parametrize("spec", [*CAUSAL, *TWO_SIDED])
def test_one_pass(spec):
    for n, (d, d_v) in product((1, 2, 3, 5, 8), ((3, 3), (2, 5))):
        check_pass(spec, n, d, d_v)


@pytest.mark.parametrize("spec", CAUSAL)
def test_generation_with_and_without_a_cache(spec):
    for n, d, d_v in ((1, 2, 3), (2, 3, 2), (7, 3, 2)):
        q, k, v = inputs(n, d, d_v)
        found = values_of(spec, n=n, d=d, d_v=d_v)
        outputs = {}
        for word, cached in (("cached", True), ("uncached", False)):
            meter = Meter()
            outputs[word] = generated(meter, q, k, v, sees_of(spec), cached=cached)
            counted = meter.counted
            assert found[f"{word}_products"] == counted["products"], (spec, n)
            total = counted["score"] + counted["mix"]
            assert found[f"{word}_multiply_adds"] == total, (spec, n)
        assert outputs["cached"] == outputs["uncached"] == one_pass(Meter(), q, k, v, sees_of(spec))
        assert found["generation_steps"] == n


@pytest.mark.parametrize("spec", CAUSAL)
def test_one_decode_step(spec):
    d, d_v, sees = 3, 2, sees_of(spec)
    for t in (0, 1, 2, 5):
        meter = Meter()
        q, k, v = inputs(t + 1, d, d_v)
        seen = [j for j in range(t + 1) if sees(t, j)]
        one_pass(meter, [q[t]], [k[j] for j in seen], [v[j] for j in seen], lambda _i, _j: True)
        for n in (t + 1, 9):
            found = values_of(spec, n=n, d=d, d_v=d_v, t=t, bytes=2)
            assert found["step_products"] == meter.counted["products"], (spec, t)
            assert found["step_multiply_adds"] == meter.counted["score"] + meter.counted["mix"]
            assert found["step_cache_read"] == 2 * (d + d_v) * len(seen)


def test_the_numbers_of_the_textbook():
    found = values_of("causal", n=7, d=4)
    assert found["products"] == 28
    assert found["flops"] == 448
    assert values_of("full", n=7, d=4)["flops"] == 784
    assert (
        lines_of("causal")["uncached_products"].closed_form
        == lines_of("causal")["uncached_products"].closed_form
    )
    assert show(lines_of("causal")["cached_products"].closed_form) == "n * (n + 1) / 2"
    assert show(lines_of("causal")["uncached_products"].closed_form) == "n * (n + 1) * (n + 2) / 6"
    assert show(lines_of("causal")["multiply_adds"].closed_form) == "d * n * (n + 1)"
    assert show(lines_of("full")["multiply_adds"].closed_form) == "2 * d * n ** 2"
    assert show(lines_of("causal")["step_products"].closed_form) == "t + 1"


def sized(made) -> dict[str, int]:
    """Small different numbers for every width and whole parameter."""
    found = {"d_x": 5, "d_c": 3, "d_r": 2, "groups": 2, "width": 4}
    open_names = {p.name for p in made.parameters if p.kind == "integer" and not p.indices}
    return {name: found.get(name, 3) for name in open_names}


@pytest.mark.parametrize(
    "spec",
    [*names(), "causal+alibi", "projected+multihead", "projected+gqa(groups=2)", "projected+mqa",
     "mla_absorbed+causal", "mla_expanded+causal", "transformer_xl+causal", "shaw+multihead",
     "transformer_xl+window(visible=2)", "differential+multihead+causal", "simple+alibi",
     "rope+gqa(groups=2)+window(visible=2)", "linear+causal+multihead", "softcap(30)+learned_sink",
     "projected+qk_norm+rope+gqa(groups=4)"],
)  # fmt: skip
def test_work_is_the_number_of_different_products(spec):
    """Every dot product and projection of a Form, once for each value it takes over i, j and h."""
    made = mechanism(spec)
    if any(p.kind in ("boolean", "integer") and p.indices for p in made.parameters):
        return  # unknown tables: `test_tables` has them
    heads, n, d, d_v = 4 if made.has_heads else 1, 4, 6, 2
    env = Environment({**sized(made), "d": d, "d_v": d_v, "H": heads, "n": n, "n_q": n, "n_k": n})
    numbers = {"n": n, "d": d, "d_v": d_v, "heads": heads if made.has_heads else None}
    found = {x.key: x for x in cost([made], env=env, **numbers).columns[0].lines}
    dots, projections, pairs = set(), set(), 0
    for h, i, j in product(range(heads), range(n), range(n)):
        at = env.at(i=i, j=j, h=h)
        if not holds(made.support, at):
            continue
        pairs += 1
        for node, score in nodes(made):
            place = (placed(made, node, at), amount(made, node, at))
            (dots if score else projections).add(place)
    assert found["products"].value == pairs * len(made.rows)
    assert found["score_multiply_adds"].value == sum(each for _, each in dots)
    wanted = sum(each for _, each in projections)
    assert (found["projections"].value if "projections" in found else 0) == wanted


def nodes(made):
    """Dot products, and projections."""
    everywhere = [*(row.score for row in made.rows), made.value, made.output]
    for expr in everywhere:
        for node in walk(expr):
            if node.op in ("dot", "matmul"):
                yield node, node.op == "dot"


def amount(made, node, at: Environment) -> int:
    """Multiply-adds of one product: the width of a dot product, the size of a matrix."""
    declared = {p.name: p for p in made.parameters}
    if node.op == "dot":
        left, right = (exact(width(part, declared), at) for part in node.parts)
        assert left == right
        return left
    matrix = node.parts[1].parts[0] if node.parts[1].op == "transpose" else node.parts[1]
    rows, columns = (exact(size, at) for size in declared[matrix.name].shape)
    return rows * columns


def placed(made, node, at: Environment) -> tuple[str, tuple[int, ...]]:
    """The product with its indices as numbers, and the heads that its letters do not show."""
    plan = layouts(made, True)
    own = set()
    if made.has_heads:
        for inner in walk(node):
            if inner.op == "vector" and inner.name == "o":
                own.add(("query", at.scalars["h"]))
            elif inner.op in ("vector", "matrix") and plan[inner.name].own_head:
                role = plan[inner.name].axes[0].role
                head = at.scalars["h"] if role == "head" else exact(made.key_head, at)
                own.add((role, head))
    concrete = specialise(node, Environment({k: at.scalars[k] for k in ("i", "j", "h", "H")
                                             if k in at.scalars}))  # fmt: skip
    return show(concrete), tuple(sorted(own))


CACHES = {  # numbers for each token, worked out by hand
    "causal": "d + d_v",
    "simple": "d",
    "multihead+causal": "H * (d + d_v)",
    "mqa+causal": "d + d_v",
    "gqa(groups=2)+causal": "2 * (d + d_v)",
    "gqa(groups=g)+causal": "g * (d + d_v)",
    "mla_absorbed+causal": "d_c + d_r",
    "mla_expanded+causal": "H * (d + d_v) + d_r",
    "shaw+causal": "d + d_v",
    "rope+causal": "d + d_v",
    "differential+causal": "2 * d + d_v",
    "projected+gqa(groups=2)": "2 * (d + d_v)",
}


@pytest.mark.parametrize("spec", CACHES)
def test_what_is_cached_for_each_token(spec):
    line = {x.key: x for x in cost([mechanism(spec)], d=4, d_v=3).columns[0].lines}["cache_numbers"]
    assert show(line.closed_form) == CACHES[spec]


def test_latents_may_be_cached_instead_of_keys():
    assert show(lines_of("mla_expanded+causal")["cache_sources"].closed_form) == "d_c + d_r"
    assert show(lines_of("projected")["cache_sources"].closed_form) == "d_x"
    assert "cache_sources" not in lines_of("causal")
    assert lines_of("mla+causal", bytes=2, heads=3)["cache_bytes"].closed_form is not None


@pytest.mark.parametrize(
    ("spec", "divided", "decay"), [("linear+causal", True, 1), ("retention(0.5)", False, 0.5)]
)
def test_recurrences(spec, divided, decay):
    for n, d, d_v in ((1, 1, 1), (5, 3, 2), (4, 2, 5)):
        q, k, v = ([[abs(x) for x in line] for line in part] for part in inputs(n, d, d_v))
        meter = Meter()
        found = folded(meter, q, k, v, divided=divided, decay=decay)
        assert values_of(spec, n=n, d=d, d_v=d_v)["fold_multiply_adds"] == meter.counted["fold"]
        assert values_of(spec, n=n, d=d, d_v=d_v)["fold_step"] * n == meter.counted["fold"]
        for i in range(n):  # the loop is the mechanism
            weights = [
                sum(a * b for a, b in zip(q[i], k[j], strict=True)) * decay ** (i - j)
                for j in range(i + 1)
            ]
            scale = sum(weights) if divided else 1
            wanted = [sum(w * v[j][c] for j, w in enumerate(weights)) / scale for c in range(d_v)]
            assert found[i] == pytest.approx(wanted)
    state = lines_of(spec)["fold_state"].closed_form
    assert show(state) == ("d * (d + 1)" if divided else "d ** 2")


def test_what_is_no_recurrence():
    for spec in (
        "causal",
        "linear+window(visible=3)",
        "sigmoid+causal",
        "retention+window(visible=2)",
        "softmax1+causal",
        "linear+causal+alibi",
    ):
        assert "fold_state" not in lines_of(spec), spec
    odd = form(support="j <= i", score="dot(q[i], k[j]) * g ** (2 * i - j)", weights="undivided")
    assert "fold_state" not in {x.key for x in cost([odd]).columns[0].lines}


def test_the_recurrent_layer():
    for n, d in ((1, 1), (3, 4), (6, 2)):
        meter, random = Meter(), Random(n)
        recurrent_layer(meter, vectors(random, n, d), vectors(random, d, d), vectors(random, d, d))
        layer = cost([mechanism("causal")], n=n, d=d).columns[-1]
        assert layer.line("multiply_adds").value == meter.counted["layer"]
        assert layer.line("sequential_steps").value == meter.counted["steps"]


@pytest.mark.parametrize(
    ("spec", "length"),
    [
        ("full", "d"),
        ("causal", "2 * d - 1"),
        ("window(visible=4)", "6 / (4 - d)"),
        ("transformer_xl+causal", "(4 * d - 7) / 3"),
        ("multihead+causal", "2 * H * d - 1"),
        ("prefix(3)", "(2 * d - 1 + sqrt(4 * d * (d - 1) - 23)) / 2"),
    ],
)
def test_cross_overs(spec, length):
    (found,) = cost([mechanism(spec)]).cross_overs
    assert show(found.length) == length


LAST = 13
CROSSING = ["full", "causal", "window(visible=4)", "window(visible=9)", "prefix(2)", "simple"]


@pytest.mark.parametrize("spec", [*CROSSING, "differential+causal", "transformer_xl+causal"])
def test_cross_overs_against_the_numbers_at_every_length(spec):
    for d in (1, 5):
        (found,) = cost([mechanism(spec)], d=d).cross_overs
        excess = {
            n: values_of(spec, n=n, d=d)["multiply_adds"] - 2 * n * d * d
            for n in range(1, LAST + 1)
        }
        more = [n for n in excess if n >= found.valid_from and excess[n] > 0]
        if found.overtakes is None:
            assert excess[LAST] <= 0
        else:
            assert all(excess[n] > 0 for n in range(found.overtakes, LAST + 1))
            before = found.overtakes - 1
            assert before < found.valid_from or excess.get(before, 0) <= 0
        if found.value is not None and found.value.op == "number":
            at = Fraction(found.value.args[0])
            if at.denominator == 1 and at <= LAST:
                assert excess[int(at)] == 0
        if found.cheaper_below and found.overtakes is not None:
            assert all(n >= found.overtakes for n in more)
        assert ("never meet" in found.note) == (found.length is None)
        if found.length is None:
            later = [n for n in excess if n >= found.valid_from]
            assert more == (later if "needs more" in found.note else [])
            assert all(excess[n] != 0 for n in later)


@pytest.mark.parametrize(("d", "more"), [(1, True), (2, None), (3, None), (4, False), (5, False)])
def test_a_length_that_means_nothing_is_not_told(d, more):
    """6 / (4 - d) is no length where d = 4, nor where it is below the first n that counts."""
    (found,) = cost([mechanism("window(visible=4)")], d=d).cross_overs
    if more is None:
        assert show(found.value) == str(6 // (4 - d))
    else:
        assert (found.length, found.value) == (None, None)
        assert ("needs more" if more else "needs fewer") in found.note


@pytest.mark.parametrize("spec", [*CAUSAL, *TWO_SIDED, "gqa(groups=2)+causal", "mla+causal"])
def test_formulas_give_the_numbers(spec):
    """Every line: its formula, where it is said to hold, against its number."""
    env = Environment({"d_c": 3, "d_r": 2})
    for n in (1, 2, 3, 6, 11):
        table = cost([mechanism(spec)], n=n, d=3, d_v=2, heads=4, bytes=2, env=env)
        for column in table.columns:
            letters = {q.name: q.value for q in column.quantities}
            known = Environment({**env.scalars, **dict(table.numbers), **letters})
            for q in column.quantities:
                if q.closed_form is not None and n >= q.valid_from:
                    assert exact(q.closed_form, known) == q.value, (spec, q)
            for line in column.lines:
                if line.closed_form is not None and n >= line.valid_from:
                    assert line.value is not None
                    assert exact(line.closed_form, known) == line.value, (spec, n, line)


def test_open_parameters_keep_letters():
    table = cost([mechanism("window(visible=w)")], n=10, d=4)
    column = table.columns[0]
    assert [q.name for q in column.quantities] == ["P", "G"]
    assert show(column.line("multiply_adds").closed_form) == "2 * P * d"
    assert column.line("multiply_adds").value is None
    assert show(column.line("step_products").closed_form) == "min(t + 1, w)"
    given = cost([mechanism("window(visible=w)")], n=10, d=4, env=Environment({"w": 4}))
    assert (
        given.columns[0].line("multiply_adds").value
        == values_of("window(visible=4)", n=10, d=4)["multiply_adds"]
    )
    taken = form(support="j < P and j <= i", where="P >= 1")
    assert [q.name for q in cost([taken]).columns[0].quantities] == ["pairs", "G"]


def test_tables():
    tables = {"keep": lambda j: int(j != 1)}
    found = cost([mechanism("padding+causal")], n=4, d=2, env=Environment(tables=tables)).columns[0]
    assert found.line("products").value == 7
    assert found.line("step_products").value == 3
    bare = cost([mechanism("padding+causal")], n=4, d=2).columns[0]
    assert bare.line("products").value is None
    assert bare.quantities[0].note == "depends on keep"
    assert bare.line("cache_numbers").value == 4


def test_large_sizes_are_exact():
    found = values_of("window(visible=4096)", n=10**9, d=128, bytes=2)
    pairs = 4096 * 10**9 - 4096 * 4095 // 2
    assert found["multiply_adds"] == 256 * pairs
    assert found["step_cache_read"] == 2 * 256 * 4096
    assert (
        values_of("causal", n=10**9)["uncached_products"] == 10**9 * (10**9 + 1) * (10**9 + 2) // 6
    )


MASKS = ["padding+causal", "packed", "packed+window(visible=2)", "simple", "retention", "linear"]


@pytest.mark.parametrize("spec", [*CAUSAL, *TWO_SIDED, *COMPOSITIONS, *MASKS])
def test_causality(spec):
    """With numbers it is decided, and right at every n <= 9."""
    made = mechanism(spec)
    env = Environment(tables={"keep": lambda _: 1, "doc": lambda _: 1})
    pairs = [(i, j) for j in range(9) for i in range(j)]
    later = any(holds(made.support, env.at(i=i, j=j)) for i, j in pairs)
    wanted = "not causal: a new token changes earlier rows" if later else ""
    assert why_not_causal(made) == wanted


def test_causality_with_open_parameters():
    for spec in (
        "window(visible=w)",
        "dilated(r)+causal",
        "(chunked(c) | sink_tokens(s)) + causal",
    ):
        assert why_not_causal(mechanism(spec)) == ""
    for spec in ("window(left=l,right=r)", "prefix(p)", "chunked(c)"):
        words = "not causal for all values of its parameters"
        assert why_not_causal(mechanism(spec)) == words
    zero = Environment({"l": 3, "r": 0})
    assert why_not_causal(mechanism("window(left=l,right=r)"), zero) == ""
    assert why_not_causal(form(support="j - i < w * 0 + 1 - w + w")) == ""
    assert why_not_causal(form(support="i * j < 0")) == "not proved to be causal"
    assert why_not_causal(form(support="j <= i", offset="1")).startswith("not causal")
    assert why_not_causal(form(support="j <= i", offset="n_k - n_q")) == ""


def test_decoding_without_causality_is_refused_in_words():
    line = lines_of("full", n=5)["step_products"]
    assert (line.closed_form, line.value) == (None, None)
    assert line.note == "not causal: a new token changes earlier rows"


def test_forms_of_ones_own():
    """Scores without products, the same product twice, keys read at several places."""
    table = cost([form(support="j <= i", score="b[i, j]")], n=5, d=3).columns[0]
    assert table.line("products").value == 0
    assert table.line("score_multiply_adds").value == 0
    assert table.line("mix_multiply_adds").value == 45
    twice = form(score="dot(q[i], k[j]) + dot(q[i], k[j]) ** 2 + dot(q[i], k[j - 1])")
    table = cost([twice], n=4, d=3, d_v=2).columns[0]
    assert table.line("score_multiply_adds").value == 16 * 6
    assert table.line("cache_numbers").value == 5
    for score in ("sum(t, 0, 3, dot(q[i], k[j - t]))", "where(i < 2, dot(q[i], k[j]), 0)"):
        with pytest.raises(Usage, match="cost does not count dot inside"):
            cost([form(score=score)])


def test_notes_name_what_is_not_counted():
    notes = cost([mechanism("rope+causal"), mechanism("shaw")]).notes
    assert "rope+causal: not counted are rotations" in notes
    assert "shaw: not counted are sums of vectors" in notes


def test_bad_sizes():
    for bad in ({"n": 0}, {"d": -1}, {"heads": True}, {"bytes": 0}, {"d_v": 0}):
        with pytest.raises(Usage, match="whole number of at least 1"):
            cost([mechanism("causal")], **bad)
    with pytest.raises(Usage, match=r"positions run 0\.\.6"):
        cost([mechanism("causal")], n=7, t=7)
    with pytest.raises(Usage, match="needs a mechanism"):
        cost([])
    with pytest.raises(Usage, match=r"H % 2 == 0"):
        cost([mechanism("gqa(groups=2)")], n=3, heads=5)


def test_a_mask_that_is_ignored_is_caught(monkeypatch):
    everything = form()
    counted = cost_case.count
    monkeypatch.setattr(cost_case, "count", lambda _, *rest: counted(everything, *rest))
    with pytest.raises(AssertionError):
        check_pass("causal", 7, 4, 4)


def test_a_forgotten_width_is_caught(monkeypatch):
    monkeypatch.setattr(work.Setting, "width", lambda *_: work.polynomial(work.number(3)))
    with pytest.raises(AssertionError):
        check_pass("causal", 5, 2, 5)


def test_a_wrong_row_is_caught(monkeypatch):
    seen = cost_case.row_count
    monkeypatch.setattr(cost_case, "row_count", lambda *rest: seen(*rest) + 1)
    monkeypatch.setattr(cost_case, "row_formula", lambda *_: None)
    with pytest.raises(AssertionError):
        test_one_decode_step("causal")


def test_free_names_of_formulas_are_known():
    """A reader is never shown a letter that the table does not explain."""
    for name in names():
        made = mechanism(name)
        for column in cost([made]).columns:
            letters = {q.name for q in column.quantities} | {p.name for p in made.parameters}
            for line in column.lines:
                if line.closed_form is not None:
                    usual = {"n", "d", "d_v", "H", "H_k", "t", "bytes"}
                    assert free_names(line.closed_form) <= usual | letters, line
