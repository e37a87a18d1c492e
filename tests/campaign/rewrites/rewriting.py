"""Rules that are applied at random places of a term, a few times."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from symattn.core.expression import Expr, kind, make

Change = Callable[[Expr, Random], Expr | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rewrite of terms of one kind that changes no value; `why` says the law behind it."""

    name: str
    kind: str  # "condition", "number" or "vector"
    change: Change
    why: str


def table(of: str, found: list[Rule]) -> Callable[[str, str], Callable[[Change], Change]]:
    """A decorator that adds rules for one kind of term to a list."""

    def named(name: str, why: str) -> Callable[[Change], Change]:
        def add(change: Change) -> Change:
            found.append(Rule(name, of, change, why))
            return change

        return add

    return named


FIXED = ("table", "vector", "matrix")  # what stands in them are positions


def places(expr: Expr, whole: bool) -> Iterator[tuple[int, ...]]:
    """The paths to all nodes whose change keeps the term well formed.

    Rewrites of real numbers stay out of positions, conditions and the limits of sums.
    """
    yield ()
    last = len(expr.args) - 1
    for at, part in enumerate(expr.args):
        fixed = expr.op in FIXED or (expr.op in ("rope", "matmul") and at != 0)
        limit = expr.op == "sum" and at != last
        if isinstance(part, Expr) and not fixed and (whole or not (limit or is_condition(part))):
            yield from ((at, *rest) for rest in places(part, whole))


def is_condition(expr: Expr) -> bool:
    return kind(expr) == "condition"


def at(expr: Expr, path: Sequence[int]) -> Expr:
    for step in path:
        part = expr.args[step]
        assert isinstance(part, Expr)
        expr = part
    return expr


def replaced(expr: Expr, path: Sequence[int], new: Expr) -> Expr:
    if not path:
        return new
    part = expr.args[path[0]]
    assert isinstance(part, Expr)
    changed = replaced(part, path[1:], new)
    args = (*expr.args[: path[0]], changed, *expr.args[path[0] + 1 :])
    return make(expr.op, *args)


def rewritten(
    expr: Expr, rules: Sequence[Rule], rng: Random, times: int, largest: int = 60
) -> tuple[Expr, list[str]]:
    """The term after some rewrites at random places, and their names."""
    used: list[str] = []
    whole = any(rule.kind == "condition" for rule in rules)
    for _ in range(12 * times):
        if len(used) == times:
            break
        rule = rng.choice(rules)
        paths = [path for path in places(expr, whole) if kind(at(expr, path)) == rule.kind]
        for path in rng.sample(paths, len(paths)):
            new = rule.change(at(expr, path), rng)
            if new is not None and size(new) <= largest:
                candidate = replaced(expr, path, new)
                if candidate != expr and size(candidate) <= largest:
                    expr = candidate
                    used.append(rule.name)
                    break
    return expr, used


def size(expr: Expr) -> int:
    return 1 + sum(map(size, expr.parts))
