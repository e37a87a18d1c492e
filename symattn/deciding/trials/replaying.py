"""`replayed_term`: a counterexample to a claim about numbers, after it was seen to break it.

Both sides are evaluated again by `replay_value`, in balls that must be disjoint; the precision
grows until they are, within a bound.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import zip_longest
from typing import Any

from symattn.core.claim import at_most, below
from symattn.core.expression import ZERO, Expr, number, symbol
from symattn.core.term_claim import TermClaim
from symattn.core.text import show
from symattn.core.verdict import Counterexample
from symattn.deciding.answer import Entry, Number, Point
from symattn.deciding.replay import DoesNotReplay
from symattn.deciding.trials.leak import gap

PRECISIONS = (64, 192, 640, 2048, 8192)
DIGITS = (6, 9, 12, 16, 20, 30, 45, 70, 110, 200, 400, 800, 1600)


def replayed_term(claim: TermClaim, point: Point, note: str = "") -> Counterexample:
    """The counterexample at a point; `DoesNotReplay` if the claim does not surely fail there."""
    from flint import ctx

    failure = DoesNotReplay("the precision did not suffice")
    for bits in PRECISIONS:
        try:
            with ctx.workprec(bits):
                left, right, reads = broken(claim, point)
                shown = decimals(claim, left, right)
                break
        except DoesNotReplay as reason:
            failure = reason
    else:
        raise failure
    from symattn.deciding.trials.replay_line import line

    return Counterexample(
        values=tuple(point.values.items()),
        entries=tuple((name, index, n) for (name, index), n in point.entries.items()),
        left=shown[0],
        right=shown[1],
        replay=line(claim, Point(point.values, reads), left, right),
        note="; ".join(filter(None, (note, _functions(claim), gap(claim)))),
    )


def _functions(claim: TermClaim) -> str:
    named = [p.name for p in claim.parameters if p.kind == "function"]
    return "; ".join(f"{name}(x) = x + x**2" for name in named)


def broken(claim: TermClaim, point: Point) -> tuple[Any, Any, dict[Entry, Number]]:
    """What both sides are, where all that is supposed surely holds and the claim does not."""
    from symattn.deciding.trials.replay_numbers import related
    from symattn.deciding.trials.replay_value import There

    reads: dict[Entry, Number] = {}
    there = There(claim, point, reads=reads)
    place = {name: point.values[name] for name, _ in claim.positions}
    if claim.has_heads:
        place["h"] = point.values["h"]
    for condition in (*supposed(claim, point, there), *claim.where, *claim.premises):
        if not there.value(condition, place):
            raise DoesNotReplay(f"{show(condition)} does not hold there")
    reads.clear()
    left, right = (there.value(side, place) for side in (claim.left, claim.right))
    if related(claim.relation, left, right):
        raise DoesNotReplay(f"the claim holds there: {left} and {right}")
    for (name, index), n in reads.items():
        if not in_domain(claim, name, n):
            raise DoesNotReplay(f"{name}{list(index)} = {n} is outside of its domain")
    return left, right, dict(sorted(reads.items()))


def in_domain(claim: TermClaim, name: str, n: Number) -> bool:
    """Whether a declaration allows an entry."""
    from symattn.deciding.trials.replay_numbers import related

    for p in claim.parameters:
        if p.name == name and p.kind == "boolean":
            return n in (0, 1)
        if p.name == name and p.kind == "integer" and n.denominator != 1:
            return False
        if p.name == name and p.bound is not None and p.bound.op == "number":
            return related(p.relation, n, p.bound.args[0])
    return True


def supposed(claim: TermClaim, point: Point, there: Any) -> list[Expr]:
    """Domains, ranges of positions and the conditions of the Forms, as far as they are read."""
    found = [symbol(n) >= number(1) for n in ("n", "n_q", "n_k", "d", "d_v", "H")
             if n in point.values]  # fmt: skip
    for p in claim.parameters:
        if p.name in point.values and p.bound is not None:
            found.append(Expr(p.relation, (symbol(p.name), p.bound)))
        if p.kind == "integer" and not isinstance(point.values.get(p.name, 0), int):
            raise DoesNotReplay(f"{p.name} is no whole number")
    for name, role in claim.positions:
        first, size = (there.rows.start, len(there.rows)) if role == "query" else (
            0, len(there.keys))  # fmt: skip
        found += [at_most(number(first), symbol(name)), below(symbol(name), number(first + size))]
    for form in claim.forms:
        found += form.conditions
    if claim.has_heads:
        found += [at_most(ZERO, symbol("h")), below(symbol("h"), symbol("H"))]
    return found


def decimals(claim: TermClaim, left: Any, right: Any) -> tuple[str, str]:
    """Both sides with as many digits as it takes to see that they differ.

    Sides that are equal, where a claim says that they are not, are shown as they are.
    """
    if claim.relation in ("<", ">", "!=") and same(left, right):
        return text(left, DIGITS[0]), text(right, DIGITS[0])
    for digits in DIGITS:
        shown = text(left, digits), text(right, digits)
        if "?" not in "".join(shown) and _visible(left, right, digits):
            return shown
    raise DoesNotReplay("a difference beyond all digits that are printed")


def same(left: Any, right: Any) -> bool:
    """Whether two sides are exactly the same number, or vector."""
    from symattn.deciding.trials.replay_numbers import order

    pairs = zip(left, right, strict=True) if isinstance(left, list) else [(left, right)]
    return all(order(a, b) == 0 for a, b in pairs)


def _visible(left: Any, right: Any, digits: int) -> bool:
    pairs = [(left, right)]
    if isinstance(left, list):
        pairs = list(zip_longest(left, right))
    return any(_plain(a, digits) != _plain(b, digits) for a, b in pairs)


def text(value: Any, digits: int) -> str:
    """A value as text; "?" for a ball that does not know so many digits."""
    if isinstance(value, list):
        return f"[{', '.join(text(x, digits) for x in value)}]"
    if isinstance(value, (int, Fraction)):
        return str(value)
    return _plain(value, digits)


def _plain(value: Any, digits: int) -> str:
    """A single value in decimals, rounded."""
    from symattn.deciding.trials.replay_numbers import ball

    if isinstance(value, float):  # oo or NaN
        return str(value)
    value = ball(value)
    if value.is_zero():
        return "0"
    if value.contains(0) and value.abs_upper() < ball(Fraction(1, 10**digits)):
        return f"{0:.{digits}f}"  # as with log(exp(1) / exp(1)): known to this many decimals only
    if value.rel_accuracy_bits() < 4 * digits and not value.is_exact():
        return "?"
    return str(value.str(digits, radius=False))
