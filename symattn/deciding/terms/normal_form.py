"""The normal form of a term in i, j, n: two terms with the same normal form are equal, always.

Numbers become sums of monomials (`polynomials`), vectors combinations of words such as
`q[i] W R(i)`. Sums over keys are linear: what is free of the bound name leaves them. Facts about
whole numbers are asked from `valid`, and only a yes is used. Part of the kernel: nothing searches.
Theorems: `docs/theory/terms.md`, section 3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from typing import Any

from symattn.core.expression import (
    ZERO,
    Expr,
    equal,
    free_names,
    kind,
    rebuild,
    substitute,
    symbol,
)
from symattn.core.form import Parameter
from symattn.deciding.terms import summing
from symattn.deciding.terms.denominators import Hollow, decided_factors, hollow
from symattn.deciding.terms.functions import ARITHMETIC
from symattn.deciding.terms.polynomials import (
    OO,
    UNIT,
    Atom,
    Poly,
    Unsupported,
    atom,
    constant,
    exponential,
    logarithm,
    not_negative,
    order,
    plus,
    power,
    scaled,
    times,
)
from symattn.deciding.terms.splits import HOLE, Context, Split
from symattn.deciding.terms.vectors import VECTORS, product
from symattn.deciding.terms.wholes import simple, whole
from symattn.deciding.terms.words import (
    Combination,
)

MOST_STEPS = 5_000  # numbers that are looked at


@dataclass(slots=True)
class Normal:
    """Normal forms under conditions on whole numbers.

    `valid(context, statement)` says that a statement about whole numbers follows from a context.
    """

    valid: Callable[[Context, Expr], bool]
    declared: Mapping[str, Parameter]
    cuts: tuple[Expr, ...] = ()  # conditions on HOLE: domains of sums are cut along them
    base: Context = ()  # what holds everywhere
    witnesses: tuple[Expr, ...] = ()  # keys that may show that a domain is not empty
    known: dict[Atom, Poly] = field(default_factory=dict)  # atoms that premises give
    keys: str = "n_k"
    queries: str = "n_q"
    first: Expr = ZERO
    depth: int = 0
    steps: int = 0
    nested: list[Atom] = field(default_factory=list)  # sums over several names
    places: dict[tuple[str, int], list[Expr]] = field(default_factory=dict)
    domains: dict[Expr, bool] = field(default_factory=dict)  # and whether surely not empty
    hollow: dict[Hollow | Expr, None] = field(default_factory=dict)  # divided by, and maybe empty

    def number(self, expr: Expr, given: Context) -> Poly:
        """The normal form of a number."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise Unsupported(f"gave up: a normal form of over {MOST_STEPS} steps")
        rule = NUMBERS.get(expr.op)
        if rule is not None:
            return rule(self, expr, given)
        parts = [self.number(part, given) for part in expr.parts]
        if expr.op in ARITHMETIC:
            return ARITHMETIC[expr.op](*parts)
        if expr.op == "//" and parts[1] == constant(1) and self._whole(expr.parts[0]):
            return parts[0]
        if expr.op in OPAQUE:
            if any(OO in part for part in parts):
                raise Unsupported(f"{expr.op} of infinity")
            return atom("of", expr.op, *(frozenset(part.items()) for part in parts))
        raise Unsupported(f"{expr.op} has no normal form")

    def _whole(self, expr: Expr) -> bool:
        return whole(expr, self.declared)

    def named(self, expr: Expr, given: Context) -> Poly:
        """A symbol or an entry of a table; positive ones say so."""
        declared = self.declared.get(expr.name)
        above = declared is not None and declared.bound is not None and _above(declared)
        index = tuple(self.place(expr.name, at, part, given) for at, part in enumerate(expr.parts))
        found = ("positive" if above else "symbol", expr.name, *index)
        return self.known[found] if found in self.known else atom(*found)

    def place(self, name: str, at: int, index: Expr, given: Context) -> Expr:
        """The index that stands for all indices known to be equal to this one."""
        index = self._decided(index, given)
        if not self._whole(index):
            raise Unsupported("an index that may not be a whole number")
        seen = self.places.setdefault((name, at), [])
        form = self.number(index, given)
        for other in seen:
            if other == index or self.number(other, given) == form:
                return other
        for other in seen:
            if self.valid(given, equal(index, other)):
                return other
        seen.append(index)
        return index

    def _decided(self, index: Expr, given: Context) -> Expr:
        """The index with the branch of every `where` in it that is taken."""

        def change(node: Expr) -> Expr | None:
            return self._decided(self.chosen(node, given), given) if node.op == "where" else None

        return rebuild(index, change)

    def called(self, expr: Expr, given: Context) -> Poly:
        """An unknown function of its arguments."""
        parts = (frozenset(self.number(part, given).items()) for part in expr.parts)
        return atom("call", expr.name, *parts)

    def quotient(self, expr: Expr, given: Context) -> Poly:
        top, bottom = (self.number(part, given) for part in expr.parts)
        self._divides(bottom, given)
        return times(top, power(bottom, Fraction(-1)))

    def _divides(self, bottom: Poly, given: Context) -> None:
        """Keep in mind by what is divided and may vanish at some positions."""
        if bottom and (maybe_empty := hollow(bottom, partial(self._seen, given))):
            self.hollow[maybe_empty] = None
        for factor in decided_factors(bottom, self._exact) if bottom else ():
            if not self.valid(given, Expr("!=", (factor, ZERO))):
                self.hollow[factor] = None

    def _exact(self, expr: Expr) -> bool:
        """Whether a number is whole, or a name of which conditions say something."""
        said = expr.op == "symbol" and any(expr.name in free_names(c) for c in self.base)
        return said or self._whole(expr)

    def _seen(self, given: Context, domain: Expr) -> bool:
        """Whether a domain surely has a key: one that may show it, or one that a sum binds."""
        bound = [symbol(f"_{at + 1}") for at in range(self.depth)]
        return any(
            self.valid(given, substitute(domain, {HOLE: key})) for key in (*self.witnesses, *bound)
        )

    def raised(self, expr: Expr, given: Context) -> Poly:
        """A power; one that is not a literal is exp(exponent * log(base))."""
        bottom, top = (self.number(part, given) for part in expr.parts)
        if set(top) <= {UNIT}:
            if top.get(UNIT, 0) < 0:
                self._divides(bottom, given)
            return power(bottom, top.get(UNIT, Fraction(0)))
        return exponential(times(top, logarithm(bottom)))

    def chosen(self, expr: Expr, given: Context) -> Expr:
        """The branch of a `where` that is taken."""
        condition, yes, no = expr.parts
        if self.valid(given, condition):
            return yes
        if self.valid(given, ~condition):
            return no
        raise Split(condition)

    def largest(self, expr: Expr, given: Context, sign: int = 1) -> Poly:
        """max (or with -1 min), as a set of arguments, or one of two if it is known which."""
        if len(expr.parts) == 2 and simple(expr):
            one, two = expr.parts if sign > 0 else reversed(expr.parts)
            for here, other in ((one, two), (two, one)):
                if self.valid(given, here >= other):
                    return self.number(here if sign > 0 else other, given)
        found: set[Any] = set()
        for part in expr.parts:
            form = scaled(self.number(part, given), sign)
            ((mono, c), *more) = form.items() or [(UNIT, Fraction(0))]
            ((inner, e), *others) = mono or [(("unit",), Fraction(1))]
            nested = inner[0] == "max" and c == e == 1 and not more and not others
            found |= inner[1] if nested else {frozenset(form.items())}
        if len(found) == 2:
            forms = [dict(form) for form in sorted(found, key=order)]
            for above, below in (forms, reversed(forms)):
                if not_negative(plus(above, below, -1)):
                    return scaled(above, sign)
        if len(found) == 1:
            return scaled(dict(found.pop()), sign)
        return scaled(atom("max", frozenset(found)), sign)

    def value(self, expr: Expr, given: Context) -> Any:
        """The normal form of a number or of a vector."""
        return self.vector(expr, given) if kind(expr) == "vector" else self.number(expr, given)

    def total(self, expr: Expr, given: Context) -> Any:
        """A sum over a bound name, of numbers or of vectors."""
        return summing.total(self, expr, given)

    def gathered(self, name: str, domain: Expr, body: Poly, given: Context) -> Poly:
        """The sum of a normal form over a domain."""
        return summing.gathered(self, name, domain, body, given)

    def vector(self, expr: Expr, given: Context) -> Combination:
        """The normal form of a vector."""
        rule = VECTORS.get(expr.op)
        if rule is None:
            raise Unsupported(f"{expr.op} of a vector has no normal form")
        return rule(self, expr, given)


def _above(declared: Parameter) -> bool:
    """Whether a declaration keeps a name above zero."""
    least = declared.bound.args[0] if declared.bound is not None else -1
    if not isinstance(least, (int, Fraction)):
        return False
    return least > 0 if declared.relation == ">=" else declared.relation == ">" and least >= 0


OPAQUE = frozenset(("//", "%", "floor", "floor_log", "cos", "sin"))
NUMBERS: Mapping[str, Callable[[Normal, Expr, Context], Poly]] = {
    "number": lambda _, e, __: constant(e.args[0]),  # type: ignore[arg-type]
    "infinity": lambda _, __, ___: {OO: Fraction(1)},
    "symbol": Normal.named,
    "table": Normal.named,
    "call": Normal.called,
    "/": Normal.quotient,
    "**": Normal.raised,
    "where": lambda self, e, given: self.number(self.chosen(e, given), given),
    "max": Normal.largest,
    "min": lambda self, e, given: self.largest(e, given, -1),
    "sum": Normal.total,
    "dot": lambda self, e, given: product(self, *(self.vector(p, given) for p in e.parts)),
}
