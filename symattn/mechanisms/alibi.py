"""ALiBi: a linear penalty on the distance.

Press, Smith and Lewis 2022, section 3 (there causal; for j > i the term is a reward as written).

    weights: softmax over j of q_i . k_j / sqrt(d) - m[h] * (i - j)
"""

from __future__ import annotations

from fractions import Fraction

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, Table, attend, content, entry


def slopes(H: int) -> list[Fraction | float]:
    """The slopes of H heads in the authors' released code: 2**(-8/H), 2**(-16/H), ..., 2**-8.

    If H is no power of two: those of the closest power below, then every other one of its double.
    Powers of two with an integer exponent are exact.

    >>> [str(m) for m in slopes(4)], [str(m) for m in slopes(3)]
    (['1/4', '1/16', '1/64', '1/256'], ['1/16', '1/256', '1/4'])
    """
    if H < 1:
        raise ValueError(f"expected at least one head, got {H}")
    closest = 1 << (H.bit_length() - 1)
    exponents = [Fraction(8 * (h + 1), closest) for h in range(closest)]
    between = [Fraction(8 * (h + 1), 2 * closest) for h in range(0, 2 * closest, 2)]
    return [
        Fraction(1, 2 ** int(e)) if e.denominator == 1 else 2.0 ** -float(e)
        for e in (exponents + between)[:H]
    ]


def oracle(*, q: Array, k: Array, v: Array, m: Table, offset: int = 0, **_: object) -> Oracle:
    """Each head lowers its scores in proportion to the distance back."""
    return attend(
        q,
        k,
        v,
        score=lambda pair: content(pair) - float(entry(m, pair.h)) * (pair.i - pair.j),
        offset=offset,
    )


MECHANISM = Mechanism(
    statements=(Statement(arguments={"m": "m[h]"}, term="-m * (i - j)"),),
    oracle=oracle,
)
