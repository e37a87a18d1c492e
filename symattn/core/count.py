"""`Count`: how many query-key pairs a support has, as a number and as a formula with its proof."""

from __future__ import annotations

from dataclasses import dataclass

from symattn.core.expression import Expr, rebuild, substitute, symbol, walk
from symattn.core.formula_text import code_text, line_text

LETTERS = {"%": "trsz", "//": "qpsz", "min": "mabce", "max": "pabce"}  # names for parts that repeat


@dataclass(frozen=True, slots=True)
class Count:
    """A number of pairs; a formula holds for every n >= valid_from, and `proof` says why."""

    value: int | None  # None: some name has no number yet
    closed_form: Expr | None = None  # in n, or in n_q and n_k, and in open parameters
    valid_from: int = 1  # the smallest n from which on the formulas are right
    residues: tuple[Expr, ...] = ()  # a formula for each n % len(residues), if not one for all
    as_sum: Expr | None = None  # the sum over rows, when no rule closes it
    proof: str = ""
    reason: str = ""  # why there is no closed form
    n: int | None = None  # the length that `value` belongs to

    @property
    def applies(self) -> bool:
        """Whether the formula is right at the length of the value."""
        return self.n is None or self.n >= self.valid_from

    def formula(self, n: int) -> Expr | None:
        """The formula in n that is right at this length, if there is one."""
        if n < self.valid_from:
            return None
        return self.residues[n % len(self.residues)] if self.residues else self.closed_form

    @property
    def text(self) -> str | None:
        """The formula for readers, with the lengths for which it holds.

        >>> from symattn.core.text import read
        >>> Count(10, read("4 * n - 6"), valid_from=3).text
        '4n - 6 for n >= 3'
        >>> Count(None, read("min(w, n) * n - min(w, n) * (min(w, n) - 1) / 2")).text
        'm*n - m(m-1)/2 with m = min(w, n)'
        """
        if self.closed_form is None:
            return None
        short, names = abbreviated(self.closed_form)
        given = "".join(f", {name} = {line_text(expr)}" for name, expr in names)
        words = line_text(short) + given.replace(", ", " with ", 1)
        return words + (f" for n >= {self.valid_from}" if self.valid_from > 1 else "")

    @property
    def code(self) -> str | None:
        """The formula as SymPy writes it, right for n >= valid_from."""
        return None if self.closed_form is None else code_text(self.closed_form)


def abbreviated(formula: Expr) -> tuple[Expr, tuple[tuple[str, Expr], ...]]:
    """The formula with a letter for each choice or remainder that it repeats, and the letters.

    >>> from symattn.core.text import read
    >>> abbreviated(read("n % c * (c - n % c) / 2"))
    (Expr('t * (c - t) / 2'), (('t', Expr('n % c')),))
    """
    taken = {str(node.args[0]) for node in walk(formula) if node.op in ("symbol", "table")}
    repeated: dict[Expr, int] = {}
    for node in _outermost(formula):
        repeated[node] = repeated.get(node, 0) + 1
    names: list[tuple[str, Expr]] = []
    for node, times in repeated.items():
        if times > 1:
            name = next((x for x in LETTERS[node.op] if x not in taken), None)
            if name is not None:
                taken.add(name)
                names.append((name, node))
    values = {node: symbol(name) for name, node in names}
    return substitute(formula, values), tuple(names)


def _outermost(formula: Expr) -> list[Expr]:
    found: list[Expr] = []

    def visit(node: Expr) -> Expr | None:
        if node.op in LETTERS:
            found.append(node)
            return node
        return None

    rebuild(formula, visit)
    return found
