"""`symattn example`: the shipped samples, one of them to stdout or into a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from symattn.commands.shell import write
from symattn.core.errors import Usage, did_you_mean

HELP = """Example: symattn example numbers

\b
  symattn example                                what there is
  symattn example notebook -o attention.ipynb    a file of your own to start from
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """A shipped file, and the line to paste once it lies in the current folder."""

    name: str
    file: str
    title: str
    use: str

    def text(self) -> str:
        from importlib.resources import files

        return files("symattn").joinpath("samples", self.file).read_text("utf-8")


SAMPLES = (
    Sample(
        "numbers",
        "numbers.json",
        "exact numbers for Q, K and V (n = 3, d = 2)",
        "symattn derive causal --with numbers.json --row 2",
    ),
    Sample(
        "sequence",
        "sequence.json",
        "exact numbers for x, the only input of the simplest self-attention",
        "symattn derive simple --what output --with sequence.json",
    ),
    Sample(
        "form",
        "window_alibi.form",
        "a mechanism of your own, as lines of text with comments",
        "symattn derive window_alibi.form --steps",
    ),
    Sample(
        "notation",
        "notation.toml",
        "how formulas are to be written, every field with its choices",
        "symattn derive causal --notation notation.toml --format latex",
    ),
    Sample(
        "claims",
        "claims.yaml",
        "claims of a textbook with their answers, right and wrong",
        "symattn verify claims.yaml",
    ),
    Sample("library", "library.py", "a script that uses the library", "python library.py"),
    Sample(
        "notebook",
        "notebook.ipynb",
        "a Jupyter notebook that goes through every verb",
        "jupyter lab notebook.ipynb",
    ),
    Sample(
        "marimo", "page.py", "a marimo page that goes through every verb", "marimo edit page.py"
    ),
)


def run(
    name: Annotated[str | None, typer.Argument(help="Which sample; none lists them.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    output: Annotated[str | None, typer.Option("-o", "--output", help="Write to a file.")] = None,
) -> None:
    chosen = None if name is None else sample(name)
    if output is not None and not force and _exists(output):
        raise Usage(f"{output} exists; --force replaces it")
    if as_json:
        write([json.dumps(record(chosen), indent=1) + "\n"], output)
    elif chosen is None:
        write(table(), output)
    else:
        write([chosen.text()], output, exact=True)


def _exists(output: str) -> bool:
    path = Path(output)
    return output != "-" and not path.is_dir() and (path.exists() or path.is_symlink())


def sample(name: str) -> Sample:
    """The sample of that name, or of that file name.

    >>> sample("form").file, sample("window_alibi.form").name
    ('window_alibi.form', 'form')
    """
    for known in SAMPLES:
        if name in (known.name, known.file):
            return known
    names = [known.name for known in SAMPLES]
    hint = did_you_mean(name, [*names, *(known.file for known in SAMPLES)])
    raise Usage(f"no sample {name!r}; {hint or 'samples are ' + ', '.join(names)}")


def table() -> Iterator[str]:
    for known in SAMPLES:
        yield f"{known.name:<10} {known.file:<18} {known.title}\n{'':<10}   {known.use}\n"
    yield "\nWrite one into a file with: symattn example numbers -o numbers.json\n"


def record(chosen: Sample | None) -> dict[str, object]:
    """`symattn/examples@1`: all samples, or the chosen one with its text."""
    return {
        "schema": "symattn/examples@1",
        "examples": [
            {"name": known.name, "file": known.file, "title": known.title, "use": known.use}
            | ({} if chosen is None else {"text": known.text()})
            for known in (SAMPLES if chosen is None else (chosen,))
        ],
    }
