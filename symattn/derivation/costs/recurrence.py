"""Which mechanisms are folds with a state of fixed size, and what the fold costs.

Without a softmax, the sum over keys of (f(q) . g(k)) v is f(q) times one matrix, the sum of
g(k) v^T, which grows by one product a token; a decay by distance multiplies the matrix once a step.
"""

from __future__ import annotations

from dataclasses import dataclass

from symattn.core.expression import TRUE, Expr, I, J, free_names
from symattn.core.text import read
from symattn.derivation.costs.work import Setting
from symattn.derivation.counts.polynomial import Polynomial, polynomial

CAUSAL = read("j <= i", "condition")


@dataclass(frozen=True, slots=True)
class Fold:
    """A state of g(k) v^T (and of g(k), when weights are divided by their sum)."""

    keys: Polynomial  # width of g(k)
    values: Polynomial
    divided: bool
    decays: bool

    @property
    def state(self) -> Polynomial:
        """Numbers in the state."""
        return self.keys * self.values + (self.keys if self.divided else 0)

    @property
    def step(self) -> Polynomial:
        """Multiply-adds of a token: S += g(k) v^T and f(q) S, and f(q) . z for the divisor."""
        return self.keys * self.values * 2 + (self.keys if self.divided else 0)


def fold_of(setting: Setting) -> Fold | None:
    """The fold that a causal mechanism is, if its weights are products without a softmax.

    >>> from symattn.core.form_text import form
    >>> linear = form(support="j <= i", score="dot(phi(q[i]), phi(k[j]))", weights="linear")
    >>> fold_of(Setting(linear, False)).state
    Polynomial('d * (d_v + 1)')
    """
    form = setting.form
    if len(form.rows) != 1 or form.support not in (CAUSAL, TRUE):
        return None
    row = form.rows[0]
    split = _product(row.score)
    if row.normaliser.numerator != "identity" or row.normaliser.extra is not None or split is None:
        return None
    (query, key), decays = split
    if "j" in free_names(query) or "i" in free_names(key) or "i" in free_names(form.value):
        return None
    if decays and form.support == TRUE:
        return None
    return Fold(setting.width(key), setting.width(form.value), row.normaliser.divide, decays)


def _product(score: Expr) -> tuple[tuple[Expr, Expr], bool] | None:
    """The two vectors of a score that is a dot product, possibly times g ** (i - j)."""
    if score.op == "dot":
        left, right = score.parts
        return (left, right), False
    if score.op == "*":
        left, right = score.parts
        dot, decay = (left, right) if left.op == "dot" else (right, left)
        if dot.op == "dot" and _is_decay(decay):
            return (dot.parts[0], dot.parts[1]), True
    return None


def _is_decay(factor: Expr) -> bool:
    """Whether a factor is base ** (i - j), so that one more step multiplies it by the base."""
    if factor.op != "**" or free_names(factor.parts[0]) & {"i", "j"}:
        return False
    return polynomial(factor.parts[1]) == polynomial(I - J)
