"""The conditions of an SMT-LIB script of ours, read back from its text.

What a proof shows to a reader is what a solver was asked: the formulas are not taken from the claim
but from the scripts. Only what our own scripts say is understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from typing import TypeAlias

from symattn.core.errors import Unreadable
from symattn.core.expression import ONE, Expr, make, number, symbol, table

Tree: TypeAlias = "str | list[Tree]"
WORD = re.compile(r"[()]|[^\s()]+")
NUMBER = re.compile(r"\d+(\.0)?")
DEEPEST = 400
COMPARED = {"<=": "<=", "<": "<", ">=": ">=", ">": ">", "=": "=="}
NUMBERS = {"+": "+", "-": "-", "*": "*", "/": "/", "div": "//", "mod": "%"}
ONE_WORD: Mapping[str, Tree] = {  # what is said by a choice between named parts -> its shape
    "abs": ["ite", [">=", "a", "0"], "a", ["-", "a"]],
    "min": ["ite", ["<=", "a", "b"], "a", "b"],
    "max": ["ite", [">=", "a", "b"], "a", "b"],
    "%": ["-", "a", ["*", "b", ["to_real", ["to_int", ["/", "a", "b"]]]]],
}


def assertions(script: str) -> tuple[Expr, ...]:
    """The conditions that a script asserts, in their order.

    >>> assertions("(declare-const $j Int) (assert (not (<= 0 (- $j 1) 5))) (check-sat)")
    (Expr('not (0 <= j - 1 and j - 1 <= 5)'),)
    """
    commands = list(_trees(script))
    return tuple(_truth(c[1]) for c in commands if c[0] == "assert" and len(c) == 2)


def _trees(script: str) -> Iterator[list[Tree]]:
    """The commands of a script as lists of lists of words."""
    open_lists: list[list[Tree]] = []
    for word in WORD.findall(script):
        if word == "(":
            open_lists.append([])
            if len(open_lists) > DEEPEST:
                raise Unreadable("", 0, f"a script nested deeper than {DEEPEST}")
            continue
        if not open_lists:
            raise Unreadable("", 0, f"a script with {word!r} outside its commands")
        if word != ")":
            open_lists[-1].append(word)
            continue
        done = open_lists.pop()
        if open_lists:
            open_lists[-1].append(done)
        elif done:
            yield done
    if open_lists:
        raise Unreadable("", 0, "a script that ends inside a command")


def _truth(tree: Tree) -> Expr:
    if tree in ("true", "false"):
        return Expr(str(tree), ())
    op, *parts = _call(tree)
    if op in ("and", "or"):
        return reduce(lambda a, b: Expr(op, (a, b)), map(_truth, parts))
    if op == "not" and len(parts) == 1:
        inner = _truth(parts[0])
        return Expr("!=", inner.args) if inner.op == "==" else Expr("not", (inner,))
    if op in COMPARED and len(parts) >= 2:
        values = list(map(_number, parts))
        told = [Expr(COMPARED[op], pair) for pair in pairwise(values)]
        return reduce(lambda a, b: Expr("and", (a, b)), told)
    raise _strange(tree)


def _call(tree: Tree) -> tuple[str, *tuple[Tree, ...]]:
    if isinstance(tree, str) or not tree or not isinstance(tree[0], str):
        raise _strange(tree)
    return tree[0], *tree[1:]


def _number(tree: Tree) -> Expr:
    if isinstance(tree, str):
        if NUMBER.fullmatch(tree):
            return number(Fraction(tree))
        return symbol(tree.removeprefix("$"))
    op, *parts = _call(tree)
    if op.startswith("$"):
        return table(op[1:], *map(_number, parts))
    rule = RULES.get((op, len(parts)))
    if rule is None:
        raise _strange(tree)
    return rule(parts)


def _let(parts: list[Tree]) -> Expr:
    """`let` names the parts of an operation that we write as a choice."""
    named, body = parts
    word = next((word for word, shape in ONE_WORD.items() if shape == body), None)
    if word is None or not isinstance(named, list):
        raise _strange(body)
    return Expr(word, tuple(_number(pair[1]) for pair in named))


def _rounded(parts: list[Tree]) -> Expr:
    inner = _number(parts[0])
    if inner.op != "/":  # the quotient of two literal numbers is a number
        return Expr("floor", (inner,))
    top, bottom = inner.parts
    return Expr("floor", (top,)) if bottom == ONE else Expr("//", (top, bottom))


def _binary(op: str) -> Callable[[list[Tree]], Expr]:
    return lambda parts: make(NUMBERS[op], *map(_number, parts))


RULES: Mapping[tuple[str, int], Callable[[list[Tree]], Expr]] = {
    **{(op, 2): _binary(op) for op in NUMBERS},
    ("-", 1): lambda parts: make("neg", _number(parts[0])),
    ("to_real", 1): lambda parts: _number(parts[0]),
    ("to_int", 1): _rounded,
    ("let", 2): _let,
    ("ite", 3): lambda parts: Expr(
        "where", (_truth(parts[0]), _number(parts[1]), _number(parts[2]))
    ),
}


def _strange(tree: Tree) -> Unreadable:
    return Unreadable("", 0, f"a script that says {str(tree)[:60]!r}, which is not of ours")
