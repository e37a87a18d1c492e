"""No call ends in an internal error: every mechanism by every command, then random calls."""

from __future__ import annotations

from random import Random

import pytest

from symattn.commands.example import sample
from symattn.mechanisms.registry import names
from tests.cli.running import Done, inside, process

ARGUMENTS = ("", "1", "3", "0", "-1", "1/2", "visible=3", "left=1, right=2", "lookback=2", "p")
ARGUMENTS += ("10**9", "x=1", "1, 2", "causal", "'a'", "1.5")
SUPPORTS = ("j <= i", "j < i", "i - j < w", "doc[i] == doc[j]", "(i - j) % 2 == 0", "false")
SUPPORTS += ("not j <= i", "abs(i - j) < 3 and j % 3 != 1", "m[h, i, j]", "j == i // 2")
SCORES = ("dot(q[i], k[j])", "0", "i * j", "dot(q[i], k[j]) / sqrt(d) - (i - j) ** 2", "exp(i)")
SCORES += ("1 / (i - j)", "log(1 + abs(i - j))", "dot(rope(q[i], i), k[j])")
WORDS = ("", "0", "-1", "x", "1/0", "a,b,c", "é b", "\udcff", "[]", "causal", "10**9", "None")
WORDS += ("inf", "nan", "numbers.json", "nowhere.json", ".", "notation.toml", "notation.json")
NOTATION = ("--notation", ("foundations", "vaswani", "columns", "dot", "notation.toml"))
FLAG = (None,)
OPTIONS = {
    "enumerate": {
        "--n": ("1", "2", "5", "9", "0"),
        "--n-q": ("1", "3", "7"),
        "--align": ("top-left", "bottom-right"),
        "--row": ("0", "2", "9", "-1"),
        "--count": FLAG,
        "--base": ("0", "1"),
        "--labels": ("a b c", "a,b,c,d,e"),
        "--with": ("numbers.json", "sequence.json"),
        "--format": ("text", "latex", "markdown", "csv", "json"),
    },
    "derive": {
        "--n": ("1", "2", "3"),
        "--n-q": ("1", "3"),
        "--d": ("1", "2", "3"),
        "--what": ("scores", "weights", "output", "gradient"),
        "--row": ("0", "1", "2"),
        "--steps": FLAG,
        "--with": ("numbers.json", "sequence.json"),
        "--check": ("none", "numpy", "rigorous"),
        "--format": ("text", "latex", "markdown", "html", "json"),
    },
    "cost": {
        "--n": ("1", "2", "7", "10**6"),
        "--d": ("1", "4", "64"),
        "--d-v": ("1", "8"),
        "--heads": ("1", "4"),
        "--bytes": ("1", "2"),
        "--position": ("0", "5", "9"),
        "--with": ("numbers.json", "sequence.json"),
        "--format": ("text", "latex", "markdown", "json"),
    },
    "show": {
        "--n": ("1", "2", "5"),
        "--n-q": ("1", "3"),
        "--what": ("products", "scores", "weights"),
        "--values": ("uniform", "numbers.json", "sequence.json"),
        "--labels": ("a b c",),
        "--format": ("text", "svg", "png", "tikz", "html", "json"),
        "--ascii": FLAG,
    },
}


def in_order(result: Done) -> None:
    """Raise if the call crashed, or refused with anything else than a line of ours."""
    assert result.returncode in (0, 2, 4), (result.args, result.stderr)
    assert "Traceback" not in result.stderr, result.args
    assert (result.returncode == 0) == (not result.stderr), (result.args, result.stderr)


def random_mechanism(random: Random, depth: int = 0) -> str:
    kind = random.random() if depth < 3 else 0
    if kind < 0.5:
        name = random.choice(names())
        return f"{name}({random.choice(ARGUMENTS)})" if random.random() < 0.4 else name
    if kind < 0.85:
        parts = (random_mechanism(random, depth + 1) for _ in range(2))
        return f" {random.choice('++|')} ".join(parts)
    if kind < 0.9:
        return f"({random_mechanism(random, depth + 1)})"
    return f"support: {random.choice(SUPPORTS)}\nscore: {random.choice(SCORES)}"


def random_call(random: Random) -> list[str]:
    command = random.choice([*OPTIONS])
    mechanism = random_mechanism(random)
    call = [command, *(["-m"] if command == "enumerate" else []), mechanism]
    known = dict([*OPTIONS[command].items(), NOTATION])
    for option in random.sample([*known], random.randint(0, 4)):
        value = random.choice(known[option])
        call.append(option)
        if value is not None:
            call.append(random.choice(WORDS) if random.random() < 0.08 else value)
    return call


@pytest.fixture
def samples(tmp_path, monkeypatch):
    """A folder in which the shipped samples lie."""
    monkeypatch.chdir(tmp_path)
    for name in ("numbers", "sequence", "notation"):
        (tmp_path / sample(name).file).write_text(sample(name).text())


@pytest.mark.parametrize("name", names())
def test_every_mechanism_by_every_light_command(name):
    for call in (["enumerate", "-m", name], ["enumerate", "-m", name, "--count"], ["show", name]):
        in_order(inside(*call, "--n", "5"))
    assert inside("list", name).returncode == 0


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.usefixtures("samples")
def test_random_calls(seed):
    random = Random(seed)
    for _ in range(15):
        in_order(inside(*random_call(random)))


def test_a_crash_would_be_seen(monkeypatch):
    from symattn.commands import list as list_command

    monkeypatch.setattr(list_command, "table", lambda _: 1 / 0)
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        in_order(inside("list"))


def test_letters_that_are_no_text(tmp_path):
    for arguments in (["derive", "\udcff"], ["show", "causal", "--labels", "\udcff b"]):
        result = process(*arguments, cwd=tmp_path)
        assert result.returncode in (0, 4), result.stderr
        assert "Traceback" not in result.stderr
