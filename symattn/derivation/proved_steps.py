"""Which steps of a derivation the proof core proves for all n, by normal forms.

The first equation for a name is its definition; every later one must follow from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from symattn.core.expression import Expr, I, J, rebuild, substitute, symbol
from symattn.core.form import Form
from symattn.core.steps import Step
from symattn.core.term_claim import TermClaim
from symattn.deciding.answer import Yes
from symattn.deciding.kernel import Rejected

DEFINED, PROVED = "by definition", "for all n, by normal forms"


def proofs(form: Form, steps: tuple[Step, ...]) -> Iterator[str]:
    """For each step how it is known for all n, or "" if the proof core cannot say.

    >>> from symattn.core.form_text import form
    >>> from symattn.derivation.general import steps
    >>> causal = form(support="j <= i")
    >>> list(proofs(causal, steps(causal, "weights")))[1:4]
    ['by definition', 'by definition', 'for all n, by normal forms']
    """
    defined: dict[str, Expr] = {}
    for step in steps:
        right = _expanded(step.right, defined)
        before = defined.setdefault(step.left.name, right)
        yield DEFINED if before is right else _proof(form, step, before, right)


def _expanded(expr: Expr, defined: Mapping[str, Expr]) -> Expr:
    """The expression with names replaced by what they were defined to be."""

    def change(node: Expr) -> Expr | None:
        if node.op in ("table", "vector") and node.name in defined:
            return substitute(defined[node.name], dict(zip((I, J), node.parts, strict=False)))
        return None

    try:
        return rebuild(expr, change)
    except ValueError:  # a bound name would be captured: the proof core never sees this step
        return expr


def _proof(form: Form, step: Step, left: Expr, right: Expr) -> str:
    from symattn.deciding.terms.goal import goals
    from symattn.deciding.terms.proving import proof
    from symattn.deciding.terms.replay import replayed

    condition = () if step.condition is None else (step.condition,)
    seen = symbol(next(name for name in ("seen", "seen1", "seen2") if name not in form.names))
    places = (("i", "query"), ("j", "key"))[: len(step.left.parts)]
    claim = TermClaim(  # a derivation is about rows that see a key
        left,
        "==",
        right,
        where=(*form.conditions, *condition, substitute(form.support, {J: seen})),
        positions=(*places, (seen.name, "key")),
        parameters=form.parameters,
    )
    answer, certificate = proof(claim)
    if not isinstance(answer, Yes) or certificate is None:
        return ""
    try:
        replayed(goals(claim), certificate)
    except Rejected:
        return ""
    return PROVED
