"""The plain reading of a command line is Typer's reading, wherever it dares to read at all."""

from functools import wraps
from importlib import import_module

import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from symattn.cli import COMMANDS
from symattn.commands.plain import declarations, plain_call

RUNS = {name: import_module(f"symattn.commands.{name}").run for name in COMMANDS}


def typers_reading(run, arguments):
    """The keyword arguments that Typer makes of a command line; None if it refuses."""
    seen = []

    @wraps(run)
    def capture(**options):
        seen.append(options)

    app = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None)
    app.command()(capture)
    CliRunner().invoke(app, arguments)
    return seen[0] if seen else None


def with_defaults(run, options):
    import inspect

    parameters = inspect.signature(run).parameters.values()
    defaults = {p.name: p.default for p in parameters if p.default is not inspect.Parameter.empty}
    return {**defaults, **options}


def words_of(name):
    declared = declarations(RUNS[name])
    assert declared is not None
    return sorted({word for d in declared for word in d.words})


tokens = st.sampled_from(
    ["7", "causal", "-", "--", "-1", "", "a=b", "--n=3", "--json=1", "x y", "0"]
)


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_both_readings_agree(data):
    name = data.draw(st.sampled_from(sorted(RUNS)))
    arguments = data.draw(
        st.lists(
            st.one_of(tokens, st.sampled_from([*words_of(name), "--help", "--nn"])), max_size=6
        )
    )
    ours = plain_call(RUNS[name], arguments)
    if ours is not None:
        assert typers_reading(RUNS[name], arguments) == with_defaults(RUNS[name], ours)


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("enumerate", ["--n", "7"], {"n": "7"}),
        ("enumerate", ["--n=7", "--count"], {"n": "7", "count": True}),
        ("enumerate", ["-m", "causal", "--base", "1"], {"mechanism": "causal", "base": 1}),
        ("derive", ["causal", "--steps"], {"mechanism": "causal", "steps": True}),
        ("list", [], {}),
    ],
)
def test_ordinary_calls_are_read_plainly(name, arguments, expected):
    assert plain_call(RUNS[name], arguments) == expected
    assert typers_reading(RUNS[name], arguments) == with_defaults(RUNS[name], expected)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("enumerate", ["--n"]),
        ("enumerate", ["--n", "--count"]),
        ("enumerate", ["--nn", "3"]),
        ("enumerate", ["extra"]),
        ("enumerate", ["--base", "one"]),
        ("enumerate", ["--n", "3", "--n", "4"]),
        ("enumerate", ["-h"]),
        ("derive", []),
        ("derive", ["causal", "causal"]),
    ],
)
def test_everything_else_is_left_to_typer(name, arguments):
    assert plain_call(RUNS[name], arguments) is None


def test_completion_is_left_to_typer(monkeypatch):
    monkeypatch.setenv("_SYMATTN_COMPLETE", "complete_bash")
    assert plain_call(RUNS["enumerate"], ["--n", "7"]) is None
