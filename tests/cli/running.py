"""Running the command line: inside this process where that is enough, as a real process else."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from symattn.cli import COMMANDS, application, asked_command

ROOT = Path(__file__).parents[2]
PYTHON = sys.executable


def inside(*arguments: str) -> Result:
    """The command run in this process, with its output, its errors and its exit code.

    >>> inside("enumerate", "--n", "2", "--row", "1").stdout.splitlines()[0]
    'q1: q1 k0^T, q1 k1^T'
    """
    asked = asked_command(list(arguments))
    return CliRunner().invoke(application(asked), list(arguments), prog_name="symattn")


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
) -> subprocess.CompletedProcess[str]:
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


def shell(line: str, **env: str) -> subprocess.CompletedProcess[str]:
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


def refused(result: Result | subprocess.CompletedProcess[str], code: int = 2) -> str:
    """The one line on stderr of a refusal; anything else than a clean refusal is an error.

    >>> refused(inside("enumerate", "--n", "0"))
    "symattn: --n must be a whole number of at least 1, got '0'"
    """
    found = result.exit_code if isinstance(result, Result) else result.returncode
    assert found == code, (found, result.stdout, result.stderr)
    assert result.stdout == "", result.stdout[:300]
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("symattn: "), lines
    return lines[0]


def done(result: Result | subprocess.CompletedProcess[str]) -> str:
    """The output of a command that went well and had nothing to say beside it."""
    found = result.exit_code if isinstance(result, Result) else result.returncode
    assert found == 0, (found, result.stdout[-300:], result.stderr)
    assert "Traceback" not in result.stderr, result.stderr
    assert result.stderr == "" or result.stderr.startswith("wrote "), result.stderr
    return result.stdout


__all__ = ["COMMANDS", "done", "environment", "inside", "process", "refused", "shell", "started"]
