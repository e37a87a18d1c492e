"""States of an online softmax: a maximum, the sum of a block, and its mixed values.

A state (m, l, o) stands for some keys: m is at least as large as their scores (or -oo, of no keys),
l the sum of exp(s - m), and o the sum of exp(s - m) v, which nobody has divided yet. Merging two
states rescales both to the larger maximum. Two states are equal when m, l and o are.
"""

from __future__ import annotations

from dataclasses import dataclass

from symattn.core.expression import INFINITY, ZERO, Expr, symbol

NO_KEYS = -INFINITY  # the maximum of nothing


@dataclass(frozen=True, slots=True)
class State:
    """Maximum, sum and mixed values; `mixed` is None for the zero vector."""

    largest: Expr
    total: Expr
    mixed: Expr | None


EMPTY = State(NO_KEYS, ZERO, None)


def named_state(name: str) -> State:
    """Any state: a real m, a real l, and a vector o, all with the name of the state.

    >>> named_state("a").largest
    Expr('m_a')
    """
    return State(symbol(f"m_{name}"), symbol(f"l_{name}"), Expr("vector", (f"o_{name}",)))


def merged(a: State, b: State) -> State:
    """Both states as one; of two empty ones it is empty, by definition (0 / 0, -oo - -oo).

    >>> merged(named_state("a"), named_state("b")).total
    Expr('l_a * exp(m_a - max(m_a, m_b)) + l_b * exp(m_b - max(m_a, m_b))')
    """
    if a.largest == b.largest == NO_KEYS:
        return EMPTY
    largest = _larger(a.largest, b.largest)
    factors = [Expr("exp", (state.largest - largest,)) for state in (a, b)]
    total = a.total * factors[0] + b.total * factors[1]
    scaled = [
        None if state.mixed is None else Expr("*", (factor, state.mixed))
        for state, factor in zip((a, b), factors, strict=True)
    ]
    return State(largest, total, _sum(*scaled))


def _larger(m: Expr, other: Expr) -> Expr:
    """The maximum of two numbers, one of which may be that of no keys."""
    if NO_KEYS in (m, other):
        return other if m == NO_KEYS else m
    return Expr("max", (m, other))


def _sum(a: Expr | None, b: Expr | None) -> Expr | None:
    if a is None or b is None:
        return b if a is None else a
    return Expr("+", (a, b))


def all_at_once(state: State, of_largest: Expr, of_total: Expr) -> Expr:
    """exp(m) e + l f + o for two free vectors e and f: equal for all e, f exactly if all three are.

    exp(m) in the place of m is a finite number for m = -oo, too.

    >>> e, f = Expr("vector", ("e",)), Expr("vector", ("f",))
    >>> all_at_once(EMPTY, e, f)
    Expr('exp(-oo) * e + 0 * f')
    """
    found = Expr("*", (Expr("exp", (state.largest,)), of_largest)) + Expr(
        "*", (state.total, of_total)
    )
    return found if state.mixed is None else found + state.mixed
