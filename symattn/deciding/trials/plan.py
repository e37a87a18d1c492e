"""A claim made ready for evaluation: quantities of mechanisms become tables and vectors by name.

With heads, the head comes first among the indices of a quantity and of q, k and v.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from symattn.core.claim import _as_written as as_written
from symattn.core.declare import WIDTHS
from symattn.core.errors import NotConcrete
from symattn.core.expression import (
    H_INDEX,
    MIXED,
    ZERO,
    Expr,
    free_names,
    kind,
    rebuild,
    symbol,
    walk,
)
from symattn.core.form import KEY_LETTERS, Form, Parameter
from symattn.core.layout import OWN_HEAD
from symattn.core.term_claim import TermClaim, quantities
from symattn.deciding.trials.exactness import compared_parts, deciding_parts

MIXING = ("output", "online", "decode", "recurrent")  # quantities that read values


@dataclass(frozen=True)
class Plan:
    """What is the same at all sizes and points."""

    claim: TermClaim
    left: Expr
    right: Expr
    premises: tuple[Expr, ...]  # of numbers and tables: true at some points only
    where: tuple[Expr, ...]  # of whole numbers, parameters and tables: decided exactly
    offset: Expr

    @property
    def relation(self) -> str:
        return self.claim.relation

    @property
    def forms(self) -> tuple[Form, ...]:
        return self.claim.forms

    @cached_property
    def many(self) -> bool:
        return self.claim.has_heads

    @cached_property
    def names(self) -> frozenset[str]:
        """Every open name that something can depend on."""
        own = (self.left, self.right, *self.premises, *self.where)
        found = set().union(*map(free_names, own))
        for form in self.forms:
            found |= self._of_form(form)
        widths = (e for p in self.parameters for e in p.shape)
        found |= set().union(*map(free_names, widths), *(free_names(WIDTHS[v]) for v in WIDTHS
                                                         if v in found))  # fmt: skip
        found |= {"d"} if found & {"q", "k"} else set()
        return frozenset(found)

    def _of_form(self, form: Form) -> set[str]:
        """The names that the quantities asked of a Form can read."""
        asked = {
            node.name for e in self.claim.expressions for node in quantities(e)
            if self.forms[int(node.args[1])] is form  # type: ignore[arg-type]
        }  # fmt: skip
        used = set(form.names)
        if not asked & set(MIXING):
            mixing = (form.value, form.output)
            used = set().union(*(free_names(e) for e in form.expressions if e not in mixing))
        elif form.output == MIXED:
            used.discard("o")
        return used

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The declarations of all open names but sizes, as written in the claim."""
        return tuple(as_written(list(self.claim.parameters), self.claim.text))

    @cached_property
    def sized(self) -> bool:
        """Whether the claim has a length at all."""
        bound = any(
            node.op == "sum" and len(node.parts) == 2
            for e in self.claim.expressions
            for node in walk(e)
        )
        lengths = not self.names.isdisjoint(("n", "n_q", "n_k"))
        return bool(self.forms or self.claim.positions or bound or lengths)

    @cached_property
    def lengths(self) -> tuple[str, ...]:
        """("n",), ("n_q", "n_k"), or nothing."""
        return tuple(dict.fromkeys(self.claim.lengths)) if self.sized else ()

    @cached_property
    def sizes(self) -> tuple[str, ...]:
        """The sizes beside lengths that matter, in the order in which they are made small."""
        found = [name for name in ("d", "d_v", "H") if name in self.names]
        return tuple(found) if "H" in found or not self.many else (*found, "H")

    @cached_property
    def whole(self) -> tuple[Parameter, ...]:
        """The single parameters that are whole numbers."""
        return tuple(
            p for p in self.parameters
            if p.kind in ("integer", "boolean") and not p.indices and p.name in self.names
        )  # fmt: skip

    @cached_property
    def real(self) -> tuple[Parameter, ...]:
        """The single parameters that are real numbers, and may be any."""
        return tuple(p for p in self._real if p.name not in self.exact_names)

    @cached_property
    def deciding(self) -> tuple[Parameter, ...]:
        """The single parameters that are real numbers and decide something."""
        return tuple(p for p in self._real if p.name in self.exact_names)

    @property
    def _real(self) -> tuple[Parameter, ...]:
        return tuple(
            p for p in self.parameters
            if p.kind == "real" and not p.indices and p.name in self.names
        )  # fmt: skip

    @cached_property
    def declared(self) -> dict[str, Parameter]:
        """Every name that has entries: letters of the language, and declared ones."""
        letters = {name: Parameter(name, "vector", 1, (width,)) for name, width in WIDTHS.items()}
        return {**letters, **{p.name: p for p in self.parameters}}

    @cached_property
    def exact_names(self) -> frozenset[str]:
        """The names whose numbers decide something, so that they must be rational."""
        found: set[str] = set().union(*map(free_names, self.where))
        expressions = [self.left, self.right]
        expressions += [side for premise in self.premises for side in compared_parts(premise)]
        for form in self.forms:
            found |= set().union(*map(free_names, (form.support, form.offset, *form.conditions)))
            expressions += form.expressions
        for expr in expressions:
            for node in walk(expr):
                found |= set().union(*map(free_names, deciding_parts(node)))
        return frozenset(found)

    @cached_property
    def expressions(self) -> tuple[Expr, ...]:
        """Everything that is evaluated: the claim's own, and that of its Forms."""
        own = (self.left, self.right, *self.premises, *self.where)
        return (*own, *(e for form in self.forms for e in form.expressions))

    @cached_property
    def draws(self) -> bool:
        """Whether tables decide something, so that one choice of their numbers shows little."""
        return any(p.indices and p.name in self.exact_names for p in self.parameters)

    @cached_property
    def moving(self) -> tuple[Expr, ...]:
        """The conditions that depend on positions or tables."""
        return tuple(c for c in self.where if not free_names(c) <= self.settled)

    @cached_property
    def still(self) -> tuple[Expr, ...]:
        """The conditions on sizes and parameters, those of the Forms and domains included."""
        every = [*self.where, *(c for form in self.forms for c in form.conditions)]
        every += [
            Expr(p.relation, (symbol(p.name), p.bound)) for p in self.whole if p.bound is not None
        ]
        return tuple(c for c in dict.fromkeys(every) if free_names(c) <= self.settled)

    @cached_property
    def single(self) -> dict[str, list[Expr]]:
        """The conditions on one size or parameter alone, by its name."""
        found: dict[str, list[Expr]] = {}
        for condition in self.still:
            names = free_names(condition)
            if len(names) == 1:
                found.setdefault(names.pop(), []).append(condition)
        return found

    @cached_property
    def settled(self) -> frozenset[str]:
        """The names that have a number as soon as sizes are chosen."""
        chosen = {p.name for p in (*self.whole, *self.deciding)}
        return frozenset({*self.sizes, *chosen, "n", "n_q", "n_k"})

    @cached_property
    def prices(self) -> tuple[int, ...]:
        """How many nodes the scores of every Form have; of a loop, as if they were a Form's."""
        sizes = [sum(map(_price, (row.score for row in f.rows))) for f in self.forms]
        asked = {q for e in self.claim.expressions for q in quantities(e)}
        loops = [q for q in asked if q.name in MIXING and q.name != "output"]
        again = [sizes[int(q.args[1])] for q in loops]  # type: ignore[arg-type]
        return (*sizes, *again)

    @cached_property
    def even(self) -> frozenset[str]:
        """The widths of vectors that are turned in pairs."""
        turns = (node for e in self.expressions for node in walk(e) if node.op == "rope")
        return frozenset(n.parts[-1].name for n in turns if n.parts[-1].op == "symbol")

    @cached_property
    def constants(self) -> tuple[int, ...]:
        """The whole numbers that stand in conditions and supports."""
        return tuple(sorted(int(c) for c in self.fractions if c.denominator == 1))

    @cached_property
    def fractions(self) -> frozenset[Fraction]:
        """The numbers that stand in conditions and supports."""
        conditions = [*self.where, *(f.support for f in self.forms)]
        conditions += [c for form in self.forms for c in form.conditions]
        found = (n.args[0] for c in conditions for n in walk(c) if n.op == "number")
        return frozenset(Fraction(c) for c in found)  # type: ignore[arg-type]


def _price(score: Expr) -> int:
    return sum(8 if node.op in ("rope", "matmul") else 1 for node in walk(score))


def plan(claim: TermClaim, more: tuple[Expr, ...] = ()) -> Plan:
    """The plan of a claim, with more conditions; what cannot be evaluated anywhere is refused.

    >>> from symattn.core.expression import I, J, ONE
    >>> from symattn.core.form_text import form
    >>> from symattn.core.term_claim import quantity
    >>> plan(TermClaim(quantity("weight", 0, I, J), "<=", ONE, (form(),))).left
    Expr('weight 0[i, j]')
    """
    offsets = {form.offset for form in claim.forms} or {ZERO}
    if len(offsets) > 1:
        raise NotConcrete("mechanisms that count positions from different places")
    shared = any(form.key_head != H_INDEX for form in claim.forms)
    if claim.has_heads and shared and any(_reads_keys(e) for e in claim.expressions):
        raise NotConcrete("k and v by themselves where heads share keys")

    def ready(expr: Expr) -> Expr:
        return _ready(expr, claim.has_heads)

    conditions = [ready(c) for c in claim.where]
    of_points = [c for c in conditions if _reads_vectors(c)]
    return Plan(
        claim,
        ready(claim.left),
        ready(claim.right),
        (*map(ready, claim.premises), *of_points),
        (*(c for c in conditions if c not in of_points), *more),
        offsets.pop(),
    )


def _reads_keys(expr: Expr) -> bool:
    return any(n.op == "vector" and KEY_LETTERS.fullmatch(n.name) for n in walk(expr))


def _reads_vectors(expr: Expr) -> bool:
    """Whether a condition is no condition on whole numbers, parameters and tables."""
    return any(n.op == "vector" or (n.op == "table" and " " in n.name) for n in walk(expr))


def _ready(expr: Expr, many: bool) -> Expr:
    def change(node: Expr) -> Expr | None:
        if node.op == "of":
            what = "table" if kind(node) == "number" else "vector"
            parts = tuple(_ready(part, many) for part in node.parts)
            return Expr(what, (f"{node.name} {node.args[1]}", *head, *parts))
        if node.op == "vector" and many and OWN_HEAD.fullmatch(node.name):
            return Expr("vector", (node.name, *head, *(_ready(p, many) for p in node.parts)))
        return None

    head = (H_INDEX,) if many else ()
    return rebuild(expr, change)
