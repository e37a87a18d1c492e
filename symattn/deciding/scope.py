"""For what a proof holds: the scope of a claim in words, and what is taken for granted."""

from __future__ import annotations

from fractions import Fraction

from symattn.core.claim import PAIRWISE, Claim, Problem, below
from symattn.core.expression import ONE, I, J, free_names, symbol
from symattn.core.text import show


def scope(claim: Claim, asked: Problem) -> str:
    """The sizes and parameters for which a claim is stated.

    >>> from symattn.core.form_text import form
    >>> from symattn.core.claim import problem
    >>> claim = Claim("equal", (form(support="i - j < w", where="w >= 1"), form()))
    >>> scope(claim, problem(claim))
    'all n >= 1, w >= 1'
    """
    told = []
    for unknown in asked.unknowns:
        if unknown.name in ("i", "j", "h"):
            continue
        kind = "real" if unknown.kind == "real" else "whole"
        told.append(_tightest(asked, unknown.name) or f"{kind} {unknown.name}")
    told += [f"tables {table.name}" for table in asked.tables]
    words = "all " + ", ".join(told)
    more = [show(condition) for condition in claim.where if show(condition) not in told]
    return words + (f" with {' and '.join(more)}" if more else "")


def _tightest(asked: Problem, name: str) -> str:
    """The strongest lower bound of a name that is a number, if there is any."""
    found = [
        (Fraction(number), c.op == ">", c)
        for c in asked.given
        if c.op in (">=", ">") and c.parts[0] == symbol(name) and c.parts[1].op == "number"
        for number in c.parts[1].args
        if isinstance(number, (int, Fraction))
    ]
    return show(max(found, key=lambda bound: bound[:2])[2]) if found else ""


def _any_lengths(asked: Problem) -> bool:
    """Whether a proof for squares is one for all lengths: pairs, and nothing that names n."""
    bounds = (symbol("n") >= ONE, below(I, symbol("n")), below(J, symbol("n")))
    others = [asked.left, asked.right, *(c for c in asked.given if c not in bounds)]
    return asked.relation in PAIRWISE.values() and not any("n" in free_names(e) for e in others)


def assumptions(asked: Problem) -> tuple[str, ...]:
    """What a proof takes for granted beyond its scope."""
    found = []
    if asked.queries == asked.keys and not _any_lengths(asked):
        found.append("as many queries as keys")
    if asked.relation == "reach":
        found.append("every layer sees the same keys, and keeps its input")
    if asked.tables:
        names = ", ".join(table.name for table in asked.tables)
        found.append(f"{names} may hold any numbers, at every index that is read")
    return tuple(found)
