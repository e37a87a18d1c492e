"""The command line: finds the command, hands over to its file in `commands/`; no mathematics here.

Only the command that is asked for is loaded, so that `symattn enumerate` imports neither SymPy nor
NumPy nor the other commands.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Annotated, Any

import typer

from symattn import __version__
from symattn.commands.shell import flush, leave_quietly

COMMANDS = {  # name -> the first line of its help
    "enumerate": "List the query-key products of a mechanism.",
    "derive": "Derive scores, weights, output or gradients in closed form.",
    "show": "Draw the heatmap of a mechanism.",
    "cost": "Count what mechanisms cost, side by side, in closed form.",
    "list": "Show every mechanism with its formula.",
    "prove": "Decide a claim for all sizes, or refute it with the smallest case.",
    "verify": "Check files of claims: what is proved, refuted, open.",
    "quiz": "Ask verified questions, or export them for a course.",
    "atlas": "Map how mechanisms are related, with a verdict behind every edge.",
    "recheck": "Replay the proof in a certificate, without any search.",
    "example": "List the shipped samples, or write one to start from.",
}
FIRST_STEPS = """\
symattn: state an attention mechanism once, as a formula; derive everything from it.

  symattn enumerate --n 7
  symattn derive causal --steps
  symattn show causal --n 7
  symattn cost full causal "window(visible=4)" --n 7 --d 4
  symattn list

Every command has --help.
"""


def application(asked: str | None) -> typer.Typer:
    """The Typer app with the asked command, or with all of them when none is asked."""
    app = typer.Typer(
        name="symattn",
        help="State an attention mechanism once, as a formula; derive everything from it.",
        context_settings={"help_option_names": ["-h", "--help"]},
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        no_args_is_help=False,
    )
    app.callback(invoke_without_command=True)(_top)
    for name, summary in COMMANDS.items():
        if asked is None or asked == name:
            module = import_module(f"symattn.commands.{name}")
            app.command(name, help=help_of(summary, module.HELP), short_help=summary)(
                guarded(module.run)
            )
    return app


def help_of(summary: str, examples: str) -> str:
    """The help of a command: an example to paste, what the command does, more examples."""
    first, _, more = examples.partition("\n\n")
    return f"{first}\n\n{summary}\n\n{more}"


def _print_version(asked: bool) -> None:
    if asked:
        print(f"symattn {__version__}")
        raise typer.Exit


def _top(
    context: typer.Context,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        print(FIRST_STEPS, end="")


def guarded(run: Callable[..., None]) -> Callable[..., None]:
    """The command with its exceptions turned into exit codes before Typer sees them."""

    @wraps(run)
    def safely(*args: Any, **options: Any) -> None:
        with leave_quietly():
            run(*args, **options)

    return safely


def asked_command(arguments: list[str]) -> str | None:
    """The command among the arguments, if it is one of ours and nothing stands before it.

    >>> asked_command(["enumerate", "--n", "7"])
    'enumerate'
    """
    return arguments[0] if arguments and arguments[0] in COMMANDS else None


def main() -> None:
    """Run the command line and leave with the exit code of the design."""
    end_in_order()
    stdout = sys.stdout
    with leave_quietly():
        try:
            if not run_plainly(arguments := sys.argv[1:]):
                application(asked_command(arguments))(prog_name="symattn")
        finally:
            if sys.stdout is not stdout:  # so Typer leaves with 1 when a pipe closed on its help
                sys.stdout = stdout
                raise BrokenPipeError
            flush()


def run_plainly(arguments: list[str]) -> bool:
    """Run an ordinary call of a command; False if Typer should read it."""
    from symattn.commands.plain import plain_call

    asked = asked_command(arguments)
    if asked is None:
        return False
    run = import_module(f"symattn.commands.{asked}").run
    options = plain_call(run, arguments[1:])
    if options is None:
        return False
    guarded(run)(**options)
    return True


def end_in_order() -> None:
    """A killed process passes through every `finally`, so that no half-written file stays."""
    for name in ("SIGTERM", "SIGHUP"):
        ending = getattr(signal, name, None)
        if ending is not None and signal.getsignal(ending) == signal.SIG_DFL:
            signal.signal(ending, lambda number, _: sys.exit(128 + number))


__all__ = ["COMMANDS", "application", "main"]
