"""`-o`: a file appears only when it is complete; what cannot be written is said in one line."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.cli.running import COMMANDS, ROOT, Done, done, inside, refused, shell

FILES = {  # for every command something that it writes, as text or as bytes
    "enumerate": "enumerate --n 5",
    "derive": "derive causal --n 3",
    "show": "show causal --n 3 --format svg",
    "show png": "show causal --n 3 --format png",
    "cost": "cost causal --n 7 --d 4",
    "list": "list",
    "example": "example numbers",
    "prove": "prove no_future(causal)",
    "atlas": "atlas causal full --relation subset --format svg",
    "verify": f"verify {ROOT}/symattn/samples/claims.yaml --no-cache --format markdown",
    "quiz": "quiz --topic patterns --seed 2 --format moodle",
    "recheck": f"recheck {ROOT}/tests/deciding_supports/proof.json",
}


def raw(result: Done) -> bytes:
    return result.stdout.encode("utf-8", "surrogateescape")


def test_every_command_writes_files():
    assert {line.split()[0] for line in FILES.values()} == set(COMMANDS)


@pytest.mark.parametrize("line", FILES.values())
def test_the_file_is_what_stdout_would_be(line, tmp_path):
    target = tmp_path / "out"
    result = inside(*line.split(), "-o", str(target))
    assert (done(result), result.stderr) == ("", f"wrote {target}\n")
    assert target.read_bytes() == raw(inside(*line.split()))
    assert [file.name for file in tmp_path.iterdir()] == ["out"]
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(target.stat().st_mode) == 0o666 & ~mask


@pytest.mark.parametrize("line", FILES.values())
def test_where_nothing_can_be_written(line, tmp_path):
    assert "is a directory" in refused(inside(*line.split(), "-o", str(tmp_path)))
    missing = tmp_path / "nowhere" / "out"
    assert "there is no directory" in refused(inside(*line.split(), "-o", str(missing)))
    long = tmp_path / ("x" * 300)
    assert "File name too long" in refused(inside(*line.split(), "-o", str(long)))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_permission(tmp_path):
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    tmp_path.chmod(0o500)
    target = tmp_path / "out"
    assert "Permission denied" in refused(inside("list", "-o", str(target)))
    tmp_path.chmod(0o700)
    target.write_text("kept")
    target.chmod(0o400)
    assert "Permission denied" in refused(inside("list", "-o", str(target)))
    assert target.read_text() == "kept"


def test_a_refusal_leaves_the_old_file(tmp_path):
    target = tmp_path / "out"
    target.write_text("kept")
    refused(inside("enumerate", "-m", "packed", "-o", str(target)))
    refused(inside("derive", "causl", "-o", str(target)))
    assert target.read_text() == "kept"
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


def test_a_failure_half_way_leaves_the_old_file(tmp_path, monkeypatch):
    from symattn.commands import list as list_command

    def half(_):
        yield "one line\n"
        raise RuntimeError("planted")

    monkeypatch.setattr(list_command, "table", half)
    target = tmp_path / "out"
    target.write_text("kept")
    refused(inside("list", "-o", str(target)), 70)
    assert target.read_text() == "kept"
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


def test_links_stay_links(tmp_path):
    real, link = tmp_path / "real", tmp_path / "link"
    link.symlink_to(real)
    for _ in range(2):  # dangling first, then onto a file that exists
        done(inside("list", "-o", str(link)))
        assert link.is_symlink()
        assert real.read_text() == inside("list").stdout


def test_devices_and_pipes_are_never_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    result = shell(f"cat {pipe} & symattn enumerate --n 2 -o {pipe}; wait")
    assert result.stdout.startswith("q0: q0 k0^T\n")
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    for line in (
        "-o /dev/stdout",
        f"-o /dev/stdout > {tmp_path}/file; cat {tmp_path}/file",
        "-o -",
    ):
        assert shell(f"symattn enumerate --n 2 {line}").stdout.startswith("q0: q0 k0^T\n"), line
    assert Path("/dev/stdout").is_symlink()


def test_an_example_is_not_overwritten_by_accident(tmp_path):
    target = tmp_path / "mine.json"
    done(inside("example", "numbers", "-o", str(target)))
    shipped = target.read_text()
    target.write_text("mine")
    line = refused(inside("example", "sequence", "-o", str(target)))
    assert line == f"symattn: {target} exists; --force replaces it"
    assert target.read_text() == "mine"
    done(inside("example", "numbers.json", "--force", "-o", str(target)))
    assert target.read_text() == shipped
