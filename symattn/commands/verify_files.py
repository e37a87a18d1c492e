"""`symattn verify FILE...`: every claim of the files decided, and a report about them."""

from __future__ import annotations

import gc
import glob
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from symattn.commands.progress import told
from symattn.commands.shell import choose, format_of, say, write
from symattn.core.errors import Usage
from symattn.core.report import OPEN, POLICIES, Report, Result, Summary

FORMATS: Mapping[str, str] = {  # format -> the file of `rendering` and its function
    "text": "report_text.report_text",
    "json": "report_record.report_json",
    "markdown": "report_markdown.report_markdown",
    "html": "report_html.report_html",
    "junit": "report_junit.report_junit",
    "sarif": "report_sarif.report_sarif",
    "github": "report_github.report_github",
}
BY_SUFFIX = {".xml": "junit", ".sarif": "sarif", ".txt": "text"}
READ = ("*.claims.yaml", "*.claims.yml", "*.claims.json")  # what is looked for in a folder


@dataclass(frozen=True, slots=True)
class Wish:
    """What the options of `verify` say."""

    format: str
    as_json: bool
    undecided: str
    jobs: int
    timeout: int | None
    cache: bool
    output: str | None

    @property
    def chosen(self) -> str:
        """The format of the report: by its option, or by the name of the output."""
        suffix = Path(self.output).suffix.lower() if self.output else ""
        if not self.format and not self.as_json and suffix in BY_SUFFIX:
            return BY_SUFFIX[suffix]
        return format_of(self.format, self.as_json, self.output, FORMATS)


def run_files(words: list[str], wish: Wish) -> None:
    """Verify the files, write the report, and leave with the code of the design."""
    from symattn.claims.judges import judges
    from symattn.claims.reading import read_claims
    from symattn.claims.running import verify
    from symattn.claims.spool import Spool

    format, _ = wish.chosen, choose("--undecided", wish.undecided, POLICIES)
    if wish.jobs < 1 or (wish.timeout is not None and wish.timeout < 1):
        raise Usage("--jobs and --timeout are whole numbers of at least 1")
    paths = list(found_files(words))
    gc.set_threshold(5_000)  # a long run collects its garbage; `__main__` lets short ones keep it
    with judges(wish.jobs, wish.timeout, wish.cache) as judged:
        results = told(verify(read_claims(paths), judged))
        if format == "text":
            counted = Counted(results)
            write(renderer(format)(counted), wish.output)
            leave(counted.summary, wish)
        with Spool() as spool:
            for result in results:
                spool.add(result)
            code = spool.summary.exit_code(wish.undecided)
            write(renderer(format)(Report(spool.summary, spool), code), wish.output)
            leave(spool.summary, wish)


@dataclass
class Counted:
    """Results that are counted while they pass."""

    results: Iterable[Result]
    summary: Summary = field(default_factory=Summary)

    def __iter__(self) -> Iterator[Result]:
        for result in self.results:
            self.summary = self.summary.with_result(result)
            yield result


def leave(summary: Summary, wish: Wish) -> None:
    """Leave with the exit code; undecided claims that are only worth a warning are said."""
    if wish.undecided == "warn" and getattr(summary, OPEN):
        say(f"symattn: warning: {summary.open} undecided")
    sys.exit(summary.exit_code(wish.undecided))


def renderer(format: str) -> Callable[..., Iterator[str]]:
    """The function that writes a format; its file is loaded when it is asked for."""
    module, _, name = FORMATS[format].partition(".")
    found: Callable[..., Iterator[str]] = getattr(
        import_module(f"symattn.rendering.{module}"), name
    )
    return found


def found_files(words: Iterable[str]) -> Iterator[Path]:
    """The files that the arguments name, each once, in order; folders are searched.

    >>> from tempfile import mkdtemp
    >>> list(found_files([mkdtemp()]))
    Traceback (most recent call last):
    ...
    symattn.core.errors.Usage: no file of claims in the folder ...
    """
    seen: set[Path] = set()
    for word in words:
        for path in _of_word(word):
            if path not in seen:
                seen.add(path)
                yield path


def _of_word(word: str) -> list[Path]:
    path = Path(word)
    if path.is_dir():
        found = sorted(p for pattern in READ for p in path.rglob(pattern) if p.is_file())
        if not found:
            raise Usage(f"no file of claims in the folder {word} ({', '.join(READ)})")
        return found
    if path.exists() or not glob.has_magic(word):
        return [path]
    matches = sorted(Path(p) for p in glob.glob(word, recursive=True) if Path(p).is_file())
    if not matches:
        raise Usage(f"no file matches {word}")
    return matches
