"""`editable`: a formula whose last side can be changed, with the claims that an edited side makes.

The letters keep the kinds that they have in the reference (or, without one, in the whole formula),
so that an edit says what the formula would say. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from symattn.core.errors import SymattnError
from symattn.core.expression import Expr
from symattn.core.term_claim import TermClaim
from symattn.reading import formula
from symattn.reading.latex.claims import widths_fit
from symattn.reading.latex.declarations import declared
from symattn.reading.latex.dims import ShapeError
from symattn.reading.latex.edits import expression_of, node_of
from symattn.reading.latex.kinds import Facts
from symattn.reading.latex.meaning import Mixed, NeedKind, NotSupported
from symattn.reading.latex.printing import latex_of
from symattn.reading.latex.search import Typing, typings
from symattn.reading.latex.sides import Sides, sides_of
from symattn.reading.latex.statements import statement

SENSELESS = (ShapeError, NotSupported, NeedKind, Mixed, SymattnError, ValueError, LookupError,
             TypeError, AssertionError, ArithmeticError)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Editable:
    """One formula: its edited side and its reference as expressions, and how letters are read."""

    text: str
    side: Expr
    reference: Expr
    head: Expr | None  # what both sides say, such as a derivative
    sides: Sides
    typed: tuple[tuple[Typing, int], ...]  # kinds of letters, with the number that indices start at

    def claims(self, side: Expr, first: bool = True) -> tuple[TermClaim, ...]:
        """The claims of the formula with another last side; none if that says nothing.

        With `first` those of one way to read its letters, else of all.
        """
        try:
            trees = [*self.sides.trees[:-1], node_of(side)]
        except SENSELESS:
            return ()
        edited = replace(self.sides, trees=trees)
        found: list[TermClaim] = []
        for typing, base in self.typed[: 1 if first else None]:
            claims = _claims(edited, typing, base)
            if not claims:
                return ()
            found += claims
        return tuple(dict.fromkeys(found))

    def latex(self, side: Expr) -> str:
        """The edited side in canonical LaTeX."""
        return latex_of(node_of(side))

    def edited(self, side: Expr) -> str | None:
        """The whole formula with another last side, if its text says no more than one equation."""
        said = statement(self.text, {})
        if len(said.chains) != 1 or said.conditions or len(said.chains[0].sides) > 2:
            return None
        before = [f"{latex_of(tree)} = " for tree in said.chains[0].sides[:-1]]
        return "".join((*before, self.latex(side)))


def _claims(sides: Sides, typing: Typing, base: int) -> list[TermClaim]:
    for components in (False, True):
        try:
            about = formula._task(sides, {}, sides.trees).known  # bound names may be other ones
            held = replace(typing.meaning, facts=_facts(typing, about))
            own = replace(typing, meaning=held)
            meaning, claims = formula._elaborated(sides, own, base, components)
        except Mixed:
            continue
        except SENSELESS:
            return []
        mixed = meaning.atoms_read and meaning.entries_read
        if components or not (mixed or not widths_fit(meaning)):
            return claims
    return []


def _facts(typing: Typing, about: Facts) -> Facts:
    """What is known of the letters of an edited formula, with the declarations of the first one."""
    return replace(about, declared=typing.meaning.facts.declared)


def editable(
    text: str,
    reference: str | None = None,
    declarations: Sequence[str] = (),
    where: Sequence[str] = (),
    base: int | None = None,
) -> Editable | None:
    r"""The formula with its last side open to edits, or None if nobody can read it so.

    >>> found = editable(r"e^{a-b} = e^{b-a}")
    >>> found.side, found.latex(found.reference)
    (Expr('exp(b - a)'), '\\exp(a - b)')
    """
    try:
        known = declared(declarations)
        sides = sides_of(text, reference, where, {}, known)
        if any(pair.relation != "==" for pair in sides.pairs) or len(sides.trees) != 2:
            return None
        task = formula._task(sides, known, sides.trees)
        found = typings(task) or typings(formula._task(sides, known, sides.trees[:1]))
        bases = formula._bases(sides, found, base)
        chain = statement(text, {}).chains[0]
        head = expression_of(chain.sides[0]) if len(chain.sides) > 1 else None
    except SENSELESS:
        return None
    if not found or "propto" in chain.signs:
        return None
    typed = tuple((typing, at) for typing in found for at in bases)
    left, right = map(expression_of, sides.trees)
    return Editable(text, right, left, head, sides, typed)
