"""Concrete SymPy matrices of a Form: Q, K, V, mask, scores, weights, output.

Nothing here is ever simplified: SymPy's `simplify` and `piecewise_fold` are unsound on masked sums.
That no symbol comes from nowhere is asserted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from symattn.core.attend import attend
from symattn.core.errors import NotConcrete, SymattnError, Usage
from symattn.core.expression import Expr, free_names, vector, walk
from symattn.core.form import Form, Parameter
from symattn.core.instance import Instance
from symattn.core.interpret import Algebra, Environment, evaluate
from symattn.core.meaning import Free, environment

MOST_PRODUCTS = 100_000  # n_q * n_k * d: beyond that SymPy takes minutes
POSITIONAL = {"Q": "i", "K": "j", "V": "j"}
Meaning = tuple[str, tuple[int, ...]]  # the name of a Form and an index


@dataclass(frozen=True, slots=True)
class Matrices:
    """One head as SymPy ImmutableMatrix, and what its symbols mean."""

    Q: Any  # None if no score has a product with a query vector
    K: Any
    V: Any
    mask: Any  # 0 and -oo
    all_scores: tuple[Any, ...]  # one matrix for each row of weights
    all_masked: tuple[Any, ...]  # the same, -oo where masked
    weights: Any
    output: Any
    symbols: Mapping[Any, Meaning]

    @property
    def scores(self) -> Any:
        """The scores of a Form with one row of weights."""
        return _only(self.all_scores)

    @property
    def masked(self) -> Any:
        """Scores plus mask of a Form with one row of weights."""
        return _only(self.all_masked)


def _only(several: tuple[Any, ...]) -> Any:
    if len(several) != 1:
        raise ValueError(f"the weights mix {len(several)} rows: say which")
    return several[0]


def matrices(base: Instance, head: int | None = None) -> Matrices:
    """The matrices of one head; symbols stand wherever no number is given.

    >>> from symattn.core.form_text import form
    >>> from symattn.core.instance import instance
    >>> made = matrices(instance(form("j <= i", "dot(q[i], k[j])"), n=2, d=1))
    >>> made.weights[1, 0]
    exp(k_{0,0}*q_{1,0})/(exp(k_{0,0}*q_{1,0}) + exp(k_{1,0}*q_{1,0}))
    >>> made.mask
    Matrix([
    [0, -oo],
    [0,   0]])
    """
    import sympy

    head = _head(base, head)
    _check_size(base)
    symbols = Symbols(base)
    found = attend(base, algebra(), head, symbols.free())
    env = environment(base, algebra(), head, symbols.free())
    n_q, n_k, first = base.sizes["n_q"], base.sizes["n_k"], base.offset
    seen = found.visible
    every = [
        [[_score(row.score, env.at(i=first + r, j=j)) for j in range(n_k)] for r in range(n_q)]
        for row in base.form.rows
    ]
    masked = [
        [[by_key[r].get(j, -sympy.oo) for j in range(n_k)] for r in range(n_q)]
        for by_key in found.scores
    ]
    made = Matrices(
        Q=_inputs(base, env, "Q"),
        K=_inputs(base, env, "K"),
        V=_inputs(base, env, "V"),
        mask=sympy.ImmutableMatrix(n_q, n_k, lambda r, j: 0 if j in seen[r] else -sympy.oo),
        all_scores=tuple(map(sympy.ImmutableMatrix, every)),
        all_masked=tuple(map(sympy.ImmutableMatrix, masked)),
        weights=sympy.ImmutableMatrix(found.weights),
        output=sympy.ImmutableMatrix(found.output),
        symbols=symbols.meanings,
    )
    _assert_known_symbols(made)
    return made


def _head(base: Instance, head: int | None) -> int:
    count = base.sizes["H"]
    if head is None and count > 1:
        raise Usage(f"there are {count} heads: say which, 0 to {count - 1}")
    if not 0 <= (head or 0) < count:
        raise Usage(f"there is no head {head}; heads are 0 to {count - 1}")
    return head or 0


def _check_size(base: Instance) -> None:
    products = base.sizes["n_q"] * base.sizes["n_k"] * max(base.sizes["d"], base.sizes["d_v"])
    if products > MOST_PRODUCTS:
        raise Usage(
            f"SymPy matrices with n_q * n_k * d = {products} take too long"
            f" (limit {MOST_PRODUCTS}); use a smaller n"
        )


def _score(score: Expr, at: Environment) -> Any:
    """A score, NaN where it is not defined: a masked pair may lie outside a table."""
    import sympy

    try:
        return evaluate(score, algebra(), at)
    except SymattnError:
        return sympy.nan


def _assert_known_symbols(made: Matrices) -> None:
    """No symbol that we did not make ourselves, as when a bound name escapes from a sum."""
    known = set(made.symbols)
    for matrix in (*made.all_scores, *made.all_masked, made.weights, made.output):
        strange = matrix.free_symbols - known
        assert not strange, f"{strange} appeared from nowhere"


def _inputs(base: Instance, env: Environment, which: str) -> Any:
    """Q, K or V: the vectors that the score (or the mix) takes, before they are turned or scaled.

    The letter itself where the Form has it; else what stands in its place, such as x[i] @ W_q.
    """
    import sympy

    letter = which.lower()
    if letter in base.form.names:
        expr: Expr | None = vector(letter, _position(which))
    else:
        expr = _in_place_of(base.form, which)
    if expr is None:
        return None
    count, first = (base.sizes["n_k"], 0)
    if which == "Q":
        count, first = base.sizes["n_q"], base.offset
    places = [env.at(**{POSITIONAL[which]: first + r}) for r in range(count)]
    return sympy.ImmutableMatrix([evaluate(expr, algebra(), place) for place in places])


def _position(which: str) -> Expr:
    return Expr("symbol", (POSITIONAL[which],))


def _in_place_of(form: Form, which: str) -> Expr | None:
    """The vector expression that stands for queries, keys or values."""
    own, other = ("i", "j") if which == "Q" else ("j", "i")
    if which == "V":
        candidates = [form.value]
    else:
        candidates = [
            part for row in form.rows for n in walk(row.score) if n.op == "dot" for part in n.parts
        ]
    for candidate in candidates:
        while candidate.op in ("rope", "norm", "phi"):
            candidate = candidate.parts[0]
        names = free_names(candidate)
        if own in names and other not in names:
            return candidate
    return None


@dataclass(frozen=True, slots=True)
class Symbols:
    """Makes each symbol once, under a name that prints well, and remembers what it means."""

    base: Instance
    meanings: dict[Any, Meaning]

    def __init__(self, base: Instance) -> None:
        object.__setattr__(self, "base", base)
        object.__setattr__(self, "meanings", {})

    def free(self) -> Free:
        """A symbol for every name without a number, a SymPy Function for every opaque one."""
        import sympy

        return Free(self.entry, sympy.Function)

    def entry(self, name: str, index: tuple[int, ...]) -> Any:
        import sympy

        made = sympy.Symbol(self.label(name, index), **self.assumptions(name))
        known = self.meanings.setdefault(made, (name, index))
        assert known == (name, index), f"{made} would mean {known} and {(name, index)}"
        return made

    def label(self, name: str, index: tuple[int, ...]) -> str:
        """`q_{0,1}`, `W_{q,0,1}`, `m_{h}` for the head without a number, or the bare name."""
        if not index:
            return name
        axes = self.base.layouts[name].axes
        unnamed = () if self.base.many_heads else ("head", "key head")
        shown = ["h" if axis.role in unnamed else str(at)
                 for at, axis in zip(index, axes, strict=True)]  # fmt: skip
        stem, mark, below = name.partition("_")
        if mark and stem and below.isalpha():
            return f"{stem}_{{{','.join([below, *shown])}}}"
        stem = name if "_" not in name else f"{{{name}}}"  # TeX forbids a second subscript
        return f"{stem}_{{{','.join(shown)}}}"

    def assumptions(self, name: str) -> dict[str, bool]:
        parameters = [p for p in self.base.form.parameters if p.name == name]
        return assumptions(parameters[0]) if parameters else {"real": True}


def assumptions(declared: Parameter) -> dict[str, bool]:
    """What SymPy may assume of a name with this declaration."""
    kind = {"integer": True} if declared.kind in ("integer", "boolean") else {"real": True}
    bound = declared.bound
    if bound is None or bound.op != "number":
        return kind
    least = Fraction(bound.args[0])  # type: ignore[arg-type]
    if least > 0 or (least == 0 and declared.relation == ">"):
        return {**kind, "positive": True}
    return {**kind, "nonnegative": True} if least == 0 else kind


@cache
def algebra() -> Algebra:
    """The rule table of SymPy: exact numbers, nothing evaluated beyond what SymPy does itself."""
    import sympy

    return {
        "number": lambda value: sympy.Rational(value),
        "nan": lambda: sympy.nan,
        "infinity": lambda: sympy.oo,
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": _over,
        "**": sympy.Pow,
        "neg": lambda a: -a,
        "sqrt": sympy.sqrt,
        "exp": sympy.exp,
        "log": sympy.log,
        "tanh": sympy.tanh,
        "sigmoid": lambda a: 1 / (1 + sympy.exp(-a)),
        "cos": sympy.cos,
        "sin": sympy.sin,
        "abs": sympy.Abs,
        "min": sympy.Min,
        "max": sympy.Max,
        "elu1": lambda a: sympy.Piecewise((a + 1, a > 0), (sympy.exp(a), True)),
    }


def _over(top: Any, bottom: Any) -> Any:
    """A quotient; SymPy turns 1/0 into zoo and carries on, and leaves exp(a + b)/exp(a + b)."""
    if bottom.is_zero:
        raise NotConcrete(f"division by zero in {top}/{bottom}")
    return bottom**0 if top == bottom else top / bottom
