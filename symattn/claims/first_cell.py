"""The supports of a refuted claim at the size of its counterexample, with the first wrong cell."""

from __future__ import annotations

from typing import Any

from symattn.core import region
from symattn.core.claim import Claim
from symattn.core.errors import SymattnError
from symattn.core.form import Form
from symattn.core.interpret import Environment, exact
from symattn.core.term_claim import TermClaim
from symattn.core.verdict import Refuted, Verdict

LARGEST = 16


def figure(claim: Claim | TermClaim, verdict: Verdict) -> dict[str, Any] | None:
    """What a heatmap of the difference needs, if the counterexample names a query and a key."""
    if not isinstance(verdict, Refuted):
        return None
    values = dict(verdict.counterexample.values)
    i, j = values.get("i"), values.get("j")
    n_k = values.get("n", values.get("n_k"))
    n_q = values.get("n", values.get("n_q"))
    sizes = (i, j, n_q, n_k)
    if not all(isinstance(v, int) for v in sizes):
        return None
    assert isinstance(i, int)
    return _drawn(claim.forms, values, i, j, n_q, n_k)


def _drawn(forms: Any, values: Any, i: int, j: Any, n_q: Any, n_k: Any) -> dict[str, Any] | None:
    if max(n_q, n_k) > LARGEST:
        return None
    supports: dict[str, list[str]] = {}
    first = 0
    for form in forms:
        try:
            supports[form.name or "the form"] = rows(form, n_q, n_k, Environment(values))
            first = int(exact(form.offset, region.sized(Environment(values), n_q, n_k)))
        except (SymattnError, KeyError):  # a table that the case does not give
            return None
    return {"cell": [i, j], "first": first, "supports": supports}


def rows(form: Form, n_q: int, n_k: int, env: Environment) -> list[str]:
    """The support as rows of marks.

    >>> from symattn.core.form_text import form
    >>> rows(form("j <= i"), 2, 2, Environment())
    ['x.', 'xx']
    """
    found = []
    for _, ranges in region.rows(form, n_q, n_k, env):
        seen = {key for part in ranges for key in part}
        found.append("".join("x" if key in seen else "." for key in range(n_k)))
    return found
