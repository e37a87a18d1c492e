"""Gradients of a Form in closed form, for all n: the chain from the loss back to every name.

The loss is any function of the output; what the chain needs of it is `dO[i]`, its gradient with
respect to the output of query i (`dY[i]` where the Form projects its mixed value by `output`, and
`dO[i]`, that of the mixed value, is then derived). The chain speaks of

    alpha[i, j]    the weight; alpha1, alpha2, ... for the rows of a mixture
    dP[i, j]       the gradient of the weight
    D[i]           the row sum of alpha * dP
    dS[i, j]       the gradient of the score; dS1, dS2, ... for the rows of a mixture
    Z[i]           the divisor of a linear row
    alpha_sink[i]  the weight that a sink logit takes
    dV[j], dQ[i], dK[j], dX[t], dm[h], dPE[i, j], dW_q, ...  the gradient of every name

and of the matrices P, dP, dS, Q, dQ, ... where a line of matrices says the same. Vectors are rows:
`u.T @ w` is the matrix with entries u_a w_b. Where a formula tells heads apart, `heads` is true and
q, k, v and all of the above have the head as their first index: dK[g, j] is the sum over the query
heads h that read key head g. Everywhere else one head is meant, as in the Form itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from symattn.core.form import Form
from symattn.core.instance import Instance
from symattn.core.interpret import Environment
from symattn.core.steps import Entry
from symattn.derivation.gradients.backward import Gradient, gradient, steps
from symattn.derivation.gradients.chain import Formula
from symattn.derivation.gradients.gradient_entries import entries as entries_of

__all__ = ["Formula", "Gradient", "entries", "gradient", "steps"]


def entries(form: Form, base: Instance) -> Iterator[Entry]:
    """The closed form of every entry at the lengths of an Instance, in the order of the chain.

    Widths keep their letters.

    >>> from symattn.core.instance import instance
    >>> from symattn.mechanisms.spec import mechanism
    >>> causal = mechanism("causal+alibi")
    >>> for entry in list(entries(causal, instance(causal, n=2)))[-3:]: print(entry.right)
    Expr('(dS[0, 0] * q[0] + dS[1, 0] * q[1]) / sqrt(d)')
    Expr('dS[1, 1] * q[1] / sqrt(d)')
    Expr('-dS[1, 0]')
    """
    same = base.sizes["n_q"] == base.sizes["n_k"]
    found = gradient(form, heads=base.many_heads or form.heads is not None, same_length=same)
    tables = {
        name: partial(_entry, base, name)
        for name, layout in base.layouts.items()
        if layout.declared.kind in ("integer", "boolean")
    }
    widths = {"d", "d_v", *(size.name for p in form.parameters for size in p.shape
                            if size.op == "symbol")}  # fmt: skip
    scalars = {name: value for name, value in base.known.scalars.items() if name not in widths}
    known = Environment(scalars, tables)
    for family in entries_of(found, base.sizes["n_q"], base.sizes["n_k"], known).values():
        yield from family


def _entry(base: Instance, name: str, *index: int) -> object:
    return base.entry(name, index)
