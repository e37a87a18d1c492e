"""The lines of a cost table for one mechanism: a pass, a decode step, generation, a recurrence."""

from __future__ import annotations

from collections.abc import Mapping

from symattn.core.cost_table import MechanismCost
from symattn.core.expression import symbol
from symattn.core.interpret import Number
from symattn.derivation.costs.cost_case import HEADS, WIDTH, Case, N, layer_step
from symattn.derivation.costs.cost_column import Column
from symattn.derivation.costs.recurrence import Fold, fold_of
from symattn.derivation.costs.work import cache_of
from symattn.derivation.counts.polynomial import Polynomial, lifted, put, variable

PASS = "one pass over all positions (training, prefill)"
STEP = "one decode step at position t, with a cache"
GENERATE = "generating n tokens, one after the other"
FOLD = "as a recurrence with a state of fixed size"
RECURRENT = "recurrent layer"
MADDS, EXPONENTIALS, NUMBERS, STEPS = "multiply-adds", "exponentials", "numbers", "steps"
BYTES = variable(symbol("bytes"))


def mechanism_lines(case: Case) -> Column:
    """Every line of a mechanism."""
    letters = (case.pairs, case.row, case.over_lengths)
    column = Column(case.name, case.numbers, letters)
    _pass_lines(column, case)
    _step_lines(column, case)
    _generation_lines(column, case)
    fold = fold_of(case.setting)
    if fold is not None:
        _fold_lines(column, case, fold)
    return column


def _pass_lines(column: Column, case: Case) -> None:
    column.group = PASS
    score = case.one_pass("score")
    mix = case.one_pass("mix") + case.one_pass("combination")
    column.add(
        "products", "products of a query and a key", "products", case.products * case.pairs.itself
    )
    note = case.note("score")
    column.add("score_multiply_adds", "scores (Q K^T)", MADDS, score, note)
    column.add("mix_multiply_adds", "mix (weights times V)", MADDS, mix)
    column.add("multiply_adds", "both matrix products", MADDS, score + mix, note)
    column.add(
        "flops", "both matrix products", "floating-point operations", (score + mix) * 2,
        "two operations for each multiply-add",
    )  # fmt: skip
    column.add("exponentials", "exponentials", EXPONENTIALS, case.one_pass("exponential"))
    projections = case.one_pass("projection")
    if projections.terms:
        apart = "not part of the lines above"
        words = "; ".join(filter(None, (apart, case.note("projection"))))
        column.add("projections", "projections", MADDS, projections, words)
    full = case.rows * N * N
    column.add("score_matrix", "memory of scores, the full matrix", "bytes", BYTES * full)
    column.add("score_row", "memory of scores, row by row", "bytes", BYTES * case.rows * N)
    column.add("sequential_steps", "steps that wait for each other", STEPS, lifted(1))


def _step_lines(column: Column, case: Case) -> None:
    column.group = STEP
    cache = cache_of(case.setting)
    kept, sources = put(cache.kept, case.widths), put(cache.sources, case.widths)
    column.add("cache_numbers", "KV cache for each token", NUMBERS, kept)
    column.add("cache_bytes", "KV cache for each token", "bytes", BYTES * kept)
    if sources != kept:
        column.add(
            "cache_sources", "cache for each token, sources only", NUMBERS, sources,
            "keys and values are made from these again",
        )  # fmt: skip
    seen = case.row.itself
    step = case.one_step("score") + case.one_step("mix") + case.one_step("combination")
    lines = {
        "step_products": ("products of a query and a key", "products", case.products * seen),
        "step_multiply_adds": ("both matrix products", MADDS, step),
        "step_cache_read": ("read from the cache", "bytes", BYTES * kept * seen),
    }
    _causal_lines(column, case, lines)
    projections = case.one_step("projection")
    if projections.terms and case.causal:
        column.add("step_projections", "projections", MADDS, projections)


def _causal_lines(
    column: Column, case: Case, lines: Mapping[str, tuple[str, str, Polynomial]]
) -> None:
    for key, (name, unit, found) in lines.items():
        if case.causal:
            column.add(key, name, unit, found)
        else:
            column.refuse(key, name, unit, case.not_causal)


def _generation_lines(column: Column, case: Case) -> None:
    column.group = GENERATE
    kinds = ("score", "mix", "combination")
    cached, uncached = Polynomial(), Polynomial()
    for kind in kinds:
        cached, uncached = cached + case.one_pass(kind), uncached + case.without_cache(kind)
    over = case.over_lengths.itself
    lines = {
        "cached_products": (
            "products, with a cache",
            "products",
            case.products * case.pairs.itself,
        ),
        "cached_multiply_adds": ("both matrix products, with a cache", MADDS, cached),
        "uncached_products": ("products, without a cache", "products", case.products * over),
        "uncached_multiply_adds": ("both matrix products, without a cache", MADDS, uncached),
        "generation_steps": ("steps that wait for each other", STEPS, N),
    }
    _causal_lines(column, case, lines)


def _fold_lines(column: Column, case: Case, fold: Fold) -> None:
    column.group = FOLD
    heads, state, step = case.setting.heads, fold.state, fold.step
    state, step = put(state, case.widths) * heads, put(step, case.widths) * heads
    note = "and one multiplication for each number of the state, for the decay"
    column.add("fold_state", "state", NUMBERS, state)
    column.add("fold_step", "each token", MADDS, step, note if fold.decays else "")
    column.add("fold_multiply_adds", "all n tokens", MADDS, step * N)
    column.add(
        "fold_steps", "steps that wait for each other", STEPS, N if case.causal else lifted(1)
    )


def recurrent_layer(numbers: Mapping[str, Number], many: bool) -> MechanismCost:
    """The layer h_t = f(W h + U x), with the lines that it shares with attention."""
    column = Column(RECURRENT, numbers)
    step = layer_step(many)
    column.group = PASS
    column.add("multiply_adds", "both matrix products", MADDS, step * N, "W h and U x")
    column.add("flops", "both matrix products", "floating-point operations", step * N * 2)
    column.add("sequential_steps", "steps that wait for each other", STEPS, N)
    column.group = STEP
    column.add("step_multiply_adds", "both matrix products", MADDS, step)
    column.group = GENERATE
    column.add("cached_multiply_adds", "both matrix products, with a cache", MADDS, step * N)
    column.add("generation_steps", "steps that wait for each other", STEPS, N)
    column.group = FOLD
    column.add("fold_state", "state", NUMBERS, WIDTH * HEADS if many else WIDTH)
    column.add("fold_step", "each token", MADDS, step)
    column.add("fold_multiply_adds", "all n tokens", MADDS, step * N)
    column.add("fold_steps", "steps that wait for each other", STEPS, N)
    return column.finished()
