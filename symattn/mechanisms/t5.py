"""T5 relative position buckets: exact for near keys, logarithmic for far ones.

Raffel et al. 2020 (T5), section 2.1, and the rule of its released code. (T5 itself leaves out
1/sqrt(d); here the content score is scaled as everywhere.)

    weights: softmax over j of q_i . k_j / sqrt(d) + b[bucket(j - i), h]
    bucket:  n = max(i - j, 0); with B buckets, half of them exact, e = B // 2:
             n if n < e, else min(B - 1, e + floor((B - e) * log(n / e) / log(distance / e)))
    two-sided: n = |i - j| and half of the buckets for each side, the upper half for j > i
"""

from __future__ import annotations

from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.loops import Array, Oracle, Pair, Table, attend, content, entry


def bucket(relative: int, *, buckets: int, distance: int, two_sided: bool) -> int:
    """The bucket of the relative position j - i.

    floor(m log(n/e) / log(D/e)) is the largest t with (D/e)**t <= (n/e)**m, which whole numbers
    decide. Floats get it wrong just where the two powers are equal: with B = 10 and D = 160 the
    log of a double puts n = 10, 20 and 80 one bucket too low.

    >>> [bucket(-n, buckets=10, distance=160, two_sided=False) for n in (4, 9, 10, 20, 80, 1000)]
    [4, 5, 6, 7, 9, 9]
    """
    base = 0
    if two_sided:
        buckets //= 2
        base = buckets if relative > 0 else 0
    n = abs(relative) if two_sided else max(-relative, 0)
    exact = buckets // 2
    if not 1 <= exact < distance:
        raise ValueError(f"a distance of {distance} leaves nothing after {exact} exact buckets")
    if n < exact:
        return base + n
    far, t = buckets - exact, 0
    while t + 1 < far and distance ** (t + 1) * exact**far <= n**far * exact ** (t + 1):
        t += 1
    return base + exact + t


def oracle(
    *,
    q: Array,
    k: Array,
    v: Array,
    b: Table,
    buckets: int = 32,
    distance: int = 128,
    direction: str = "past",
    offset: int = 0,
    **_: object,
) -> Oracle:
    """Each score has the bias of its bucket and head added."""

    def score(pair: Pair) -> float:
        relative = pair.j - pair.i
        place = bucket(relative, buckets=buckets, distance=distance, two_sided=direction == "both")
        return content(pair) + float(entry(b, place, pair.h))

    return attend(q, k, v, score=score, offset=offset)


MECHANISM = Mechanism(
    statements=(
        Statement(
            arguments={"buckets": "32", "distance": "128"},
            choice={"direction": "past"},
            term="b[where(max(i - j, 0) < buckets // 2, max(i - j, 0), min(buckets - 1,"
            " buckets // 2 + floor_log(max(i - j, 0) / (buckets // 2), distance / (buckets // 2),"
            " buckets - buckets // 2))), h]",
            where="buckets >= 2, distance > buckets // 2",
        ),
        Statement(
            arguments={"buckets": "32", "distance": "128"},
            choice={"direction": "both"},
            term="b[where(j > i, buckets // 2, 0) + where(abs(i - j) < buckets // 4, abs(i - j),"
            " min(buckets // 2 - 1, buckets // 4 + floor_log(abs(i - j) / (buckets // 4),"
            " distance / (buckets // 4), buckets // 2 - buckets // 4))), h]",
            where="buckets >= 4, distance > buckets // 4",
        ),
    ),
    oracle=oracle,
    examples=({}, {"direction": "both"}, {"buckets": "8", "distance": "16"}),
)
