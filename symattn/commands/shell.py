"""What every command does the same way: exit codes, one-line errors, output to file or stdout."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from symattn.core.errors import SymattnError, Unreadable, Usage

WRONG_USAGE, UNDECIDED, UNREADABLE, INTERNAL, INTERRUPTED = 2, 3, 4, 70, 130


@contextmanager
def leave_quietly() -> Iterator[None]:
    """Turn every exception into its exit code and one line on stderr."""
    try:
        yield
        flush()
    except Unreadable as error:
        _leave(UNREADABLE, f"symattn: {error}\n{error.caret()}")
    except SymattnError as error:
        _leave(WRONG_USAGE, f"symattn: {error}")
    except BrokenPipeError:  # the reader has seen enough
        _forget_stdout()
        sys.exit(0)
    except KeyboardInterrupt:
        _leave(INTERRUPTED, "symattn: interrupted")
    except OSError as error:
        fact = f"symattn: {error.strerror or error}: {error.filename or ''}"
        _leave(WRONG_USAGE, fact.rstrip(": "))
    except (MemoryError, RecursionError) as error:
        _internal(f"symattn: out of bounds: {type(error).__name__}")
    except Exception as error:
        hint = "SYMATTN_DEBUG=1 shows where; please report it"
        _internal(f"symattn: internal error: {type(error).__name__}: {error} ({hint})")


def flush() -> None:
    if sys.stdout is not None:  # it is None when the shell closed it
        sys.stdout.flush()


def say(line: str) -> None:
    """Talk goes to stderr, and nowhere when that is closed."""
    if sys.stderr is not None:
        print(line, file=sys.stderr)


def _internal(line: str) -> None:
    if os.environ.get("SYMATTN_DEBUG") and sys.stderr is not None:
        import traceback

        traceback.print_exc()
    _leave(INTERNAL, line)


def _leave(code: int, line: str) -> None:
    try:
        flush()
    except OSError:  # nothing more can be written there, at the end of the process neither
        _forget_stdout()
    say(line)
    sys.exit(code)


def _forget_stdout() -> None:
    with suppress(OSError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _escaped(error: UnicodeError) -> tuple[str, int]:
    r"""What an encoding has no letter for, as \uXXXX: the same text to a reader of JSON."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4)), error.end


codecs.register_error("symattn", _escaped)


def write(pieces: Iterable[str], path: str | None, *, exact: bool = False) -> None:
    r"""Write pieces to stdout, or to a file that appears only when it is complete.

    A letter that stdout cannot encode becomes \uXXXX; if the text must stay `exact` (a picture,
    LaTeX, a table for programs), that is an error instead.
    """
    if path is None or path == "-":
        if sys.stdout is None:
            raise Usage("standard output is closed; name a file with -o FILE")
        for piece in pieces:
            _put(piece, sys.stdout, exact)
        flush()
        return
    with replacing(path) as place, place.open("w", encoding="utf-8", newline="\n") as file:
        for piece in pieces:
            _put(piece, file, exact)
    say(f"wrote {path}")


def _put(piece: str, file: TextIO, exact: bool) -> None:
    try:
        file.write(piece)
    except UnicodeEncodeError as error:  # nothing of the piece has been written
        if exact:
            letter, hint = ascii(error.object[error.start]), "PYTHONIOENCODING=utf-8 helps"
            raise Usage(f"{letter} cannot be written in {error.encoding}; {hint}") from None
        file.write(piece.encode(error.encoding, "symattn").decode(error.encoding))


def write_bytes(data: bytes, path: str | None) -> None:
    """Write bytes to a file that appears only when it is complete, or to a piped stdout."""
    if path is None or path == "-":
        if sys.stdout is None or sys.stdout.isatty():
            raise Usage("this format is not text; name a file with -o FILE")
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return
    with replacing(path) as place:
        place.write_bytes(data)
    say(f"wrote {path}")


@contextmanager
def replacing(path: str) -> Iterator[Path]:
    """A temporary file beside `path` that takes its place at the end, and never half-written."""
    import tempfile

    target = Path(os.path.realpath(path))  # a link stays a link
    if target.is_dir():
        raise Usage(f"{path} is a directory")
    if path.startswith(("/dev/", "/proc/")) or (target.exists() and not target.is_file()):
        yield Path(path)  # a device or a pipe is written to, never replaced
        return
    if not target.parent.is_dir():
        raise Usage(f"cannot write {path}: there is no directory {target.parent}")
    if target.exists() and not os.access(target, os.W_OK):
        raise Usage(f"cannot write {path}: Permission denied")
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:100]}.")
    except OSError as error:
        raise Usage(f"cannot write {path}: {error.strerror}") from None
    os.close(handle)
    place = Path(name)
    try:
        yield place
        mask = os.umask(0)
        os.umask(mask)
        place.chmod(0o666 & ~mask)
        os.replace(place, target)
    finally:
        place.unlink(missing_ok=True)


def choose(option: str, value: str, known: Iterable[str]) -> str:
    """The value, if it is one of the known words."""
    from symattn.core.errors import did_you_mean

    known = list(known)
    if value in known:
        return value
    hint = did_you_mean(value, known)
    raise Usage(
        f"{option} is one of {', '.join(known)}; got {value!r}" + (f"; {hint}" if hint else "")
    )


LARGEST = 10**30


SUFFIXES = {  # what the name of an output file says about its format
    ".svg": ("svg",), ".png": ("png",), ".tex": ("latex", "tikz"), ".html": ("html",),
    ".json": ("json",), ".md": ("markdown",), ".csv": ("csv",),
}  # fmt: skip


def format_of(given: str, as_json: bool, output: str | None, known: Iterable[str]) -> str:
    """The format that is asked for: by --format, by --json, by the output's name, else text."""
    known = list(known)
    if given:
        if as_json and given != "json":
            raise Usage(f"--json and --format {given} exclude each other")
        return choose("--format", given, known)
    if as_json:
        return "json"
    wanted = SUFFIXES.get(Path(output).suffix.lower(), ()) if output else ()
    fitting = [format for format in wanted if format in known]
    if wanted and not fitting:
        raise Usage(f"{output} looks like {wanted[0]}; formats are {', '.join(known)} (--format)")
    return fitting[0] if fitting else "text"


def size(option: str, value: str | None) -> int | None:
    """A whole number of at least 1 from the command line, or nothing.

    >>> size("--n", "10**9"), size("--n", "4_000"), size("--n", None)
    (1000000000, 4000, None)
    """
    if value is None:
        return None
    base, power, exponent = value.strip().replace("_", "").partition("**")
    if not all(
        part.isascii() and part.isdigit() for part in ((base, exponent) if power else [base])
    ):
        raise Usage(f"{option} must be a whole number of at least 1, got {value[:60]!r}")
    if len(base) > 31 or len(exponent) > 2:  # nobody waits for int() of a long text
        raise Usage(f"{option} is too large: {value[:60]!r}")
    number: int = int(base) ** int(exponent or 1)
    if number < 1:
        raise Usage(f"{option} must be a whole number of at least 1, got {value!r}")
    if number > LARGEST:
        raise Usage(f"{option} is too large: {value!r}")
    return number
