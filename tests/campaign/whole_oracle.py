"""The truth about claims on supports at small sizes, by Python's own evaluation of their text.

No engine is used: conditions are compiled by Python, and cases are tried, small ones in full and
larger ones at random. A case that breaks the claim is certain; that none was found is not.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

from symattn.core.claim import Claim, Problem, problem
from symattn.core.expression import Expr, walk
from symattn.core.text import show
from tests.deciding_supports.truth import BUILT_IN, compiled

Names = dict[str, Any]
DRAWS = 60  # larger sizes and parameters that are tried
PLACES = 40  # pairs that are tried at each of them
SMALL = 5


class Drawn(dict[Any, int]):
    """A table whose entries are drawn when they are read."""

    def __init__(self, rng: Random, most: int) -> None:
        super().__init__()
        self.rng, self.most = rng, most

    def __missing__(self, index: Any) -> int:
        self[index] = self.rng.randint(0, self.most)
        return self[index]


class Exact(ast.NodeTransformer):
    """Every number and name as a fraction, so that `/` is exact: floats lose 1e-30 beside 1."""

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.Call(ast.Name("fraction", ast.Load()), [node], [])

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Call(ast.Name("fraction", ast.Load()), [node], [])

    def visit_Call(self, node: ast.Call) -> ast.AST:
        node.args = [self.visit(part) for part in node.args]
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        node.slice = self.visit(node.slice)
        return node


def exact(expr: Expr) -> Any:
    """The code of an expression, with fractions for all numbers."""
    tree = ast.fix_missing_locations(Exact().visit(ast.parse(show(expr), mode="eval")))
    return compile(tree, show(expr), "eval")


def fraction(value: Any) -> Any:
    return Fraction(value) if type(value) is int else value


WORDS = {**BUILT_IN, "fraction": fraction}


def broken_support(claim: Claim, seed: int = 0) -> Names | None:
    """A case in which the claim is false, or None if none was found.

    >>> from symattn.reading.claim_text import read_claim
    >>> broken_support(read_claim("nonempty(j < i)"))["i"]
    0
    """
    asked = problem(claim)
    parts = [asked.left, asked.right, *asked.given]
    fractions = any(node.op == "/" for part in parts for node in walk(part))
    codes = {
        part: exact(part) if fractions or part == asked.right else compiled(part) for part in parts
    }

    def at(expr: Expr, names: Mapping[str, Any]) -> Any:
        return eval(codes[expr], WORDS, dict(names))

    for names in _cases(asked, Random(seed)):
        for here in _places(asked, names, Random(seed)):
            if all(at(condition, here) for condition in asked.given) and not _fine(asked, at, here):
                return here
    return None


def _cases(asked: Problem, rng: Random) -> Iterator[Names]:
    """Lengths, parameters and tables: small ones in order, then random ones."""
    names = [u for u in asked.unknowns if u.name not in ("i", "j", "h")]
    small = [
        range(1, SMALL + 1)
        if u.name in ("n", "n_q", "n_k")
        else range(u.least, u.least + 3)
        if u.least is not None
        else (0, 1, -1, 2)
        for u in names
    ]
    few = list(product(*small))
    for numbers in few if len(few) <= 100 else rng.sample(few, 100):
        yield {u.name: x for u, x in zip(names, numbers, strict=True)} | _tables(asked, rng)
    largest = 12 if asked.relation == "count" else 45 if asked.relation in ("==", "<=") else 24
    for _ in range(DRAWS):
        n = rng.randint(1, largest)
        drawn = {
            u.name: n
            if u.name in ("n", "n_q", "n_k")
            else (u.least if u.least is not None else -n) + rng.randint(0, n + n // 2)
            for u in names
        }
        yield drawn | _tables(asked, rng)


def _tables(asked: Problem, rng: Random) -> Names:
    return {
        t.name: Drawn(Random(rng.random()), 1 if t.kind == "boolean" else 2) for t in asked.tables
    }


def _places(asked: Problem, names: Names, rng: Random) -> Iterator[Names]:
    own = [u.name for u in asked.unknowns if u.name in ("i", "j")]
    ranges = {"i": range(names[asked.queries]), "j": range(names[asked.keys])}
    every = list(product(*(ranges[p] for p in own)))
    for place in every if len(every) <= PLACES else rng.sample(every, PLACES):
        yield names | dict(zip(own, place, strict=True))


def _fine(asked: Problem, at: Any, here: Names) -> bool:
    """Whether the statement holds in one case."""
    if asked.relation in ("==", "<="):
        left, right = bool(at(asked.left, here)), bool(at(asked.right, here))
        return left == right if asked.relation == "==" else left <= right
    rows = [here["i"]] if "i" in here else range(here[asked.queries])
    size = sum(
        bool(at(asked.left, {**here, "i": i, "j": j}))
        for i in rows
        for j in range(here[asked.keys])
    )
    if asked.relation == "nonempty":
        return size >= 1
    return bool(size == at(asked.right, here))
