"""Attention written as plain loops that count every multiply-add and exponential they really do."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from random import Random


@dataclass
class Meter:
    """Counts by name; `dot` and `axpy` are the only ways to multiply and add."""

    counted: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, amount: int = 1) -> None:
        self.counted[name] = self.counted.get(name, 0) + amount

    def dot(self, name: str, u, v) -> float:
        total = 0.0
        for a, b in zip(u, v, strict=True):
            total += a * b
            self.add(name)
        return total

    def axpy(self, name: str, total, factor: float, v) -> list[float]:
        """total + factor * v, one multiply-add for each entry."""
        self.add(name, len(v))
        return [t + factor * x for t, x in zip(total, v, strict=True)]

    def times(self, name: str, v, matrix) -> list[float]:
        return [self.dot(name, v, column) for column in zip(*matrix, strict=True)]

    def exp(self, x: float) -> float:
        self.add("exponentials")
        return math.exp(x)


def vectors(random: Random, count: int, width: int) -> list[list[float]]:
    return [[random.uniform(-1, 1) for _ in range(width)] for _ in range(count)]


def row(meter: Meter, q, keys, values, seen) -> list[float]:
    """One query against the keys that it sees."""
    scores = []
    for j in seen:
        meter.add("products")
        scores.append(meter.exp(meter.dot("score", q, keys[j])))
    total = sum(scores)
    output = [0.0] * len(values[0])
    for j, weight in zip(seen, scores, strict=True):
        output = meter.axpy("mix", output, weight / total, values[j])
    return output


def one_pass(meter: Meter, queries, keys, values, sees) -> list[list[float]]:
    """All rows; `sees(i, j)` is the mask."""
    found = []
    for i, q in enumerate(queries):
        seen = [j for j in range(len(keys)) if sees(i, j)]
        found.append(row(meter, q, keys, values, seen))
    return found


def generated(meter: Meter, queries, keys, values, sees, *, cached: bool) -> list[list[float]]:
    """Rows as they come up token by token, with or without keeping keys and values."""
    found = []
    for t in range(len(queries)):
        if cached:
            seen = [j for j in range(t + 1) if sees(t, j)]
            found.append(row(meter, queries[t], keys, values, seen))
        else:
            stop = t + 1
            found.append(one_pass(meter, queries[:stop], keys[:stop], values[:stop], sees)[-1])
    return found


def folded(
    meter: Meter, queries, keys, values, *, divided: bool, decay: float
) -> list[list[float]]:
    """Linear attention as a recurrence: a matrix S of k v^T and, for the divisor, a sum z of k."""
    width, size = len(keys[0]), len(values[0])
    state, sums, found = [[0.0] * size for _ in range(width)], [0.0] * width, []
    for q, k, v in zip(queries, keys, values, strict=True):
        state = [[decay * x for x in line] for line in state] if decay != 1 else state
        state = [meter.axpy("fold", line, k[a], v) for a, line in enumerate(state)]
        sums = [z + x for z, x in zip(sums, k, strict=True)]
        output = meter.times("fold", q, state)
        if divided:
            divisor = meter.dot("fold", q, sums)
            output = [x / divisor for x in output]
        found.append(output)
    return found


def recurrent_layer(meter: Meter, inputs, W, U) -> list[float]:
    """h_t = tanh(W h + U x), step after step."""
    h = [0.0] * len(W)
    for x in inputs:
        meter.add("steps")
        h = [
            math.tanh(meter.dot("layer", w, h) + meter.dot("layer", u, x))
            for w, u in zip(W, U, strict=True)
        ]
    return h
