"""From a Form to all its formulas: the chain, then the gradient of every name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from symattn.core.expression import (
    H_INDEX,
    MIXED,
    TRUE,
    ZERO,
    Expr,
    rebuild,
    symbol,
    walk,
)
from symattn.core.form import SIZES, Form, Normaliser
from symattn.core.steps import Step
from symattn.derivation.gradients import matrix_lines
from symattn.derivation.gradients.chain import (
    COUNTED,
    SUMMED,
    Chain,
    Formula,
    chain_of,
    formulas,
    mixed_value,
    shares,
)
from symattn.derivation.gradients.gather import Gathered, Gathering, gather, is_own
from symattn.derivation.gradients.pullback import assumptions, bound_apart, functions

OURS = frozenset(("i", "j", "h", "q", "k", "v", "o", SUMMED.name, COUNTED.name, *SIZES))
REASONS = {
    "value": "every query mixes it with its weight",
    "score": "dS times the derivative of the score, summed over the pairs that read it",
    "sink": "the sink takes its weight from every visible key",
    "coefficient": "dP times the weights of its row",
    "output": "the output expression, read backwards",
}


@dataclass(frozen=True, slots=True)
class Gradient:
    """The gradients of a Form: formulas in the order in which they can be computed."""

    form: Form
    formulas: tuple[Formula, ...]
    identities: tuple[Formula, ...]  # true as well, and not needed
    assumptions: tuple[str, ...]
    functions: tuple[tuple[str, str], ...]  # opaque derivatives and what they mean
    heads: bool  # q, k, v, alpha, ... have the head as their first index
    same_length: bool  # the formulas need n_q = n_k
    upstream: str  # the name of the gradient of the output: dO, or dY

    def formula(self, name: str) -> Formula:
        """The entrywise formula of that name."""
        for formula in self.formulas:
            if formula.name == name and not is_matrix_line(formula):
                return formula
        raise KeyError(name)

    @property
    def weights(self) -> Formula:
        """The formula of the weights that mix the values."""
        return [f for f in self.formulas if f.rule == "weights"][-1]

    @property
    def entrywise(self) -> tuple[Formula, ...]:
        """The formulas without the lines of matrices."""
        return tuple(f for f in self.formulas if not is_matrix_line(f))


def gradient(form: Form, *, heads: bool | None = None, same_length: bool = True) -> Gradient:
    """The gradient of every vector, matrix, table and real number of a Form, for all n.

    `heads` says whether there are many; left out, there are if the Form speaks of them.
    `same_length` lets x[i] and x[j] be one sequence with n_q = n_k; without it formulas say which
    positions are queries and which are keys.

    >>> from symattn.mechanisms.spec import mechanism
    >>> found = gradient(mechanism("causal+bias"))
    >>> found.formula("dS").right, found.formula("dPE").right
    (Expr('alpha[i, j] * (dP[i, j] - D[i])'), Expr('dS[i, j]'))
    >>> found.formula("dQ").right
    Expr('sum(j, j <= i, dS[i, j] * k[j]) / sqrt(d)')
    """
    many = form.has_heads if heads is None else heads
    guarded = not same_length or form.offset != ZERO
    apart = _apart(form)
    if many:
        found = _gradient(numbered(apart), (H_INDEX,), guarded)
        if found.heads:
            return replace(found, form=form)
    return replace(_gradient(apart, (), guarded), form=form)


def _gradient(form: Form, head: tuple[Expr, ...], guarded: bool) -> Gradient:
    bound = {node.name for e in form.expressions for node in walk(e) if node.op == "sum"}
    taken = frozenset(form.names | OURS | bound)
    chain = chain_of(form, head, taken)
    gathering = Gathering(
        form,
        guarded,
        frozenset((chain.alpha.name, *(t.name for k in chain.links for t in (k.alpha, k.dS)))),
        frozenset((form.support, chain.mixed)),
        taken,
    )
    gathered = tuple(gather(shares(chain), gathering))
    apart = {f.leaf.name for f in gathered if f.mixed} if guarded else set()
    whole = _with_lines(chain, gathered, taken, frozenset(apart))
    return Gradient(
        form,
        whole,
        tuple(_identities(chain, {f.name for f in whole})),
        tuple(dict.fromkeys(_assumed(chain, gathered, guarded))),
        tuple(dict.fromkeys(pair for f in whole for pair in functions(f.right, chain.known))),
        bool(head) and any(family.over_heads for family in gathered),
        not guarded and any(family.mixed for family in gathered),
        chain.upstream.name,
    )


def steps(found: Gradient) -> tuple[Step, ...]:
    """The chain as steps of a derivation, each with its rule and its reason.

    >>> from symattn.mechanisms.spec import mechanism
    >>> [step.rule for step in steps(gradient(mechanism("causal"))) if step.condition is not None]
    ['weights', 'backward through the softmax']
    """
    return tuple(
        Step(f.rule, f.reason, f.left, f.right, None if f.where == TRUE else f.where)
        for f in found.formulas
    )


def is_matrix_line(formula: Formula) -> bool:
    """Whether a formula speaks of whole matrices, not of entries."""
    return formula.rule.endswith("as matrices")


def _apart(form: Form) -> Form:
    """The Form with bound names that differ from i, j, h, from ours and from each other."""
    taken = frozenset(("i", "j", "h", SUMMED.name, COUNTED.name))

    def extra(normaliser: Normaliser) -> Normaliser:
        if normaliser.extra is None:
            return normaliser
        return replace(normaliser, extra=bound_apart(normaliser.extra, taken))

    rows = tuple(
        replace(
            row,
            score=bound_apart(row.score, taken),
            coefficient=bound_apart(row.coefficient, taken),
            normaliser=extra(row.normaliser),
        )
        for row in form.rows
    )
    value, output = bound_apart(form.value, taken), bound_apart(form.output, taken)
    return replace(
        form, support=bound_apart(form.support, taken), rows=rows, value=value, output=output
    )


def numbered(form: Form) -> Form:
    """The Form with the head as the first index of all that every head has for itself."""

    def change(node: Expr) -> Expr | None:
        if node == MIXED or is_own(node):
            head = form.key_head if node.name[0] in "kv" else H_INDEX
            return Expr(node.op, (node.name, head, *node.parts))
        return None

    rows = tuple(replace(row, score=rebuild(row.score, change)) for row in form.rows)
    value, output = rebuild(form.value, change), rebuild(form.output, change)
    return replace(form, rows=rows, value=value, output=output)


def _with_lines(
    chain: Chain, gathered: tuple[Gathered, ...], taken: frozenset[str], apart: frozenset[str]
) -> tuple[Formula, ...]:
    """All formulas; before those of entries the same of matrices, where there is one."""
    links = tuple(formulas(chain))
    used = {*taken, chain.upstream.name, *(formula.name for formula in links)}
    lines = matrix_lines.Lines(chain, frozenset(used), apart)
    found: list[Formula] = []
    for formula in links:
        found += [*matrix_lines.of_link(formula, lines), formula]
    for family in gathered:
        name = _name(family.leaf, used)
        used.add(name)
        formula = _formula(name, family)
        found += [*matrix_lines.of_family(formula, family, lines), formula]
    return tuple(found)


def _name(leaf: Expr, used: set[str]) -> str:
    """dQ for q[i], dm for m[h]: a name that nothing else has."""
    name = "d" + matrix_lines.matrix_name(leaf)
    while name in used or name in SIZES:
        name = "grad_" + leaf.name if not name.startswith("grad_") else name + "_"
    return name


def _formula(name: str, family: Gathered) -> Formula:
    leaf = family.leaf
    left = symbol(name) if leaf.op == "symbol" else Expr(leaf.op, (name, *family.target))
    sources = list(dict.fromkeys(share.source for share in family.shares))
    reason = REASONS[sources[0]]
    if len(sources) > 1:
        reason = f"what it brings to the {' and to the '.join(sources)} adds up"
    rule = f"gradient of {leaf.name}"
    return Formula(name, left, family.total, reason, rule, TRUE, leaf.name, family.reaches)


def _identities(chain: Chain, known: set[str]) -> Iterator[Formula]:
    """D is also the inner product of the output and its gradient, row by row."""
    if chain.several or not chain.links[0].row.normaliser.divide:
        return
    if chain.mixed_value.name not in known:
        yield mixed_value(chain)
    D = chain.links[0].D
    right = Expr("dot", (chain.dO, chain.mixed_value))
    reason = "both are the sum of alpha[i, j] times dO[i] . v[j] over the keys j"
    yield Formula(D.name, D, right, reason, "row sum by the output")


def _assumed(chain: Chain, gathered: tuple[Gathered, ...], guarded: bool) -> Iterator[str]:
    form = chain.form
    for expr in form.expressions:
        yield from assumptions(expr, chain.known)
    if form.empty == "nan" and form.support != TRUE:
        yield "every query sees a key (the output of an empty row is NaN)"
    if not guarded:
        for family in gathered:
            if family.mixed:
                yield f"n_q = n_k: {family.leaf.name} belongs to queries and keys alike"
