"""`Form`: the one record that rooms share, an attention mechanism as a formula in i and j."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from symattn.core.expression import (
    H_INDEX,
    KEY,
    MIXED,
    ONE,
    QUERY,
    TRUE,
    VALUE,
    ZERO,
    Expr,
    free_names,
    symbol,
    walk,
)

if TYPE_CHECKING:
    from symattn.core.compose import Part

# The letters of the language: positions, lengths, widths and head counts.
POSITIONS = ("i", "j", "h")
SIZES = ("n", "n_q", "n_k", "d", "d_v", "H", "H_k")
KEY_LETTERS = re.compile(r"[kv]\d*")  # k, v, k1, ...: each key head has its own
EMPTY_RULES = {  # what a query that sees no key yields, and how that is said where it is not 0
    "zero": "",
    "nan": "a query that sees no key has weights and output NaN",
    "uniform": "a query that sees no key weighs all keys alike (1 / n_k)",
}


@dataclass(frozen=True, slots=True)
class Normaliser:
    """How a row of scores s becomes weights f(s_j) / Z, with Z the sum of f plus `exp(extra)`."""

    numerator: str = "exp"  # f: "exp", "identity" or "sigmoid"
    divide: bool = True  # False: the weights are f(s_j) themselves
    extra: Expr | None = None  # a logit that takes weight and has no value (a sink)


SOFTMAX = Normaliser()
NORMALISERS = {  # the words of the text face
    "softmax": SOFTMAX,
    "softmax1": Normaliser(extra=ZERO),
    "sigmoid": Normaliser("sigmoid", divide=False),
    "linear": Normaliser("identity"),
    "undivided": Normaliser("identity", divide=False),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One normalised row, with its coefficient in the weights."""

    score: Expr
    normaliser: Normaliser = SOFTMAX
    coefficient: Expr = ONE


@dataclass(frozen=True, slots=True)
class Parameter:
    """A name that a Form leaves open: what it is, how it is indexed, which values it may take."""

    name: str
    kind: str  # "integer", "real", "boolean", "vector", "matrix" or "function"
    indices: int = 0
    shape: tuple[Expr, ...] = ()  # the width of a vector; rows and columns of a matrix
    relation: str = ""  # ">=", ">" or "": its domain is `name relation bound`
    bound: Expr | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """An attention mechanism as a formula; equality is structural.

    >>> from symattn.core.form_text import form
    >>> form(support="j <= i").support
    Expr('j <= i')
    """

    support: Expr
    rows: tuple[Row, ...]
    value: Expr = VALUE
    output: Expr = MIXED  # o[i] is the mixed value of query i
    heads: Expr | None = None  # the key head that query head h reads
    empty: str = "zero"
    offset: Expr = ZERO  # query row r stands at position i = r + offset
    parameters: tuple[Parameter, ...] = ()
    conditions: tuple[Expr, ...] = ()
    name: str = field(default="", compare=False)
    parts: tuple[Part, ...] = field(default=(), compare=False, repr=False)

    @property
    def score(self) -> Expr:
        """The score of a Form with one row of weights."""
        if len(self.rows) != 1:
            raise ValueError(f"{self.name or 'this Form'} mixes {len(self.rows)} rows of weights")
        return self.rows[0].score

    @property
    def expressions(self) -> Iterator[Expr]:
        """Every expression of the Form."""
        yield self.support
        for row in self.rows:
            yield row.score
            yield row.coefficient
            if row.normaliser.extra is not None:
                yield row.normaliser.extra
        yield from (self.value, self.output, self.offset)
        if self.heads is not None:
            yield self.heads
        yield from self.conditions

    @property
    def names(self) -> set[str]:
        """Every free name of the Form."""
        return set().union(*(free_names(expr) for expr in self.expressions))

    @property
    def has_heads(self) -> bool:
        """Whether anything in the Form depends on the head h."""
        return self.heads is not None or "h" in self.names

    @property
    def key_head(self) -> Expr:
        """The key head that query head h reads (its own, if nothing else is said)."""
        return H_INDEX if self.heads is None else self.heads

    def reads_key_head(self, expr: Expr) -> bool:
        """Whether an expression reads k or v, or an array at the key head.

        >>> from symattn.core.form_text import form
        >>> own = form(score="dot(q[i], W[h // 2])", heads="h // 2", where="W[_]: vector d")
        >>> [own.reads_key_head(e) for e in (own.score, own.value, own.support)]
        [True, True, False]
        """
        return any(
            (node.op == "vector" and KEY_LETTERS.fullmatch(node.name) is not None)
            or (node.op in ("table", "vector", "matrix") and self.key_head in node.parts)
            for node in walk(expr)
        )

    def parameter(self, name: str) -> Parameter:
        """The declaration of a name."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        raise KeyError(name)

    def called(self, name: str) -> Form:
        """The same Form under a name of its own."""
        return replace(self, name=name)

    def __str__(self) -> str:
        from symattn.core.form_text import show_form

        return show_form(self)

    def __add__(self, other: Form) -> Form:
        from symattn.core.compose import add

        return add(self, other)

    def __or__(self, other: Form) -> Form:
        from symattn.core.compose import unite

        return unite(self, other)


CONTENT = Expr("/", (Expr("dot", (QUERY, KEY)), Expr("sqrt", (symbol("d"),))))
FULL = Form(TRUE, (Row(CONTENT),), name="full")
