"""The keys of a row as stretches between symbolic bounds, for supports with open parameters.

Every step is an equivalence for whole numbers; a condition without such a rule raises NotCountable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from symattn.core.expression import COMPARISONS, Expr, J, free_names, make, substitute, symbol, walk
from symattn.core.text import show
from symattn.derivation.costs.facts import Facts
from symattn.derivation.counts.affine import NotCountable
from symattn.derivation.counts.polynomial import Polynomial, lifted, plain, polynomial
from symattn.derivation.counts.presentation import is_whole

HOLE = symbol("_knot")  # stands for the one part of a condition that is not affine in j
MOST_STRETCHES = 4
NEGATED = {"<=": ">", "<": ">=", ">=": "<", ">": "<=", "==": "!=", "!=": "=="}


@dataclass(frozen=True, slots=True)
class Stretch:
    """The keys j with every lower <= j <= every upper and (j - residue) % modulus == 0."""

    lower: tuple[Polynomial, ...] = ()
    upper: tuple[Polynomial, ...] = ()
    every: tuple[Polynomial, Polynomial] | None = None  # modulus and residue


Stretches = tuple[Stretch, ...]  # their union


def stretches(condition: Expr, facts: Facts) -> Stretches:
    """The keys for which the condition holds, at any one row.

    >>> from symattn.core.text import read
    >>> stretches(read("j <= i and i - j < w"), Facts(()))
    (Stretch(lower=(Polynomial('i - w + 1'),), upper=(Polynomial('i'),), every=None),)
    """
    op = condition.op
    if op == "true":
        return (Stretch(),)
    if op == "false":
        return ()
    if op == "and":
        left, right = (stretches(part, facts) for part in condition.parts)
        return _few(common(a, b) for a, b in product(left, right))
    if op == "or":
        return _few(s for part in condition.parts for s in stretches(part, facts))
    if op == "not":
        return stretches(_negated(condition.parts[0]), facts)
    if op in COMPARISONS and "j" in free_names(condition):
        return _few(_compared(condition, facts))
    for node in walk(condition):
        if node.op == "table":
            raise NotCountable(f"depends on {node.name}")
    raise NotCountable(f"{show(condition)} is no bound on the key")


def _few(found: Iterator[Stretch]) -> Stretches:
    kept = tuple(dict.fromkeys(found))
    if len(kept) > MOST_STRETCHES:
        raise NotCountable(f"a row of over {MOST_STRETCHES} stretches")
    return kept


def common(left: Stretch, right: Stretch) -> Stretch:
    """The keys in both stretches."""
    found = {s.every for s in (left, right)} - {None}
    if len(found) > 1:
        raise NotCountable("two different remainders of the key")
    return Stretch(
        tuple(dict.fromkeys((*left.lower, *right.lower))),
        tuple(dict.fromkeys((*left.upper, *right.upper))),
        found.pop() if found else None,
    )


def _negated(condition: Expr) -> Expr:
    op = condition.op
    if op in NEGATED:
        return Expr(NEGATED[op], condition.args)
    if op in ("and", "or"):
        left, right = condition.parts
        return Expr("or" if op == "and" else "and", (_negated(left), _negated(right)))
    if op == "not":
        return condition.parts[0]
    if op in ("true", "false"):
        return Expr("false" if op == "true" else "true", ())
    raise NotCountable(f"depends on {show(condition)}")


def _compared(condition: Expr, facts: Facts) -> Iterator[Stretch]:
    left, right = condition.parts
    op = condition.op
    if op in (">", ">="):
        left, right, op = right, left, {">": "<", ">=": "<="}[op]
    if op == "<":
        yield from _at_most(left - right + 1, facts)
    elif op == "<=":
        yield from _at_most(left - right, facts)
    elif op == "!=":
        yield from (*_at_most(left - right + 1, facts), *_at_most(right - left + 1, facts))
    else:
        found = _congruence(left - right, facts)
        if found is not None:
            yield found
            return
        below, above = _at_most(left - right, facts), _at_most(right - left, facts)
        yield from (common(a, b) for a, b in product(below, above))


def _affine(difference: Expr, moving: Expr) -> tuple[int, Polynomial]:
    """sign and rest of `sign * moving + rest`, with a sign of 1 or -1."""
    whole = polynomial(difference)
    factor = whole.coefficient(moving)
    if factor is None or factor not in (lifted(1), lifted(-1)):
        raise NotCountable(f"{show(difference)} does not move by one with the key")
    sign = 1 if factor == lifted(1) else -1
    rest = whole - polynomial(moving) * sign
    if "j" in rest.names or moving in rest.variables:
        raise NotCountable(f"{show(difference)} is not affine in the key")
    if not is_whole(rest):
        raise NotCountable(f"{show(difference)} is not a whole number")
    return sign, rest


def _at_most(difference: Expr, facts: Facts) -> Stretches:
    """The keys with difference <= 0."""
    knots = list(dict.fromkeys(_knots(difference)))
    if not knots:
        sign, rest = _affine(difference, J)
        return (Stretch(upper=(-rest,)) if sign > 0 else Stretch(lower=(rest,)),)
    if len(knots) > 1:
        raise NotCountable(f"{show(difference)} bends in two places")
    sign, rest = _affine(substitute(difference, {knots[0]: HOLE}), HOLE)
    rule = RULES.get((knots[0].op, sign))
    if rule is None:
        raise NotCountable(f"{show(knots[0])} has no bound rule")
    return rule(knots[0].parts, plain(-rest if sign > 0 else rest), facts)


def _knots(expr: Expr) -> Iterator[Expr]:
    """The largest parts that hold j and are no sum, difference or multiple."""
    if "j" not in free_names(expr) or expr == J:
        return
    if expr.op in ("+", "-", "neg", "*"):
        for part in expr.parts:
            yield from _knots(part)
    else:
        yield expr


def _congruence(difference: Expr, facts: Facts) -> Stretch | None:
    """(sign * j + e) % c == 0 as a remainder of j, if the difference says that."""
    knots = list(dict.fromkeys(_knots(difference)))
    if len(knots) != 1 or knots[0].op != "%":
        return None
    _, rest = _affine(substitute(difference, {knots[0]: HOLE}), HOLE)
    inner, by = knots[0].parts
    _check_divisor(by, facts)
    if rest.terms or list(_knots(inner)):
        raise NotCountable(f"{show(difference)} == 0 is no remainder of 0")
    sign, shift = _affine(inner, J)
    return Stretch(every=(polynomial(by), shift * -sign))


def _check_divisor(by: Expr, facts: Facts) -> None:
    if free_names(by) & {"i", "j"} or not facts.prove(polynomial(by) - 1):
        raise NotCountable(f"{show(by)} is not known to be at least 1")


Parts = tuple[Expr, ...]
Rule = Callable[[Parts, Expr, Facts], Stretches]


def _every(parts: Parts, demand: Callable[[Expr], Expr], facts: Facts) -> Stretches:
    first, *others = (_at_most(demand(part), facts) for part in parts)
    for other in others:
        first = _few(common(a, b) for a, b in product(first, other))
    return first


def _either(parts: Parts, demand: Callable[[Expr], Expr], facts: Facts) -> Stretches:
    """Parts without the key would be conditions on the row alone: they raise in `_affine`."""
    return _few(s for part in parts for s in _at_most(demand(part), facts))


def _floor_at_most(parts: Parts, limit: Expr, facts: Facts) -> Stretches:
    inner, by = parts
    _check_divisor(by, facts)
    return _at_most(inner - (by * limit + by - 1), facts)


def _floor_at_least(parts: Parts, limit: Expr, facts: Facts) -> Stretches:
    inner, by = parts
    _check_divisor(by, facts)
    return _at_most(by * limit - inner, facts)


RULES: Mapping[tuple[str, int], Rule] = {  # knot <= limit (1), knot >= limit (-1)
    ("abs", 1): lambda p, k, f: _every((p[0], make("neg", p[0])), lambda x: x - k, f),
    ("abs", -1): lambda p, k, f: _either((p[0], make("neg", p[0])), lambda x: k - x, f),
    ("max", 1): lambda p, k, f: _every(p, lambda x: x - k, f),
    ("max", -1): lambda p, k, f: _either(p, lambda x: k - x, f),
    ("min", 1): lambda p, k, f: _either(p, lambda x: x - k, f),
    ("min", -1): lambda p, k, f: _every(p, lambda x: k - x, f),
    ("//", 1): _floor_at_most,
    ("//", -1): _floor_at_least,
}
