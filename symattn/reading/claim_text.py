"""The grammar of one-line claims: `support(window(visible=w)) <= support(causal) where w >= 2`.

A claim is a statement of the table below, then `where` with conditions. A SPEC is a composition of
mechanisms, or a condition on i and j by itself. Limits hold before anything is read, and nothing is
ever evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import pairwise

from symattn.core import verdict
from symattn.core.claim import LARGEST_POWER, PAIRWISE, Claim, problem
from symattn.core.errors import Unreadable, did_you_mean
from symattn.core.expression import COMPARISONS, Expr, free_names
from symattn.core.form import POSITIONS, SIZES, Form
from symattn.core.term_claim import TermClaim
from symattn.core.text import Reader, Token, finish
from symattn.reading.matrix_claim import read_matrix_claim
from symattn.reading.matrix_text import about_matrices
from symattn.reading.spec_text import spec
from symattn.reading.term_text import STARTS, read_term_claim

LONGEST_CLAIM, MOST_TOKENS = 2000, 400


def read_claim(text: str) -> Claim | TermClaim:
    """The claim that a line of text states.

    >>> claim = read_claim("support(window(visible=w)) <= support(causal) where w >= 2")
    >>> claim.question, [form.name for form in claim.forms], claim.where
    ('subset', ['window(visible=w)', 'causal'], (Expr('w >= 2'),))
    """
    reader = _limited(text)
    if reader.tokens[0].text not in STATEMENTS and about_matrices(reader):
        return read_matrix_claim(text)
    if about_terms(reader):
        return read_term_claim(text)
    _small_powers(reader)
    token = reader.take()
    statement = STATEMENTS.get(token.text)
    if statement is None:
        known = ", ".join(f"{name}(...)" for name in STATEMENTS)
        hint = did_you_mean(token.text, STATEMENTS) or f"a claim starts with one of {known}"
        raise reader.wrong(f"expected a statement, got {token.text or 'the end'!r}", token, hint)
    reader.expect("(")
    question, forms, value, *layers = statement(reader)
    where: list[Expr] = []
    if reader.accept("where"):
        where = _conjuncts(reader.condition(reader.expression(), reader.next))
    finish(reader)
    claim = Claim(question, forms, value, tuple(where), " ".join(text.split()), *layers)
    _check_names(claim, reader)
    problem(claim)  # what contradicts itself (a name with two meanings) is said now
    return claim


def about_terms(reader: Reader) -> bool:
    """Whether a claim compares numbers or vectors: it starts with no statement about supports."""
    first = reader.tokens[0].text
    compares = any(token.text in COMPARISONS for token in reader.tokens)
    return first not in STATEMENTS and (first in STARTS or compares)


def unreadable(error: Unreadable) -> verdict.Unreadable:
    """The verdict about a text that the grammar refuses."""
    return verdict.Unreadable(f"{error}\n{error.caret()}")


def _limited(text: str) -> Reader:
    """A reader over a text that is short, plain and without huge powers."""
    if len(text) > LONGEST_CLAIM:
        raise Unreadable(text[:80], 0, f"a claim of {len(text)} characters (limit {LONGEST_CLAIM})")
    strange = next((at for at, letter in enumerate(text) if not letter.isascii()), None)
    if strange is not None:
        raise Unreadable(text, strange, f"a letter outside ASCII, {text[strange]!a}")
    reader = Reader(text)
    if len(reader.tokens) > MOST_TOKENS:
        raise Unreadable(text, 0, f"a claim of {len(reader.tokens)} words (limit {MOST_TOKENS})")
    return reader


def _small_powers(reader: Reader) -> None:
    """Refuse powers that are carried out and huge."""
    power = 1
    for token, after in pairwise(reader.tokens):
        if token.text == "**":
            small = re.fullmatch(r"\d{1,2}", after.text)
            power *= int(after.text) if small else LARGEST_POWER + 1
            if power > LARGEST_POWER:
                message = f"powers are whole numbers, and their product is at most {LARGEST_POWER}"
                raise reader.wrong(message, after)


Parts = tuple[str, tuple[Form, ...], Expr | None] | tuple[str, tuple[Form, ...], Expr, Expr]


def _support(reader: Reader) -> Parts:
    left = spec(reader)
    reader.expect(")")
    sign = reader.take()
    if sign.text not in ("<=", "==", ">="):
        raise reader.wrong("expected '<=', '==' or '>=' between two supports", sign)
    reader.expect("support")
    reader.expect("(")
    right = spec(reader)
    reader.expect(")")
    forms = (right, left) if sign.text == ">=" else (left, right)
    return "equal" if sign.text == "==" else "subset", forms, None


def _of_one(question: str) -> Callable[[Reader], Parts]:
    def statement(reader: Reader) -> Parts:
        form = spec(reader)
        reader.expect(")")
        return question, (form,), None

    return statement


def _row_count(reader: Reader) -> Parts:
    form = spec(reader)
    for text in (",", "i", ")"):
        reader.expect(text)
    return "row_count", (form,), _value(reader)


def _count(reader: Reader) -> Parts:
    form = spec(reader)
    reader.expect(")")
    return "count", (form,), _value(reader)


def _value(reader: Reader) -> Expr:
    reader.expect("==")
    start = reader.next
    return reader.number(reader.expression(8), start)


def _reach(reader: Reader) -> tuple[str, tuple[Form, ...], Expr, Expr]:
    form = spec(reader)
    for text in (",", "layers", "="):
        reader.expect(text)
    start = reader.next
    layers = reader.number(reader.expression(8), start)
    least = layers.args[0] if layers.op == "number" else 0
    name = layers.op == "symbol" and layers.name not in POSITIONS
    if not name and not (isinstance(least, int) and least >= 1):
        raise reader.wrong("layers is a whole number of at least 1, or a name", start)
    reader.expect(")")
    return "reach", (form,), _value(reader), layers


STATEMENTS: Mapping[str, Callable[[Reader], Parts]] = {  # first word -> what follows its bracket
    "support": _support,
    "no_future": _of_one("no_future"),
    "nonempty": _of_one("nonempty"),
    "count": _count,
    "row_count": _row_count,
    "reach": _reach,
}


def _conjuncts(condition: Expr) -> list[Expr]:
    if condition.op == "and":
        return [c for part in condition.parts for c in _conjuncts(part)]
    return [condition]


def _check_names(claim: Claim, reader: Reader) -> None:
    """Refuse a name in a condition or value that means nothing in the mechanisms."""
    known = {p.name for form in claim.forms for p in form.parameters} | {*SIZES, "h"}
    places = {"j"} if claim.question in PAIRWISE else set()
    places |= {"i"} if claim.question not in ("count", "reach") else set()
    known |= free_names(claim.layers)
    for expr in (*claim.where, *(() if claim.value is None else (claim.value,))):
        for name in sorted(free_names(expr) - known - places):
            token = _last(reader, name)
            hint = did_you_mean(name, sorted(known))
            raise reader.wrong(f"{name!r} means nothing in these mechanisms", token, hint)


def _last(reader: Reader, name: str) -> Token:
    return next(token for token in reversed(reader.tokens) if token.text == name)
