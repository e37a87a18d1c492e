"""The normal form of a term in i, j, n: two terms with the same normal form are equal, always.

Numbers become sums of monomials (`polynomials`), vectors combinations of words such as
`q[i] W R(i)`. Sums over keys are linear: what is free of the bound name leaves them. Facts about
whole numbers are asked from `valid`, and only a yes is used. Part of the kernel: nothing searches.
Theorems: `docs/theory/terms.md`, section 3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial, reduce
from typing import Any, TypeAlias

from symattn.core.expression import (
    FALSE,
    ONE,
    ZERO,
    Expr,
    conjunction,
    disjunction,
    equal,
    free_names,
    kind,
    rebuild,
    substitute,
    symbol,
    tidy,
)
from symattn.core.form import Parameter
from symattn.deciding.terms.denominators import Hollow, decided_factors, hollow
from symattn.deciding.terms.functions import ARITHMETIC
from symattn.deciding.terms.polynomials import (
    NOTHING,
    OO,
    UNIT,
    Atom,
    Mono,
    Poly,
    Unsupported,
    atom,
    constant,
    exponential,
    logarithm,
    mentions,
    not_negative,
    order,
    plus,
    power,
    renamed,
    scaled,
    times,
)
from symattn.deciding.terms.sums import (
    centred,
    conjuncts,
    ends,
    exponent_of,
    flattened,
    names_of,
    summed,
    with_plain_names,
)
from symattn.deciding.terms.vectors import VECTORS, gathered_words, product
from symattn.deciding.terms.wholes import simple, whole
from symattn.deciding.terms.words import (
    Combination,
    combined,
    nesting,
)

MOST_SINGLES = 3  # positions of the claim that may be the only key of a sum
MOST_STEPS = 5_000  # numbers that are looked at
MOST_CONDITIONS = 16  # on the keys of one sum
HOLE = symbol("_0")  # the bound name in cuts and in domains that are kept
Context: TypeAlias = tuple[Expr, ...]


class Split(Exception):
    """Whether this condition holds must be known; it names no bound index."""

    def __init__(self, condition: Expr) -> None:
        super().__init__(condition)
        self.condition = condition


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

    def total(self, expr: Expr, given: Context) -> Any:
        """A sum over a bound name, of numbers or of vectors."""
        at = symbol(f"_{self.depth + 1}")
        *limits, body = (substitute(p, {symbol(expr.name): at}) for p in expr.parts)
        if len(limits) == 2:
            domain = conjunction(limits[0] <= at, at <= limits[1])
        else:
            size = symbol({"i": self.queries, "h": "H"}.get(expr.name[0], self.keys))
            first = self.first if expr.name[0] == "i" else ZERO
            domain = reduce(conjunction, (first <= at, at < tidy(first + size), limits[0]))
        domain, body = centred(at.name, domain, body, self._whole)
        self.depth += 1
        try:
            return self._over(at.name, domain, body, given)
        finally:  # a Split may leave from inside
            self.depth -= 1

    def _over(self, name: str, domain: Expr, body: Expr, given: Context) -> Any:
        """The sum over one domain, which is cut where the body or a cut asks for it."""
        inside = (*given, domain)
        cut = self._open_cut(name, domain, inside)
        if cut is not None:
            return self._cut(name, domain, cut, body, given)
        only = self._single(name, domain, given, narrow=bool(self.cuts))
        if only is not None:
            there = substitute(domain, {symbol(name): only})
            if self.valid(given, ~there):
                return NOTHING
            for condition in conjuncts(there):
                if not self.valid(given, condition):
                    raise Split(condition)
            return self.value(substitute(body, {symbol(name): only}), given)
        try:
            inner = self.value(body, inside)
        except Split as ask:
            if name not in free_names(ask.condition):
                raise
            return self._cut(name, domain, ask.condition, body, given)
        domain = self._domain(name, domain, given)
        if kind(body) == "vector":
            return gathered_words(name, domain, inner)
        return self.gathered(name, domain, inner, given)

    def _open_cut(self, name: str, domain: Expr, inside: Context) -> Expr | None:
        """A cut that goes through a domain: its condition is not decided there."""
        told = conjuncts(domain)
        for cut in (substitute(hole, {HOLE: symbol(name)}) for hole in self.cuts):
            if cut in told or ~cut in told:
                continue
            if not self.valid(inside, cut) and not self.valid(inside, ~cut):
                return cut
        return None

    def value(self, expr: Expr, given: Context) -> Any:
        """The normal form of a number or of a vector."""
        return self.vector(expr, given) if kind(expr) == "vector" else self.number(expr, given)

    def _cut(self, name: str, domain: Expr, cut: Expr, body: Expr, given: Context) -> Any:
        """The sums over both sides of a cut; an empty side is nothing."""
        told = conjuncts(domain)
        if len(told) > MOST_CONDITIONS:
            raise Unsupported(f"a sum over keys with over {MOST_CONDITIONS} conditions")
        if cut in told or ~cut in told:
            raise Unsupported("a condition on the keys of a sum that nothing decides")
        total: Any = NOTHING
        for side in (cut, ~cut):
            if not self.valid((*given, domain, side), FALSE):
                part = self._over(name, conjunction(domain, side), body, given)
                total = combined(total, part) if kind(body) == "vector" else plus(total, part)
        return total

    def _single(self, name: str, domain: Expr, given: Context, narrow: bool) -> Expr | None:
        """The only index that can be in a domain, if its conditions name one."""
        for other in (*_named_indices(name, domain, narrow), *self.witnesses[:MOST_SINGLES]):
            here = equal(symbol(name), other)
            if not self._whole(other):
                continue
            if here in conjuncts(domain) or self.valid((*given, domain), here):
                return other
        return None

    def _domain(self, name: str, domain: Expr, given: Context) -> Expr:
        """The domain that stands for all domains known to be the same set."""
        own = substitute(domain, {symbol(name): HOLE})
        for other in self.domains:
            there = substitute(other, {HOLE: symbol(name)})
            if other == own or (
                self.valid((*given, domain), there) and self.valid((*given, there), domain)
            ):
                return there
        bound = {free for free in free_names(own) if free[0] == "_"} - {HOLE.name}
        tried = () if bound else self.witnesses
        shown = [substitute(own, {HOLE: witness}) for witness in tried]
        some = any(self.valid(self.base, seen) for seen in shown)
        self.domains[own] = some or (
            len(shown) > 1 and self.valid(self.base, reduce(disjunction, shown))
        )
        return domain

    def gathered(self, name: str, domain: Expr, body: Poly, given: Context) -> Poly:
        """The sum of a normal form: what is free of the bound name leaves the sum."""
        total: Poly = NOTHING
        for mono, c in body.items():
            if mono == OO:
                raise Unsupported("a sum with infinity in it")
            bound = frozenset(part for part in mono if mentions(part, name))
            found = self._closed(name, domain, bound, given)
            if found is None:
                found = self._sum_atom(name, domain, bound)
            total = plus(total, times({mono - bound: c}, found))
        return total

    def _closed(self, name: str, domain: Expr, bound: Mono, given: Context) -> Poly | None:
        """The sum of a power of the bound name over an interval, as a polynomial in its ends."""
        p = exponent_of(name, bound)
        if p is None:
            return None
        found = ends(name, conjuncts(domain), partial(self.valid, given))
        if found is None or not all(map(self._whole, found)):
            return None
        low, high = (self.number(end, given) for end in found)
        return summed(p, low, high)

    def _sum_atom(self, name: str, domain: Expr, bound: Mono) -> Poly:
        own = f"#{1 + nesting(bound)}"
        full = self.domains.get(substitute(domain, {symbol(name): HOLE}), False)
        flat = flattened(name, domain, bound)
        if flat is not None:
            nested = self._nested(names_of(flat, full))
            return self.known[nested] if nested in self.known else atom(*nested)
        found = ("full" if full else "sum", own, *(renamed(x, name, own) for x in (domain, bound)))
        return self.known[found] if found in self.known else atom(*found)

    def _nested(self, orders: list[Atom]) -> Atom:
        """The atom that stands for all sums over several names known to be the same."""
        for other in self.nested:
            there = with_plain_names(other[1], other[2])
            for found in orders:
                if found[1] == other[1] and found[3] == other[3]:
                    here = with_plain_names(found[1], found[2])
                    plain = not any(name[0] == "#" for name in free_names(here))
                    same = found[2] == other[2] or (
                        plain
                        and self.depth <= 1
                        and self.valid((*self.base, here), there)
                        and self.valid((*self.base, there), here)
                    )
                    if same:
                        return other
        self.nested.append(orders[0])
        return orders[0]

    def vector(self, expr: Expr, given: Context) -> Combination:
        """The normal form of a vector."""
        rule = VECTORS.get(expr.op)
        if rule is None:
            raise Unsupported(f"{expr.op} of a vector has no normal form")
        return rule(self, expr, given)


def _named_indices(name: str, domain: Expr, narrow: bool) -> Iterator[Expr]:
    """Indices that equations of a domain name; `narrow`: that its bounds name, too."""
    at = symbol(name)
    for condition in conjuncts(domain):
        inner = condition.parts[0] if condition.op == "not" else condition
        if at not in inner.parts:
            continue
        left, right = inner.parts
        other = right if left == at else left
        if name in free_names(other):
            continue
        if condition.op == "==":
            yield other
        elif narrow or (other.op == "number" and other != ZERO) or inner.parts[1] == ZERO:
            yield from (other, other + ONE, other - ONE)


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
