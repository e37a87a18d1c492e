"""The text face of a Form: `read_form` and `show_form` are inverse; `form` is the Python face."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from symattn.core.declare import declared
from symattn.core.errors import Unreadable, Usage, did_you_mean
from symattn.core.expression import MIXED, ONE, TRUE, VALUE, ZERO, Expr
from symattn.core.form import (
    CONTENT,
    EMPTY_RULES,
    NORMALISERS,
    SIZES,
    SOFTMAX,
    Form,
    Normaliser,
    Parameter,
    Row,
)
from symattn.core.text import LONGEST_TEXT, Reader, finish, read, show

KEYS = ("support", "score", "weights", "value", "output", "heads", "empty", "offset", "where")
KINDS = ("integer", "real", "boolean", "vector", "matrix", "function")
LINE = r"(?a)\s*(?P<key>[A-Za-z_]+)(?:\s+(?P<row>\d+))?\s*:(?P<rest>.*)"  # compiled when used


def form(
    support: Expr | str = TRUE,
    score: Expr | str = CONTENT,
    *,
    value: Expr | str = VALUE,
    weights: Normaliser | str = SOFTMAX,
    output: Expr | str = MIXED,
    heads: Expr | str | None = None,
    empty: str = "zero",
    offset: Expr | str = ZERO,
    where: str = "",
    name: str = "",
) -> Form:
    """A Form from expressions or their texts, with the words of the text face.

    >>> print(form(support="j <= i", score="dot(q[i], k[j]) / sqrt(d) - m[h] * (i - j)"))
    support: j <= i
    score:   dot(q[i], k[j]) / sqrt(d) - m[h] * (i - j)
    value:   v[j]
    where:   m[_]: real
    """
    if empty not in EMPTY_RULES:
        raise Usage(f"empty is one of {', '.join(EMPTY_RULES)}, got {empty!r}")
    normaliser = read_normaliser(weights) if isinstance(weights, str) else weights
    parameters, conditions = read_where(where)
    return declared(
        Form(
            support=_expr(support, "condition"),
            rows=(Row(_expr(score, "number"), normaliser),),
            value=_expr(value, "vector"),
            output=_expr(output, "vector"),
            heads=None if heads is None else _expr(heads, "number"),
            empty=empty,
            offset=_expr(offset, "number"),
            parameters=parameters,
            conditions=conditions,
            name=name,
        )
    )


def _expr(value: Expr | str, wanted: str) -> Expr:
    return read(value, wanted) if isinstance(value, str) else value


def read_form(text: str) -> Form:
    """The Form that a text states, one `key: expression` a line.

    >>> read_form("support: j <= i").support
    Expr('j <= i')
    """
    if len(text) > LONGEST_TEXT:
        raise Unreadable(text[:80], 0, f"text of {len(text)} characters (limit {LONGEST_TEXT})")
    fields, scores = _lines(text)
    given = {key: value for key, value in fields.items() if key not in ("weights", "where")}
    weights = fields.get("weights", "softmax")
    if not fields and not scores:
        raise Unreadable(text, 0, "expected a line like 'support: j <= i'")
    try:
        if set(scores) <= {""}:
            score = scores.get("", CONTENT)
            return form(**given, score=score, weights=weights, where=fields.get("where", ""))
        base = form(**given)
        parameters, conditions = read_where(fields.get("where", ""))
        rows = read_rows(weights, scores)
        return declared(replace(base, rows=rows, parameters=parameters, conditions=conditions))
    except Unreadable as error:
        raise _at_home(text, error) from None


def _at_home(text: str, error: Unreadable) -> Unreadable:
    """The same complaint, with its place counted in the whole text."""
    start = text.find(error.text)
    if start < 0 or text == error.text:
        return error
    return Unreadable(text, start + error.position, error.message, error.hint)


def _lines(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """The fields by key, and the scores by row ("" for the only one)."""
    fields: dict[str, str] = {}
    scores: dict[str, str] = {}
    position = 0
    for line in text.split("\n"):
        start, position = position, position + len(line) + 1
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = re.match(LINE, line)
        if match is None:
            raise Unreadable(text, start, "expected 'key: expression'")
        key, row, rest = match["key"], match["row"] or "", match["rest"].strip()
        if key not in KEYS or (row and key != "score"):
            hint = did_you_mean(key, KEYS) or f"keys are {', '.join(KEYS)}"
            raise Unreadable(text, start + match.start("key"), f"unknown key {key!r}", hint)
        target, index = (scores, row) if key == "score" else (fields, key)
        if index in target and key != "where":
            raise Unreadable(text, start, f"{key!r} is given twice")
        if not rest:
            raise Unreadable(text, start + len(line), f"expected an expression after '{key}:'")
        target[index] = f"{target[index]}, {rest}" if index in target else rest
    return fields, scores


def read_normaliser(text: str) -> Normaliser:
    """The normaliser that a word names; `softmax(sink=z[h])` has a sink logit.

    >>> read_normaliser("softmax(sink=0)") == read_normaliser("softmax1")
    True
    """
    reader = Reader(text)
    token = reader.take()
    if token.text not in NORMALISERS:
        hint = did_you_mean(token.text, NORMALISERS) or f"one of {', '.join(NORMALISERS)}"
        raise reader.wrong(f"unknown normaliser {token.text!r}", token, hint)
    found = NORMALISERS[token.text]
    if token.text == "softmax" and reader.accept("("):
        arguments, options = reader.arguments()
        if arguments or list(options) != ["sink"]:
            raise reader.wrong("expected softmax(sink=...)", token)
        found = Normaliser(extra=reader.number(options["sink"], token))
    finish(reader)
    return found


def read_rows(weights: str, scores: dict[str, str]) -> tuple[Row, ...]:
    """`weights: softmax[1] - lam * softmax[2]` with `score 1:` and `score 2:`."""
    rows = []
    for coefficient, term in _terms(read(weights, "number"), ONE):
        row = show(term.parts[0]) if term.op == "table" and len(term.parts) == 1 else ""
        if term.op != "table" or term.name not in NORMALISERS or not row.isdigit():
            raise Unreadable(weights, 0, "expected a sum like 'softmax[1] - lam * softmax[2]'")
        if row not in scores:
            raise Unreadable(weights, 0, f"there is no line 'score {row}:' left to use")
        score = read(scores.pop(row), "number")
        rows.append(Row(score, NORMALISERS[term.name], coefficient))
    if scores:
        raise Unreadable(weights, 0, f"the weights do not use score {', '.join(scores)}")
    return tuple(rows)


def _terms(expr: Expr, sign: Expr) -> Iterator[tuple[Expr, Expr]]:
    """The terms of a sum as (coefficient, term)."""
    if expr.op in ("+", "-"):
        left, right = expr.parts
        yield from _terms(left, sign)
        yield from _terms(right, sign if expr.op == "+" else -sign)
    elif expr.op == "neg":
        yield from _terms(expr.parts[0], -sign)
    elif expr.op == "*":
        factor, term = expr.parts
        yield (factor if sign == ONE else -factor), term
    else:
        yield sign, expr


def read_where(text: str) -> tuple[tuple[Parameter, ...], tuple[Expr, ...]]:
    """Declarations and conditions, separated by commas.

    >>> read_where("w >= 1, m[_]: real, H % groups == 0")[1]
    (Expr('H % groups == 0'),)
    """
    parameters: list[Parameter] = []
    conditions: list[Expr] = []
    for item in _items(text):
        name, mark, rest = item.partition(":")
        if mark:
            parameters.append(read_declaration(name, rest, item))
            continue
        condition = read(item, "condition")
        left = condition.parts[0] if condition.parts else condition
        simple = condition.op in (">=", ">") and condition.parts[1].op == "number"
        if simple and left.op == "symbol" and left.name not in SIZES:
            parameters.append(
                Parameter(left.name, "integer", relation=condition.op, bound=condition.parts[1])
            )
        else:
            conditions.append(condition)
    twice = {p.name for p in parameters if [q.name for q in parameters].count(p.name) > 1}
    if twice:
        raise Unreadable(text, text.find(min(twice)), f"{min(twice)!r} is declared twice")
    return tuple(sorted(parameters, key=lambda p: p.name)), tuple(conditions)


def _items(text: str) -> list[str]:
    """The text cut at commas and semicolons that stand outside brackets."""
    items, depth, start = [], 0, 0
    for at, letter in enumerate(text):
        depth += letter in "([" if letter in "([" else -(letter in ")]")
        if letter in ",;" and depth == 0:
            items.append(text[start:at].strip())
            start = at + 1
    items.append(text[start:].strip())
    return [item for item in items if item]


DECLARED = r"(?a)\s*([A-Za-z_]\w*)\s*(?:\[([\s_,]*)\])?\s*$"


def read_declaration(name: str, rest: str, item: str) -> Parameter:
    """`m[_]: real`, `W_q: matrix d_x d`, `T: real > 0`, `a[_]: vector d`, `f: function`."""
    match = re.match(DECLARED, name)
    if match is None:
        raise Unreadable(item, 0, "expected a name like m, m[_] or PE[_, _]")
    indices = match[2].count("_") if match[2] is not None else 0
    relation, bound = "", None
    cut = re.match(r"(.*?)(>=|>)(.*)$", rest, re.DOTALL)
    if cut:
        rest, relation, bound = cut[1], cut[2], read(cut[3].strip(), "number")
    words = rest.split()
    if not words or words[0] not in KINDS:
        hint = did_you_mean(words[0], KINDS) if words else ""
        raise Unreadable(item, len(name) + 1, f"expected one of {', '.join(KINDS)}", hint)
    sizes = {"vector": 1, "matrix": 2}.get(words[0], 0)
    if len(words) - 1 not in {0, sizes}:
        raise Unreadable(item, len(name) + 1, f"a {words[0]} has {sizes} sizes")
    shape = tuple(read(word, "number") for word in words[1:])
    return Parameter(match[1], words[0], indices, shape, relation, bound)


def show_form(form: Form) -> str:
    """The text of a Form; `read_form` gives the Form back."""
    lines = [("support", show(form.support)), *_show_rows(form.rows), ("value", show(form.value))]
    if form.output != MIXED:
        lines.append(("output", show(form.output)))
    if form.heads is not None:
        lines.append(("heads", show(form.heads)))
    if form.empty != "zero":
        lines.append(("empty", form.empty))
    if form.offset != ZERO:
        lines.append(("offset", show(form.offset)))
    if form.parameters or form.conditions:
        where = [show_declaration(p) for p in form.parameters] + [show(c) for c in form.conditions]
        lines.append(("where", ", ".join(where)))
    return "\n".join(f"{key + ':':<9}{text}" for key, text in lines)


def _show_rows(rows: tuple[Row, ...]) -> list[tuple[str, str]]:
    if len(rows) == 1 and rows[0].coefficient == ONE:
        weights = show_normaliser(rows[0].normaliser)
        score = [("score", show(rows[0].score))]
        return score if weights == "softmax" else [*score, ("weights", weights)]
    lines = [(f"score {at}", show(row.score)) for at, row in enumerate(rows, 1)]
    text = ""
    for at, row in enumerate(rows, 1):
        minus = row.coefficient.op == "neg" or show(row.coefficient).startswith("-")
        factor = -row.coefficient if minus else row.coefficient
        if minus and row.coefficient.op == "neg":
            factor = row.coefficient.parts[0]
        shown = "" if factor == ONE else f"{_factor(factor)} * "
        sign = (" - " if minus else " + ") if text else ("-" if minus else "")
        text += f"{sign}{shown}{show_normaliser(row.normaliser)}[{at}]"
    return [*lines, ("weights", text)]


def _factor(expr: Expr) -> str:
    return show(expr) if expr.op in ("symbol", "number", "table") else f"({show(expr)})"


def show_normaliser(normaliser: Normaliser) -> str:
    """The word of a normaliser."""
    for word, known in NORMALISERS.items():
        if known == normaliser:
            return word
    assert normaliser.extra is not None
    return f"softmax(sink={show(normaliser.extra)})"


def show_declaration(parameter: Parameter) -> str:
    """One item of a `where:` line.

    >>> show_declaration(Parameter("m", "real", 1))
    'm[_]: real'
    """
    bound = "" if parameter.bound is None else f" {parameter.relation} {show(parameter.bound)}"
    if parameter.kind == "integer" and not parameter.indices and bound:
        return f"{parameter.name}{bound}"
    mark = f"[{', '.join('_' * parameter.indices)}]" if parameter.indices else ""
    shape = "".join(f" {show(size)}" for size in parameter.shape)
    return f"{parameter.name}{mark}: {parameter.kind}{shape}{bound}"
