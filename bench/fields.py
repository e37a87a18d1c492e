"""Speeds of exact evaluation in finite fields: a whole NumPy flash attention against a textbook."""

from __future__ import annotations

import time
import tracemalloc

from symattn.deciding.fields.arrays import compare_arrays, free_array
from symattn.deciding.fields.field import Field
from symattn.deciding.fields.primes import pairs
from tests.deciding_fields.attention_code import flash, textbook

SIZES = ((64, 4, "0.5 s"), (128, 64, "-"), (256, 64, "20 s, 1 GB"))


def compared(n: int, d: int, seed: str) -> str:
    """Both functions on residues in two pairs of fields, and whether they are equal."""
    here = Field(pairs(f"bench {seed}"), "point")
    Q, K, V = (free_array(here, name, (n, d)) for name in "qkv")
    return compare_arrays(flash(Q, K, V), textbook(Q, K, V))[0]


def line(n: int, d: int, target: str) -> str:
    """Seconds of a first run (tables of powers included) and of a second; the peak of memory."""
    seconds = []
    for at in range(2):
        start = time.perf_counter()
        found = compared(n, d, f"{n} {d} {at}")
        seconds.append(time.perf_counter() - start)
        assert found == "equal", found
    tracemalloc.start()
    compared(n, d, "memory")
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return f"| {n} | {d} | {seconds[0]:.2f} s | {seconds[1]:.2f} s | {peak:.0f} MB | {target} |"


def drawing() -> float:
    """Milliseconds to draw two pairs."""
    start = time.perf_counter()
    for seed in range(50):
        pairs(f"bench of drawing {seed}")
    return (time.perf_counter() - start) / 50 * 1000


def report() -> str:
    head = [
        "NumPy flash attention (tiles of 16) against the textbook, in two pairs of fields:",
        "",
        "| n | d | first run | again | peak | target |",
        "|---|---|---|---|---|---|",
    ]
    last = f"Two pairs are drawn in {drawing():.1f} ms (target: 3 ms)."
    return "\n".join([*head, *(line(*size) for size in SIZES), "", last])
