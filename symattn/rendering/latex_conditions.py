r"""The rules for conditions, and for what contains them: cases and sums."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from symattn.core.expression import COMPARISONS, Expr
from symattn.rendering.pen import (
    AND,
    BIG,
    COMPARED,
    MOD,
    NOT,
    OPEN,
    OR,
    Pen,
    Piece,
    Rule,
    bracketed,
)

SIGNS = {"<=": r"\le", "<": "<", ">=": r"\ge", ">": ">", "==": "=", "!=": r"\ne"}
RISING = ("<=", "<")
BREAK = r" \\ "


def _comparison(expr: Expr, pen: Pen) -> Piece:
    (left, high), (right, tall) = (pen.at(part, MOD) for part in expr.parts)
    return f"{left} {SIGNS[expr.op]} {right}", COMPARED, high or tall


def _and(expr: Expr, pen: Pen) -> Piece:
    """Conditions joined by \\land; `0 <= a and a < b` is the chain `0 <= a < b`."""
    words = conjuncts(expr, pen)
    tall = any(tall for _, tall in words)
    return r" \land ".join(text for text, _ in words), AND, tall


def conjuncts(expr: Expr, pen: Pen) -> list[tuple[str, bool]]:
    """The conditions of a chain of `and`, each ready to be joined."""
    found: list[tuple[str, bool]] = []
    last: Expr | None = None
    for part in _members(expr, "and"):
        if last is not None and last.op in RISING and part.op in RISING:
            middle, right = part.parts
            if last.parts[1] == middle:
                text, tall = pen.at(right, MOD)
                before, high = found[-1]
                found[-1] = (f"{before} {SIGNS[part.op]} {text}", high or tall)
                last = part
                continue
        found.append(pen.at(part, NOT))
        last = part
    return found


def _members(expr: Expr, op: str) -> Iterator[Expr]:
    if expr.op == op:
        for part in expr.parts:
            yield from _members(part, op)
    else:
        yield expr


def _or(expr: Expr, pen: Pen) -> Piece:
    """Conditions joined by \\lor; an `and` among them gets brackets that many readers need."""
    words = [pen.at(part, NOT) for part in _members(expr, "or")]
    return r" \lor ".join(text for text, _ in words), OR, any(tall for _, tall in words)


def _not(expr: Expr, pen: Pen) -> Piece:
    (part,) = expr.parts
    if part.op == "holds":
        return _held(part, pen, no=True)
    text, _, tall = pen.write(part)
    return rf"\lnot {bracketed(text, tall)}", NOT, tall


def _holds(expr: Expr, pen: Pen) -> Piece:
    return _held(expr, pen, no=False)


def _held(expr: Expr, pen: Pen, no: bool) -> Piece:
    """A truth value is 1 or 0; a number that stands for a condition holds unless it is 0."""
    text, _, tall = pen.write(expr.parts[0])
    if no:
        return f"{text} = 0", COMPARED, tall
    sign = r"\ne 0" if expr.parts[0].name in pen.names.numbers else "= 1"
    return f"{text} {sign}", COMPARED, tall


def _truth(word: str) -> Rule:
    return lambda _, __: (rf"\text{{{word}}}", COMPARED, False)


def _where(expr: Expr, pen: Pen) -> Piece:
    """The cases in their order; the condition of a row counts where those above it do not hold."""
    rows, rest, lead = [], expr, "if "
    while rest.op == "where":
        condition, yes, rest = rest.parts
        word = rf"\text{{{lead}}} {pen.small.at(condition, OPEN)[0]}"
        rows.append(f"{pen.small.at(yes, MOD)[0]} & {word}")
        lead = "else if "
    rows.append(rf"{pen.small.at(rest, MOD)[0]} & \text{{otherwise}}")
    return rf"\begin{{cases}} {BREAK.join(rows)} \end{{cases}}", OPEN, True


def _total(expr: Expr, pen: Pen) -> Piece:
    body = expr.parts[-1]
    text, power, tall = pen.write(body)
    if power < BIG:
        text = bracketed(text, tall)
    return f"{big_sum(expr, pen)} {text}", BIG, True


def big_sum(expr: Expr, pen: Pen) -> str:
    r"""The sign with its limits: `\sum_{t=0}^{n - 1}` or `\sum_{l \le i}`.

    The bound name stands first, so that nobody must guess which name is bound.
    """
    small, bound = pen.small, pen.symbol(expr.name)
    if len(expr.parts) == 3:
        low, high = (small.write(part)[0] for part in expr.parts[:2])
        return rf"\sum_{{{bound}={low}}}^{{{high}}}"
    condition = expr.parts[0]
    if condition.op == "true":
        return rf"\sum_{bound}" if len(bound) == 1 else rf"\sum_{{{bound}}}"
    rows = [text for text, _ in conjuncts(condition, small)]
    if condition.op == "or":
        rows = [small.write(condition)[0]]
    if not rows[0].startswith(tuple(f"{bound} {SIGNS[op]} " for op in COMPARISONS[:4])):
        rows[0] = rf"{bound} :\, {rows[0]}"
    if len(rows) == 1:
        return rf"\sum_{{{rows[0]}}}"
    return rf"\sum_{{\substack{{{BREAK.join(rows)}}}}}"


CONDITION_RULES: Mapping[str, Rule] = {
    **dict.fromkeys(SIGNS, _comparison),
    "and": _and,
    "or": _or,
    "not": _not,
    "holds": _holds,
    "true": _truth("true"),
    "false": _truth("false"),
    "where": _where,
    "sum": _total,
}
