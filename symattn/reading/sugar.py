"""Words of papers in claims about numbers: `softmax(j, s)`, `relu(x)`, `delta(i, j)`, `tril(s)`.

Each is written out in the operations of the language when it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from typing import TYPE_CHECKING

from symattn.core.declare import WIDTHS
from symattn.core.expression import (
    ONE,
    TRUE,
    ZERO,
    Expr,
    I,
    J,
    equal,
    free_names,
    rebuild,
    substitute,
    symbol,
    walk,
)
from symattn.core.text import Token
from symattn.reading.layer_text import read_layers
from symattn.reading.state_text import read_merge, read_state

if TYPE_CHECKING:
    from symattn.reading.term_text import TermReader


def _over(name: str, body: Expr) -> Expr:
    """The sum of a row of numbers over all keys."""
    return Expr("sum", (name, TRUE, body))


def _softmax(reader: TermReader, token: Token) -> Expr:
    """`softmax(j, s)`: exp(s) over its sum over all keys j."""
    body, summed = _row(reader, token)
    return Expr("exp", (body,)) / summed


def _row(reader: TermReader, token: Token) -> tuple[Expr, Expr]:
    arguments, _ = reader.arguments()
    reader.count(token, len(arguments), 2, 2)
    at, body = arguments[0], reader.number(arguments[1], token)
    if at.op != "symbol":
        raise reader.wrong(f"{token.text} starts with the name of the keys, as in "
                           f"{token.text}(j, s[i, j])", token)  # fmt: skip
    taken = _names(body)
    fresh = next(n for at in count() if (n := f"l{at or ''}") not in taken)
    return body, _over(fresh, Expr("exp", (substitute(body, {at: symbol(fresh)}),)))


def _names(expr: Expr) -> set[str]:
    found = free_names(expr)

    def bound(node: Expr) -> None:
        if node.op == "sum":
            found.add(node.name)

    rebuild(expr, bound)
    return found


def _lse(reader: TermReader, token: Token) -> Expr:
    return Expr("log", (_row(reader, token)[1],))


def _logaddexp(reader: TermReader, token: Token) -> Expr:
    arguments, _ = reader.arguments()
    reader.count(token, len(arguments), 2, 2)
    parts = [Expr("exp", (reader.number(part, token),)) for part in arguments]
    return Expr("log", (parts[0] + parts[1],))


def _silu(reader: TermReader, token: Token) -> Expr:
    x = _number(reader, token)
    return x * Expr("sigmoid", (x,))


def _choice(op: Callable[[Expr, Expr], Expr]) -> Callable[[TermReader, Token], Expr]:
    """`tril(s)`, `triu(s)`: the number on one side of the diagonal, 0 on the other."""

    def chosen(reader: TermReader, token: Token) -> Expr:
        arguments, _ = reader.arguments()
        reader.count(token, len(arguments), 1, 2)
        shift = arguments[1] if len(arguments) == 2 else ZERO
        body = reader.number(arguments[0], token)
        return Expr("where", (op(J, I if shift == ZERO else I + shift), body, ZERO))

    return chosen


def _delta(reader: TermReader, token: Token) -> Expr:
    arguments, _ = reader.arguments()
    reader.count(token, len(arguments), 2, 2)
    return Expr("where", (equal(*arguments), ONE, ZERO))


def _relu(reader: TermReader, token: Token) -> Expr:
    return Expr("max", (_number(reader, token), ZERO))


def _softplus(reader: TermReader, token: Token) -> Expr:
    return Expr("log", (ONE + Expr("exp", (_number(reader, token),)),))


def _mean(reader: TermReader, token: Token) -> Expr:
    """`mean(j, s)`: the mean of a number or vector over all keys j."""
    arguments, _ = reader.arguments()
    reader.count(token, len(arguments), 2, 2)
    at, body = arguments
    if at.op != "symbol":
        raise reader.wrong("mean starts with the name of the keys, as in mean(j, s[j])", token)
    named = {t.text for t in reader.tokens}
    return _over(at.name, body) / symbol("n" if "n_k" not in named else "n_k")


def _rms(reader: TermReader, token: Token) -> Expr:
    """`rms(q[i])`: the root of the mean of the squares of d entries (d_v of a value)."""
    arguments, _ = reader.arguments()
    reader.count(token, len(arguments), 1, 1)
    what = reader.vector(arguments[0], token)
    widths = {WIDTHS.get(node.name, symbol("d")) for node in walk(what) if node.op == "vector"}
    if len(widths) != 1:
        raise reader.wrong("rms of a vector whose width is not known", token)
    return Expr("sqrt", (Expr("dot", (what, what)) / widths.pop(),))


def _number(reader: TermReader, token: Token) -> Expr:
    arguments, _ = reader.arguments()
    reader.count(token, len(arguments), 1, 1)
    return reader.number(arguments[0], token)


SUGAR: Mapping[str, Callable[[TermReader, Token], Expr]] = {
    "softmax": _softmax,
    "lse": _lse,
    "logsumexp": _lse,
    "logaddexp": _logaddexp,
    "silu": _silu,
    "relu": _relu,
    "softplus": _softplus,
    "mean": _mean,
    "rms": _rms,
    "merge": read_merge,
    "state": read_state,
    "layers": read_layers,
    "tril": _choice(lambda j, i: j <= i),
    "triu": _choice(lambda j, i: j >= i),
    "delta": _delta,
}
