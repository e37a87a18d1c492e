"""Conditions with `// c` and `% c` of keys, one residue class of keys at a time.

For j = M t + r, with M a multiple of every c, `(a j + b) // c` is `(a M / c) t + (a r + b) // c`
and `(a j + b) % c` is `(a r + b) % c`: nothing divides t any more.
"""

from __future__ import annotations

from math import lcm

from symattn.core.expression import (
    TRUE,
    ZERO,
    Expr,
    J,
    free_names,
    number,
    substitute,
    tidy,
    walk,
)
from symattn.core.text import show
from symattn.deciding.answer import Unsupported
from symattn.deciding.bounds import literal

MOST_CLASSES = 12


def classes(seen: Expr) -> tuple[int, list[Expr]]:
    """A modulus M, and for every r the condition on t for the keys M t + r; t is written j.

    >>> from symattn.core.text import read
    >>> classes(read("j % 2 == 0 and j <= i"))[1][1]
    Expr('1 == 0 and 2 * j + 1 <= i')
    """
    size = lcm(*(_modulus(node) for node in walk(seen) if _divides_keys(node)))
    while size <= MOST_CLASSES:
        found = [_of_class(seen, size, first) for first in range(size)]
        left = [node for c in found for node in walk(c) if _divides_keys(node)]
        if not left:
            return size, found
        size *= max(map(_modulus, left))
    raise Unsupported(
        f"counting the keys of {show(seen)}: more than {MOST_CLASSES} residue classes"
    )


def _divides_keys(node: Expr) -> bool:
    return node.op in ("//", "%") and "j" in free_names(node)


def _modulus(node: Expr) -> int:
    value = literal(node.parts[1])
    if not value:
        raise Unsupported(f"bounds on j from {show(node)}")
    return abs(value)


def _of_class(seen: Expr, size: int, first: int) -> Expr:
    """The condition on t for the keys `size` t + `first`."""
    return _simpler(substitute(seen, {J: _sum(size, number(first))}))


def _simpler(node: Expr) -> Expr:
    """The term with every division of keys carried out, inner ones first."""
    args = tuple(_simpler(a) if isinstance(a, Expr) else a for a in node.args)
    new = Expr(node.op, args)
    return _split(new) if _divides_keys(new) else new


def _split(node: Expr) -> Expr:
    """`(a j + b) // c` as `(a / c) j + b // c`, `(a j + b) % c` as `b % c`, where c divides a."""
    top, bottom = node.parts
    factor_and_rest, c = linear(top), literal(bottom)
    if factor_and_rest is None or not c or factor_and_rest[0] % c:
        return node
    factor, rest = factor_and_rest
    if node.op == "%":
        return tidy(rest % bottom)
    return _sum(factor // c, tidy(rest // bottom))


def _sum(factor: int, rest: Expr) -> Expr:
    return tidy(number(factor) * J + rest)


def linear(x: Expr) -> tuple[int, Expr] | None:
    """The factor of j in a number that is linear in j, and what is left."""
    if x == J:
        return 1, ZERO
    if "j" not in free_names(x):
        return 0, x
    found = [linear(part) for part in x.parts]
    if None in found:
        return None
    parts = [part for part in found if part is not None]
    if x.op == "neg":
        return -parts[0][0], tidy(-parts[0][1])
    if x.op in ("+", "-"):
        sign = 1 if x.op == "+" else -1
        (a, left), (b, right) = parts
        return a + sign * b, tidy(Expr(x.op, (left, right)))
    if x.op == "*":
        for (_, factor), (b, rest) in (parts, parts[::-1]):
            value = literal(factor)
            if value is not None and "j" not in free_names(factor):
                return value * b, tidy(number(value) * rest)
    return None


def progression(seen: Expr) -> tuple[Expr, Expr, Expr] | None:
    """For `... and (b - j) % c == r`: the rest of the condition, a key of the progression, and c.

    >>> from symattn.core.text import read
    >>> progression(read("j <= i and (i - j) % w == 0"))
    (Expr('j <= i'), Expr('i - 0'), Expr('w'))
    """
    rest, found = TRUE, []
    for part in _conjuncts(seen):
        key = _key(part)
        if key is None:
            if any(_divides_keys(node) for node in walk(part)):
                return None
            rest = rest & part
        else:
            found.append(key)
    return (rest, *found[0]) if len(found) == 1 else None


def _conjuncts(condition: Expr) -> list[Expr]:
    if condition.op == "and":
        return [c for part in condition.parts for c in _conjuncts(part)]
    if condition.op == "not" and condition.parts[0].op == "not":
        return _conjuncts(condition.parts[0].parts[0])
    return [condition]


def _key(condition: Expr) -> tuple[Expr, Expr] | None:
    """A key (not always in range) and the step of `(b - j) % c == r` or `(j - b) % c == r`."""
    if condition.op != "==":
        return None
    for rest, r in (condition.parts, condition.parts[::-1]):
        if rest.op != "%" or "j" in free_names(r):
            continue
        top, c = linear(rest.parts[0]), rest.parts[1]
        if top is None or "j" in free_names(c) or top[0] not in (1, -1):
            continue
        value = literal(c)
        literal_rest = literal(r)
        small = r == ZERO or (
            value is not None and literal_rest is not None and 0 <= literal_rest < value
        )
        if small and (value is None or value > 0):
            return (r - top[1], c) if top[0] == 1 else (top[1] - r, c)
    return None
