"""What only a real process shows: pipes, signals, terminals, locales, ways to start."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.running import (
    PYTHON,
    ROOT,
    Done,
    done,
    environment,
    process,
    refused,
    shell,
    started,
)


def test_a_closed_pipe_is_no_error():
    assert done(shell("symattn enumerate --n 3000 | head -1")) == "q0: q0 k0^T\n"
    for line in ("enumerate --n 900 --json", "list", "--help", "show causal --format svg --n 300"):
        result = shell(f"symattn {line} | true; echo ${{PIPESTATUS[0]}}")
        assert (result.stdout, result.stderr) == ("0\n", ""), line


def test_a_full_or_closed_stdout():
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    for line in ("list", "enumerate --help", "--version"):
        full = shell(f"symattn {line} > /dev/full")
        assert (full.returncode, full.stderr) == (2, "symattn: No space left on device\n")
    closed = shell("symattn list >&-")
    assert refused(closed) == "symattn: standard output is closed; name a file with -o FILE"
    talk = shell("symattn enumerate --n 0 2>&-")
    assert (talk.returncode, talk.stdout, talk.stderr) == (2, "", "")


def interrupted(target: Path, number: int) -> tuple[int | None, str]:
    """Start a long listing into a file, send it a signal once it writes, wait for its end."""
    running = started("enumerate", "--n", "20000", "-o", str(target), stderr=subprocess.PIPE)
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if any(file.stat().st_size for file in target.parent.iterdir() if file != target):
            running.send_signal(number)
            break
        assert running.poll() is None, "the listing ended before it wrote anything"
        time.sleep(0.01)
    _, errors = running.communicate(timeout=30)
    return running.returncode, errors


@pytest.mark.parametrize("before", [None, "what was there before"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_nothing_behind(number, before, tmp_path):
    target = tmp_path / "long.txt"
    if before is not None:
        target.write_text(before)
    code, errors = interrupted(target, number)
    assert code == 128 + number
    assert errors == ("symattn: interrupted\n" if number == signal.SIGINT else "")
    left = {file.name: file.read_text() for file in tmp_path.iterdir()}
    assert left == ({} if before is None else {"long.txt": before})


def test_ctrl_c_on_stdout_is_130():
    running = started("enumerate", "--n", "20000", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert running.stdout is not None
    assert running.stdout.readline() == "q0: q0 k0^T\n"
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=30)
    assert (running.returncode, errors) == (130, "symattn: interrupted\n")


@pytest.mark.parametrize("line", ["list", "derive causal", "show causal", "example notebook"])
def test_an_ascii_terminal(line):
    result = process(*line.split(), env=environment(PYTHONIOENCODING="ascii"))
    assert done(result).isascii()


def test_what_ascii_cannot_say():
    poor = environment(PYTHONIOENCODING="ascii")
    words = ("--labels", "é,b,🙂")
    record = json.loads(done(process("enumerate", "--json", *words, env=poor)))
    assert record["labels"] == ["é", "b", "🙂"]
    record = json.loads(done(process("show", "causal", "--json", *words, env=poor)))
    assert record["rows"] == ["é", "b", "🙂"]
    assert "q0 \\u00e9: " in done(process("enumerate", *words, env=poor))
    line = refused_late(process("enumerate", *words, "--format", "csv", env=poor))
    assert line == "symattn: '\\xe9' cannot be written in ascii; PYTHONIOENCODING=utf-8 helps"
    refused(process("show", "causal", "--format", "svg", *words, env=poor))


def refused_late(result: Done) -> str:
    """The line of a refusal that may come after the first lines of a table."""
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)
    return result.stderr.rstrip("\n")


def test_the_c_locale():
    for extra in ({}, {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}):
        result = process("show", "causal", "--n", "3", env=environment(LC_ALL="C", **extra))
        assert "query 0" in done(result)


def on_a_terminal(*arguments: str, **env: str) -> str:
    """What the command prints when its output is a terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [PYTHON, "-m", "symattn", *arguments],
        stdout=theirs,
        stderr=theirs,
        env=environment(TERM="xterm-256color", **env),
    ) as running:
        os.close(theirs)
        seen = b""
        while True:
            try:
                seen += (piece := os.read(ours, 65536))
            except OSError:  # Linux says so when the other side is closed
                break
            if not piece:
                break
        os.close(ours)
        assert running.wait(30) == 0
    return seen.decode()


@pytest.mark.parametrize("line", ["show causal --n 3", "enumerate --n 3", "--help", "show -h"])
def test_no_colour_when_it_is_not_wanted(line):
    seen = on_a_terminal(*line.split(), NO_COLOR="1")
    assert len(seen) > 40
    assert "\x1b" not in seen
    assert "\x1b" not in done(process(*line.split(), env=environment(FORCE_COLOR="1")))


def test_pictures_are_not_thrown_at_a_terminal():
    ours, theirs = pty.openpty()
    running = started("show", "causal", "--format", "png", stdout=theirs, stderr=subprocess.PIPE)
    os.close(theirs)
    _, errors = running.communicate(timeout=30)
    os.close(ours)
    assert running.returncode == 2
    assert errors == "symattn: this format is not text; name a file with -o FILE\n"


def test_ways_to_start(tmp_path):
    expected = done(process("enumerate", "--n", "7"))
    assert expected.endswith("28 products = n(n+1)/2, 21 masked\n")
    ways = [[str(ROOT / "cli.py")], ["-c", "from symattn.cli import main; main()"]]
    script = Path(sys.executable).with_name("symattn")
    lines = [[PYTHON, *way] for way in ways] + ([[str(script)]] if script.exists() else [])
    for line in lines:
        result = subprocess.run(
            [*line, "enumerate", "--n", "7"],
            capture_output=True,
            text=True,
            check=True,
            cwd=tmp_path,
            env=environment(),
        )
        assert (result.stdout, result.stderr) == (expected, "")


@pytest.mark.parametrize("kind", ["bash", "zsh", "fish"])
def test_shell_completion(kind):
    code = "import sys; sys.argv[0] = 'symattn'; from symattn.cli import main; main()"
    run = [PYTHON, "-c", code]
    script = subprocess.run(
        [*run, "--show-completion", kind], capture_output=True, text=True, env=environment()
    )
    assert "_SYMATTN_COMPLETE" in done(script)
    asked = environment(
        _SYMATTN_COMPLETE=f"complete_{kind}",
        COMP_WORDS="symattn enu",
        COMP_CWORD="1",
        _TYPER_COMPLETE_ARGS="symattn enu",
        _TYPER_COMPLETE_FISH_ACTION="get-args",
    )
    assert "enumerate" in done(subprocess.run(run, capture_output=True, text=True, env=asked))
