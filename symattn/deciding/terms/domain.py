"""For what a proof about terms holds: its scope in words, and what is taken for granted."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symattn.core.expression import TRUE, ZERO, Expr, free_names, kind, symbol, walk
from symattn.core.term_claim import TermClaim, quantities
from symattn.core.text import show
from symattn.deciding.terms.elaboration import elaborated
from symattn.deciding.terms.goal import Goal, goal
from symattn.deciding.terms.normal_form import Normal
from symattn.deciding.terms.polynomials import Poly, Unsupported, positive
from symattn.deciding.terms.row_demands import row_of


def scope(claim: TermClaim) -> str:
    """The sizes and parameters for which a claim is stated, and its conditions."""
    stated = goal(claim)
    places = {"h", *dict(claim.positions), *(at.name for at in stated.anywhere)}
    lengths = claim.lengths
    told = []
    for unknown in stated.problem.unknowns:
        if unknown.name not in places and (unknown.name not in lengths or reads_positions(claim)):
            kind_ = "real" if unknown.kind == "real" else "whole"
            told.append(_tightest(stated, unknown.name) or f"{kind_} {unknown.name}")
    told += [f"tables {p.name}" for p in claim.parameters if p.indices and p.kind != "vector"]
    more = [show(c) for c in (*claim.premises, *claim.where) if show(c) not in told]
    words = "all " + ", ".join(told) if told else "all values"
    return words + (f" with {' and '.join(more)}" if more else "")


def reads_positions(claim: TermClaim) -> bool:
    """Whether the length of a sequence matters: a position, a quantity or a sum over keys."""
    nodes = (node.op for e in claim.expressions for node in walk(e))
    named = any("n" in free_names(e) for e in claim.expressions)
    return bool(claim.positions) or named or any(op in ("of", "sum") for op in nodes)


def _tightest(stated: Goal, name: str) -> str:
    """The strongest lower bound of a name that is a number, if there is any."""
    found = [
        (Fraction(number), c.op == ">", c)
        for c in stated.given
        if c.op in (">=", ">") and c.parts[0] == symbol(name) and c.parts[1].op == "number"
        for number in c.parts[1].args
        if isinstance(number, (int, Fraction))
    ]
    return show(max(found, key=lambda bound: bound[:2])[2]) if found else ""


def assumptions(claim: TermClaim) -> tuple[str, ...]:
    """What a proof takes for granted: equal lengths, and that both sides are defined."""
    found = []
    reads_rows = any(True for side in (claim.left, claim.right) for _ in quantities(side))
    names = set().union(*map(free_names, claim.expressions))
    if claim.lengths == ("n", "n") and (reads_rows or names & {"n_q", "n_k"}):
        found.append("as many queries as keys")
    stated = goal(claim)
    told: dict[str, None] = {}
    for side in (claim.left, claim.right, *claim.premises):
        for demand, expr in _demands(elaborated(claim, side)):
            text = f"{show(expr)} {demand}"
            if "_" not in free_names(expr) and not _surely(stated, expr):
                told[text] = None
    return (*found, *told)


def _demands(expr: Expr) -> Iterator[tuple[str, Expr]]:
    """What must not vanish or be negative for an expression to have a value."""
    for node in walk(expr):
        if node.op == "/":
            yield "!= 0", node.parts[1]
        elif node.op == "log":
            yield "> 0", node.parts[0]
        elif node.op == "sqrt":
            yield ">= 0", node.parts[0]
        elif node.op == "**":
            base, power = node.parts
            whole = power.op == "number" and isinstance(power.args[0], int)
            if not whole:
                yield "> 0", base
            elif str(power.args[0]).startswith("-"):
                yield "!= 0", base
        elif node.op == "norm":
            yield "!= 0", Expr("dot", (node.parts[0], node.parts[0]))


def _surely(stated: Goal, expr: Expr) -> bool:
    """Whether a number is surely positive: by its form, or as the sum of a row of exponentials."""
    if kind(expr) != "number":
        return True
    if expr.op == "number":
        return bool(expr.args[0])
    if expr.op == "sum" and expr.parts[-1].op == "exp":
        return len(expr.parts) == 2 and (expr.parts[0] == TRUE or _seen(stated, expr))
    if expr.op == "+":
        surely = [_surely(stated, part) for part in expr.parts]
        exponentials = (p.op == "sum" and p.parts[-1].op == "exp" for p in expr.parts)
        return any(surely) and all(s or e for s, e in zip(surely, exponentials, strict=True))
    try:
        found = Normal(lambda *_: False, stated.declared).number(expr, ())
    except Exception:  # a condition that is not decided here, or a word that is not known
        return False
    return _positive(found)


def _seen(stated: Goal, total: Expr) -> bool:
    """Whether a sum runs over a row that was shown to see a key, or is empty on both sides."""
    for form, at in (*stated.rows, *stated.sides):
        found = row_of(form, total)
        if found and (found[0] in (at, ZERO) or (at in stated.anywhere and _bound(stated, *found))):
            return True
    return False


def _bound(stated: Goal, at: Expr) -> bool:
    """Whether a name is bound by a sum: no size, parameter or position of the claim."""
    return at.name not in {u.name for u in stated.problem.unknowns}


def _positive(poly: Poly) -> bool:
    try:
        return positive(poly)
    except Unsupported:
        return False
