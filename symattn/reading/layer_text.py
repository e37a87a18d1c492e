"""The grammar of stacked layers: `layers(causal, 2)`, `layers(swap(causal, a, b), 2)`.

`independent(layers(causal, 2), i, x[j]) where j > i` is an equation between two such stacks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from symattn.core.errors import Usage
from symattn.core.expression import Expr, I, rebuild, substitute, walk
from symattn.core.form import Form
from symattn.core.stacked_layers import (
    MOST_LAYERS,
    Tokens,
    changed,
    exchanged,
    layer_names,
    stacked,
    token,
)
from symattn.core.text import Token
from symattn.reading.spec_text import spec

if TYPE_CHECKING:
    from symattn.reading.term_text import TermReader

NEW = Expr("vector", ("x_new",))


def read_layers(reader: TermReader, word: Token) -> Expr:
    """`layers(S, L)` at query i, or `layers(S, L, t)` at t."""
    form, tokens = _altered(reader)
    reader.expect(",")
    arguments, _ = reader.arguments()
    reader.count(word, len(arguments), 1, 2)
    count = arguments[0].args[0] if arguments[0].op == "number" else 0
    if not isinstance(count, int) or not 1 <= count <= MOST_LAYERS:
        raise reader.wrong(f"the number of layers is a literal from 1 to {MOST_LAYERS}", word)
    if form not in reader.forms:
        reader.forms.append(form)
    taken = {t.text for t in reader.tokens} | form.names
    taken |= {node.name for e in form.expressions for node in walk(e) if node.op == "sum"}
    try:
        output = stacked(form, count, tokens, layer_names(taken))
        return output(arguments[1] if len(arguments) == 2 else I)
    except (Usage, ValueError) as reason:
        raise reader.wrong(f"not supported yet: {reason}", word) from None


def _altered(reader: TermReader) -> tuple[Form, Tokens]:
    """A mechanism, and the tokens that its first layer reads."""
    word = reader.next
    if word.text not in ("swap", "change") or reader.tokens[reader.at + 1].text != "(":
        return spec(reader), token
    reader.at += 2
    form, below = _altered(reader)
    reader.expect(",")
    arguments, _ = reader.arguments()
    if word.text == "swap":
        reader.count(word, len(arguments), 2, 2)
        a, b = (reader.number(part, word) for part in arguments)
        return form, exchanged(below, a, b)
    reader.count(word, len(arguments), 1, 1)
    return form, changed(below, place_of(reader, arguments[0], word), NEW)


def place_of(reader: TermReader, place: Expr, word: Token) -> Expr:
    """The position of the token that is changed."""
    if place.op != "vector" or place.name != "x" or len(place.parts) != 1:
        raise reader.wrong("expected the token that changes, such as x[c]", word)
    return place.parts[0]


def independent_of(output: Expr, at: Expr, place: Expr) -> tuple[Expr, Expr]:
    """A stack at a position, with its own tokens and with another one at a place."""

    def change(node: Expr) -> Expr | None:
        if node.op == "vector" and node.name == "x" and node.parts:
            return changed(token, place, NEW)(node.parts[0])
        return None

    here = substitute(output, {I: at})
    return here, rebuild(here, change)
