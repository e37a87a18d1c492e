"""`symattn verify`: files of claims, or one formula; which of the two is said here, and no more."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import Annotated

import typer

HELP = """Example: symattn verify claims.yaml

\b
  symattn verify claims.yaml --format junit -o report.xml
  symattn verify claims.yaml --json --jobs 2
  symattn verify claims.yaml --undecided warn --no-cache
  symattn verify "\\frac{1}{1+e^{-x}} = \\frac{e^x}{1+e^x}"
  symattn verify "e_{ij} = q_i k_j^T" --reference "e_{ij} = q_i \\cdot k_j"
"""
SUFFIXES = (".yaml", ".yml", ".json", ".md", ".tex", ".xml", ".gift")


def run(
    what: Annotated[
        list[str], typer.Argument(help="Files, folders or globs of claims; or one formula, or -.")
    ],
    format: Annotated[
        str, typer.Option("--format", help="text, json, markdown, html, junit, sarif or github.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    undecided: Annotated[
        str, typer.Option("--undecided", help="What an undecided claim is: fail, warn or ok.")
    ] = "fail",
    jobs: Annotated[int, typer.Option("--jobs", help="How many processes decide.")] = 1,
    timeout: Annotated[
        int | None, typer.Option("--timeout", help="Give up a claim after so many seconds.")
    ] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Decide everything anew.")] = False,
    reference: Annotated[
        str | None, typer.Option("--reference", help="The right formula, in LaTeX.")
    ] = None,
    declare: Annotated[
        list[str] | None, typer.Option("--declare", help="What a letter means: 'Q: matrix n d'.")
    ] = None,
    where: Annotated[
        list[str] | None, typer.Option("--where", help="A condition or definition, in LaTeX.")
    ] = None,
    base: Annotated[
        int | None, typer.Option("--base", help="Indices of a formula count from 0 or from 1.")
    ] = None,
    output: Annotated[str | None, typer.Option("-o", "--output", help="Write to a file.")] = None,
) -> None:
    if len(what) == 1 and (what[0] == "-" or not names_files(what[0])) and _is_formula(what[0]):
        from symattn.commands.verify_formula import Asked, run_formula

        said = tuple(declare or ()), tuple(where or ())
        run_formula(Asked(what[0], reference, *said, base, as_json, output))
        return
    from symattn.commands.verify_files import Wish, run_files

    run_files(what, Wish(format, as_json, undecided, jobs, timeout, not no_cache, output))


def _is_formula(word: str) -> bool:
    """Whether an argument that names no file is meant as a formula."""
    return word == "-" or any(sign in word for sign in "\\=^_<>{ ")


def names_files(word: str) -> bool:
    """Whether an argument names files: it exists, matches some, or ends like one.

    >>> names_files("claims.yaml"), names_files("a = b")
    (True, False)
    """
    if word.lower().endswith(SUFFIXES):
        return True
    try:
        return Path(word).exists() or any(glob.iglob(word, recursive=True))
    except (OSError, ValueError):  # a formula may be too long for a name
        return False
