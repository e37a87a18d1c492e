"""Speeds of the proof core: the claims that hold or fail for all n, and merging two halves."""

from __future__ import annotations

import time
from collections.abc import Iterator
from statistics import median

PROVED, REFUTED, RELABELLED = "Proved", "Refuted", "Relabelled"
CLAIMS = (
    ("support(window(visible=w)) <= support(causal)", PROVED),
    ("support(window(visible=w)) == support(causal) where w >= n", PROVED),
    ("support(window(visible=w)) == support(causal)", REFUTED),
    ("support(window(visible=4096)) == support(causal)", REFUTED),
    ("support(window(lookback=w)) == support(window(visible=w + 1))", PROVED),
    ("no_future(packed+causal)", PROVED),
    ("no_future(chunked(c)+causal)", PROVED),
    ("no_future(dilated(r)+causal)", PROVED),
    ("no_future(prefix(p))", REFUTED),
    ("nonempty(causal)", PROVED),
    ("nonempty(causal+padding)", REFUTED),
    ("count(causal) == n*(n+1)/2", PROVED),
    ("row_count(window(visible=w), i) == min(i+1, w)", PROVED),
    ("count(causal) == n**2/2", REFUTED),
    ("reach(window(visible=w), layers=L) == L*(w-1) where n > L*(w-1)", PROVED),
    ("row_sums(causal) == 1", PROVED),
    ("weight(causal, i, j) > 0 where j <= i", PROVED),
    ("score(causal,i,j) > score(causal,i,l) implies weight(causal,i,j) > weight(causal,i,l)"
     " where j <= i and l <= i", PROVED),
    ("weights(causal+alibi(m)) == weights(causal+bias(m*j))", PROVED),
    ("weights(full+bias(b[j])) == weights(full)", REFUTED),
    ("output(gqa(groups=H)) == output(multihead)", PROVED),
    ("output(mla_absorbed) == output(mla_expanded)", PROVED),
    ("dot(rope(q, i), rope(k, j)) == dot(rope(q, i+t), rope(k, j+t))", PROVED),
    ("score(rope(pairing=half)) == score(rope(pairing=interleaved))", RELABELLED),
    ("output(causal) == online(causal, tile=b)", PROVED),
    ("decode(causal, step=t) == row(output(causal), t)", PROVED),
    ("decode(window(visible=w), step=t) == row(output(window(visible=w)), t)", PROVED),
    ("output(linear+causal) == recurrent(linear)", PROVED),
    ("output(retention(g)) == recurrent(retention(g))", PROVED),
    ("independent(output(causal), i, x[j]) where j > i", PROVED),
    ("independent(output(full), i, x[j]) where j > i", REFUTED),
    ("dot(x[i],x[j]) == 0 implies weight(simple, i, j) == 0 where j <= i", REFUTED),
    ("output(swap(causal, a, b)) == output(causal) where 0 <= a and a < i and 0 <= b and b < i",
     PROVED),
    ("softmax(j, where(j <= i, s[i,j], -10**9)) == softmax(j, where(j <= i, s[i,j], -oo))",
     REFUTED),
    ("softmax(j, s[i,j] + a[i]) == softmax(j, s[i,j])", PROVED),
    ("softmax(j, s[i,j] + b[j]) == softmax(j, s[i,j])", REFUTED),
    ("norm(rope(q, i)) == rope(norm(q), i)", PROVED),
    ("dot(q*d**(-1/4), k*d**(-1/4)) == dot(q,k)*d**(-1/2)", PROVED),
)  # fmt: skip
HALVES = (  # of the output: each half has a maximum of its own, then both are rescaled to m
    "(exp(a - m) * sum(l, 0, 31, exp(s[l] - a) * y[l])"
    " + exp(b - m) * sum(l, 32, 63, exp(s[l] - b) * y[l]))"
    " / (exp(a - m) * sum(l, 0, 31, exp(s[l] - a)) + exp(b - m) * sum(l, 32, 63, exp(s[l] - b)))"
    " == sum(l, 0, 63, exp(s[l]) * y[l]) / sum(l, 0, 63, exp(s[l]))"
)
CUT_OFF = 60  # seconds of SymPy


def decided(text: str) -> tuple[float, str]:
    """Seconds, and the verdict."""
    from symattn.deciding.decide import decide
    from symattn.reading.claim_text import read_claim

    start = time.perf_counter()
    verdict = decide(read_claim(text)).verdict
    return time.perf_counter() - start, type(verdict).__name__


def claims_for_all_n() -> str:
    """Median and slowest of the claims, each decided once after one that loads everything."""
    decided("exp(a) == exp(a)")
    decided("support(causal) <= support(full)")
    found = []
    for text, expected in CLAIMS:
        seconds, verdict = decided(text)
        assert verdict == expected, (text, verdict)
        found.append((seconds, text))
    slowest, text = max(found)
    middle = median(seconds for seconds, _ in found)
    return (
        f"| {len(found)} claims for all n, each once: median, slowest (`{text[:40]}...`) | "
        f"{1000 * middle:.0f} ms, {1000 * slowest:.0f} ms | | | 50 ms, 250 ms |"
    )


def two_halves() -> str:
    """Merging two halves of an online softmax at n = 64, against `sympy.simplify`, cut off."""
    seconds, verdict = min(decided(HALVES) for _ in range(3))
    assert verdict == PROVED, verdict
    theirs, done = simplified()
    ratio = theirs / seconds
    more = "" if done else "at least "
    return (
        f"| merging two halves of an online softmax, n = 64, against `sympy.simplify`"
        f"{'' if done else f' (cut off at {CUT_OFF} s)'} | {1000 * seconds:.0f} ms | "
        f"{theirs:.0f} s | {more}**{ratio:.0f}** | at least 1000 times faster |"
    )


def simplified() -> tuple[float, bool]:
    """Seconds of SymPy in a process of its own, and whether it came to an end."""
    from subprocess import TimeoutExpired, run
    from sys import executable

    program = (
        "from sympy import exp, simplify, symbols\n"
        "s = symbols('s:64', real=True); y = symbols('y:64', real=True)\n"
        "a, b, m = symbols('a b m', real=True)\n"
        "first, second = zip(s[:32], y[:32]), zip(s[32:], y[32:])\n"
        "top = exp(a - m) * sum(exp(x - a) * z for x, z in first)"
        " + exp(b - m) * sum(exp(x - b) * z for x, z in second)\n"
        "bottom = exp(a - m) * sum(exp(x - a) for x in s[:32])"
        " + exp(b - m) * sum(exp(x - b) for x in s[32:])\n"
        "right = sum(exp(x) * z for x, z in zip(s, y)) / sum(exp(x) for x in s)\n"
        "assert simplify(top / bottom - right) == 0\n"
    )
    start = time.perf_counter()
    try:
        run([executable, "-c", program], check=True, timeout=CUT_OFF)
    except TimeoutExpired:
        return time.perf_counter() - start, False
    return time.perf_counter() - start, True


def lines() -> Iterator[str]:
    yield claims_for_all_n()
    yield two_halves()
