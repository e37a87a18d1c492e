"""Canonical LaTeX is read back as the same tree, and as the same claim."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from symattn.reading.formula import read_formula_claim
from symattn.reading.latex.printing import latex_of
from symattn.reading.latex.statements import statement
from symattn.reading.latex.tree import ABSENT, Node

from .yardstick import every


def back(node):
    return statement(latex_of(node), {}).chains[0].sides[0]


def test_every_formula_of_the_papers():
    count = 0
    for text in every("cases.json", "papers.json"):
        for chain in statement(text, {}).chains:
            for side in chain.sides:
                count += 1
                assert back(side) == side, latex_of(side)
    assert count > 300


def test_what_is_printed_is_the_same_claim():
    for text in every("cases.json"):
        reading = read_formula_claim(text, reference=text)
        again = read_formula_claim(f"{reading.left} = {reading.right}")
        assert len(again.meanings) >= 1


names = st.sampled_from(["a", "b", "u", "alpha", "W_Q", "d_k", "P_tilde", "q!", "head"])
letters = st.builds(
    lambda name, at: Node("name", tuple(Node("name", (), i) for i in at), name),
    names,
    st.lists(st.sampled_from(["i", "j", "l"]), max_size=2),
)
numbers = st.builds(lambda n: Node("number", value=Fraction(n, 4)), st.integers(0, 40))


FUNCTIONS = [
    "neg", "exp", "log", "tanh", "softmax", "diag", "sqrt", "norm", "transpose", "rowsum",
]  # fmt: skip


def grown(inner):
    two = st.tuples(inner, inner)
    return st.one_of(
        st.builds(lambda op, p: Node(op, p), st.sampled_from(["add", "sub", "mul", "div"]), two),
        st.builds(lambda op, p: Node(op, p), st.sampled_from(["cdot", "odot", "inner"]), two),
        st.builds(
            lambda op, p: Node(op, (p,)),
            st.sampled_from(
                [
                    "neg",
                    "exp",
                    "log",
                    "tanh",
                    "softmax",
                    "diag",
                    "sqrt",
                    "norm",
                    "transpose",
                    "rowsum",
                ]
            ),
            inner,
        ),
        st.builds(lambda p, n: Node("power", (p, n)), inner, numbers),
        st.builds(
            lambda low, body: Node("sum", (low, Node("name", (), "n"), ABSENT, body), "m"),
            numbers,
            inner,
        ),
        st.builds(lambda p: Node("indicator", (Node("compare", p, "<="),)), two),
        st.builds(lambda p: Node("matrix", (Node("row", p), Node("row", p))), two),
    )


@settings(max_examples=300, deadline=None)
@given(st.recursive(st.one_of(letters, numbers), grown, max_leaves=8))
def test_every_tree(node):
    assert back(node) == node, latex_of(node)
