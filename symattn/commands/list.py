"""`symattn list`: every mechanism with its formula."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated

import typer

from symattn.commands.shell import write
from symattn.core.form import FULL
from symattn.core.form_text import show_form
from symattn.core.statement import Mechanism
from symattn.mechanisms.registry import named, names
from symattn.mechanisms.spec import mechanism

HELP = """Example: symattn list

\b
  symattn list alibi        one mechanism with its arguments and citation
  symattn list --json       everything, for programs
"""


def run(
    name: Annotated[str | None, typer.Argument(help="Only this mechanism, in full.")] = None,
    notation: Annotated[
        str | None, typer.Option("--notation", help="Add the LaTeX of each, in this notation.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    output: Annotated[str | None, typer.Option("-o", "--output", help="Write to a file.")] = None,
) -> None:
    chosen = [named(name)] if name else [named(known) for known in names()]
    if as_json:
        write([json.dumps(record(chosen), indent=1) + "\n"], output)
    elif name:
        write([*in_full(chosen[0]), *latex(chosen, notation)], output)
    else:
        write([*table(chosen), *latex(chosen, notation)], output)


def latex(chosen: list[Mechanism], notation: str | None) -> Iterator[str]:
    """What the mechanisms say, as LaTeX, if a notation is asked for."""
    if notation is None:
        return
    from symattn.rendering.formulas import form_lines
    from symattn.rendering.notation import notation as named_look

    look = named_look(notation)
    for found in chosen:
        yield f"\n% {found.name}\n"
        yield from (f"{line.latex}\n" for line in form_lines(mechanism(found.name), look))


def calls(found: Mechanism) -> list[str]:
    """How the mechanism is called, one for each of its statements.

    >>> calls(named("window"))
    ['window(visible)', 'window(lookback=lookback)', 'window(left=left, right=right)']
    """
    shown = []
    for statement in found.statements:
        inside = [f"{option}={word}" for option, word in statement.choice.items()]
        first = statement is found.statements[0]  # positional arguments mean the first way
        inside += [
            a if text == a and first else f"{a}={text}" for a, text in statement.arguments.items()
        ]
        shown.append(f"{found.name}({', '.join(inside)})" if inside else found.name)
    return shown


def formula(name: str) -> dict[str, str]:
    """What the mechanism says beyond full attention, by the keys of the text face.

    >>> formula("causal")
    {'support': 'j <= i'}
    """
    plain = _lines(show_form(FULL))
    own = _lines(show_form(mechanism(name)))
    return {key: text for key, text in own.items() if plain.get(key) != text and key != "where"}


def _lines(text: str) -> dict[str, str]:
    pairs = (line.split(":", 1) for line in text.splitlines())
    return {key.strip(): rest.strip() for key, rest in pairs}


def table(chosen: list[Mechanism]) -> Iterator[str]:
    for found in chosen:
        own = formula(found.name) or _lines(show_form(FULL))
        yield f"{found.name:<16} {found.title}\n"
        for key, text in own.items():
            yield f"{'':<16}   {key + ':':<9}{text}\n"
    yield (
        "\nCompose with + (intersects supports, adds terms) and | (unites supports), as in\n"
        "  (window(visible=4) | sink_tokens(1)) + causal + alibi\n"
    )


def in_full(found: Mechanism) -> Iterator[str]:
    yield f"{found.name}: {found.title}\n{found.citation}\n\ncalls: {' or '.join(calls(found))}\n\n"
    yield show_form(mechanism(found.name)) + "\n"


def record(chosen: list[Mechanism]) -> dict[str, object]:
    return {
        "schema": "symattn/list@1",
        "mechanisms": [
            {
                "name": found.name,
                "title": found.title,
                "citation": found.citation,
                "calls": calls(found),
                "arguments": sorted(
                    {a for s in found.statements for a in (*s.choice, *s.arguments)}
                ),
                "formula": formula(found.name),
                "form": show_form(mechanism(found.name)),
            }
            for found in chosen
        ],
    }
