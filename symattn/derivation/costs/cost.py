"""What mechanisms cost: exact formulas that respect the mask, and numbers, side by side.

Counted are the multiply-adds of the products of queries with keys, of weights with values and of
projections, and the exponentials. P is the number of visible pairs (`derivation.counts.counting`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symattn.core.cost_table import CostTable, CrossOver
from symattn.core.errors import Usage
from symattn.core.expression import symbol
from symattn.core.form import Form
from symattn.core.interpret import Environment, Number
from symattn.derivation.costs.cost_case import Case, N, case_of
from symattn.derivation.costs.cost_column import Column
from symattn.derivation.costs.cost_lines import mechanism_lines, recurrent_layer
from symattn.derivation.costs.cross_over import cross_over
from symattn.derivation.costs.facts import Facts, facts_of
from symattn.derivation.costs.work import uncounted

EMPTY = Environment()


def cost(
    forms: Sequence[Form],
    *,
    n: int | None = None,
    d: int | None = None,
    d_v: int | None = None,
    heads: int | None = None,
    bytes: int | None = None,
    t: int | None = None,
    env: Environment = EMPTY,
    recurrent: bool = True,
) -> CostTable:
    """The costs of mechanisms in one table, with the recurrent layer h_t = f(W h + U x) last.

    `d_v` is d unless given; `t`, the position of a decode step, is the last one. Other widths and
    parameters stand in `env`. With heads (given, or in some mechanism) d is the width of one head.

    >>> from symattn.core.form_text import form
    >>> table = cost([form(support="j <= i", name="causal")], n=7, d=4)
    >>> table.columns[0].line("flops").value
    448
    """
    if not forms:
        raise Usage("cost needs a mechanism")
    given = {"n": n, "d": d, "d_v": d_v, "H": heads, "bytes": bytes}
    numbers = {name: size for name, size in given.items() if size is not None}
    _check_sizes(numbers)
    if d is not None:
        numbers.setdefault("d_v", d)
    if t is not None or n is not None:
        numbers["t"] = _position(n - 1 if t is None and n is not None else t or 0, n)
    many = heads is not None or any(form.has_heads for form in forms)
    columns, crossed = [], []
    for form in forms:
        case = case_of(form, many, numbers, env, d_v is None)
        column = mechanism_lines(case)
        columns.append(column.finished())
        if recurrent:
            crossed.append(_crossing(case, column))
    if recurrent:
        columns.append(recurrent_layer(numbers, many))
    extra = {k: int(v) for k, v in env.scalars.items() if isinstance(v, int) and k not in numbers}
    numbers = {**numbers, **extra}
    shown = tuple(
        (name, size) for name, size in numbers.items() if name != "d_v" or d_v is not None
    )
    return CostTable(shown, tuple(columns), tuple(crossed), _notes(forms))


def _check_sizes(numbers: Mapping[str, int]) -> None:
    for name, size in numbers.items():
        if isinstance(size, bool) or size < 1:
            raise Usage(f"{name} must be a whole number of at least 1, got {size}")


def _position(t: int, n: int | None) -> int:
    if isinstance(t, bool) or t < 0 or (n is not None and t >= n):
        last = "0, 1, ..." if n is None else f"0..{n - 1}"
        raise Usage(f"there is no position t = {t}; positions run {last}")
    return t


def _crossing(case: Case, column: Column) -> CrossOver:
    """Where the two matrix products of the mechanism cost what the recurrent layer costs."""
    attention = column.written_out(case.one_pass_of_products)
    layer = case.layer_step * N
    valid = case.pairs.count.valid_from
    if symbol(case.pairs.name) in attention.variables:
        note = "no cross-over is solved: the number of pairs is no polynomial in n"
        return CrossOver(case.name, None, note=note)
    facts = Facts(facts_of(case.setting.form))
    return cross_over(case.name, attention, layer, facts, _whole(case.numbers), valid)


def _whole(numbers: Mapping[str, Number]) -> dict[str, int]:
    return {name: value for name, value in numbers.items() if isinstance(value, int)}


def _notes(forms: Sequence[Form]) -> tuple[str, ...]:
    found = [
        "counted are multiply-adds of products, and exponentials; not scaling, sums and divisions"
    ]
    for form in forms:
        if words := uncounted(form):
            found.append(f"{form.name or 'form'}: not counted are {', '.join(words)}")
    return tuple(dict.fromkeys(found))
