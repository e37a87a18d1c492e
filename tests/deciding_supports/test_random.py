"""Random supports: verdicts against all small cases, and statements that are true by making."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from symattn.core.claim import Claim, problem
from symattn.core.expression import Expr, I, J, number, symbol
from symattn.core.form_text import form
from symattn.core.text import show
from symattn.core.verdict import Proved, Refuted
from symattn.deciding.decide import decide
from symattn.reading.claim_text import read_claim
from tests.deciding_supports.truth import broken

W = symbol("w")
QUICK = settings(max_examples=60, deadline=None, derandomize=True)
leaves = st.sampled_from([I, J, I - J, W, symbol("n"), number(0), number(1), number(2), number(3)])


def grown(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    constants = st.sampled_from([number(c) for c in (2, 3, 4, -2)])
    return st.one_of(
        st.tuples(st.sampled_from(["+", "-"]), inner, inner).map(lambda t: Expr(t[0], t[1:])),
        st.tuples(st.sampled_from(["//", "%", "*"]), inner, constants).map(
            lambda t: Expr(t[0], t[1:])
        ),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(lambda t: Expr(t[0], t[1:])),
        inner.map(lambda x: Expr("abs", (x,))),
        inner.map(lambda x: Expr("floor", (Expr("/", (x, number(2))),))),
    )


terms = st.recursive(leaves, grown, max_leaves=4)
atoms = st.tuples(st.sampled_from(["<=", "<", ">=", ">", "==", "!="]), terms, terms).map(
    lambda t: Expr(t[0], t[1:])
)
conditions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["and", "or"]), inner, inner).map(lambda t: Expr(t[0], t[1:])),
        inner.map(lambda x: Expr("not", (x,))),
    ),
    max_leaves=3,
)


def claim_of(left: Expr, right: Expr, sign: str = "==") -> Claim:
    return read_claim(f"support({show(left)}) {sign} support({show(right)})")


def logical(condition: Expr) -> bool:
    return condition.op != "not" or logical(condition.parts[0])


@QUICK
@given(conditions, conditions, st.sampled_from(["==", "<="]))
def test_random_claims(left, right, sign):
    claim = claim_of(left, right, sign)
    verdict = decide(claim).verdict
    truth = broken(claim, largest=4, width=4)
    if isinstance(verdict, Proved):
        assert truth is None
    elif isinstance(verdict, Refuted):
        case = dict(verdict.counterexample.values)
        if truth is not None and case["n"] <= 4:
            smaller = [abs(truth[u.name]) for u in problem(claim).unknowns]
            assert [abs(case[u.name]) for u in problem(claim).unknowns] <= smaller
        else:
            assert case["n"] > 4 or abs(case.get("w", 0)) >= 2
    else:
        raise AssertionError(verdict)


REWRITES = {
    "de Morgan": lambda a, b: (Expr("not", (a & b,)), ~a | ~b),
    "distribution": lambda a, b: (a & (b | a), (a & b) | (a & a)),
    "absorption": lambda a, b: (a | (a & b), a),
    "double negation": lambda a, _: (~~a, a),
    "excluded middle": lambda a, b: ((a & b) | (a & ~b), a),
}


@QUICK
@given(conditions, conditions, st.sampled_from(sorted(REWRITES)))
def test_true_by_making(a, b, name):
    left, right = REWRITES[name](a, b)
    assert isinstance(decide(claim_of(left, right)).verdict, Proved)


@QUICK
@given(conditions)
def test_false_by_making(a):
    """A support differs from its own negation, at n = 1 already."""
    verdict = decide(claim_of(a, ~a)).verdict
    assert isinstance(verdict, Refuted)
    assert dict(verdict.counterexample.values)["n"] == 1


def test_a_mutation_is_seen():
    text = "support(j <= i and i - j < {}) == support(j <= i and not i - j >= 9)"
    assert isinstance(decide(read_claim(text.format(9))).verdict, Proved)
    for wrong in (8, 10):
        verdict = decide(read_claim(text.format(wrong))).verdict
        assert isinstance(verdict, Refuted)
        assert dict(verdict.counterexample.values)["n"] == min(wrong, 9) + 1


def test_the_strategies_make_what_the_grammar_reads():
    assert form(support="abs(i - j) // 2 < 1").support.op == "<"
