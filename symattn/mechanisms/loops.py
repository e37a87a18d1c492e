"""Naive loops that the oracles of this room share: they are slow, and read like the papers.

An oracle is the second witness for a mechanism's Form, so nothing here may know Form, and nothing
may be clever: one query and one key at a time, sums by `math.fsum`, no broadcasting.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:  # `symattn list` imports every mechanism and must not pay for NumPy
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

Array: TypeAlias = "NDArray[np.float64]"
Vector: TypeAlias = "Sequence[float] | NDArray[np.float64]"
Table: TypeAlias = "Mapping[Any, Any] | NDArray[Any]"
Row: TypeAlias = list[float]


@dataclass(frozen=True, eq=False)
class Oracle:
    """What a mechanism must give: weights (H, n_q, n_k), 0 where masked; output (H, n_q, d_v)."""

    weights: Array
    output: Array


@dataclass(frozen=True, eq=False)
class Pair:
    """A key that a query may see: head h, positions i and j, the vectors q_i, k_j and v_j."""

    h: int
    i: int
    j: int
    q: Vector
    k: Vector
    v: Vector


def dot(u: Vector, w: Vector) -> float:
    """The inner product of two vectors of one width.

    >>> dot([1, 2], [3, 4])
    11.0
    """
    return math.fsum(float(a) * float(b) for a, b in zip(u, w, strict=True))


def plus(u: Vector, w: Vector) -> Row:
    """The sum of two vectors of one width.

    >>> plus([1, 2], [3, 4])
    [4.0, 6.0]
    """
    return [float(a) + float(b) for a, b in zip(u, w, strict=True)]


def times(u: Vector, W: Sequence[Vector] | Array) -> Row:
    """The row vector u W.

    >>> times([1, 2], [[1, 0, 3], [0, 1, 4]])
    [1.0, 2.0, 11.0]
    """
    return [dot(u, column) for column in zip(*W, strict=True)]


def entry(table: Table, *index: int) -> Any:
    """The entry of a table at an index; a negative index never wraps around to the other end.

    >>> entry({-1: "before", 0: "here"}, -1)
    'before'
    """
    if not isinstance(table, Mapping) and min(index) < 0:
        raise IndexError(f"an array has no entry {index}; pass a dict for negative indices")
    return table[index if len(index) > 1 else index[0]]


def everywhere(_i: int, _j: int) -> bool:
    return True


def past(i: int, j: int) -> bool:
    """A query sees itself and what came before."""
    return j <= i


def content(pair: Pair) -> float:
    """The scaled product q_i . k_j / sqrt(d) (Vaswani et al. 2017, eq. 1)."""
    return dot(pair.q, pair.k) / math.sqrt(len(pair.q))


def softmax_row(scores: Row) -> Row:
    """Positive weights in proportion to exp(s_j) with sum 1; none for an empty row.

    >>> softmax_row([7.0, 7.0]), softmax_row([])
    ([0.5, 0.5], [])
    """
    top = max(scores, default=0.0)
    powers = [math.exp(s - top) for s in scores]
    return [p / math.fsum(powers) for p in powers]


def sink_row(scores: Row, sink: float) -> Row:
    """Softmax in which one more logit takes its share of the weight, and brings no value.

    >>> sink_row([3.0, 3.0], sink=3.0) == [1 / 3, 1 / 3]
    True
    """
    return softmax_row([*scores, float(sink)])[:-1]


def softmax1_row(scores: Row) -> Row:
    """exp(s_j) / (1 + sum of exp(s)).

    >>> softmax1_row([0.0]), softmax1_row([-1000.0]), softmax1_row([1000.0])
    ([0.5], [0.0], [1.0])
    """
    top = max([0.0, *scores])
    powers = [math.exp(s - top) for s in scores]
    return [p / math.fsum([math.exp(-top), *powers]) for p in powers]


def sigmoid_row(scores: Row) -> Row:
    """1 / (1 + exp(-s_j)), each weight by itself.

    >>> sigmoid_row([0.0, -1000.0, 1000.0])
    [0.5, 0.0, 1.0]
    """
    return [1 / (1 + math.exp(-s)) if s >= 0 else math.exp(s) / (1 + math.exp(s)) for s in scores]


def linear_row(scores: Row) -> Row:
    """Weights in proportion to the scores themselves, with sum 1.

    >>> linear_row([1.0, 3.0])
    [0.25, 0.75]
    """
    return [s / math.fsum(scores) for s in scores]


def undivided_row(scores: Row) -> Row:
    """The scores are the weights."""
    return scores


def attend(
    q: ArrayLike,
    k: ArrayLike,
    v: ArrayLike,
    *,
    allowed: Callable[[int, int], bool] = everywhere,
    score: Callable[[Pair], float] = content,
    normalise: Callable[[Row], Row] = softmax_row,
    key_head: Callable[[int], int] = lambda h: h,
    value: Callable[[Pair], Vector] = lambda pair: pair.v,
    offset: int = 0,
) -> Oracle:
    """Every query mixes the values of the keys that it may see; an empty row mixes to zero.

    >>> one = [[[0.0], [0.0]]]
    >>> attend(one, one, [[[2.0], [4.0]]], allowed=past).output.tolist()
    [[[2.0], [3.0]]]
    """
    import numpy as np

    queries, keys, values = (np.asarray(a, dtype=np.float64) for a in (q, k, v))
    heads, n_q, n_k = len(queries), queries.shape[1], keys.shape[1]
    check_shapes(queries, keys, values, [key_head(h) for h in range(heads)])
    weights = np.zeros((heads, n_q, n_k))
    output = np.zeros((heads, n_q, values.shape[2]))
    for h in range(heads):
        g = key_head(h)
        for t in range(n_q):
            i = t + offset
            seen = [
                Pair(h, i, j, queries[h, t], keys[g, j], values[g, j])
                for j in range(n_k)
                if allowed(i, j)
            ]
            row = normalise([score(pair) for pair in seen])
            for pair, weight in zip(seen, row, strict=True):
                weights[h, t, pair.j] = weight
            mixed = [value(pair) for pair in seen]
            for c in range(values.shape[2]):
                products = (w * float(u[c]) for w, u in zip(row, mixed, strict=True))
                output[h, t, c] = math.fsum(products)
    return Oracle(weights, output)


def check_shapes(q: Array, k: Array, v: Array, read: list[int]) -> None:
    """Refuse arrays that do not belong together: a loop would read a part of them and say nothing.

    >>> import numpy as np
    >>> check_shapes(np.ones((2, 3, 4)), np.ones((1, 5, 4)), np.ones((1, 5, 6)), [0, 0])
    """
    if not (q.ndim == k.ndim == v.ndim == 3):
        raise ValueError(f"expected (heads, n, width), got {q.shape}, {k.shape}, {v.shape}")
    if k.shape[:2] != v.shape[:2]:
        raise ValueError(f"keys {k.shape} and values {v.shape} differ in heads or length")
    if set(read) != set(range(len(k))):
        raise ValueError(f"{len(k)} key heads, but the query heads read {sorted(set(read))}")


def changed(vectors: Array, change: Callable[[Vector, int], Vector], offset: int = 0) -> list[Any]:
    """Each vector of each head, changed by its own value and position.

    >>> changed([[[1.0], [1.0]]], lambda u, position: [u[0] * position], offset=5)
    [[[5.0], [6.0]]]
    """
    return [[change(u, t + offset) for t, u in enumerate(head)] for head in vectors]


def rotate(
    u: Vector, position: float, *, base: float, pairing: str, width: int | None = None
) -> Row:
    """u with pair t of its first `width` channels turned by position * base**(-2 t / width).

    Su et al. 2021 (RoFormer), section 3.2.2, pairs neighbours ("interleaved"); GPT-NeoX and Llama
    in public code pair channel t with t + width/2 ("half"). The other channels stay as they are.

    >>> rotate([1.0, 2.0, 3.0], 0, base=10000, pairing="half", width=2)
    [1.0, 2.0, 3.0]
    """
    width = len(u) if width is None else width
    if width % 2 or not 0 <= width <= len(u):
        raise ValueError(f"cannot rotate {width} of {len(u)} channels in pairs")
    if pairing not in ("half", "interleaved"):
        raise ValueError(f"pairing is 'half' or 'interleaved', got {pairing!r}")
    turned = [float(a) for a in u]
    for t in range(width // 2):
        a, b = (t, t + width // 2) if pairing == "half" else (2 * t, 2 * t + 1)
        angle = float(position) * float(base) ** (-2 * t / width)
        turned[a] = float(u[a]) * math.cos(angle) - float(u[b]) * math.sin(angle)
        turned[b] = float(u[a]) * math.sin(angle) + float(u[b]) * math.cos(angle)
    return turned


def side_by_side(heads: Sequence[Oracle]) -> Oracle:
    """The heads of several oracles as the heads of one."""
    import numpy as np

    return Oracle(
        np.concatenate([one.weights for one in heads]),
        np.concatenate([one.output for one in heads]),
    )
