"""`make bench`: the table of speeds, with ratios measured side by side in one run.

Each comparison runs its two sides in turn, several times, and prints the median ratio with the
smallest and largest. Nothing here passes or fails: it says what was seen.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from subprocess import DEVNULL, run

from bench import claims, fields


@dataclass(frozen=True)
class Line:
    """One comparison: what was timed, against what, and the target for their ratio."""

    what: str
    ours: float  # seconds, median
    theirs: float
    ratios: tuple[float, ...]
    target: str


def pairs(
    ours: Callable[[], None], theirs: Callable[[], None], times: int
) -> Iterator[tuple[float, float]]:
    """Seconds of the two sides, run in turn, after one warm-up of each."""
    ours()
    theirs()
    for _ in range(times):
        yield seconds(ours), seconds(theirs)


def seconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare(
    what: str, target: str, ours: Callable[[], None], theirs: Callable[[], None], *,
    times: int, faster: bool
) -> Line:  # fmt: skip
    found = list(pairs(ours, theirs, times))
    ratios = tuple(sorted((b / a if faster else a / b) for a, b in found))
    return Line(what, median(a for a, _ in found), median(b for _, b in found), ratios, target)


def process(*arguments: str) -> Callable[[], None]:
    return lambda: run([sys.executable, *arguments], stdout=DEVNULL, check=True) and None


def whole_process() -> Line:
    return compare(
        "`enumerate --n 7`, whole process, against `python -c 'import sympy'`",
        "at most 0.6",
        process("-m", "symattn", "enumerate", "--n", "7"),
        process("-c", "import sympy"),
        times=15,
        faster=False,
    )


def rows_of_4000() -> Line:
    from symattn.library import enumerate_products
    from symattn.listings import listing_of
    from symattn.rendering.enumeration import text

    def ours() -> None:
        for piece in text(listing_of(enumerate_products("causal", n=4000).found)):
            len(piece)

    def plain_loop() -> None:
        for i in range(4000):
            row = [f"q{i} k{j}^T" for j in range(4000) if j <= i]
            len(f"q{i}: " + ", ".join(row) + "\n")

    target = "at least 8 times faster"
    what = "rows of `enumerate --n 4000`, in process, against an f-string loop over all pairs"
    return compare(what, target, ours, plain_loop, times=5, faster=True)


def ours_latex(n: int, d: int) -> int:
    """The LaTeX of all causal weights in coordinates; its length."""
    from symattn.library import derive

    return len(derive("causal", n=n, d=d, check="none").to("latex"))


def sympy_latex(n: int, d: int) -> int:
    """The same with plain SymPy: build the matrices, divide, print every entry."""
    import sympy

    Q = sympy.Matrix(n, d, lambda i, t: sympy.Symbol(f"q_{{{i},{t}}}"))
    K = sympy.Matrix(n, d, lambda j, t: sympy.Symbol(f"k_{{{j},{t}}}"))
    scores = (Q * K.T) / sympy.sqrt(d)
    length = 0
    for i in range(n):
        tops = [sympy.exp(scores[i, j]) for j in range(i + 1)]
        total = sympy.Add(*tops)
        length += sum(len(sympy.latex(top / total)) for top in tops)
    return length


def weights_at_32() -> Line:
    return compare(
        "LaTeX of all causal weights, n = 32, d = 4, in process, against plain SymPy",
        "at least 50 times faster",
        lambda: ours_latex(32, 4) and None,
        lambda: sympy_latex(32, 4) and None,
        times=3,
        faster=True,
    )


def memory_of_rows() -> str:
    """The peak of listing n = 4000 in every streamed format, in units of its longest row."""
    from symattn.library import enumerate_products
    from symattn.listings import listing_of
    from symattn.rendering.enumeration import FORMATS

    said = []
    for format in ("text", "json", "csv"):
        peak, longest = peak_of(
            FORMATS[format], listing_of(enumerate_products("causal", n=4000).found, format=format)
        )
        said.append(f"{format} {peak / 1e6:.2f} MB (longest piece {longest / 1e6:.2f} MB)")
    return "; ".join(said)


def peak_of(writer: Callable[..., Iterator[str]], listing: object) -> tuple[int, int]:
    tracemalloc.start()
    longest = 0
    for piece in writer(listing):
        longest = max(longest, len(piece))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak, longest


def table(lines: list[Line]) -> str:
    rows = [
        "| what | ours | theirs | ratio (least, median, most) | target |",
        "|---|---|---|---|---|",
    ]
    for line in lines:
        least, middle, most = line.ratios[0], median(line.ratios), line.ratios[-1]
        rows.append(
            f"| {line.what} | {line.ours * 1000:.0f} ms | {line.theirs * 1000:.0f} ms "
            f"| {least:.2f}, **{middle:.2f}**, {most:.2f} | {line.target} |"
        )
    return "\n".join(rows)


def main() -> None:
    print(table([whole_process(), rows_of_4000(), weights_at_32()]))
    start = time.perf_counter()
    length = ours_latex(256, 4)
    spent = time.perf_counter() - start
    print(
        f"\nLaTeX of all causal weights at n = 256, d = 4: {spent:.1f} s for {length / 1e6:.0f} MB"
    )
    print(f"Peak memory of listing n = 4000: {memory_of_rows()}")
    print("\nThe proof core:\n\n| what | ours | theirs | ratio | target |\n|---|---|---|---|---|")
    for line in claims.lines():
        print(line)
    print(f"\n{fields.report()}")


main()
