"""The grammar of states of an online softmax: `merge(merge(a, b), c) == merge(a, merge(b, c))`.

A name is any state, `empty` the state of no keys, `state(m, l, o)` one that is written by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from symattn.core.expression import ZERO, Expr
from symattn.core.online_states import EMPTY, State, all_at_once, merged, named_state
from symattn.core.text import Token

if TYPE_CHECKING:
    from symattn.reading.term_text import TermReader

NO_VECTOR = Expr("zero vector", ())


def read_merge(reader: TermReader, token: Token) -> Expr:
    """`merge(a, b)`: a state, or with `.m`, `.l` or `.o` one of its components."""
    arguments, _ = reader.arguments()
    reader.count(token, len(arguments), 2, 2)
    a, b = (_state(reader, part, token) for part in arguments)
    return _component(reader, merged(a, b))


def read_state(reader: TermReader, token: Token) -> Expr:
    """`state(m, l, o)`: a maximum, a sum, and a vector of mixed values (or 0)."""
    arguments, _ = reader.arguments()
    reader.count(token, len(arguments), 3, 3)
    largest, total, mixed = arguments
    vector = None if mixed == ZERO else reader.vector(mixed, token)
    m, ell = (reader.number(part, token) for part in (largest, total))
    return _component(reader, State(m, ell, vector))


def _component(reader: TermReader, state: State) -> Expr:
    if reader.next.text != ".":
        mixed = NO_VECTOR if state.mixed is None else state.mixed
        return Expr("state", (state.largest, state.total, mixed))
    reader.take()
    name = reader.take()
    if name.text not in ("m", "l", "o"):
        raise reader.wrong("expected .m, .l or .o of a state", name)
    if name.text == "o" and state.mixed is None:
        raise reader.wrong("the mixed values of no keys are zero", name)
    found = {"m": state.largest, "l": state.total, "o": state.mixed}[name.text]
    assert found is not None
    return found


def _state(reader: TermReader, expr: Expr, token: Token) -> State:
    if expr.op == "state":
        largest, total, mixed = expr.parts
        return State(largest, total, None if mixed == NO_VECTOR else mixed)
    if expr.op == "symbol":
        return EMPTY if expr.name == "empty" else named_state(expr.name)
    raise reader.wrong("expected a state: a name, empty, merge(a, b) or state(m, l, o)", token)


def states_equal(reader: TermReader, token: Token, left: Expr, right: Expr) -> Expr:
    """Two states are equal: one equation between vectors that says it of all components."""
    if token.text != "==":
        raise reader.wrong("states are compared with '=='", token)
    one, other = (_state(reader, side, token) for side in (left, right))
    e, f = (Expr("vector", (name,)) for name in ("e_m", "e_l"))
    taken = {t.text for t in reader.tokens}
    if taken & {"e_m", "e_l"}:
        raise reader.wrong("the names e_m and e_l are taken in claims about states", token)
    return Expr("==", (all_at_once(one, e, f), all_at_once(other, e, f)))


def is_state(*sides: Expr) -> bool:
    """Whether one of them is a state."""
    return any(side.op == "state" for side in sides)


def states_outside(expr: Expr) -> bool:
    """Whether a state is left where a number or a vector belongs."""
    return expr.op in ("state", "zero vector") or any(map(states_outside, expr.parts))
