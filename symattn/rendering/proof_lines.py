r"""The lines of a proof as LaTeX: each kind of line has its writer.

`Impossible` is an obligation (its conditions have no common solution), said as what follows from
what; `Rewritten` is a step of a trace of rules (left equals right).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from symattn.core.expression import FALSE, Expr, conjunction, substitute, symbol
from symattn.rendering.breaking import WIDEST, width
from symattn.rendering.document import wrapped
from symattn.rendering.latex import latex
from symattn.rendering.notation import Notation

NOTATION = Notation()  # positions count from 0, as in the scripts


@dataclass(frozen=True, slots=True)
class Impossible:
    """An obligation: these conditions are not true at once."""

    name: str
    reason: str
    conditions: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A step of a trace of rules: left equals right."""

    name: str
    reason: str
    left: Expr
    right: Expr


ProofLine: TypeAlias = Impossible | Rewritten


def tex(expr: Expr) -> str:
    return latex(expr, NOTATION)


def joined(conditions: Iterable[Expr]) -> list[str]:
    """Conditions as formulas, `0 <= i` and `i < n` as one."""
    waiting, found = list(conditions), []
    while waiting:
        first = waiting.pop(0)
        if first.op == "<=":
            after = next((c for c in waiting if c.op == "<" and c.args[0] == first.args[1]), None)
            if after is not None:
                waiting.remove(after)
                first = conjunction(first, after)
        found.append(tex(first))
    return found


def shown(formulas: Iterable[str | list[str]]) -> str:
    """Formulas one below the other; short ones share a line, those in several rows do not."""
    lines: list[str] = []
    apart = True
    for entry in formulas:
        rows = entry if isinstance(entry, list) else [entry]
        both = rf"{lines[-1]}, \quad {rows[0]}" if lines and not apart else ""
        if both and len(rows) == 1 and r"\begin" not in both and width(both) <= WIDEST:
            lines[-1] = both
        else:
            lines += rows
        apart = len(rows) > 1
    return wrapped(lines, "gather").replace("{gather}", "{gather*}")


def _impossible(line: Impossible, shared: tuple[Expr, ...]) -> Iterator[str]:
    """What is never true at once, said as what follows: `not (A and B)` as A and B."""
    own = [c for c in line.conditions if c not in shared]
    cases = _cases(own)
    if cases:
        yield "With the abbreviations"
        yield shown([f"{tex(name)} = {tex(case)}"] for case, name in cases.items())
        own = [substitute(c, cases) for c in own]
    own = [c for c in own if c != ~FALSE]
    denied = [c.parts[0] for c in own if c.op == "not"]
    given = [c for c in own if c.op != "not"]
    plain: list[str | list[str]] = [*joined(c for c in given if c.op != "or")]
    plain += [formula(c) for c in given if c.op == "or"]
    if not own:
        yield "The conditions $G$ are never true at once."
        return
    if not denied:
        yield f"Never are {'the conditions $G$ and these' if shared else 'these'} true at once:"
        yield shown(plain)
        return
    case = "In every case of $G$" if shared else "In every case"
    if plain:
        yield f"{case} with"
        yield shown(plain)
        case = ""
    follows = "all of these hold:" if len(denied) == 1 else "at least one of these holds:"
    yield f"{case} {follows}".strip()
    groups = [list(_members(condition, "and")) for condition in denied]
    rows = groups[0] if len(groups) == 1 else denied
    yield shown(formula(row) for row in rows)


def _cases(conditions: Iterable[Expr]) -> dict[Expr, Expr]:
    """A name for every choice between cases, which would be too wide inside a formula."""
    found = dict.fromkeys(c for condition in conditions for c in _choices(condition))
    return {case: symbol(f"case_{at}") for at, case in enumerate(found, 1)}


def _choices(expr: Expr) -> Iterator[Expr]:
    if expr.op == "where":
        yield expr
    else:
        for part in expr.parts:
            yield from _choices(part)


def formula(condition: Expr) -> list[str]:
    """A condition in one row; a wide chain of `and` or `or` in a row for each member."""
    whole = tex(condition)
    if width(whole) <= WIDEST or condition.op not in SIGNS:
        return [whole]
    found: list[str] = []
    for part in _members(condition, condition.op):
        rows = formula(part)
        if part.op in SIGNS:
            rows = [f"({rows[0]}", *rows[1:-1], f"{rows[-1]})"] if rows[1:] else [f"({rows[0]})"]
        sign = f"{SIGNS[condition.op]} " if found else ""
        found += [sign + rows[0], *rows[1:]]
    return found


SIGNS = {"and": r"\land", "or": r"\lor"}


def _members(expr: Expr, op: str) -> Iterator[Expr]:
    if expr.op == op:
        for part in expr.parts:
            yield from _members(part, op)
    else:
        yield expr


def _rewritten(line: Rewritten, _: tuple[Expr, ...]) -> Iterator[str]:
    yield shown([f"{tex(line.left)} = {tex(line.right)}"])


WRITERS: Mapping[type, Callable[[Any, tuple[Expr, ...]], Iterator[str]]] = {
    Impossible: _impossible,
    Rewritten: _rewritten,
}
