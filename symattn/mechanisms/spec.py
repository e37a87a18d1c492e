"""The language of compositions: `(window(visible=w) | sink_tokens(s)) + causal` as a Form."""

from __future__ import annotations

from functools import reduce

from symattn.core.compose import add, compose, unite
from symattn.core.errors import Unreadable, Usage
from symattn.core.expression import Expr
from symattn.core.form import Form
from symattn.core.form_text import read_form
from symattn.core.text import Reader, finish, show
from symattn.mechanisms.registry import ALIASES, named, names, unknown


def mechanism(spec: str | Form) -> Form:
    """The Form that a composition names, or that a text with `key: value` lines states.

    >>> mechanism("causal+softcap(30)").score
    Expr('30 * tanh(dot(q[i], k[j]) / sqrt(d) / 30)')
    """
    if isinstance(spec, Form):
        return spec
    if ":" in spec:
        return read_form(spec)
    reader = Reader(spec)
    form = _union(reader)
    finish(reader)
    return form.called(" ".join(spec.split()))


def _union(reader: Reader) -> Form:
    forms = [_sum(reader)]
    while reader.accept("|"):
        forms.append(_sum(reader))
    return reduce(unite, forms)


def _sum(reader: Reader) -> Form:
    forms = [_atom(reader)]
    while reader.accept("+"):
        forms.append(_atom(reader))
    return reduce(add, forms)


def _atom(reader: Reader) -> Form:
    """A mechanism with its arguments, or a composition in brackets."""
    reader.depth += 1
    if reader.depth > 200:
        raise reader.wrong("a composition of over 200 mechanisms")
    if reader.accept("("):
        inner = _union(reader)
        reader.expect(")")
        return inner
    token = reader.next
    if token.kind != "name":
        raise reader.wrong(f"expected the name of a mechanism, got {token.text or 'the end'!r}")
    reader.take()
    place = f" in {reader.text!r} (column {token.position + 1})"
    if token.text not in (*names(), *ALIASES):
        raise unknown(token.text, place)
    try:
        found = named(token.text)
        positional, options = reader.arguments() if reader.accept("(") else ([], {})
        part = found.part(positional, options)
        return compose((part,), _called(found.name, positional, options))
    except Unreadable:
        raise
    except Usage as error:
        head, mark, rest = str(error).partition(";")
        raise Usage(head + place + mark + rest) from None


def _called(name: str, positional: list[Expr], options: dict[str, Expr]) -> str:
    inside = [*map(show, positional), *(f"{a}={show(e)}" for a, e in options.items())]
    return f"{name}({', '.join(inside)})" if inside else name
