"""What is known to be at least 0, and proofs that a polynomial is, by adding up known facts.

A proof here is a combination with positive factors, so a yes is certain; a no is only a gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from symattn.core.expression import Expr, symbol
from symattn.core.form import SIZES, Form
from symattn.derivation.counts.polynomial import (
    Monomial,
    Polynomial,
    is_whole_variable,
    polynomial,
    put,
    variable,
)

DEEPEST = 5


@dataclass(frozen=True, slots=True)
class Facts:
    """Polynomials that are at least 0 for all values considered; all variables are integers."""

    known: tuple[Polynomial, ...]

    def prove(self, claim: Polynomial) -> bool:
        """Whether the claim >= 0 follows.

        >>> from symattn.core.text import read
        >>> i, n, w = (polynomial(read(name)) for name in ("i", "n", "w"))
        >>> Facts((i, n - 1 - i, w - 1)).prove(n + w - 2)
        True
        """
        whole = self._without_denominators(claim)
        if whole is None:
            return False
        if _follows(whole, self._with_variables(whole), DEEPEST):
            return True
        choice = next((v for v in claim.variables if v.op in ("min", "max")), None)
        if choice is None:
            return False
        options = map(polynomial, choice.parts)  # the choice is one of them
        return all(self.prove(put(claim, {choice: option})) for option in options)

    def _without_denominators(self, claim: Polynomial) -> Polynomial | None:
        """The claim times its denominators, if all of them are surely positive."""
        lowest: dict[Expr, int] = {}
        for monomial, _ in claim.terms:
            for base, power in monomial:
                lowest[base] = min(power, lowest.get(base, 0))
        for base, power in lowest.items():
            if power < 0:
                if not _follows(variable(base) - 1, self.known, DEEPEST):
                    return None
                claim = claim * Polynomial(((((base, -power),), Fraction(1)),))
        return claim

    def _with_variables(self, claim: Polynomial) -> tuple[Polynomial, ...]:
        """The facts, and what holds for the remainders and choices that stand in the claim."""
        found = list(self.known)
        met: set[Expr] = set()
        queue = [v for p in (claim, *self.known) for v in p.variables]
        while queue:
            base = queue.pop()
            if base in met:
                continue
            met.add(base)
            more = list(self._about(base))
            found += more
            queue += [v for p in more for v in p.variables]
        return tuple(found)

    def _about(self, base: Expr) -> Iterator[Polynomial]:
        itself = variable(base)
        if base.op == "%" and is_whole_variable(base):
            top, by = map(polynomial, base.parts)
            if not self.prove(by - 1):
                return
            yield from (itself, by - 1 - itself)
            if self.prove(top):
                yield top - itself
        elif base.op in ("min", "max"):
            options = [polynomial(part) for part in base.parts]
            for option in options:
                yield option - itself if base.op == "min" else itself - option
            for least in (1, 0):
                if base.op == "min" and all(self.prove(option - least) for option in options):
                    yield itself - least
                    break


def _follows(claim: Polynomial, facts: Iterable[Polynomial], depth: int) -> bool:
    """Eliminate the first term of the claim by facts that hold it with the same sign."""
    if claim.is_constant:
        return claim.constant >= 0
    if not depth:
        return False
    monomial, factor = next((m, f) for m, f in claim.terms if m)
    for fact in facts:
        held = _factor(fact, monomial)
        if held * factor > 0 and _follows(claim - fact * (factor / held), facts, depth - 1):
            return True
    return False


def _factor(fact: Polynomial, monomial: Monomial) -> Fraction:
    return next((f for m, f in fact.terms if m == monomial), Fraction(0))


def facts_of(form: Form) -> tuple[Polynomial, ...]:
    """What the domains and conditions of a Form say about its sizes and whole parameters."""
    found = [variable(symbol(size)) - 1 for size in SIZES]
    demands = [
        Expr(p.relation, (symbol(p.name), p.bound))
        for p in form.parameters
        if not p.indices and p.bound is not None
    ]
    for condition in (*demands, *form.conditions):
        if condition.op in (">=", ">", "<=", "<"):
            left, right = map(polynomial, condition.parts)
            difference = left - right if condition.op[0] == ">" else right - left
            difference = difference * lcm(*(f.denominator for _, f in difference.terms))
            if all(v.op == "symbol" and _is_whole(form, v.name) for v in difference.variables):
                found.append(difference - int(condition.op in ("<", ">")))
    return tuple(found)


def _is_whole(form: Form, name: str) -> bool:
    return name in SIZES or any(p.name == name and p.kind == "integer" for p in form.parameters)
