"""Algorithms as formulas: what an online softmax, a cache and a recurrence compute, by induction.

Each is a fold over the keys. What one step does to the state is a lemma, proved once with generic
scores and values; that the fold then equals the formula is induction (`docs/theory/terms.md`,
section 5). Part of the kernel: the lemmas of a claim are goals of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from symattn.core.expression import (
    ONE,
    TRUE,
    ZERO,
    Expr,
    I,
    J,
    conjunction,
    free_names,
    symbol,
    walk,
)
from symattn.core.form import Form, Parameter
from symattn.core.term_claim import TermClaim, quantities
from symattn.core.text import read
from symattn.deciding.answer import Unsupported

SEQUENCE = re.compile(r"[qkvxo]\d*")
CAUSAL = Expr("<=", (J, I))
REALS = tuple(Parameter(name, "real") for name in ("e", "m", "M"))
GENERIC = (
    *REALS,
    Parameter("a", "integer", relation=">=", bound=ZERO),
    Parameter("c", "integer", relation=">=", bound=ZERO),
    Parameter("g", "real", relation=">", bound=ZERO),
    Parameter("s", "real", 1),
    Parameter("seen", "boolean", 1),
    Parameter("y", "vector", 1, (symbol("d_v"),)),
)
TILE, REST = "l < a and seen[l]", "a <= l and l < c and seen[l]"
BOTH = "l < c and seen[l]"
LEMMAS: Mapping[str, tuple[tuple[str, str, str, str], ...]] = {  # name, left, right, where
    "online": (
        ("another maximum rescales the sum of a tile",
         f"exp(m - M) * sum(l, {TILE}, exp(s[l] - m))", f"sum(l, {TILE}, exp(s[l] - M))", ""),
        ("another maximum rescales the values of a tile",
         f"exp(m - M) * sum(l, {TILE}, exp(s[l] - m) * y[l])",
         f"sum(l, {TILE}, exp(s[l] - M) * y[l])", ""),
        ("a tile more adds its sum",
         f"sum(l, {TILE}, exp(s[l] - M)) + sum(l, {REST}, exp(s[l] - M))",
         f"sum(l, {BOTH}, exp(s[l] - M))", "a <= c"),
        ("a tile more adds its values",
         f"sum(l, {TILE}, exp(s[l] - M) * y[l]) + sum(l, {REST}, exp(s[l] - M) * y[l])",
         f"sum(l, {BOTH}, exp(s[l] - M) * y[l])", "a <= c"),
        ("the maximum leaves the quotient",
         f"sum(l, {TILE}, exp(s[l] - M) * y[l]) / sum(l, {TILE}, exp(s[l] - M))",
         f"sum(l, {TILE}, exp(s[l]) * y[l]) / sum(l, {TILE}, exp(s[l]))", ""),
    ),
    "sink": (
        ("another maximum rescales a sink", "exp(m - M) * exp(e - m)", "exp(e - M)", ""),
        ("the maximum leaves the quotient with a sink",
         f"sum(l, {TILE}, exp(s[l] - M) * y[l]) / (exp(e - M) + sum(l, {TILE}, exp(s[l] - M)))",
         f"sum(l, {TILE}, exp(s[l]) * y[l]) / (exp(e) + sum(l, {TILE}, exp(s[l])))", ""),
    ),
    "recurrent": (
        ("the first key makes the first state", "sum(l, l <= 0, g**(0 - l) * y[l])", "1 * y[0]",
         ""),
        ("a key more: the state decays and gains it",
         "g * sum(l, l <= i - 1, g**(i - 1 - l) * y[l]) + 1 * y[i]",
         "sum(l, l <= i, g**(i - l) * y[l])", "i >= 1"),
        ("a key more for the row sum: the same with numbers",
         "g * sum(l, l <= i - 1, g**(i - 1 - l) * s[l]) + s[i]",
         "sum(l, l <= i, g**(i - l) * s[l])", "i >= 1"),
    ),
}  # fmt: skip


def lemmas(claim: TermClaim) -> Iterator[tuple[str, TermClaim]]:
    """The lemmas on which the algorithms in a claim rest, with their names."""
    sides = (claim.left, claim.right, *claim.premises)
    kinds = dict.fromkeys(node.name for side in sides for node in quantities(side))
    sinks = any(row.normaliser.extra is not None for form in claim.forms for row in form.rows)
    for kind in [*kinds, *(["sink"] if sinks and "online" in kinds else [])]:
        for name, left, right, where in LEMMAS.get(kind, ()):
            yield name, _lemma(left, right, where)


def _lemma(left: str, right: str, where: str) -> TermClaim:
    sides = [_vectors(read(text)) for text in (left, right)]
    conditions = (read(where, "condition"),) if where else ()
    names = set().union(*map(free_names, (*sides, *conditions)))
    used = tuple(p for p in GENERIC if p.name in names)
    positions = (("i", "key"),) if "i" in names else ()
    return TermClaim(sides[0], "==", sides[1], (), (), conditions, positions, used)


def _vectors(expr: Expr) -> Expr:
    """The letter y names vectors here."""
    parts = tuple(_vectors(p) if isinstance(p, Expr) else p for p in expr.args)
    op = "vector" if expr.op == "table" and expr.args[0] == "y" else expr.op
    return Expr(op, parts)


def online_form(form: Form) -> Form:
    """The Form whose output an online softmax computes: itself, if its weights are a softmax.

    A sink logit is a key without a value, which the first state has seen.
    """
    for row in form.rows:
        if row.normaliser.numerator != "exp" or not row.normaliser.divide:
            raise Unsupported("an online softmax of weights that are no softmax")
    return form


def decoded_form(form: Form) -> Form:
    """The Form whose output a cache computes: a key that comes later is not in it."""
    if any(map(_reads_elsewhere, form.expressions)):
        raise Unsupported("a cache with scores that read other keys than j")
    return replace(form, support=conjunction(form.support, CAUSAL))


def _reads_elsewhere(expr: Expr) -> bool:
    """Whether a term reads the sequence at another place than i and j, or at many places."""
    for node in walk(expr):
        if node.op == "sum" and any(inner.op == "vector" for inner in walk(node)):
            return True
        of_sequence = node.op == "vector" and node.parts and SEQUENCE.fullmatch(node.name)
        if of_sequence and node.parts[-1] not in (I, J):
            return True
    return False


def recurrent_form(form: Form) -> Form:
    """The Form whose output a recurrence over the keys computes."""
    if form.support not in (TRUE, CAUSAL):
        raise Unsupported("a recurrence over a support that is not causal")
    for row in form.rows:
        normaliser = row.normaliser
        if normaliser.numerator != "identity" or normaliser.extra is not None:
            raise Unsupported("a recurrence with weights that are no sums of products")
        if not all(map(_separable, _factors(row.score))):
            raise Unsupported("a recurrence with scores that are no products of query and key")
    if "i" in free_names(form.value):
        raise Unsupported("a recurrence with values that depend on the query")
    return decoded_form(form)


def decays(form: Form) -> bool:
    """Whether a score depends on the distance, so that a state decays with every key."""
    return any({"i", "j"} <= free_names(f) and f.op == "**"
               for row in form.rows for f in _factors(row.score))  # fmt: skip


def _factors(score: Expr) -> Iterator[Expr]:
    if score.op == "*":
        for part in score.parts:
            yield from _factors(part)
    elif score.op == "/":
        yield from _factors(score.parts[0])
        yield ONE / score.parts[1]
    else:
        yield score


def _separable(factor: Expr) -> bool:
    """Whether a factor is of the query alone, of the key alone, their dot product, or a decay."""
    names = free_names(factor)
    if not {"i", "j"} <= names:
        return True
    if factor.op == "dot":
        left, right = (free_names(part) & {"i", "j"} for part in factor.parts)
        return {frozenset(left), frozenset(right)} <= {frozenset("i"), frozenset("j"), frozenset()}
    base = factor.parts[0] if factor.op == "**" else factor
    return factor.op == "**" and factor.parts[1] == I - J and not free_names(base) & {"i", "j"}
