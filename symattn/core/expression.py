"""One node type for everything that stands in a Form: numbers, vectors, conditions.

`==` is structural equality; `j <= i` and the like build conditions; use `equal(a, b)` for `a == b`.
Nothing here simplifies, evaluates or prints: each of those is a rule table of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

COMPARISONS = ("<=", "<", ">=", ">", "==", "!=")
CONDITIONS = frozenset((*COMPARISONS, "and", "or", "not", "true", "false", "holds"))
VECTORS = frozenset(("vector", "matmul", "rope", "norm", "phi"))
MATRICES = frozenset(("matrix", "transpose", "product", "hadamard", "rowsum", "softmax"))
LINEAR = frozenset(("+", "-", "*", "/", "neg"))  # a vector (matrix) when an argument is one
FUNCTIONS: dict[str, tuple[int, int]] = {  # name -> fewest and most arguments
    "abs": (1, 1), "min": (2, 8), "max": (2, 8), "sqrt": (1, 1), "exp": (1, 1), "log": (1, 1),
    "tanh": (1, 1), "sigmoid": (1, 1), "cos": (1, 1), "sin": (1, 1), "floor": (1, 1),
    "floor_log": (3, 3),
}  # fmt: skip


TALLEST = 100  # levels of a tree; every walk over one is recursive, some with 5 frames a level
Leaf: TypeAlias = str | int | Fraction | None


@dataclass(frozen=True, slots=True)
class Expr:
    """A term: an operation and its arguments.

    >>> i, j = symbol("i"), symbol("j")
    >>> (j <= i) & (i - j < 3)
    Expr('j <= i and i - j < 3')
    """

    op: str
    args: tuple[Expr | Leaf, ...]

    def __repr__(self) -> str:
        from symattn.core.text import show

        return f"Expr({show(self)!r})"

    def __add__(self, other: Like) -> Expr:
        return Expr("+", (self, lift(other)))

    def __radd__(self, other: Like) -> Expr:
        return Expr("+", (lift(other), self))

    def __sub__(self, other: Like) -> Expr:
        return Expr("-", (self, lift(other)))

    def __rsub__(self, other: Like) -> Expr:
        return Expr("-", (lift(other), self))

    def __mul__(self, other: Like) -> Expr:
        return Expr("*", (self, lift(other)))

    def __rmul__(self, other: Like) -> Expr:
        return Expr("*", (lift(other), self))

    def __truediv__(self, other: Like) -> Expr:
        return make("/", self, lift(other))

    def __rtruediv__(self, other: Like) -> Expr:
        return make("/", lift(other), self)

    def __floordiv__(self, other: Like) -> Expr:
        return Expr("//", (self, lift(other)))

    def __mod__(self, other: Like) -> Expr:
        return Expr("%", (self, lift(other)))

    def __pow__(self, other: Like) -> Expr:
        return Expr("**", (self, lift(other)))

    def __neg__(self) -> Expr:
        return make("neg", self)

    def __le__(self, other: Like) -> Expr:
        return Expr("<=", (self, lift(other)))

    def __lt__(self, other: Like) -> Expr:
        return Expr("<", (self, lift(other)))

    def __ge__(self, other: Like) -> Expr:
        return Expr(">=", (self, lift(other)))

    def __gt__(self, other: Like) -> Expr:
        return Expr(">", (self, lift(other)))

    def __and__(self, other: Expr) -> Expr:
        return conjunction(self, other)

    def __or__(self, other: Expr) -> Expr:
        return disjunction(self, other)

    def __invert__(self) -> Expr:
        return Expr("not", (self,))

    def __bool__(self) -> bool:
        raise TypeError("an Expr has no truth value; evaluate it, or compare structure with ==")

    def __hash__(self) -> int:
        return hash((self.op, self.args))

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The arguments that are themselves expressions."""
        return tuple(a for a in self.args if isinstance(a, Expr))

    @property
    def name(self) -> str:
        """The name of a symbol, table, vector, matrix or function call."""
        assert isinstance(self.args[0], str), self.op
        return self.args[0]


Like: TypeAlias = Expr | int | Fraction | str


def make(op: str, *args: Expr | Leaf) -> Expr:
    """A node, except that literal fractions and negatives are numbers, as in their text.

    >>> make("/", number(1), number(2)) == number(Fraction(1, 2))
    True
    """
    literal = [a.args[0] for a in args if isinstance(a, Expr) and a.op == "number"]
    if op == "neg" and literal:
        return number(-Fraction(literal[0]))  # type: ignore[arg-type]
    if op == "/" and len(literal) == 2 and literal[1]:
        return number(Fraction(literal[0]) / Fraction(literal[1]))  # type: ignore[arg-type]
    return Expr(op, args)


def number(value: int | Fraction) -> Expr:
    """An exact number; whole fractions become integers.

    >>> number(Fraction(4, 2)) == number(2)
    True
    """
    if type(value) is int:
        return Expr("number", (value,))
    exact = Fraction(value)
    return Expr("number", (exact.numerator if exact.denominator == 1 else exact,))


def symbol(name: str) -> Expr:
    return Expr("symbol", (name,))


def vector(name: str, *index: Expr) -> Expr:
    return Expr("vector", (name, *index))


def table(name: str, *index: Expr) -> Expr:
    return Expr("table", (name, *index))


def equal(left: Like, right: Like) -> Expr:
    """The condition `left == right` (Python's `==` compares structure)."""
    return Expr("==", (lift(left), lift(right)))


def lift(value: Like) -> Expr:
    """A number or an expression as an expression; text is read as one.

    >>> lift("i - j") == symbol("i") - symbol("j")
    True
    """
    if isinstance(value, Expr):
        return value
    if isinstance(value, str):
        from symattn.core.text import read

        return read(value)
    return number(value)


INFINITY = Expr("infinity", ())
TRUE, FALSE = Expr("true", ()), Expr("false", ())
ZERO, ONE = number(0), number(1)
I, J, H_INDEX = symbol("i"), symbol("j"), symbol("h")
QUERY, KEY, VALUE, MIXED = vector("q", I), vector("k", J), vector("v", J), vector("o", I)


def conjunction(left: Expr, right: Expr) -> Expr:
    """Both conditions; `true` is neutral and a repeated condition is said once."""
    if left in (TRUE, right) or right == FALSE:
        return right
    if right == TRUE or left == FALSE or right in _operands(left, "and"):
        return left
    return Expr("and", (left, right))


def disjunction(left: Expr, right: Expr) -> Expr:
    """Either condition; `false` is neutral and a repeated condition is said once."""
    if left in (FALSE, right) or right == TRUE:
        return right
    if right == FALSE or left == TRUE or right in _operands(left, "or"):
        return left
    return Expr("or", (left, right))


def _operands(condition: Expr, op: str) -> Iterator[Expr]:
    """The members of a chain of `and` (or of `or`), from the left."""
    if condition.op == op:
        for part in condition.parts:
            yield from _operands(part, op)
    else:
        yield condition


IDENTITIES: tuple[tuple[str, int, Expr], ...] = (  # (op, which side, the neutral number there)
    ("+", 0, ZERO), ("+", 1, ZERO), ("-", 1, ZERO),
    ("*", 0, ONE), ("*", 1, ONE), ("/", 1, ONE), ("**", 1, ONE),
)  # fmt: skip
WHOLE = frozenset(("i", "j", "h", "n", "n_q", "n_k", "H"))  # names of whole numbers in every Form


def _surely_whole(expr: Expr) -> bool:
    """Whether an expression has no value but whole ones, whatever is declared."""
    if expr.op == "number":
        return not isinstance(expr.args[0], Fraction)
    if expr.op == "symbol":
        return expr.name in WHOLE
    if expr.op in ("//", "floor"):
        return True
    return expr.op in ("+", "-", "*", "neg", "abs") and all(map(_surely_whole, expr.parts))


FOLDED: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "//": lambda a, b: Fraction(a // b),
    "%": lambda a, b: a % b,
}


def tidy(expr: Expr) -> Expr:
    """The expression without neutral operations, and with literal arithmetic carried out.

    >>> tidy(lift("dot(rope(q[i], i / 1), k[j])"))
    Expr('dot(rope(q[i], i), k[j])')
    """
    parts = tuple(tidy(a) if isinstance(a, Expr) else a for a in expr.args)
    for op, side, neutral in IDENTITIES:
        if expr.op == op and parts[side] == neutral:
            kept = parts[1 - side]
            assert isinstance(kept, Expr)
            return kept
    if expr.op == "//" and parts[1] == ONE and isinstance(parts[0], Expr):
        return parts[0] if _surely_whole(parts[0]) else Expr("floor", (parts[0],))
    if expr.op == "*" and ZERO in parts and kind(expr) == "number":
        return ZERO
    if expr.op in FOLDED and all(isinstance(p, Expr) and p.op == "number" for p in parts):
        left, right = (Fraction(p.args[0]) for p in parts)  # type: ignore[union-attr,arg-type]
        if right or expr.op not in ("//", "%"):
            return number(FOLDED[expr.op](left, right))
    return make(expr.op, *parts)


def kind(expr: Expr) -> str:
    """One of "number", "vector", "matrix", "condition".

    >>> kind(vector("q", I) + vector("u"))
    'vector'
    """
    if expr.op in CONDITIONS:
        return "condition"
    if expr.op in VECTORS:
        return "vector"
    if expr.op in MATRICES:
        return "matrix"
    if expr.op in ("sum", "where"):
        return kind(expr.parts[-1])
    if expr.op == "of":  # a quantity of a mechanism, see `term_claim`
        return "number" if expr.args[0] in ("score", "weight", "row_sum") else "vector"
    kinds = {kind(part) for part in expr.parts} if expr.op in LINEAR else set()
    return next((k for k in ("matrix", "vector") if k in kinds), "number")


def walk(expr: Expr) -> Iterator[Expr]:
    """Every node, parents before children, from the left."""
    yield expr
    for part in expr.parts:
        yield from walk(part)


def height(expr: Expr) -> int:
    """The number of levels of the tree, counted without recursion.

    >>> height(I), height(I + J + 1)
    (1, 3)
    """
    level, levels = [expr], 0
    while level:
        level, levels = [part for node in level for part in node.parts], levels + 1
    return levels


def rebuild(expr: Expr, change: Callable[[Expr], Expr | None]) -> Expr:
    """The expression with every topmost node for which `change` gives an answer replaced by it."""
    answer = change(expr)
    if answer is not None:
        return answer
    if not expr.parts:
        return expr
    new = tuple(rebuild(a, change) if isinstance(a, Expr) else a for a in expr.args)
    return expr if new == expr.args else make(expr.op, *new)


def substitute(expr: Expr, values: Mapping[Expr, Expr]) -> Expr:
    """The expression with whole nodes replaced; bound names of sums are left alone.

    >>> substitute(I - J, {J: number(0)})
    Expr('i - 0')
    """

    def change(node: Expr) -> Expr | None:
        if node in values:
            return values[node]
        if node.op == "sum":
            bound = symbol(node.name)
            inner = {old: new for old, new in values.items() if bound not in walk(old)}
            if any(bound in walk(new) for new in inner.values()):
                raise ValueError(f"substituting under the bound name {node.name!r} captures it")
            return Expr(
                "sum",
                (node.name, *(substitute(part, inner) for part in node.parts)),
            )
        return None

    return rebuild(expr, change)


def free_names(expr: Expr) -> set[str]:
    """Names of symbols, tables, vectors, matrices and functions, without bound ones.

    >>> sorted(free_names(lift("dot(q[i], k[j]) - m[h] * sum(t, 1, 3, t)")))
    ['h', 'i', 'j', 'k', 'm', 'q']
    """
    if expr.op == "sum":
        *limits, body = expr.parts
        inner = free_names(body) if len(limits) == 2 else free_names(limits[0]) | free_names(body)
        outer = set().union(*(free_names(limit) for limit in limits)) if len(limits) == 2 else set()
        return (inner - {expr.name}) | outer
    own = {expr.name} if expr.op in ("symbol", "table", "vector", "matrix", "call") else set()
    return own.union(*(free_names(part) for part in expr.parts))
