"""A mechanism inside a claim: everything up to the bracket or comma that ends it."""

from __future__ import annotations

from symattn.core.errors import Unreadable
from symattn.core.expression import COMPARISONS
from symattn.core.form import Form
from symattn.core.form_text import form
from symattn.core.text import Reader
from symattn.mechanisms.spec import mechanism

LOGICAL = frozenset((*COMPARISONS, "and", "or", "not", "true", "false", "["))


def spec(reader: Reader) -> Form:
    """The mechanism up to the bracket or comma that ends it; a condition is a support by itself."""
    first, depth, calls = reader.at, 0, [False]
    logical = False
    while reader.next.kind != "end":
        token = reader.next
        if depth == 0 and token.text in (")", "]", ","):
            break
        logical = logical or (not any(calls) and token.text in LOGICAL)
        if token.text in ("(", "["):
            before = reader.tokens[reader.at - 1]
            calls.append(reader.at > first and before.kind == "name" and before.text not in LOGICAL)
            depth += 1
        elif token.text in (")", "]"):
            calls.pop()
            depth -= 1
        reader.take()
    start, end = reader.tokens[first].position, reader.next.position
    if reader.at == first:
        raise reader.wrong("expected a mechanism, such as causal, or a condition on i and j")
    inside = reader.text[start:end].rstrip()
    try:
        if logical:
            return form(support=inside).called(" ".join(inside.split()))
        return mechanism(inside)
    except Unreadable as error:
        raise Unreadable(reader.text, start + error.position, error.message, error.hint) from None
