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
from symattn.core.form import SIZES, Form
from symattn.core.form_text import form
from symattn.core.text import Reader, Token, finish
from symattn.mechanisms.spec import mechanism

LONGEST_CLAIM, MOST_TOKENS = 2000, 400
LOGICAL = frozenset((*COMPARISONS, "and", "or", "not", "true", "false", "["))


def read_claim(text: str) -> Claim:
    """The claim that a line of text states.

    >>> claim = read_claim("support(window(visible=w)) <= support(causal) where w >= 2")
    >>> claim.question, [form.name for form in claim.forms], claim.where
    ('subset', ['window(visible=w)', 'causal'], (Expr('w >= 2'),))
    """
    reader = _limited(text)
    token = reader.take()
    statement = STATEMENTS.get(token.text)
    if statement is None:
        known = ", ".join(f"{name}(...)" for name in STATEMENTS)
        hint = did_you_mean(token.text, STATEMENTS) or f"a claim starts with one of {known}"
        raise reader.wrong(f"expected a statement, got {token.text or 'the end'!r}", token, hint)
    reader.expect("(")
    question, forms, value = statement(reader)
    where: list[Expr] = []
    if reader.accept("where"):
        where = _conjuncts(reader.condition(reader.expression(), reader.next))
    finish(reader)
    claim = Claim(question, forms, value, tuple(where), " ".join(text.split()))
    _check_names(claim, reader)
    problem(claim)  # what contradicts itself (a name with two meanings) is said now
    return claim


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
    power = 1
    for token, after in pairwise(reader.tokens):
        if token.text == "**":
            small = re.fullmatch(r"\d{1,2}", after.text)
            power *= int(after.text) if small else LARGEST_POWER + 1
            if power > LARGEST_POWER:
                message = f"powers are whole numbers, and their product is at most {LARGEST_POWER}"
                raise reader.wrong(message, after)
    return reader


Parts = tuple[str, tuple[Form, ...], Expr | None]


def _support(reader: Reader) -> Parts:
    left = _spec(reader)
    reader.expect(")")
    sign = reader.take()
    if sign.text not in ("<=", "==", ">="):
        raise reader.wrong("expected '<=', '==' or '>=' between two supports", sign)
    reader.expect("support")
    reader.expect("(")
    right = _spec(reader)
    reader.expect(")")
    forms = (right, left) if sign.text == ">=" else (left, right)
    return "equal" if sign.text == "==" else "subset", forms, None


def _of_one(question: str) -> Callable[[Reader], Parts]:
    def statement(reader: Reader) -> Parts:
        form = _spec(reader)
        reader.expect(")")
        return question, (form,), None

    return statement


def _row_count(reader: Reader) -> Parts:
    form = _spec(reader)
    for text in (",", "i", ")"):
        reader.expect(text)
    return "row_count", (form,), _value(reader)


def _count(reader: Reader) -> Parts:
    form = _spec(reader)
    reader.expect(")")
    return "count", (form,), _value(reader)


def _value(reader: Reader) -> Expr:
    reader.expect("==")
    start = reader.next
    return reader.number(reader.expression(8), start)


STATEMENTS: Mapping[str, Callable[[Reader], Parts]] = {  # first word -> what follows its bracket
    "support": _support,
    "no_future": _of_one("no_future"),
    "nonempty": _of_one("nonempty"),
    "count": _count,
    "row_count": _row_count,
}


def _spec(reader: Reader) -> Form:
    """The mechanism up to the bracket or comma that ends it; a condition is a support by itself."""
    first, depth, calls = reader.at, 0, [False]
    logical = False
    while reader.next.kind != "end":
        token = reader.next
        if depth == 0 and token.text in (")", ","):
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


def _conjuncts(condition: Expr) -> list[Expr]:
    if condition.op == "and":
        return [c for part in condition.parts for c in _conjuncts(part)]
    return [condition]


def _check_names(claim: Claim, reader: Reader) -> None:
    """Refuse a name in a condition or value that means nothing in the mechanisms."""
    known = {p.name for form in claim.forms for p in form.parameters} | {*SIZES, "h"}
    places = {"j"} if claim.question in PAIRWISE else set()
    places |= {"i"} if claim.question != "count" else set()
    for expr in (*claim.where, *(() if claim.value is None else (claim.value,))):
        for name in sorted(free_names(expr) - known - places):
            token = _last(reader, name)
            hint = did_you_mean(name, sorted(known))
            raise reader.wrong(f"{name!r} means nothing in these mechanisms", token, hint)


def _last(reader: Reader, name: str) -> Token:
    return next(token for token in reversed(reader.tokens) if token.text == name)
