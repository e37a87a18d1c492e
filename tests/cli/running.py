"""Running the command line: inside this process where that is enough, as a real process else."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from functools import partial
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any
from unittest.mock import patch

import symattn.cli
from symattn.cli import COMMANDS

Done = subprocess.CompletedProcess[str]
ROOT = Path(__file__).parents[2]
PYTHON = sys.executable


def inside(*arguments: str) -> Done:
    """`symattn` run in this process, with its output, its errors and its exit code.

    >>> inside("enumerate", "--n", "2", "--row", "1").stdout.splitlines()[0]
    'q1: q1 k0^T, q1 k1^T'
    """
    before = sys.argv, sys.stdout, sys.stderr
    out, err = BytesIO(), BytesIO()
    streams = stream(out, "strict"), stream(err, "backslashreplace")  # as Python opens them
    sys.argv, (sys.stdout, sys.stderr) = ["symattn", *arguments], streams
    try:
        with patch("symattn.cli.end_in_order"):  # signals belong to the tests here
            symattn.cli.main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    finally:
        for one in streams:  # while they live: a stream that is dropped closes what it writes to
            one.flush()
        sys.argv, sys.stdout, sys.stderr = before
    read = partial(bytes.decode, encoding="utf-8", errors="surrogateescape")
    return Done(list(arguments), code, read(out.getvalue()), read(err.getvalue()))


def stream(data: BytesIO, errors: str) -> TextIOWrapper:
    return TextIOWrapper(data, "utf-8", errors, newline="\n", write_through=True)


def environment(**changes: str) -> dict[str, str]:
    """The environment without what the outside may have set, with the given changes."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "SYMATTN", "LC_")) and name not in ("LANG", "COLUMNS")
    }
    return kept | {"LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)} | changes


def process(
    *arguments: str, env: Mapping[str, str] | None = None, cwd: Path | None = None, python: str = ""
) -> Done:
    """`python -m symattn` as a process of its own; `python` are options of Python itself."""
    return subprocess.run(
        [PYTHON, *shlex.split(python), "-m", "symattn", *arguments],
        env=environment() if env is None else env,
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


HEARS_CTRL_C = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "


def started(*arguments: str, **streams: Any) -> subprocess.Popen[str]:
    """A process that goes on while the test does; it hears Ctrl-C even if the tests do not."""
    code = HEARS_CTRL_C + "from symattn.cli import main; main()"
    return subprocess.Popen(
        [PYTHON, "-c", code, *arguments], env=environment(), text=True, **streams
    )


def shell(line: str, **env: str) -> Done:
    """A line of bash in which `symattn` is our command."""
    prelude = f'set -o pipefail; symattn() {{ {shlex.quote(PYTHON)} -m symattn "$@"; }}; '
    return subprocess.run(
        ["bash", "-c", prelude + line],
        env=environment(**env),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def refused(result: Done, code: int = 2) -> str:
    """The one line on stderr of a refusal; anything else than a clean refusal is an error.

    >>> refused(inside("enumerate", "--n", "0"))
    "symattn: --n must be a whole number of at least 1, got '0'"
    """
    assert result.returncode == code, (result.returncode, result.stdout, result.stderr)
    assert result.stdout == "", result.stdout[:300]
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("symattn: "), lines
    return lines[0]


def done(result: Done) -> str:
    """The output of a command that went well and had nothing to say beside it."""
    assert result.returncode == 0, (result.returncode, result.stdout[-300:], result.stderr)
    assert "Traceback" not in result.stderr, result.stderr
    assert result.stderr == "" or result.stderr.startswith("wrote "), result.stderr
    return result.stdout


__all__ = [
    "COMMANDS",
    "Done",
    "done",
    "environment",
    "inside",
    "process",
    "refused",
    "shell",
    "started",
]
