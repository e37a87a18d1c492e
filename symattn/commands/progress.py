"""A line on a terminal's stderr that says how far a long run has come; silent everywhere else."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from time import monotonic

from symattn.core.report import Result, Summary

EVERY = 0.1  # seconds between two changes of the line


def told(results: Iterable[Result]) -> Iterator[Result]:
    """The same results; the line is rewritten while they pass and is gone at the end."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield from results
        return
    summary, last = Summary(), 0.0
    try:
        for result in results:
            summary = summary.with_result(result)
            if (now := monotonic()) - last >= EVERY:
                last = now
                sys.stderr.write(f"\r{line(summary)}\x1b[K")
                sys.stderr.flush()
            yield result
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


def line(summary: Summary) -> str:
    """The line.

    >>> line(Summary(7, 5, 1, 1, 0))
    '7 decided, 1 wrong, 1 open'
    """
    parts = [(summary.contradicted, "wrong"), (summary.open, "open"),
             (summary.unreadable, "unreadable")]  # fmt: skip
    return ", ".join([f"{summary.total} decided", *(f"{n} {word}" for n, word in parts if n)])
