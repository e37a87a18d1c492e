"""Light commands import no heavy library, and listings hold no more than a row in memory."""

from __future__ import annotations

import subprocess
import tracemalloc
from collections.abc import Iterator

import pytest

from symattn.derivation.enumeration import enumeration
from symattn.library import mechanism
from symattn.listings import listing_of
from symattn.rendering.enumeration import FORMATS
from tests.cli.running import PYTHON, environment

HEAVY = ("sympy", "numpy", "flint", "z3", "PIL", "mpmath", "rich", "click", "marimo", "IPython")
LIGHT = (
    "--version",
    "enumerate -h",
    "enumerate --n 7",
    "enumerate --n 4 --json",
    "enumerate --n 9 --count",
    "enumerate --n 9 --row 5 -m window(visible=3)",
    "enumerate --n 4 --format latex --notation vaswani",
    "list",
    "list --json",
    "example",
    "example notebook",
    "show causal",
    "show causal --n 4 --format svg",
    "show causal --n 4 --what products --format svg",
)
SAY_MODULES = """
import sys
from symattn.cli import main
try:
    main()
finally:
    print("loaded:", *sys.modules, file=sys.stderr)
"""


def loaded(*arguments: str) -> set[str]:
    """The top-level packages that a process has imported when its command is done."""
    result = subprocess.run(
        [PYTHON, "-c", SAY_MODULES, *arguments],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stderr.startswith("loaded: sys "), result.stderr
    return {name.split(".")[0] for name in result.stderr.split()[1:]}


@pytest.mark.parametrize("line", LIGHT)
def test_light_commands_import_no_heavy_library(line):
    found = loaded(*line.split())
    assert "symattn" in found
    assert not found & set(HEAVY)


def test_a_heavy_library_would_be_seen():
    assert {"sympy", "numpy"} <= loaded("derive", "causal", "--n", "2")


def growth(pieces: Iterator[str], skip: int, rows: int) -> tuple[int, int]:
    """The largest memory while one row is made, and while `rows` more are made and dropped."""
    for _ in range(skip):
        next(pieces)
    tracemalloc.start()
    try:
        next(pieces)
        one = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        for _ in range(rows):
            next(pieces)
        return one, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def held(one: int, many: int) -> None:
    """Raise unless many rows needed hardly more memory than one."""
    assert many < 1.3 * one + 20_000, (one, many)


def listing(format: str, n: int) -> Iterator[str]:
    found = enumeration(mechanism("causal").form, n)
    return FORMATS[format](listing_of(found, format=format))


@pytest.mark.parametrize("format", FORMATS)
def test_memory_grows_by_no_more_than_a_row(format):
    held(*growth(listing(format, 4000 if format in ("text", "json") else 1000), 950, 40))


def test_the_last_rows_of_a_long_json_listing():
    held(*growth(listing("json", 4000), 3960, 30))


def test_a_hoarder_would_be_seen():
    def hoarding(pieces: Iterator[str]) -> Iterator[str]:
        kept = []
        for piece in pieces:
            kept.append(piece)
            yield piece

    with pytest.raises(AssertionError):
        held(*growth(hoarding(listing("json", 1000)), 950, 40))
